"""What the readers of files share: a file is opened, and whatever is wrong with it becomes one kind of error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

Source = str | os.PathLike[str] | IO[bytes]
"""A path, or a file that is open for reading bytes."""


@contextmanager
def opened(source: Source) -> Iterator[tuple[IO[bytes], str]]:
    """The file of a source, and its name for errors.

    Raises FileNotFoundError where there is none, TypeError for what is no source.
    """
    if not isinstance(source, str | os.PathLike) and not _is_binary(source):
        raise TypeError(f"expected a path or a file opened for reading bytes, not {type(source).__name__}.")
    if isinstance(source, str | os.PathLike) and not Path(source).is_file():
        raise FileNotFoundError(f"there is no file {os.fspath(source)!r} to load weights from.")
    with open(source, "rb") if isinstance(source, str | os.PathLike) else nullcontext(source) as file:
        yield file, repr(str(getattr(file, "name", "the file in memory")))


def _is_binary(source: Any) -> bool:
    return hasattr(source, "seek") and isinstance(source.read(0), bytes)


@contextmanager
def errors_named(name: str, kind: str) -> Iterator[None]:
    """Whatever a damaged file leads to inside becomes a ValueError: that the file of this name is not of the kind."""
    try:
        yield
    except MemoryError:  # a file takes a few times its size: so a large one may be too large
        raise
    except Exception as error:
        reason = str(error) if type(error) is ValueError else f"it is damaged ({type(error).__name__}: {error})"
        raise ValueError(f"{name} is not {kind}: {reason.removesuffix('.')}.") from error
