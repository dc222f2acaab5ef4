"""Exported models give in onnxruntime what they give here, for batches of any size; what cannot be is refused."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad
from nn import functional as F
from tests.nn.test_models_of_pytorch import lenet, resnet18

onnx = pytest.importorskip("onnx", reason="onnx is an extra")
onnxruntime = pytest.importorskip("onnxruntime", reason="the oracle of exported files")


def run(path, x):
    (y,) = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(["output"], {"input": x})
    return y


def check(model, shape, folder):
    """onnxruntime's output of the exported model is ours, to 1e-5 of its size, for batches of 1 and 5."""
    rng = np.random.default_rng(0)
    for tensor in [*model.parameters(), *model.buffers()]:  # the first ones of BatchNorm, 0 and 1, would hide mistakes
        if tensor.dtype == np.float32:
            low, high = (-1, 1) / np.sqrt(tensor[0].size) if tensor.ndim > 1 else (0.5, 1.5)
            tensor.data = rng.uniform(low, high, tensor.shape)
    path = folder / "model.onnx"
    nn.onnx.export(model, path, shape)
    for n in (1, 5):
        x = (2 * rng.standard_normal((n, *shape))).astype(np.float32)
        expected = model.eval()(Tensor(x)).data
        scale = max(1, np.abs(expected).max())
        np.testing.assert_allclose(run(path, x) / scale, expected / scale, rtol=0, atol=1e-5)


PICTURES = (4, 9, 8)
ACTIVATIONS = [
    *(nn.ReLU(), nn.LeakyReLU(), nn.LeakyReLU(0.3), nn.ELU(), nn.ELU(0.5), nn.SELU(), nn.GELU(), nn.GELU("tanh")),
    *(nn.SiLU(), nn.Mish(), nn.Softplus(), nn.Softplus(2.0, 1.0), nn.Softsign(), nn.Hardtanh(), nn.Hardtanh(-0.5, 2.0)),
    *(nn.Hardswish(), nn.Sigmoid(), nn.LogSigmoid(), nn.Tanh(), nn.Softmax(), nn.Softmax(1), nn.LogSoftmax(), nn.GLU()),
    *(nn.PReLU(), nn.PReLU(6), nn.Identity(), nn.Dropout()),
]
LAYERS = [
    *((nn.Conv2d(4, 6, 3, **options), PICTURES) for options in ({}, {"stride": 2, "padding": 1}, {"bias": False})),
    *((nn.Conv2d(4, 6, (3, 2), padding="same", dilation=d), PICTURES) for d in (1, 2)),
    (nn.Conv2d(4, 8, 3, padding=(2, 1), groups=4), PICTURES),
    *((nn.Conv2d(4, 4, 3, padding=(2, 1), padding_mode=m), PICTURES) for m in ("reflect", "replicate", "circular")),
    (nn.Conv1d(4, 6, 4, padding="same", padding_mode="circular"), (4, 9)),
    (nn.Conv1d(4, 6, 3, 2, 2, dilation=2, groups=2), (4, 9)),
    (nn.Conv3d(2, 3, (2, 3, 2), (1, 2, 1), (1, 0, 2)), (2, 4, 5, 3)),
    (nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, groups=2), (4, 9)),
    (nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), (1, 2), dilation=(2, 1)), PICTURES),
    *((nn.MaxPool2d(3, 2, 1, ceil_mode=ceil), PICTURES) for ceil in (False, True)),
    (nn.MaxPool2d((3, 2), dilation=(2, 3)), PICTURES),
    (nn.MaxPool1d(3), (4, 9)),
    *((nn.AvgPool2d(3, 2, 1, ceil, count), PICTURES) for ceil in (False, True) for count in (False, True)),
    (nn.AvgPool2d((3, 2), divisor_override=5), PICTURES),
    (nn.AvgPool1d(3, 2, 1), (4, 9)),
    (nn.AdaptiveAvgPool2d(1), PICTURES),
    (nn.AdaptiveAvgPool2d((3, None)), PICTURES),
    (nn.AdaptiveMaxPool2d((9, 2)), PICTURES),
    *((nn.Upsample(scale_factor=2, mode=mode), PICTURES) for mode in ("nearest", "bilinear")),
    (nn.Upsample((12, 7), mode="bilinear", align_corners=True), PICTURES),
    (nn.Upsample((5, 16)), PICTURES),
    (nn.Upsample(scale_factor=(1.5, 0.7), mode="bilinear"), PICTURES),
    (nn.Upsample(7, mode="linear"), (4, 9)),
    (nn.ZeroPad2d((1, 2, 0, -3)), PICTURES),
    (nn.BatchNorm2d(4), PICTURES),
    (nn.BatchNorm2d(4, affine=False, eps=1e-3), PICTURES),
    (nn.BatchNorm1d(4), (4, 9)),
    (nn.BatchNorm1d(6), (6,)),
    (nn.LayerNorm(8), PICTURES),
    (nn.LayerNorm((9, 8), elementwise_affine=False), PICTURES),
    (nn.GroupNorm(2, 4), PICTURES),
    (nn.GroupNorm(4, 4, affine=False), (4, 9)),
    (nn.PReLU(4), PICTURES),
    *((nn.Flatten(*axes), PICTURES) for axes in ((), (2,), (1, 2), (0, 1), (0, -1))),
    (nn.Unflatten(1, (2, -1)), PICTURES),
    (nn.Unflatten(-1, (2, 4)), PICTURES),
    (nn.Linear(8, 3), PICTURES),
    (nn.Linear(8, 3, bias=False), (8,)),
]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_a_dense_net_of_every_activation(activation, tmp_path):
    width = 3 if isinstance(activation, nn.GLU) else 6
    check(nn.Sequential(nn.Linear(5, 6), activation, nn.Linear(width, 3)), (5,), tmp_path)


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: repr(value).replace(" ", ""))
def test_every_layer_with_its_options(layer, shape, tmp_path):
    check(layer, shape, tmp_path)


