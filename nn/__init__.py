"""Layers, losses, initial values, data and files of weights: PyTorch's names, composed of autograd's primitives."""

try:
    from autograd import GraphError  # noqa: F401 (only glassgrad's autograd has it)
except ImportError as error:
    if error.name != "autograd":
        raise
    raise ImportError(
        "`nn` needs the engine of glassgrad, and finds another package named `autograd` in its place. Mend it with\n"
        "    pip uninstall -y autograd\n"
        "    pip install --force-reinstall --no-deps glassgrad    (in a checkout: -e . instead of glassgrad)"
    ) from error

from nn import data, functional, init
from nn.activation import ReLU, Sigmoid, Tanh
from nn.container import Sequential
from nn.conv import Conv2d
from nn.dropout import Dropout
from nn.flatten import Flatten
from nn.history import EarlyStopping, History
from nn.linear import Linear
from nn.loss import CrossEntropyLoss, MSELoss
from nn.metrics import accuracy, confusion_matrix
from nn.module import Module, Parameter
from nn.pooling import AvgPool2d, MaxPool2d
from nn.pytorch_files import load_pytorch
from nn.saving import load, save

__all__ = [
    "AvgPool2d",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "EarlyStopping",
    "Flatten",
    "History",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "accuracy",
    "confusion_matrix",
    "data",
    "functional",
    "init",
    "load",
    "load_pytorch",
    "save",
]
