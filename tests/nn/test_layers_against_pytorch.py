"""From the same weights, layers and losses give PyTorch's outputs and gradients, by inputs and by parameters."""

import numpy as np
import pytest

import nn
from autograd import Tensor
from tests.nn.layer_cases import CASES

TOLERANCE = {np.float32: 1e-5, np.float64: 1e-10}

TESTED_ELSEWHERE = {
    "Buffer": "test_module.py",
    "Dropout": "test_dropout.py",
    "Dropout2d": "test_dropout.py",
    "EarlyStopping": "test_history.py",
    "History": "test_history.py",
    "Module": "test_module.py",
    "NetPicture": "draw/",
    "ModuleDict": "test_containers.py",
    "ModuleList": "test_containers.py",
    "Parameter": "test_module.py",
    "PositionalEncoding": "test_positional_encoding.py",
    "Sequential": "test_containers.py",
    "Summary": "test_summary.py",
    "TransformerEncoder": "test_models_of_pytorch.py",
    "accuracy": "test_metrics.py",
    "confusion_matrix": "test_metrics.py",
    "data": "data/",
    "draw": "draw/",
    "functional": "test_functional.py",
    "init": "test_init.py",
    "load": "test_saving.py",
    "load_pytorch": "test_pytorch_files.py",
    "onnx": "test_onnx.py",
    "plot": "plot/",
    "save": "test_saving.py",
    "summary": "test_summary.py",
}


def test_every_layer_is_compared():
    assert {case.name for case in CASES} | set(TESTED_ELSEWHERE) == set(nn.__all__)


def as_theirs(torch, x, dtype):
    """What PyTorch gets for an argument: arrays as its tensors, of floating point numbers in this dtype."""
    if isinstance(x, tuple):
        return tuple(as_theirs(torch, part, dtype) for part in x)
    if not isinstance(x, np.ndarray):
        return x
    return torch.tensor(x.astype(dtype) if x.dtype == np.float64 else x)


def as_ours(x, dtype):
    if isinstance(x, tuple):
        return tuple(as_ours(part, dtype) for part in x)
    if not isinstance(x, np.ndarray):
        return x
    return Tensor(x.astype(dtype) if x.dtype == np.float64 else x)


def flat(values):
    """The tensors in nested tuples, in order."""
    if isinstance(values, tuple):
        return [tensor for value in values for tensor in flat(value)]
    return [] if values is None else [values]


def made(torch, case, dtype):
    """The layer here and in PyTorch, with the same parameters, in this dtype."""
    theirs = getattr(torch.nn, case.name)(*case.args, **as_kwargs(torch, case.kwargs, dtype))
    ours = getattr(nn, case.name)(*case.args, **{name: as_ours(x, dtype) for name, x in case.kwargs.items()})
    theirs.to(getattr(torch, np.dtype(dtype).name))
    rng = np.random.default_rng(1)
    for parameter in theirs.parameters():  # those that start as 0 or 1 would tell little
        noise = rng.uniform(-0.3, 0.3, parameter.shape) if parameter.ndim < 2 else np.zeros(parameter.shape)
        parameter.data += torch.tensor(noise, dtype=parameter.dtype)
    ours.to(dtype).load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    return ours, theirs


def as_kwargs(torch, kwargs, dtype):
    return {name: as_theirs(torch, x, dtype) for name, x in kwargs.items()}


