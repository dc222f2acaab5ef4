"""Calls of every NumPy function that is differentiable: what the coverage of NumPy is tested with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

RNG = np.random.default_rng(0)


@dataclass(frozen=True)
class Call:
    """`call(*xs)` of the function called `name`, on float64 inputs of the given shapes drawn from `low` to `high`."""

    name: str
    call: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    low: float = -1.0
    high: float = 1.0
    number: int = 0

    def __str__(self) -> str:
        return f"{self.name}-{self.number}"

    def arrays(self, dtype: Any = np.float64) -> list[np.ndarray]:
        """Inputs whose elements all differ, so that finite differences cross no kink and no tie."""
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        rng, n = np.random.default_rng(sum(sizes)), sum(sizes)
        values = rng.permutation(
            self.low + (self.high - self.low) * (np.arange(n) + rng.uniform(0.2, 0.8, n)) / max(n, 1)
        )
        parts = np.split(values.astype(dtype), np.cumsum(sizes)[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]


def get(name: str) -> Callable[..., Any]:
    """NumPy's function of a name such as "linalg.inv"."""
    value: Any = np
    for part in name.split("."):
        value = getattr(value, part)
    return value  # type: ignore[no-any-return]


CALLS: list[Call] = []


def add(name: str, *calls: Any, low: float = -1.0, high: float = 1.0) -> None:
    """Each call is (function of the inputs, shape, shape, ...)."""
    before = sum(c.name == name for c in CALLS)
    for i, (call, *shapes) in enumerate(calls):
        CALLS.append(Call(name, call, tuple(shapes), low, high, before + i))


UNARY = [(2, 3), (), (0, 3)]
BINARY = [((2, 3), (2, 3)), ((2, 1), (3,)), ((3,), ()), ((), ()), ((0, 3), (1, 3))]


def unary(names: str, low: float = -1.0, high: float = 1.0) -> None:
    for name in names.split():
        add(name, *((get(name), shape) for shape in UNARY), low=low, high=high)


def binary(names: str, low: float = -1.0, high: float = 1.0) -> None:
    for name in names.split():
        add(name, *((get(name), *shapes) for shapes in BINARY), low=low, high=high)


unary(
    "negative positive exp exp2 expm1 sin cos tan tanh sinh cosh arctan arcsinh absolute fabs square sinc cbrt",
    -1.3,
    1.2,
)
unary("deg2rad rad2deg radians degrees conjugate sign floor ceil trunc rint fix nan_to_num real angle imag", -2.9, 2.8)
unary("log log2 log10 log1p sqrt reciprocal arccosh", 1.2, 3)
unary("arcsin arccos arctanh", -0.9, 0.9)
binary("add subtract multiply maximum minimum fmax fmin copysign heaviside floor_divide", -1.1, 1.3)
binary("divide power float_power hypot arctan2 logaddexp logaddexp2 remainder fmod", 0.4, 1.7)
binary("logaddexp hypot arctan2", -1.4, 1.3)
add("round", (np.round, (2, 3)), (lambda x: np.round(x, 1), ()), (lambda x: np.round(x), (0,)), low=-3, high=3)
add(
    "clip",
    (lambda x: np.clip(x, -0.5, 0.4), (2, 3)),
    (lambda x: np.clip(x, a_min=None, a_max=0.4), ()),
    (lambda x: np.clip(x, 0, None), (0, 2)),
    (lambda x: np.clip(x, min=-0.5, max=0.4), (2, 3)),
    (lambda x, low: np.clip(x, low, 0.4), (2, 3), (3,)),
    (lambda x, high: np.clip(x, None, high), (4,), ()),
)
add("divmod", (lambda x, y: np.divmod(x, y)[0] * 2 + np.divmod(x, y)[1], (2, 3), (3,)), low=0.5, high=4)
add("modf", (lambda x: np.modf(x)[0] + np.modf(x)[1], (2, 3)), low=0.1, high=3)

