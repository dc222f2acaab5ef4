"""Checks of the notebooks' exercises: `check.q1(answer)` says whether an answer is right, and gives a hint if not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isclose
from types import SimpleNamespace
from typing import Any

from autograd import Tensor, Value


class Verdict:
    """What a check says; the cell shows it."""

    def __init__(self, right: bool, text: str) -> None:
        self.right = right
        self.text = text

    def __repr__(self) -> str:
        return self.text


UNANSWERED = Verdict(False, "Put your answer in the place of the three dots, and run the cell again.")


def right(explanation: str) -> Verdict:
    """The verdict on a right answer."""
    return Verdict(True, f"Right. {explanation}")


def not_yet(hint: str) -> Verdict:
    """The verdict on a wrong answer."""
    return Verdict(False, f"Not yet. Hint: {hint}")


def numbers(expected: Sequence[float], explanation: str, hint: str) -> Callable[..., Verdict]:
    """A check of one number or several, in order, each to three digits."""

    def check(*answers: Any) -> Verdict:
        if any(answer is ... for answer in answers):
            return UNANSWERED
        if len(answers) != len(expected):
            return not_yet(f"{len(expected)} numbers are asked for, in order; {len(answers)} were given.")
        if any(isinstance(answer, str) for answer in answers):
            return not_yet("a number is asked for, without quotation marks.")
        try:
            given = [float(getattr(answer, "data", answer)) for answer in answers]
        except (TypeError, ValueError):
            return not_yet("a number is asked for.")
        if all(isclose(a, b, rel_tol=2e-3, abs_tol=2e-3) for a, b in zip(given, expected, strict=True)):
            return right(explanation)
        return not_yet(hint)

    return check


def function(test: Callable[[Callable[..., Any]], str | None], explanation: str) -> Callable[[Any], Verdict]:
    """A check of a function that the learner writes; `test` returns a hint, or None where all is right."""

    def check(answer: Any) -> Verdict:
        if not callable(answer):
            return not_yet("give the function itself, without calling it.")
        try:
            hint = test(answer)
        except Exception as error:
            return not_yet(f"calling it raised {type(error).__name__}: {error}")
        if hint == UNANSWERED.text:
            return UNANSWERED
        return right(explanation) if hint is None else not_yet(hint)

    return check


def _neuron(answer: Callable[..., Any]) -> str | None:
    w, x, b = [Value(2.0), Value(-3.0)], [Value(-1.0), Value(-2.0)], Value(-3.0)
    y = answer(w, x, b)
    if y is ...:
        return UNANSWERED.text
    if not isinstance(y, Value):
        return f"it should return a Value, so that backward() can go through it; it returned {type(y).__name__}."
    if isclose(y.data, 1.0):
        return "the sum is right; now apply .sigmoid() to it."
    if not isclose(y.data, 0.7310585786):
        return f"for w = 2, -3, x = -1, -2, b = -3 the sum is 1 and its sigmoid 0.731; your neuron gives {y.data:.3f}."
    y.backward()
    if not isclose(w[0].grad, -0.1966119332):
        return "the value is right, but no gradient reaches w: use the Values themselves, not their .data."
    return None


def _descend(answer: Callable[..., Any]) -> str | None:
    x = Value(-4.0)
    for _ in range(100):
        before, x.grad = x.data, 0.0
        ((-x + 3) ** 2).backward()
        answer(x, 0.1)
        if x.data == before and abs(x.data - 3) > 1e-6:
            return "x did not move: set x.data, by its gradient x.grad."
    if x.data < -4.0 or abs(x.data) > 1e6:
        return "the loss grows: a step goes against the gradient."
    if abs(x.data - 3) > 1e-3:
        return f"after 100 steps of 0.1 from -4, x should be at 3; yours is at {x.data:.3f}."
    return None


def _order(answer: Callable[..., Any]) -> str | None:
    a = Value(1.0, "a")
    b = a + a
    c = b + b
    d = b * c
    for root, expected in ((c, [c, b, a]), (d, [d, c, b, a])):
        order = answer(root)
        if order is ...:
            return UNANSWERED.text
        if not isinstance(order, list) or {id(node) for node in order} != {id(node) for node in expected}:
            return "return a list of every node that the result was computed from, itself included, each once."
        if [id(node) for node in order] != [id(node) for node in expected]:
            return "all nodes are there, but one comes before a node that used it. Newest first: sort by node.index."
    x = y = Value(1.0)
    for _ in range(5000):
        y = -y
    if len(answer(y)) != 5001 or x.grad:
        return "it should go through long chains too, and change nothing."
    return None


def _reset(answer: Callable[..., Any]) -> str | None:
    w = Tensor(2.0, requires_grad=True)
    for _ in range(3):
        try:
            answer(w)
        except TypeError as error:
            if "NoneType" in str(error):
                return "before the first backward() w.grad is None: there is a method that forgets it in any case."
            raise
        (w * w).backward()
    if w.grad is None or not isclose(float(w.grad.data), 4.0):
        return "after three rounds on w * w at 2 the gradient should be 4, not the sum of all three: forget it before."
    return None


notebook_01 = SimpleNamespace(
    q1=numbers([49, -14], "f(-4) = 7^2, and dx = 2x - 6 = -14.", "2x - 6 is the slope; put -4 into f and into it."),
    q2=numbers([-20], "2(-12 + 2) = -20.", "first x y, then the larger of z and w, then their sum, then twice that."),
    q3=numbers(
        [-8, 6, 2, 0],
        "x gets 2y, y gets 2x, and of z and w only the larger one counts.",
        "the factor 2 comes first; a product sends back the other factor; max sends all to the larger, 0 to the other.",
    ),
    q4=numbers([7], "2x from the square, 1 from the sum: 6 + 1.", "x is used three times; what arrives is added up."),
    q5=function(_neuron, "The neuron gives 0.731, and gradients flow through it."),
    q6=numbers(
        [-0.1966, -0.3932, -0.1966 * -2, -0.1966 * 3, 0.1966],
        "The sigmoid's slope is 0.731 (1 - 0.731) = 0.1966, times x for each weight, times w for each input, times 1.",
        "in the order w0, w1, x0, x1, b: the sigmoid's slope s (1 - s), times what each one is multiplied by.",
    ),
    q7=function(_descend, "From -4 the point comes to 3, where the slope is 0."),
)

notebook_02 = SimpleNamespace(
    q1=numbers([4], "c = 4a.", "write c in terms of a."),
    q2=numbers(
        [8],
        "b has 2, and is visited twice: each time it passes 2 on to a, twice.",
        "follow it on paper: c sends 1 to b twice, so b has 2. Then b is visited once for each of c's inputs.",
    ),
    q3=function(_order, "Every node comes after all that used it."),
    q4=numbers(
        [12], "4 in every round: grad adds up until it is set to 0.", "what was in a.grad before the third round?"
    ),
    q5=function(_reset, "Forget the old gradient, then go on."),
    q6=numbers(
        [2.718],
        "1.0001 to the 10,000th is nearly e, and the engine needs no recursion for it.",
        "the slope of a chain is the product of all its slopes: 1.0001 multiplied 10,000 times with itself.",
    ),
)
