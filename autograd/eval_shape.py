"""eval_shape: shapes and dtypes of what a function gives, without computing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd import shape_rules as _shape_rules  # noqa: F401 (they enter themselves in a table)
from autograd import trees
from autograd.mode import evaluating_shapes
from autograd.shape_only import ShapeOnly
from autograd.tensor import Tensor, get_default_dtype, wrap


@dataclass(frozen=True)
class ShapeDtype:
    """The shape and dtype of an array or a Tensor. The dtype is by default that of new Tensors (float32)."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __init__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> None:
        object.__setattr__(self, "shape", np.broadcast_shapes(shape))
        object.__setattr__(self, "dtype", np.dtype(dtype or get_default_dtype()))


def eval_shape(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The shapes and dtypes of `f(*args)`: a ShapeDtype in the place of every array and Tensor of the result.

    Runs `f` on Tensors without values: what layers are made of takes no memory and no time, whatever the size. Some
    other functions (linear algebra, Fourier transforms, medians) are called on zeros of that shape. Arguments are
    trees (tuples, lists, dicts) of arrays, Tensors and ShapeDtypes; others, such as numbers, go to `f` as they are.
    Shapes that do not fit raise what they would in a call of `f`, whose operations run all the same; what depends on
    values, such as `if x.sum() > 0`, raises a TypeError. Parameters that layers create inside take no memory either,
    and nothing is changed: not the running statistics of a BatchNorm, not what `x.data = ...` assigns to, not a `grad`.
    """
    with evaluating_shapes(), np.errstate(all="ignore"):
        return trees.mapped(_described, f(*trees.mapped(as_shape, args), **trees.mapped(as_shape, kwargs)))


def as_shape(x: Any) -> Any:
    """A Tensor of the shape and dtype of an array, Tensor or ShapeDtype; anything else as it is."""
    return wrap(ShapeOnly(x.shape, x.dtype)) if isinstance(x, np.ndarray | Tensor | ShapeDtype) else x


def _described(x: Any) -> Any:
    return ShapeDtype(x.shape, x.dtype) if isinstance(x, np.ndarray | Tensor) else x
