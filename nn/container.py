"""Modules that hold other modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nn.module import Module


class Sequential(Module):
    """Modules run one after the other, each on the result of the one before."""

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(
                    f"Sequential takes modules, each as an argument of its own; argument {i} is {module!r}."
                )
            setattr(self, str(i), module)

    def forward(self, x: Any) -> Any:
        for module in self:
            x = module(x)
        return x

    def __iter__(self) -> Iterator[Module]:
        return (module for _, module in self.named_children())

    def __len__(self) -> int:
        return len(list(self.named_children()))

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]
