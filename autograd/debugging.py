"""Debug mode: where an operation was called, and whether its numbers are finite."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import NotFiniteError, describe

_OURS = tuple(str(Path(__file__).parents[1] / package) + "/" for package in ("autograd", "nn", "optim"))
_NUMPY = str(Path(np.__file__).parent)


def caller_line() -> str:
    """The file and line, outside this library and NumPy, from which the running operation was called."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith((*_OURS, _NUMPY)):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def check_result(operation: str, values: dict[str, Any], out: Any) -> None:
    """NotFiniteError if `out` has a NaN, or an infinity that none of the inputs has."""
    problem = _not_finite(out)
    if problem is None or (problem == "infinity" and any(_holds_infinity(value) for value in values.values())):
        return
    given = "; ".join(f"{name} = {summary(value)}" for name, value in values.items())
    raise NotFiniteError(f"{operation} gave {problem} at {caller_line()}. Its inputs: {given}.")


def check_gradient(contribution: Any, g: Any, node: Any) -> None:
    """NotFiniteError if a rule gave a NaN or an infinity."""
    problem = _not_finite(_array(contribution))
    if problem is not None:
        raise NotFiniteError(
            f"the gradient of {node.operation} (shape {node.shape}) became {problem} in the reverse pass; it "
            f"was called at {getattr(node, 'line', 'an unknown line: build the graph in debug mode too')}. "
            f"The gradient at its output: {summary(_array(g))}."
        )


def failed_rule(error: Exception, node: Any) -> Exception:
    """The error of a rule, with the line of the forward pass."""
    error.add_note(
        f"in the reverse pass of {node.operation} (shape {node.shape}), called at "
        f"{getattr(node, 'line', 'an unknown line')}"
    )
    return error


def spread(array: Any) -> str:
    """Between what the numbers of an array lie, and their mean; "" where there are none."""
    if array.size == 0 or array.dtype.kind not in "biuf":
        return ""
    return f"{array.min():.4g} to {array.max():.4g}, mean {array.mean():.4g}"


def summary(value: Any) -> str:
    """An array by dtype, shape, smallest and largest value, and how many are not finite; else the value itself."""
    if not isinstance(value, np.ndarray) or value.size == 0 or value.dtype.kind not in "fc":
        return describe(value)
    finite = np.isfinite(value)
    size = np.abs(value) if value.dtype.kind == "c" else value
    span = f" from {size[finite].min():.4g} to {size[finite].max():.4g}" if finite.any() else ""
    bad = f", {int(np.isnan(value).sum())} NaN, {int(np.isinf(value).sum())} infinite" if not finite.all() else ""
    return f"{describe(value)}{span}{bad}"


def _array(g: Any) -> Any:
    return g if isinstance(g, np.ndarray | np.generic) else g.data


def _not_finite(out: Any) -> str | None:
    if not hasattr(out, "dtype") or out.dtype.kind not in "fc" or np.isfinite(out).all():
        return None
    return "NaN" if np.isnan(out).any() else "infinity"


def _holds_infinity(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_holds_infinity(item) for item in value)
    array = np.asarray(value)
    return array.dtype.kind in "fc" and bool(np.isinf(array).any())
