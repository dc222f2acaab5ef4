"""The graph of a tensor as a picture, as DOT source and as a text table.

This reads the public attributes of `Node` only, and so can any other tool.
"""

from autograd.draw.drawing import Drawing, draw
from autograd.draw.render import GraphvizMissingError, LayoutTimeoutError

__all__ = ["Drawing", "GraphvizMissingError", "LayoutTimeoutError", "draw"]
