"""What constructors of layers refuse: every wrong argument is an error that names the layer and the argument."""

import inspect

import numpy as np
import pytest

import nn
from tests.nn.layer_cases import CASES

NAN, INF, HUGE = np.nan, np.inf, 2**40

KINDS = {
    "size": [None, "a", -1, 0, 1.5, NAN, (2,), [], {}, True, 1j, np.ones(2), 2**70],
    "window": [None, "a", 0, -1, 1.5, (1, 2, 3), [], {}, True],
    "probability": [None, "a", -0.1, 1.5, NAN, INF, (0.5,), True],
    "number": [None, "a", NAN, INF, (1,), [], 1j, True],
    "flag": [None, "a", 0, 1, 1.5, (), {}],
    "word": [None, "elu", 1, [], np.ones(2)],
    "dtype": ["a", 1.5, int, [], {}, object],
    "rng": ["a", -1, 1.5, {}],
    "weight": ["a", {}, [NAN], 1j],
}
ARGUMENTS = {
    nn.Linear: {"in_features": "size", "out_features": "size", "bias": "flag", "dtype": "dtype", "rng": "rng"},
    nn.Bilinear: {"in1_features": "size", "in2_features": "size", "out_features": "size", "bias": "flag"},
    nn.Conv1d: {"in_channels": "size", "out_channels": "size", "kernel_size": "window", "groups": "size"},
    nn.Conv2d: {"stride": "window", "dilation": "window", "bias": "flag", "padding_mode": "word", "dtype": "dtype"},
    nn.ConvTranspose2d: {"in_channels": "size", "stride": "window", "dilation": "window", "groups": "size"},
    nn.MaxPool2d: {"kernel_size": "window", "dilation": "window", "ceil_mode": "flag"},
    nn.AvgPool1d: {"kernel_size": "window", "ceil_mode": "flag", "count_include_pad": "flag"},
    nn.BatchNorm1d: {"num_features": "size", "eps": "number", "affine": "flag", "track_running_stats": "flag"},
    nn.LayerNorm: {"eps": "number", "elementwise_affine": "flag", "bias": "flag", "dtype": "dtype"},
    nn.GroupNorm: {"num_groups": "size", "num_channels": "size", "eps": "number", "affine": "flag"},
    nn.Dropout: {"p": "probability", "rng": "rng"},
    nn.Embedding: {"num_embeddings": "size", "embedding_dim": "size", "dtype": "dtype", "rng": "rng"},
    nn.PositionalEncoding: {"d_model": "size", "max_len": "size", "dropout": "probability", "batch_first": "flag"},
    nn.LSTM: {"input_size": "size", "hidden_size": "size", "num_layers": "size", "dropout": "probability"},
    nn.GRU: {"batch_first": "flag", "bidirectional": "flag", "bias": "flag", "dtype": "dtype"},
    nn.RNN: {"nonlinearity": "word"},
    nn.RNNCell: {"input_size": "size", "hidden_size": "size", "nonlinearity": "word", "bias": "flag"},
    nn.MultiheadAttention: {"embed_dim": "size", "num_heads": "size", "dropout": "probability", "batch_first": "flag"},
    nn.TransformerEncoderLayer: {
        "d_model": "size",
        "nhead": "size",
        "dim_feedforward": "size",
        "dropout": "probability",
        "activation": "word",
        "layer_norm_eps": "number",
        "batch_first": "flag",
        "norm_first": "flag",
    },
    nn.LeakyReLU: {"negative_slope": "number"},
    nn.ELU: {"alpha": "number"},
    nn.PReLU: {"num_parameters": "size", "init": "number", "dtype": "dtype"},
    nn.Softplus: {"beta": "number"},
    nn.GELU: {"approximate": "word"},
    nn.CrossEntropyLoss: {"weight": "weight", "label_smoothing": "probability", "reduction": "word"},
    nn.BCEWithLogitsLoss: {"weight": "weight", "pos_weight": "weight", "reduction": "word"},
    nn.KLDivLoss: {"reduction": "word", "log_target": "flag"},
    nn.HuberLoss: {"delta": "number"},
    nn.TripletMarginLoss: {"margin": "number", "eps": "number", "swap": "flag"},
}
NEEDED = {case.name: case for case in reversed(CASES)}
NOT_COMPARED = {nn.Dropout: {}, nn.PositionalEncoding: {"d_model": 4}}


def arguments_of(case):
    """The case's arguments by their names."""
    layer = getattr(nn, case.name)
    bound = inspect.signature(layer).bind(*case.args, **case.kwargs).arguments
    return {name: value for name, value in bound.items() if name not in ("args", "kwargs")}


def valid(layer):
    case = NEEDED.get(layer.__name__)
    return NOT_COMPARED[layer] if case is None else arguments_of(case)


