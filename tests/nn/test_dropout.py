"""Dropout, by its statistics: in its layers, and inside the layers that have it built in."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor


def tensor(*shape):
    return Tensor(np.random.default_rng(0).standard_normal(shape), requires_grad=True)


class TestDropout:
    def test_drops_a_share_and_scales_the_rest(self):
        x = Tensor(np.ones((1000, 100), np.float32), requires_grad=True)
        y = F.dropout(x, 0.2, rng=np.random.default_rng(0))
        assert y.dtype == np.float32
        assert set(np.unique(y.data)) == {np.float32(0), np.float32(1.25)}
        assert (y.data == 0).mean() == pytest.approx(0.2, abs=0.01)
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.data, y.data)

    def test_leaves_x_alone_in_evaluation_and_at_zero(self):
        layer, x = nn.Dropout(0.5), tensor(3)
        assert layer.eval()(x) is x
        assert nn.Dropout(0.0)(x) is x

    def test_drops_everything_at_one(self):
        assert (F.dropout(tensor(3), 1.0).data == 0).all()

    def test_its_generator_fixes_what_it_drops(self):
        x = tensor(100)
        one, same = (nn.Dropout(rng=np.random.default_rng(3))(x).data for _ in range(2))
        np.testing.assert_array_equal(one, same)


class TestDropout2d:
    @pytest.mark.parametrize("shape", [(200, 50, 3, 2), (200, 50, 4)])
    def test_drops_whole_channels_and_scales_the_rest(self, shape):
        y = nn.Dropout2d(0.3, rng=0)(Tensor(np.ones(shape, np.float32))).data.reshape(200, 50, -1)
        assert (y == y[:, :, :1]).all()
        assert (y == 0).mean() == pytest.approx(0.3, abs=0.02)
        assert y.max() == np.float32(1 / 0.7)

    def test_leaves_x_alone_in_evaluation(self):
        x = tensor(2, 3, 4, 4)
        assert nn.Dropout2d(0.3).eval()(x) is x


class TestInOtherLayers:
    @pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
    def test_recurrent_layers_drop_between_layers_in_training_only(self, kind):
        x = tensor(3, 2, 4)
        one = kind(4, 5, num_layers=1, dropout=0.9, rng=0)
        np.testing.assert_array_equal(one(x)[0].data, one(x)[0].data)
        two = kind(4, 5, num_layers=2, dropout=0.5, rng=0)
        assert not np.array_equal(two(x)[0].data, two(x)[0].data)
        two.eval()
        np.testing.assert_array_equal(two(x)[0].data, two(x)[0].data)

    def test_attention_drops_a_share_of_the_weights(self):
        attention = nn.MultiheadAttention(4, 1, dropout=0.25, rng=0)
        identity = {"in_proj_weight": np.zeros((12, 4)), "in_proj_bias": np.repeat([0, 0, 1], 4)}
        identity |= {"out_proj.weight": np.eye(4), "out_proj.bias": np.zeros(4)}
        attention.load_state_dict(identity)
        x = Tensor(np.ones((100, 50, 4), np.float32))
        y, weights = attention(x, x, x)
        kept = y.data[..., 0] * 0.75  # each is the sum of those of 100 weights of 1/100 that were kept
        assert kept.mean() == pytest.approx(0.75, abs=0.01)
        assert kept.std() == pytest.approx(np.sqrt(0.25 * 0.75 / 100), rel=0.1)
        np.testing.assert_allclose(weights.data.sum(axis=-1), y.data[..., 0].T, rtol=1e-5)
        assert attention.eval()(x, x, x)[0].data == pytest.approx(1)

    @pytest.mark.parametrize("i", [1, 2])
    def test_transformers_drop_in_each_part(self, i):
        layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, rng=0)
        x = tensor(3, 2, 4)
        before = layer(x).data
        vars(layer)[f"dropout{i}"].p = 1.0
        assert not np.allclose(layer(x).data, before)
        np.testing.assert_array_equal(layer.eval()(x).data, before)

    def test_copies_of_an_encoder_layer_drop_different_elements(self):
        encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, rng=0), 2)
        first, second = (layer.dropout for layer in encoder.layers)
        x = Tensor(np.ones(1000, np.float32))
        assert first is not second
        assert not np.array_equal(first(x).data, second(x).data)

    def test_positional_encoding_drops_in_training_only(self):
        layer = nn.PositionalEncoding(6, dropout=0.5, rng=0)
        x = Tensor(np.full((40, 5, 6), 9.0))
        assert (layer(x).data == 0).mean() == pytest.approx(0.5, abs=0.06)
        assert (layer.eval()(x).data > 7).all()