def test_every_layer_of_the_table_is_tested():
    from nn.onnx.layers import LAYERS as TABLE

    assert set(TABLE) <= {type(layer) for layer, _ in LAYERS} | {type(layer) for layer in ACTIVATIONS}


def test_lenet(tmp_path):
    check(lenet(nn), (1, 28, 28), tmp_path)


def test_resnet18(tmp_path):
    check(resnet18(nn), (3, 64, 64), tmp_path)


class Attentive(nn.Module):
    """What stands between layers: a gate for each channel, paths joined, a layer used twice, a tied weight."""

    def __init__(self):
        self.conv = nn.Conv2d(4, 4, 3, padding="same")
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 4, 1), nn.Sigmoid())
        self.scale = nn.Parameter(np.float32([2, 3, 4, 5]))
        self.offset = nn.Buffer(np.zeros((4, 9, 8), np.float32))
        self.code = nn.Linear(8 * 9 * 8, 20)

    def forward(self, x):
        y = F.relu(self.conv(F.silu(self.conv(x))))
        y = np.concatenate([y * self.gate(y), 1 - x / 3 + self.offset], axis=1)
        y = F.gelu(y.reshape(len(y), -1)) * 0.5
        code = self.code(y)
        back = F.linear(code, self.code.weight.T)
        return back.reshape(-1, 4) ** 2 @ self.scale


def test_operations_between_layers(tmp_path):
    check(Attentive(), PICTURES, tmp_path)


class Function(nn.Module):
    """A module that computes `function(x, layer)`."""

    def __init__(self, function, layer=None):
        self.inner = nn.Sequential(nn.Identity() if layer is None else layer)
        self.function = function

    def forward(self, x):
        return self.function(x, self.inner)


BETWEEN = {
    "mean of a picture": lambda x: x.mean(axis=(2, 3)),
    "mean of all but the batch": lambda x: x.reshape(len(x), -1).mean(axis=-1, keepdims=True),
    "mean of everything": lambda x: x.mean(),
    "sum": lambda x: x.sum(axis=1),
    "sum of no axis": lambda x: x.sum(axis=()),
    "max and min": lambda x: x.max(axis=-2) - x.min(axis=2),
    "every second": lambda x: x[:, :, ::2, 1:-1],
    "backwards": lambda x: x[:, 3:0:-2, ..., ::-1],
    "one of an axis": lambda x: x[:, 0] + x[:, -1],
    "a new axis": lambda x: x[:, np.int64(1), None, 2:],
    "axes in another order": lambda x: x.transpose(0, -2, 3, 1),
    "two axes changed": lambda x: np.swapaxes(x, 1, -1),
    "all axes the other way round": lambda x: x.T,
    "side by side in the last axis": lambda x: np.concatenate([x, -x], axis=-1),
    "an axis of 1 and back": lambda x: np.squeeze(np.expand_dims(x, 1), 1),
}


@pytest.mark.parametrize("function", BETWEEN.values(), ids=BETWEEN)
def test_what_moves_and_sums_between_layers(function, tmp_path):
    check(Function(lambda x, layer: function(layer(x)), nn.Linear(8, 8)), PICTURES, tmp_path)


