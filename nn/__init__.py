"""Layers, losses, initial values, data and files of weights: PyTorch's names, composed of autograd's primitives."""

try:
    from autograd import GraphError  # noqa: F401 (only glassgrad's autograd has it)
except ImportError as error:
    if error.name != "autograd":
        raise
    raise ImportError(
        "`nn` needs the engine of glassgrad, and finds another package named `autograd` in its place. Fix it with\n"
        "    pip uninstall -y autograd\n"
        "    pip install --force-reinstall --no-deps glassgrad    (in a checkout: -e . instead of glassgrad)"
    ) from error

from nn import data, functional, init, onnx, plot
from nn.activation import (
    ELU,
    GELU,
    GLU,
    SELU,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from nn.attention import MultiheadAttention
from nn.container import ModuleDict, ModuleList, Sequential
from nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d
from nn.drawing import NetPicture, draw
from nn.dropout import Dropout, Dropout2d
from nn.embedding import Embedding, PositionalEncoding
from nn.flatten import Flatten, Unflatten
from nn.history import EarlyStopping, History
from nn.linear import Bilinear, Identity, Linear
from nn.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    SmoothL1Loss,
    TripletMarginLoss,
)
from nn.metrics import accuracy, confusion_matrix
from nn.module import Module
from nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from nn.parameter import Buffer, Parameter
from nn.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from nn.pytorch_files import load_pytorch
from nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from nn.resizing import Upsample, ZeroPad2d
from nn.saving import load, save
from nn.summary import Summary, summary
from nn.transformer import TransformerDecoderLayer, TransformerEncoder, TransformerEncoderLayer

__all__ = [
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Bilinear",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout2d",
    "EarlyStopping",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GroupNorm",
    "Hardswish",
    "Hardtanh",
    "History",
    "HuberLoss",
    "Identity",
    "KLDivLoss",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiMarginLoss",
    "MultiheadAttention",
    "NLLLoss",
    "NetPicture",
    "PReLU",
    "Parameter",
    "PositionalEncoding",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Softsign",
    "Summary",
    "Tanh",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "TripletMarginLoss",
    "Unflatten",
    "Upsample",
    "ZeroPad2d",
    "accuracy",
    "confusion_matrix",
    "data",
    "draw",
    "functional",
    "init",
    "load",
    "load_pytorch",
    "onnx",
    "plot",
    "save",
    "summary",
]
