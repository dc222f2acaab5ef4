"""NumPy's functions, called with NumPy's arguments and computed by PyTorch: an oracle for values and derivatives.

`OnTorch` wraps a PyTorch tensor and answers NumPy's protocols, so that one call can be made of arrays, of Tensors and
of these. What PyTorch has no function for is not here.
"""

import numpy as np

from tests.numpy_cases import get

try:
    import torch
except ModuleNotFoundError:  # then the tests that use this are skipped
    torch = None

FUNCTIONS = {}


class OnTorch(np.lib.mixins.NDArrayOperatorsMixin):
    """A PyTorch tensor under NumPy's functions."""

    def __init__(self, tensor):
        self.tensor = tensor

    shape = property(lambda self: tuple(self.tensor.shape))
    ndim = property(lambda self: self.tensor.ndim)
    dtype = property(lambda self: self.tensor.detach().numpy().dtype)
    T = property(lambda self: OnTorch(self.tensor.permute(*reversed(range(self.tensor.ndim)))))

    def __getitem__(self, index):
        return OnTorch(self.tensor[index])

    def __array_ufunc__(self, ufunc, method, *args, **kwargs):
        return self.__array_function__(ufunc, (), args, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        if function not in FUNCTIONS:
            raise NotInPyTorchError(function.__name__)
        return wrapped(FUNCTIONS[function](*map(unwrapped, args), **{k: unwrapped(v) for k, v in kwargs.items()}))


class NotInPyTorchError(Exception):
    """PyTorch has no function that does this with these arguments."""


def unwrapped(x):
    if isinstance(x, OnTorch):
        return x.tensor
    return type(x)(map(unwrapped, x)) if type(x) in (list, tuple) else x


def wrapped(y):
    if isinstance(y, torch.Tensor):
        return OnTorch(y)
    return tuple(map(wrapped, y)) if isinstance(y, tuple | list) else y


def as_tensor(x):
    return x if isinstance(x, torch.Tensor) else torch.as_tensor(np.asarray(x))


def does(*names):
    """Register a function of PyTorch tensors for NumPy's functions of these names."""

    def register(function):
        for name in names:
            FUNCTIONS[get(name)] = function
        return function

    return register


def axes_of(x, axis):
    return tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)


SAME_NAME = """negative positive exp exp2 expm1 sin cos tan tanh sinh cosh arctan arcsinh absolute square sinc deg2rad
rad2deg conj sign floor ceil trunc fix nan_to_num real angle log log2 log10 log1p sqrt reciprocal arccosh arcsin
arccos arctanh add subtract multiply maximum minimum fmax fmin divide float_power hypot arctan2 logaddexp logaddexp2
remainder fmod matmul less less_equal greater greater_equal fliplr flipud kron"""

if torch is not None:
    for name in SAME_NAME.split():
        theirs = getattr(torch, name)
        does(name)(lambda *xs, theirs=theirs: theirs(*map(as_tensor, xs)))
    for name, theirs in {
        "fabs": torch.abs,
        "power": torch.pow,
        "radians": torch.deg2rad,
        "degrees": torch.rad2deg,
        "copysign": torch.copysign,
        "linalg.matmul": torch.matmul,
        "outer": lambda x, y: torch.outer(x.reshape(-1), y.reshape(-1)),
        "linalg.outer": torch.outer,
        "imag": lambda x: x.imag if x.is_complex() else torch.zeros_like(x) * x,
        "matvec": lambda a, x: (a @ x[..., None])[..., 0],
        "vecmat": lambda x, a: (x[..., None, :] @ a)[..., 0, :],
        "inner": torch.inner,
        "cbrt": lambda x: x.sign() * x.abs() ** (1 / 3),
        "rint": torch.round,
        "floor_divide": lambda x, y: torch.floor(x / y),
        "ldexp": lambda x, n: torch.ldexp(x, as_tensor(n).to(x.dtype)),
        "vdot": lambda x, y: torch.vdot(x.reshape(-1), y.reshape(-1)),
        "linalg.inv": lambda x: torch.linalg.inv(x),
        "linalg.solve": lambda a, b: torch.linalg.solve(a, b),
        "linalg.det": lambda x: torch.linalg.det(x),
        "linalg.slogdet": lambda x: tuple(torch.linalg.slogdet(x)),
        "linalg.qr": lambda x, mode="reduced": torch.linalg.qr(x)[1] if mode == "r" else tuple(torch.linalg.qr(x)),
        "linalg.cholesky": lambda x, upper=False: torch.linalg.cholesky(x, upper=upper),
        "linalg.eigh": lambda x, uplo="L": tuple(torch.linalg.eigh(symmetric(x, uplo))),
        "linalg.eigvalsh": lambda x: torch.linalg.eigvalsh(symmetric(x, "L")),
        "linalg.svdvals": lambda x: torch.linalg.svdvals(x),
        "linalg.pinv": lambda x, rtol=None: torch.linalg.pinv(x, rtol=rtol),
        "linalg.matrix_power": lambda x, n: torch.linalg.matrix_power(x, n),
        "linalg.multi_dot": lambda xs: torch.linalg.multi_dot(list(xs)),
    }.items():
        does(name)(theirs)