@pytest.mark.parametrize("model", [nn.Sequential(), nn.Identity(), nn.RMSNorm(5)], ids=["empty", "identity", "rms"])
def test_models_of_next_to_nothing(model, tmp_path):
    check(model, (5,), tmp_path)


def test_hooks_of_the_user_are_part_of_the_model(tmp_path):
    layer = nn.Linear(5, 4)
    layer.register_forward_hook(lambda module, args, y: y * 2)
    layer.register_forward_pre_hook(lambda module, args: (args[0] + 1,))
    check(nn.Sequential(layer, nn.ReLU()), (5,), tmp_path)


def test_a_frozen_model_where_nothing_is_recorded(tmp_path):
    with no_grad():
        check(lenet(nn).requires_grad_(False), (1, 28, 28), tmp_path)


def test_a_chain_of_ten_thousand_operations(tmp_path):
    def f(x, layer):
        for _ in range(10_000):
            x = -x
        return x

    check(Function(f), (5,), tmp_path)


def test_the_file_has_the_names_of_the_model(tmp_path):
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Dropout())
    nn.onnx.export(model, str(tmp_path / "model.onnx"), (5,))
    graph = onnx.load(tmp_path / "model.onnx").graph
    state = {name: value for name, value in model.state_dict().items() if name != "1.num_batches_tracked"}
    assert {t.name for t in graph.initializer} == set(state)
    for tensor in graph.initializer:
        np.testing.assert_array_equal(onnx.numpy_helper.to_array(tensor), state[tensor.name])
    shapes = [
        [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (graph.input[0], graph.output[0])
    ]
    assert shapes == [["N", 5], ["N", 4]]
    assert [node.name for node in graph.node][:2] == ["0.Transpose_0", "0.MatMul_1"]


def test_the_model_stays_as_it_was(tmp_path):
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4).eval(), nn.ReLU())
    before = model.state_dict()
    nn.onnx.export(model, tmp_path / "model.onnx", (5,))
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    nodes = onnx.load(tmp_path / "model.onnx").graph.node
    nn.onnx.export(model, tmp_path / "model.onnx", (5,))
    assert onnx.load(tmp_path / "model.onnx").graph.node == nodes


REFUSED = {
    "a layer that is not covered": (
        nn.Sequential(nn.Flatten(2), nn.TransformerEncoderLayer(12, 3)),
        (5, 4, 3),
        r"1.self_attn \(MultiheadAttention\): an array of shape .* there is neither a parameter nor a buffer",
    ),
    "places chosen by their numbers": (
        Function(lambda x, layer: x[:, [2, 0]]),
        (5,),
        r"Function: the operation 'getitem' cannot be exported.*means and sums, slices, transpose",
    ),
    "a truth value as an index": (Function(lambda x, layer: x[:, True]), (5,), "the operation 'getitem' cannot be"),
    "parts of all axes in a row": (
        Function(lambda x, layer: np.concatenate([x, x], axis=None)),
        (5,),
        "the operation 'concatenate' cannot be exported",
    ),
    "an embedding": (
        nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 2)),
        (4,),
        r"0 \(Embedding\): an exported file is fed floating point numbers, not indices",
    ),
    "an operation": (
        Function(lambda x, layer: np.cumsum(x, axis=1)),
        (5,),
        r"Function: the operation 'cumsum' cannot be exported",
    ),
    "an operation inside": (
        nn.Sequential(nn.ReLU(), Function(lambda x, layer: F.conv1d(x, Tensor(np.ones((4, 4, 3)))))),
        (4, 9),
        r"1 \(Function\): the operation 'sliding_windows' cannot be exported.*nn.Conv2d, not functional",
    ),
    "uneven windows": (
        nn.Sequential(nn.AdaptiveAvgPool2d(4)),
        PICTURES,
        r"0 \(AdaptiveAvgPool2d\): \(9, 8\) does not divide evenly into \(4, 4\) windows",
    ),
    "statistics of the batch": (
        nn.Sequential(nn.BatchNorm1d(5, track_running_stats=False)),
        (5,),
        r"0 \(BatchNorm1d\): it has no running mean",
    ),
    "an array that is no buffer": (
        Function(lambda x, layer: x + np.arange(10, dtype=np.float32)),
        (10,),
        r"Function: an array of shape \(10,\) there is neither a parameter nor a buffer",
    ),
    "a function that looks at the values": (
        Function(lambda x, layer: x * np.where(x.data[0, :3] > 0, 1, 0.1)),
        (3,),
        "Function: Mul differs between two batches",
    ),
    "another way for other values": (
        Function(lambda x, layer: layer(x) if len(x) > 2 else layer(x) + x, nn.Linear(5, 5)),
        (5,),
        "Function: (Add|Identity) differs between two batches",
    ),
    "the size of the batch": (Function(lambda x, layer: x / len(x)), (5,), "Function: Div differs between two batches"),
    "what is cut off the graph": (
        Function(lambda x, layer: layer(x.detach()), nn.Linear(5, 4)),
        (5,),
        r"inner.0 \(Linear\): an array of shape \(2, 5\) there is neither",
    ),
    "what is not recorded": (
        Function(no_grad()(lambda x, layer: x * 2)),
        (5,),
        r"Function: its input or output there comes from no operation that was recorded",
    ),
    "two outputs": (Function(lambda x, layer: (x, x)), (5,), "Function returns tuple, and one Tensor is expected"),
}


