"""PyTorch's checkpoint files (.pt, .pth), read without PyTorch and without executing anything in them.

Such a file is a zip archive: `data.pkl`, a pickle that lays out the contents, and a member of bytes for each storage
that tensors lie in. Before version 1.6 it was several pickles one after another, and then the storages. Source:
PyTorch's notes on serialization, "Serialized file format", and torch/serialization.py.
"""

from __future__ import annotations

import os
from io import BytesIO
from struct import unpack
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, is_zipfile

import numpy as np
from numpy.typing import NDArray

from nn.pytorch_pickles import Pickle, Storage
from nn.pytorch_values import Values, storage_dtype
from nn.reading import Source, errors_named, opened
from nn.small_floats import stored_dtype

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
"""The first pickle of a file from before version 1.6."""

PICKLE = b"\x80"
"""The first byte of a pickle."""


def load_pytorch(path: Source) -> Any:
    """What a PyTorch checkpoint holds, with NumPy arrays for tensors (float32 for bfloat16 and float8).

    Numbers, strings, bytes, lists, tuples, sets and dicts come as they are, and what is one of them in disguise too: an
    OrderedDict or a Counter as a dict, a number of NumPy as one of Python, a device or a dtype as its name. `path` may
    be a file that is open for reading bytes, too.

    Nothing in the file is executed, and one whose values would take more memory than 8 times its size and 16 MiB is
    refused. Raises FileNotFoundError where there is none, ValueError where it is no PyTorch file, is incomplete or
    damaged, or holds anything else.
    """
    with opened(path) as (file, name):
        file.seek(0)
        start = file.read(9)
        if not start.startswith(PICKLE) and not _is_archive(file):
            raise ValueError(f"{name} is {_what_it_is(start)}")
        with errors_named(name, "a PyTorch file that can be read"):
            return _before_version_1_6(file) if start.startswith(PICKLE) else _archive(file)


def _is_archive(file: IO[bytes]) -> bool:
    """Whether it is a zip archive, or a damaged one, of which `_archive` tells more."""
    try:
        return is_zipfile(file)
    except BadZipFile:
        return True


def _what_it_is(start: bytes) -> str:
    """What a file seems to be that is neither a whole zip archive nor a pickle, by its first bytes; and what to do."""
    if start[8:] == b"{":
        return "no PyTorch file but looks like a safetensors file: those are read by nn.load."
    if b"PK".startswith(start[:2]):
        return "not a complete PyTorch file: its end is missing or damaged."
    return "no PyTorch file."


def _archive(file: IO[bytes]) -> Any:
    size = file.seek(0, os.SEEK_END)
    with ZipFile(file) as archive:
        for member in archive.infolist():
            if member.compress_type != ZIP_STORED:
                raise ValueError(f"{member.filename:.100} is compressed, which PyTorch never does")
        if sum(max(member.file_size, member.compress_size) for member in archive.infolist()) > size:
            raise ValueError("its members overlap")
        folders = [name.removesuffix("data.pkl") for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(folders) != 1:
            raise ValueError(f"it has {len(folders) or 'no'} data.pkl, of which PyTorch's files have one")
        (folder,) = folders
        order = f"{folder}byteorder"
        big = order in archive.namelist() and archive.read(order) == b"big"

        def find(key: str, dtype: np.dtype[Any]) -> NDArray[Any]:
            return np.frombuffer(archive.read(f"{folder}data/{key}"), dtype)

        values = Values(size, find, ">" if big else "<")
        return Pickle(values).load(BytesIO(archive.read(f"{folder}data.pkl")))


def _before_version_1_6(file: IO[bytes]) -> Any:
    """Pickles of a magic number, the format's version, the system, the contents, and the keys of the storages.

    Then, in the order of the keys, every storage: the number of its elements in 8 bytes, and the elements.
    """
    file.seek(0)
    stream = BytesIO(file.read())
    size = stream.getbuffer().nbytes
    survey = _Survey(size)
    if Pickle(survey).load(stream) != MAGIC_NUMBER:
        raise ValueError("it begins as a file of PyTorch before version 1.6, but not with its magic number")
    for _ in ("version", "system"):
        Pickle(survey).load(stream)
    start = stream.tell()
    Pickle(survey).load(stream)
    found: dict[str, NDArray[Any]] = {}
    for key in _keys(Pickle(survey).load(stream)):
        (count,) = unpack("<Q", stream.read(8))
        dtype = survey.dtypes[key]
        found[key] = np.frombuffer(stream.read(count * dtype.itemsize), dtype)
    stream.seek(start)
    return Pickle(Values(size, lambda key, dtype: found[key])).load(stream)


def _keys(keys: Any) -> list[str]:
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ValueError("its storages are not listed by their keys")
    return keys


class _Survey(Values):
    """Goes over the contents to learn the dtypes of the storages, which come after them: then tensors can be built."""

    def __init__(self, size: int) -> None:
        super().__init__(size, lambda key, dtype: np.empty(0, dtype))
        self.dtypes: dict[str, np.dtype[Any]] = {}

    def storage(self, tag: Any, kind: Any, key: Any, *_: Any) -> Storage:
        """A storage without numbers."""
        dtype = storage_dtype(tag, kind, key)
        self.dtypes[key] = stored_dtype(dtype)
        return Storage(dtype, None)

    def tensor(self, *_: Any) -> Any:
        """No tensor yet."""

    def tensor_of_bytes(self, *_: Any) -> Any:
        """No tensor yet."""
