"""Module: a function with parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from autograd import Tensor
from autograd.errors import describe, remembering
from autograd.graph import Node, leaf
from autograd.mode import ModuleCall, ModulePath, run_inside, running_module
from nn.functional.arguments import flag
from nn.naming import NAMED, naming_constructor, plain
from nn.parameter import Buffer, Parameter
from nn.watching import watching

ForwardPreHook = Callable[..., Any]
ForwardHook = Callable[..., Any]


class Mismatch(NamedTuple):
    """What `load_state_dict(strict=False)` passed over: names that the state lacks, and names that it has too much."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class HookHandle:
    """What registering a hook returns: `remove()` takes the hook away again."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        self._hooks, self._hook = hooks, hook
        hooks.append(hook)

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        self._hooks[:] = [hook for hook in self._hooks if hook is not self._hook]


class Module:
    """A function with parameters: `model(x)` runs `forward(x)`.

    Subclasses assign Parameters, Buffers and other Modules as attributes, under any names, and define `forward`. Names
    are paths of attributes: "conv1.weight". An error raised in `forward` begins with the path and class of the module,
    one raised in `__init__` with its class.
    """

    training: bool = True
    _name: str = ""
    _hooks_before: Sequence[Any] = ()
    _hooks_after: Sequence[Any] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = naming_constructor(cls.__init__)  # type: ignore[method-assign]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass defines its own."""
        raise TypeError(f"{type(self).__name__} defines no forward(): write what it computes in one.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        kind = type(self).__name__
        if self._name:
            call = ModuleCall(self._name, kind)
        elif self._is_layer() and not isinstance(running_module(), ModulePath):
            call = ModuleCall("", kind, frozenset(tensor.name or "" for _, tensor in self._named_tensors(Tensor)))
        else:
            return self._run(args, kwargs)
        return run_inside(call, self._run, args, kwargs)

    def _is_layer(self) -> bool:
        """Whether it has no modules in it, or beside them parameters of its own."""
        return next(self.children(), None) is None or any(isinstance(x, Parameter) for x in vars(self).values())

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        watcher = watching.watcher
        try:
            if watcher is not None:
                watcher.before(self)
            if self._hooks_before or self._hooks_after:
                output = self._run_with_hooks(args, kwargs)
            else:
                output = self.forward(*args, **kwargs)
            if watcher is not None:
                watcher.after(self, output)
            return output
        except NAMED as raised:
            self._name_error(raised, args)
            raise

    def _name_error(self, raised: Exception, args: tuple[Any, ...]) -> None:
        """Let an error begin with the path and class of this module, unless it has those of one inside."""
        error = plain(raised)
        if type(error) in NAMED and not hasattr(error, "module"):
            error.module = path = running_module()  # type: ignore[attr-defined]
            kind = type(self).__name__
            error.args = (f"{f'{path} ({kind})' if path else kind}: {error}",)
            remembering(error, f"{path}: {kind}" if path else kind, [_node(x) for x in args])
        if error is not raised:
            raise error from None

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Module):
            value._take_name(name)
            for path, tensor in value._named_tensors(Tensor):
                tensor.name = f"{name}.{path}"
        elif isinstance(value, Parameter | Buffer):
            value.name = value.name or name
        before = vars(self).get(name)
        if isinstance(before, Parameter) and value is not None and not isinstance(value, Parameter):
            raise TypeError(
                f"{name} is a parameter of this {type(self).__name__}, and a {type(value).__name__} in its place would "
                f"not be trained: change its values, as in module.{name}.data -= step, or assign an nn.Parameter."
            )
        if isinstance(before, Buffer) and value is not None and not isinstance(value, Buffer):
            raise TypeError(
                f"{name} is a buffer of this {type(self).__name__}, and a {type(value).__name__} in its place would "
                f"not be saved: change its values, as in module.{name}.data = values, or assign an nn.Buffer."
            )
        super().__setattr__(name, value)

    def _take_name(self, name: str) -> None:
        self._name = name

    # Hooks ---------------------------------------------------------------------------------------------------------

    def register_forward_pre_hook(self, hook: ForwardPreHook) -> HookHandle:
        """Call `hook(module, args)` before every `forward`; what it returns, unless None, replaces the arguments."""
        return HookHandle(self._hooks()[0], hook)

    def register_forward_hook(self, hook: ForwardHook) -> HookHandle:
        """Call `hook(module, args, output)` after every `forward`; unless None, what it returns replaces the output."""
        return HookHandle(self._hooks()[1], hook)

    def _hooks(self) -> tuple[list[Any], list[Any]]:
        kept = vars(self)
        return kept.setdefault("_hooks_before", []), kept.setdefault("_hooks_after", [])

    def _run_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for hook in tuple(self._hooks_before):
            changed = hook(self, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        output = self.forward(*args, **kwargs)
        for hook in tuple(self._hooks_after):
            changed = hook(self, args, output)
            output = output if changed is None else changed
        return output

    # What is inside ------------------------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes of this one, with their names."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def children(self) -> Iterator[Module]:
        """The modules that are attributes of this one."""
        return (module for _, module in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all below it, each once, with their paths; the path of the outermost is `prefix`."""
        return self._walk(prefix, set())

    def _walk(self, path: str, seen: set[Module]) -> Iterator[tuple[str, Module]]:
        if self not in seen:
            seen.add(self)
            yield path, self
            for name, child in self.named_children():
                yield from child._walk(f"{path}.{name}" if path else name, seen)

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """All parameters, each once, with their paths."""
        return self._named_tensors(Parameter, prefix)

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Buffer]]:
        """All buffers, each once, with their paths."""
        return self._named_tensors(Buffer, prefix)

    def buffers(self) -> Iterator[Buffer]:
        """All buffers, each once."""
        return (buffer for _, buffer in self.named_buffers())

    def _named_tensors(self, kind: type[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
        """All Parameters and Buffers that are of this kind, each once."""
        seen: set[Tensor] = set()
        for path, module in self.named_modules(prefix):
            for name, value in _own_state(module):
                if isinstance(value, kind) and value not in seen:
                    seen.add(value)
                    yield f"{path}.{name}" if path else name, value

    # What all of them do -------------------------------------------------------------------------------------------

    def apply(self, function: Callable[[Module], Any]) -> Self:
        """Call `function` with every module below this one, and then with this one: to set initial values, say."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Put this module and all below it into training mode (dropout drops), or with False into evaluation mode."""
        mode = flag(mode, "mode")
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

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let all parameters require a gradient, or with False none: such a model is frozen."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def to(self, dtype: DTypeLike) -> Self:
        """Convert all parameters and buffers of floating point numbers, in place, with the gradients they have."""
        try:
            np.dtype(dtype)
        except TypeError:
            raise TypeError(f"to takes a dtype, such as np.float64, not {dtype!r}; there are no devices.") from None
        if np.dtype(dtype).kind not in "fc":
            raise TypeError(f"a module's dtype must be a floating point dtype, not {np.dtype(dtype)}.")
        for _, tensor in self._named_tensors(Tensor):
            if tensor.dtype.kind in "fc":
                tensor._convert(dtype)
        return self

    # State ---------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The values of all parameters and buffers by their paths: copies, which stay as they are in further training.

        What is in the model under two paths, such as a tied weight, is here under both.
        """
        return {path: tensor.numpy() for path, tensor in self._state()}

    def _state(self, prefix: str = "") -> Iterator[tuple[str, Parameter | Buffer]]:
        yield from ((prefix + name, value) for name, value in _own_state(self))
        for name, child in self.named_children():
            yield from child._state(f"{prefix}{name}.")

    def load_state_dict(self, state: Mapping[str, ArrayLike | Tensor], strict: bool = True) -> Mismatch:
        """Take over the values that `state_dict` gave.

        Raises ValueError with all names that are missing or unknown and all shapes that differ; then nothing changes.
        Without `strict`, missing and unknown names are passed over, and returned.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict takes what state_dict gave, a dictionary, not {describe(state)}.")
        own = dict(self._state())
        given = {name: v.data if isinstance(v, Tensor) else np.asarray(v) for name, v in state.items()}
        mismatch = Mismatch([name for name in own if name not in given], [name for name in given if name not in own])
        problems = [f"{name} is missing" for name in mismatch.missing_keys if strict]
        problems += [f"{name} is not in this model" for name in mismatch.unexpected_keys if strict]
        common = {name: (given[name], tensor) for name, tensor in own.items() if name in given}
        problems += [
            f"{name} has dtype {array.dtype}, not {tensor.dtype}"
            for name, (array, tensor) in common.items()
            if not np.can_cast(array.dtype, tensor.dtype, "same_kind")
        ]
        problems += [
            f"{name} has shape {array.shape}, not {tensor.shape}"
            for name, (array, tensor) in common.items()
            if array.shape != tensor.shape
        ]
        if problems:
            hint = _prefix_hint(own, given)
            raise ValueError(f"the state does not fit this {type(self).__name__}: {hint}{'; '.join(problems)}.")
        for array, tensor in common.values():
            tensor.data = array
        return mismatch

    def random_state(self) -> list[dict[str, Any]]:
        """The states of the random generators of all modules, as dropout has, each generator once; for `nn.save`."""
        return [dict(generator.bit_generator.state) for generator in self._generators()]

    def load_random_state(self, states: Sequence[Mapping[str, Any]]) -> None:
        """Take over what `random_state` gave: the modules go on with the same random numbers."""
        generators = self._generators()
        if len(states) != len(generators):
            raise ValueError(f"this {type(self).__name__} has {len(generators)} generators; {len(states)} are given.")
        for generator, state in zip(generators, states, strict=True):
            generator.bit_generator.state = state

    def _generators(self) -> list[np.random.Generator]:
        found = [value for module in self.modules() for value in vars(module).values()]
        return list(dict.fromkeys(value for value in found if isinstance(value, np.random.Generator)))

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


def _prefix_hint(own: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """What to do where the given names are the model's own behind a prefix that all of them have."""
    prefix = next(iter(given), "").removesuffix(next(iter(own), ""))
    if not prefix or {prefix + name for name in own} != set(given):
        return ""
    return f"all its names begin with {prefix!r}, which name.removeprefix({prefix!r}) takes away; "


def _node(x: Any) -> Node | None:
    """What stands for an argument in a drawing; None for what is neither a Tensor nor an array."""
    if isinstance(x, np.ndarray):
        return leaf(x.shape, x.dtype, None)
    return x.node if isinstance(x, Tensor) else None


def _own_state(module: Module) -> Iterator[tuple[str, Parameter | Buffer]]:
    """The module's own parameters, and then its own buffers."""
    for kind in (Parameter, Buffer):
        yield from ((name, value) for name, value in vars(module).items() if isinstance(value, kind))
