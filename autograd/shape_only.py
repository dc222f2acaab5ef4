"""ShapeOnly: an array that has a shape and a dtype, but no values. NumPy's functions of it give another.

This is how shapes are evaluated without memory or time: the engine and the layers run as always, on arrays like these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike

from autograd.mode import mode, running_module

Shape = tuple[int, ...]

shape_rules: dict[Callable[..., Any], Callable[..., Any]] = {}
"""What NumPy functions give of ShapeOnly arrays, where calling NumPy would take memory or time."""

NEED_VALUES = {
    np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.unique_all, np.unique_counts, np.unique_inverse,
    np.unique_values, np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d, np.bincount, np.trim_zeros,
    np.array_equal, np.allclose, np.array_equiv, np.extract, np.roots,
}  # fmt: skip
"""Functions whose result has a shape that depends on values, or is a truth value."""


class NoValuesError(TypeError):
    """A value was asked for where only shapes are evaluated."""

    @classmethod
    def of(cls, wanted: str) -> NoValuesError:
        """The error that says what needs values."""
        return cls(
            f"{wanted} needs values, and only shapes are evaluated here: decide by shapes, or call the function itself."
        )


class ShapeOnly(np.ndarray[Any, np.dtype[Any]]):
    """An array of which only shape and dtype are known: all its elements are one place in memory.

    Views (`reshape`, `transpose`, slices) are NumPy's own. Other functions give what NumPy's would, in shape and dtype:
    elementwise ones, reductions, products and those in shape_rules.py by rule, others by calling them on zeros.
    `x[i] = v` writes nothing. What needs a value raises a TypeError.
    """

    memory: Any
    """What an array of its own would take up; a view has that of the array it looks into."""

    def __new__(cls, shape: Shape, dtype: DTypeLike) -> ShapeOnly:
        place = np.zeros(1, dtype)
        out = super().__new__(cls, shape, place.dtype, place, strides=(0,) * len(shape))
        out.memory = Memory(prod(shape) * place.itemsize)
        return out

    def __array_finalize__(self, source: Any) -> None:
        self.memory = getattr(source, "memory", Memory(0))

    # NumPy's protocols ---------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **kwargs: Any) -> Any:
        if not all(isinstance(x, np.ndarray | np.generic | int | float | complex | list | tuple) for x in inputs):
            return NotImplemented
        if method == "at":
            return None
        if method == "__call__":
            made = _product(ufunc, inputs) if ufunc.signature else _elementwise(ufunc, inputs, kwargs)
        elif method == "reduce":
            made = reduced(ufunc, inputs[0], *inputs[1:], **kwargs)
        else:
            made = on_zeros(getattr(ufunc, method), inputs, kwargs)
        if out is None:
            return made
        target = out[0] if isinstance(out, tuple) and len(out) == 1 else out
        if isinstance(target, np.ndarray) and target.shape != made.shape:
            raise ValueError(f"{ufunc.__name__} gives shape {made.shape}, which does not fit out= {target.shape}.")
        return target

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, np.ndarray) for kind in types):
            return NotImplemented
        if function in NEED_VALUES:
            raise NoValuesError.of(f"np.{function.__name__}")
        if function in shape_rules:
            return shape_rules[function](*args, **kwargs)
        if _is_linalg(function):
            return on_zeros(function, args, kwargs)
        try:
            return without_values(super().__array_function__(function, types, args, kwargs))
        except NoValuesError:  # it looks at values on its way: let it see zeros
            return on_zeros(function, args, kwargs)

    # Methods that do not go through these protocols ----------------------------------------------------------------

    def astype(self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: Any = True, copy: Any = True) -> Any:
        dtype = np.dtype(dtype)
        return self if dtype == self.dtype and not copy else ShapeOnly(self.shape, dtype)

    def copy(self, order: Any = "C") -> Any:
        return ShapeOnly(self.shape, self.dtype)

    __copy__ = __deepcopy__ = copy

    def flatten(self, order: Any = "C") -> Any:
        return ShapeOnly((self.size,), self.dtype)

    def ravel(self, order: Any = "C") -> Any:
        return self.reshape(-1)

    def __getitem__(self, index: Any) -> Any:
        places = index if isinstance(index, tuple) else (index,)
        if all(_is_basic(place) for place in places):
            view = super().__getitem__(index)
            return view if isinstance(view, np.ndarray) else ShapeOnly((), self.dtype)
        if any(isinstance(place, ShapeOnly) and place.dtype.kind == "b" for place in places):
            raise NoValuesError.of("choosing elements by a condition")
        one_byte = np.broadcast_to(np.zeros((), bool), self.shape)
        return ShapeOnly(one_byte[tuple(map(_zeros, places))].shape, self.dtype)

    def __setitem__(self, index: Any, value: Any) -> None:
        wanted, given = self[index].shape, np.shape(value)
        while len(given) > len(wanted) and given[0] == 1:  # NumPy lets a value have more axes of 1
            given = given[1:]
        if np.broadcast_shapes(given, wanted) != wanted:
            raise ValueError(f"values of shape {given} do not fit into {wanted}.")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> NoReturn:
        raise NoValuesError.of("a condition")

    def __float__(self) -> NoReturn:
        raise NoValuesError.of("a number")

    __int__ = __complex__ = __index__ = __float__

    def item(self, *args: Any) -> NoReturn:
        raise NoValuesError.of("item()")

    def tolist(self) -> NoReturn:
        raise NoValuesError.of("tolist()")

    def __repr__(self) -> str:
        return f"ShapeOnly({self.shape}, {self.dtype})"

    __str__ = __repr__


class Memory:
    """A piece of memory that would be taken up, of so many bytes; views of one array share it."""

    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes


def _method(name: str) -> Callable[..., Any]:
    """A method by the rule of NumPy's function of that name, else on zeros."""

    def method(x: Any, *args: Any, **kwargs: Any) -> Any:
        rule = shape_rules.get(getattr(np, name))
        return rule(x, *args, **kwargs) if rule else on_zeros(getattr(np.ndarray, name), (x, *args), kwargs)

    return method


