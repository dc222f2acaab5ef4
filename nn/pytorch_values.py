"""What the functions in PyTorch's files build, in NumPy: tensors of storages, arrays, and some plain values."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn.pytorch_pickles import Function, Storage, checked_key
from nn.small_floats import FLOAT8, decoded, stored_dtype

STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}
DTYPES = frozenset({*STORAGES.values(), *FLOAT8, "uint16", "uint32", "uint64"})
"""The dtypes of PyTorch that are read; others are known by name only."""

MULTIARRAY = ("numpy.core.multiarray", "numpy._core.multiarray")
BUILTINS = ("builtins", "__builtin__")
"""The names of these modules today and in older files."""

CLASSES = [
    *(("torch", "Tensor"), ("torch.nn.parameter", "Parameter"), ("torch.nn.parameter", "Buffer"), ("numpy", "ndarray")),
    *((module, name) for module in BUILTINS for name in ("dict", "list", "int", "float")),
]
"""Classes that are named, as of a tensor or the values of a defaultdict, and not called."""

MOST_AXES = 64
"""NumPy's arrays have no more."""

PLAIN_KINDS = "biufcSU"
"""NumPy's numbers and texts."""


class Values:
    """Builds the values of a file, which take no more memory than a small multiple of its `size`.

    `find` gives the numbers of a storage: of this key, in this dtype. `order` is the byte order, "<" or ">".
    """

    def __init__(
        self, size: int, find: Callable[[str, np.dtype[Any]], NDArray[Any]], order: Literal["<", ">"] = "<"
    ) -> None:
        self.most = self.left = 8 * size + 2**24
        self.find, self.order = find, order
        self.storages: dict[str, Storage] = {}

    def functions(self) -> dict[tuple[str, str], Any]:
        """By module and name, what a pickle may call. Kept here, its methods of this object would be a cycle."""
        return {
            **{("torch", name): name for name in [*STORAGES, *DTYPES]},
            ("torch.storage", "UntypedStorage"): "UntypedStorage",
            ("torch._utils", "_rebuild_tensor"): self.tensor,
            ("torch._utils", "_rebuild_tensor_v2"): self.tensor,
            ("torch._utils", "_rebuild_tensor_v3"): self.tensor_of_bytes,
            ("torch._utils", "_rebuild_parameter"): _first,
            ("torch._utils", "_rebuild_parameter_with_state"): _first,
            ("torch._tensor", "_rebuild_from_type_v2"): _without_type,
            ("torch", "Size"): _size,
            ("torch", "device"): _device,
            ("collections", "OrderedDict"): self.dict_of_pairs,
            ("collections", "defaultdict"): lambda factory=None: {},
            ("collections", "Counter"): _counts,
            ("_codecs", "encode"): self.bytes_of,
            ("numpy", "dtype"): _dtype,
            **{(module, "scalar"): _scalar for module in MULTIARRAY},
            **{(module, "_reconstruct"): lambda *_: np.empty(0) for module in MULTIARRAY},
            **{(module, "_frombuffer"): self.array for module in ("numpy.core.numeric", "numpy._core.numeric")},
            **{(module, name): self.set_of for module in BUILTINS for name in ("set", "frozenset")},
            **{(module, name): self.bytes_of for module in BUILTINS for name in ("bytes", "bytearray")},
            **{(module, "complex"): _complex for module in BUILTINS},
            **dict.fromkeys(CLASSES, _not_called),
        }

    def take(self, size: int) -> None:
        """Count memory that a value takes, in bytes. Raises ValueError where it is too much for the file."""
        self.left -= size
        if self.left < 0:
            raise ValueError(
                f"its values would take more than {self.most:,} bytes, far more than the file has. If it holds views "
                "that repeat numbers, as expand() makes them, save their contiguous() instead"
            )

    def storage(self, tag: Any, kind: Any, key: Any, location: Any, count: Any, view: Any = None) -> Storage:
        """The storage of a key, or from an offset of it a view of so many elements, as files before 1.0 have them."""
        dtype = storage_dtype(tag, kind, key)
        if key not in self.storages:
            self.storages[key] = Storage(dtype, self.find(key, stored_dtype(dtype, self.order)))
        found = self.storages[key]
        if found.dtype != dtype or type(count) is not int or found.stored.size != count:
            raise ValueError(
                f"storage {key} holds {found.stored.size} elements of {found.dtype}, not the {count!s:.20} of {dtype} "
                "that it should"
            )
        if view is None:
            return found
        _, offset, size = view
        _check_place(count, offset, (size,), (1,))
        return Storage(dtype, found.stored[offset : offset + size])

    def tensor(
        self, storage: Any, offset: Any, size: Any, stride: Any, grad: Any = None, hooks: Any = None, flags: Any = None
    ) -> NDArray[Any]:
        """The array of a tensor: `size` elements of a storage from `offset` on, `stride` apart along each axis."""
        if not isinstance(storage, Storage):
            raise ValueError(f"a tensor lies in a {type(storage).__name__}, which is no storage")
        _check_place(storage.stored.size, offset, size, stride)
        self.take(prod(size) * decoded(storage.stored[:0], storage.dtype).itemsize)
        return _with_flags(decoded(_strided(storage.stored, offset, size, stride), storage.dtype), flags)

    def tensor_of_bytes(
        self, storage: Any, offset: Any, size: Any, stride: Any, grad: Any, hooks: Any, dtype: Any, flags: Any = None
    ) -> NDArray[Any]:
        """The same of a dtype that has no storages of its own, so that it lies in one of bytes."""
        if not isinstance(storage, Storage) or not isinstance(dtype, str) or dtype not in DTYPES:
            raise ValueError("a tensor is of an unknown dtype, or lies in no storage")
        stored = storage.stored.view(stored_dtype(dtype, self.order))
        return self.tensor(Storage(dtype, stored), offset, size, stride, grad, hooks, flags)

    def dict_of_pairs(self, pairs: Any = ()) -> dict[Any, Any]:
        """A dict of a list of pairs."""
        self.take(128 * len(_of_type(pairs, list, tuple)))
        return {checked_key(key): value for key, value in pairs}

    def set_of(self, items: Any = ()) -> set[Any]:
        """A set of a list."""
        self.take(128 * len(_of_type(items, list, tuple)))
        return {checked_key(item) for item in items}

    def bytes_of(self, text: Any = b"", encoding: Any = "latin1") -> bytes:
        """Bytes, which older pickles write as text whose characters are the bytes."""
        if isinstance(text, bytes):
            return text
        self.take(len(_of_type(text, str, bytearray)))
        return text.encode("latin1") if isinstance(text, str) else bytes(text)

    def set_state(self, target: Any, state: Any) -> None:
        """Give NumPy's arrays their shape, dtype and numbers; the state of a dtype says its byte order."""
        if isinstance(target, np.dtype) and state[1] in ("<", "|", "="):
            return
        if not isinstance(target, np.ndarray):
            raise ValueError(f"it changes a {type(target).__name__}")
        _, shape, dtype, fortran, data = state
        checked: Any = (1, shape, dtype, fortran is True, self.bytes_of_array(data, dtype, shape))
        target.__setstate__(checked)

    def array(self, data: Any, dtype: Any, shape: Any, order: Any) -> NDArray[Any]:
        """An array of NumPy, as pickles of protocol 5 have it."""
        flat = np.frombuffer(self.bytes_of_array(data, dtype, shape), dtype)
        return flat.reshape(shape, order="F" if order == "F" else "C").copy()

    def bytes_of_array(self, data: Any, dtype: Any, shape: Any) -> bytes:
        """The bytes of an array, if they are as many as it needs."""
        found = self.bytes_of(data)
        self.take(len(found))
        if prod(_size(shape)) * _of_type(dtype, np.dtype).itemsize != len(found):
            raise ValueError(f"an array of NumPy does not fit its {len(found)} bytes")
        return found


