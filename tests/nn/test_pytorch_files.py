"""PyTorch's files are read without PyTorch, and nothing in them is executed."""

import gc
import io
import pickle
import random
import zipfile
from collections import Counter, OrderedDict, defaultdict

import numpy as np
import pytest

import nn
from tests.nn.forging import FLOATS, Call, Global, Storage, forged, forged_before_1_6, tensor


def test_a_state_dict_comes_back(torch, tmp_path):
    theirs = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(8, 3))
    torch.save(theirs.state_dict(), tmp_path / "model.pt")
    loaded = nn.load_pytorch(tmp_path / "model.pt")
    assert list(loaded) == list(theirs.state_dict())
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(loaded[name], value.numpy())
        assert loaded[name].dtype == np.float32
    ours = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    ours.load_state_dict(loaded)
    x = np.random.default_rng(0).standard_normal((2, 1, 4, 4)).astype(np.float32)
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), atol=1e-5)


def test_every_kind_of_tensor_comes_back(torch, tmp_path):
    base = torch.arange(24.0).reshape(4, 6)
    contents = {
        "views of one storage": [base[1:, ::2], base.T, base[2, 3]],
        "bfloat16": base.to(torch.bfloat16),
        "parameter": torch.nn.Parameter(base),
        "nested": {"numbers": (1, 2.5, True, None, "text"), 3: []},
        **{
            name: (base > 3).to(getattr(torch, name))
            for name in (
                "float64",
                "float32",
                "float16",
                "int64",
                "int32",
                "int16",
                "int8",
                "uint8",
                "bool",
                "complex64",
                "complex128",
            )
        },
        "empty": torch.zeros(0, 3),
    }
    torch.save(contents, tmp_path / "x.pt")
    loaded = nn.load_pytorch(tmp_path / "x.pt")
    assert loaded["nested"] == contents["nested"]
    for ours, theirs in zip(loaded["views of one storage"], contents["views of one storage"], strict=True):
        np.testing.assert_array_equal(ours, theirs.numpy())
    np.testing.assert_array_equal(loaded["bfloat16"], base.numpy())
    for name in set(contents) - {"views of one storage", "bfloat16", "nested"}:
        theirs = contents[name].detach().numpy()
        np.testing.assert_array_equal(loaded[name], theirs)
        assert (loaded[name].dtype, loaded[name].shape) == (theirs.dtype, theirs.shape)


def test_an_optimisers_state_comes_back(torch, tmp_path):
    w = torch.ones(3, requires_grad=True)
    optimizer = torch.optim.Adam([w])
    w.sum().backward()
    optimizer.step()
    torch.save({"optimizer": optimizer.state_dict(), "epoch": 4}, tmp_path / "x.pt")
    loaded = nn.load_pytorch(tmp_path / "x.pt")
    assert loaded["epoch"] == 4
    assert loaded["optimizer"]["param_groups"][0]["lr"] == 1e-3
    np.testing.assert_allclose(loaded["optimizer"]["state"][0]["exp_avg"], 0.1)


