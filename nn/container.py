"""Modules that hold other modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, overload

from autograd.errors import describe
from nn.module import Module


class _Ordered(Module):
    """Modules by their places: "0", "1", ... are their names."""

    def _put(self, place: int, module: Any) -> None:
        if not isinstance(module, Module):
            raise TypeError(f"{type(self).__name__} holds modules, not {module!r}.")
        setattr(self, str(place), module)

    def append(self, module: Module) -> Self:
        """Put a module at the end."""
        self._put(len(self), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put several modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(f"modules must be a list of modules, not {describe(modules)}.")
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Put a module before the one at `index`; those from there on move by one place."""
        after = list(self)[index:]
        self._put(len(self) - len(after), module)
        for place, moved in enumerate(after, start=len(self) - len(after) + 1):
            self._put(place, moved)
        return self

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    def __len__(self) -> int:
        return len(list(self.children()))

    @overload
    def __getitem__(self, index: int) -> Module: ...

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> Any:
        """The module at a place, or for a slice a container of the same kind with the same modules in it."""
        found = list(self)[index]
        if isinstance(found, Module):
            return found
        part = Sequential() if isinstance(self, Sequential) else ModuleList()
        vars(part).update({str(i): module for i, module in enumerate(found)})  # they keep the names they have
        return part

    def __setitem__(self, index: int, module: Module) -> None:
        self._put(range(len(self))[index], module)


class Sequential(_Ordered):
    """Modules run one after the other, each on the result of the one before.

    `net[:-1]` is a Sequential of the same modules without the last; `append`, `insert` and `net[i] = module` change it.
    """

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(
                    f"Sequential takes modules, each as an argument of its own; argument {i} is {module!r}."
                )
            self._put(i, module)

    def forward(self, x: Any) -> Any:
        for module in self:
            x = module(x)
        return x


class _Held(Module):
    """A container that is not called itself: the modules in it run under its name and their own."""

    def _take_name(self, name: str) -> None:
        super()._take_name(name)
        for own, child in self.named_children():
            child._take_name(f"{name}.{own}")

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if isinstance(value, Module) and self._name:
            value._take_name(f"{self._name}.{name}")

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"a {type(self).__name__} only holds modules: call those in it, in the order you want.")


class ModuleList(_Held, _Ordered):
    """A list of modules, named by their places. Those in a Python list would not belong to the model.

    `for layer in self.layers: x = layer(x)` runs them. Slices, `append`, `insert` as in `Sequential`.
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)


class ModuleDict(_Held):
    """Modules by names of your own. Those in a Python dict would not belong to the model."""

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        if modules is not None and not isinstance(modules, Mapping):
            raise TypeError(f"modules must be a dictionary of modules, not {describe(modules)}.")
        for name, module in (modules or {}).items():
            self[name] = module

    def __setitem__(self, name: str, module: Module) -> None:
        if not isinstance(name, str) or not name or "." in name or hasattr(ModuleDict, name):
            raise ValueError(f"a module's name must be a text without a dot, and not a method's name; not {name!r}.")
        if not isinstance(module, Module):
            raise TypeError(f"ModuleDict holds modules, not {module!r}.")
        setattr(self, name, module)

    def __getitem__(self, name: str) -> Module:
        return dict(self.named_children())[name]

    def __contains__(self, name: object) -> bool:
        return name in dict(self.named_children())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def keys(self) -> list[str]:
        """The names."""
        return [name for name, _ in self.named_children()]

    def values(self) -> list[Module]:
        """The modules."""
        return list(self.children())

    def items(self) -> list[tuple[str, Module]]:
        """The names with their modules."""
        return list(self.named_children())