def symmetric(x, uplo):
    half = x.tril(-1) if uplo == "L" else x.triu(1)
    return half + half.mT + torch.diag_embed(x.diagonal(dim1=-2, dim2=-1))


@does("linalg.lstsq")
def lstsq(a, b):
    x = torch.linalg.lstsq(a, b if b.ndim > 1 else b[:, None])[0].reshape(-1, *b.shape[1:])
    return x, ((a @ x - b) ** 2).sum(0)


@does("modf")
def modf(x):
    return x.frac(), x.trunc()


@does("round", "around")
def round_(x, decimals=0):
    return torch.round(x, decimals=decimals)


@does("clip")
def clip(x, a_min=None, a_max=None, min=None, max=None):
    bounds = [a if b is None else b for a, b in ((a_min, min), (a_max, max))]
    return torch.clip(x, *(None if bound is None else as_tensor(bound) for bound in bounds))


@does("astype")
def astype(x, dtype):
    return x.to(getattr(torch, np.dtype(dtype).name))


@does("copy")
def copy(x):
    return x.clone()


# Reductions --------------------------------------------------------------------------------------------------------


@does("sum")
def sum_(x, axis=None, dtype=None, keepdims=False, where=None, initial=0):
    x = x if where is None else torch.where(as_tensor(where), x, 0)
    return x.sum(axes_of(x, axis), keepdim=keepdims) + initial


@does("mean")
def mean(x, axis=None, dtype=None, keepdims=False, where=None):
    if where is None:
        return x.mean(axes_of(x, axis), keepdim=keepdims)
    return sum_(x, axis, where=where, keepdims=keepdims) / as_tensor(where).sum(axes_of(x, axis), keepdim=keepdims)


@does("prod")
def prod(x, axis=None, dtype=None, keepdims=False, where=None, initial=1):
    x = x if where is None else torch.where(as_tensor(where), x, 1)
    for a in sorted(axes_of(x, axis), key=lambda a: a % x.ndim, reverse=True):
        x = x.prod(a, keepdim=keepdims)
    return x * initial


@does("max", "amax")
def max_(x, axis=None, keepdims=False, where=None, initial=None):
    x = x if where is None else torch.where(as_tensor(where), x, -torch.inf)
    y = x.amax(axes_of(x, axis), keepdim=keepdims)
    return y if initial is None else y.clip(min=initial)


@does("min", "amin")
def min_(x, axis=None, keepdims=False, where=None, initial=None):
    x = x if where is None else torch.where(as_tensor(where), x, torch.inf)
    y = x.amin(axes_of(x, axis), keepdim=keepdims)
    return y if initial is None else y.clip(max=initial)


@does("var")
def var(x, axis=None, dtype=None, ddof=0, keepdims=False, where=None, mean=None, correction=None):
    if where is not None or mean is not None or x.numel() < 2:
        raise NotInPyTorchError("var with where or mean, and of less than two elements")
    ddof = ddof if correction is None else correction
    return x.var(axes_of(x, axis), correction=ddof, keepdim=keepdims)


@does("std")
def std(x, *args, **kwargs):
    return var(x, *args, **kwargs).sqrt()


@does("ptp")
def ptp(x, axis=None, keepdims=False):
    return max_(x, axis, keepdims) - min_(x, axis, keepdims)


@does("nansum")
def nansum(x, axis=None, keepdims=False):
    return x.nansum(axes_of(x, axis), keepdim=keepdims)


@does("nanmean")
def nanmean(x, axis=None, keepdims=False):
    return x.nanmean(axes_of(x, axis), keepdim=keepdims)


@does("cumsum")
def cumsum(x, axis=None, dtype=None):
    return x.reshape(-1).cumsum(0) if axis is None else x.cumsum(axis)


@does("cumprod")
def cumprod(x, axis=None, dtype=None):
    return x.reshape(-1).cumprod(0) if axis is None else x.cumprod(axis)


METHODS = {"linear", "lower", "higher", "nearest", "midpoint"}


@does("quantile")
def quantile(x, q, axis=None, method="linear", keepdims=False):
    if method not in METHODS or isinstance(axis, tuple):
        raise NotInPyTorchError(f"quantile by {method}")
    return torch.quantile(x, as_tensor(q).to(x.dtype), axis, keepdim=keepdims, interpolation=method)


@does("percentile")
def percentile(x, q, axis=None):
    q = as_tensor(q).to(x.dtype) / 100
    y = torch.quantile(x, q.reshape(-1), axis)
    return torch.reshape(y, (*q.shape, *y.shape[1:]))