def test_a_file_made_by_hand_is_read(tmp_path):
    data = np.arange(4, dtype=np.float32).tobytes()
    loaded = nn.load_pytorch(forged(tmp_path / "x", {"w": tensor((2, 2), (1, 2))}, data))
    np.testing.assert_array_equal(loaded["w"], [[0, 2], [1, 3]])


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (Call(Global("os", "system"), "echo harm > harmed"), r"it holds a os\.system, and only tensors"),
        (Call(Global("builtins", "eval"), "1"), r"builtins\.eval"),
        (Global("numpy", "ndarray"), r"numpy\.ndarray"),
        (Global("torch.nn.modules.linear", "Linear"), r"Linear.*Save the state_dict\(\) instead"),
        (tensor((4, 4), (4, 1)), r"size \(4, 4\), stride \(4, 1\) and offset 0 does not lie in its storage of 4"),
        (tensor((2,), (1,), 3), "offset 3 does not lie"),
        (tensor((2,), (-1,), 3), r"impossible size \(2,\), stride \(-1,\)"),
        (tensor((2,), (1, 1)), "impossible size"),
        (tensor((10**9, 10**9), (0, 0)), "its values would take more than .* bytes, far more than the file has"),
        (tensor((2**62, 4), (0, 0)), "its values would take more than .* bytes, far more than the file has"),
        (tensor(("a",), (1,)), "impossible size"),
        (tensor((2,), (1,), storage="x"), "no storage"),
        (tensor((2,), (1,), storage=Storage("storage", Global("torch", "FloatStorage"), "0", "cpu", 9)), "not the 9"),
        (tensor((2,), (1,), storage=Storage("storage", Global("torch", "FloatStorage"), "7", "cpu", 4)), "data/7"),
        (tensor((2,), (1,), storage=Storage("file", "x", "0", "cpu", 4)), "not to a known storage"),
        (tensor(3, 4), "not a PyTorch file that can be read"),
        (Storage(1), "not a PyTorch file that can be read"),
    ],
)
def test_harm_and_nonsense_are_refused(tmp_path, monkeypatch, contents, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=words):
        nn.load_pytorch(forged(tmp_path / "x", {"w": contents}))
    assert not (tmp_path / "harmed").exists()


