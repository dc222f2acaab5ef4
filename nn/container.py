"""Modules that hold other modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
        return self.children()

    def __len__(self) -> int:
        return len(list(self.children()))

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]


class _Held(Module):
    """A container that is not called itself: the modules in it run under its name and their own."""

    def _take_name(self, name: str) -> None:
        super()._take_name(name)
        for own, child in self.named_children():
            child._take_name(f"{name}.{own}")

    def _hold(self, name: str, module: Any) -> None:
        if not isinstance(module, Module):
            raise TypeError(f"{type(self).__name__} holds modules, not {module!r}.")
        setattr(self, name, module)
        if self._name:
            module._take_name(f"{self._name}.{name}")

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"a {type(self).__name__} only holds modules: call those in it, in the order you want.")

    def __len__(self) -> int:
        return len(list(self.children()))


class ModuleList(_Held):
    """A list of modules, named by their places. Those in a Python list would not belong to the model.

    `for layer in self.layers: x = layer(x)` runs them.
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    def append(self, module: Module) -> ModuleList:
        """Put a module at the end."""
        self._hold(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Put several modules at the end."""
        for module in modules:
            self.append(module)
        return self

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]

    def __setitem__(self, index: int, module: Module) -> None:
        self._hold(str(range(len(self))[index]), module)


class ModuleDict(_Held):
    """Modules by names of your own. Those in a Python dict would not belong to the model."""

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        for name, module in (modules or {}).items():
            self[name] = module

    def __setitem__(self, name: str, module: Module) -> None:
        if not isinstance(name, str) or not name or "." in name or hasattr(ModuleDict, name):
            raise ValueError(f"a module's name must be a text without a dot, and not a method's name; not {name!r}.")
        self._hold(name, module)

    def __getitem__(self, name: str) -> Module:
        return dict(self.named_children())[name]

    def __contains__(self, name: object) -> bool:
        return name in dict(self.named_children())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """The names."""
        return [name for name, _ in self.named_children()]

    def values(self) -> list[Module]:
        """The modules."""
        return list(self.children())

    def items(self) -> list[tuple[str, Module]]:
        """The names with their modules."""
        return list(self.named_children())
