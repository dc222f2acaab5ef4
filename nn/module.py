"""Module: a function with parameters. Parameter: a tensor that a module learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from autograd import Tensor
from autograd.graph import inside_module


class Parameter(Tensor):
    """A Tensor that requires a gradient and belongs to the module that has it as an attribute."""

    __slots__ = ()

    def __init__(self, data: ArrayLike | Tensor, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        super().__init__(data, requires_grad=True, dtype=dtype, name=name)


class Module:
    """A function with parameters: `model(x)` runs `forward(x)`.

    Subclasses assign Parameters and other Modules as attributes, under any names, and define `forward`. Names of
    parameters are paths of attributes: "conv1.weight".
    """

    training: bool = True
    _name: str = ""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass defines its own."""
        raise TypeError(f"{type(self).__name__} defines no forward(): write what it computes in one.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._name:
            return self.forward(*args, **kwargs)
        with inside_module(self._name):
            return self.forward(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Module):
            value._name = name
            for path, parameter in value.named_parameters():
                parameter.name = f"{name}.{path}"
        elif isinstance(value, Parameter) and value.name is None:
            value.name = name
        elif value is not None and isinstance(vars(self).get(name), Parameter) and not isinstance(value, Parameter):
            raise TypeError(
                f"{name} is a parameter of this {type(self).__name__}, and a {type(value).__name__} in its place would "
                f"not be trained: change its values, as in module.{name}.data -= step, or assign an nn.Parameter."
            )
        super().__setattr__(name, value)

    # What is inside ------------------------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes of this one, with their names."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all below it, each once, with their paths; the path of the outermost is `prefix`."""
        seen: set[Module] = set()

        def walk(module: Module, path: str) -> Iterator[tuple[str, Module]]:
            if module not in seen:
                seen.add(module)
                yield path, module
                for name, child in module.named_children():
                    yield from walk(child, f"{path}.{name}" if path else name)

        return walk(self, prefix)

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """All parameters, each once, with their paths."""
        seen: set[Parameter] = set()
        for path, module in self.named_modules(prefix):
            for name, value in vars(module).items():
                if isinstance(value, Parameter) and value not in seen:
                    seen.add(value)
                    yield f"{path}.{name}" if path else name, value

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, each once."""
        return (parameter for _, parameter in self.named_parameters())

    # What all of them do -------------------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Put this module and all below it into training mode (dropout drops), or with False into evaluation mode."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Put this module and all below it into evaluation mode."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.zero_grad()

    # State ---------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The values of all parameters by their paths: copies, so that they stay as they are while training goes on."""
        return {name: parameter.numpy() for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, ArrayLike | Tensor]) -> None:
        """Take over the values that `state_dict` gave.

        Raises ValueError with all names that are missing or unknown and all shapes that differ; then nothing changes.
        """
        own = dict(self.named_parameters())
        given = {name: v.data if isinstance(v, Tensor) else np.asarray(v) for name, v in state.items()}
        problems = [f"{name} is missing" for name in own if name not in given]
        problems += [f"{name} is not in this model" for name in given if name not in own]
        problems += [
            f"{name} has dtype {given[name].dtype}, not {own[name].dtype}"
            for name in own
            if name in given and not np.can_cast(given[name].dtype, own[name].dtype, "same_kind")
        ]
        problems += [
            f"{name} has shape {given[name].shape}, not {own[name].shape}"
            for name in own
            if name in given and given[name].shape != own[name].shape
        ]
        if problems:
            raise ValueError(f"the state does not fit this {type(self).__name__}: {'; '.join(problems)}.")
        for name, parameter in own.items():
            parameter.data = given[name]

    # How it looks --------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """The arguments in the module's representation."""
        return ""

    def __repr__(self) -> str:
        children = [f"  ({name}): " + repr(child).replace("\n", "\n  ") for name, child in self.named_children()]
        inner = self.extra_repr()
        if children:
            inner = "\n".join(["", *([f"  {inner}"] if inner else []), *children, ""])
        return f"{type(self).__name__}({inner})"
