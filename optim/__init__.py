"""Optimisers: they change tensors by their gradients. PyTorch's names, arguments, defaults and numbers."""

try:
    from autograd import GraphError  # noqa: F401 (only glassgrad's autograd has it)
except ImportError as error:
    if error.name != "autograd":
        raise
    raise ImportError(
        "`optim` needs the engine of glassgrad, and finds another package named `autograd` in its place. Fix it with\n"
        "    pip uninstall -y autograd\n"
        "    pip install --force-reinstall --no-deps glassgrad    (in a checkout: -e . instead of glassgrad)"
    ) from error

from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.averaging import ExponentialMovingAverage
from optim.clipping import clip_grad_norm, clip_grad_value
from optim.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from optim.decay import ExponentialLR, LinearLR, MultiStepLR, StepLR
from optim.lbfgs import LBFGS
from optim.lion import Lion
from optim.muon import Muon
from optim.nadam import NAdam
from optim.one_cycle import OneCycleLR
from optim.optimizer import Optimizer
from optim.plateau import ReduceLROnPlateau
from optim.radam import RAdam
from optim.rmsprop import RMSprop
from optim.scheduler import LambdaLR, LRScheduler
from optim.sequential import SequentialLR
from optim.sgd import SGD

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "ExponentialMovingAverage",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "Lion",
    "MultiStepLR",
    "Muon",
    "NAdam",
    "OneCycleLR",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
    "clip_grad_norm",
    "clip_grad_value",
]
