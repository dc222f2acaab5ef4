"""Checks of the notebooks' exercises: `check.q1(answer)` says whether an answer is right, and gives a hint if not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, floor, isclose, log10
from types import SimpleNamespace
from typing import Any

import numpy as np

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
    """A check of one number or several, in order: integers exactly, others to three digits."""

    def check(*answers: Any) -> Verdict:
        if any(answer is ... for answer in answers):
            return UNANSWERED
        if len(answers) != len(expected):
            return not_yet(f"{len(expected)} numbers are asked for, in order; {len(answers)} were given.")
        if any(isinstance(answer, str) for answer in answers):
            return not_yet("a number is asked for, without quotation marks.")
        try:
            given = [_number(answer) for answer in answers]
        except (TypeError, ValueError, OverflowError):
            return not_yet("a number is asked for.")
        if all(_equal(a, b) for a, b in zip(given, expected, strict=True)):
            return right(explanation)
        return not_yet(hint)

    return check


def _number(answer: Any) -> float:
    """The number that an answer is: of Python, of NumPy, a Value or a Tensor."""
    x = answer.data if isinstance(answer, Value | Tensor) else answer
    if isinstance(x, np.ndarray) and x.ndim:
        raise TypeError("an array is no number.")
    return float(x)


def _equal(given: float, expected: float) -> bool:
    """Whether a number is the expected one: up to rounding of an integer, else to half of the third digit."""
    if float(expected).is_integer():
        return isclose(given, expected, rel_tol=1e-15, abs_tol=1e-12)
    return abs(given - expected) <= 0.5 * 10.0 ** (floor(log10(abs(expected))) - 2)


def function(test: Callable[[Callable[..., Any]], str | None], explanation: str) -> Callable[[Any], Verdict]:
    """A check of a function that the learner writes; `test` returns a hint, or None where all is right."""

    def check(answer: Any) -> Verdict:
        if not callable(answer):
            return not_yet("give the function itself, without calling it.")
        if _is_untouched(answer):
            return UNANSWERED

        def answered(*args: Any) -> Any:
            result = answer(*args)
            if result is ...:
                raise _UnansweredError
            return result

        try:
            hint = test(answered)
        except _UnansweredError:
            return UNANSWERED
        except Exception as error:
            return not_yet(f"calling it raised {type(error).__name__}: {error}")
        return right(explanation) if hint is None else not_yet(hint)

    return check


class _UnansweredError(Exception):
    """The three dots were returned."""


def _is_untouched(answer: Callable[..., Any]) -> bool:
    """Whether a function's body is still the three dots alone."""

    def untouched() -> None: ...

    code, dots = getattr(answer, "__code__", None), untouched.__code__
    written = code is None or code.co_name == "<lambda>"
    return not written and (code.co_code, code.co_consts) == (dots.co_code, dots.co_consts)


def _neuron(answer: Callable[..., Any]) -> str | None:
    w, x, b = [Value(2.0), Value(-3.0)], [Value(-1.0), Value(-2.0)], Value(-3.0)
    y = answer(w, x, b)
    if not isinstance(y, Value):
        return f"it should return a Value, so that backward() can go through it; it returned {type(y).__name__}."
    if isclose(y.data, 1.0):
        return "the sum is right; now apply .sigmoid() to it."
    if not isclose(y.data, 0.7310585786):
        return f"for w = 2, -3, x = -1, -2, b = -3 the sum is 1 and its sigmoid 0.731; your neuron gives {y.data:.3f}."
    y.backward()
    if not isclose(w[0].grad, -0.1966119332):
        return "the value is right, but no gradient reaches w: use the Values themselves, not their .data."
    others = (([0.5, -1.5], [2, 3], 4), ([0.5, 0.25, -2], [1, -2, 0.75], 1), ([-0.5], [3], 2))
    return next(filter(None, (_other_neuron(answer, *other) for other in others)), None)


def _other_neuron(answer: Callable[..., Any], weights: list[float], inputs: list[float], bias: float) -> str | None:
    """What is wrong with a neuron that is right for the example."""
    w, x, b = [Value(n) for n in weights], [Value(n) for n in inputs], Value(bias)
    total = bias + sum(weight * value for weight, value in zip(weights, inputs, strict=True))
    s = 1 / (1 + exp(-total))
    given = f"w = {str(weights)[1:-1]}, x = {str(inputs)[1:-1]}, b = {bias}"
    try:
        y = answer(w, x, b)
    except (IndexError, ValueError) as error:
        return f"it should take lists of any length; for {given} it raised {type(error).__name__}: {error}"
    if not isclose(y.data, s):
        return (
            f"it is right for the example, but lists may have any length and any numbers: for {given} the sum is "
            f"{total:g} and its sigmoid {s:.3f}; your neuron gives {y.data:.3f}."
        )
    y.backward()
    slopes = [s * (1 - s) * n for n in (*inputs, *weights, 1)]
    if not all(isclose(n.grad, slope) for n, slope in zip((*w, *x, b), slopes, strict=True)):
        return "the value is right, but not all gradients are: use the Values w, x and b themselves, not their .data."
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
    for start, step_size in ((2.0, 0.1), (2.0, 0.25), (-1.0, 0.5)):
        x = Value(start)
        (x * 3).backward()
        answer(x, step_size)
        if not isclose(x.data, start - step_size * 3):
            return (
                f"it is right for the example, but not for each function and step size: with x = {start:g}, "
                f"x.grad = 3 and step_size = {step_size} x should come to {start - step_size * 3:g}; yours is at "
                f"{x.data:g}. Use x.grad and step_size."
            )
    return None


def _order(answer: Callable[..., Any]) -> str | None:
    a = Value(1.0, "a")
    b = a + a
    c = b + b
    d = b * c
    chain = [Value(1.0)]
    for _ in range(5000):
        chain.append(-chain[-1])
    for root, expected in ((a, [a]), (c, [c, b, a]), (d, [d, c, b, a]), (chain[-1], chain[::-1])):
        order = answer(root)
        if not isinstance(order, list) or set(map(id, order)) != set(map(id, expected)):
            return "return a list of every node that the result was computed from, itself included, each once."
        again = "" if len(order) == len(expected) else " A node is there more than once: each belongs there once."
        if any(before.index < after.index for before, after in pairwise(order)):
            what = "all nodes are there, but one comes before a node that used it"
            return f"{what}. Newest first: sort by node.index.{again}"
        if again:
            return f"all nodes are there, newest first.{again}"
        if any(node.grad for node in expected):
            return "it should only look at the nodes, and change nothing."
    return None


def _reset(answer: Callable[..., Any]) -> str | None:
    for start in (2.0, -3.0):
        w = Tensor(start, requires_grad=True)
        for _ in range(3):
            try:
                answer(w)
            except TypeError as error:
                if "NoneType" in str(error):
                    return "before the first backward() w.grad is None: there is a method that forgets it in any case."
                raise
            if w.item() != start:
                return "w itself should stay as it is: only its gradient is to be forgotten."
            (w * w).backward()
        if w.grad is None or not isclose(float(w.grad.data), 2 * start):
            return (
                f"after three rounds on w * w at {start:g} the gradient should be {2 * start:g}, not the sum of all "
                "three: forget it before."
            )
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