@does("median")
def median(x, axis=None, keepdims=False):
    if isinstance(axis, tuple) or x.numel() == 0:
        raise NotInPyTorchError("median over several axes")
    return torch.quantile(x, 0.5, axis, keepdim=keepdims)


@does("cov")
def cov(x, y=None, bias=False, rowvar=True, ddof=None, fweights=None, aweights=None):
    weights = {"fweights": fweights, "aweights": aweights}
    weights = {name: None if w is None else as_tensor(w) for name, w in weights.items()}
    if aweights is not None:
        return torch.cov(x, correction=1 if ddof is None else ddof, **weights)
    x = x if y is None else torch.stack([x, y])
    return torch.cov(x if rowvar else x.T, correction=0 if bias else 1)


@does("corrcoef")
def corrcoef(x, y=None):
    return torch.corrcoef(x if y is None else torch.stack([x, y]))


@does("linalg.norm")
def norm(x, ord=None, axis=None, keepdims=False):
    return torch.linalg.norm(x, ord, axis, keepdim=keepdims)


@does("linalg.vector_norm")
def vector_norm(x, axis=None, keepdims=False, ord=2):
    return torch.linalg.vector_norm(x, ord, axis, keepdim=keepdims)


@does("linalg.matrix_norm")
def matrix_norm(x, keepdims=False, ord="fro"):
    return torch.linalg.matrix_norm(x, ord, keepdim=keepdims)


# Shape -------------------------------------------------------------------------------------------------------------


@does("ravel")
def ravel(x, order="C"):
    return x.reshape(-1) if order == "C" else x.permute(*reversed(range(x.ndim))).reshape(-1)


@does("reshape")
def reshape(x, shape):
    return x.reshape(shape)


@does("transpose")
def transpose(x, axes=None):
    return x.permute(axes or tuple(reversed(range(x.ndim))))


@does("moveaxis")
def moveaxis(x, source, destination):
    return torch.moveaxis(x, source, destination)


@does("swapaxes")
def swapaxes(x, a, b):
    return x.swapaxes(a, b)


@does("matrix_transpose", "linalg.matrix_transpose")
def matrix_transpose(x):
    return x.mT


@does("squeeze")
def squeeze(x, axis=None):
    return x.squeeze() if axis is None else x.squeeze(axis)


@does("expand_dims")
def expand_dims(x, axis):
    for a in sorted(axes_of(x, axis)):
        x = x.unsqueeze(a)
    return x


@does("broadcast_to")
def broadcast_to(x, shape):
    return torch.broadcast_to(x, shape)


@does("broadcast_arrays")
def broadcast_arrays(*xs):
    return torch.broadcast_tensors(*xs)


@does("meshgrid")
def meshgrid(*xs, indexing="xy", sparse=False):
    if sparse:
        raise NotInPyTorchError("sparse meshgrid")
    return torch.meshgrid(*xs, indexing=indexing)


for name in ("atleast_1d", "atleast_2d", "atleast_3d", "hstack", "vstack", "dstack", "column_stack"):
    does(name)(lambda x, name=name: getattr(torch, name)(x))


@does("concatenate")
def concatenate(xs, axis=0):
    return torch.cat([as_tensor(x).reshape(-1) if axis is None else as_tensor(x) for x in xs], axis or 0)


@does("stack")
def stack(xs, axis=0):
    return torch.stack(list(xs), axis)


@does("append")
def append(x, y, axis=None):
    return concatenate([x, y], axis)


@does("split", "array_split")
def split(x, indices, axis=0):
    return torch.tensor_split(x, indices, axis)


for name in ("hsplit", "vsplit", "dsplit"):
    does(name)(lambda x, indices, name=name: getattr(torch, name)(x, indices))


@does("unstack")
def unstack(x, axis=0):
    return x.unbind(axis)


@does("tile")
def tile(x, times):
    return x.tile(times)


@does("repeat")
def repeat(x, times, axis=None):
    return torch.repeat_interleave(x, as_tensor(times), axis)


@does("roll")
def roll(x, shift, axis=None):
    return torch.roll(x, shift, axis)


@does("flip")
def flip(x, axis=None):
    return x.flip(axes_of(x, axis))


@does("rot90")
def rot90(x, k=1, axes=(0, 1)):
    return torch.rot90(x, k, axes)


@does("pad")
def pad(x, widths, mode="constant", constant_values=0, **options):
    if mode not in ("constant", "edge", "reflect", "wrap"):
        raise NotInPyTorchError(f"pad by {mode}")
    flat = [n for pair in reversed(widths) for n in pair]
    if mode == "constant":
        return torch.nn.functional.pad(x, flat, value=constant_values)
    theirs = {"edge": "replicate", "wrap": "circular"}.get(mode, mode)
    return torch.nn.functional.pad(x[None, None], flat, mode=theirs)[0, 0]


