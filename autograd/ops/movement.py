"""Functions that only move elements about, repeat them, leave some out, or put constants between them.

What such a function did to its input, it does to the numbers of the input's places too: from those, the rule knows
where every element of the gradient belongs. So one rule serves them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.mode import mode
from autograd.operators import functions, without_tensors
from autograd.ops.composing import as_tensor
from autograd.primitive import Primitive, primitive
from autograd.shape_only import ShapeOnly

Shape = tuple[int, ...]


def _gather(x: Any, places: Any) -> Any:
    """The elements of x, laid out flat, at `places`; 0 where a place is -1."""
    flat = x.reshape(x.size)
    return np.where(places < 0, flat.dtype.type(0), flat[places]) if x.size else np.zeros(places.shape, x.dtype)


def _put_back(x: Any, places: Any, shape: Shape) -> Any:
    """Zeros of `shape` with the elements of x added at their `places`, those with place -1 left out."""
    flat = np.zeros_like(x, shape=int(np.prod(shape)) + 1)  # place -1 is an element more, at the end
    np.add.at(flat, places, x)
    return flat[:-1].reshape(shape)


gather: Primitive = primitive(_gather, x=lambda g, places, x_shape: put_back(g, places, x_shape))
put_back: Primitive = primitive(_put_back, x=lambda g, places: gather(g, places))


def numbered(shape: Shape, start: int = 0) -> Any:
    """An array of `shape` whose elements are numbered from `start + 1`: 0 is left for constants that come between."""
    if mode.shapes_only:
        return ShapeOnly(shape, np.intp)
    return np.arange(start + 1, start + 1 + int(np.prod(shape))).reshape(shape)


def name_of(function: Callable[..., Any]) -> str:
    """NumPy's name of a function, without the "numpy." in front."""
    return f"{function.__module__}.{function.__name__}".removeprefix("numpy.")


def moves(function: Callable[..., Any]) -> Primitive:
    """Declare that `function` moves the elements of its first argument, by what its other arguments say."""

    def forward(x: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        out = function(x, *args, **kwargs)
        return out.view() if out is x else out

    def rule(g: Any, x_shape: Shape, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return put_back(g, function(numbered(x_shape), *args, **kwargs) - 1, x_shape)

    forward.__name__ = name_of(function)
    moved = primitive(forward, x=rule)

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return moved(x, without_tensors(args), {name: without_tensors(value) for name, value in kwargs.items()})

    functions[function] = call
    return moved


def joins(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare that `function` moves the elements of a sequence of arrays, its first argument, into one array."""

    def forward(xs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return function(xs, *args, **kwargs)

    def rule(g: Any, xs_shape: list[Shape], args: tuple[Any, ...], kwargs: dict[str, Any], i: int) -> Any:
        sizes = [int(np.prod(shape)) for shape in xs_shape]
        starts = np.cumsum([0, *sizes])
        kwargs = {name: value for name, value in kwargs.items() if name not in ("dtype", "casting")}
        places = function([numbered(s, start) for s, start in zip(xs_shape, starts, strict=False)], *args, **kwargs)
        own = (places > starts[i]) & (places <= starts[i + 1])
        return put_back(g, np.where(own, places - 1 - starts[i], -1), xs_shape[i])

    forward.__name__ = name_of(function)
    joined = primitive(forward, xs=rule)

    def call(xs: Any, *args: Any, **kwargs: Any) -> Any:
        return joined(xs, without_tensors(args), kwargs)

    functions[function] = call
    return call


MOVING: tuple[Callable[..., Any], ...] = (
    *(np.moveaxis, np.rollaxis, np.matrix_transpose, np.flip, np.fliplr, np.flipud, np.rot90, np.roll),
    *(np.tile, np.repeat, np.resize, np.delete, np.copy),
    *(np.diagonal, np.diag, np.diagflat, np.tril, np.triu, np.take, np.take_along_axis),
    *(np.linalg.matrix_transpose, np.linalg.diagonal, np.fft.fftshift, np.fft.ifftshift),
)
JOINING: tuple[Callable[..., Any], ...] = (np.hstack, np.vstack, np.dstack, np.column_stack)
for _function in MOVING:
    moves(_function)
for _function in JOINING:
    joins(_function)


def _for_each(function: Callable[..., Any]) -> None:
    """Let the function take several arrays, and give a tuple of as many."""
    of_one = moves(function)

    def call(*arrays: Any) -> Any:
        results = tuple(of_one(as_tensor(x), (), {}) for x in arrays)
        return results[0] if len(results) == 1 else results

    functions[function] = call


for _function in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    _for_each(_function)


def _choose(choices: Any, a: Any, mode: str = "raise") -> Any:
    return np.choose(a, choices, mode=mode)  # type: ignore[call-overload]


def _insert(arrays: Any, obj: Any, axis: int | None = None) -> Any:
    return np.insert(arrays[0], obj, arrays[1], axis)


def _block(arrays: Any, layout: Any) -> Any:
    def build(part: Any) -> Any:
        return [build(p) for p in part] if isinstance(part, list) else arrays[part]

    return np.block(build(layout))


def _pad_by_copies(x: Any, pad_width: Any, mode: str, **options: Any) -> Any:
    return np.pad(x, pad_width, mode=mode, **options)  # type: ignore[call-overload]


for _helper in (_choose, _insert, _block, _pad_by_copies):
    _helper.__name__, _helper.__module__ = _helper.__name__.strip("_"), "numpy"
choose_of, insert_into, block_of = joins(_choose), joins(_insert), joins(_block)
moves(_pad_by_copies)
pad_by_copies = functions[_pad_by_copies]


def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    """`np.choose`: at every place, the element of that one of `choices` whose number stands in `a`."""
    return choose_of(choices, a, mode=mode)


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """`np.insert`: `values` put into `arr` before the places `obj`."""
    return insert_into([arr, values], obj, axis=axis)


def block(arrays: Any) -> Any:
    """`np.block`: an array put together from nested lists of blocks."""
    blocks: list[Any] = []

    def layout(part: Any) -> Any:
        if isinstance(part, list):
            return [layout(p) for p in part]
        blocks.append(part)
        return len(blocks) - 1

    return block_of(blocks, layout(arrays))


functions[np.choose] = choose
functions[np.insert] = insert
functions[np.block] = block
