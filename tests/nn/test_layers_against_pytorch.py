"""From the same weights, layers and losses give PyTorch's outputs and gradients, by input and by parameters."""

import numpy as np
import pytest

import nn
from autograd import Tensor

RNG = np.random.default_rng(0)
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-10}


def pictures(*shape):
    """Distinct values, so that no window has a tie."""
    return RNG.permutation(np.linspace(-2, 2, int(np.prod(shape)))).reshape(shape)


LAYERS = [
    ("Linear", (3, 4), {}, pictures(5, 3)),
    ("Linear", (3, 4), {"bias": False}, pictures(2, 5, 3)),
    ("Linear", (3, 4), {}, pictures(3)),
    ("Conv2d", (3, 4, 3), {}, pictures(2, 3, 7, 6)),
    ("Conv2d", (3, 4, (3, 2)), {"stride": 2, "padding": 1}, pictures(2, 3, 7, 6)),
    (
        "Conv2d",
        (3, 4, 2),
        {"stride": (1, 3), "padding": (0, 2), "dilation": (2, 1), "bias": False},
        pictures(2, 3, 7, 6),
    ),
    ("Conv2d", (4, 6, 3), {"groups": 2, "padding": 1}, pictures(2, 4, 5, 5)),
    ("Conv2d", (4, 4, 3), {"groups": 4, "dilation": 2}, pictures(2, 4, 7, 7)),
    ("Conv2d", (3, 4, 1), {}, pictures(1, 3, 4, 4)),
    ("Conv2d", (3, 4, 3), {"stride": 3}, pictures(1, 3, 7, 7)),
    ("MaxPool2d", (2,), {}, pictures(2, 3, 6, 7)),
    ("MaxPool2d", (3,), {"stride": 2, "padding": 1}, pictures(2, 3, 7, 6)),
    ("MaxPool2d", ((2, 3),), {"stride": (3, 1), "dilation": (1, 2)}, pictures(2, 3, 8, 9)),
    ("AvgPool2d", (2,), {}, pictures(2, 3, 6, 7)),
    ("AvgPool2d", ((3, 2),), {"stride": (2, 1), "padding": 1}, pictures(2, 3, 7, 6)),
    ("Flatten", (), {}, pictures(2, 3, 4)),
    ("Flatten", (0, 1), {}, pictures(2, 3, 4)),
    ("ReLU", (), {}, pictures(3, 4)),
    ("Tanh", (), {}, pictures(3, 4)),
    ("Sigmoid", (), {}, pictures(3, 4) * 20),
]


def test_every_layer_is_compared():
    compared = {name for name, *_ in LAYERS} | {"CrossEntropyLoss", "MSELoss"}
    others = {
        "Module",
        "Parameter",
        "Sequential",
        "Dropout",
        "data",
        "functional",
        "init",
        "load",
        "load_pytorch",
        "History",
        "EarlyStopping",
        "accuracy",
        "confusion_matrix",
        "save",
    }
    assert compared | others == set(nn.__all__)


