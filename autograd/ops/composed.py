"""NumPy functions composed of other differentiable ones; each is what its name in NumPy says.

`composes(np.name)` puts a function into the table of what NumPy's functions do on Tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

import numpy as np

from autograd.operators import functions
from autograd.ops.movement import pad_by_copies
from autograd.ops.shape import along, split
from autograd.ops.shape import pad as pad_with_constants
from autograd.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])


def composes(*numpy_functions: Callable[..., Any]) -> Callable[[F], F]:
    """Declare what these NumPy functions do on Tensors."""

    def declare(function: F) -> F:
        for numpy_function in numpy_functions:
            functions[numpy_function] = _with_known_options(function, numpy_function)
        return function

    return declare


def _with_known_options(function: F, numpy_function: Callable[..., Any]) -> F:
    """The function; an argument that NumPy takes and it does not gets a TypeError that says so."""
    known = signature(function).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in known.values())

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for name in () if takes_any else kwargs:
            if name not in known:
                raise TypeError(
                    f"np.{numpy_function.__name__} of Tensors takes ({', '.join(known)}), not also {name}=."
                )
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]


def as_tensor(x: Any) -> Tensor:
    """x itself, or a constant Tensor of its values."""
    return x if isinstance(x, Tensor) else Tensor(np.asarray(x))


def values(x: Any) -> Any:
    """The array of a Tensor, or x as an array."""
    return x.data if isinstance(x, Tensor) else np.asarray(x)


# Joining, splitting, padding ---------------------------------------------------------------------------------------


@composes(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([as_tensor(arr), as_tensor(values)], axis=axis)


@composes(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    if not isinstance(indices_or_sections, int | np.integer):
        return split(ary, indices_or_sections, axis)
    parts, length = int(indices_or_sections), ary.shape[axis]
    size, rest = divmod(length, parts)
    return split(ary, np.cumsum([size + 1] * rest + [size] * (parts - rest))[:-1], axis)


@composes(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, axis=0 if ary.ndim == 1 else 1)


@composes(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    if ary.ndim < 2:
        raise ValueError(f"vsplit needs two axes or more, not shape {ary.shape}.")
    return split(ary, indices_or_sections, axis=0)


@composes(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, axis=2)


@composes(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(x[along(axis, x.ndim, i)] for i in range(x.shape[axis]))


@composes(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*(np.shape(x) for x in args))
    return tuple(np.broadcast_to(x, shape) for x in args)


@composes(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    n = len(xi)
    grids = [as_tensor(x).reshape((1,) * i + (-1,) + (1,) * (n - 1 - i)) for i, x in enumerate(xi)]
    if indexing == "xy" and n > 1:
        grids = [np.swapaxes(grid, 0, 1) for grid in grids]  # type: ignore[misc]
    return tuple(grids) if sparse else broadcast_arrays(*grids)


@composes(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    if mode == "constant":
        return pad_with_constants(array, pad_width, **options)
    if mode in ("edge", "reflect", "symmetric", "wrap") and options.get("reflect_type", "even") == "even":
        return pad_by_copies(array, pad_width, mode, **options)
    by_pieces = mode == "linear_ramp" or mode in STATISTICS
    if by_pieces and array.dtype.kind not in "fc":  # whole numbers are rounded, and have no derivative
        return as_tensor(np.pad(values(array), pad_width, mode, **options))  # type: ignore[call-overload]
    if mode == "linear_ramp" and set(options) <= {"end_values"}:
        ends = _per_side(options.get("end_values", 0), array.ndim)
        return _pad_by_pieces(array, pad_width, lambda x, axis, side, n: _ramp(x, axis, side, n, ends[axis][side]))
    if mode in STATISTICS and set(options) <= {"stat_length"}:
        lengths = _per_side(options.get("stat_length"), array.ndim)
        return _pad_by_pieces(array, pad_width, lambda x, axis, side, n: _level(x, axis, side, lengths, mode))
    given = f"mode {mode!r}" + "".join(f" with {name}={value!r}" for name, value in options.items())
    raise ValueError(
        f"pad of Tensors has no {given}: there are constant, edge, linear_ramp, "
        "maximum, mean, median, minimum, reflect, symmetric and wrap."
    )


STATISTICS: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def _per_side(option: Any, ndim: int) -> Any:
    """An option of np.pad for each side of each axis."""
    return np.broadcast_to(np.asarray(option, object), (ndim, 2)).tolist()


def _pad_by_pieces(x: Any, pad_width: Any, piece: Callable[..., Any]) -> Any:
    """x with pieces joined to both sides of each axis, one axis after the other, as np.pad does it."""
    for axis, widths in enumerate(_per_side(pad_width, x.ndim)):
        parts = [x]
        for side, n in enumerate(widths):
            if n < 0 or (n > 0 and x.shape[axis] == 0):
                raise ValueError(
                    f"pad: a width is {n}, of axis {axis} of length {x.shape[axis]}: there is no such edge."
                )
            shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
            part = np.broadcast_to(piece(x, axis, side, n), shape)
            parts = [part, *parts] if side == 0 else [*parts, part]
        x = np.concatenate(parts, axis=axis)
    return x


def _ramp(x: Any, axis: int, side: int, n: int, end: Any) -> Any:
    """From `end` at the border to the value beside x."""
    edge = x[along(axis, x.ndim, slice(0, 1) if side == 0 else slice(x.shape[axis] - 1, None))]
    shares = (np.arange(n, dtype=x.dtype) / max(n, 1))[:: 1 if side == 0 else -1]
    end = np.asarray(end).astype(x.dtype)
    return end + (edge - end) * shares.reshape((n,) + (1,) * (x.ndim - 1 - axis)).astype(x.dtype)


def _level(x: Any, axis: int, side: int, lengths: Any, mode: str) -> Any:
    """The largest, smallest, mean or middle of the outer values, of all or as many as lengths say."""
    length = x.shape[axis] if lengths[axis][side] is None else min(lengths[axis][side], x.shape[axis])
    if length < 1:
        raise ValueError(f"pad: stat_length must be 1 or more, not {length}.")
    outer = slice(0, length) if side == 0 else slice(x.shape[axis] - length, None)
    return STATISTICS[mode](x[along(axis, x.ndim, outer)], axis=axis, keepdims=True)


@composes(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    shape = np.shape(a) if shape is None else shape
    dtype = values(a).dtype if dtype is None else dtype
    return np.broadcast_to(as_tensor(fill_value), shape).astype(dtype)


# Selecting ---------------------------------------------------------------------------------------------------------


@composes(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: bool | None = None) -> Any:
    a, axis = (np.ravel(a), -1) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argsort(a.data, axis=axis, kind=kind, stable=stable), axis)


@composes(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect") -> Any:
    a, axis = (np.ravel(a), -1) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argpartition(a.data, kth, axis=axis, kind=kind), axis)


@composes(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    a = np.ravel(a) if axis is None else a
    return np.take(a, np.flatnonzero(values(condition)), axis=0 if axis is None else axis)


@composes(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.ravel(as_tensor(arr))[np.ravel(values(condition)).astype(bool)]


@composes(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(values(condition), choice, result)
    return result


# Differences, sums of products -------------------------------------------------------------------------------------


@composes(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    parts = [
        _along_axis(part, a, axis) for part in (prepend, a, append) if part is not None and part is not np._NoValue
    ]
    a = np.concatenate(parts, axis=axis) if len(parts) > 1 else as_tensor(a)
    if n < 0:
        raise ValueError(f"diff: the order n must be 0 or more, not {n}.")
    for _ in range(n):
        a = a[along(axis, a.ndim, slice(1, None))] - a[along(axis, a.ndim, slice(None, -1))]
    return a


def _along_axis(part: Any, a: Any, axis: int) -> Any:
    if np.ndim(part) > 0:
        return part
    shape = list(a.shape)
    shape[axis] = 1
    return np.broadcast_to(as_tensor(part), tuple(shape))


@composes(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    parts = [
        part if part is None else np.ravel(as_tensor(part)).astype(ary.dtype)
        for part in (to_begin, diff(np.ravel(ary)), to_end)
    ]
    return np.concatenate([part for part in parts if part is not None])


@composes(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = as_tensor(y)
    width = dx
    if x is not None:
        width = diff(as_tensor(x), axis=axis if np.ndim(x) > 1 else -1)
        if np.ndim(x) == 1:
            width = width.reshape((-1,) + (1,) * (y.ndim - 1 - axis % y.ndim))
    ends = y[along(axis, y.ndim, slice(1, None))] + y[along(axis, y.ndim, slice(None, -1))]
    return (width * ends / 2).sum(axis=axis)


@composes(np.dot)
def dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) == 1:
        return np.tensordot(a, b, (-1, 0))
    return np.tensordot(a, b, (-1, -2))


@composes(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    return np.multiply(a, b) if np.ndim(a) == 0 or np.ndim(b) == 0 else np.tensordot(a, b, (-1, -1))


@composes(np.linalg.outer)
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(f"linalg.outer takes vectors, not shapes {np.shape(x1)} and {np.shape(x2)}: see np.outer.")
    return outer(x1, x2)


@composes(np.outer)
def outer(a: Any, b: Any) -> Any:
    return np.ravel(as_tensor(a))[:, None] * np.ravel(as_tensor(b))


@composes(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    if np.size(a) != np.size(b):
        raise ValueError(f"vdot needs as many elements on both sides, not {np.size(a)} and {np.size(b)}.")
    return np.sum(np.conjugate(np.ravel(as_tensor(a))) * np.ravel(as_tensor(b)))


@composes(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    if min(np.ndim(x1), np.ndim(x2)) < 1 or np.shape(x1)[axis] != np.shape(x2)[axis]:
        raise ValueError(
            f"vecdot needs vectors of one length along axis {axis}, not {np.shape(x1)} and {np.shape(x2)}."
        )
    return np.sum(np.conjugate(x1) * x2, axis=axis)


@composes(np.matvec)
def matvec(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, np.expand_dims(x2, -1))[..., 0]


@composes(np.vecmat)
def vecmat(x1: Any, x2: Any, /) -> Any:
    return np.matmul(np.expand_dims(np.conjugate(x1), -2), x2)[..., 0, :]


@composes(np.kron)
def kron(a: Any, b: Any) -> Any:
    a, b = as_tensor(a), as_tensor(b)
    axes = max(a.ndim, b.ndim)
    a, b = (x.reshape((1,) * (axes - x.ndim) + x.shape) for x in (a, b))
    pairs = [size for m, n in zip(a.shape, b.shape, strict=True) for size in (m, n)]
    spread_a = a.reshape([size for m in a.shape for size in (m, 1)])
    spread_b = b.reshape([size for n in b.shape for size in (1, n)])
    product = np.broadcast_to(spread_a * spread_b, tuple(pairs))
    return product.reshape([m * n for m, n in zip(a.shape, b.shape, strict=True)])


@composes(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = functions[np.moveaxis](a, axisa, -1), functions[np.moveaxis](b, axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ValueError(f"cross of Tensors takes vectors of three elements, not {a.shape[-1]} and {b.shape[-1]}.")
    after, before = [1, 2, 0], [2, 0, 1]
    c = a[..., after] * b[..., before] - a[..., before] * b[..., after]
    return np.moveaxis(c, -1, axisc)


@composes(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return cross(x1, x2, axis=axis)


@composes(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = np.atleast_1d(as_tensor(a)), np.atleast_1d(as_tensor(v))
    a, v = (v, a) if a.shape[0] < v.shape[0] else (a, v)
    return correlate(a, np.conjugate(np.flip(v)), mode)


@composes(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    from autograd.ops.windows import sliding_windows

    a, v = np.atleast_1d(as_tensor(a)), np.atleast_1d(as_tensor(v))
    if a.shape[0] == 0 or v.shape[0] == 0:
        raise ValueError("there is nothing to slide: an array is empty.")
    if a.shape[0] < v.shape[0]:  # NumPy slides the shorter over the longer
        return np.flip(np.conjugate(correlate(v, a, mode)))
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"the mode is 'valid', 'same' or 'full', not {mode!r}.")
    n = v.shape[0]
    before = {"valid": 0, "same": n // 2, "full": n - 1}[mode]
    after = {"valid": 0, "same": n - 1 - n // 2, "full": n - 1}[mode]
    return sliding_windows(np.pad(a, (before, after)), (n,)) @ np.conjugate(v)


@composes(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None:
        raise TypeError("interp of Tensors takes no period=: bring x and xp into one period before.")
    x = x if isinstance(x, Tensor) else np.asarray(x, dtype=np.float64)
    at, known = values(x), values(xp)
    if known.ndim != 1 or known.shape != np.shape(fp) or not known.size:
        raise ValueError(f"interp needs as many points xp as values fp, not {known.shape} and {np.shape(fp)}.")
    if known.size == 1:  # the same everywhere between: nothing to interpolate
        xp, fp = np.append(as_tensor(xp), known + 1), np.append(as_tensor(fp), fp)
    i = np.clip(np.searchsorted(known, at, side="right") - 1, 0, len(known) - 2)
    fp = as_tensor(fp)
    xp = xp if isinstance(xp, Tensor) else known
    between = fp[i] + (x - xp[i]) * ((fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i]))
    low = np.where(at < known[0], fp[0] if left is None else left, between)
    return np.where(at > known[-1], fp[-1] if right is None else right, low)


@composes(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    p, x = as_tensor(p), as_tensor(x)
    result = x * 0
    for i in range(p.shape[0]):
        result = result * x + p[i]
    return result


@composes(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    x = as_tensor(x)
    if N == 0 or (N is None and x.shape[0] == 0):
        return x[:, None][:, :0]
    columns = [x**0]
    for _ in range((x.shape[0] if N is None else N) - 1):
        columns.append(columns[-1] * x)
    return np.stack(columns if increasing else columns[::-1], axis=1)


@composes(np.linspace)
def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    parts = num - 1 if endpoint else num
    start, stop = as_tensor(start), as_tensor(stop)
    shares = (np.arange(num) / max(parts, 1)).reshape((num,) + (1,) * max(start.ndim, stop.ndim))
    dtype = np.result_type(start.dtype, stop.dtype, 0.0)
    return np.moveaxis(start + (stop - start) * shares.astype(dtype), 0, axis)


@composes(np.logspace)
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, axis: int = 0) -> Any:
    return np.power(base, linspace(start, stop, num, endpoint, axis))


@composes(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    turns = np.unwrap(p.data, discont, axis, period=period) - p.data  # a whole number of periods: constant
    return p + turns.astype(p.dtype)


@composes(np.divmod)
def divmod_(x: Any, y: Any, /) -> tuple[Any, Any]:
    return np.floor_divide(x, y), np.remainder(x, y)


@composes(np.modf)
def modf(x: Any, /) -> tuple[Any, Any]:
    whole = np.trunc(x)
    return x - whole, whole
