"""What a Tensor's user may look for under PyTorch's names, and where it is."""

from __future__ import annotations

import numpy as np

HERE = {
    "view": "x.reshape(...)",
    "permute": "x.transpose(...)",
    "unsqueeze": "np.expand_dims(x, axis)",
    "t": "x.T",
    "mm": "x @ y",
    "bmm": "x @ y",
    "matmul": "x @ y",
    "clone": "x * 1",
    "numel": "x.size",
    "dim": "x.ndim",
    "cat": "np.concatenate([x, y])",
    "chunk": "np.split(x, n)",
    "float": "x.astype(np.float32)",
    "double": "x.astype(np.float64)",
    "long": "x.astype(np.int64)",
    "to": "x.astype(dtype)",
    "type": "x.astype(dtype)",
    "expand": "np.broadcast_to(x, shape)",
    "masked_fill": "np.where(mask, value, x)",
    "gather": "np.take_along_axis(x, indices, axis)",
    "pow": "x ** n",
    "neg": "-x",
    "sigmoid": "autograd.sigmoid(x)",
    "logsumexp": "autograd.logsumexp(x)",
    "erf": "autograd.erf(x)",
    "softmax": "nn.functional.softmax(x, axis)",
    "log_softmax": "nn.functional.log_softmax(x, axis)",
    "relu": "nn.functional.relu(x)",
    "requires_grad_": "x.requires_grad = True",
    "register_backward_hook": "x.register_hook(f)",
    "norm": "np.linalg.norm(x)",
    "cpu": "x: all is on the CPU",
    "cuda": "x: all is on the CPU",
    "is_leaf": "x.node.is_leaf",
    "grad_fn": "x.node",
}


def missing(name: str) -> str:
    """The message of the AttributeError for a name that a Tensor does not have."""
    if name in HERE:
        return f"a Tensor has no {name!r}: write {HERE[name]}."
    if not name.startswith("_") and callable(getattr(np, name, None)):
        return f"a Tensor has no {name!r}: write np.{name}(x)."
    if name.endswith("_") and not name.startswith("_"):
        return f"a Tensor has no {name!r}: it is not changed in place. Make a new one, or assign x.data."
    return f"a Tensor has no attribute {name!r}."
