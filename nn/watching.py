"""Who is shown the calls of modules, in this thread only, and without hooks on modules that others use too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from nn.module import Module


class Watcher(Protocol):
    """Is shown the calls of modules."""

    def before(self, module: Module) -> None:
        """A call begins."""

    def after(self, module: Module, output: Any) -> None:
        """A call has given its output."""


class _Watching(threading.local):
    watcher: Watcher | None = None


watching = _Watching()


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Inside, the watcher is shown the calls of modules in this thread."""
    before, watching.watcher = watching.watcher, watcher
    try:
        yield
    finally:
        watching.watcher = before