@pytest.mark.parametrize(
    ("layer", "argument", "value"),
    [
        pytest.param(layer, argument, value, id=f"{layer.__name__}-{argument}-{value!r}")
        for layer, arguments in ARGUMENTS.items()
        for argument, kind in arguments.items()
        for value in KINDS[kind]
    ],
)
def test_a_wrong_argument_is_named_with_its_layer(layer, argument, value):
    with pytest.raises((TypeError, ValueError)) as caught:
        layer(**valid(layer) | {argument: value})
    assert str(caught.value).startswith(f"{layer.__name__}: {argument} must ")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Conv2d(1, 2, 3, padding=-1), "^Conv2d: padding must be 0 or more, not -1"),
        (lambda: nn.MaxPool2d(2, stride={}), "^MaxPool2d: stride must be an integer or 2 integers, not {}"),
        (lambda: nn.MaxPool2d(2, padding=2), r"^MaxPool2d: padding \(2, 2\) is more than half of the window \(2, 2\)"),
        (lambda: nn.AvgPool2d(2, divisor_override=0), "^AvgPool2d: divisor_override must not be 0"),
        (lambda: nn.AdaptiveAvgPool2d((2, "a")), "^AdaptiveAvgPool2d: output_size must be an integer or 2 integers"),
        (lambda: nn.LayerNorm((3, -1)), r"^LayerNorm: normalized_shape\[1\] must be 1 or more, not -1"),
        (lambda: nn.LayerNorm(()), r"^LayerNorm: normalized_shape must be an integer, not \(\)"),
        (lambda: nn.BatchNorm2d(3, eps=0.0), r"^BatchNorm2d: eps must be above 0, not 0\.0"),
        (lambda: nn.BatchNorm2d(3, momentum="a"), "^BatchNorm2d: momentum must be a number, not 'a'"),
        (lambda: nn.Embedding(4, 3, padding_idx=99), "^Embedding: padding_idx 99 is not one of 4 rows"),
        (lambda: nn.MultiheadAttention(4, 3), "^MultiheadAttention: num_heads must be a divisor: 4 features do not"),
        (lambda: nn.TransformerEncoderLayer(4, 3), "^TransformerEncoderLayer: nhead must be a divisor: 4 features"),
        (lambda: nn.TransformerEncoder(nn.ReLU(), 2**40), "^TransformerEncoder: num_layers must be 1000 or less"),
        (lambda: nn.TransformerEncoder(nn.ReLU(), 2, norm=3), "^TransformerEncoder: norm must be a module or None"),
        (lambda: nn.RNN(2, 2, num_layers=2**40), "^RNN: num_layers must be 1000 or less"),
        (lambda: nn.Softplus(beta=0), "^Softplus: beta must not be 0"),
        (lambda: nn.Softplus(threshold=NAN), "^Softplus: threshold must be a number, not nan"),
        (lambda: nn.Hardtanh(2, 1), "^Hardtanh: min_val must be below max_val, not 2 and 1"),
        (lambda: nn.Hardtanh(NAN), "^Hardtanh: min_val must be a number, not nan"),
        (lambda: nn.Softmax(None), "^Softmax: dim must be an integer, not None"),
        (lambda: nn.Flatten("a"), "^Flatten: start_dim must be an integer, not 'a'"),
        (lambda: nn.Unflatten(1, 4), "^Unflatten: unflattened_size must be a tuple of integers, not 4"),
        (lambda: nn.ZeroPad2d(None), "^ZeroPad2d: padding must be an integer or .left, right, top, bottom., not None"),
        (lambda: nn.Upsample(size=0), "^Upsample: size must be 1 or more, not 0"),
        (lambda: nn.Upsample(scale_factor=(1.0, NAN)), "^Upsample: scale_factor must be a finite number, not nan"),
        (lambda: nn.MultiMarginLoss(p=3), "^MultiMarginLoss: p must be 1 or 2, not 3"),
        (lambda: nn.NLLLoss(ignore_index=1.5), "^NLLLoss: ignore_index must be an integer, not 1.5"),
        (lambda: nn.ModuleList(3), "^ModuleList: modules must be a list of modules, not 3"),
        (lambda: nn.ModuleDict(3), "^ModuleDict: modules must be a dictionary of modules, not 3"),
        (lambda: nn.Sequential(3), "^Sequential takes modules, each as an argument of its own; argument 0 is 3"),
    ],
)
def test_other_arguments_are_named_too(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()


def test_limits_that_make_sense_are_taken():
    assert nn.Hardtanh(0, INF)(np.array([-1.0, 99.0])).data.tolist() == [0, 99]
    assert nn.Softplus(threshold=INF)(np.array([1.0])).item() == pytest.approx(np.log1p(np.e))
    assert nn.TripletMarginLoss(p=INF).p == INF
    assert nn.LayerNorm(3, eps=0).eps == 0
    assert nn.ZeroPad2d((1, -1, 0, 0))(np.ones((1, 2))).data.tolist() == [[0, 1]]


def test_numbers_of_numpy_are_numbers():
    assert nn.Linear(np.int64(2), np.uint8(3), bias=np.True_).weight.shape == (3, 2)
    assert type(nn.Dropout(np.float32(0.5)).p) is float


class TestPythonsOwnErrors:
    def test_name_the_public_layer(self):
        with pytest.raises(TypeError, match=r"^Conv2d: missing 3 required positional arguments: 'in_channels'"):
            nn.Conv2d()
        with pytest.raises(TypeError, match=r"^MaxPool2d: got an unexpected keyword argument 'size'"):
            nn.MaxPool2d(2, size=3)
        with pytest.raises(TypeError, match=r"^ReLU\(\) takes no arguments"):
            nn.ReLU(3)


class Net(nn.Module):
    def __init__(self, channels, error=None):
        self.conv = nn.Conv2d(1, channels, 3)
        if error is not None:
            raise error


class TestModulesOfYourOwn:
    def test_stand_before_the_layer_in_them(self):
        with pytest.raises(TypeError, match=r"^Net: Conv2d: out_channels must be an integer, not 'a'"):
            Net("a")

    def test_name_themselves_in_their_own_errors(self):
        with pytest.raises(ValueError, match=r"^Net: too narrow$"):
            Net(1, ValueError("too narrow"))
        with pytest.raises(TypeError, match=r"^Net: missing 1 required positional argument: 'channels'"):
            Net()

    def test_leave_other_errors_as_they_are(self):
        class NarrowError(ValueError):
            pass

        for error in (KeyError("key"), NarrowError("too narrow")):
            with pytest.raises(type(error)) as caught:
                Net(1, error)
            assert caught.value is error
            assert caught.value.args in (("key",), ("too narrow",))

    def test_keep_their_signature(self):
        assert list(inspect.signature(Net).parameters) == ["channels", "error"]
        assert list(inspect.signature(nn.Linear).parameters) == ["in_features", "out_features", "bias", "dtype", "rng"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Linear(HUGE, 3),
        lambda: nn.Conv2d(3, HUGE, 3),
        lambda: nn.Embedding(HUGE, 3),
        lambda: nn.LayerNorm(HUGE),
        lambda: nn.PReLU(HUGE),
        lambda: nn.GRU(HUGE, 2),
        lambda: nn.PositionalEncoding(4, max_len=HUGE),
    ],
)
def test_what_does_not_fit_into_memory_is_a_memory_error_with_the_size(make):
    with pytest.raises(MemoryError, match=r"^\w+: Unable to allocate [\d.]+ TiB"):
        make()