def test_compressed_entries_and_other_archives_are_refused(tmp_path):
    with pytest.raises(ValueError, match="compressed, which PyTorch never does"):
        nn.load_pytorch(forged(tmp_path / "x", tensor((2,), (1,)), compression=zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(tmp_path / "y", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ValueError, match=r"has no data\.pkl"):
        nn.load_pytorch(tmp_path / "y")


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path):
    whole = forged(tmp_path / "x", {"w": tensor((2, 2), (2, 1))}).read_bytes()
    for length in range(0, len(whole), 7):
        (tmp_path / "part").write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is not a complete PyTorch file"):
            nn.load_pytorch(tmp_path / "part")


def test_files_of_other_kinds_are_named(tmp_path):
    nn.save({"w": np.ones(3)}, tmp_path / "weights")
    with pytest.raises(ValueError, match=r"looks like a safetensors file: those are read by nn\.load\."):
        nn.load_pytorch(tmp_path / "weights")
    (tmp_path / "text").write_text("epoch,loss\n1,0.5\n")
    with pytest.raises(ValueError, match=r"'.*text' is no PyTorch file\.$"):
        nn.load_pytorch(tmp_path / "text")
    (tmp_path / "old.pt").write_bytes(pickle.dumps({"w": 1}, protocol=2))
    with pytest.raises(ValueError, match=r"PyTorch before version 1\.6"):
        nn.load_pytorch(tmp_path / "old.pt")
    with pytest.raises(ValueError, match=r"read by nn\.load_pytorch"):
        nn.load(forged(tmp_path / "x.pt", {"w": tensor((2, 2), (2, 1))}))


def test_a_damaged_file_is_refused_or_read_but_never_crashes(tmp_path):
    whole, rng = forged(tmp_path / "x", {"w": tensor((2, 2), (2, 1))}).read_bytes(), np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = rng.integers(256)
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            nn.load_pytorch(tmp_path / "damaged")
        except ValueError as error:
            assert "damaged" in str(error)  # noqa: PT017 (either is right)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*nothing"):
        nn.load_pytorch(tmp_path / "nothing")


BEFORE_1_6 = {"_use_new_zipfile_serialization": False}


def float_storage(key, count, *view):
    return Storage("storage", Global("torch", "FloatStorage"), key, "cpu", count, *view)


def test_a_file_from_before_version_1_6_made_by_hand_is_read(tmp_path):
    a, b = np.arange(6, dtype="<f4"), np.arange(3, dtype="<f4") + 10
    path = forged_before_1_6(
        tmp_path / "x",
        {
            "a": tensor((2, 3), (1, 2), storage=float_storage("a", 6, None)),
            "b": tensor((2,), (1,), 1, storage=float_storage("b", 3, None)),
            "view": tensor((2,), (1,), 1, storage=float_storage("a", 6, ("v", 2, 3))),
            "epoch": 7,
        },
        b=b,
        a=a,
    )
    found = nn.load_pytorch(path)
    assert list(found) == ["a", "b", "view", "epoch"]
    np.testing.assert_array_equal(found["a"], a.reshape(3, 2).T)
    np.testing.assert_array_equal(found["b"], b[1:])
    np.testing.assert_array_equal(found["view"], a[3:5])
    assert found["epoch"] == 7


@pytest.mark.parametrize(
    ("contents", "storages", "words"),
    [
        (Call(Global("os", "system"), "echo harm > harmed"), {}, r"it holds a os\.system"),
        ({"w": tensor((4,), (1,))}, {"0": np.ones(3, "<f4")}, "storage 0 holds 3 elements of float32, not the 4"),
        ({"w": tensor((4,), (1,))}, {}, "KeyError: '0'"),
        ({"w": tensor((4,), (1,))}, {"1": np.ones(4, "<f4")}, "KeyError: '1'"),
        ({"w": tensor((5,), (1,))}, {"0": np.ones(4, "<f4")}, "does not lie in its storage of 4"),
        (tensor((1,), (1,), storage=float_storage("a", 4, ("v", 2, 3))), {"a": np.ones(4, "<f4")}, "does not lie in"),
    ],
)
def test_harm_and_nonsense_from_before_version_1_6_are_refused(tmp_path, monkeypatch, contents, storages, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=f"x' is not a PyTorch file that can be read: .*{words}"):
        nn.load_pytorch(forged_before_1_6(tmp_path / "x", contents, **storages))
    assert not (tmp_path / "harmed").exists()


def plain(value):
    """What PyTorch's values are in NumPy's."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value] if isinstance(value, list) else tuple(map(plain, value))
    if isinstance(value, bytearray):
        return bytes(value)
    if hasattr(value, "detach"):
        tensor = value.detach().resolve_conj().resolve_neg()
        small = tensor.is_floating_point() and (tensor.itemsize == 1 or str(tensor.dtype) == "torch.bfloat16")
        return (tensor.float() if small else tensor).numpy()
    return str(value).removeprefix("torch.") if type(value).__module__ == "torch" else value


def arrays_of(tree):
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list | tuple) else ()
    return [tree] if isinstance(tree, np.ndarray) else [array for part in parts for array in arrays_of(part)]


def check_equal(found, expected):
    np.testing.assert_equal(found, expected)  # of dicts and lists, part by part
    for ours, theirs in zip(arrays_of(found), arrays_of(expected), strict=True):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        assert ours.flags.writeable


def tensors_of_all_kinds(torch):
    base, z = torch.arange(24.0).reshape(4, 6), torch.arange(6).reshape(2, 3) * (1 + 2j)
    parameter = torch.nn.Parameter(base.clone())
    parameter.note = "an attribute"
    noted = torch.ones(2)
    noted.note = "another"
    bits = torch.arange(256, dtype=torch.uint8)
    small = ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")
    return {
        "views": [base, base[1:, ::2], base.T, base[2, 3], base.expand(2, 4, 6), base[:, :1].expand(4, 9)],
        "one number, often": torch.ones(1).expand(5, 7),
        "conjugated": [z.conj(), z.mH],
        "negated": z.clone().conj().imag,
        "bfloat16": base.to(torch.bfloat16),
        "float8": [bits.clone().view(getattr(torch, name)) for name in small],
        "unsigned": [torch.arange(3).to(getattr(torch, f"uint{width}")) for width in (16, 32, 64)],
        "with attributes": [parameter, noted],
        "buffer": torch.nn.Buffer(torch.ones(2)),
        "without axes": [torch.tensor(1.5).to(getattr(torch, name)) for name in ("bfloat16", "bool", small[0])],
        "conjugated, without axes": [torch.tensor(1j).conj(), torch.tensor(2j).conj().imag],
        "empty": torch.zeros(0, 3),
    }


@pytest.mark.parametrize("options", [{}, BEFORE_1_6, {"pickle_protocol": 4}, {"pickle_protocol": 5, **BEFORE_1_6}])
def test_tensors_of_all_kinds_come_as_pytorch_has_them(torch, tmp_path, options):
    contents = tensors_of_all_kinds(torch)
    torch.save(contents, tmp_path / "x.pt", **options)
    check_equal(nn.load_pytorch(tmp_path / "x.pt"), plain(contents))


def plain_values(torch):
    rng = np.random.default_rng(0)
    return {
        "counter": Counter({2: 1, 4: 3}),
        "ordered": OrderedDict(b=1, a=[2]),
        "default": defaultdict(list, {1: [2]}),
        "device": [torch.device("cpu"), torch.device("cuda", 1)],
        "dtype": [torch.float32, torch.bfloat16],
        "size": torch.Size([2, 3]),
        "numpy": [np.float64(0.5), np.int32(3), np.bool_(True), np.complex64(1j), np.str_("text")],
        "arrays": [rng.random((2, 3)), np.asfortranarray(rng.random((2, 3))), np.array(2), np.array(["a", "bc"])],
        "bytes": [b"", b"\x00\xff", bytearray(b"ab")],
        "sets": [set(), {1, "a", None}, frozenset({2.5})],
        "numbers": [0, -1, 255, 65535, 2**31, -(2**100), 0.1, 1j, float("inf")],
        "keys": {1: 1, "a": 2, 0.5: 3, (1, "a"): 4, None: 5},
        "random states": [rng.bit_generator.state, np.random.RandomState(0).get_state(), random.Random(0).getstate()],
        "nested": [[[[]], ()], ((), ({},))],
    }


@pytest.mark.parametrize("options", [{}, BEFORE_1_6, *({"pickle_protocol": i} for i in (3, 4, 5))])
def test_plain_values_beside_the_tensors_come_back(torch, tmp_path, options):
    contents = plain_values(torch) | {"w": torch.ones(2)}
    torch.save(contents, tmp_path / "x.pt", **options)
    check_equal(nn.load_pytorch(tmp_path / "x.pt"), plain(contents))


@pytest.mark.parametrize("options", [{}, BEFORE_1_6])
@pytest.mark.parametrize("name", ["SGD", "Adam", "Adagrad", "RMSprop", "NAdam", "LBFGS"])
def test_the_states_of_optimizers_and_schedulers_come_back(torch, tmp_path, name, options):
    model = torch.nn.Linear(3, 2)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [1, 3, 3])

    def loss():
        optimizer.zero_grad()
        y = model(torch.ones(1, 3)).sum()
        y.backward()
        return y

    optimizer.step(loss)
    schedule.step()
    contents = {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
    torch.save(contents, tmp_path / "x.pt", **options)
    check_equal(nn.load_pytorch(tmp_path / "x.pt"), plain(contents))


def test_a_file_of_the_other_byte_order_is_read(tmp_path):
    path = forged(tmp_path / "x", {"w": tensor((2, 2), (2, 1))}, np.arange(4, dtype=">f4").tobytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("archive/byteorder", "big")
    np.testing.assert_array_equal(nn.load_pytorch(path)["w"], [[0, 1], [2, 3]])


def test_a_file_that_is_open_is_read(tmp_path):
    path = forged(tmp_path / "x", {"w": tensor((4,), (1,))})
    old = forged_before_1_6(tmp_path / "old", {"w": tensor((4,), (1,))}, **{"0": np.zeros(4, "<f4")})
    for content in (path.read_bytes(), old.read_bytes()):
        np.testing.assert_array_equal(nn.load_pytorch(io.BytesIO(content))["w"], np.zeros(4))
    with open(path, "rb") as file:
        file.seek(5)
        np.testing.assert_array_equal(nn.load_pytorch(file)["w"], np.zeros(4))
    with open(path) as file, pytest.raises(TypeError, match="a path or a file opened for reading bytes, not TextIO"):
        nn.load_pytorch(file)
    with pytest.raises(TypeError, match="a path or a file opened for reading bytes, not int"):
        nn.load_pytorch(3)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ({"a": {"b": {3: Global("fractions", "Fraction")}}}, r"at a\.b\.3, it holds a fractions\.Fraction, .*Leave it"),
        (Call(Global("net", "Net")), r"it holds a net\.Net, .*Save the state_dict\(\) instead"),
        (Global("torch._utils", "_rebuild_tensor_v2"), r"it holds a torch\._utils\._rebuild_tensor_v2"),
        ([Global("torch._utils", "_rebuild_parameter")], r"it holds a torch\._utils\._rebuild_parameter"),
        ({"f": (1, Global("torch", "Size"))}, "it holds a storage or a function"),
        ([FLOATS], "it holds a storage or a function"),
        (Call(Global("torch._utils", "_rebuild_parameter"), Global("torch", "Size")), r"it holds a torch\.Size"),
        (Call(Global("torch", "Tensor"), 3), "it makes an object of a class"),
        (Call(Global("torch", "Size"), ("a",)), "a size in it is impossible"),
        (Call(Global("torch", "device"), 1), "a int where a str is to be"),
        (Call(Global("collections", "Counter"), [1]), "a list where a dict is to be"),
        (Call(Global("collections", "OrderedDict"), {1: 2}), "a dict where a list is to be"),
        (Call(Global("numpy", "dtype"), "O8"), "of the dtype object, not of numbers or texts"),
        (Call(Global("numpy.core.multiarray", "scalar"), Call(Global("numpy", "dtype"), "f8"), "abc"), "buffer size"),
        (Call("text", 1), "it calls str, which is no function"),
        ({(1, (2, 3)): 4}, "a key of type tuple"),
        ({2**70: 4}, "a key of type int"),
    ],
)
def test_what_is_no_plain_value_is_named(tmp_path, contents, words):
    with pytest.raises(ValueError, match=f"x' is not a PyTorch file that can be read: .*{words}"):
        nn.load_pytorch(forged(tmp_path / "x", contents))


def test_a_storage_has_one_dtype(tmp_path):
    integers = Storage("storage", Global("torch", "IntStorage"), "0", "cpu", 4)
    with pytest.raises(ValueError, match="storage 0 holds 4 elements of float32, not the 4 of int32"):
        nn.load_pytorch(forged(tmp_path / "x", [tensor((2,), (1,)), tensor((2,), (1,), storage=integers)]))


@pytest.mark.parametrize("flags", [{"zero": True}, [1]])
def test_flags_that_are_not_known_are_refused(tmp_path, flags):
    contents = tensor((2,), (1,))
    contents.args = (*contents.args, flags)
    with pytest.raises(ValueError, match=r"flags other than conj and neg|a list where a dict is to be"):
        nn.load_pytorch(forged(tmp_path / "x", contents))


def test_a_damaged_archive_is_said_to_be_damaged(tmp_path):
    numbers = np.full(4, 1.5, "<f4").tobytes()
    whole = forged(tmp_path / "x", {"w": tensor((4,), (1,))}, numbers).read_bytes()
    (tmp_path / "changed").write_bytes(whole.replace(numbers, bytes(16)))
    with pytest.raises(ValueError, match=r"changed' is not .*: it is damaged \(BadZipFile: Bad CRC.*archive/data/0"):
        nn.load_pytorch(tmp_path / "changed")
    locked = bytearray(whole)
    locked[6] |= 1
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked").write_bytes(locked)
    with pytest.raises(ValueError, match=r"locked' is not .*: it is damaged .*encrypted"):
        nn.load_pytorch(tmp_path / "locked")
    with zipfile.ZipFile(tmp_path / "x", "a") as archive:
        archive.writestr("other/data.pkl", b"N.")
    with pytest.raises(ValueError, match=r"x' is not .*: it has 2 data\.pkl, of which PyTorch's files have one"):
        nn.load_pytorch(tmp_path / "x")


@pytest.mark.parametrize("forge", [forged, forged_before_1_6])
def test_a_file_that_was_read_leaves_nothing_to_pythons_collector(forge, tmp_path):
    path = tmp_path / "file.pt"
    extra = {"0": np.zeros(4, np.float32)} if forge is forged_before_1_6 else {}
    forge(path, {"w": tensor((2,), (1,))}, **extra)
    nn.load_pytorch(path)
    gc.collect()
    gc.disable()
    try:
        nn.load_pytorch(path)
        assert gc.collect() == 0
    finally:
        gc.enable()
