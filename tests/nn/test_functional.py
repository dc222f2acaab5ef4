"""Functions apart from layers: ties and ends of ranges, derivatives to second order, the lecture's numbers."""

from inspect import signature

import numpy as np
import pytest
from scipy.signal import correlate2d

import nn
import nn.functional as F
from autograd import Tensor, gradcheck


def tensor(*shape):
    return Tensor(np.random.default_rng(0).standard_normal(shape), requires_grad=True)


class TestConvolution:
    def test_is_cross_correlation(self):
        x, w = tensor(1, 1, 5, 6), tensor(1, 1, 3, 3)
        np.testing.assert_allclose(
            F.conv2d(x, w).data[0, 0], correlate2d(x.data[0, 0], w.data[0, 0], mode="valid"), rtol=1e-12
        )

    @pytest.mark.parametrize(
        ("picture", "kernel", "options", "size"),
        [
            ((3, 32, 32), 5, {}, (1, 28, 28)),
            ((1, 7, 7), 3, {"stride": 1}, (1, 5, 5)),
            ((1, 7, 7), 3, {"stride": 2}, (1, 3, 3)),
            ((1, 7, 7), 3, {"padding": 1}, (1, 7, 7)),
        ],
    )
    def test_has_the_lectures_output_sizes(self, picture, kernel, options, size):
        layer = nn.Conv2d(picture[0], 1, kernel, **options)
        assert layer(tensor(1, *picture)).shape[1:] == size

    def test_two_hundred_filters_have_the_lectures_number_of_weights(self):
        layer = nn.Conv2d(3, 200, 5)
        assert sum(p.size for p in layer.parameters()) == 15_200

    @pytest.mark.parametrize("groups", [1, 2])
    def test_gradients_agree_with_finite_differences(self, groups):
        gradcheck(
            lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=1, dilation=(1, 2), groups=groups),
            [tensor(1, 2, 4, 5), tensor(2, 2 // groups, 2, 2), tensor(2)],
        )

    def test_takes_no_picture_at_all(self):
        for groups in (1, 2):
            x, w = tensor(0, 2, 4, 4), tensor(2, 2 // groups, 3, 3)
            F.conv2d(x, w, groups=groups).sum().backward()
            assert x.grad.shape == (0, 2, 4, 4)
            assert (w.grad.data == 0).all()

    def test_plain_arrays_are_pictures_too(self):
        assert F.conv2d(np.ones((1, 1, 3, 3)), tensor(1, 1, 2, 2)).shape == (1, 1, 2, 2)


class TestPooling:
    def test_gives_the_lectures_numbers(self):
        x = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], float).reshape(1, 1, 4, 4)
        assert F.max_pool2d(Tensor(x), 2).data[0, 0].tolist() == [[6, 8], [3, 4]]
        assert F.avg_pool2d(Tensor(x), 2).data[0, 0].tolist() == [[3.25, 5.25], [2, 2]]

    @pytest.mark.parametrize("where", [(0, 0), (0, 1), (1, 0)])
    def test_a_tie_gives_the_gradient_to_the_first_in_reading_order(self, where):
        x = np.zeros((1, 1, 2, 2))
        for place in [(0, 0), (0, 1), (1, 0), (1, 1)]:
            if place >= where:
                x[0, 0][place] = 1
        x = Tensor(x, requires_grad=True)
        F.max_pool2d(x, 2).sum().backward()
        assert np.argwhere(x.grad.data[0, 0]).tolist() == [list(where)]

    @pytest.mark.parametrize("pool", [F.max_pool2d, F.avg_pool2d])
    def test_gradients_agree_with_finite_differences(self, pool):
        gradcheck(lambda x: pool(x, (3, 2), stride=(1, 2), padding=1), [tensor(1, 1, 3, 4)])