for name in (
    "sum",
    "mean",
    "max",
    "min",
    "prod",
    "var",
    "std",
    "ptp",
    "median",
    "nansum",
    "nanmean",
    "nanprod",
    "nanvar",
):
    f = get(name)
    add(
        name,
        (f, (2, 3)),
        (lambda x, f=f: f(x, axis=0), (2, 3)),
        (lambda x, f=f: f(x, -1, keepdims=True), (2, 3, 2)),
        (lambda x, f=f: f(x, axis=(0, -1)), (2, 3, 2)),
        (lambda x, f=f: f(x, axis=1, keepdims=True), (0, 3)),
        low=-1.1,
    )
    if name != "median":
        add(name, (f, (1,)))
for name in ("nanstd", "nanmax", "nanmin"):
    add(name, (get(name), (2, 3)), (lambda x, f=get(name): f(x, axis=1, keepdims=True), (2, 3)), low=-1.1)
MASK = np.array([[True, False, True], [True, True, False]])
for name in ("sum", "mean", "prod", "var", "std"):
    add(name, (lambda x, f=get(name): f(x, axis=1, where=MASK), (2, 3)), low=-1.1)
add("var", (lambda x: np.var(x, 0, None, ddof=1), (3, 2)))
add("std", (lambda x: np.std(x, ddof=1, keepdims=True), (3, 2)))
add("std", (lambda x: np.std(x, axis=0, correction=1), (3, 2)))
for name in ("var", "std", "nanvar", "nanstd"):
    add(name, (lambda x, m, f=get(name): f(x, mean=m, correction=0.5), (3, 2), ()))
for name in ("sum", "prod", "max", "min"):
    add(name, (lambda x, f=get(name): f(x, axis=0, initial=0.25), (2, 3)))
    add(name, (lambda x, f=get(name): f(x, axis=0, initial=-2.0 if f is np.max else 2.0, where=MASK), (2, 3)))
for name in ("sum", "mean", "prod", "cumsum", "cumprod"):
    add(name, (lambda x, f=get(name): f(x, 0, np.float64), (2, 3)))
for name in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
    f = get(name)
    add(name, (f, (2, 3)), (lambda x, f=f: f(x, axis=-1), (2, 5)), (lambda x, f=f: f(x, axis=0), (0, 3)), low=-1.1)
for name in ("cumulative_sum", "cumulative_prod"):
    f = get(name)
    add(name, (f, (3,)), (lambda x, f=f: f(x, axis=1, include_initial=True), (2, 3)))
WITH_NAN = np.array([[1.0, np.nan, 1.0], [1.0, 1.0, np.nan]])
for name in ("nansum", "nanmean", "nanprod", "nanvar", "nanstd", "nanmax", "nanmin", "nancumsum", "nancumprod"):
    add(name, (lambda x, f=get(name): f(np.where(np.isnan(WITH_NAN), np.nan, x), axis=1), (2, 3)))
for name in ("nanmax", "nanmin"):
    add(name, (lambda x, f=get(name): f(np.where(WITH_NAN == 1, x, np.nan), axis=1, initial=0.25, where=MASK), (2, 3)))
add(
    "average",
    (np.average, (2, 3)),
    (lambda x, w: np.average(x, 0, w), (2, 3), (2,)),
    (lambda x, w: np.average(x, weights=w, axis=1, keepdims=True), (2, 3), (2, 3)),
    (lambda x, w: np.multiply(*np.average(x, weights=w, returned=True)), (3,), (3,)),
    (lambda x, w: np.average(x, axis=(2, 0), weights=w), (2, 3, 4), (4, 2)),
    low=0.5,
)
for method in (
    "linear",
    "lower",
    "higher",
    "nearest",
    "midpoint",
    "hazen",
    "weibull",
    "inverted_cdf",
    "median_unbiased",
):
    add("quantile", (lambda x, m=method: np.quantile(x, [0.2, 0.6], axis=0, method=m), (5, 2)))
