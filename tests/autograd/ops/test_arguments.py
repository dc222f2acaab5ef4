"""NumPy's less usual arguments: the right derivative, or a refusal in words."""

import numpy as np
import pytest

from autograd import Tensor, checkpoint, grad, gradcheck, hvp, jvp, vjp

RNG = np.random.default_rng(0)


def leaf(*shape):
    return Tensor(RNG.uniform(0.5, 1.5, shape), requires_grad=True)


STACK = np.array([[[2.0, 0.3], [0.1, 2.0]], [[3.0, 0.2], [0.4, 3.0]]])
CALLS = {
    "solve of many matrices and one vector": (lambda a, b: np.linalg.solve(a + STACK, b), (2, 2, 2), (2,)),
    "solve of many matrices and vectors": (lambda a, b: np.linalg.solve(a + STACK, b), (2, 2, 2), (2, 2, 1)),
    "cholesky reads one triangle": (lambda a: np.linalg.cholesky(a + 3 * np.eye(2)), (2, 2)),
    "eigenvalues read the other": (lambda a: np.linalg.eigvalsh(a + np.diag([1, 5]), UPLO="U"), (2, 2)),
    "pinv of a matrix of low rank": (lambda x: np.linalg.pinv(np.outer(x, [1.0, 2.0, 3.0])), (3,)),
    "lstsq, with its singular values": (
        lambda a, b: np.linalg.lstsq(a, b)[0].sum() + np.linalg.lstsq(a, b)[3],
        (4, 2),
        (4,),
    ),
    "ravel by columns": (lambda x: np.ravel(x, "F") * np.arange(6), (2, 3)),
    "ravel as in memory, of a transpose": (lambda x: np.ravel(x.T, "K") * np.arange(6), (2, 3)),
    "reshape by columns": (lambda x: np.reshape(x, (3, -1), order="F") * np.arange(6).reshape(3, 2), (2, 3)),
    "a value with more axes than its place": (lambda x, v: put(x, v), (3,), (1, 2)),
    "hstack into another dtype": (lambda x: np.hstack([x, x], dtype=np.float64), (3,)),
    "concatenate into another dtype": (lambda x: np.concatenate([x, x], dtype=np.complex128), (3,)),
    "stack into another dtype": (lambda x: np.stack([x, x], 1, dtype=np.complex128), (3,)),
    "nansum of a part": (lambda x: np.nansum(x, axis=1, where=[True, False, True], initial=2.0), (2, 3)),
    "var about a given mean": (lambda x, m: np.var(x, axis=0, mean=m), (3, 2), (1, 2)),
    "nanvar of a part": (lambda x: np.nanvar(x, axis=1, where=[True, False, True]), (2, 3)),
    "complex sign of a determinant": (lambda x: np.linalg.slogdet(x + 1j * np.eye(2))[0].imag, (2, 2)),
}


def put(x, v):
    x = x * 1
    x[:2] = v
    return x


@pytest.mark.parametrize("name", CALLS)
def test_derivatives(name):
    function, *shapes = CALLS[name]
    gradcheck(function, [leaf(*shape) for shape in shapes])


