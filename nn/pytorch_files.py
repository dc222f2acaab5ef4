"""PyTorch's checkpoint files (.pt, .pth), read without PyTorch and without executing anything in them.

Such a file is a zip archive: `data.pkl`, a pickle that lays out the contents, and one file of bytes for each storage
that tensors lie in. A pickle names functions to be called; here only the few that build dicts and tensors are known,
and each of them is a function of this file. Source: PyTorch's notes on serialization, "Serialized file format".
"""

from __future__ import annotations

import os
import pickle
import sys
import zipfile
from collections import OrderedDict
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DTYPES = {
    "DoubleStorage": np.float64,
    "FloatStorage": np.float32,
    "HalfStorage": np.float16,
    "BFloat16Storage": np.uint16,  # the upper half of a float32
    "LongStorage": np.int64,
    "IntStorage": np.int32,
    "ShortStorage": np.int16,
    "CharStorage": np.int8,
    "ByteStorage": np.uint8,
    "BoolStorage": np.bool_,
    "ComplexFloatStorage": np.complex64,
    "ComplexDoubleStorage": np.complex128,
}


class _Storage(NamedTuple):
    kind: str
    values: NDArray[Any]


def _tensor(storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> NDArray[Any]:
    """The array of a tensor: `size` elements of a storage from `offset` on, `stride` apart along each axis."""
    if not isinstance(storage, _Storage):
        raise ValueError(f"a tensor lies in {storage!r}, which is no storage")
    whole = [offset, *size, *stride]
    if len(size) != len(stride) or not all(isinstance(n, int) and n >= 0 for n in whole):
        raise ValueError(f"a tensor has the impossible size {size}, stride {stride} and offset {offset}")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if prod(size) > storage.values.size or (prod(size) and last >= storage.values.size):
        raise ValueError(
            f"a tensor of size {size}, stride {stride} and offset {offset} does not lie in its storage of "
            f"{storage.values.size} elements"
        )
    strides = [step * storage.values.itemsize for step in stride]
    array = np.lib.stride_tricks.as_strided(storage.values[offset:], size, strides).copy()
    return (array.astype(np.uint32) << 16).view(np.float32) if storage.kind == "BFloat16Storage" else array


def _parameter(data: Any, *_: Any) -> Any:
    return data


KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): tuple,
}


class _Unpickler(pickle.Unpickler):
    """Builds what data.pkl lays out; anything but dicts, lists, numbers, strings and tensors is refused."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(archive.open(f"{folder}/data.pkl"))
        self.archive = archive
        self.folder = folder
        self.swapped = _read(archive, f"{folder}/byteorder", b"little").decode() != sys.byteorder

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in DTYPES:
            return name
        if (module, name) not in KNOWN:
            raise ValueError(
                f"it holds a {module}.{name}, and only tensors, numbers, strings, lists and dicts are read. Save the "
                "state_dict() instead of the object"
            )
        return KNOWN[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        tag, kind, key, _, count = pid
        if tag != "storage" or kind not in DTYPES:
            raise ValueError(f"it refers to {tag!r} of {kind!r}, not to a known storage")
        values: NDArray[Any] = np.frombuffer(_read(self.archive, f"{self.folder}/data/{key}"), DTYPES[kind])
        if values.size != count:
            raise ValueError(f"storage {key} holds {values.size} elements, not the {count} that it should")
        return _Storage(kind, values.byteswap() if self.swapped else values)


def _read(archive: zipfile.ZipFile, name: str, default: bytes | None = None) -> bytes:
    if default is not None and name not in archive.namelist():
        return default
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed, which PyTorch never does")
    return archive.read(name)


def _what_it_is(path: Path) -> str:
    """What a file that is no whole zip archive seems to be, by its first bytes, and what to do."""
    with open(path, "rb") as file:
        start = file.read(9)
    if start[8:] == b"{":
        return "no PyTorch file but looks like a safetensors file: those are read by nn.load."
    if start[:1] == b"\x80":
        return "of the format of PyTorch before version 1.6: load and save it there once more."
    if b"PK".startswith(start[:2]):
        return "not a complete PyTorch file: its end is missing or damaged."
    return "no PyTorch file."


def load_pytorch(path: str | os.PathLike[str]) -> Any:
    """What a PyTorch checkpoint holds, with NumPy arrays for tensors (float32 for bfloat16).

    Nothing in the file is executed. Raises FileNotFoundError where there is none, ValueError where it is no PyTorch
    file, is incomplete, or holds anything but tensors, numbers, strings, lists and dicts.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r} to load weights from.")
    try:
        with zipfile.ZipFile(path) as archive:
            folders = [name.removesuffix("/data.pkl") for name in archive.namelist() if name.endswith("/data.pkl")]
            if len(folders) != 1:
                raise ValueError("it has no data.pkl, which PyTorch's files have")
            return _Unpickler(archive, folders[0]).load()
    except zipfile.BadZipFile as error:
        raise ValueError(f"{str(path)!r} is {_what_it_is(Path(path))}") from error
    except (
        pickle.UnpicklingError,
        OSError,  # a damaged archive sends the reader to places that are not there
        ArithmeticError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        EOFError,
        ImportError,
        MemoryError,
        RecursionError,
        NotImplementedError,
    ) as error:
        raise ValueError(f"{str(path)!r} is not a PyTorch file that can be read: {error}.") from error