def close(ours, theirs, tolerance):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("name", "args", "kwargs", "x"), LAYERS)
def test_outputs_and_gradients(torch, name, args, kwargs, x, dtype):
    ours, theirs = getattr(nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    theirs = theirs.to(getattr(torch, np.dtype(dtype).name))
    state = {key: value.numpy() for key, value in theirs.state_dict().items()}
    for parameter_name, p in ours.named_parameters():
        setattr(ours, parameter_name, nn.Parameter(state[parameter_name]))
        assert p.shape == state[parameter_name].shape
    our_x = Tensor(x.astype(dtype), requires_grad=True)
    their_x = torch.tensor(x.astype(dtype), requires_grad=True)
    y, expected = ours(our_x), theirs(their_x)
    assert y.dtype == dtype
    close(y.data, expected, TOLERANCE[dtype])

    g = RNG.standard_normal(y.shape).astype(dtype)
    y.backward(g)
    expected.backward(torch.tensor(g))
    close(our_x.grad.data, their_x.grad, TOLERANCE[dtype])
    for parameter_name, p in ours.named_parameters():
        close(p.grad.data, dict(theirs.named_parameters())[parameter_name].grad, TOLERANCE[dtype])


CLASSES = RNG.integers(0, 4, 6)
LOSSES = [
    ("MSELoss", {}, (6, 4), RNG.standard_normal((6, 4))),
    ("MSELoss", {"reduction": "sum"}, (6,), RNG.standard_normal(6)),
    ("MSELoss", {"reduction": "none"}, (2, 3), RNG.standard_normal((2, 3))),
    ("CrossEntropyLoss", {}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"reduction": "sum"}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"reduction": "none"}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"label_smoothing": 0.1}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"weight": [0.5, 1.0, 2.0, 3.0]}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"weight": [0.5, 1.0, 2.0, 3.0], "label_smoothing": 0.2}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"ignore_index": int(CLASSES[0])}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {"ignore_index": -1, "label_smoothing": 0.3}, (6, 4), np.where(CLASSES == 1, -1, CLASSES)),
    ("CrossEntropyLoss", {"reduction": "none", "ignore_index": 2, "weight": [1.0, 2.0, 3.0, 4.0]}, (6, 4), CLASSES),
    ("CrossEntropyLoss", {}, (2, 4, 3), CLASSES.reshape(2, 3)),
    ("CrossEntropyLoss", {"label_smoothing": 0.1, "ignore_index": 0}, (1, 4, 2, 3), CLASSES.reshape(1, 2, 3)),
]


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("name", "kwargs", "shape", "target"), LOSSES)
def test_losses_and_their_gradients(torch, name, kwargs, shape, target, dtype):
    their_kwargs = dict(kwargs)
    if "weight" in kwargs:
        their_kwargs["weight"] = torch.tensor(kwargs["weight"], dtype=getattr(torch, np.dtype(dtype).name))
    ours, theirs = getattr(nn, name)(**kwargs), getattr(torch.nn, name)(**their_kwargs)
    scores = (3 * RNG.standard_normal(shape)).astype(dtype)
    target = target.astype(dtype) if name == "MSELoss" else target
    our_x, their_x = Tensor(scores, requires_grad=True), torch.tensor(scores, requires_grad=True)
    y, expected = ours(our_x, target), theirs(their_x, torch.tensor(target))
    assert y.dtype == dtype
    close(y.data, expected, TOLERANCE[dtype])
    g = RNG.standard_normal(y.shape).astype(dtype)
    y.backward(g)
    expected.backward(torch.tensor(g))
    close(our_x.grad.data, their_x.grad, TOLERANCE[dtype])


@pytest.mark.parametrize("name", ["Linear", "Conv2d"])
def test_initial_weights_have_pytorchs_distribution(torch, name):
    args = (20, 500) if name == "Linear" else (2, 500, 3)
    torch.manual_seed(0)
    ours, theirs = getattr(nn, name)(*args, rng=np.random.default_rng(0)), getattr(torch.nn, name)(*args)
    for parameter_name, p in ours.named_parameters():
        expected = dict(theirs.named_parameters())[parameter_name].detach().numpy()
        assert p.shape == expected.shape
        assert np.abs(p.data).max() == pytest.approx(np.abs(expected).max(), rel=0.02)
        assert p.data.std() == pytest.approx(expected.std(), rel=0.1)


def test_state_dicts_go_both_ways(torch):
    ours = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
    theirs = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8, 3))
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    x = RNG.standard_normal((2, 1, 4, 4)).astype(np.float32)
    close(ours(Tensor(x)).data, theirs(torch.tensor(x)), 1e-5)
    theirs.load_state_dict({name: torch.tensor(value + 1) for name, value in ours.state_dict().items()})
    assert not np.allclose(ours(Tensor(x)).data, theirs(torch.tensor(x)).detach().numpy())
