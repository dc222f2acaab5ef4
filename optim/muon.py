"""Muon."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar

import numpy as np

from autograd import Tensor
from autograd.arguments import choice, integer
from autograd.tensor import Array
from optim.block import Numbers, Piece
from optim.optimizer import Optimizer, Params, go_down
from optim.options import Options, at_least_0, flags, numbers


class Muon(Optimizer):
    """Momentum made orthogonal, for the matrices of hidden layers (Jordan et al. 2024).

    b = momentum b + (1 - momentum) g;  u = g + momentum (b - g) with `nesterov`, else b;
    w *= 1 - lr weight_decay;  w -= lr' orthogonal(u), where `orthogonal` takes the singular values of u close to 1.
    With `adjust_lr_fn` None or "original", lr' = lr sqrt(max(1, rows / columns)); with "match_rms_adamw",
    lr' = lr 0.2 sqrt(max(rows, columns)), the size of AdamW's steps (Liu et al. 2025, section 2.2).

    All parameters must have two dimensions and be real: leave biases and norms to another optimiser. PyTorch computes
    `orthogonal` in bfloat16; here it is computed in the parameter's dtype.
    """

    state_names = ("momentum_buffer",)
    start: ClassVar[Numbers] = {}
    uncut = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "nesterov": nesterov,
                "ns_coefficients": ns_coefficients,
                "eps": eps,
                "ns_steps": ns_steps,
                "adjust_lr_fn": adjust_lr_fn,
            },
        )

    def check(self, options: Options) -> None:
        at_least_0(options, "lr", "weight_decay", "momentum", "eps")
        flags(options, "nesterov")
        numbers(options["ns_coefficients"], "ns_coefficients", "three")
        integer(options["ns_steps"], "ns_steps", least=0, most=99)
        choice(options["adjust_lr_fn"], "adjust_lr_fn", None, "original", "match_rms_adamw")

    def check_params(self, params: list[Tensor]) -> None:
        for p in params:
            if p.ndim != 2 or p.dtype.kind == "c":
                raise ValueError(
                    f"Muon changes real matrices only; {p.name or 'a parameter'} is {p.dtype} of shape {p.shape}. Give "
                    "it to another optimiser, such as AdamW."
                )

    def update(self, piece: Piece, options: Options) -> None:
        g, b = piece.g, piece.state["momentum_buffer"]
        momentum, lr = options["momentum"], options["lr"]
        piece.change((np.add, b, (1 - momentum) * (g - b), b))
        u = g + momentum * (b - g) if options["nesterov"] else b
        direction = orthogonal(u.reshape(piece.shape), options)
        direction *= adjusted(lr, options["adjust_lr_fn"], piece.shape)
        go_down(piece, direction.ravel(), lr * options["weight_decay"])


def orthogonal(u: Array, options: Options) -> Array:
    """About U V^T of the singular value decomposition u = U S V^T, by Newton and Schulz's iteration.

    x = u / |u|, then `ns_steps` times x = a x + (b x x^T + c (x x^T)^2) x. The coefficients take singular values
    in (0, 1] to about 0.7 ... 1.2, small ones in the fewest steps.
    """
    a, b, c = options["ns_coefficients"]
    tall = u.shape[0] > u.shape[1]
    x = u.T if tall else u
    x = x / max(np.linalg.norm(x), options["eps"])
    for _ in range(options["ns_steps"]):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    result: Array = x.T if tall else x
    return result


def adjusted(lr: float, rule: str | None, shape: tuple[int, ...]) -> float:
    """The learning rate for a matrix of this shape."""
    rows, columns = shape
    if rule == "match_rms_adamw":
        return lr * 0.2 * sqrt(max(rows, columns))
    return lr * sqrt(max(1, rows / columns))
