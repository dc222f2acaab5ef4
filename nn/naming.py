"""Errors that begin with the name of the module in which they were raised."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

NAMED = (ValueError, TypeError, IndexError, OverflowError, MemoryError)
"""The kinds of errors that get a name; those derived from them are somebody's own, and stay as they are."""


def plain(error: Exception) -> Exception:
    """The error, but NumPy's MemoryError, whose text is fixed, as one of Python's with the same text."""
    is_numpys = isinstance(error, MemoryError) and type(error) is not MemoryError
    return MemoryError(str(error)) if is_numpys else error


def naming_constructor(init: Callable[..., None]) -> Callable[..., None]:
    """An `__init__` whose errors begin with the name of the class that is made."""

    @wraps(init)
    def named(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            init(self, *args, **kwargs)
        except NAMED as raised:
            _name_error(raised, type(self))
            raise

    return named


def _name_error(raised: Exception, kind: type[Any]) -> None:
    """Let an error begin with the name of the class that was to be made."""
    error = plain(raised)
    text = str(error)
    for base in kind.__mro__:  # Python's own errors of missing or unknown arguments begin with these
        text = text.removeprefix(f"{base.__qualname__}.__init__() ")
    if type(error) in NAMED:
        error.args = (text if re.match(rf"{kind.__name__}\b", text) else f"{kind.__name__}: {text}",)
    if error is not raised:
        raise error from None
