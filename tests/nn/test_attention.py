"""Attention of queries that see no key: their heads give 0, and all gradients are finite, as in PyTorch."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor

PADDING = np.array([[0, 0, 1], [1, 1, 1]], bool)
"""Of two examples of three places, the second is nothing but padding."""


def numbers(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def finite(*tensors):
    return all(np.isfinite(tensor.data).all() for tensor in tensors)


MASKS = {
    "padding": lambda: (PADDING, None, False),
    "padding of numbers": lambda: (np.where(PADDING, -np.inf, 0).astype(np.float32), None, False),
    "mask": lambda: (None, np.array([[0, 0, 0], [1, 1, 1], [0, 1, 0]], bool), False),
    "mask of numbers": lambda: (None, np.where([[1], [0], [1]], 0, -np.inf).repeat(3, 1).astype(np.float32), False),
    "mask for every head": lambda: (None, np.arange(4)[:, None, None] * np.ones((4, 3, 3)) == 2, False),
    "padding and causal": lambda: (np.array([[1, 0, 0], [0, 0, 0]], bool), None, True),
    "padding and mask": lambda: (PADDING, np.array([[0, 0, 0], [1, 1, 0], [0, 0, 0]], bool), False),
}


@pytest.mark.parametrize("masks", MASKS.values(), ids=MASKS)
def test_whatever_the_mask_is_made_of(masks):
    layer = nn.MultiheadAttention(4, 2, batch_first=True, rng=0)
    layer.in_proj_bias.data = np.ones(12)
    layer.out_proj.bias.data = np.full(4, 0.5)
    x = Tensor(numbers(2, 3, 4), requires_grad=True)
    padding, mask, is_causal = masks()
    y, weights = layer(x, x, x, padding, attn_mask=mask, is_causal=is_causal, average_attn_weights=False)
    unseeing = (weights.data == 0).all(axis=-1)
    assert unseeing.any()
    np.testing.assert_allclose(weights.data.sum(axis=-1)[~unseeing], 1, rtol=1e-6)
    np.testing.assert_allclose(y.data[unseeing.all(axis=1)], 0.5)
    y.sum().backward()
    assert finite(y, x.grad, *(p.grad for p in layer.parameters()))


def test_the_gradient_of_a_mask_of_numbers_is_finite():
    mask = Tensor(np.array([[0.0, -np.inf], [-np.inf, -np.inf]]), requires_grad=True)
    x = numbers(2, 3).astype(float)
    F.scaled_dot_product_attention(x, x, x, mask).sum().backward()
    assert (mask.grad.data[1] == 0).all()
    assert finite(mask.grad)


def test_function_without_a_visible_key_is_pytorchs(torch):
    q, k, v = numbers(2, 3, 4), numbers(2, 5, 4), numbers(2, 5, 6)
    mask = np.array([[True] * 5, [False] * 5, [True, False] * 2 + [True]])
    expected = torch.nn.functional.scaled_dot_product_attention(*map(torch.tensor, (q, k, v)), torch.tensor(mask))
    np.testing.assert_allclose(F.scaled_dot_product_attention(q, k, v, mask).data, expected.numpy(), atol=1e-6)
    empty = F.scaled_dot_product_attention(q, k[:, :0], v[:, :0])
    assert empty.shape == (2, 3, 6)
    assert (empty.data == 0).all()


def test_sequences_of_length_0_are_taken():
    empty = np.zeros((0, 2, 4), "f")
    y, weights = nn.MultiheadAttention(4, 2, rng=0)(empty, empty, empty)
    assert (y.shape, weights.shape) == ((0, 2, 4), (2, 0, 0))


@pytest.mark.parametrize("norm_first", [False, True])
def test_an_example_of_padding_leaves_its_neighbour_alone(norm_first):
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True, norm_first=norm_first, rng=0)
    x = numbers(2, 3, 8)
    y = layer(x, None, PADDING)
    np.testing.assert_allclose(y.data[0], layer(x[:1], None, PADDING[:1]).data[0], rtol=1e-5, atol=1e-6)
    y[0].sum().backward()
    assert finite(y, *(p.grad for p in layer.parameters()))


def test_a_decoder_of_a_memory_that_is_padding_is_finite():
    layer = nn.TransformerDecoderLayer(8, 2, 16, 0.0, batch_first=True, rng=0)
    y = layer(numbers(2, 3, 8), numbers(2, 3, 8), memory_key_padding_mask=PADDING)
    y.sum().backward()
    assert finite(y, *(p.grad for p in layer.parameters()))


def test_scores_that_are_nan_stay_nan():
    x = np.full((2, 3), np.nan)
    assert np.isnan(F.scaled_dot_product_attention(x, x, np.ones((2, 1))).data).all()