@does("diagonal")
def diagonal(x, offset=0, axis1=0, axis2=1):
    return x.diagonal(offset, axis1, axis2)


@does("linalg.diagonal")
def linalg_diagonal(x, offset=0):
    return x.diagonal(offset, -2, -1)


@does("diag")
def diag(x, k=0):
    return torch.diag(x, k)


@does("diagflat")
def diagflat(x):
    return torch.diagflat(x)


@does("tril")
def tril(x, k=0):
    return x.tril(k)


@does("triu")
def triu(x, k=0):
    return x.triu(k)


@does("trace")
def trace(x, offset=0, axis1=0, axis2=1):
    return x.diagonal(offset, axis1, axis2).sum(-1)


@does("linalg.trace")
def linalg_trace(x):
    return x.diagonal(0, -2, -1).sum(-1)


# Selection ---------------------------------------------------------------------------------------------------------


@does("take")
def take(x, indices, axis=None):
    indices = as_tensor(indices)
    if axis is None:
        return torch.take(x, indices)
    y = torch.index_select(x, axis, indices.reshape(-1))
    return y.reshape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


@does("take_along_axis")
def take_along_axis(x, indices, axis):
    return torch.take_along_dim(x, as_tensor(indices), axis)


@does("where")
def where(condition, x, y):
    return torch.where(as_tensor(condition), as_tensor(x), as_tensor(y))


@does("extract")
def extract(condition, x):
    return torch.masked_select(x, as_tensor(condition))


@does("sort")
def sort(x, axis=-1):
    return torch.sort(x.reshape(-1), 0)[0] if axis is None else torch.sort(x, axis)[0]


# Products ----------------------------------------------------------------------------------------------------------


@does("vecdot")
def vecdot(x, y):
    return torch.linalg.vecdot(*torch.broadcast_tensors(x, y))


@does("linalg.vecdot")
def linalg_vecdot(x, y, axis=-1):
    return torch.linalg.vecdot(x, y, dim=axis)


@does("dot")
def dot(x, y):
    if x.ndim == 0 or y.ndim == 0:
        return x * y
    return torch.tensordot(x, y, ([-1], [max(y.ndim - 2, 0)]))


@does("tensordot", "linalg.tensordot")
def tensordot(x, y, axes=2):
    return torch.tensordot(x, y, axes)


@does("einsum")
def einsum(subscripts, *xs):
    return torch.einsum(subscripts, *xs)


@does("cross", "linalg.cross")
def cross(x, y, axis=-1):
    return torch.linalg.cross(*torch.broadcast_tensors(x, y), dim=axis)


@does("convolve")
def convolve(x, y, mode="full"):
    n = {"full": len(y) - 1, "valid": 0}
    if mode not in n or len(y) > len(x):
        raise NotInPyTorchError(f"convolve by {mode}")
    return torch.nn.functional.conv1d(x[None, None], y.flip(0)[None, None], padding=n[mode])[0, 0]


@does("correlate")
def correlate(x, y, mode="valid"):
    return convolve(x, y.flip(0), mode)


@does("diff")
def diff(x, n=1, axis=-1, prepend=None, append=None):
    ends = [None if end is None else torch.full((*x.shape[:-1], 1), end, dtype=x.dtype) for end in (prepend, append)]
    return torch.diff(x, n, axis, *ends)


@does("trapezoid")
def trapezoid(y, x=None, axis=-1, dx=1.0):
    return torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y.mT, x)


@does("vander")
def vander(x, N=None, increasing=False):
    return torch.linalg.vander(x, N=N) if increasing else torch.linalg.vander(x, N=N).flip(-1)


@does("linalg.svd")
def svd(x, full_matrices=True, compute_uv=True):
    return tuple(torch.linalg.svd(x, full_matrices=False)) if compute_uv else torch.linalg.svdvals(x)


# Fourier transforms ------------------------------------------------------------------------------------------------

for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    does(f"fft.{name}")(lambda x, n=None, axis=-1, norm=None, name=name: getattr(torch.fft, name)(x, n, axis, norm))
for name in ("fft2", "ifft2", "rfft2", "irfft2"):
    does(f"fft.{name}")(
        lambda x, s=None, axes=(-2, -1), norm=None, name=name: getattr(torch.fft, name)(x, s, axes, norm)
    )
for name in ("fftn", "ifftn", "rfftn", "irfftn"):
    does(f"fft.{name}")(lambda x, s=None, axes=None, norm=None, name=name: getattr(torch.fft, name)(x, s, axes, norm))
for name in ("fftshift", "ifftshift"):
    does(f"fft.{name}")(lambda x, axes=None, name=name: getattr(torch.fft, name)(x, axes))
