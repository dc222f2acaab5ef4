"""The graph of a tensor as a picture, as DOT source, as a text table, and as a page to step through.

The boxes are read from the public attributes of `Node`, as any other tool can; what flows back is asked of the rules.
"""

from autograd.drawing.drawing import Drawing, draw
from autograd.drawing.render import GraphvizMissingError, LayoutTimeoutError

__all__ = ["Drawing", "GraphvizMissingError", "LayoutTimeoutError", "draw"]
