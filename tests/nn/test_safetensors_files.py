"""Files of safetensors: those of its own package are read, and it reads ours; a wrong header is refused."""

import io
import json
import re

import numpy as np
import pytest
from safetensors.numpy import load, load_file, save

import nn

DTYPES = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", "c8"]


def test_arrays_of_every_dtype_go_both_ways(tmp_path):
    rng = np.random.default_rng(0)
    arrays = {dtype: rng.integers(0, 2, (3, i)).astype(dtype) for i, dtype in enumerate(DTYPES)}
    arrays |= {"scalar": np.array(1.5), "empty": np.zeros((0, 3), np.float32)}
    nn.save(arrays, tmp_path / "ours.safetensors")
    (tmp_path / "theirs.safetensors").write_bytes(save(arrays))
    for found in (
        load_file(tmp_path / "ours.safetensors"),
        nn.load(tmp_path / "ours.safetensors"),
        nn.load(tmp_path / "theirs.safetensors"),
    ):
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)


def test_arrays_come_back_in_their_order_and_can_be_written_to(tmp_path):
    state = {"b": np.ones(2, np.float32), "a": np.ones(1), "c": np.ones(3, np.int8)}
    nn.save(state, tmp_path / "x")
    found = nn.load(tmp_path / "x")
    assert list(found) == ["b", "a", "c"]
    found["b"] += 1
    np.testing.assert_array_equal(found["b"], [2, 2])


def test_numbers_lie_where_they_can_be_mapped_into_memory(tmp_path):
    nn.save({"a": np.ones(1, np.int8), "b": np.ones(1), "c": np.ones(1, np.float32)}, tmp_path / "x")
    content = (tmp_path / "x").read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    for name, width in [("a", 1), ("b", 8), ("c", 4)]:
        assert (start + header[name]["data_offsets"][0]) % width == 0


def test_arrays_of_the_other_byte_order_are_saved_by_their_values(tmp_path):
    nn.save({"w": np.array([1.5, 2.5], ">f4")}, tmp_path / "x")
    np.testing.assert_array_equal(load_file(tmp_path / "x")["w"], np.array([1.5, 2.5], np.float32))


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"])
def test_what_numpy_does_not_have_comes_as_float32(torch, name):
    from safetensors.torch import save as save_tensors

    w = torch.linspace(-2, 2, 12).reshape(3, 4).to(getattr(torch, name))
    found = nn.load(io.BytesIO(save_tensors({"w": w, "v": torch.ones(2)})))
    assert found["w"].dtype == np.float32
    np.testing.assert_array_equal(found["w"], w.float().numpy())
    np.testing.assert_array_equal(found["v"], [1, 1])


@pytest.mark.parametrize(
    "values", [np.ones(2, complex), np.array(["2000"], "M8[Y]"), np.array(["a"]), np.array([None])]
)
def test_an_array_that_the_format_cannot_hold_is_named(tmp_path, values):
    words = f"model.odd is an array of {values.dtype}, which safetensors files cannot hold"
    with pytest.raises(TypeError, match=re.escape(words)):
        nn.save({"model": {"fine": np.ones(2), "odd": values}}, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_an_array_cannot_take_the_name_of_the_metadata(tmp_path):
    with pytest.raises(ValueError, match="an array cannot be saved as __metadata__"):
        nn.save({"__metadata__": np.ones(2)}, tmp_path / "x")


def file_of(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return io.BytesIO(len(text).to_bytes(8, "little") + text + body)


def entry(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def test_a_file_made_by_hand_is_read():
    np.testing.assert_array_equal(nn.load(file_of({"w": entry()}, b"\0\0\x80?"))["w"], [1])


W = json.dumps(entry()).encode()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"[]", "does not name arrays"),
        (b"{", "Expecting property name"),
        (b'{"\xff": 1}', "utf-8"),
        (b'{"w": ' * 10_000, "RecursionError"),
        (b'{"w": ' + W + b', "w": ' + W + b"}", "a name twice"),
        ({"w": 1}, "describes w by 1"),
        ({"w": {}}, "describes w by {}"),
        ({"w": entry(offsets=(0,))}, "describes w by"),
        ({"w": entry("F4")}, "w is of the dtype 'F4'; those that can be read are"),
        ({"w": entry(["F32"])}, "w is of the dtype"),
        ({"w": entry(shape="")}, "impossible shape"),
        ({"w": entry(shape=(-1, -1))}, r"impossible shape \[-1, -1\]"),
        ({"w": entry(shape=(1.0,))}, "impossible shape"),
        ({"w": entry(shape=(True,))}, "impossible shape"),
        ({"w": entry(shape=(1,) * 65)}, "impossible shape"),
        ({"w": entry(shape=(0, 2**62), offsets=(0, 0))}, "array is too big"),
        ({"w": entry(shape=(10**9,))}, "does not fit its 4 bytes"),
        ({"w": entry(offsets=(4, 0))}, "does not fit its -4 bytes"),
        ({"w": entry(offsets=(4, 8))}, "between w and the array before it there is a gap"),
        ({"w": entry(), "v": entry()}, "or they overlap"),
        ({}, "its arrays end at byte"),
        ({"w": entry(), "__metadata__": {"a": 1}}, "metadata are not texts"),
        ({"w": entry(), "__metadata__": []}, "metadata are not texts"),
    ],
)
def test_a_wrong_header_is_refused(header, words):
    with pytest.raises(ValueError, match=f"'the file in memory' is not a complete safetensors file: .*({words})"):
        nn.load(file_of(header, bytes(4)))


@pytest.mark.parametrize("length", [0, 3, 2**31, 2**63, 2**64 - 1])
def test_a_wrong_length_of_the_header_is_refused(length):
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        nn.load(io.BytesIO(length.to_bytes(8, "little") + b"{}"))


def test_what_is_refused_is_refused_by_the_package_of_the_format_too():
    from safetensors import SafetensorError

    for header in ({"w": entry(shape=(10**9,))}, {"w": entry(), "v": entry()}, {}):
        with pytest.raises(SafetensorError):
            load(file_of(header, bytes(4)).getvalue())
