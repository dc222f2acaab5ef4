"""Value: the engine for one number at a time. Read this first.

A `Value` is a number that remembers which operation made it, from which Values, and the derivative of the operation by
each of them. `backward()` goes over them from the newest to the oldest and applies the chain rule. `Tensor` is the same
for whole arrays.

    a, b = Value(2.0), Value(3.0)
    c = a * b + a.exp()
    c.backward()
    a.grad          # dc/da = b + exp(a)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

from autograd.errors import remembering
from autograd.graph import next_index, reverse_order
from autograd.mode import mode

Number = int | float


class ScalarOperation:
    """What a Value's node says about how it was made."""

    def __init__(self, name: str) -> None:
        self.name = name


ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, NEGATIVE = map(
    ScalarOperation, ("add", "subtract", "multiply", "divide", "power", "negative")
)


def ratio(x: float, y: float) -> float:
    """x / y, infinite where y is 0: a slope at a place where a function rises without bound."""
    return x / y if y else math.inf


# For each function of one number: the function, and its derivative from the input x and the output y.
FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float, float], float]]] = {
    "exp": (math.exp, lambda x, y: y),
    "log": (math.log, lambda x, y: 1 / x),
    "sqrt": (math.sqrt, lambda x, y: ratio(0.5, y)),
    "sin": (math.sin, lambda x, y: math.cos(x)),
    "cos": (math.cos, lambda x, y: -math.sin(x)),
    "tan": (math.tan, lambda x, y: 1 + y * y),
    "arcsin": (math.asin, lambda x, y: ratio(1, math.sqrt(1 - x * x))),
    "arccos": (math.acos, lambda x, y: -ratio(1, math.sqrt(1 - x * x))),
    "arctan": (math.atan, lambda x, y: 1 / (1 + x * x)),
    "sinh": (math.sinh, lambda x, y: math.cosh(x)),
    "cosh": (math.cosh, lambda x, y: math.sinh(x)),
    "tanh": (math.tanh, lambda x, y: 1 - y * y),
    "sigmoid": (lambda x: math.exp(min(x, 0.0)) / (1 + math.exp(-abs(x))), lambda x, y: y * (1 - y)),
    "relu": (lambda x: 0.0 if x <= 0 else x, lambda x, y: 0.0 if x <= 0 else 1.0),  # a NaN stays one
    "absolute": (abs, lambda x, y: math.copysign(1.0, x) if x else 0.0),
}
BOTH = (1.0, 1.0)
NAMED = {name: ScalarOperation(name) for name in FUNCTIONS}