class TestLosses:
    def test_ignored_targets_count_for_nothing_whatever_their_scores(self):
        x = Tensor([[-np.inf, 0, 1], [0, 1, 2]], requires_grad=True)
        loss = F.cross_entropy(x, [-100, 1])
        loss.backward()
        assert loss.item() == pytest.approx(1.407606)
        assert x.grad.data[0].tolist() == [0, 0, 0]

    def test_arrays_and_lists_are_taken_as_tensors(self):
        assert isinstance(nn.CrossEntropyLoss()(np.zeros((1, 2)), [0]), Tensor)
        assert isinstance(nn.ReLU()(np.zeros(2)), Tensor)
        assert nn.Linear(3, 2)([[1, 2, 3]]).shape == (1, 2)

    def test_the_sign_of_a_divergence_needs_no_logarithm_of_zero(self):
        x = Tensor(np.log([[0.25, 0.75]]), requires_grad=True)
        loss = F.kl_div(x, np.array([[0.0, 1.0]]), reduction="sum")
        loss.backward()
        assert loss.item() == pytest.approx(-np.log(0.75))
        assert x.grad.data.tolist() == [[0, -1]]

    def test_certain_probabilities_give_finite_losses_and_gradients(self):
        x = Tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
        losses = F.binary_cross_entropy(x, [0, 1, 1, 0], reduction="none")
        losses.sum().backward()
        assert losses.data.tolist() == [0, 0, 100, 100]
        assert np.isfinite(x.grad.data).all()

    @pytest.mark.parametrize("score", [-1e4, -100.0, 100.0, 1e4])
    def test_scores_of_any_size_give_finite_losses(self, score):
        x = Tensor([score], requires_grad=True)
        F.binary_cross_entropy_with_logits(x, [1.0]).backward()
        assert x.grad.data[0] == pytest.approx(-1 if score < 0 else 0, abs=1e-6)
        assert F.logsigmoid(x).item() == pytest.approx(min(score, 0), abs=1e-6)
        assert F.softplus(x).item() == pytest.approx(max(score, 0), abs=1e-6)

    @pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 2.0, 3.5, float("inf")])
    def test_triplets_by_any_norm_are_pytorchs(self, torch, p):
        a = np.array([[1.0, 2, 3], [0, -1, 4], [0.5, 0.25, -3]])
        positive = np.array([[1.0, 0, 4.5], [2, -1, 1], [0.5, 0.5, -1]])
        negative = np.array([[3.0, 2, 2.5], [0, 1, 7], [0, 0, -2]])
        ours = [Tensor(x, requires_grad=True) for x in (a, positive, negative)]
        theirs = [torch.tensor(x, requires_grad=True) for x in (a, positive, negative)]
        options = {"p": p, "margin": 2.0, "swap": True, "reduction": "none"}
        losses = F.triplet_margin_loss(*ours, **options)
        expected = torch.nn.functional.triplet_margin_loss(*theirs, **options)
        np.testing.assert_allclose(losses.data, expected.detach().numpy(), rtol=1e-9, atol=1e-12)
        if p == 0:  # a number of elements has the gradient 0
            return
        losses.sum().backward()
        expected.sum().backward()
        for x, y in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(x.grad.data, y.grad.numpy(), rtol=1e-6, atol=1e-9)

    def test_a_triplet_of_equal_points_has_gradient_0(self):
        """The norm has no slope at 0; the subgradient taken is 0, as in PyTorch."""
        x = Tensor(np.array([[1.0, 2.0]]), requires_grad=True)
        F.triplet_margin_loss(x, [[1.0, 2.0]], [[0.0, 2.0]], margin=2.0, eps=0.0).backward()
        assert x.grad.data.tolist() == [[-1, 0]]

    @pytest.mark.parametrize("log_target", [False, True])
    def test_divergence_where_a_probability_is_0(self, log_target):
        """0 log 0 counts as 0: the sum is log(2), and its gradient by log-probabilities x is -p."""
        p = np.array([0.5, 0.5, 0.0])
        with np.errstate(divide="ignore"):
            target = Tensor(np.log(p) if log_target else p, requires_grad=True)
        for impossible in (np.log(0.5), -np.inf):
            x = Tensor([*np.log([0.25, 0.25]), impossible], requires_grad=True, dtype=np.float64)
            loss = F.kl_div(x, target, "sum", log_target)
            np.testing.assert_allclose(loss.item(), np.log(2))
            loss.backward()
            np.testing.assert_allclose(x.grad.data, -p)
        assert np.isfinite(target.grad.data).all()

    def test_divergence_does_not_swallow_nan(self):
        x, target = np.log([0.5, 0.5]), np.array([np.nan, 0.5])
        assert np.isnan(F.kl_div(x, target).item())
        assert np.isnan(F.kl_div(x, target, log_target=True).item())

    def test_divergence_of_single_numbers(self, torch):
        x, target = np.array(-1.0), np.array(0.5)
        expected = torch.nn.functional.kl_div(torch.tensor(x), torch.tensor(target), reduction="batchmean")
        np.testing.assert_allclose(F.kl_div(x, target, "batchmean").item(), expected.item())

    @pytest.mark.parametrize("shape", [(), (2,), (1, 2), (3, 1), (3, 2)])
    def test_weights_that_broadcast_are_pytorchs(self, torch, shape):
        x, target = np.linspace(0.1, 0.9, 6).reshape(3, 2), np.eye(3)[:, :2]
        weight = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
        for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits"):
            expected = getattr(torch.nn.functional, name)(*map(torch.tensor, (x, target, weight)))
            np.testing.assert_allclose(getattr(F, name)(x, target, weight).item(), expected.item())


