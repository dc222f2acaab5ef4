"""What layers refuse: messages have the layer's path and class in the model, and expected and given shapes."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor
from tests.nn.layer_cases import CASES

FIRST = list({case.name: case for case in CASES}.values())
TAKE_ANY_SHAPE = {
    *("ReLU", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Softplus", "Softsign", "Hardtanh", "Hardswish"),
    *("Sigmoid", "LogSigmoid", "Tanh", "PReLU", "Identity", "Embedding"),
}
TAKE_INTEGERS = {"Identity", "Flatten", "Unflatten", "ZeroPad2d", "Embedding"}


def without(names):
    return [case for case in FIRST if case.name not in names]


class Outer(nn.Module):
    """Holds a layer in a list, and passes its arguments on to it."""

    def __init__(self, layer):
        self.layers = nn.ModuleList([layer])

    def forward(self, *args):
        return self.layers[0](*args)


class Model(nn.Module):
    def __init__(self, layer):
        self.encoder = Outer(layer)

    def forward(self, *args):
        return self.encoder(*args)


def message_of(kind, layer, *inputs):
    with pytest.raises(kind) as caught:
        Model(layer)(*inputs)
    message = str(caught.value)
    assert message.count("encoder.layers.0") == 1
    return message


@pytest.mark.parametrize("case", without(TAKE_ANY_SHAPE), ids=lambda case: case.name)
def test_a_wrong_shape_is_refused_with_the_path(case):
    layer = getattr(nn, case.name)(*case.args, **case.kwargs)
    message = message_of(ValueError, layer, np.full((), 0.5), *case.inputs[1:])
    assert message.startswith(f"encoder.layers.0 ({case.name}): expected ")
    assert "given" in message
    assert "()" in message


@pytest.mark.parametrize("case", without(TAKE_INTEGERS), ids=lambda case: case.name)
def test_integers_where_floats_are_needed_are_refused_with_the_path(case):
    layer = getattr(nn, case.name)(*case.args, **case.kwargs)
    message = message_of(TypeError, layer, case.inputs[0].astype(np.int64), *case.inputs[1:])
    assert message.startswith(f"encoder.layers.0 ({case.name}): expected ")
    assert "of floating point numbers, given int64" in message
    assert "astype" in message


def test_the_issues_example():
    class Block(nn.Module):
        def __init__(self):
            self.conv1 = nn.Conv2d(3, 8, 3)

        def forward(self, x):
            return self.conv1(x)

    assert message_of(ValueError, Block(), np.zeros((8, 1, 28, 28))) == (
        "encoder.layers.0.conv1 (Conv2d): expected input of shape (N, 3, H, W), given (8, 1, 28, 28)."
    )


def test_without_a_path_the_class_stands_alone():
    with pytest.raises(ValueError, match=r"^Linear: expected input of shape \(\.\.\., 3\), given \(4, 5\)"):
        nn.Linear(3, 2)(np.zeros((4, 5)))


def test_errors_of_the_users_own_forward_have_the_path_too():
    class Own(nn.Module):
        def forward(self, x):
            return Tensor(x) @ Tensor(np.ones((3, 3)))

    message = message_of(ValueError, Own(), np.zeros((2, 4)))
    assert message.startswith("encoder.layers.0 (Own): matmul(")


def test_other_errors_pass_unchanged():
    class Own(nn.Module):
        def forward(self):
            raise KeyError("key")

    with pytest.raises(KeyError) as caught:
        nn.Sequential(Own())[0]()
    assert caught.value.args == ("key",)


def test_a_refused_batch_leaves_running_statistics_as_they_are():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="more than one value"):
        layer(np.ones((1, 3)))
    assert layer.num_batches_tracked.item() == 0
    assert (layer.running_mean.data == 0).all()


def tensor(*shape):
    return Tensor(np.random.default_rng(0).standard_normal(shape), requires_grad=True)


ADVICE = "give a single one its batch axis"
REFUSED = [
    # Affine layers, tables
    (lambda: nn.Linear(0, 2), ValueError, "^Linear: in_features must be 1 or more, not 0"),
    (lambda: nn.Bilinear(3, 2, 4)(tensor(5, 3), tensor(4, 2)), ValueError, r"input2 of shape \(5, 2\), given \(4, 2\)"),
    (
        lambda: nn.Embedding(4, 2)([0.0, 1.0]),
        TypeError,
        r"^Embedding: .* of integers, given float64 \(2,\)",
    ),
    (lambda: nn.Embedding(4, 2)(Tensor([1.0])), TypeError, "expected input of integers, given float32"),
    (lambda: nn.Embedding(4, 2)([0, 4]), IndexError, "^Embedding: expected indices from 0 to 3, given 4"),
    (lambda: nn.Embedding(4, 2)([-1]), IndexError, "expected indices from 0 to 3, given -1"),
    (lambda: nn.Embedding(4, 2, padding_idx=4), ValueError, "padding_idx 4 is not one of 4 rows"),
    # Convolutions
    (lambda: nn.Conv1d(3, 2, 3)(tensor(3, 5)), ValueError, rf"\(N, 3, L\), given \(3, 5\); {ADVICE}"),
    (lambda: nn.Conv2d(3, 2, 3)(tensor(3, 5, 5)), ValueError, rf"\(N, 3, H, W\), given \(3, 5, 5\); {ADVICE}"),
    (lambda: nn.Conv3d(3, 2, 3)(tensor(1, 4, 5, 5, 5)), ValueError, r"\(N, 3, D, H, W\), given \(1, 4, 5, 5, 5\)"),
    (lambda: nn.Conv2d(3, 2, 3)(tensor(1, 3, 2, 2)), ValueError, r"reaches over \(3, 3\).*\(2, 2\)"),
    (lambda: nn.ConvTranspose2d(3, 2, 3)(tensor(1, 2, 2, 2)), ValueError, r"\(N, 3, H, W\), given \(1, 2, 2, 2\)"),
    (
        lambda: nn.ConvTranspose1d(3, 2, 3, output_padding=1)(tensor(1, 3, 2)),
        ValueError,
        r"below stride \(1,\)",
    ),
    (lambda: nn.Conv2d(3, 2, (3, 3, 3)), ValueError, "kernel_size must be an integer or 2 integers"),
    (lambda: nn.Conv1d(3, 2, (3, 3)), ValueError, r"kernel_size must be an integer, not \(3, 3\)"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "3 and 4 channels do not divide into 2 groups"),
    (lambda: nn.Conv2d(2, 2, 3, groups=0), ValueError, "2 and 2 channels do not divide into 0 groups"),
    (lambda: F.conv2d(tensor(1, 4, 3, 3), tensor(3, 2, 1, 1), groups=2), ValueError, "3 filters do not divide into 2"),
    (lambda: nn.Conv2d(2, 2, 3, stride=0), ValueError, "stride must be 1 or more, not 0"),
    (lambda: nn.Conv2d(2, 2, 3, stride=(1.9, 1)), ValueError, "stride must be an integer or 2 integers"),
    (lambda: nn.Conv2d(2, 2, 3, padding=-1), ValueError, "padding must be 0 or more, not -1"),
    (lambda: nn.Conv2d(2, 2, 3, padding="some"), ValueError, "numbers, 'same' or 'valid', not 'some'"),
    (lambda: nn.Conv2d(2, 2, 3, stride=2, padding="same"), ValueError, r"padding='same' needs stride 1, not \(2, 2\)"),
    (lambda: nn.Conv2d(2, 2, 3, padding_mode="edge"), ValueError, "padding_mode must be one of zeros.*not 'edge'"),
    (
        lambda: nn.Conv1d(1, 1, 3, padding=3, padding_mode="reflect")(tensor(1, 1, 3)),
        ValueError,
        r"^Conv1d: padding \(3, 3\) with mode 'reflect' does not fit input of shape \(1, 1, 3\)",
    ),
    # Poolings, sizes
    (lambda: F.max_pool2d(tensor(1, 1, 2, 2), 3), ValueError, "window of 3 elements 1 apart .* into 2"),
    (lambda: F.max_pool2d(tensor(1, 1, 4, 4), 2, padding=2), ValueError, r"more than half of the window \(2, 2\)"),
    (lambda: F.avg_pool2d(tensor(2, 2), 2), ValueError, r"expected input of shape \(N, C, H, W\), given \(2, 2\)"),
    (lambda: F.avg_pool2d(tensor(1, 1, 2, 2), 2, divisor_override=0), ValueError, "divisor_override must not be 0"),
    (lambda: nn.MaxPool2d(0), ValueError, "kernel_size must be 1 or more, not 0"),
    (
        lambda: nn.AdaptiveAvgPool2d(2)(np.zeros((1, 1, 0, 4), "f")),
        ValueError,
        r"^AdaptiveAvgPool2d: .* \(1, 1, 0, 4\)",
    ),
    (lambda: nn.AdaptiveMaxPool2d(2**40)(tensor(1, 1, 6, 6)), MemoryError, "^AdaptiveMaxPool2d: .* allocate 8.00 TiB"),
    (
        lambda: F.interpolate(tensor(1, 1, 0), size=3),
        ValueError,
        r"one element or more along each axis, given \(1, 1, 0\)",
    ),
    (lambda: nn.AdaptiveAvgPool2d((0, 2))(tensor(1, 1, 4, 4)), ValueError, "output_size must be 1 or more"),
    (lambda: nn.Upsample()(tensor(1, 1, 4)), ValueError, "^Upsample: give either size or scale_factor"),
    (
        lambda: nn.Upsample(3, mode="cubic")(tensor(1, 1, 4)),
        ValueError,
        "mode must be 'nearest', .*, not 'cubic'",
    ),
    (lambda: nn.Upsample(3, mode="bilinear")(tensor(1, 1, 4)), ValueError, r"\(N, C, H, W\), given \(1, 1, 4\)"),
    (lambda: nn.Upsample(3, align_corners=True)(tensor(1, 1, 4)), ValueError, "align_corners is for mode"),
    (lambda: nn.Upsample(scale_factor=0.1)(tensor(1, 1, 4)), ValueError, r"scale_factor 0.1 leaves nothing of \(4,\)"),
    (lambda: nn.ZeroPad2d((1, 2, 3)), ValueError, r"\(left, right, top, bottom\), not \(1, 2, 3\)"),
    (lambda: F.pad(tensor(2, 3), (1, 1), "edge"), ValueError, "mode must be one of constant, .* not 'edge'"),
    (lambda: F.pad(tensor(3), (1, 1, 1)), ValueError, r"for every pair of padding \(1, 1, 1\), given shape \(3,\)"),
    (lambda: nn.Flatten(1, 5)(tensor(2, 3)), ValueError, r"axes from 1 to 5, given shape \(2, 3\)"),
    (lambda: nn.Flatten(2, 1)(tensor(2, 3, 4)), ValueError, "axes from 2 to 1"),
    (
        lambda: nn.Unflatten(1, (2, 2))(tensor(2, 3)),
        ValueError,
        r"into \(2, 2\) along axis 1, given .*\(2, 3\)",
    ),
    # Normalisation
    (lambda: nn.BatchNorm2d(3)(tensor(2, 4, 5, 5)), ValueError, r"\(N, 3, H, W\), given \(2, 4, 5, 5\)"),
    (lambda: nn.BatchNorm1d(3)(tensor(2, 3, 5, 5)), ValueError, r"\(N, 3\) or \(N, 3, L\), given \(2, 3, 5, 5\)"),
    (lambda: nn.BatchNorm1d(3)(tensor(1, 3)), ValueError, r"more than one value for each channel.*\(1, 3\)"),
    (lambda: F.batch_norm(tensor(2, 3), None, None), ValueError, "needs a running mean"),
    (lambda: nn.LayerNorm((3, 4))(tensor(2, 4)), ValueError, r"\(\.\.\., 3, 4\), given \(2, 4\)"),
    (lambda: nn.RMSNorm(4)(tensor(2, 3)), ValueError, r"\(\.\.\., 4\), given \(2, 3\)"),
    (lambda: nn.GroupNorm(2, 3), ValueError, "3 channels do not divide into 2 groups"),
    (lambda: nn.GroupNorm(2, 4)(tensor(2, 3)), ValueError, r"\(N, 4, \.\.\.\), given \(2, 3\)"),
    (lambda: F.group_norm(tensor(2, 3), 2), ValueError, r"divide into 2 groups, given \(2, 3\)"),
    # Dropout, activations
    (lambda: nn.Dropout(1.5), ValueError, "between 0 and 1, not 1.5"),
    (lambda: F.dropout(tensor(1), -0.5), ValueError, "between 0 and 1, not -0.5"),
    (lambda: nn.Dropout2d()(tensor(2, 3)), ValueError, r"\(N, C, H, W\) or \(N, C, L\), given \(2, 3\)"),
    (lambda: nn.PReLU(3)(tensor(2, 4)), ValueError, r"\(N, 3, \.\.\.\), given \(2, 4\)"),
    (lambda: nn.GELU("erf")(tensor(2)), ValueError, "approximate must be 'none' or 'tanh', not 'erf'"),
    (lambda: nn.Hardtanh(2, 1)(tensor(2)), ValueError, "min_val must be below max_val, not 2 and 1"),
    (lambda: F.softmax(tensor(2, 3), None), TypeError, "dim must be an integer, not None"),
    (lambda: F.glu(tensor(2, 4), (0, 1)), TypeError, r"dim must be an integer, not \(0, 1\)"),
    (lambda: F.softplus(tensor(2), beta=0.0), ValueError, "beta must not be 0"),
    (lambda: nn.Softmax(2)(tensor(2, 3)), ValueError, r"axis 2, given shape \(2, 3\)"),
    (lambda: nn.GLU()(tensor(2, 3)), ValueError, r"even number of elements along axis -1, given \(2, 3\)"),
    # Recurrent layers, attention
    (lambda: nn.LSTM(3, 4)(tensor(5, 2, 4)), ValueError, r"^LSTM: .*\(L, N, 3\) or \(L, 3\), given \(5, 2, 4\)"),
    (
        lambda: nn.GRU(3, 4, batch_first=True)(tensor(5, 2, 4)),
        ValueError,
        r"\(N, L, 3\) or \(L, 3\), given",
    ),
    (
        lambda: nn.RNN(3, 4)(tensor(5, 2, 3), tensor(2, 4)),
        ValueError,
        r"state of shape \(1, 2, 4\), given \(2, 4\)",
    ),
    (lambda: nn.LSTM(3, 4)(tensor(5, 2, 3), (tensor(1, 2, 4),)), ValueError, "expected 2 hidden states, given 1"),
    (lambda: nn.RNN(3, 4)(tensor(0, 2, 3)), ValueError, "one step or more, given 0"),
    (lambda: nn.RNN(3, 4, nonlinearity="elu"), ValueError, "nonlinearity must be 'tanh' or 'relu', not 'elu'"),
    (lambda: nn.GRU(3, 0), ValueError, "^GRU: hidden_size must be 1 or more, not 0"),
    (lambda: nn.GRU(3, 4, dropout=2.0), ValueError, "dropout must be between 0 and 1, not 2.0"),
    (lambda: nn.GRUCell(3, 4)(tensor(2, 5)), ValueError, r"^GRUCell: .*\(N, 3\) or \(3,\), given \(2, 5\)"),
    (lambda: nn.LSTMCell(3, 0), ValueError, "^LSTMCell: hidden_size must be 1 or more, not 0"),
    (
        lambda: nn.LSTMCell(3, 4)(tensor(2, 3), (tensor(1, 4), tensor(2, 4))),
        ValueError,
        r"hidden state of shape \(2, 4\), given \(1, 4\)",
    ),
    (lambda: nn.MultiheadAttention(6, 4), ValueError, "6 features do not divide into 4 heads"),
    (
        lambda: nn.MultiheadAttention(4, 2)(tensor(3, 2, 4), tensor(5, 3, 4), tensor(5, 3, 4)),
        ValueError,
        r"^MultiheadAttention: expected key of shape \(S, 2, 4\), given \(5, 3, 4\)",
    ),
    (
        lambda: nn.MultiheadAttention(4, 2)(*[tensor(3, 2, 4)] * 3, attn_mask=np.zeros((2, 2))),
        ValueError,
        r"attn_mask of shape \(3, 3\), given \(2, 2\)",
    ),
    (
        lambda: nn.MultiheadAttention(4, 2)(*[tensor(3, 2, 4)] * 3, key_padding_mask=np.zeros((3, 2), int)),
        TypeError,
        "mask of booleans or floating point numbers, given int64",
    ),
    (
        lambda: nn.TransformerEncoderLayer(4, 2)(tensor(3, 2, 5)),
        ValueError,
        r"^TransformerEncoderLayer: expected src of shape \(L, N, 4\) or \(L, 4\), given \(3, 2, 5\)",
    ),
    (
        lambda: nn.TransformerDecoderLayer(4, 2)(tensor(3, 2, 4), tensor(3, 2, 5)),
        ValueError,
        "expected memory of shape",
    ),
    (lambda: nn.TransformerEncoderLayer(4, 2, activation="elu"), ValueError, "'relu', 'gelu' or a function, not 'elu'"),
    (
        lambda: F.scaled_dot_product_attention(tensor(2, 4), tensor(3, 4), tensor(2, 4)),
        ValueError,
        r"key \(\.\.\., S, E\) and value \(\.\.\., S, F\), given \(2, 4\), \(3, 4\) and \(2, 4\)",
    ),
    (
        lambda: F.scaled_dot_product_attention(*[tensor(3, 4)] * 3, attn_mask=np.zeros((5, 3, 3))),
        ValueError,
        r"mask of a shape that broadcasts to \(3, 3\), given \(5, 3, 3\)",
    ),
    (lambda: F.scaled_dot_product_attention(*[tensor(3)] * 3), ValueError, r"\(\.\.\., L, E\)"),
    # Losses
    (lambda: nn.MSELoss("avg"), ValueError, "reduction must be 'mean', 'sum' or 'none', not 'avg'"),
    (lambda: nn.KLDivLoss("avg"), ValueError, "reduction must be"),
    (lambda: nn.MSELoss()(tensor(4, 1), np.ones(4)), ValueError, r"^MSELoss: .*\(4, 1\).* given \(4,\)"),
    (lambda: F.l1_loss(tensor(4), np.ones(4), "avg"), ValueError, "'mean', 'sum' or 'none', not 'avg'"),
    (lambda: F.huber_loss(tensor(4), np.ones(4), delta=0), ValueError, "delta must be above 0, not 0"),
    (lambda: F.smooth_l1_loss(tensor(4), np.ones(4), beta=-1), ValueError, "beta must be 0 or more, not -1"),
    (lambda: nn.BCELoss()([0.5, 1.5], [0, 1]), ValueError, "^BCELoss: expected input between 0 and 1, given 1.5"),
    (lambda: F.cross_entropy(tensor(4), 1), ValueError, r"\(N, classes, \.\.\.\), given \(4,\)"),
    (lambda: F.cross_entropy(tensor(2, 3), [0, 1], weight=[1, 2]), ValueError, r"weight of shape \(3,\).*given \(2,\)"),
    (lambda: F.cross_entropy(tensor(2, 3), [0, 1], label_smoothing=2), ValueError, "label_smoothing must be"),
    (lambda: F.cross_entropy(tensor(2, 3), [0, 3]), IndexError, "target 3 is not one of the classes 0 to 2"),
    (lambda: F.cross_entropy(tensor(2, 3), [0, -1]), IndexError, "target -1"),
    (lambda: F.cross_entropy(tensor(2, 3), [0.0, 1.0]), ValueError, r"integer classes .* float64 \(2,\)"),
    (lambda: F.nll_loss(tensor(2, 3), [0]), ValueError, r"integer classes \(2,\), .* given int64 \(1,\)"),
    (lambda: F.multi_margin_loss(tensor(2, 3), [0, 1], p=3), ValueError, "p must be 1 or 2, not 3"),
    (lambda: F.cross_entropy(tensor(2, 0), [0, 0]), ValueError, r"one class or more, given \(2, 0\)"),
    (
        lambda: nn.BCELoss(np.ones((4, 1)))(np.ones(4), np.ones(4)),
        ValueError,
        r"^BCELoss: .*weight .* to \(4,\), given",
    ),
    (
        lambda: F.binary_cross_entropy_with_logits(tensor(4), np.ones(4), pos_weight=np.ones((2, 1))),
        ValueError,
        r"pos_weight of a shape that broadcasts to \(4,\), given \(2, 1\)",
    ),
    (lambda: F.triplet_margin_loss(*[tensor(2)] * 3, p=np.nan), ValueError, "p must be a number, not nan"),
    (lambda: F.triplet_margin_loss(*[tensor(2)] * 3, margin=0), ValueError, "margin must be above 0, not 0"),
    (
        lambda: nn.TripletMarginLoss()(tensor(2, 3), tensor(2, 3), tensor(2, 4)),
        ValueError,
        r"of one shape, given \(2, 3\), \(2, 3\) and \(2, 4\)",
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_say_what_was_wrong(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Conv2d(3, 4.0, 3), r"^Conv2d: out_channels must be an integer, not 4\.0"),
        (lambda: nn.Linear(3, 4, rng=np.random), r"rng must be a generator such as .* not <module 'numpy\.random'"),
        (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer, 2), "TransformerEncoder takes a layer, not <class"),
    ],
)
def test_wrong_arguments_of_a_layer_are_refused_in_words(make, words):
    with pytest.raises(TypeError, match=words):
        make()


WEIGHTS = [
    (lambda: F.linear(tensor(4, 3), tensor(3)), r"weight of linear of shape \(out, in\), given \(3,\)"),
    (lambda: F.linear(tensor(4, 3), tensor(2, 3), tensor(4, 2)), r"bias of linear of shape \(2,\), given \(4, 2\)"),
    (lambda: F.bilinear(tensor(4, 3), tensor(4, 2), tensor(3, 2)), r"weight of bilinear of shape \(out, in1, in2\)"),
    (lambda: F.embedding([0], tensor(3)), r"weight of embedding of shape \(rows, features\), given \(3,\)"),
    (lambda: F.embedding([0], tensor(0, 3)), r"one row or more, given \(0, 3\)"),
    (lambda: F.prelu(tensor(2, 3), tensor(3, 1)), r"weight of prelu of shape \(channels,\), given \(3, 1\)"),
    (
        lambda: F.conv1d(tensor(1, 2, 5), tensor(3, 2)),
        r"weight of conv1d of shape \(O, C / groups, L\), given \(3, 2\)",
    ),
    (
        lambda: F.conv2d(tensor(1, 2, 5, 5), tensor(3, 2, 1, 1), tensor(3, 1, 1)),
        r"bias of conv2d of shape \(3,\), given \(3, 1, 1\)",
    ),
    (
        lambda: F.conv_transpose1d(tensor(1, 2, 5), tensor(2, 3, 1), tensor(2)),
        r"bias of conv_transpose1d of shape \(3,\), given \(2,\)",
    ),
    (
        lambda: F.batch_norm(tensor(4, 3), tensor(2), tensor(3), training=True),
        r"running_mean of batch_norm of shape \(3,\), given \(2,\)",
    ),
    (
        lambda: F.layer_norm(tensor(4, 3), (3,), tensor(4, 3)),
        r"weight of layer_norm of shape \(3,\), given \(4, 3\)",
    ),
    (lambda: F.group_norm(tensor(4, 4), 2, bias=tensor(2)), r"bias of group_norm of shape \(4,\), given \(2,\)"),
    (lambda: F.rms_norm(tensor(4, 3), (3,), tensor(1)), r"weight of rms_norm of shape \(3,\), given \(1,\)"),
    (
        lambda: F.rnn_cell(tensor(2, 3), tensor(2, 4), tensor(5, 3), tensor(4, 4)),
        r"w_ih of rnn_cell of shape \(4, in\), given \(5, 3\)",
    ),
    (
        lambda: F.gru_cell(tensor(2, 3), tensor(2, 4), tensor(12, 3), tensor(8, 4)),
        r"w_hh of gru_cell of shape \(12, 4\), given \(8, 4\)",
    ),
    (
        lambda: F.lstm_cell(tensor(2, 3), tensor(2, 4), tensor(16, 3), tensor(16, 4)),
        "expected 2 hidden states, given float64",
    ),
]


@pytest.mark.parametrize(("call", "words"), WEIGHTS, ids=[words for _, words in WEIGHTS])
def test_weights_of_functions_must_have_their_shapes(call, words):
    with pytest.raises(ValueError, match=words):
        call()


ORDERED = [
    *(nn.ReLU(), nn.LeakyReLU(), nn.PReLU(), nn.ELU(), nn.SELU(), nn.GELU(), nn.Softplus(), nn.Mish(), nn.Hardtanh()),
    *(nn.Hardswish(), nn.LogSigmoid(), nn.Softmax(1), nn.LogSoftmax(1), nn.MaxPool2d(2), nn.AdaptiveMaxPool2d(2)),
    *(nn.BatchNorm2d(1), nn.GroupNorm(1, 1), nn.LayerNorm(4), nn.RMSNorm(4)),
]


@pytest.mark.parametrize("layer", ORDERED, ids=lambda layer: type(layer).__name__)
def test_complex_numbers_are_refused_where_they_would_need_an_order(layer):
    with pytest.raises(TypeError, match=rf"^{type(layer).__name__}: expected input of real numbers, given complex64"):
        layer(np.ones((1, 1, 4, 4), np.complex64))
