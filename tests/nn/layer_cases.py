"""For every layer and loss in nn.__all__: calls that cover every option, for PyTorch to be the oracle of."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

RNG = np.random.default_rng(0)


def numbers(*shape, low=-2.0, high=2.0):
    """Distinct numbers, so that no window has a tie, and none that is 0."""
    return RNG.permutation(np.linspace(low, high, int(np.prod(shape)) + 2)[1:-1]).reshape(shape)


@dataclass(frozen=True)
class Case:
    """A layer: its arguments, its inputs, options of a call. Arrays of float64 are cast to the dtype of a test."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Any, ...] = ()
    call: dict[str, Any] = field(default_factory=dict)

    def __str__(self):
        shapes = [getattr(x, "shape", type(x).__name__) for x in self.inputs]
        return f"{self.name}{self.args}{self.kwargs}{shapes}{sorted(self.call)}".replace(" ", "")


def cases(name, options, *inputs):
    """A case for every set of options: (args, kwargs), args or kwargs."""
    for option in options:
        if isinstance(option, dict):
            option = ((), option)
        args, kwargs = option if len(option) == 2 and isinstance(option[1], dict) else (option, {})
        yield Case(name, args, kwargs, inputs)


ELEMENTWISE = numbers(3, 4) * 3
ACTIVATIONS = {
    **{name: [()] for name in ("ReLU", "SELU", "SiLU", "Mish", "Softsign", "Hardswish", "Tanh", "Identity")},
    **{name: [()] for name in ("Sigmoid", "LogSigmoid")},
    "LeakyReLU": [(), (0.3,)],
    "ELU": [(), (0.5,)],
    "GELU": [(), {"approximate": "tanh"}],
    "Softplus": [(), (2.0, 3.0)],
    "Hardtanh": [(), (-0.5, 2.5)],
    "PReLU": [(), (4,), ((4, 0.1), {})],
    "Softmax": [(1,), (0,)],
    "LogSoftmax": [(1,), (0,)],
    "GLU": [(), (1,)],
}
activations = [
    *(case for name, options in ACTIVATIONS.items() for case in cases(name, options, ELEMENTWISE)),
    *(Case(name, (), {}, (numbers(2, 4) * 40,)) for name in ("Sigmoid", "LogSigmoid", "Softplus", "Mish", "ELU")),
    *(Case(name, (1,), {}, (numbers(2, 4, 3) * 400,)) for name in ("Softmax", "LogSoftmax")),
    Case("PReLU", (3,), {}, (numbers(2, 3, 2, 2),)),
    Case("GELU", (), {}, (numbers(2, 30) * 4,)),
]

linear = [
    Case("Linear", (3, 4), {}, (numbers(5, 3),)),
    Case("Linear", (3, 4), {"bias": False}, (numbers(2, 5, 3),)),
    Case("Linear", (3, 4), {}, (numbers(3),)),
    Case("Bilinear", (3, 2, 4), {}, (numbers(5, 3), numbers(5, 2))),
    Case("Bilinear", (3, 2, 4), {"bias": False}, (numbers(2, 5, 3), numbers(2, 5, 2))),
    Case("Bilinear", (3, 2, 4), {}, (numbers(3), numbers(2))),
    Case("Embedding", (6, 3), {}, (np.array([[0, 5, 5], [1, 2, 5]]),)),
    Case("Embedding", (6, 3), {"padding_idx": 2}, (np.array([[0, 5, 5], [1, 2, 2]]),)),
    Case("Embedding", (6, 3), {"padding_idx": -1}, (np.array([5, 0, 0, 5]),)),
    *cases("Flatten", [(), (0, 1), (1, -2)], numbers(2, 3, 4)),
    Case("Unflatten", (1, (2, 3)), {}, (numbers(2, 6, 4),)),
    Case("Unflatten", (-1, (2, -1)), {}, (numbers(2, 6),)),
]