add(
    "quantile",
    (lambda x: np.quantile(x, 0.3, keepdims=True), (2, 3)),
    (lambda x: np.quantile(x, 0.5, axis=(0, 1)), (2, 3)),
)
add("percentile", (lambda x: np.percentile(x, [[25], [60]], axis=1), (2, 4)), (lambda x: np.percentile(x, 40), (5,)))
add(
    "cov",
    (np.cov, (2, 4)),
    (lambda x, y: np.cov(x, y, bias=True), (4,), (4,)),
    (lambda x: np.cov(x, rowvar=False), (4, 2)),
    (lambda x: np.cov(x, fweights=[1, 2, 1, 3], aweights=[0.5, 1.0, 2.0, 1.0]), (2, 4)),
    (lambda x: np.cov(x, aweights=[0.5, 1.0, 2.0, 1.0], ddof=0), (2, 4)),
)
add("corrcoef", (np.corrcoef, (2, 4)), (lambda x, y: np.corrcoef(x, y), (4,), (4,)))

add("ravel", (np.ravel, (2, 3)), (lambda x: np.ravel(x, "F"), (2, 3)), (np.ravel, ()), (np.ravel, (0, 2)))
add("reshape", (lambda x: np.reshape(x, (3, -1)), (2, 3)), (lambda x: np.reshape(x, (1, 1)), ()))
add("transpose", (lambda x: np.transpose(x, (1, 0, 2)), (2, 3, 2)))
add("moveaxis", (lambda x: np.moveaxis(x, 0, -1), (2, 3, 2)), (lambda x: np.moveaxis(x, [0, 1], [1, 2]), (0, 3, 2)))
add("rollaxis", (lambda x: np.rollaxis(x, 2), (2, 3, 2)))
add("swapaxes", (lambda x: np.swapaxes(x, 0, 1), (2, 3)))
add("squeeze", (np.squeeze, (1, 2, 1)), (lambda x: np.squeeze(x, 0), (1, 2)))
add("expand_dims", (lambda x: np.expand_dims(x, (0, 2)), (2,)))
add("matrix_transpose", (np.matrix_transpose, (2, 3, 2)))
add("linalg.matrix_transpose", (np.linalg.matrix_transpose, (2, 3, 2)))
add("broadcast_to", (lambda x: np.broadcast_to(x, (2, 2, 3)), (2, 1)))
add("broadcast_arrays", (lambda x, y: np.multiply(*np.broadcast_arrays(x, y)), (2, 1), (3,)))
add("meshgrid", (lambda x, y: np.multiply(*np.meshgrid(x, y)), (2,), (3,)))
add("meshgrid", (lambda x, y: np.multiply(*np.meshgrid(x, y, indexing="ij", sparse=True)), (2,), (3,)))
for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
    add(name, (get(name), ()), (get(name), (2,)))
for name in ("concatenate", "hstack", "vstack", "dstack"):
    add(
        name,
        (lambda x, y, f=get(name): f([x, y]), (2, 3), (2, 3)),
        (lambda x, y, f=get(name): f((x, y, x)), (3,), (3,)),
    )
