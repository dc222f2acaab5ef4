"""Keep gradients from getting too large, between `backward()` and the optimiser's step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.arguments import flag, number
from autograd.tensor import Array


def clip_grad_norm(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Scale all gradients, in place, so that together they have at most the norm `max_norm`. Returns the norm before.

    They are multiplied by min(1, max_norm / (norm + 1e-6)) (Pascanu et al. 2013, algorithm 1). `norm_type` is p of the
    p-norm, `inf` for the largest absolute value. Tensors without a gradient are left out. Gradients of float16, whose
    squares would leave its range, are computed with in float32.

    Raises RuntimeError, with `error_if_nonfinite`, where the norm is NaN or infinite; then nothing changes.
    """
    number(max_norm, "max_norm", least=0, finite=False)
    p = number(norm_type, "norm_type", finite=False)
    flag(error_if_nonfinite, "error_if_nonfinite")
    tensors = _with_gradient(parameters)
    norms = [_norm(g.data, p) for t in tensors if (g := t.grad) is not None]
    total = float(np.linalg.norm(np.array(norms), p)) if norms else 0.0
    if error_if_nonfinite and not isfinite(total):
        raise RuntimeError(
            f"the norm of the gradients is {total}, so they cannot be scaled to {max_norm}. Where it comes from, "
            "autograd.debug() tells."
        )
    scale = max_norm / (total + 1e-6)
    if not scale >= 1:  # it may be NaN
        with np.errstate(invalid="ignore"):
            for t in tensors:
                _change(t, lambda g: np.multiply(g, scale, out=g, dtype=_precise(g), casting="same_kind"))
    return total


def clip_grad_value(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Take every element of all gradients, in place, into [-clip_value, clip_value]."""
    number(clip_value, "clip_value", least=0, finite=False)
    tensors = _with_gradient(parameters)
    for t in tensors:
        if t.dtype.kind == "c":
            raise TypeError(f"complex gradients have no order to clip them by: {t.name or 'a tensor'} is {t.dtype}.")
    for t in tensors:
        _change(t, lambda g: np.clip(g, -clip_value, clip_value, out=g))


def _precise(g: Array) -> Any:
    """The dtype to compute in: float32 for float16, else that of the gradient."""
    return np.result_type(g, np.float32)


def _norm(g: Array, p: float) -> float:
    return float(np.linalg.norm(g.astype(_precise(g), copy=False).ravel(), p))


def _with_gradient(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    if not isinstance(parameters, Iterable):
        raise TypeError(f"gradients are clipped of a list of tensors, such as model.parameters(), not {parameters!r}.")
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(f"gradients are clipped of tensors, such as model.parameters(); this is {t!r}.")
    return [t for t in tensors if t.grad is not None]


def _change(t: Tensor, change: Callable[[Array], Array]) -> None:
    """Change a gradient in place; one that is on a graph, from backward(create_graph=True), is replaced by values."""
    gradient = t.grad
    assert gradient is not None
    if gradient.data.flags.writeable:
        gradient.data = change(gradient.data)
    else:
        t.grad = Tensor(change(gradient.numpy()))
