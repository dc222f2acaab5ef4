"""Numbers as files store them: bfloat16 and float8, which NumPy does not have, become float32, which has them all."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FLOAT8 = {"float8_e4m3fn": (3, 7), "float8_e5m2": (2, 15), "float8_e4m3fnuz": (3, 8), "float8_e5m2fnuz": (2, 16)}
"""For each, the bits of the fraction, and the bias of the exponent."""


def stored_dtype(name: str, order: Literal["<", ">"] = "<") -> np.dtype[Any]:
    """The dtype in NumPy of what a file of this byte order stores for a dtype such as "float32": numbers, or bits."""
    bits = {"bfloat16": "uint16", "bool": "uint8"} | dict.fromkeys(FLOAT8, "uint8")
    return np.dtype(bits.get(name, name)).newbyteorder(order)


def decoded(stored: NDArray[Any], name: str) -> NDArray[Any]:
    """The numbers of what a file stores for this dtype, as an array of its own in the machine's byte order."""
    array = stored.astype(stored.dtype.newbyteorder("="), order="C")
    if name == "bfloat16":  # the upper half of a float32
        return np.asarray(array.astype(np.uint32) << 16).view(np.float32)
    if name in FLOAT8:
        return np.asarray(_float8(name)[array])
    return array.astype(bool) if name == "bool" else array


def _float8(name: str) -> NDArray[np.float32]:
    """The 256 numbers of a float8, by their bits: a sign, an exponent e and a fraction f of 0 to 1.

    The number is (1 + f) 2^(e - bias), and f 2^(1 - bias) where e is 0. In e5m2 the largest e is for infinity and NaN,
    in e4m3fn the largest e with the largest f is NaN, and in the others it is what would be -0. Source: Micikevicius et
    al. 2022, "FP8 formats for deep learning"; Noune et al. 2022, "8-bit numerical formats for deep neural networks".
    """
    fraction_bits, bias = FLOAT8[name]
    bits = np.arange(256)
    e, f = (bits & 127) >> fraction_bits, (bits & (1 << fraction_bits) - 1) / (1 << fraction_bits)
    size = np.where(e == 0, np.ldexp(f, 1 - bias), np.ldexp(1 + f, e - bias))
    if name == "float8_e5m2":
        size[e == 31] = np.where(f[e == 31] == 0, np.inf, np.nan)
    else:
        size[bits == 128 if name.endswith("uz") else bits & 127 == 127] = np.nan
    return np.where(bits > 127, -size, size).astype(np.float32)