add("concatenate", (lambda x, y: np.concatenate([x, y], axis=None), (2, 1), (3,)))
add("column_stack", (lambda x, y: np.column_stack([x, y]), (3,), (3, 2)))
add("stack", (lambda x, y: np.stack([x, y], axis=1), (2, 3), (2, 3)))
add("append", (np.append, (2,), (1, 3)), (lambda x, y: np.append(x, y, axis=0), (2, 3), (1, 3)))
add(
    "insert",
    (lambda x, y: np.insert(x, [0, 2], y), (3,), (2,)),
    (lambda x, y: np.insert(x, 1, y, axis=1), (2, 3), (2,)),
)
add("delete", (lambda x: np.delete(x, [0, 2]), (4,)), (lambda x: np.delete(x, 1, axis=0), (3, 2)))
add("block", (lambda x, y: np.block([[x, y], [y, x]]), (2, 2), (2, 2)))
add("split", (lambda x: np.split(x, 3)[1] * np.split(x, [1])[0], (3,)))
add(
    "array_split",
    (lambda x: np.concatenate(np.array_split(x, 3)[::-1]), (4,)),
    (lambda x: np.array_split(x, [2], 1)[1], (2, 3)),
)
add("hsplit", (lambda x: np.hsplit(x, 2)[1], (3, 4)), (lambda x: np.hsplit(x, [1])[1], (3,)))
add("vsplit", (lambda x: np.vsplit(x, 2)[0], (4, 3)))
add("dsplit", (lambda x: np.dsplit(x, 2)[0], (1, 2, 4)))
add("unstack", (lambda x: np.unstack(x, axis=1)[2], (2, 3)))
add("tile", (lambda x: np.tile(x, (2, 3)), (2,)))
add("repeat", (lambda x: np.repeat(x, [1, 2], axis=0), (2, 2)), (lambda x: np.repeat(x, 2), (2, 2)))
add("roll", (lambda x: np.roll(x, 2), (2, 3)), (lambda x: np.roll(x, (1, 2), axis=(0, 1)), (2, 3)))
add("flip", (np.flip, (2, 3)), (lambda x: np.flip(x, 1), (2, 3)))
add("fliplr", (np.fliplr, (2, 3)))
add("flipud", (np.flipud, (2, 3)))
add("rot90", (np.rot90, (2, 3)), (lambda x: np.rot90(x, 3, (1, 2)), (1, 2, 3)))
add("resize", (lambda x: np.resize(x, (3, 3)), (2, 2)))
add("copy", (np.copy, (2, 2)))
add("pad", (lambda x: np.pad(x, ((1, 0), (0, 2)), constant_values=2), (2, 3)))
for mode in ("edge", "reflect", "symmetric", "wrap"):
    add("pad", (lambda x, m=mode: np.pad(x, ((1, 2), (2, 0)), m), (3, 3)))
for options in ({}, {"end_values": ((1.5, -0.5), (0.3, 2.0))}):
    add("pad", (lambda x, o=options: np.pad(x, ((1, 2), (3, 0)), "linear_ramp", **o), (3, 3)))
for mode in ("maximum", "mean", "median", "minimum"):
    add("pad", (lambda x, m=mode: np.pad(x, ((1, 2), (2, 0)), m), (3, 4)))
    add("pad", (lambda x, m=mode: np.pad(x, ((0, 0), (2, 0)), m), (3, 4)))
    add("pad", (lambda x, m=mode: np.pad(x, 1, m, stat_length=((2, 1), (1, 3))), (3, 4)))
add(
    "full_like",
    (
        lambda x: (
            np.full_like(np.zeros((2, 3)), x) if isinstance(x, np.ndarray) else np.full_like(x * np.zeros((2, 3)), x)
        ),
        (),
    ),
)
add("diagonal", (np.diagonal, (3, 3)), (lambda x: np.diagonal(x, 1, 1, 2), (2, 3, 3)))
add("linalg.diagonal", (lambda x: np.linalg.diagonal(x, offset=-1), (2, 3, 3)))
add("diag", (np.diag, (3,)), (lambda x: np.diag(x, 1), (3, 3)), (lambda x: np.diag(x, -1), (2,)))
add("diagflat", (np.diagflat, (2, 2)))
add("tril", (np.tril, (3, 3)), (lambda x: np.tril(x, -1), (2, 3, 2)))
add("triu", (lambda x: np.triu(x, 1), (3, 3)))
add("astype", (lambda x: np.astype(x, x.dtype), (2,)))
add("trace", (np.trace, (3, 3)), (lambda x: np.trace(x, 1, 1, 2), (2, 3, 3)))
add("linalg.trace", (np.linalg.trace, (2, 3, 3)))
for name in ("fft.fftshift", "fft.ifftshift"):
    add(name, (get(name), (3,)), (lambda x, f=get(name): f(x, axes=1), (2, 3)))

