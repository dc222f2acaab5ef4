"""Optimisers: they change tensors by their gradients. PyTorch's names, arguments, defaults and numbers."""

from optim.adam import Adam
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