SIGNALS, PICTURES, VOLUMES = numbers(2, 4, 9), numbers(2, 4, 7, 6), numbers(1, 2, 4, 5, 3)
convolutions = [
    *cases(
        "Conv1d",
        [
            (4, 3, 3),
            (4, 6, 3, 2, 1, 2, 2),
            ((4, 3, 4), {"padding": "same", "dilation": 2}),
            ((4, 3, 2), {"padding": "valid", "bias": False}),
            *(((4, 3, 3), {"padding": 2, "padding_mode": mode}) for mode in ("reflect", "replicate", "circular")),
        ],
        SIGNALS,
    ),
    *cases(
        "Conv2d",
        [
            (4, 3, 3),
            ((4, 3, (3, 2)), {"stride": 2, "padding": 1}),
            ((4, 3, 2), {"stride": (1, 3), "padding": (0, 2), "dilation": (2, 1), "bias": False}),
            ((4, 6, 3), {"groups": 2, "padding": 1}),
            ((4, 8, 3), {"groups": 4, "dilation": 2}),
            ((4, 3, 1), {}),
            ((4, 3, 3), {"stride": 3}),
            ((4, 3, (3, 2)), {"padding": "same", "padding_mode": "circular"}),
            ((4, 3, (2, 4)), {"padding": "same", "dilation": (3, 1)}),
            ((4, 3, 3), {"padding": "valid"}),
            *(((4, 4, 3), {"padding": (2, 1), "padding_mode": mode, "groups": 2}) for mode in ("reflect", "replicate")),
        ],
        PICTURES,
    ),
    *cases(
        "Conv3d",
        [
            (2, 3, 2),
            ((2, 4, (2, 3, 1)), {"stride": (1, 2, 1), "padding": (1, 0, 1), "dilation": (2, 1, 1), "groups": 2}),
            ((2, 1, 3), {"padding": "same", "bias": False}),
            ((2, 1, 3), {"padding": 1, "padding_mode": "replicate"}),
            ((2, 1, 3), {"padding": 1, "padding_mode": "reflect"}),
        ],
        VOLUMES,
    ),
    *cases(
        "ConvTranspose1d",
        [
            (4, 3, 3),
            ((4, 6, 3), {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2}),
            ((4, 3, 2), {"stride": 3, "dilation": 2, "bias": False}),
            ((4, 3, 2), {"dilation": 3, "output_padding": 2, "padding": 1}),
        ],
        SIGNALS,
    ),
    *cases(
        "ConvTranspose2d",
        [
            (4, 3, 3),
            ((4, 3, (3, 2)), {"stride": 2, "padding": 1}),
            ((4, 3, (3, 2)), {"stride": (2, 3), "padding": (0, 1), "output_padding": (1, 2), "dilation": (1, 2)}),
            ((4, 6, 3), {"groups": 2, "bias": False}),
            ((4, 4, 2), {"groups": 4, "stride": 2}),
            ((4, 3, 1), {"output_padding": 1, "stride": 2}),
        ],
        PICTURES,
    ),
]

POOLED = numbers(2, 3, 8, 9)
pooling = [
    *cases(
        "MaxPool1d",
        [(2,), (3, 2, 1), ((3,), {"dilation": 2}), ((3, 2), {"ceil_mode": True}), ((2, 3, 1), {"ceil_mode": True})],
        numbers(2, 3, 8),
    ),
    *cases(
        "MaxPool2d",
        [
            (2,),
            (3, 2, 1),
            (((2, 3),), {"stride": (3, 1), "dilation": (1, 2)}),
            ((3, 2), {"ceil_mode": True}),
            ((2, 3, 1), {"ceil_mode": True, "dilation": 2}),
            (((2, 3), (3, 2), (1, 0)), {"ceil_mode": True}),
        ],
        POOLED,
    ),
    *cases(
        "AvgPool1d",
        [
            (2,),
            (3, 2, 1),
            ((3, 2, 1), {"count_include_pad": False}),
            ((3, 2, 1), {"ceil_mode": True}),
            ((3, 2, 1), {"ceil_mode": True, "count_include_pad": False}),
        ],
        numbers(2, 3, 8),
    ),
    *cases(
        "AvgPool2d",
        [
            (2,),
            (((3, 2),), {"stride": (2, 1), "padding": 1}),
            ((3, 2, 1), {"count_include_pad": False}),
            ((3, 2), {"ceil_mode": True}),
            ((3, 2, 1), {"ceil_mode": True}),
            ((3, (2, 4), 1), {"ceil_mode": True, "count_include_pad": False}),
            ((3, 2, 1), {"divisor_override": 5}),
            ((2, 3, 1), {"divisor_override": -2, "ceil_mode": True}),
        ],
        POOLED,
    ),
    *cases("AdaptiveAvgPool2d", [(1,), (3,), ((4, 3),), ((None, 5),), ((11, 2),)], POOLED),
    *cases("AdaptiveMaxPool2d", [(1,), (3,), ((4, 3),), ((None, 5),), ((11, 2),)], POOLED),
]