add("take", (lambda x: np.take(x, [0, 0, 5]), (2, 3)), (lambda x: np.take(x, [[2, 0], [0, 1]], axis=1), (2, 3)))
add("take_along_axis", (lambda x: np.take_along_axis(x, np.array([[2, 0], [0, 1]]), 1), (2, 3)))
add("choose", (lambda x, y: np.choose(np.array([0, 1, 1]), [x, y]), (3,), (3,)))
add("select", (lambda x, y: np.select([x > 0.5, x > -0.5], [x * x, y], 0.5), (5,), (5,)))
add("where", (lambda x, y: np.where(x > 0, x, y), (5,), (5,)))
add(
    "compress",
    (lambda x: np.compress([True, False, True], x, axis=1), (2, 3)),
    (lambda x: np.compress([0, 1, 1], x), (2, 3)),
)
add("extract", (lambda x: np.extract(np.array([True, False, True]), x), (3,)))
add("sort", (np.sort, (2, 4)), (lambda x: np.sort(x, axis=None), (2, 3)), (lambda x: np.sort(x, axis=0), (0, 3)))
add("partition", (lambda x: np.partition(x, 2)[..., 2], (2, 5)))
PLACES = np.array([2, 0, 2, 1])
add(
    "unique",
    (np.unique, (4,)),
    (lambda x: np.unique(x[[1, 0, 1, 1]], return_counts=True)[0], (2, 3)),
    (lambda x: np.unique(x, axis=0), (3, 2)),
)
add("unique_values", (np.unique_values, (4,)))
add("union1d", (np.union1d, (2, 2), (3,)))
add("intersect1d", (lambda x, y: np.intersect1d(np.concatenate([x, y]), x), (3,), (2,)))
add("setdiff1d", (lambda x, y: np.setdiff1d(np.concatenate([x, y]), y), (3,), (2,)))
add("setxor1d", (lambda x, y: np.setxor1d(np.concatenate([x, y]), np.concatenate([y, 2 * x])), (2,), (3,)))
add(
    "bincount",
    (lambda w: np.bincount(PLACES, w), (4,)),
    (lambda w: np.bincount(PLACES, weights=w, minlength=5), (4,)),
)

add(
    "dot", *((np.dot, *s) for s in [((3,), (3,)), ((2, 3), (3, 2)), ((2, 3), (3,)), ((), (2,)), ((2, 2, 3), (2, 3, 2))])
)
add("inner", (np.inner, (2, 3), (4, 3)), (np.inner, (), (2,)))
add("outer", (np.outer, (2,), (2, 2)))
add("linalg.outer", (np.linalg.outer, (2,), (3,)))
add("vdot", (np.vdot, (2, 2), (2, 2)))
add("vecdot", (np.vecdot, (2, 3), (3,)))
add("linalg.vecdot", (lambda x, y: np.linalg.vecdot(x, y, axis=0), (3, 2), (3, 2)))
add("matvec", (np.matvec, (2, 2, 3), (3,)))
add("vecmat", (np.vecmat, (2, 3), (3, 2)))
add("matmul", (np.matmul, (2, 3), (3, 2)), (np.matmul, (2, 2, 3), (3,)))
add("linalg.matmul", (np.linalg.matmul, (2, 3), (3, 2)))
add("tensordot", (lambda x, y: np.tensordot(x, y, ([0, 1], [1, 0])), (2, 3, 2), (3, 2)))
add("linalg.tensordot", (lambda x, y: np.linalg.tensordot(x, y, axes=1), (2, 3), (3, 2)))
add(
    "einsum",
    (lambda x, y: np.einsum("...ij,kj->...ik", x, y), (2, 2, 3), (2, 3)),
    (lambda x: np.einsum("ii->i", x), (3, 3)),
    (lambda x, y: np.einsum(x, [..., 1, 4], y, [30, 4], [..., 1, 30]), (2, 2, 3), (2, 3)),
    (lambda x, y: np.einsum(x, [27, 3], y, [3, 2]), (2, 3), (3, 4)),
)
add("kron", (np.kron, (2, 2), (3,)), (np.kron, (2,), (2,)))
add("cross", (np.cross, (2, 3), (3,)), (lambda x, y: np.cross(x, y, axis=0), (3, 2), (3, 2)))
add("linalg.cross", (np.linalg.cross, (2, 3), (2, 3)))
for mode in ("full", "same", "valid"):
    add(
        "convolve",
        (lambda x, y, m=mode: np.convolve(x, y, m), (5,), (2,)),
        (lambda x, y, m=mode: np.convolve(x, y, m), (2,), (5,)),
    )
    add(
        "correlate",
        (lambda x, y, m=mode: np.correlate(x, y, m), (5,), (3,)),
        (lambda x, y, m=mode: np.correlate(x, y, m), (2,), (4,)),
    )
