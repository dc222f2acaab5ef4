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

from optim.adam import Adam
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
