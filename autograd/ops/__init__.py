"""The primitives, a file a family. Importing this fills the registry and the table of NumPy's functions."""

from autograd.ops import (
    complex_numbers,
    composed,
    contraction,
    elementwise,
    fourier,
    indexing,
    linalg,
    movement,
    reduction,
    sets,
    shape,
    statistics,
    steps,
    trigonometry,
    values,
    windows,
)

__all__ = [
    "complex_numbers",
    "composed",
    "contraction",
    "elementwise",
    "fourier",
    "indexing",
    "linalg",
    "movement",
    "reduction",
    "sets",
    "shape",
    "statistics",
    "steps",
    "trigonometry",
    "values",
    "windows",
]