add(
    "diff",
    (np.diff, (2, 4)),
    (lambda x: np.diff(x, 2, axis=0), (4, 2)),
    (lambda x: np.diff(x, prepend=0.5, append=1), (2, 3)),
)
add("ediff1d", (np.ediff1d, (2, 3)), (lambda x: np.ediff1d(x, to_end=[1.0], to_begin=0.5), (3,)))
add(
    "trapezoid",
    (np.trapezoid, (2, 4)),
    (lambda y, x: np.trapezoid(y, x, axis=0), (4, 2), (4,)),
    (lambda y: np.trapezoid(y, dx=0.5), (4,)),
)
add("polyval", (np.polyval, (3,), (2, 2)))
add("vander", (np.vander, (3,)), (lambda x: np.vander(x, 2, increasing=True), (3,)))
add(
    "linspace",
    (lambda a, b: np.linspace(a, b, 4), (), ()),
    (lambda a, b: np.linspace(a, b, 3, endpoint=False, axis=1), (2,), (2,)),
)
add("logspace", (lambda a, b: np.logspace(a, b, 3, base=2.0), (), ()))
add("ldexp", (lambda x: np.ldexp(x, np.array([1, -2, 0])), (3,)))
for name in ("amax", "amin"):
    add(name, (get(name), (2, 3)))
add("around", (np.around, (2,)), low=-3, high=3)
add("unwrap", (lambda x: np.unwrap(x, period=1.0), (5,)), low=-2, high=2)
add(
    "interp",
    (lambda x, fp: np.interp(x, [-0.6, 0.1, 0.7], fp), (4,), (3,)),
    (lambda x, fp: np.interp(x, [-0.6, 0.1, 0.7], fp, left=2.0, right=3.0), (4,), (3,)),
    (lambda x, xp, fp: np.interp(4 * x, [1.6, 0.1, 0.7] + 0.1 * xp, fp, period=-1.2), (4,), (3,), (3,)),
    (lambda xp, fp: np.interp([0.2, 0.55], [0.0, 0.5, 1.0] + 0.1 * xp, fp), (3,), (3,)),
)


def spd(x: Any) -> Any:
    """A positive definite matrix of x."""
    return x @ np.swapaxes(x, -1, -2) + 2 * np.eye(x.shape[-1], dtype=x.dtype)


def well(x: Any) -> Any:
    """A well-conditioned matrix of x."""
    return x + 2 * np.eye(x.shape[-1], dtype=x.dtype)


add("linalg.inv", (lambda x: np.linalg.inv(well(x)), (3, 3)), (lambda x: np.linalg.inv(well(x)), (2, 2, 2)))
add(
    "linalg.solve",
    (lambda a, b: np.linalg.solve(well(a), b), (2, 2), (2, 3)),
    (lambda a, b: np.linalg.solve(well(a), b), (2, 2), (2,)),
)
add("linalg.solve", (lambda a, b: np.linalg.solve(well(a), b), (2, 2, 2), (2, 2, 1)))
add("linalg.det", (lambda x: np.linalg.det(well(x)), (3, 3)), (lambda x: np.linalg.det(well(x)), (2, 2, 2)))
add("linalg.slogdet", (lambda x: np.linalg.slogdet(well(x))[1], (2, 2, 2)))
add(
    "linalg.cholesky",
    (lambda x: np.linalg.cholesky(spd(x)), (3, 3)),
    (lambda x: np.linalg.cholesky(spd(x), upper=True), (2, 2, 2)),
)
add("linalg.eigh", (lambda x: np.linalg.eigh(x)[0], (3, 3)), (lambda x: np.abs(np.linalg.eigh(x, "U")[1]), (3, 3)))
add("linalg.eigvalsh", (np.linalg.eigvalsh, (2, 3, 3)))
add(
    "linalg.qr",
    (lambda x: np.linalg.qr(x)[0] @ np.linalg.qr(x)[1] ** 2, (3, 2)),
    (lambda x: np.linalg.qr(x, "r"), (2, 2, 2)),
    (lambda x: np.linalg.qr(x)[1], (2, 4)),
    (lambda x: np.linalg.qr(x)[0] @ np.linalg.qr(x)[1] ** 3, (2, 3)),
)
add("linalg.svd", (lambda x: np.linalg.svd(x, full_matrices=False)[1], (3, 2)))
for shape in ((3, 2), (2, 3), (2, 2, 2)):
    add("linalg.svd", (lambda x: np.abs(np.linalg.svd(x, full_matrices=False)[0]), shape))
    add("linalg.svd", (lambda x: np.abs(np.linalg.svd(x, full_matrices=False)[2]), shape))
