"""What flows along an arrow of a graph: the value forward, and the gradient that its user sends back."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from autograd.graph import NOT_KEPT, Node, changed_since, sum_to_shape


def contribution(user: Node, place: int) -> float | None:
    """What `user`, a number, sends back to its input at `place`; None where it is not a number or not known."""
    g, parent = user.gradient, user.parents[place]
    if g is None or g is NOT_KEPT or user.value is None or not parent.requires_grad or user.shape or parent.shape:
        return None
    if any(changed_since(node, user.index) for node in user.parents):
        return None
    sent = sent_back(user, place, g)
    return float(sent) if sent is not None and sent.dtype.kind == "f" else None


def sent_back(user: Node, place: int, g: Any) -> Any:
    """What `user` sends back to its input at `place` when `g` has arrived at it; None where it is not known any more.

    After backward a node has forgotten what its rules need. Where its inputs and its output are kept and it has no
    options, that is found again.
    """
    primitive: Any = user.primitive
    if not hasattr(primitive, "rules"):  # a Value keeps its slopes
        slopes: Any = user.saved
        return np.asarray(float(g) * slopes[place])
    remembered = _found_again(user, place) if user.saved is None else user.saved[place]
    if remembered is None:
        return None
    parent = user.parents[place]
    rules = primitive.conjugate_rules if np.dtype(user.dtype).kind == "c" else primitive.rules
    with np.errstate(all="ignore"):
        sent = np.asarray(_at(rules, place)(np.asarray(g), *remembered))
    if np.dtype(parent.dtype).kind != "c":
        sent = sent.real
    if sent.shape != parent.shape:
        sent = sum_to_shape(sent, parent.shape)
    return np.asarray(sent, parent.dtype)


def _found_again(user: Node, place: int) -> Any:
    """What the rule for the input at `place` had asked to remember; None where that is not known."""
    primitive: Any = user.primitive
    known = user.value is not None and all(parent.value is not None for parent in user.parents)
    if primitive.options or primitive.takes_sequence or not known:
        return None
    told = [np.asarray(node.value) for node in user.parents]
    told.append(np.asarray(user.value))
    told += [np.shape(told[i]) for i in primitive.shapes]
    return primitive.pickers[place](told)


def _at(sequence: Any, place: int) -> Any:
    return next(islice(sequence, place, None))
