"""Attention layers."""

from __future__ import annotations

from math import sqrt
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from autograd.random_numbers import random_generator
from nn import functional, init
from nn.functional.arguments import (
    Random,
    as_reals,
    as_tensor,
    divisor,
    expect_sequence,
    expect_shape,
    flag,
    float_dtype,
    integer,
    probability,
)
from nn.functional.attention import attention_weights
from nn.linear import Linear, uniform_parameter
from nn.module import Module
from nn.parameter import Parameter

Given = ArrayLike | Tensor


class MultiheadAttention(Module):
    """Attention in several subspaces at once (Vaswani et al. 2017, section 3.2.2).

    `in_proj_weight` (3 embed_dim, embed_dim) and `in_proj_bias` make queries, keys, values; where `kdim` or `vdim` is
    another than embed_dim, the weights are `q_proj_weight`, `k_proj_weight` (embed_dim, kdim) and `v_proj_weight`
    (embed_dim, vdim). `out_proj` is the affine layer on the results of the heads. Takes query (L, N, embed_dim),
    key (S, N, kdim), value (S, N, vdim), with `batch_first` (N, L, ...) and (N, S, ...), or all without N. Returns
    (output, weights): the output as the query, and the weights (N, L, S), the mean over the heads; (N, heads, L, S)
    without `average_attn_weights`, None without `need_weights`.

    Masks: `key_padding_mask` (N, S) and `attn_mask` (L, S) or (N heads, L, S) leave out a key where True, or are added
    to the products before softmax. With `is_causal`, a query sees no keys after its own place. Heads give 0 for a query
    that sees no key at all.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        self.embed_dim = embed_dim = integer(embed_dim, "embed_dim", least=1)
        self.num_heads = divisor(num_heads, "num_heads", embed_dim, of="features", into="heads")
        self.dropout = probability(dropout, "dropout")
        self.batch_first = flag(batch_first, "batch_first")
        self.rng = random_generator(rng)
        self.kdim = embed_dim if kdim is None else integer(kdim, "kdim", least=1)
        self.vdim = embed_dim if vdim is None else integer(vdim, "vdim", least=1)
        bias, dtype = flag(bias, "bias"), float_dtype(dtype)
        self.in_proj_weight: Parameter | None = None
        self.q_proj_weight: Parameter | None = None
        self.k_proj_weight: Parameter | None = None
        self.v_proj_weight: Parameter | None = None
        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = self._projection(3 * embed_dim, embed_dim, dtype)
        else:
            self.q_proj_weight = self._projection(embed_dim, embed_dim, dtype)
            self.k_proj_weight = self._projection(embed_dim, self.kdim, dtype)
            self.v_proj_weight = self._projection(embed_dim, self.vdim, dtype)
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype, self.rng)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def _projection(self, rows: int, columns: int, dtype: DTypeLike) -> Parameter:
        """A weight as `init.xavier_uniform_` makes it."""
        return uniform_parameter((rows, columns), sqrt(6 / (rows + columns)), dtype, self.rng)

    def forward(
        self,
        query: Given,
        key: Given,
        value: Given,
        key_padding_mask: Given | None = None,
        need_weights: bool = True,
        attn_mask: Given | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        query, key, value = as_reals(query, "query"), as_reals(key, "key"), as_reals(value, "value")
        batched = query.ndim == 3
        expect_sequence(query, self.embed_dim, self.batch_first, "query")
        self._expect_keys(query, key, value, batched)
        inputs = (query, key, value) if batched else (query[:, None], key[:, None], value[:, None])
        q, k, v = (self._heads(x, i, batched) for i, x in enumerate(inputs))
        n, _, length, _ = q.shape
        masks = self._masks(key_padding_mask, attn_mask, (n, self.num_heads, length, k.shape[2]), batched)
        weights = attention_weights(q, k, masks, is_causal)
        weights = functional.dropout(weights, self.dropout, self.training, self.rng)
        y = weights @ v
        y = y.transpose(*((0, 2, 1, 3) if self.batch_first and batched else (2, 0, 1, 3)))
        output = self.out_proj(y.reshape(*y.shape[:2], self.embed_dim))
        if not need_weights:
            return output if batched else output[:, 0], None
        if average_attn_weights:
            weights = weights.mean(axis=1)
        return (output, weights) if batched else (output[:, 0], weights[0])

    def _expect_keys(self, query: Tensor, key: Tensor, value: Tensor, batched: bool) -> None:
        """ValueError unless there is a key and a value of as many features for every example that has queries."""
        axes: list[int | str] = ["S"]
        if batched:
            batch = 0 if self.batch_first else 1
            axes.insert(batch, query.shape[batch])
        expect_shape(key, *axes, self.kdim, name="key")
        expect_shape(value, *key.shape[:-1], self.vdim, name="value")

    def _heads(self, x: Tensor, part: int, batched: bool) -> Tensor:
        """Queries (part 0), keys (1) or values (2) of x, as (N, heads, length, features of a head)."""
        rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        own = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)[part]
        weight = own if self.in_proj_weight is None else self.in_proj_weight[rows]
        y = functional.linear(x, cast(Tensor, weight), bias)
        y = y.reshape(*y.shape[:2], self.num_heads, self.embed_dim // self.num_heads)
        return y.transpose(*((0, 2, 1, 3) if self.batch_first and batched else (1, 2, 0, 3)))

    def _masks(
        self, padding: Given | None, attention: Given | None, shape: tuple[int, ...], batched: bool
    ) -> list[Tensor | None]:
        """The masks in axes that broadcast to (N, heads, L, S)."""
        n, heads, length, keys = shape
        masks: list[Tensor | None] = []
        if padding is not None:
            mask = _mask(padding)
            expect_shape(mask, *((n, keys) if batched else (keys,)), name="key_padding_mask")
            masks.append(mask.reshape(n, 1, 1, keys))
        if attention is not None:
            mask = _mask(attention)
            if mask.ndim == 2:
                expect_shape(mask, length, keys, name="attn_mask")
                masks.append(mask)
            else:
                expect_shape(mask, n * heads, length, keys, name="attn_mask")
                masks.append(mask.reshape(n, heads, length, keys))
        return masks

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}, dropout={self.dropout}, batch_first={self.batch_first}"


def _mask(mask: Any) -> Tensor:
    given = as_tensor(cast(Any, np.asarray(mask)) if isinstance(mask, list) else mask)
    if given.dtype.kind not in "bf":
        raise TypeError(f"expected mask of booleans or floating point numbers, given {given.dtype}.")
    return given
