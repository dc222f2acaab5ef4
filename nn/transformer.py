"""Layers of the Transformer (Vaswani et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Literal, TypeAlias

from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from autograd.errors import describe
from autograd.random_numbers import random_generator
from nn import functional
from nn.attention import MultiheadAttention
from nn.container import ModuleList
from nn.dropout import Dropout
from nn.functional.arguments import (
    MOST_LAYERS,
    Random,
    as_reals,
    divisor,
    expect_sequence,
    flag,
    integer,
    number,
    probability,
)
from nn.linear import Linear
from nn.module import Module
from nn.normalization import LayerNorm

Activation: TypeAlias = Literal["relu", "gelu"] | Callable[[Any], Any]
Given = ArrayLike | Tensor


class _TransformerLayer(Module):
    """What encoder and decoder layers share: self-attention, and two affine layers at every place."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        rng = random_generator(rng)
        if not callable(activation) and not (isinstance(activation, str) and activation in ("relu", "gelu")):
            raise ValueError(f"activation must be 'relu', 'gelu' or a function, not {describe(activation)}.")
        self.activation = activation
        self.d_model = d_model = integer(d_model, "d_model", least=1)
        self.norm_first = flag(norm_first, "norm_first")
        nhead = divisor(nhead, "nhead", d_model, of="features", into="heads")
        dim_feedforward = integer(dim_feedforward, "dim_feedforward", least=1)
        dropout = probability(dropout, "dropout")
        batch_first, bias = flag(batch_first, "batch_first"), flag(bias, "bias")
        layer_norm_eps = number(layer_norm_eps, "layer_norm_eps", least=0)
        self._add_attention(d_model, nhead, dropout, bias, batch_first, dtype, rng)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype, rng)
        self.dropout = Dropout(dropout, rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype, rng)
        for i in range(1, self.parts + 1):
            setattr(self, f"norm{i}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        for i in range(1, self.parts + 1):
            setattr(self, f"dropout{i}", Dropout(dropout, rng))

    parts: int

    def _add_attention(
        self,
        d_model: int,
        nhead: int,
        dropout: float,
        bias: bool,
        batch_first: bool,
        dtype: DTypeLike | None,
        rng: Random,
    ) -> None:
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, rng=rng
        )

    def _add(self, x: Tensor, i: int, part: Callable[[Tensor], Tensor]) -> Tensor:
        """x plus the i-th part of the layer, normalised before it or after."""
        norm, dropout = vars(self)[f"norm{i}"], vars(self)[f"dropout{i}"]
        y: Tensor = x + dropout(part(norm(x))) if self.norm_first else norm(x + dropout(part(x)))
        return y

    def _feed_forward(self, x: Tensor) -> Tensor:
        activation = self.activation if callable(self.activation) else getattr(functional, self.activation)
        y: Tensor = self.linear2(self.dropout(activation(self.linear1(x))))
        return y


class TransformerEncoderLayer(_TransformerLayer):
    """Self-attention, then two affine layers at every place, each added to its input and normalised (section 3.1).

    src (L, N, d_model), with `batch_first` (N, L, d_model), or without N; result as src. `activation` is "relu", "gelu"
    or a function; `norm_first` normalises before each part (Xiong et al. 2020). Masks as in `MultiheadAttention`.
    """

    parts = 2

    def forward(
        self,
        src: Given,
        src_mask: Given | None = None,
        src_key_padding_mask: Given | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]  # type: ignore[no-any-return]

        x = as_reals(src, "src")
        expect_sequence(x, self.d_model, self.self_attn.batch_first, "src")
        x = self._add(x, 1, attend)
        return self._add(x, 2, self._feed_forward)


class TransformerEncoder(Module):
    """`num_layers` copies of an encoder layer, one on the result of the other, and then `norm`, if there is one.

    The copies start with the same weights, but drop elements of their own. Arguments are those of the layers.
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        if not isinstance(encoder_layer, Module):
            raise TypeError(f"TransformerEncoder takes a layer, not {encoder_layer!r}: make one, and give it.")
        if norm is not None and not isinstance(norm, Module):
            raise TypeError(f"norm must be a module or None, not {describe(norm)}.")
        self.num_layers = integer(num_layers, "num_layers", least=1, most=MOST_LAYERS)
        generators = {id(m.rng): m.rng for m in encoder_layer.modules() if hasattr(m, "rng")}  # shared, not copied
        self.layers = ModuleList(deepcopy(encoder_layer, dict(generators)) for _ in range(num_layers))
        self.norm = norm

    def forward(
        self,
        src: Given,
        mask: Given | None = None,
        src_key_padding_mask: Given | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        x = as_reals(src, "src")
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, is_causal)
        return x if self.norm is None else self.norm(x)


class TransformerDecoderLayer(_TransformerLayer):
    """Like `TransformerEncoderLayer`, with attention to `memory`, an encoder's result, between its two parts.

    tgt (L, N, d_model), memory (S, N, d_model), with `batch_first` (N, L, ...) and (N, S, ...), or both without N;
    result as tgt. With `tgt_is_causal`, as in generating text, a place sees none after it.
    """

    parts = 3

    def _add_attention(
        self,
        d_model: int,
        nhead: int,
        dropout: float,
        bias: bool,
        batch_first: bool,
        dtype: DTypeLike | None,
        rng: Random,
    ) -> None:
        super()._add_attention(d_model, nhead, dropout, bias, batch_first, dtype, rng)
        self.multihead_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, rng=rng
        )

    def forward(
        self,
        tgt: Given,
        memory: Given,
        tgt_mask: Given | None = None,
        memory_mask: Given | None = None,
        tgt_key_padding_mask: Given | None = None,
        memory_key_padding_mask: Given | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        seen = as_reals(memory, "memory")

        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]  # type: ignore[no-any-return]

        def look(x: Tensor) -> Tensor:
            masks = memory_key_padding_mask, False, memory_mask
            return self.multihead_attn(x, seen, seen, *masks, is_causal=memory_is_causal)[0]  # type: ignore[no-any-return]

        x = as_reals(tgt, "tgt")
        for sequence, name in ((x, "tgt"), (seen, "memory")):
            expect_sequence(sequence, self.d_model, self.self_attn.batch_first, name)
        x = self._add(x, 1, attend)
        x = self._add(x, 2, look)
        return self._add(x, 3, self._feed_forward)
