"""The primitives, a file a family. Importing this fills the registry and the table of NumPy's functions."""

from autograd.ops import contraction, elementwise, indexing, reduction, shape, values, windows

__all__ = ["contraction", "elementwise", "indexing", "reduction", "shape", "values", "windows"]