class Value:
    """A number on the graph. `data` is the number, `grad` its gradient, which adds up until it is set to 0.

    To the reverse pass and to drawings a Value is a node of the graph; `saved` are its derivatives by its parents.
    """

    __slots__ = ("gradient", "index", "name", "parents", "primitive", "saved", "value")

    shape = ()
    dtype = float
    module = ""
    requires_grad = True

    def __init__(self, data: Number, name: str | None = None) -> None:
        self.value = float(data)
        self.gradient: float | None = None
        self.name = name
        self.primitive: ScalarOperation | None = None
        self.parents: tuple[Value, ...] = ()
        self.saved: tuple[float, ...] = ()
        self.index = next_index()

    @property
    def operation(self) -> str:
        """The name of the operation that made this; "" for a leaf."""
        return "" if self.primitive is None else self.primitive.name

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made this."""
        return self.primitive is None

    @property
    def data(self) -> float:
        """The number. Of a Value that no operation made it can be set, for graphs to come."""
        if mode.comparisons is not None:
            raise TypeError("compile cannot follow a number out of the graph: inside of the function, leave out .data.")
        return self.value

    @data.setter
    def data(self, number: Number) -> None:
        if not self.is_leaf:
            raise TypeError("only a Value made by Value(...) can be changed; this one is the result of an operation.")
        self.value = float(number)

    @property
    def grad(self) -> float:
        """The gradient that backward() has brought here so far."""
        return self.gradient or 0.0

    @grad.setter
    def grad(self, number: Number) -> None:
        self.gradient = float(number)

    def backward(self) -> None:
        """Add d(self)/dv to `v.grad` of every Value v made by Value(...), and set it for every result on the way.

        Newest first: a Value comes after all that used it, so its gradient is complete when it is passed on.
        """
        if self.is_leaf:
            self.grad += 1.0
            return
        order: list[Any] = reverse_order(self)  # type: ignore[arg-type]
        for node in order:
            node.gradient = 0.0
        self.gradient = 1.0
        for node in order:
            g = node.gradient
            x, slope = node.parents[0], node.saved[0]
            try:
                x.gradient += g * slope
            except TypeError:  # the first gradient that arrives at this leaf
                x.gradient = g * slope
            if len(node.parents) == 2:  # the same for the second operand: a loop over one or two takes twice the time
                y, slope = node.parents[1], node.saved[1]
                try:
                    y.gradient += g * slope
                except TypeError:
                    y.gradient = g * slope

    # Operations: the number, and the derivative by each operand ----------------------------------------------------

    def __add__(self, other: Value | Number) -> Value:
        y = other if isinstance(other, Value) else Constant(other)
        return result(ADD, (self, y), BOTH, self.value + y.value)

    def __sub__(self, other: Value | Number) -> Value:
        y = other if isinstance(other, Value) else Constant(other)
        return result(SUBTRACT, (self, y), (1.0, -1.0), self.value - y.value)

    def __mul__(self, other: Value | Number) -> Value:
        y = other if isinstance(other, Value) else Constant(other)
        return result(MULTIPLY, (self, y), (y.value, self.value), self.value * y.value)

    def __truediv__(self, other: Value | Number) -> Value:
        y = other if isinstance(other, Value) else Constant(other)
        try:
            quotient = self.value / y.value
        except ZeroDivisionError as error:
            failed(self, y)
            remembering(error, "divide", [self, y])
            raise
        return may_fail(result(DIVIDE, (self, y), (1 / y.value, -quotient / y.value), quotient))

    def __pow__(self, other: Value | Number) -> Value:
        n = other if isinstance(other, Value) else Constant(other)
        try:
            power = real_power(self.value, n.value)
            slope = power_slope(self.value, n.value)
        except (ValueError, ArithmeticError) as error:
            failed(self, n)
            remembering(error, "power", [self, n])
            raise
        by_n = power * math.log(self.value) if self.value > 0 and n.requires_grad else 0.0
        return may_fail(result(POWER, (self, n), (slope, by_n), power))

    def __neg__(self) -> Value:
        return result(NEGATIVE, (self,), (-1.0,), -self.value)

    def __pos__(self) -> Value:
        return self

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Number) -> Value:
        return Constant(other) - self

    def __rtruediv__(self, other: Number) -> Value:
        return Constant(other) / self

    def __rpow__(self, other: Number) -> Value:
        return Constant(other) ** self

    def apply(self, name: str) -> Value:
        """One of FUNCTIONS of this Value."""
        function, slope = FUNCTIONS[name]
        try:
            y = function(self.value)
            derivative = slope(self.value, y)
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            failed(self, self)
            raise remembering(type(error)(f"{name} of {self.value}: {error}."), name, [self]) from error
        return may_fail(result(NAMED[name], (self,), (derivative,), y))

    def exp(self) -> Value:
        return self.apply("exp")

    def log(self) -> Value:
        return self.apply("log")

    def sqrt(self) -> Value:
        return self.apply("sqrt")

    def sin(self) -> Value:
        return self.apply("sin")

    def cos(self) -> Value:
        return self.apply("cos")

    def tan(self) -> Value:
        return self.apply("tan")

    def arcsin(self) -> Value:
        return self.apply("arcsin")

    def arccos(self) -> Value:
        return self.apply("arccos")

    def arctan(self) -> Value:
        return self.apply("arctan")

    def sinh(self) -> Value:
        return self.apply("sinh")

    def cosh(self) -> Value:
        return self.apply("cosh")

    def tanh(self) -> Value:
        return self.apply("tanh")

    def sigmoid(self) -> Value:
        return self.apply("sigmoid")

    def relu(self) -> Value:
        """max(x, 0), with derivative 0 at 0."""
        return self.apply("relu")

    def __abs__(self) -> Value:
        return self.apply("absolute")

    # Comparisons, by number ----------------------------------------------------------------------------------------

    def __lt__(self, other: Value | Number) -> bool:
        return compared("<", self, other, self.value < number(other))

    def __le__(self, other: Value | Number) -> bool:
        return compared("<=", self, other, self.value <= number(other))

    def __gt__(self, other: Value | Number) -> bool:
        return compared(">", self, other, self.value > number(other))

    def __ge__(self, other: Value | Number) -> bool:
        return compared(">=", self, other, self.value >= number(other))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, Value):
            return False
        raise TypeError("a Value is equal to itself only: compare numbers by <= and >=, or x.data == 0.")

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return compared("!=", self, 0.0, self.value != 0)

    def __float__(self) -> float:
        raise TypeError("float() of a Value would lose its graph silently: say so with .data.")

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else repr(self)

    def __repr__(self) -> str:
        return f"Value(data={self.value:g}, grad={self.grad:g})"


def real_power(x: float, n: float) -> float:
    """x ** n; ValueError where that is no real number, OverflowError where it is too large."""
    try:
        y: Any = x**n
    except OverflowError as error:
        raise OverflowError(f"{x} ** {n} is too large for a float.") from error
    if isinstance(y, complex):
        raise ValueError(f"{x} ** {n} is no real number: take a power of abs(x), or a whole exponent.")
    return float(y)


def power_slope(x: float, n: float) -> float:
    """The derivative of x ** n by x: 0 for n = 0, infinite at 0 for n below 1."""
    if n == 0:
        return 0.0
    return math.inf if x == 0 and n < 1 else n * real_power(x, n - 1)


def number(x: Value | Number) -> float:
    """The number of a Value, or the number itself."""
    return x.value if isinstance(x, Value) else x


class Constant(Value):
    """A number that needs no gradient."""

    __slots__ = ()

    requires_grad = False

    def __init__(self, data: Number) -> None:
        if not isinstance(data, Real):
            raise TypeError(f"a Value is computed with Values and numbers, not with {data!r}.")
        super().__init__(float(data))
        self.gradient = 0.0


def result(operation: ScalarOperation, parents: tuple[Value, ...], slopes: tuple[float, ...], y: float) -> Value:
    """The Value that an operation made of its parents."""
    value = new(Value)
    value.value = y
    value.gradient = None
    value.name = None
    value.primitive = operation
    value.parents = parents
    value.saved = slopes
    value.index = next_index()
    return value


new = object.__new__


FAILED, MADE = "failed", "made"


def may_fail(y: Value) -> Value:
    """Let `compile` know of an operation that can raise for other numbers, so that it is computed even if unused."""
    if mode.comparisons is not None:
        mode.comparisons.append((y.index, MADE, y, y, True))
    return y


def failed(x: Value, y: Value) -> None:
    """Let `compile` know that an operation raised: a function that catches the error goes on in a way of its own."""
    if mode.comparisons is not None:
        mode.comparisons.append((next_index(), FAILED, x, y, True))


def compared(relation: str, x: Value, y: Value | Number, outcome: bool) -> bool:
    """The outcome of a comparison, which `compile` has to know of."""
    if mode.comparisons is not None:
        mode.comparisons.append((next_index(), relation, x, y, outcome))
    return outcome