STRANGE = [
    *(None, "a", "", b"a", -1, 0, 1, 2, 1.5, -0.5, NAN, INF, -INF, HUGE, 2**70, -HUGE, 10**400, True, False, 1 + 2j),
    *((), (2,), (0, 1), (1, 2, 3), [], [2, 2], {}, {"a": 1}, {1}, range(2), object, len, "same", "mean"),
    *(np.array([1.0, 2.0]), np.array(3), np.zeros(0), np.array(["a"]), np.float32(0.5), np.int64(2), nn.ReLU()),
]


def parameters(case):
    return list(inspect.signature(getattr(nn, case.name)).parameters)


def configurations(count):
    """Layers with the arguments of one of their cases, one or two of them replaced by something strange."""
    rng = np.random.default_rng(0)
    cases = [case for case in CASES if case.name != "Identity" and parameters(case)]
    for _ in range(count):
        case = cases[rng.integers(len(cases))]
        names = parameters(case)
        replaced = rng.choice(names, min(len(names), rng.integers(1, 3)), replace=False)
        strange = {str(name): STRANGE[rng.integers(len(STRANGE))] for name in replaced}
        yield case, arguments_of(case) | strange


def run(layer, case):
    """Call the layer with the case's inputs: it works, or says by its name why not."""
    inputs = [x.astype(np.float32) if getattr(x, "dtype", None) == np.float64 else x for x in case.inputs]
    try:
        layer(*inputs, **case.call)
    except (TypeError, ValueError, IndexError, MemoryError, OverflowError) as error:
        message = str(error)
    else:
        return
    assert case.name in message or "linear2" in message  # what gets the result of a strange activation


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_whatever_is_given_the_layer_works_or_names_itself():
    for case, arguments in configurations(3000):
        try:
            layer = getattr(nn, case.name)(**arguments)
        except (TypeError, ValueError, MemoryError) as error:
            refused, layer = error, None
        if layer is not None:
            run(layer, case)
            continue
        assert str(refused).startswith(case.name), (arguments, refused)
        if isinstance(refused, MemoryError):
            assert "Unable to allocate" in str(refused)
            assert any(isinstance(value, int) and value >= HUGE for value in arguments.values())
