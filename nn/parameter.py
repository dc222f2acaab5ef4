"""What a module's state is made of: Parameters, which are learned, and Buffers, which are not."""

from __future__ import annotations

from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from autograd.shape_only import without_values_if_asked


class Parameter(Tensor):
    """A Tensor that requires a gradient and belongs to the module that has it as an attribute."""

    __slots__ = ()
    held_by_module = True

    def __init__(self, data: ArrayLike | Tensor, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        super().__init__(without_values_if_asked(data), requires_grad=True, dtype=dtype, name=name)


class Buffer(Tensor):
    """A constant Tensor that belongs to a module's state, such as the running mean of BatchNorm.

    It is in `state_dict`, and `to(dtype)` converts it; no optimiser sees it.
    """

    __slots__ = ()
    held_by_module = True

    def __init__(self, data: ArrayLike | Tensor, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        super().__init__(data, dtype=dtype, name=name)
