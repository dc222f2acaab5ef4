"""A file that ends anywhere, or has any byte changed, is a ValueError that names it, or is read."""

import numpy as np
import pytest

import nn
from tests.nn.forging import forged, forged_before_1_6, tensor

STATE = {"w": tensor((2, 2), (2, 1)), "epoch": 3, "names": ["a", ("b", 1.5)]}
NESTED = {"model": {"w": np.ones((2, 2), np.float32)}, "epoch": 3, "names": ["a", ("b", 1.5)]}


def plain_safetensors(path):
    nn.save(NESTED["model"], path)


def nested_safetensors(path):
    nn.save(NESTED, path)


def archive(path):
    forged(path, STATE)


def before_version_1_6(path):
    forged_before_1_6(path, STATE, **{"0": np.ones(4, "<f4")})


FORMATS = [
    (archive, nn.load_pytorch),
    (before_version_1_6, nn.load_pytorch),
    (plain_safetensors, nn.load),
    (nested_safetensors, nn.load),
]
every_format = pytest.mark.parametrize(("write", "load"), FORMATS, ids=[write.__name__ for write, _ in FORMATS])


@every_format
def test_a_file_is_refused_wherever_it_ends(tmp_path, write, load):
    write(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    load(tmp_path / "whole")
    for end in range(len(whole)):
        (tmp_path / "part").write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"part' is not a (complete|PyTorch)"):
            load(tmp_path / "part")


@every_format
def test_a_file_with_a_changed_byte_is_refused_or_read(tmp_path, write, load):
    write(tmp_path / "whole")
    whole, rng = (tmp_path / "whole").read_bytes(), np.random.default_rng(0)
    refused = 0
    for _ in range(1000):
        changed = bytearray(whole)
        changed[rng.integers(len(whole))] ^= rng.integers(1, 256)
        (tmp_path / "changed").write_bytes(changed)
        try:
            load(tmp_path / "changed")
        except ValueError as error:
            assert "changed' is " in str(error)  # noqa: PT017 (either is right)
            refused += 1
    assert refused > 100


@every_format
def test_what_follows_the_end_is_refused_or_ignored(tmp_path, write, load):
    write(tmp_path / "whole")
    for more in (b"\0", b"PK\x05\x06" + bytes(18), bytes(1000)):
        (tmp_path / "longer").write_bytes((tmp_path / "whole").read_bytes() + more)
        try:
            load(tmp_path / "longer")
        except ValueError as error:
            assert "longer' is " in str(error)  # noqa: PT017 (either is right)