def close(ours, theirs, dtype):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def wanted(tensors):
    """Those of floating point numbers, set to require a gradient."""
    found = []
    for x in flat(tensors):
        if (x.dtype.kind in "f") if isinstance(x, Tensor) else x.is_floating_point():
            x.requires_grad = True
            found.append(x)
    return found


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides", "ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("dtype", TOLERANCE, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_outputs_and_gradients(torch, case, dtype):
    ours, theirs = made(torch, case, dtype)
    our_inputs, their_inputs = as_ours(case.inputs, dtype), as_theirs(torch, case.inputs, dtype)
    our_wanted, their_wanted = wanted(our_inputs), wanted(their_inputs)
    our_call = {name: as_ours(x, dtype) for name, x in case.call.items()}
    ys = flat(ours(*our_inputs, **our_call))
    expected = flat(theirs(*their_inputs, **as_kwargs(torch, case.call, dtype)))
    assert len(ys) == len(expected)
    rng, loss, their_loss = np.random.default_rng(2), 0, 0
    for y, their_y in zip(ys, expected, strict=True):
        assert y.dtype == dtype
        assert y.shape == tuple(their_y.shape)
        close(y.data, their_y, dtype)
        g = rng.standard_normal(y.shape).astype(dtype)
        loss, their_loss = loss + (y * Tensor(g)).sum(), their_loss + (their_y * torch.tensor(g)).sum()
    loss.backward()
    their_loss.backward()
    for x, their_x in zip(our_wanted, their_wanted, strict=True):
        close(x.grad.data, their_x.grad, dtype)
    their_parameters = dict(theirs.named_parameters())
    assert list(their_parameters) == [name for name, _ in ours.named_parameters()]
    for name, parameter in ours.named_parameters():
        close(parameter.grad.data, their_parameters[name].grad, dtype)


HAVE_STATE = list({case.name: case for case in CASES if case.args and "Pool" not in case.name}.values())


@pytest.mark.parametrize("case", HAVE_STATE, ids=lambda case: case.name)
def test_state_dicts_have_pytorchs_names_shapes_and_dtypes_and_load_there(torch, case):
    ours, theirs = made(torch, case, np.float32)
    state, expected = ours.state_dict(), theirs.state_dict()
    assert list(state) == list(expected)
    for name, value in state.items():
        assert (value.shape, value.dtype) == (expected[name].numpy().shape, expected[name].numpy().dtype)
    theirs.load_state_dict({name: torch.tensor(value + 1) for name, value in state.items()})
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), state[name] + 1)


@pytest.mark.parametrize("case", [case for case in CASES if "BatchNorm" in case.name], ids=str)
def test_batch_norm_follows_pytorch_over_steps_of_training_and_in_evaluation(torch, case):
    ours, theirs = made(torch, case, np.float64)
    rng = np.random.default_rng(3)
    for training in (True, True, False, True, False):
        ours.train(training)
        theirs.train(training)
        x = 2 + 3 * rng.standard_normal(case.inputs[0].shape)
        our_x, their_x = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        y, their_y = ours(our_x), theirs(their_x)
        close(y.data, their_y, np.float64)
        (y**3).sum().backward()
        (their_y**3).sum().backward()
        np.testing.assert_allclose(our_x.grad.data, their_x.grad.numpy(), rtol=1e-7, atol=1e-8)
        state = ours.state_dict()
        for name, value in theirs.state_dict().items():
            np.testing.assert_allclose(state[name], value.numpy(), rtol=1e-12)


INITIALISED = [
    ("Linear", (20, 500)),
    ("Bilinear", (20, 10, 300)),
    ("Conv1d", (4, 500, 5)),
    ("Conv2d", (2, 500, 3)),
    ("Conv3d", (2, 300, 3)),
    ("ConvTranspose1d", (4, 500, 5)),
    ("ConvTranspose2d", (2, 500, 3)),
    ("Embedding", (100, 50)),
    ("RNN", (30, 300)),
    ("LSTM", (30, 300)),
    ("GRU", (30, 300)),
    ("RNNCell", (30, 300)),
    ("LSTMCell", (30, 300)),
    ("GRUCell", (30, 300)),
    ("MultiheadAttention", (64, 4)),
    ("TransformerEncoderLayer", (64, 4)),
    ("TransformerDecoderLayer", (64, 4)),
    ("PReLU", (3,)),
    ("BatchNorm2d", (3,)),
    ("LayerNorm", (3,)),
    ("GroupNorm", (3, 3)),
    ("RMSNorm", (3,)),
]


@pytest.mark.parametrize(("name", "args"), INITIALISED, ids=[name for name, _ in INITIALISED])
def test_initial_weights_have_pytorchs_distribution(torch, name, args):
    torch.manual_seed(0)
    seeded = {} if "Norm" in name or name == "PReLU" else {"rng": np.random.default_rng(0)}
    ours, theirs = getattr(nn, name)(*args, **seeded).state_dict(), getattr(torch.nn, name)(*args).state_dict()
    assert list(ours) == list(theirs)
    for key, value in ours.items():
        expected = theirs[key].numpy()
        assert value.shape == expected.shape
        assert value.mean() == pytest.approx(expected.mean(), abs=6 * float(expected.std()) / value.size**0.5)
        assert value.std() == pytest.approx(expected.std(), rel=2 / value.size**0.5)
        if value.size > 1000 and name != "Embedding":
            assert np.abs(value).max() == pytest.approx(np.abs(expected).max(), rel=0.04)


def test_every_layer_with_random_weights_is_among_them():
    random = {case.name for case in CASES if hasattr(getattr(nn, case.name)(*case.args, **case.kwargs), "weight")}
    losses = {name for name in random if name.endswith("Loss")}
    assert random - losses - {"BatchNorm1d"} <= {name for name, _ in INITIALISED}