for name in (
    *("argmax", "argmin", "argpartition", "argsort", "choose", "compress", "cumprod", "cumsum", "diagonal", "dot"),
    *("repeat", "searchsorted", "take", "trace"),
):
    setattr(ShapeOnly, name, _method(name))
for name in ("partition", "sort"):  # in place
    setattr(ShapeOnly, name, lambda *args, **kwargs: None)


def any_known(condition: Any) -> bool:
    """Whether a condition is known to hold somewhere: False where only its shape is known."""
    if isinstance(condition, ShapeOnly):
        return False
    return bool(condition.any() if condition.ndim else condition)


def on_zeros(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What the function gives of zeros (in np.linalg: of identity matrices), without the values."""
    stand_in = _identities if _is_linalg(function) else _zeros
    return without_values(function(*_mapped(stand_in, args), **_mapped(stand_in, kwargs)))


def _is_linalg(function: Callable[..., Any]) -> bool:
    return (getattr(function, "__module__", None) or "").startswith("numpy.linalg")


def _zeros(x: Any) -> Any:
    return np.broadcast_to(np.zeros((), x.dtype), x.shape) if isinstance(x, ShapeOnly) else x


def _identities(x: Any) -> Any:
    if not isinstance(x, ShapeOnly) or x.ndim < 2:
        return _zeros(x)
    return np.broadcast_to(np.eye(*x.shape[-2:], dtype=x.dtype), x.shape)


def without_values_if_asked(x: Any) -> Any:
    """An array without its values where only shapes are evaluated; else, and if it is no array, x itself."""
    return without_values(x) if mode.shapes_only and isinstance(x, np.ndarray) else x


def without_values(result: Any) -> Any:
    """The result, its arrays and numbers without their values."""
    return _mapped(_without_values, result)


def _without_values(x: Any) -> Any:
    if isinstance(x, ShapeOnly) or not isinstance(x, np.ndarray | np.generic):
        return x
    made = ShapeOnly(x.shape, x.dtype)
    if x.base is not None:  # a view, of a parameter perhaps
        made.memory = owner(x)
    return made


def owners(saved: Any) -> dict[int, Any]:
    """What holds the memory of the arrays among the values that a node remembers, each once, by its id."""
    if isinstance(saved, tuple | list):
        return {key: held for part in saved for key, held in owners(part).items()}
    if not isinstance(saved, np.ndarray):
        return {}
    held = owner(saved)
    return {id(held): held}


def owner(array: Any) -> Any:
    """What holds the memory that an array looks into; its `nbytes` are those of all of it."""
    if isinstance(array, ShapeOnly):
        return array.memory
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _mapped(function: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, tuple | list):
        parts = [_mapped(function, part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return {key: _mapped(function, part) for key, part in value.items()}
    return function(value)


def _is_basic(place: Any) -> bool:
    whole = isinstance(place, int | np.integer) and not isinstance(place, bool)
    return place is None or place is Ellipsis or whole or isinstance(place, slice)


def _elementwise(ufunc: np.ufunc, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Shapes broadcast; dtypes are those of the function of no elements."""
    shape = np.broadcast_shapes(*map(np.shape, inputs))
    kwargs.pop("where", None)
    no_elements = [np.zeros(0, x.dtype) if isinstance(x, np.ndarray) else x for x in inputs]
    made = ufunc(*no_elements, **kwargs)
    return tuple(ShapeOnly(shape, x.dtype) for x in made) if isinstance(made, tuple) else ShapeOnly(shape, made.dtype)


def reduced(ufunc: np.ufunc, x: Any, axis: Any = 0, dtype: Any = None, *, keepdims: Any = False, **kwargs: Any) -> Any:
    """What a reduction such as `np.add.reduce` gives: the shape without the axes, the dtype of that of one element."""
    if x.size == 0:
        return on_zeros(ufunc.reduce, (x, axis, dtype), {"keepdims": keepdims, **kwargs})
    of_a_number = x.ndim == 0 and axis in (0, -1)  # NumPy lets a number have one axis
    axes = range(x.ndim) if axis is None or of_a_number else np.lib.array_utils.normalize_axis_tuple(axis, x.ndim)
    sizes = [(1 if i in axes else n) for i, n in enumerate(x.shape) if keepdims or i not in axes]
    return ShapeOnly(tuple(sizes), ufunc.reduce(np.zeros(1, x.dtype), dtype=dtype).dtype)


def _product(ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    """matmul by its shapes; its kin (vecdot, matvec, ...) on zeros."""
    x, y = (np.broadcast_to(np.zeros((), np.asanyarray(z).dtype), np.shape(z)) for z in inputs)
    if ufunc is not np.matmul:
        return on_zeros(ufunc, (x, y), {})
    if x.ndim == 0 or y.ndim == 0 or x.shape[-1] != y.shape[max(y.ndim - 2, 0)]:
        np.matmul(x, y)  # its own error
    batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    shape = (*batch, *x.shape[-2:-1], *(y.shape[-1:] if y.ndim > 1 else ()))
    count_multiply_adds(prod(shape) * x.shape[-1])
    return ShapeOnly(shape, np.matmul(np.zeros((1, 1), x.dtype), np.zeros((1, 1), y.dtype)).dtype)


def count_multiply_adds(count: int) -> None:
    """Add to the multiplications, each with an addition, of the module that is running."""
    if mode.multiply_adds is not None:
        mode.multiply_adds[running_module()] += count
