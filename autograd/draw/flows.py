"""What flows along an arrow of a graph: the value forward, and the gradient that its user sends back."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import NOT_KEPT, Node


def contribution(user: Node, place: int) -> float | None:
    """What `user`, a number, sends back to its input at `place`; None where it is not a number or not known.

    After backward a node has forgotten what its rules need. Of operations on single numbers without options, that is
    their inputs and the result, and the contribution is computed again.
    """
    g, parent = user.gradient, user.parents[place]
    if g is None or g is NOT_KEPT or user.value is None or not parent.requires_grad or user.shape or parent.shape:
        return None
    primitive: Any = user.primitive
    if not hasattr(primitive, "rules"):  # a Value keeps its slopes
        return float(g * user.saved[place])  # type: ignore[index]
    if primitive.options or primitive.takes_sequence or any(node.value is None for node in user.parents):
        return None
    told = [np.asarray(node.value) for node in user.parents]
    told.append(np.asarray(user.value))
    told += [np.shape(told[i]) for i in primitive.shapes]
    remembered = primitive.pickers[place](told)
    with np.errstate(all="ignore"):
        sent = np.asarray(primitive.rules[place](np.asarray(g), *remembered))
    return float(sent) if sent.shape == () and sent.dtype.kind == "f" else None
