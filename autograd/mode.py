"""How operations are recorded at the moment, in this thread; and the contexts that change it: no_grad, debug, ..."""

from __future__ import annotations

import inspect
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from types import coroutine as coroutine_of_generator
from typing import Any, TypeVar


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

    quiet: bool = False
    """Whether nothing is recorded and nothing else is asked for."""

    def __init__(self) -> None:
        self.entered: list[tuple[ModeChange, dict[str, Any]]] = []
        """The changes that hold, and what was before each."""

    def left(self, change: ModeChange) -> dict[str, Any]:
        """What was before a change, which holds no longer; it is the last one, but where coroutines take turns.

        Nothing where it was made in another thread, as by a generator that the garbage collector closes in this one.
        """
        for place in reversed(range(len(self.entered))):
            if self.entered[place][0] is change:
                return self.entered.pop(place)[1]
        return {}

    def set(self, **changes: Any) -> None:
        """Change one or more of them."""
        self.__dict__.update(changes)
        watched = self.debugging or self.shapes_only
        self.plain = self.module if self.recording and not watched else None
        self.quiet = not (self.recording or watched)


mode = _Mode()


F = TypeVar("F", bound=Callable[..., Any])


class ModeChange:
    """Another mode inside of a `with` block, or above a function, with @, in each of its calls."""

    def __init__(self, **changes: Any) -> None:
        self.changes = changes

    def __enter__(self) -> None:
        mode.entered.append((self, {name: getattr(mode, name) for name in self.changes}))
        try:
            mode.set(**self.changes)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *error: object) -> None:
        before = mode.left(self)
        try:
            mode.set(**before)
        except BaseException:  # an interrupt leaves nothing behind
            mode.set(**before)
            raise

    def __call__(self, function: F) -> F:
        """The function, in the changed mode while it runs: for a generator or a coroutine, during each step."""
        if not callable(function):
            raise TypeError(f"a decorator stands above a function, not {function!r}.")
        return _decorated(function, lambda: ModeChange(**self.changes))  # type: ignore[return-value]


def _decorated(function: Callable[..., Any], change: Callable[[], ModeChange]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with change():
            return function(*args, **kwargs)

    @wraps(function)
    def generator(*args: Any, **kwargs: Any) -> Any:
        return (yield from _step_by_step(function(*args, **kwargs), change))

    @wraps(function)
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        return await _step_by_step(function(*args, **kwargs), change)

    @wraps(function)
    async def async_generator(*args: Any, **kwargs: Any) -> Any:
        items = function(*args, **kwargs)
        given = None
        try:
            while True:
                given = yield await _step_by_step(items.asend(given).__await__(), change)
        except StopAsyncIteration:
            return
        finally:
            await items.aclose()

    if inspect.isgeneratorfunction(function):
        return generator
    if inspect.iscoroutinefunction(function):
        return coroutine
    return async_generator if inspect.isasyncgenfunction(function) else call


@coroutine_of_generator
def _step_by_step(steps: Any, change: Callable[[], ModeChange]) -> Generator[Any, Any, Any]:
    """A generator or coroutine whose every step runs in the changed mode."""
    resume, given = steps.send, None
    while True:
        try:
            with change():
                item = resume(given)
        except StopIteration as end:
            return end.value
        try:
            resume, given = steps.send, (yield item)
        except GeneratorExit:
            with change():
                steps.close()
            raise
        except BaseException as error:
            resume, given = steps.throw, error


def _refuse_function(name: str, given: tuple[Any, ...]) -> None:
    if given:
        raise TypeError(f"{name} is called before it stands above a function: write @{name}(), with parentheses.")


def no_grad(*misplaced: Callable[..., Any]) -> ModeChange:
    """Record nothing inside: `with no_grad(): ...`, or `@no_grad()` above a function. Holds for this thread only.

    A generator or an async function records nothing in its own steps; what runs between them is recorded as before.
    Raises TypeError for `@no_grad` without parentheses.
    """
    _refuse_function("no_grad", misplaced)
    return ModeChange(recording=False)


def recorded() -> ModeChange:
    """Record inside, also where no_grad() holds outside: for derivatives that are computed within."""
    return ModeChange(recording=True)


def recorded_again() -> ModeChange:
    """Record inside; what was written into tensors the first time, such as running statistics, is not again."""
    return ModeChange(recording=True, writing=False)


def debug(*misplaced: Callable[..., Any]) -> ModeChange:
    """Inside, every operation remembers the line that called it, and the first NaN or infinity raises.

    Raises NotFiniteError, a FloatingPointError, with the operation, a summary of its inputs and the line, where an
    operation gives a NaN, or an infinity that none of its inputs has, or where the reverse pass gives one. An error
    inside the reverse pass names the line of the forward pass. Slower; holds for this thread only. `@debug()` above a
    function holds while it runs.
    """
    _refuse_function("debug", misplaced)
    return ModeChange(debugging=True)


@contextmanager
def evaluating_shapes(multiply_adds: Counter[str] | None = None) -> Iterator[None]:
    """Inside, nothing is written into Tensors, and layers create parameters without values; gradients are put back.

    Multiplications of products of arrays without values are counted in `multiply_adds`, by the path of the module.
    """
    before: dict[Any, Any] = {}
    try:
        with ModeChange(
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


def run_inside(call: ModuleCall, run: Callable[..., Any], *args: Any) -> Any:
    """Run a function; nodes created meanwhile belong to this call of a module, within the module running outside.

    The path is put back twice, so that an interrupt in the first attempt leaves nothing behind.
    """
    before = mode.module
    path = ModulePath(f"{before}.{call.name}" if before else call.name)
    path.calls = (*getattr(before, "calls", ()), call)
    try:
        try:
            mode.set(module=path)
            return run(*args)
        finally:
            mode.set(module=before)
    finally:
        mode.set(module=before)


def running_module() -> str:
    """The path of the module that is running: a ModulePath; the plain "" where none is, or none that has a frame."""
    return mode.module
