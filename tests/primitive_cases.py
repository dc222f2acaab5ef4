"""For every primitive in the registry: ways to call it, on the shapes that matter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import checkpoint, primitives


@dataclass(frozen=True)
class Case:
    """A call of one primitive: `call(*tensors)` on float64 inputs of the given shapes, drawn from `low` to `high`."""

    primitive: str
    call: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    low: float = 0.5
    high: float = 1.5

    def __str__(self) -> str:
        return f"{self.primitive}-{'-'.join(str(shape) for shape in self.shapes)}"

    def arrays(self, dtype: Any = np.float64) -> list[np.ndarray]:
        """Inputs all of whose elements differ by enough that no finite difference crosses a kink."""
        rng = np.random.default_rng(len(str(self)))
        total = sum(int(np.prod(shape)) for shape in self.shapes)
        values = rng.permutation(np.linspace(self.low, self.high, total)).astype(dtype)
        parts = np.split(values, np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]


BINARY_SHAPES = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (3,)), ((3,), ()), ((), ()), ((0, 3), (1, 3)), ((0,), ())]
UNARY_SHAPES = [((2, 3),), ((),), ((0, 3),)]


def _elementwise(name: str, low: float = 0.5, high: float = 1.5) -> list[Case]:
    call = primitives[name]
    shapes = BINARY_SHAPES if len(call.inputs) == 2 else UNARY_SHAPES
    return [Case(name, call, s, low, high) for s in shapes]


def _reduction(name: str) -> list[Case]:
    call = primitives[name]
    return [
        Case(name, call, ((2, 3),), -1),
        Case(name, call, ((),), -1),
        Case(name, lambda x: call(x, axis=0), ((2, 3),), -1),
        Case(name, lambda x: call(x, axis=-1, keepdims=True), ((2, 3, 2),), -1),
        Case(name, lambda x: call(x, axis=(0, 2)), ((2, 3, 2),), -1),
        Case(name, lambda x: call(x, axis=(-1, 0), keepdims=True), ((2, 3, 2),), -1),
        Case(name, lambda x: call(x, axis=1), ((0, 3),), -1),
    ]


def _matmul() -> list[Case]:
    shapes = [
        ((2, 3), (3, 4)),
        ((3,), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3,)),
        ((2, 2, 3), (3, 2)),
        ((2, 2, 3), (2, 3, 2)),
        ((1, 2, 3), (2, 3, 1)),
        ((3,), (2, 3, 2)),
        ((2, 2, 3), (3,)),
        ((0, 3), (3, 2)),
        ((2, 0), (0, 3)),
        ((2, 2, 3), (2, 1, 3, 2)),
    ]
    return [Case("matmul", np.matmul, s, -1, 1) for s in shapes]


def _tensordot() -> list[Case]:
    calls: list[tuple[Any, Any]] = [
        (1, ((2, 3), (3, 2))),
        (2, ((2, 3, 2), (3, 2, 2))),
        (0, ((2,), (3,))),
        (2, ((2, 3), (2, 3))),
        (((1, 2), (1, 0)), ((2, 3, 2), (2, 3, 2))),
        ((-1, 1), ((2, 3), (2, 3))),
        (((2, 0), (0, 1)), ((2, 2, 3), (3, 2))),
        (1, ((0, 3), (3, 2))),
        (0, ((), (2,))),
    ]
    return [Case("tensordot", lambda x, y, axes=axes: np.tensordot(x, y, axes), s, -1, 1) for axes, s in calls]


def _einsum() -> list[Case]:
    calls: list[tuple[str, Any]] = [
        ("ij,jk->ik", ((2, 3), (3, 2))),
        ("ij,jk", ((2, 3), (3, 2))),
        ("ba", ((2, 3),)),
        ("ii->i", ((3, 3),)),
        ("ii", ((3, 3),)),
        ("iij,jk->k", ((2, 2, 3), (3, 2))),
        ("ij->i", ((2, 3),)),
        ("ij,kl->k", ((2, 3), (2, 2))),
        ("i,i,i->", ((3,), (3,), (3,))),
        ("...ij,jk->...ik", ((2, 2, 3), (3, 2))),
        ("...i,...i->...", ((2, 3), (2, 1, 3))),
        ("...i,i", ((2, 2, 3), (3,))),
        ("...->...", ((),)),
        ("ij,jk->ik", ((0, 3), (3, 2))),
    ]
    return [Case("einsum", lambda *xs, s=s: np.einsum(s, *xs), shapes, -1, 1) for s, shapes in calls]


def _indexing() -> list[Case]:
    indices: list[Any] = [
        1,
        -1,
        slice(None, None, -2),
        (slice(1), None, ..., 0),
        (0, 1),
        [0, 0, 2],
        ([0, 0, 2], [1, 1, 0]),
        ([[0], [2]], slice(None)),
        (slice(None), np.array([True, False])),
        np.array([[True, False], [True, True], [False, False]]),
        slice(0, 0),
        (np.array([], int),),
    ]
    take = [Case("getitem", lambda x, i=i: x[i], ((3, 2),), -1) for i in indices]
    take += [Case("getitem", lambda x: x[...], ((),), -1), Case("getitem", lambda x: x[1:], ((0, 2),), -1)]
    put = [
        Case("scatter", lambda g, i=i: primitives["scatter"](g, i, (3, 2)), (np.zeros((3, 2))[i].shape,), -1)
        for i in indices
    ]
    change = [
        Case("setitem", lambda x, v, i=i: primitives["setitem"](x, i, v), ((3, 2), np.zeros((3, 2))[i].shape), -1)
        for i in indices
    ]
    change += [
        Case("setitem", lambda x, v: primitives["setitem"](x, slice(1, 3), v), ((3, 2), ()), -1),
        Case("setitem", lambda x, v: primitives["setitem"](x, ..., v), ((), ()), -1),
        Case("setitem", lambda x, v: primitives["setitem"](x, slice(0, 0), v), ((0, 2), (0, 2)), -1),
    ]
    return take + put + change


def _windows() -> list[Case]:
    def slide(*args: Any) -> Callable[..., Any]:
        return lambda x: primitives["sliding_windows"](x, *args)

    def fold(*args: Any) -> Callable[..., Any]:
        return lambda x: primitives["fold"](x, *args)

    return [
        Case("sliding_windows", slide((2,)), ((3,),), -1),
        Case("sliding_windows", slide(3), ((2, 4),), -1),
        Case("sliding_windows", slide((2, 2), 2), ((2, 4, 5),), -1),
        Case("sliding_windows", slide((2, 3), (1, 2), (2, 1)), ((4, 6),), -1),
        Case("sliding_windows", slide((2, 1, 2), 1), ((2, 2, 3),), -1),
        Case("sliding_windows", slide((2,)), ((0, 3),), -1),
        Case("fold", fold((2, 5), 3, 2), ((2, 2, 3),), -1),
        Case("fold", fold((4, 4), (2, 2)), ((3, 3, 2, 2),), -1),
        Case("fold", fold((5,), 2, 1, 3), ((2, 2),), -1),
        Case("fold", fold((0, 3), (2,)), ((0, 2, 2),), -1),
    ]


def _shape() -> list[Case]:
    return [
        Case("reshape", lambda x: np.reshape(x, (3, -1)), ((2, 3),)),
        Case("reshape", lambda x: np.reshape(x, ()), ((1, 1),)),
        Case("reshape", lambda x: np.reshape(x, (1, 1)), ((),)),
        Case("reshape", lambda x: np.reshape(x, (3, 0)), ((0, 2),)),
        Case("transpose", lambda x: np.transpose(x), ((2, 3),)),
        Case("transpose", lambda x: np.transpose(x, (1, -1, 0)), ((2, 3, 2),)),
        Case("transpose", lambda x: np.transpose(x), ((),)),
        Case("transpose", lambda x: np.transpose(x), ((0, 2),)),
        Case("swapaxes", lambda x: np.swapaxes(x, 0, -1), ((2, 3, 1),)),
        Case("swapaxes", lambda x: np.swapaxes(x, 0, 1), ((0, 2),)),
        Case("expand_dims", lambda x: np.expand_dims(x, 1), ((2, 3),)),
        Case("expand_dims", lambda x: np.expand_dims(x, (0, -1)), ((2,),)),
        Case("expand_dims", lambda x: np.expand_dims(x, 0), ((),)),
        Case("expand_dims", lambda x: np.expand_dims(x, 0), ((0,),)),
        Case("squeeze", lambda x: np.squeeze(x), ((1, 2, 1),)),
        Case("squeeze", lambda x: np.squeeze(x, axis=0), ((1, 2, 1),)),
        Case("squeeze", lambda x: np.squeeze(x), ((1, 0),)),
        Case("broadcast_to", lambda x: np.broadcast_to(x, (2, 2, 3)), ((2, 1),)),
        Case("broadcast_to", lambda x: np.broadcast_to(x, (2, 3)), ((),)),
        Case("broadcast_to", lambda x: np.broadcast_to(x, (2, 0)), ((1,),)),
        Case("broadcast_to", lambda x: np.broadcast_to(x, (2, 0)), ((0,),)),
        Case("concatenate", lambda *xs: np.concatenate(xs), ((2, 2), (1, 2), (0, 2))),
        Case("concatenate", lambda *xs: np.concatenate(xs, axis=-1), ((2, 1), (2, 2))),
        Case("concatenate", lambda *xs: np.concatenate(xs, axis=None), ((2, 1), (3,))),
        Case("stack", lambda *xs: np.stack(xs), ((2,), (2,), (2,))),
        Case("stack", lambda *xs: np.stack(xs, axis=-1), ((2, 1), (2, 1))),
        Case("stack", lambda *xs: np.stack(xs), ((), ())),
        Case("stack", lambda *xs: np.stack(xs, axis=1), ((0, 2), (0, 2))),
        Case("pad", lambda x: np.pad(x, 1), ((2, 3),)),
        Case("pad", lambda x: np.pad(x, ((0, 1), (2, 0)), constant_values=3.0), ((2, 2),)),
        Case("pad", lambda x: np.pad(x, (1, 0)), ((0,),)),
        Case("astype", lambda x: x.astype(x.dtype), ((2,),)),
        Case("astype", lambda x: x.astype(x.dtype), ((),)),
        Case("astype", lambda x: x.astype(x.dtype), ((0, 2),)),
    ]


def _condition(x: Any) -> np.ndarray:
    return np.indices(x.shape).sum(axis=0) % 2 == 0


CASES = [
    *(Case("recompute", lambda x: checkpoint(np.exp)(x), s) for s in UNARY_SHAPES),
    Case("recompute", checkpoint(lambda x, y: np.tanh(x) * y), ((2, 3), (3,))),
    *(case for name in ("add", "subtract", "multiply", "maximum", "minimum") for case in _elementwise(name, -1)),
    *(case for name in ("negative", "exp", "tanh", "sigmoid", "erf", "absolute") for case in _elementwise(name, -1.4)),
    *(case for name in ("divide", "power", "log", "sqrt") for case in _elementwise(name)),
    *(Case("power", lambda x, n=n: x**n, ((3,),)) for n in (0, 1, 2, 3, 4, -1, 0.5, 2.5)),
    Case("power", lambda x: x**2, ((3,),), -1, 1),
    *(Case("where", lambda x, y: np.where(_condition(x), x, y), s) for s in BINARY_SHAPES),
    *(case for name in ("sum", "mean", "max", "min", "logsumexp") for case in _reduction(name)),
    Case("sum", np.sum, ((0, 2),)),
    Case("logsumexp", primitives["logsumexp"], ((2, 0),)),
    *_matmul(),
    *_tensordot(),
    *_einsum(),
    *_indexing(),
    *_windows(),
    *_shape(),
]