class TestActivations:
    @pytest.mark.parametrize("function", [F.elu, F.selu, F.leaky_relu, F.silu, F.gelu, F.hardswish])
    def test_nan_stays_nan_and_has_a_gradient(self, function):
        x = Tensor(np.array([np.nan]), requires_grad=True)
        y = function(x)
        y.sum().backward()
        assert np.isnan(y.data).all()
        assert x.grad.data != 0

    def test_softmax_over_nothing_is_nothing(self):
        for function in (F.softmax, F.log_softmax):
            assert function(np.zeros((2, 0)), 1).shape == (2, 0)

    def test_prelu_of_a_single_number_is_one(self):
        assert F.prelu(np.array(-2.0), np.array([0.5])).shape == ()


class TestNames:
    def test_are_pytorchs(self, torch):
        ours_alone = {"positional_encoding"}
        theirs = set(dir(torch.nn.functional)) | {"lstm_cell", "gru_cell", "rnn_cell", "unflatten", "flatten"}
        assert set(F.__all__) - theirs == ours_alone
        assert all(callable(getattr(F, name)) for name in F.__all__)

    def test_arguments_are_pytorchs(self, torch):
        for name in F.__all__:
            try:
                theirs = list(signature(getattr(torch.nn.functional, name)).parameters)
            except (AttributeError, ValueError):  # some are functions of C, which tell nothing
                continue
            if theirs == ["args", "kwargs"]:
                continue
            ours = [p for p in list(signature(getattr(F, name)).parameters)[1:] if p != "rng"]
            assert [p for p in ours if p not in theirs] in ([], ["sizes"]), name


class TestAttention:
    @pytest.mark.parametrize(
        "options",
        [{}, {"is_causal": True}, {"scale": 0.3}, {"attn_mask": "bool"}, {"attn_mask": "float"}],
        ids=str,
    )
    def test_is_pytorchs(self, torch, options):
        q, k, v = tensor(2, 3, 4, 5), tensor(2, 3, 4, 5) * 0.7, tensor(2, 3, 4, 6)
        masks = {"bool": np.tri(4, dtype=bool)[::-1].copy(), "float": np.linspace(-1, 1, 16).reshape(4, 4)}
        ours, theirs = dict(options), dict(options)
        if "attn_mask" in options:
            ours["attn_mask"] = masks[options["attn_mask"]]
            theirs["attn_mask"] = torch.tensor(masks[options["attn_mask"]])
        expected = torch.nn.functional.scaled_dot_product_attention(
            *(torch.tensor(x.numpy()) for x in (q, k, v)), **theirs
        )
        np.testing.assert_allclose(F.scaled_dot_product_attention(q, k, v, **ours).data, expected.numpy(), rtol=1e-10)