resizing = [
    *cases("ZeroPad2d", [(2,), ((1, 0, 2, 3),), ((-1, 2, 0, -2),)], numbers(2, 3, 4, 5)),
    *cases("Upsample", [(7,), {"scale_factor": 2}, {"scale_factor": 2.6}], numbers(2, 3, 5)),
    *cases(
        "Upsample",
        [
            ((7, None, "linear"), {}),
            {"scale_factor": 2, "mode": "linear"},
            {"scale_factor": 1.7, "mode": "linear", "align_corners": False},
            {"size": 1, "mode": "linear", "align_corners": True},
        ],
        numbers(2, 3, 5),
    ),
    *cases(
        "Upsample",
        [
            ((8, 10),),
            (3,),
            {"scale_factor": (2, 3)},
            {"scale_factor": (2.0, 0.5)},
            {"size": (7, 3), "mode": "bilinear"},
            {"size": (7, 3), "mode": "bilinear", "align_corners": True},
            {"scale_factor": 2, "mode": "bilinear"},
            {"scale_factor": (1.5, 2.4), "mode": "bilinear", "align_corners": True},
            {"scale_factor": (1.5, 0.7), "mode": "bilinear"},
        ],
        numbers(2, 3, 4, 5),
    ),
]

BATCH_NORM = [
    {"bias": False},
    {},
    {"eps": 0.1, "momentum": 0.3},
    {"momentum": None},
    {"affine": False},
    {"track_running_stats": False},
    {"affine": False, "track_running_stats": False},
]
normalization = [
    *cases("BatchNorm1d", [((3,), option) for option in BATCH_NORM], numbers(5, 3)),
    Case("BatchNorm1d", (3,), {}, (numbers(2, 3, 4),)),
    *cases("BatchNorm2d", [((3,), option) for option in BATCH_NORM], numbers(2, 3, 4, 2)),
    *cases(
        "LayerNorm",
        [(4,), ((3, 4),), ((4,), {"eps": 0.1, "bias": False}), ((4,), {"elementwise_affine": False})],
        numbers(2, 3, 4),
    ),
    *cases("GroupNorm", [(2, 6), (6, 6), (1, 6), ((3, 6), {"eps": 0.1, "affine": False})], numbers(2, 6, 3, 2)),
    Case("GroupNorm", (2, 4), {}, (numbers(3, 4),)),
    Case("GroupNorm", (2, 4), {"bias": False}, (numbers(3, 4),)),
    *cases(
        "RMSNorm",
        [(4,), ((3, 4),), ((4,), {"eps": 0.1}), ((4,), {"elementwise_affine": False})],
        numbers(2, 3, 4),
    ),
]

SEQUENCE = numbers(5, 2, 3)
RUNS = [
    {},
    {"bias": False},
    {"num_layers": 2, "batch_first": True},
    {"bidirectional": True},
    {"num_layers": 3, "bidirectional": True, "dropout": 0.0},
]
state = numbers(1, 2, 4)
recurrent = [
    *(case for name in ("RNN", "LSTM", "GRU") for case in cases(name, [((3, 4), run) for run in RUNS], SEQUENCE)),
    *(Case(name, (3, 4), {}, (numbers(5, 3),)) for name in ("RNN", "LSTM", "GRU")),
    *(Case(name, (3, 4), {"batch_first": True}, (numbers(5, 3),)) for name in ("RNN", "LSTM", "GRU")),
    *(Case(name, (3, 4), {}, (numbers(1, 2, 3),)) for name in ("RNN", "LSTM", "GRU")),
    *cases("RNN", [((3, 4), {"nonlinearity": "relu", "num_layers": 2})], SEQUENCE),
    *(Case(name, (3, 4), {}, (SEQUENCE, state)) for name in ("RNN", "GRU")),
    *(
        Case(name, (3, 4), {"num_layers": 2, "bidirectional": True, "batch_first": True}, (SEQUENCE, numbers(4, 5, 4)))
        for name in ("RNN", "GRU")
    ),
    Case("LSTM", (3, 4), {}, (SEQUENCE, (state, numbers(1, 2, 4)))),
    Case("LSTM", (3, 4), {"bidirectional": True}, (numbers(5, 3), (numbers(2, 4), numbers(2, 4)))),
    *(Case(f"{name}Cell", (3, 4), {}, (numbers(2, 3),)) for name in ("RNN", "LSTM", "GRU")),
    *(Case(f"{name}Cell", (3, 4), {"bias": False}, (numbers(3),)) for name in ("RNN", "LSTM", "GRU")),
    *(Case(f"{name}Cell", (3, 4), {}, (numbers(2, 3), numbers(2, 4))) for name in ("RNN", "GRU")),
    Case("RNNCell", (3, 4), {"nonlinearity": "relu"}, (numbers(3), numbers(4))),
    Case("LSTMCell", (3, 4), {}, (numbers(2, 3), (numbers(2, 4), numbers(2, 4)))),
]

