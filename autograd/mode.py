"""How operations are recorded at the moment, in this thread; and the contexts that change it: no_grad, debug, ..."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import _GeneratorContextManager, contextmanager
from dataclasses import dataclass
from typing import Any


class _Mode(threading.local):
    """How operations are recorded, for each thread its own."""

    module: str = ""
    """The path of the module that is running."""
    recording: bool = True
    debugging: bool = False

    writing: bool = True
    """Whether `x.data = ...` writes: not where shapes are evaluated, nor where `checkpoint` runs something again."""

    shapes_only: bool = False
    """Whether arrays have no values: `eval_shape`."""

    multiply_adds: Counter[str] | None = None
    """Where products of arrays without values count their multiplications, by module."""

    gradients_before: dict[Any, Any] | None = None
    """Where only shapes are evaluated: what the gradients of leaves were, to be put back."""

    comparisons: list[Any] | None = None
    """Where `compile` collects the comparisons of a function that it traces."""

    plain: str | None = ""
    """The module's path where operations are recorded and nothing else is asked for; else None."""

    def set(self, **changes: Any) -> None:
        """Change one or more of them."""
        self.__dict__.update(changes)
        self.plain = self.module if self.recording and not self.debugging and not self.shapes_only else None


mode = _Mode()


@contextmanager
def _changed_mode(**changes: Any) -> Iterator[None]:
    before = {name: getattr(mode, name) for name in changes}
    mode.set(**changes)
    try:
        yield
    finally:
        mode.set(**before)


def no_grad() -> _GeneratorContextManager[None]:
    """Record nothing inside: `with no_grad(): ...`, or `@no_grad()` above a function. Holds for this thread only."""
    return _changed_mode(recording=False)


def recorded() -> _GeneratorContextManager[None]:
    """Record inside, also where no_grad() holds outside: for derivatives that are computed within."""
    return _changed_mode(recording=True)


def recorded_again() -> _GeneratorContextManager[None]:
    """Record inside; what was written into tensors the first time, such as running statistics, is not again."""
    return _changed_mode(recording=True, writing=False)


def debug() -> _GeneratorContextManager[None]:
    """Inside, every operation remembers the line that called it, and the first NaN or infinity raises.

    Raises NotFiniteError, a FloatingPointError, with the operation, a summary of its inputs and the line, where an
    operation gives a NaN, or an infinity that none of its inputs has, or where the reverse pass gives one. An error
    inside the reverse pass names the line of the forward pass. Slower; holds for this thread only.
    """
    return _changed_mode(debugging=True)


@contextmanager
def evaluating_shapes(multiply_adds: Counter[str] | None = None) -> Iterator[None]:
    """Inside, nothing is written into Tensors, and layers create parameters without values; gradients are put back.

    Multiplications of products of arrays without values are counted in `multiply_adds`, by the path of the module.
    """
    before: dict[Any, Any] = {}
    try:
        with _changed_mode(
            shapes_only=True, writing=False, debugging=False, multiply_adds=multiply_adds, gradients_before=before
        ):
            yield
    finally:
        for leaf, gradient in before.items():
            leaf.gradient = gradient


@dataclass(eq=False, slots=True)
class ModuleCall:
    """A call of a module: its name in the module around it, "" if it is called by itself, and its class."""

    name: str
    kind: str
    parameters: frozenset[str] = frozenset()
    """Names of the parameters and buffers of a layer that is called by itself: no path tells whose they are."""


class ModulePath(str):
    """The path of a module, such as "conv1" or "layers.0.norm", with the calls that led there, outermost first."""

    calls: tuple[ModuleCall, ...] = ()


def inside_module(call: ModuleCall) -> _GeneratorContextManager[None]:
    """Nodes created inside belong to this call of a module, within the module that is running outside."""
    path = ModulePath(f"{mode.module}.{call.name}" if mode.module else call.name)
    path.calls = (*getattr(mode.module, "calls", ()), call)
    return _changed_mode(module=path)


def running_module() -> str:
    """The path of the module that is running: a ModulePath; the plain "" where none is, or none that has a frame."""
    return mode.module
