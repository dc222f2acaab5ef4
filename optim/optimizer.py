"""What all optimisers have in common."""

from __future__ import annotations

from collections.abc import Iterable

from autograd import Tensor
from autograd.tensor import Array


class Optimizer:
    """Changes parameters, in place, by their gradients: `zero_grad()`, a loss's `backward()`, `step()`.

    Raises TypeError for what is not a leaf Tensor that requires a gradient, ValueError where there is none.
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        if isinstance(params, Tensor):
            raise TypeError("an optimiser takes a list of tensors, such as model.parameters(), not one tensor.")
        if not isinstance(params, Iterable):
            raise TypeError(f"an optimiser takes a list of tensors, such as model.parameters(), not {params!r}.")
        self.params = list(params)
        self.lr = lr
        if not self.params:
            raise ValueError("there is nothing to optimise: the list of parameters is empty.")
        for p in self.params:
            if not isinstance(p, Tensor) or not p.requires_grad or p.node is None or not p.node.is_leaf:
                raise TypeError(f"an optimiser changes tensors made with requires_grad=True; this is {p!r}.")
        if len(set(self.params)) < len(self.params):
            raise ValueError("a parameter is in the list more than once: it would be changed more than once a step.")
        require(lr >= 0, "lr", lr, "0 or more")

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.params:
            p.zero_grad()

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.update(i, p, p.grad.data)

    def update(self, i: int, p: Tensor, g: Array) -> None:
        """Change the i-th parameter, `p`, by its gradient `g`; every optimiser defines its own."""
        raise TypeError(f"{type(self).__name__} defines no update().")


def require(holds: bool, name: str, value: object, wanted: str) -> None:
    """ValueError unless an argument is as it must be."""
    if not holds:
        raise ValueError(f"{name} must be {wanted}, not {value}.")
