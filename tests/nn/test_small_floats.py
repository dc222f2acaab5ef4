"""bfloat16 and float8 are PyTorch's numbers, for all of their bits."""

import numpy as np
import pytest

from nn.small_floats import decoded, stored_dtype


@pytest.mark.parametrize("name", ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"])
def test_all_float8_are_those_of_pytorch(torch, name):
    bits = np.arange(256, dtype=np.uint8)
    theirs = torch.from_numpy(bits).view(getattr(torch, name)).float().numpy()
    ours = decoded(bits, name)
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, theirs)


def test_all_bfloat16_are_those_of_pytorch(torch):
    bits = np.arange(2**16, dtype=np.uint16)
    theirs = torch.from_numpy(bits.view(np.int16)).view(torch.bfloat16).float().numpy()
    np.testing.assert_array_equal(decoded(bits, "bfloat16").view(np.uint32), theirs.view(np.uint32))


def test_bytes_are_swapped_where_the_file_has_another_order():
    for name, numbers in [("float64", [1.5, -2.0]), ("int16", [1, 256]), ("complex64", [1 + 2j, 3j])]:
        for order in "<>":
            stored = np.array(numbers, stored_dtype(name, order))
            found = decoded(stored, name)
            assert found.dtype == np.dtype(name)
            assert found.dtype.isnative
            assert found.tolist() == numbers


def test_every_byte_but_zero_is_true():
    assert decoded(np.array([0, 1, 2, 255], np.uint8), "bool").tolist() == [False, True, True, True]