Q, K, V = numbers(3, 2, 8), numbers(4, 2, 8), numbers(4, 2, 8)
PADDING = np.array([[False, False, True, False], [False, True, True, False]])
CAUSAL = np.triu(np.ones((3, 3), bool), 1)
MASK = np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]], bool)
attention = [
    Case("MultiheadAttention", (8, 2), {}, (Q, K, V)),
    Case("MultiheadAttention", (8, 4), {"bias": False}, (Q, K, V)),
    Case("MultiheadAttention", (8, 2), {"kdim": 5, "vdim": 3}, (Q, K[..., :5], V[..., :3])),
    Case("MultiheadAttention", (8, 2), {"vdim": 6, "bias": False}, (Q, K, V[..., :6])),
    Case("MultiheadAttention", (8, 2), {}, (Q, K, V), {"need_weights": False}),
    Case("MultiheadAttention", (8, 2), {}, (Q, K, V), {"average_attn_weights": False}),
    Case("MultiheadAttention", (8, 2), {}, (Q, K, V), {"key_padding_mask": PADDING}),
    Case("MultiheadAttention", (8, 2), {}, (Q, K, V), {"attn_mask": MASK}),
    Case("MultiheadAttention", (8, 2), {}, (Q, K, V), {"attn_mask": numbers(3, 4)}),
    Case(
        "MultiheadAttention", (8, 2), {}, (Q, K, V), {"attn_mask": numbers(4, 3, 4), "key_padding_mask": numbers(2, 4)}
    ),
    Case("MultiheadAttention", (8, 2), {}, (Q, Q, Q), {"attn_mask": CAUSAL, "is_causal": True}),
    Case("MultiheadAttention", (8, 2), {"batch_first": True}, (numbers(2, 3, 8), numbers(2, 4, 8), numbers(2, 4, 8))),
    Case("MultiheadAttention", (8, 2), {}, (Q[:, 0], K[:, 0], V[:, 0])),
    Case("MultiheadAttention", (8, 2), {"batch_first": True}, (Q[:, 0], K[:, 0], V[:, 0])),
    Case("MultiheadAttention", (8, 2), {}, (Q[:, 0], K[:, 0], V[:, 0]), {"key_padding_mask": PADDING[0]}),
]

ENCODER = [
    {},
    {"norm_first": True},
    {"activation": "gelu"},
    {"batch_first": True, "bias": False},
    {"layer_norm_eps": 0.1},
]
WIDTHS = {"dim_feedforward": 12, "dropout": 0.0}
transformers = [
    *cases("TransformerEncoderLayer", [((8, 2), option | WIDTHS) for option in ENCODER], Q),
    Case("TransformerEncoderLayer", (8, 2), WIDTHS, (Q[:, 0],)),
    Case("TransformerEncoderLayer", (8, 2), WIDTHS, (Q,), {"src_mask": CAUSAL, "is_causal": True}),
    Case("TransformerEncoderLayer", (8, 2), WIDTHS, (K,), {"src_key_padding_mask": PADDING}),
    *cases("TransformerDecoderLayer", [((8, 2), option | WIDTHS) for option in ENCODER[:3]], Q, K),
    Case("TransformerDecoderLayer", (8, 2), WIDTHS | {"batch_first": True}, (numbers(2, 3, 8), numbers(2, 4, 8))),
    Case("TransformerDecoderLayer", (8, 2), WIDTHS, (Q, K), {"tgt_mask": CAUSAL, "tgt_is_causal": True}),
    Case("TransformerDecoderLayer", (8, 2), WIDTHS, (Q, K), {"memory_mask": MASK, "memory_key_padding_mask": PADDING}),
    Case("TransformerDecoderLayer", (8, 2), WIDTHS, (K, Q), {"tgt_key_padding_mask": PADDING}),
]

