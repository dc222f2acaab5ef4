"""Layers that turn words and places into rows of numbers."""

from __future__ import annotations

from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from autograd.random_numbers import random_generator
from nn import functional
from nn.dropout import Dropout
from nn.functional.arguments import Random, as_floats, flag, float_dtype, integer, probability
from nn.functional.linear import row
from nn.module import Module
from nn.parameter import Parameter


class Embedding(Module):
    """Row i of a table for every index i: x of integers (...), result (..., embedding_dim).

    `weight` (num_embeddings, embedding_dim) starts normal with standard deviation 1. The row of `padding_idx` starts as
    0, and is not trained.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        self.num_embeddings = integer(num_embeddings, "num_embeddings", least=1)
        self.embedding_dim = integer(embedding_dim, "embedding_dim", least=1)
        self.padding_idx = None if padding_idx is None else row(padding_idx, self.num_embeddings)
        dtype = float_dtype(dtype)
        weight = random_generator(rng).standard_normal((self.num_embeddings, self.embedding_dim))
        if padding_idx is not None:
            weight[padding_idx] = 0
        self.weight = Parameter(weight, dtype)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.embedding(x, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class PositionalEncoding(Module):
    """x plus sines and cosines that tell its places apart (Vaswani et al. 2017, section 3.5), and then dropout.

    x (L, N, d_model), or with `batch_first` (N, L, d_model), L up to `max_len`. Nothing is learned.
    """

    def __init__(
        self,
        d_model: int,
        dropout: float = 0.1,
        max_len: int = 5000,
        batch_first: bool = False,
        rng: Random = None,
    ) -> None:
        self.d_model = integer(d_model, "d_model", least=1)
        self.dropout = Dropout(probability(dropout, "dropout"), rng)
        self.max_len = integer(max_len, "max_len", least=1)
        self.batch_first = flag(batch_first, "batch_first")
        self.table = functional.positional_encoding(self.max_len, self.d_model)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        x = as_floats(x)
        time = 1 if self.batch_first else 0
        if x.ndim != 3 or x.shape[2] != self.d_model or x.shape[time] > self.max_len:
            axes = f"(N, L, {self.d_model})" if self.batch_first else f"(L, N, {self.d_model})"
            raise ValueError(f"expected input of shape {axes} with L up to {self.max_len}, given {x.shape}.")
        table = self.table[: x.shape[time]].astype(x.dtype)
        y = x + (table if self.batch_first else table[:, None])
        return self.dropout(y)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"{self.d_model}, max_len={self.max_len}, batch_first={self.batch_first}"
