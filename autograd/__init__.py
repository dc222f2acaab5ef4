"""NumPy with gradients: a Tensor records what is done to it, and gradients flow back through the record.

NumPy's own functions and operators work on Tensors: `np.exp(x)`, `x @ w`, `np.concatenate([a, b])`. Here is what
NumPy does not have.
"""

from autograd.name_clash import refuse_other_autograd

refuse_other_autograd()

from autograd.backward import gradients
from autograd.checkpoint import checkpoint
from autograd.compile import Compiled, compile
from autograd.drawing import Drawing, GraphvizMissingError, LayoutTimeoutError, draw
from autograd.errors import NotFiniteError
from autograd.eval_shape import ShapeDtype, eval_shape
from autograd.gradcheck import GradcheckError, gradcheck
from autograd.graph import GraphError, Node
from autograd.mode import debug, no_grad
from autograd.ops.elementwise import sigmoid
from autograd.ops.reduction import logsumexp
from autograd.ops.special import erf
from autograd.ops.windows import fold, sliding_windows
from autograd.primitive import Primitive, primitive, primitives
from autograd.tensor import Tensor, from_dlpack, get_default_dtype, set_default_dtype
from autograd.transforms import grad, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp
from autograd.value import Value

__all__ = [
    "Compiled",
    "Drawing",
    "GradcheckError",
    "GraphError",
    "GraphvizMissingError",
    "LayoutTimeoutError",
    "Node",
    "NotFiniteError",
    "Primitive",
    "ShapeDtype",
    "Tensor",
    "Value",
    "checkpoint",
    "compile",
    "debug",
    "draw",
    "erf",
    "eval_shape",
    "fold",
    "from_dlpack",
    "get_default_dtype",
    "grad",
    "gradcheck",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "logsumexp",
    "no_grad",
    "primitive",
    "primitives",
    "set_default_dtype",
    "sigmoid",
    "sliding_windows",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
