"""Attention: means of values, weighted by how well a query fits each of their keys."""

from __future__ import annotations

from math import sqrt
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.shape_only import any_known
from nn.functional.activation import softmax
from nn.functional.arguments import (
    Random,
    as_reals,
    as_tensor,
    expect_broadcast,
    flag,
    in_dtype,
    in_single_precision,
    integer,
    number,
)
from nn.functional.dropout import dropout


def scaled_dot_product_attention(
    query: ArrayLike | Tensor,
    key: ArrayLike | Tensor,
    value: ArrayLike | Tensor,
    attn_mask: ArrayLike | Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    rng: Random = None,
) -> Tensor:
    """softmax(query key^T scale) value (Vaswani et al. 2017, section 3.2.1): (..., L, E), (..., S, E), (..., S, F).

    `attn_mask` (L, S), or with axes in front, says by True which keys a query sees, or is added to the products before
    softmax. With `is_causal` a query sees no keys after its own place. The result for a query that sees no key is 0.
    `scale` is by default 1 / sqrt(E).
    """
    mask = None if attn_mask is None else as_tensor(attn_mask)
    if mask is not None and mask.dtype == bool:
        mask = Tensor(~mask.data)
    query, key, value = as_reals(query, "query"), as_reals(key, "key"), as_reals(value, "value")
    if (
        min(query.ndim, key.ndim, value.ndim) < 2
        or query.shape[-1] != key.shape[-1]
        or key.shape[-2] != value.shape[-2]
    ):
        raise ValueError(
            f"expected query (..., L, E), key (..., S, E) and value (..., S, F), given {query.shape}, {key.shape} and "
            f"{value.shape}."
        )
    weights = attention_weights(query, key, [mask], is_causal, scale)
    return dropout(weights, dropout_p, True, rng) @ value


def attention_weights(
    query: Tensor,
    key: Tensor,
    masks: list[Tensor | None],
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """softmax(query key^T scale + masks): how much (..., L, S) each query takes of each key.

    A mask that is True leaves a key out; one of numbers is added. All weights of a query that sees no key are 0.
    """
    dtype, query, key = query.dtype, in_single_precision(query), in_single_precision(key)
    scale = 1 / sqrt(max(query.shape[-1], 1)) if scale is None else number(scale, "scale")
    scores = (query * scale) @ key.swapaxes(-1, -2)
    if flag(is_causal, "is_causal"):
        masks = [*masks, Tensor(np.triu(np.ones(scores.shape[-2:], bool), 1))]
    for mask in masks:
        if mask is not None:
            scores = scores + _as_summand(mask, scores)
    unseeing = (scores.data == -np.inf).all(axis=-1, keepdims=True)
    if not any_known(unseeing):
        return in_dtype(softmax(scores, -1), dtype)
    weights = softmax(cast(Tensor, np.where(unseeing, 0, cast(Any, scores))), -1)
    return in_dtype(cast(Tensor, np.where(unseeing, 0, cast(Any, weights))), dtype)


def _as_summand(mask: Tensor, scores: Tensor) -> Tensor:
    expect_broadcast(mask, scores.shape, "mask")
    if mask.dtype == bool:
        return Tensor(np.where(mask.data, -np.inf, 0), dtype=scores.dtype)
    return as_reals(mask, "mask").astype(scores.dtype)


def positional_encoding(length: int, features: int) -> Any:
    """Sines and cosines that tell places apart, an array (length, features) (Vaswani et al. 2017, section 3.5).

    Feature 2i of place p is sin(p / 10000^(2i / features)), and feature 2i + 1 the cosine of the same.
    """
    length, features = integer(length, "length", least=0), integer(features, "features", least=0)
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, features, 2) / features)
    return cast(Any, np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, -1)[:, :features])