def test_whole_numbers_are_averaged_as_numpy_does():
    x = np.array([1, 2, 3, 4])
    for function in (np.var, np.std, np.mean, np.nanvar, np.linalg.norm):
        assert function(Tensor(x)).item() == function(x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ldexp_of_a_large_power(dtype):
    x = dtype(1e-20)
    assert np.ldexp(Tensor(x, requires_grad=True), 130).item() == np.ldexp(x, 130)


def test_tensors_among_the_tangents_stay_on_the_graph():
    v = np.array([1.0, 2.0])
    square = lambda x: (x * x).sum()  # noqa: E731
    assert grad(lambda v: (v * hvp(square, [v], [v])[0]).sum())(v).tolist() == (4 * v).tolist()
    assert grad(lambda t: jvp(np.sin, [v], [t])[1].sum())(v).tolist() == np.cos(v).tolist()
    assert grad(lambda t: vjp(np.sin, v)[1](t)[0].sum())(v).tolist() == np.cos(v).tolist()


def test_requiring_a_gradient_again_changes_nothing():
    x = leaf(3)
    y = (x * 3).sum()
    x.requires_grad = True
    y.backward()
    assert x.grad.data.tolist() == [3, 3, 3]


def test_checkpoint_takes_trees_and_leaves_from_elsewhere():
    w, x = leaf(3), leaf(3)
    checkpoint(lambda xs, *, scale: (xs[0] * xs[1]["w"] * scale).sum())([x, {"w": w}], scale=2.0).backward()
    np.testing.assert_allclose(x.grad.data, 2 * w.data)
    checkpoint(lambda x: (x * w).sum())(x).backward(create_graph=True)
    np.testing.assert_allclose(x.grad.data, 3 * w.data)


REFUSED = [
    (lambda x: np.sum(x, out=np.zeros(())), TypeError, "np.sum cannot write into an array given by out="),
    (lambda x: np.max(x, 0, np.zeros(())), TypeError, "np.max cannot write into an array given by out="),
    (lambda x: np.exp(x.data, out=x), TypeError, "np.exp cannot write into a Tensor given by out="),
    (lambda x: np.concatenate([x, x], out=np.zeros(6)), TypeError, "np.concatenate cannot write"),
    (lambda x: np.exp(x, where=[True, False, True]), TypeError, "np.exp with where= leaves elements undefined"),
    (lambda x: np.var(x, ddof=1, correction=1), ValueError, "ddof=1 and correction=1 are the same"),
    (lambda x: np.cov(x.data[None] * x, aweights=x), TypeError, "no derivative by aweights"),
    (lambda x: np.cov(x, fweights=[0.5, 1, 1]), TypeError, "integers, not float64"),
    (lambda x: np.cov(x, fweights=[1]), ValueError, "fweights are 3 numbers of 0 or more"),
    (lambda x: np.pad(x, 1, "mean", stat_length=0), ValueError, "stat_length must be 1 or more, not 0"),
    (lambda x: np.std(x, mean=[[1.0], [2.0]]), ValueError, r"mean= of shape \(2, 1\) does not fit"),
    (lambda x: x.max(dim=0), TypeError, "np.max of Tensors takes .*not also dim="),
    (lambda x: np.einsum("i", x, dtype=np.float32), TypeError, "np.einsum of Tensors takes .*not also dtype="),
    (lambda x: np.sort(x, order="a"), TypeError, "np.sort of Tensors takes .*not also order="),
    (lambda x: np.linalg.norm(x[None, None], 1), ValueError, "no norm of order 1 over 3 axes: name one, or two"),
    (lambda x: np.linalg.norm(x[0], 1), ValueError, "no norm of order 1 over 0 axes"),
    (lambda x: np.select([x.data > 0], [x, x]), ValueError, "as many conditions as choices, not 1 and 2"),
    (lambda x: np.compress([[True]], x), ValueError, r"must have one axis, not the shape \(1, 1\)"),
    (lambda x: np.cumprod(x[0], 1), ValueError, "axis 1 is out of bounds"),
    (lambda x: np.pad(x, {1: 1}), ValueError, "axis 1 is out of bounds"),
    (lambda x: np.einsum(x, x), TypeError, r"numbers from 0 to 51, not float64 \(3,\)"),
    (lambda x: np.einsum(x, [-1]), TypeError, r"numbers from 0 to 51, not \[-1\]"),
    (lambda x: np.reshape(x, (3, 1), order=3), ValueError, "order must be 'C', 'F' or 'A', not '3'"),
    (lambda x: np.linalg.pinv(x[:, None], 1e-9, rtol=1e-9), ValueError, "can't be both set"),
    (lambda x: grad(lambda a: np.linalg.slogdet(a)[1])(np.zeros((3, 3))), ValueError, "slogdet of a singular matrix"),
    (
        lambda x: np.average(x, weights=[1.0, 2.0]),
        ValueError,
        r"shape \(2,\) fit neither all of a, \(3,\), nor axis=None",
    ),
    (lambda x: np.pad(x, 1, "empty"), ValueError, "pad of Tensors has no mode 'empty'"),
    (lambda x: np.pad(x, ((1, -1),), "mean"), ValueError, "a width is -1"),
    (lambda x: x.sum(dim=0), TypeError, "np.sum of Tensors takes .*not also dim="),
    (lambda x: np.quantile(x.data, x[0]), TypeError, "no derivative here by the probabilities q"),
    (lambda x: np.histogram(x, weights=x), TypeError, "np.histogram has no derivative by its weights"),
    (lambda x: np.quantile(x * 1j, 0.5), TypeError, "no quantile of complex numbers"),
    (lambda x: np.quantile(x[:0], 0.5), IndexError, r"no quantile of nothing: the array has shape \(0,\)"),
    (lambda x: np.quantile(x, 0.5, weights=[1, 1, 1], method="inverted_cdf"), TypeError, "takes no weights="),
    (lambda x: np.average(x, weights=[1, -1, 0]), ZeroDivisionError, "weights of an average add up to 0"),
    (lambda x: np.max(x, where=[True, False, True]), ValueError, "need an initial="),
    (lambda x: np.sum(x, where=np.ones((2, 3), bool)), ValueError, r"where= of shape \(2, 3\) does not fit"),
    (lambda x: np.diff(x, -1), ValueError, "order n must be 0 or more, not -1"),
    (lambda x: np.interp(x, [1.0, 2.0], [1.0]), ValueError, r"as many points xp as values fp, not \(2,\) and \(1,\)"),
    (lambda x: np.interp(x, [1.0, 2.0], [1.0, 2.0], period=0), ValueError, "the period must not be 0"),
    (lambda x: np.convolve(x, x, "zz"), ValueError, "'valid', 'same' or 'full', not 'zz'"),
    (lambda x: np.correlate(x[:0], x), ValueError, "there is nothing to slide"),
    (lambda x: np.ldexp(x, 0.5), TypeError, "ldexp takes whole exponents, not float64"),
    (lambda x: np.cross(x, x[:2]), ValueError, "vectors of three elements, not 3 and 2"),
    (lambda x: np.linalg.outer(x, x[None]), ValueError, r"takes vectors, not shapes \(3,\) and \(1, 3\)"),
    (lambda x: np.vdot(x, x[:2]), ValueError, "as many elements on both sides, not 3 and 2"),
    (lambda x: np.vecdot(x, x[:2]), ValueError, "vectors of one length along axis -1"),
    (lambda x: np.vsplit(x, 2), ValueError, r"vsplit needs two axes or more, not shape \(3,\)"),
    (lambda x: np.reshape(x, (3, 1), order="Z"), ValueError, "order must be 'C', 'F' or 'A', not 'Z'"),
    (lambda x: np.pad(x, 1, "reflect", reflect_type="odd"), ValueError, "no mode 'reflect' with reflect_type='odd'"),
    (lambda x: np.clip(x, 0, min=1), ValueError, "takes each bound once"),
    (lambda x: np.bincount([0, 1], weights=x), ValueError, r"not \(2,\) and \(3,\)"),
    (lambda x: np.linalg.eigh(x), np.linalg.LinAlgError, r"a square matrix is needed, not shape \(3,\)"),
    (lambda x: np.linalg.eigvalsh(x[:, None] * x, UPLO="X"), ValueError, "'L' or 'U', the triangle to read, not 'X'"),
    (lambda x: np.linalg.qr(x[:, None] * x, "complete"), ValueError, "takes mode='reduced' or 'r'.*'complete'"),
    (lambda x: np.linalg.svd(x[:, None]), ValueError, "takes full_matrices=False"),
    (lambda x: np.linalg.pinv(x[:, None] * x, hermitian=True), TypeError, "no hermitian=True"),
    (lambda x: np.linalg.norm(x[:, None], "zz"), ValueError, "no matrix norm of order 'zz'"),
    (lambda x: np.linalg.multi_dot([x]), np.linalg.LinAlgError, r"multi_dot takes matrices.*\[\(3,\)\]"),
    (lambda x: np.linalg.multi_dot([x, x[None]]), ValueError, r"shapes \(3,\) and \(1, 3\) do not fit"),
    (lambda x: put_into_whole_numbers(x), TypeError, "does not fit into a tensor of int64"),
    (lambda x: f"{x:.2f}", TypeError, r"'\.2f' is for one number; this tensor has the shape \(3,\)"),
]


def put_into_whole_numbers(x):
    y = Tensor(np.array([1, 2, 3]))
    y[0] = x[1]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_what_is_refused_says_why(call, error, words):
    with pytest.raises(error, match=words):
        call(leaf(3))
