"""The safetensors format: 8 bytes with the length of a header, the header in JSON, and the numbers of all arrays.

The header tells of each array its dtype, its shape, and from which to which byte of the rest its numbers lie:
{"weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}. Under "__metadata__" it has texts by names.
Source: Hugging Face, "Safetensors", section "Format".
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from math import prod
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from nn.small_floats import decoded, stored_dtype

DTYPES = {
    "BOOL": "bool",
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
    **{f"F{bits}": f"float{bits}" for bits in (16, 32, 64)},
    "C64": "complex64",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
}
"""The dtype for each name of the format."""

METADATA = "__metadata__"
MOST_AXES = 64
"""NumPy's arrays have no more."""


def file_parts(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> Iterator[bytes]:
    """The bytes of a file of these arrays and texts, in parts.

    The widest numbers come first, so that each lies at a multiple of its width. Raises TypeError for an array of a
    dtype that the format does not have.
    """
    names = {dtype: name for name, dtype in DTYPES.items()}
    for name, array in arrays.items():
        if array.dtype.name not in names:
            raise TypeError(
                f"{name} is an array of {array.dtype}, which safetensors files cannot hold. Save it as float64, "
                "float32, float16, complex64, bool, or integers."
            )
    if METADATA in arrays:
        raise ValueError(f"an array cannot be saved as {METADATA}: safetensors files have that name for texts.")
    header: dict[str, Any] = {METADATA: dict(metadata)} if metadata else {}
    header |= dict.fromkeys(arrays)
    widest_first = sorted(arrays, key=lambda name: -arrays[name].itemsize)
    end = 0
    for name in widest_first:
        array, begin, end = arrays[name], end, end + arrays[name].nbytes
        header[name] = {"dtype": names[array.dtype.name], "shape": array.shape, "data_offsets": (begin, end)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little") + text
    for name in widest_first:
        yield arrays[name].astype(stored_dtype(arrays[name].dtype.name)).tobytes()


def read_arrays(file: IO[bytes]) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays and the texts of a file. Raises ValueError where it is none, or not complete."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = 8 + int.from_bytes(file.read(8), "little")
    if not 8 < start <= size:
        raise ValueError(f"its header would end at byte {start}, and it has {size} bytes")
    header = json.loads(file.read(start - 8).decode(), object_pairs_hook=_without_repetitions)
    if not isinstance(header, dict):
        raise ValueError("its header does not name arrays")
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("its metadata are not texts")
    for name, entry in header.items():
        _check(name, entry)
    end = start
    arrays: dict[str, NDArray[Any]] = {}
    for name in sorted(header, key=lambda name: header[name]["data_offsets"]):
        begin, end = end, start + header[name]["data_offsets"][1]
        if begin != start + header[name]["data_offsets"][0]:
            raise ValueError(f"between {name} and the array before it there is a gap, or they overlap")
        arrays[name] = _read_array(file, DTYPES[header[name]["dtype"]], header[name]["shape"], end - begin)
    if end != size:
        raise ValueError(f"its arrays end at byte {end}, and it has {size} bytes")
    return {name: arrays[name] for name in header}, metadata


def _without_repetitions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("its header has a name twice")
    return found


def _check(name: str, entry: Any) -> None:
    """Raise ValueError unless the entry of the header describes an array."""
    try:
        dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        numbers = [*shape, begin, end]
    except (TypeError, ValueError, KeyError):
        raise ValueError(f"its header describes {name} by {entry!r:.100}") from None
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise ValueError(f"{name} is of the dtype {dtype!r:.100}; those that can be read are {', '.join(DTYPES)}")
    if not isinstance(shape, list) or len(shape) > MOST_AXES or not all(type(n) is int and n >= 0 for n in numbers):
        raise ValueError(f"{name} has the impossible shape {shape!r:.100} or place, {begin!r:.100} to {end!r:.100}")
    if prod(shape) * stored_dtype(DTYPES[dtype]).itemsize != end - begin:
        raise ValueError(f"{name} of {dtype} and shape {shape!r:.100} does not fit its {end - begin} bytes")


def _read_array(file: IO[bytes], dtype: str, shape: list[int], count: int) -> NDArray[Any]:
    stored = np.frombuffer(file.read(count), stored_dtype(dtype))
    return decoded(stored.reshape(shape), dtype)