add("linalg.svd", (lambda x: np.linalg.svd(x, compute_uv=False), (2, 3)))
add("linalg.svdvals", (np.linalg.svdvals, (2, 3)))
add("linalg.pinv", (np.linalg.pinv, (3, 2)), (np.linalg.pinv, (2, 3)))
add("linalg.pinv", (lambda x: np.linalg.pinv(well(x), rtol=1e-3), (2, 2)))
add(
    "linalg.lstsq",
    (lambda a, b: np.linalg.lstsq(a, b)[0], (4, 2), (4,)),
    (lambda a, b: np.linalg.lstsq(a, b)[1], (4, 2), (4, 2)),
)
add("linalg.matrix_power", *((lambda x, n=n: np.linalg.matrix_power(well(x), n), (2, 2)) for n in (1, 2, 5, -2)))
add(
    "linalg.multi_dot",
    (lambda *xs: np.linalg.multi_dot(xs), (2, 3), (3, 2), (2, 2)),
    (lambda *xs: np.linalg.multi_dot(xs), (3,), (3, 2), (2,)),
)
for order in (None, 1, 2, 3, 0.5, np.inf, -np.inf, -1):
    add(
        "linalg.norm",
        (lambda x, o=order: np.linalg.norm(x, o), (4,)),
        (lambda x, o=order: np.linalg.norm(x, o, axis=0, keepdims=True), (3, 2)),
    )
    add(
        "linalg.vector_norm",
        (lambda x, o=order: np.linalg.vector_norm(x, ord=2 if o is None else o, axis=(0, 1)), (2, 3)),
    )
for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
    add(
        "linalg.norm",
        (lambda x, o=order: np.linalg.norm(x, o), (3, 2)),
        (lambda x, o=order: np.linalg.norm(x, o, (0, 2), True), (2, 2, 3)),
    )
    add("linalg.matrix_norm", (lambda x, o=order: np.linalg.matrix_norm(x, ord=o), (2, 3, 2)))


def both(y: Any) -> Any:
    """Real and imaginary part of y, mixed into real numbers."""
    return np.real(y) + 0.5 * np.imag(y)


for norm in (None, "ortho", "forward"):
    for name in ("fft.fft", "fft.ifft", "fft.rfft"):
        f = get(name)
        add(name, *((lambda x, f=f, n=n, norm=norm: both(f(x, n, norm=norm)), (2, 4)) for n in (None, 3, 5)))
    add(
        "fft.irfft",
        *(
            (lambda x, y, n=n, norm=norm: np.fft.irfft(x + 1j * y, n, norm=norm), (2, 4), (2, 4))
            for n in (None, 7, 4, 9)
        ),
    )
for name in ("fft.fft2", "fft.ifft2", "fft.fftn", "fft.ifftn", "fft.rfft2", "fft.rfftn"):
    f = get(name)
    add(
        name,
        (lambda x, f=f: both(f(x)), (2, 3)),
        (lambda x, f=f: both(f(x, (3, 2), axes=(0, 1), norm="ortho")), (2, 4)),
    )
for name in ("fft.irfft2", "fft.irfftn"):
    f = get(name)
    add(
        name,
        (lambda x, y, f=f: f(x + 1j * y), (2, 3), (2, 3)),
        (lambda x, y, f=f: f(x + 1j * y, (3, 4), (0, 1)), (2, 3), (2, 3)),
    )
