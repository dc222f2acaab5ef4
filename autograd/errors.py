"""Error messages of operations: what failed, on which shapes and dtypes, and what to do."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

REMEDIES = {
    "broadcast": "Shapes broadcast when, from the last axis backwards, sizes are equal or one of them is 1: "
    "bring them to that with reshape or np.expand_dims.",
    "matmul": "The last axis of the first must be as long as the last but one axis of the second: transpose or "
    "reshape one of them.",
    "reshape": "The number of elements must stay the same; -1 in one place of the new shape is worked out for you.",
}


class NotFiniteError(FloatingPointError):
    """In debug mode, an operation or its rule gave a NaN or an infinity."""


KINDS: tuple[type[Exception], ...] = (
    *(np.exceptions.AxisError, np.linalg.LinAlgError, IndexError, ValueError, TypeError),
    *(FloatingPointError, ZeroDivisionError, OverflowError, MemoryError, RuntimeWarning),
)


def describe(value: Any) -> str:
    """A value in a message: dtype and shape of an array, a sequence item by item, anything else as it is written."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, list | tuple) and any(hasattr(item, "shape") for item in value):
        return f"[{', '.join(describe(item) for item in value)}]"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class Failed(NamedTuple):
    """The operation or module that failed, and the nodes of its inputs, which do not travel to another process."""

    operation: str
    nodes: list[Any]

    def __reduce__(self) -> Any:
        return Failed, (self.operation, [])


def remembering(error: Exception, operation: str, nodes: list[Any]) -> Exception:
    """The error, with the operation or module that failed and its inputs' nodes, for `draw(error)` to show them."""
    if not hasattr(error, "failed"):
        error.failed = Failed(operation, [node for node in nodes if node is not None])  # type: ignore[attr-defined]
    return error


def explain(error: Exception, operation: str, values: dict[str, Any]) -> Exception:
    """The error to raise for a failed operation: of the same kind, with the operation, its inputs and the remedy."""
    if isinstance(error, NotFiniteError):  # of an operation inside of this one, and explained already
        return error
    given = ", ".join(f"{name} = {describe(value)}" for name, value in values.items())
    message = f"{operation}({given}): {str(error).strip().rstrip('.')}."
    if "broadcast" in str(error):
        message += f" {REMEDIES['broadcast']}"
    elif operation in REMEDIES:
        message += f" {REMEDIES[operation]}"
    return next((kind(message) for kind in KINDS if isinstance(error, kind)), RuntimeError(message))