class TestPadding:
    @pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
    @pytest.mark.parametrize("widths", [(1, 2), (2, 0, 1, 1), (-1, 2, 0, -2)])
    def test_is_pytorchs(self, torch, mode, widths):
        x = tensor(2, 3, 4, 5)
        if len(widths) == 2 and mode != "constant":
            x = x[:, 0]
        options = {"value": 7.0} if mode == "constant" else {}
        expected = torch.nn.functional.pad(torch.tensor(x.numpy()), widths, mode, **options)
        np.testing.assert_array_equal(F.pad(x, widths, mode, **options).data, expected.numpy())

    @pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
    @pytest.mark.parametrize("widths", [(3, -3), (-1, 2), (2, -1), (-2, 3), (1, 1), (-2, -1), (-1, 3)])
    def test_of_both_signs_is_pytorchs(self, torch, mode, widths):
        if mode == "circular" and widths == (3, -3):
            return  # what PyTorch gives there is not from x
        x = tensor(1, 2, 5)
        theirs = torch.tensor(x.numpy(), requires_grad=True)
        y, expected = F.pad(x, widths, mode), torch.nn.functional.pad(theirs, widths, mode)
        np.testing.assert_array_equal(y.data, expected.detach().numpy())
        g = np.arange(1.0, y.size + 1).reshape(y.shape)
        (y * Tensor(g)).sum().backward()
        (expected * torch.tensor(g)).sum().backward()
        np.testing.assert_array_equal(x.grad.data, theirs.grad.numpy())

    def test_may_cut_the_whole_input_away(self):
        x = np.array([[[7.0, 1.0, 2.0, 3.0, 4.0]]])
        assert F.pad(x, (3, -5), "replicate").data.tolist() == [[[7, 7, 7]]]
        assert F.pad(x, (7, -6), value=9.0).data.tolist() == [[[9, 9, 9, 9, 9, 9]]]
        with pytest.raises(ValueError, match=r"padding \(3, -5\) with mode 'circular' does not fit"):
            F.pad(x, (3, -5), "circular")


class TestAdaptivePooling:
    @pytest.mark.parametrize("size", [1, 2, 3, 4, 7, (2, 5), (None, 2)])
    def test_is_pytorchs_and_so_are_its_gradients(self, torch, size):
        x = tensor(2, 3, 5, 6)
        theirs = torch.tensor(x.numpy(), requires_grad=True)
        for name in ("adaptive_avg_pool2d", "adaptive_max_pool2d"):
            y, expected = getattr(F, name)(x, size), getattr(torch.nn.functional, name)(theirs, size)
            np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-12)
            g = np.arange(1.0, y.size + 1).reshape(y.shape)
            (y * Tensor(g)).sum().backward()
            (expected * torch.tensor(g)).sum().backward()
        np.testing.assert_allclose(x.grad.data, theirs.grad.numpy(), rtol=1e-10)


SECOND_ORDER = [
    (F.gelu, [(5,)]),
    (lambda x: F.gelu(x, "tanh"), [(5,)]),
    (F.mish, [(5,)]),
    (lambda x: F.softmax(x, 0), [(3, 2)]),
    (lambda x, w, b: F.layer_norm(x, (3,), w, b), [(2, 3), (3,), (3,)]),
    (lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True), [(3, 2), (2,), (2,)]),
    (lambda x, w: F.group_norm(x, 2, w), [(2, 4), (4,)]),
    (lambda x, w: F.rms_norm(x, (3,), w), [(2, 3), (3,)]),
    (lambda x, w: F.conv1d(x, w, stride=2, padding=1), [(1, 2, 5), (2, 2, 3)]),
    (lambda x, w: F.conv_transpose1d(x, w, stride=2, padding=1, groups=2), [(1, 2, 3), (2, 1, 3)]),
    (lambda x: F.interpolate(x, (3, 5), mode="bilinear"), [(1, 1, 2, 3)]),
    (lambda x: F.adaptive_avg_pool2d(x, (2, 2)), [(1, 1, 3, 3)]),
    (lambda x, h, w, v: F.gru_cell(x, h, w, v), [(1, 2), (1, 2), (6, 2), (6, 2)]),
    (lambda x, h, c, w, v: F.lstm_cell(x, (h, c), w, v)[0], [(1, 2), (1, 2), (1, 2), (8, 2), (8, 2)]),
    (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), [(3, 2), (3, 2), (3, 2)]),
    (lambda x, y, w: F.bilinear(x, y, w), [(2, 2), (2, 3), (2, 2, 3)]),
    (lambda x: F.cross_entropy(x, [1, 0], label_smoothing=0.1), [(2, 3)]),
]


@pytest.mark.parametrize(("function", "shapes"), SECOND_ORDER)
def test_derivatives_to_second_order_agree_with_finite_differences(function, shapes):
    rng = np.random.default_rng(4)
    gradcheck(function, [Tensor(rng.standard_normal(shape), requires_grad=True) for shape in shapes])