CLASSES = RNG.integers(0, 4, 6)
SCORES, WEIGHT = 3 * RNG.standard_normal((6, 4)), np.array([0.5, 1.0, 2.0, 3.0])
PROBABILITIES = RNG.dirichlet(np.ones(4), 6)
LOG_PROBABILITIES = np.log(RNG.dirichlet(np.ones(4), 6))
REDUCTIONS = [{}, {"reduction": "sum"}, {"reduction": "none"}]
INNER = numbers(6, 4, low=0.01, high=0.99)
TRIPLET = (numbers(6, 4), numbers(6, 4), numbers(6, 4))
losses = [
    *(case for name in ("MSELoss", "L1Loss") for case in cases(name, REDUCTIONS, SCORES, numbers(6, 4))),
    *cases("SmoothL1Loss", [*REDUCTIONS, {"beta": 0.5}, {"beta": 0.0}], SCORES, numbers(6, 4)),
    *cases("HuberLoss", [*REDUCTIONS, {"delta": 0.5}, {"delta": 2.0, "reduction": "sum"}], SCORES, numbers(6, 4)),
    *cases(
        "CrossEntropyLoss",
        [
            *REDUCTIONS,
            {"label_smoothing": 0.1},
            {"weight": WEIGHT},
            *({"weight": WEIGHT, "label_smoothing": 0.2} | reduction for reduction in REDUCTIONS),
            {"ignore_index": int(CLASSES[0])},
            {"reduction": "none", "ignore_index": 2, "weight": WEIGHT},
            {"ignore_index": 1, "label_smoothing": 0.3},
        ],
        SCORES,
        CLASSES,
    ),
    Case("CrossEntropyLoss", (), {"ignore_index": -1}, (SCORES, np.where(CLASSES == 1, -1, CLASSES))),
    Case("CrossEntropyLoss", (), {}, (SCORES.reshape(2, 4, 3), CLASSES.reshape(2, 3))),
    Case(
        "CrossEntropyLoss",
        (),
        {"label_smoothing": 0.1, "ignore_index": 0, "weight": WEIGHT},
        (SCORES.reshape(1, 4, 2, 3), CLASSES.reshape(1, 2, 3)),
    ),
    *cases(
        "CrossEntropyLoss",
        [*REDUCTIONS, {"weight": WEIGHT}, {"weight": WEIGHT, "label_smoothing": 0.2}],
        SCORES,
        PROBABILITIES,
    ),
    Case("CrossEntropyLoss", (), {"weight": WEIGHT}, (SCORES.reshape(2, 4, 3), PROBABILITIES.reshape(2, 4, 3))),
    *cases(
        "NLLLoss",
        [
            *REDUCTIONS,
            {"weight": WEIGHT},
            {"weight": WEIGHT, "ignore_index": 1},
            {"reduction": "none", "ignore_index": 2},
        ],
        LOG_PROBABILITIES,
        CLASSES,
    ),
    Case("NLLLoss", (), {"weight": WEIGHT}, (LOG_PROBABILITIES.reshape(2, 4, 3), CLASSES.reshape(2, 3))),
    *cases("BCELoss", [*REDUCTIONS, {"weight": WEIGHT}], INNER, numbers(6, 4, low=0, high=1)),
    *cases(
        "BCEWithLogitsLoss",
        [*REDUCTIONS, {"weight": WEIGHT}, {"pos_weight": WEIGHT}, {"weight": WEIGHT, "pos_weight": WEIGHT}],
        SCORES * 20,
        numbers(6, 4, low=0, high=1),
    ),
    *cases("KLDivLoss", [*REDUCTIONS, {"reduction": "batchmean"}], LOG_PROBABILITIES, PROBABILITIES),
    *cases("KLDivLoss", [{"log_target": True}], LOG_PROBABILITIES, np.log(PROBABILITIES)),
    *cases(
        "MultiMarginLoss",
        [*REDUCTIONS, {"p": 2}, {"margin": 0.3}, {"weight": WEIGHT}, {"p": 2, "weight": WEIGHT, "reduction": "none"}],
        SCORES,
        CLASSES,
    ),
    *cases(
        "TripletMarginLoss",
        [*REDUCTIONS, {"margin": 0.3}, {"p": 1.0}, {"p": 3.0}, {"eps": 0.1}, {"swap": True, "margin": 3.0}],
        *TRIPLET,
    ),
]

CASES = [
    *activations,
    *linear,
    *convolutions,
    *pooling,
    *resizing,
    *normalization,
    *recurrent,
    *attention,
    *transformers,
    *losses,
]
