"""The operators and methods that Tensors have in common with NumPy's arrays: each calls a function of NumPy's name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from autograd.mode import mode

if TYPE_CHECKING:
    from autograd.tensor import Array, Tensor

Operand: TypeAlias = "Tensor | Array | np.generic | complex | list[Any] | tuple[Any, ...]"
"""What an operator takes on its other side."""
Axis: TypeAlias = int | tuple[int, ...] | None

functions: dict[Callable[..., Any], Callable[..., Any]] = {}
"""What a NumPy function called on Tensors does: NumPy's function -> ours. `autograd.ops` fills it."""


def call(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Call our function of NumPy's name; TypeError where there is none, or where it is to write into an array."""
    name = f"{function.__module__}.{function.__name__}" if hasattr(function, "__module__") else function.__name__
    name = f"np.{name.removeprefix('numpy.')}"
    args, kwargs = _as_here(function, args, kwargs)
    if kwargs.get("out") is not None:
        out = kwargs["out"] if isinstance(kwargs["out"], tuple) else (kwargs["out"],)
        if any(isinstance(array, Operators) for array in out):
            raise TypeError(f"{name} cannot write into a Tensor given by out=: use the result, y = {name}(...).")
        if not needs_gradient((*args, *kwargs.values())):
            return function(*without_tensors(args), **{name: without_tensors(value) for name, value in kwargs.items()})
        raise TypeError(
            f"{name} cannot write into an array given by out= (or by `array += tensor`): a Tensor's graph would be "
            f"lost. Use the result, y = {name}(...), or the values: array += tensor.data."
        )
    if kwargs.get("where", True) is not True and isinstance(function, np.ufunc):
        raise TypeError(f"{name} with where= leaves elements undefined: np.where(mask, {name}(x), other) says which.")
    ours = functions.get(function)
    if ours is None:
        from autograd.coverage import nearest_way  # it reads the whole table, and is needed only here

        raise TypeError(f"{name} has no gradient rule here. Instead: {nearest_way(name.removeprefix('np.'))}.")
    return ours(*args, **{key: value for key, value in kwargs.items() if key != "out"})


def _as_here(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The arguments by position where our functions have them: the first, and none from NumPy's `out` on."""
    if 0 < len(args) < 3 or isinstance(function, np.ufunc):
        return args, kwargs
    names = _parameters(function)
    if not args and names and names[0] in kwargs:
        return (kwargs[names[0]],), {name: value for name, value in kwargs.items() if name != names[0]}
    if "out" in names[: len(args)]:
        place = names.index("out")
        return args[:place], {**kwargs, **dict(zip(names[place:], args[place:], strict=False))}
    return args, kwargs


@cache
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the parameters that go by position, as far as NumPy tells."""
    by_position = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    try:
        return tuple(name for name, p in signature(function).parameters.items() if p.kind in by_position)
    except ValueError:  # one of NumPy's that are written in C, in an older version
        return ()


def needs_gradient(value: Any) -> bool:
    """Whether a Tensor that requires a gradient is in a value: itself, or among the items of a list or tuple."""
    if isinstance(value, tuple | list):
        return any(map(needs_gradient, value))
    return isinstance(value, Operators) and value.requires_grad


def without_tensors(value: Any) -> Any:
    """A value with arrays in the place of Tensors."""
    if isinstance(value, tuple | list):
        return (tuple if isinstance(value, tuple) else list)(map(without_tensors, value))
    return value._array if isinstance(value, Operators) else value


def is_foreign(x: Any) -> bool:
    """Whether x has its own idea of NumPy's functions, or of none: then its operators get their turn."""
    if isinstance(x, Operators | np.ndarray):
        return False
    return hasattr(x, "__array_ufunc__") and not isinstance(x, np.generic)


def _is_operand(x: Any) -> bool:
    return isinstance(x, OPERANDS) or (hasattr(x, "__array__") and not is_foreign(x))


def _operator(function: Callable[..., Any], reflected: str) -> Callable[[Any, Operand], Tensor]:
    """An operator; what is no number or array is asked for its own, `reflected`, if it has one."""

    def method(self: Any, other: Operand) -> Tensor:
        if not _is_operand(other):
            if getattr(other, "__array_ufunc__", None) is not None:
                return function(self, other)  # type: ignore[no-any-return]
            if hasattr(other, reflected):
                return NotImplemented  # type: ignore[no-any-return]
        return functions[function](self, other)  # type: ignore[no-any-return]

    return method


def _reflected(function: Callable[..., Any]) -> Callable[[Any, Operand], Tensor]:
    def method(self: Any, other: Operand) -> Tensor:
        return functions[function](other, self)  # type: ignore[no-any-return]

    return method


def _both(function: Callable[..., Any], name: str) -> tuple[Callable[[Any, Operand], Tensor], ...]:
    """An operator and its reflected one."""
    return _operator(function, f"__r{name}__"), _reflected(function)


def _comparison(function: Callable[..., Any]) -> Callable[[Any, Operand], Tensor]:
    def method(self: Any, other: Operand) -> Tensor:
        if _is_operand(other):
            return functions[function](self, other)  # type: ignore[no-any-return]
        knows_numpy = getattr(other, "__array_ufunc__", None) is not None
        return function(self, other) if knows_numpy else NotImplemented

    return method


def _in_place(function: Callable[..., Any], sign: str, is_step: bool = False) -> Callable[[Any, Operand], Tensor]:
    """The operator that changes a leaf that requires a gradient, or a frozen parameter, in place.

    Of any other tensor it makes a new value. A constant may always be added to a leaf: its gradient is the same before
    and after. All else, and an operand that requires a gradient itself, only where nothing is recorded.
    """

    def method(self: Any, other: Operand) -> Tensor:
        if not self._is_held() or not _is_operand(other):
            return NotImplemented  # type: ignore[no-any-return]
        if mode.recording and (needs_gradient(other) or (self.requires_grad and not is_step)):
            why = (
                "its operand requires a gradient" if needs_gradient(other) else "it would change what a graph has used"
            )
            raise TypeError(
                f"{sign} on a leaf that requires a gradient changes it in place, and {why}. For a step of training "
                f"write w {sign} step under no_grad(), or w.data {sign} values; for a new tensor w = w "
                f"{sign[:-1]} other."
            )
        self.data = function(self._array, without_tensors(other))
        return self  # type: ignore[no-any-return]

    return method


def _method(function: Any) -> Callable[..., Tensor]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        return functions[function](self, *args, **kwargs)  # type: ignore[no-any-return]

    method.__name__ = function.__name__
    method.__doc__ = f"`np.{function.__name__}` of this tensor."
    return method


def _refused(function: Any) -> Any:
    """The method of an array that does in place what a NumPy function does with a copy."""

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        name = function.__name__
        raise TypeError(f"x.{name}() of an array works in place; for a Tensor take np.{name}(x), a new Tensor.")

    method.__doc__ = f"Refused: see `np.{function.__name__}`."
    return method


class Operators:
    """Arithmetic, comparisons, and NumPy's methods."""

    __slots__ = ()

    if TYPE_CHECKING:
        _array: Array

        @property
        def requires_grad(self) -> bool:
            """Whether operations are recorded."""

    __add__, __radd__ = _both(np.add, "add")
    __sub__, __rsub__ = _both(np.subtract, "sub")
    __mul__, __rmul__ = _both(np.multiply, "mul")
    __truediv__, __rtruediv__ = _both(np.divide, "truediv")
    __pow__, __rpow__ = _both(np.power, "pow")
    __mod__, __rmod__ = _both(np.remainder, "mod")
    __floordiv__, __rfloordiv__ = _both(np.floor_divide, "floordiv")
    __divmod__, __rdivmod__ = _both(np.divmod, "divmod")
    __matmul__, __rmatmul__ = _both(np.matmul, "matmul")
    __iadd__, __isub__ = _in_place(np.add, "+=", is_step=True), _in_place(np.subtract, "-=", is_step=True)
    __imul__, __itruediv__ = _in_place(np.multiply, "*="), _in_place(np.divide, "/=")
    __ipow__, __imod__ = _in_place(np.power, "**="), _in_place(np.remainder, "%=")
    __ifloordiv__, __imatmul__ = _in_place(np.floor_divide, "//="), _in_place(np.matmul, "@=")
    __lt__, __le__ = _comparison(np.less), _comparison(np.less_equal)
    __gt__, __ge__ = _comparison(np.greater), _comparison(np.greater_equal)
    __and__, __rand__ = _both(np.bitwise_and, "and")
    __or__, __ror__ = _both(np.bitwise_or, "or")
    __eq__ = _comparison(np.equal)  # type: ignore[assignment]
    __ne__ = _comparison(np.not_equal)  # type: ignore[assignment]
    __hash__ = object.__hash__

    def __neg__(self) -> Tensor:
        return functions[np.negative](self)  # type: ignore[no-any-return]

    def __pos__(self) -> Tensor:
        return functions[np.positive](self)  # type: ignore[no-any-return]

    def __abs__(self) -> Tensor:
        return functions[np.absolute](self)  # type: ignore[no-any-return]

    def __invert__(self) -> Tensor:
        return functions[np.invert](self)  # type: ignore[no-any-return]

    def __getitem__(self, index: Any) -> Tensor:
        return functions[np.ndarray.__getitem__](self, index)  # type: ignore[no-any-return]

    @property
    def T(self) -> Tensor:  # noqa: N802 (NumPy's name)
        """The tensor with its axes in reverse order."""
        return functions[np.transpose](self)  # type: ignore[no-any-return]

    @property
    def real(self) -> Tensor:
        """The real part."""
        return functions[np.real](self)  # type: ignore[no-any-return]

    @property
    def imag(self) -> Tensor:
        """The imaginary part."""
        return functions[np.imag](self)  # type: ignore[no-any-return]

    def conj(self) -> Tensor:
        """`np.conj` of this tensor."""
        return functions[np.conj](self)  # type: ignore[no-any-return]

    conjugate = conj

    @property
    def mT(self) -> Tensor:  # noqa: N802 (NumPy's name)
        """The tensor with its last two axes swapped."""
        return functions[np.swapaxes](self, -1, -2)  # type: ignore[no-any-return]

    def compress(self, condition: Any, axis: int | None = None) -> Tensor:
        """`np.compress` of this tensor."""
        return functions[np.compress](condition, self, axis=axis)  # type: ignore[no-any-return]

    def sum(self, axis: Axis = None, *, keepdims: bool = False, **options: Any) -> Tensor:
        """`np.sum` of this tensor."""
        return functions[np.sum](self, axis=axis, keepdims=keepdims, **options)  # type: ignore[no-any-return]

    def mean(self, axis: Axis = None, *, keepdims: bool = False, **options: Any) -> Tensor:
        """`np.mean` of this tensor."""
        return functions[np.mean](self, axis=axis, keepdims=keepdims, **options)  # type: ignore[no-any-return]

    def max(self, axis: Axis = None, *, keepdims: bool = False, **options: Any) -> Tensor:
        """`np.max` of this tensor."""
        return functions[np.max](self, axis=axis, keepdims=keepdims, **options)  # type: ignore[no-any-return]

    def min(self, axis: Axis = None, *, keepdims: bool = False, **options: Any) -> Tensor:
        """`np.min` of this tensor."""
        return functions[np.min](self, axis=axis, keepdims=keepdims, **options)  # type: ignore[no-any-return]

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """`np.argmax` of this tensor."""
        return functions[np.argmax](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """`np.argmin` of this tensor."""
        return functions[np.argmin](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """`np.swapaxes` of this tensor."""
        return functions[np.swapaxes](self, axis1, axis2)  # type: ignore[no-any-return]

    def squeeze(self, axis: Axis = None) -> Tensor:
        """`np.squeeze` of this tensor."""
        return functions[np.squeeze](self, axis=axis)  # type: ignore[no-any-return]

    def reshape(self, *shape: Any, **options: Any) -> Tensor:
        """`np.reshape` of this tensor: `t.reshape(2, -1)` or `t.reshape((2, -1))`."""
        return functions[np.reshape](self, shape[0] if len(shape) == 1 else shape, **options)  # type: ignore[no-any-return]

    def transpose(self, *axes: Any) -> Tensor:
        """`np.transpose` of this tensor: `t.transpose(1, 0)`, `t.transpose((1, 0))`, or all axes reversed."""
        return functions[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)  # type: ignore[no-any-return]

    def astype(self, dtype: DTypeLike, copy: bool = True) -> Tensor:
        """The tensor in another dtype; the gradient comes back in this one."""
        return functions[np.ndarray.astype](self, np.dtype(dtype))  # type: ignore[no-any-return]

    def __round__(self, decimals: int = 0) -> Tensor:
        return functions[np.round](self, decimals)  # type: ignore[no-any-return]

    __xor__, __rxor__ = _both(np.bitwise_xor, "xor")
    __lshift__, __rlshift__ = _both(np.left_shift, "lshift")
    __rshift__, __rrshift__ = _both(np.right_shift, "rshift")
    prod, var, std, clip, round = map(_method, (np.prod, np.var, np.std, np.clip, np.round))
    cumsum, cumprod, dot, trace = map(_method, (np.cumsum, np.cumprod, np.dot, np.trace))
    ravel, repeat, take, diagonal = map(_method, (np.ravel, np.repeat, np.take, np.diagonal))
    argsort, any, all, nonzero = map(_method, (np.argsort, np.any, np.all, np.nonzero))
    flatten, choose, searchsorted, argpartition = map(_method, (np.ravel, np.choose, np.searchsorted, np.argpartition))
    sort, partition = map(_refused, (np.sort, np.partition))

    def copy(self) -> Tensor:
        """The same values as a Tensor of their own, recorded."""
        return functions[np.positive](self)  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        """The values as nested lists of Python's numbers."""
        return self._array.tolist()


OPERANDS = (Operators, np.ndarray, np.generic, int, float, complex, list, tuple, range)
"""What operators take on their other side, beside what gives an array of itself."""
