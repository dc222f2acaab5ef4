"""Random programs of Tensors give PyTorch's values, first and second derivatives, in float64 to 1e-9."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Tensor, gradients

torch = pytest.importorskip("torch", reason="PyTorch, the oracle of this test, is not installed")

UNARY = {
    "negative": (np.negative, torch.neg),
    "tanh": (np.tanh, torch.tanh),
    "sigmoid": (autograd.sigmoid, torch.sigmoid),
    "exp": (lambda x: np.exp(np.tanh(x)), lambda x: torch.exp(torch.tanh(x))),
    "log": (lambda x: np.log(1.5 + np.tanh(x)), lambda x: torch.log(1.5 + torch.tanh(x))),
    "sqrt": (lambda x: np.sqrt(0.5 + x * x), lambda x: torch.sqrt(0.5 + x * x)),
    "absolute": (np.abs, torch.abs),
    "square": (lambda x: x**2, lambda x: x**2),
    "cube": (lambda x: np.tanh(x) ** 3, lambda x: torch.tanh(x) ** 3),
    "power": (lambda x: (1.5 + np.tanh(x)) ** -1.5, lambda x: (1.5 + torch.tanh(x)) ** -1.5),
    "transpose": (lambda x: x.T, lambda x: x.T if x.ndim == 2 else x),
    "flatten": (lambda x: x.reshape(-1), lambda x: x.reshape(-1)),
    "reversed": (lambda x: x[::-1] if x.ndim else x, lambda x: x.flip(0) if x.ndim else x),
    "repeated": (lambda x: x[[0, 0, -1]] if x.ndim else x, lambda x: x[[0, 0, -1]] if x.ndim else x),
    "positive": (
        lambda x: x.reshape(-1)[(x > 0).reshape(-1)].sum(),
        lambda x: x.reshape(-1)[(x > 0).reshape(-1)].sum(),
    ),
    "padded": (
        lambda x: np.pad(x, 1) if x.ndim else x,
        lambda x: torch.nn.functional.pad(x, (1, 1) * x.ndim) if x.ndim else x,
    ),
    "windows": (
        lambda x: autograd.sliding_windows(x, (2,)).sum(axis=-1) if x.ndim and x.shape[-1] > 1 else x,
        lambda x: x.unfold(-1, 2, 1).sum(-1) if x.ndim and x.shape[-1] > 1 else x,
    ),
    **{
        name: (lambda x, f=getattr(np, name): f(np.tanh(x)), lambda x, f=getattr(torch, name): f(torch.tanh(x)))
        for name in ("sin", "cos", "sinh", "cosh", "arctan", "arcsinh", "expm1", "exp2", "square", "negative")
    },
    **{
        name: (
            lambda x, f=getattr(np, name): f(0.7 * np.tanh(x)),
            lambda x, f=getattr(torch, name): f(0.7 * torch.tanh(x)),
        )
        for name in ("arcsin", "arccos", "arctanh", "tan")
    },
    **{
        name: (
            lambda x, f=getattr(np, name): f(1.5 + np.tanh(x)),
            lambda x, f=getattr(torch, name): f(1.5 + torch.tanh(x)),
        )
        for name in ("log2", "log10", "log1p", "reciprocal", "sinc")
    },
    "prod": (lambda x: np.prod(np.tanh(x)), lambda x: torch.tanh(x).prod()),
    "cumsum": (lambda x: np.cumsum(x, 0) if x.ndim else x, lambda x: x.cumsum(0) if x.ndim else x),
    "cumprod": (
        lambda x: np.cumprod(np.tanh(x), 0) if x.ndim else x,
        lambda x: torch.tanh(x).cumprod(0) if x.ndim else x,
    ),
    "var": (lambda x: np.var(x) * 0.1, lambda x: x.var(correction=0) * 0.1),
    "norm": (lambda x: np.linalg.norm(x + 3), lambda x: torch.linalg.vector_norm(x + 3)),
    "sorted": (lambda x: np.sort(x) if x.ndim else x, lambda x: x.sort()[0] if x.ndim else x),
    "median": (
        lambda x: np.median(np.append(x, [0.1, 0.2]))[None],
        lambda x: torch.cat([x.reshape(-1), torch.tensor([0.1, 0.2], dtype=x.dtype)]).quantile(0.5)[None],
    ),
    "clip": (lambda x: np.clip(x, -0.4, 0.6), lambda x: x.clip(-0.4, 0.6)),
    "tile": (lambda x: np.tile(x.reshape(-1), 2), lambda x: x.reshape(-1).tile(2)),
    "roll": (lambda x: np.roll(x, 1), lambda x: x.roll(1)),
    "triu": (lambda x: np.triu(x) if x.ndim == 2 else x, lambda x: x.triu() if x.ndim == 2 else x),
    "diagonal": (lambda x: np.diagonal(x) if x.ndim == 2 else x, lambda x: x.diagonal() if x.ndim == 2 else x),
    "inverse": (
        lambda x: np.linalg.inv(np.eye(3) * 3 + np.tanh(x)) if x.shape == (3, 3) else x,
        lambda x: torch.linalg.inv(torch.eye(3, dtype=x.dtype) * 3 + torch.tanh(x)) if x.shape == (3, 3) else x,
    ),
    "determinant": (
        lambda x: np.linalg.det(np.eye(3) * 2 + np.tanh(x)) if x.shape == (3, 3) else x,
        lambda x: torch.linalg.det(torch.eye(3, dtype=x.dtype) * 2 + torch.tanh(x)) if x.shape == (3, 3) else x,
    ),
    "spectrum": (
        lambda x: np.abs(np.fft.fft(x) + 3) if x.ndim else x,
        lambda x: (torch.fft.fft(x) + 3).abs() if x.ndim else x,
    ),
    "sum": (lambda x: x.sum(), lambda x: x.sum()),
    "mean of rows": (
        lambda x: x.mean(axis=-1, keepdims=True) if x.ndim else x,
        lambda x: x.mean(-1, keepdim=True) if x.ndim else x,
    ),
    "max": (lambda x: x.max(axis=0) if x.ndim else x, lambda x: x.amax(0) if x.ndim else x),
    "min": (lambda x: x.min(axis=0) if x.ndim else x, lambda x: x.amin(0) if x.ndim else x),
    "logsumexp": (
        lambda x: autograd.logsumexp(x, axis=-1) if x.ndim else x,
        lambda x: torch.logsumexp(x, -1) if x.ndim else x,
    ),
}
BINARY = {
    "add": (np.add, torch.add),
    "subtract": (np.subtract, torch.subtract),
    "multiply": (lambda x, y: np.tanh(x) * y, lambda x, y: torch.tanh(x) * y),
    "divide": (lambda x, y: x / (1 + y * y), lambda x, y: x / (1 + y * y)),
    "hypot": (lambda x, y: np.hypot(x + 3, y), lambda x, y: torch.hypot(x + 3, y)),
    "arctan2": (lambda x, y: np.arctan2(x, 3 + np.tanh(y)), lambda x, y: torch.arctan2(x, 3 + torch.tanh(y))),
    "logaddexp": (np.logaddexp, torch.logaddexp),
    "dot": (
        lambda x, y: np.dot(x.reshape(-1), np.resize(y, x.size)) if x.size == y.size else x * y,
        lambda x, y: x.reshape(-1) @ y.reshape(-1) if x.numel() == y.numel() else x * y,
    ),
    "maximum": (np.maximum, torch.maximum),
    "minimum": (np.minimum, torch.minimum),
    "where": (lambda x, y: np.where(x > 0, x, y), lambda x, y: torch.where(x > 0, x, y)),
    "outer": (
        lambda x, y: np.einsum("i,j->ij", x.reshape(-1), y.reshape(-1)) / 4,
        lambda x, y: torch.einsum("i,j->ij", x.reshape(-1), y.reshape(-1)) / 4,
    ),
    "matmul": (
        lambda x, y: np.tanh(x) @ y if x.ndim and y.ndim and x.shape[-1] == y.shape[max(0, y.ndim - 2)] else x + y,
        lambda x, y: torch.tanh(x) @ y if x.ndim and y.ndim and x.shape[-1] == y.shape[max(0, y.ndim - 2)] else x + y,
    ),
    "concatenate": (
        lambda x, y: np.concatenate([x.reshape(-1), y.reshape(-1)]),
        lambda x, y: torch.cat([x.reshape(-1), y.reshape(-1)]),
    ),
    "stack": (
        lambda x, y: np.stack([x, y]) if x.shape == y.shape and x.ndim < 2 else x,
        lambda x, y: torch.stack([x, y]) if x.shape == y.shape and x.ndim < 2 else x,
    ),
}


def broadcast(x, y):
    try:
        return len(np.broadcast_shapes(x.shape, y.shape)) <= 2
    except ValueError:
        return False


@st.composite
def programs(draw):
    """Shapes of leaves, and steps: the name of a function and which earlier values it takes."""
    leaves = draw(st.lists(st.sampled_from([(), (1,), (3,), (2, 3), (3, 1), (3, 3)]), min_size=1, max_size=4))
    steps, count = [], len(leaves)
    for _ in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from(sorted(UNARY | BINARY)))
        operands = [draw(st.integers(max(0, count - 6), count - 1)) for _ in range(1 + (name in BINARY))]
        steps.append((name, operands))
        count += 1
    return leaves, steps


def run(steps, values, side):
    """The values of a program, on Tensors (side 0) or in PyTorch (side 1); a step that shapes forbid is left out."""
    values = list(values)
    for name, operands in steps:
        xs = [values[i] for i in operands]
        small = all(x.ndim <= 2 and np.prod(x.shape) <= 30 for x in xs)
        fits = small and (len(xs) == 1 or name in ("outer", "concatenate") or broadcast(*xs))
        values.append((UNARY | BINARY)[name][side](*xs) if fits else xs[0])
    return values


@settings(max_examples=1000)
@given(programs(), st.integers(0, 2**31))
def test_values_and_gradients_agree(program, seed):
    shapes, steps = program
    rng = np.random.default_rng(seed)
    arrays = [rng.standard_normal(shape) for shape in shapes]
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]

    our_values, their_values = run(steps, ours, 0), run(steps, theirs, 1)
    for y, expected in zip(our_values, their_values, strict=True):
        np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-9, atol=1e-9)

    our_total = sum(np.tanh(y).sum() for y in our_values)
    their_total = sum(torch.tanh(y).sum() for y in their_values)
    first = gradients(our_total, ours, create_graph=True)
    their_first = torch.autograd.grad(their_total, theirs, create_graph=True)
    compare(first, their_first)

    our_slope = sum((g * g).sum() for g in first)
    their_slope = sum((g * g).sum() for g in their_first)
    if their_slope.requires_grad:
        second = gradients(our_slope, ours, allow_unused=True)
        compare(second, torch.autograd.grad(their_slope, theirs, allow_unused=True))


def compare(ours, theirs):
    for g, expected in zip(ours, theirs, strict=True):
        found = np.zeros(()) if g is None else g.data
        wanted = np.zeros(()) if expected is None else expected.detach().numpy()
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)