def storage_dtype(tag: Any, kind: Any, key: Any) -> str:
    """The dtype of the storage that a reference names. Raises ValueError where it refers to anything else."""
    if tag != "storage" or not isinstance(kind, str) or kind not in STORAGES or not isinstance(key, str):
        raise ValueError("it refers to something outside of it, not to a known storage")
    return STORAGES[kind]


def _check_place(elements: int, offset: Any, size: Any, stride: Any) -> None:
    """Raise ValueError unless a tensor lies in its storage of so many elements."""
    if len(size) > MOST_AXES or len(stride) > MOST_AXES or not all(type(n) is int for n in (offset, *size, *stride)):
        raise ValueError("a tensor has an impossible size, stride or offset")
    if len(size) != len(stride) or any(n < 0 for n in (offset, *size, *stride)):
        raise ValueError(f"a tensor has the impossible size {size}, stride {stride} and offset {offset}")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if prod(size) and last >= elements:
        raise ValueError(
            f"a tensor of size {size}, stride {stride} and offset {offset} does not lie in its storage of "
            f"{elements} elements"
        )


def _strided(stored: NDArray[Any], offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> NDArray[Any]:
    strides = [step * stored.itemsize if n > 1 else 0 for n, step in zip(size, stride, strict=True)]
    start = stored[offset:] if prod(size) else stored[:0]
    return np.lib.stride_tricks.as_strided(start, size, strides, writeable=False)


def _with_flags(array: NDArray[Any], flags: Any) -> NDArray[Any]:
    """The array with what PyTorch keeps as a flag done to it: `conj` and `neg`."""
    set_flags = {flag for flag, is_set in _of_type(flags or {}, dict).items() if is_set}
    if not set_flags <= {"conj", "neg"}:
        raise ValueError("a tensor has flags other than conj and neg")
    array = np.asarray(np.conj(array) if "conj" in set_flags else array)
    return np.asarray(np.negative(array) if "neg" in set_flags else array)


def _first(data: Any, *_: Any) -> Any:
    return data


def _without_type(function: Any, kind: Any, arguments: Any, state: Any) -> Any:
    """A tensor of a class of its own, or with attributes: these are left out."""
    return _of_type(function, Function).call(*arguments)


def _not_called(*_: Any) -> Any:
    raise ValueError("it makes an object of a class, and only tensors, numbers, strings, lists and dicts are read")


def _size(numbers: Any) -> tuple[int, ...]:
    if len(numbers) > MOST_AXES or not all(type(n) is int and n >= 0 for n in numbers):
        raise ValueError("a size in it is impossible")
    return tuple(numbers)


def _device(kind: Any, index: Any = None) -> str:
    text = _of_type(kind, str)
    return f"{text:.20}" if index is None else f"{text:.20}:{_of_type(index, int)}"


def _counts(counts: Any = None) -> dict[Any, Any]:
    return {} if counts is None else _of_type(counts, dict)


def _complex(real: Any, imag: Any) -> complex:
    return complex(_of_type(real, float), _of_type(imag, float))


def _dtype(name: Any, *_: Any) -> np.dtype[Any]:
    dtype: np.dtype[Any] = np.dtype(_of_type(name, str)[:10])
    if dtype.kind not in PLAIN_KINDS:
        raise ValueError(f"it holds an array or a number of NumPy of the dtype {dtype}, not of numbers or texts")
    return dtype


def _scalar(dtype: Any, data: Any) -> Any:
    """A number of NumPy, as one of Python."""
    data = data.encode("latin1") if isinstance(data, str) else data
    return np.frombuffer(_of_type(data, bytes), _of_type(dtype, np.dtype)).item()


def _of_type(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise ValueError(f"it has a {type(value).__name__} where a {kinds[0].__name__} is to be")
    return value
