"""Optimisers: they change tensors by their gradients. PyTorch's names, arguments, defaults and numbers."""

try:
    from autograd import GraphError  # noqa: F401 (only glassgrad's autograd has it)
except ImportError as error:
    if error.name != "autograd":
        raise
    raise ImportError(
        "`optim` needs the engine of glassgrad, and finds another package named `autograd` in its place. Mend it with\n"
        "    pip uninstall -y autograd\n"
        "    pip install --force-reinstall --no-deps glassgrad    (in a checkout: -e . instead of glassgrad)"
    ) from error

from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.lbfgs import LBFGS
from optim.lion import Lion
from optim.muon import Muon
from optim.nadam import NAdam
from optim.optimizer import Optimizer
from optim.radam import RAdam
from optim.rmsprop import RMSprop
from optim.sgd import SGD

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
]
