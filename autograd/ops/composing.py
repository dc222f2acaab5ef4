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
from autograd.shape_only import ShapeOnly
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
    if isinstance(x, Tensor):
        return x._array
    return x if isinstance(x, ShapeOnly) else np.asarray(x)