@pytest.mark.parametrize(("model", "shape", "words"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_exported_is_refused_by_its_place(model, shape, words, tmp_path):
    with pytest.raises(nn.onnx.ExportError, match=words):
        nn.onnx.export(model, tmp_path / "model.onnx", shape)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dtype", [np.float64, np.float16])
@pytest.mark.parametrize(
    "layers",
    [
        lambda: [nn.Conv2d(1, 2, 3, padding="same", padding_mode="circular"), nn.BatchNorm2d(2), nn.GELU("tanh")],
        lambda: [nn.Conv2d(1, 2, 3), nn.Softplus(2.0, 1.0), nn.Upsample(scale_factor=2), nn.Hardtanh(-0.5, 2.0)],
        lambda: [nn.Flatten(), nn.Linear(25, 4), nn.LayerNorm(4), nn.PReLU(), nn.Linear(4, 4), nn.Softmax()],
        lambda: [Function(lambda x, layer: x * 2.5 + np.exp(-x).mean(axis=1, keepdims=True))],
    ],
)
def test_a_model_of_another_precision_is_exported_in_float32(layers, dtype, tmp_path):
    model = nn.Sequential(*layers()).to(dtype).eval()
    nn.onnx.export(model, tmp_path / "model.onnx", (1, 5, 5))
    x = np.random.default_rng(0).standard_normal((3, 1, 5, 5)).astype(np.float32)
    found = run(tmp_path / "model.onnx", x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, model(Tensor(x.astype(dtype))).data, atol=1e-5 if dtype == np.float64 else 1e-2)


def test_complex_models_are_refused(tmp_path):
    with pytest.raises(nn.onnx.ExportError, match="Linear computes with complex128, and only floating point numbers"):
        nn.onnx.export(nn.Linear(3, 2).to(np.complex128), tmp_path / "model.onnx", (3,))


def test_a_model_that_cannot_be_written_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    nn.onnx.export(nn.Linear(3, 2), path, (3,))
    old = path.read_bytes()

    def full(descriptor):
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="full"):
        nn.onnx.export(nn.Linear(3, 4), path, (3,))
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_only_modules_are_exported(tmp_path):
    with pytest.raises(TypeError, match=r"export takes an nn\.Module, not function"):
        nn.onnx.export(lambda x: x, tmp_path / "model.onnx", (3,))


def test_a_shape_that_does_not_fit_is_the_models_error(tmp_path):
    with pytest.raises(ValueError, match=r"0 \(Linear\): expected input of shape \(\.\.\., 5\), given \(2, 4\)"):
        nn.onnx.export(nn.Sequential(nn.Linear(5, 4)), tmp_path / "model.onnx", (4,))


def test_without_the_package_the_error_says_what_to_install():
    code = (
        "import sys, nn; assert 'onnx' not in sys.modules; sys.modules['onnx'] = None\n"
        "try: nn.onnx.export(nn.Linear(2, 1), 'x.onnx', (2,))\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == 'nn.onnx.export needs the package onnx: pip install "glassgrad[onnx]".\n'


class Meeting(nn.Module):
    """Gives back its input, after another thread has run the model."""

    model = None

    def forward(self, x):
        model, Meeting.model = Meeting.model, None
        if model is not None:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(model, np.zeros((7, 3), np.float32)).result()
        return x


def test_calls_of_other_threads_are_not_in_the_file(tmp_path):
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), Meeting(), nn.Linear(4, 2, rng=1))
    nn.onnx.export(model, tmp_path / "alone.onnx", (3,))
    Meeting.model = model
    nn.onnx.export(model, tmp_path / "model.onnx", (3,))
    assert (tmp_path / "model.onnx").read_bytes() == (tmp_path / "alone.onnx").read_bytes()
    check(model, (3,), tmp_path)
