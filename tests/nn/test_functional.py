"""What layers refuse, dropout, ties, and the lecture's numbers of convolution and pooling."""

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


class TestErrors:
    @pytest.mark.parametrize(
        ("call", "error", "words"),
        [
            (lambda: nn.Linear(3, 2)(tensor(4, 5)), ValueError, r"linear: .*\(4, 5\).*\(out, in\) = \(2, 3\) takes, 3"),
            (lambda: nn.Linear(0, 2), ValueError, r"at least one input.*\(2, 0\)"),
            (lambda: nn.Conv2d(3, 2, 3)(tensor(3, 5, 5)), ValueError, r"\(3, 5, 5\); give one picture .*\[None\]"),
            (lambda: nn.Conv2d(3, 2, 3)(tensor(1, 4, 5, 5)), ValueError, r"take 3 channels.*\(1, 4, 5, 5\) has 4"),
            (lambda: nn.Conv2d(3, 2, 3)(tensor(1, 3, 2, 2)), ValueError, r"reaches over \(3, 3\).*\(2, 2\)"),
            (lambda: nn.Conv2d(3, 2, (3, 3, 3)), ValueError, "kernel_size must be an integer or a pair"),
            (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "3 and 4 channels do not divide into 2 groups"),
            (lambda: F.max_pool2d(tensor(1, 1, 2, 2), 3), ValueError, "window of 3 elements 1 apart .* into 2"),
            (
                lambda: F.max_pool2d(tensor(1, 1, 4, 4), 2, padding=2),
                ValueError,
                r"more than half of the window \(2, 2\)",
            ),
            (lambda: F.avg_pool2d(tensor(2, 2), 2), ValueError, "avg_pool2d takes pictures"),
            (lambda: nn.Conv2d(2, 2, 3, groups=0), ValueError, "2 and 2 channels do not divide into 0 groups"),
            (lambda: nn.Conv2d(2, 2, 3, stride=0), ValueError, "stride must be 1 or more, not 0"),
            (lambda: nn.Conv2d(2, 2, 3, stride=(1.9, 1)), ValueError, "stride must be an integer or a pair"),
            (lambda: nn.Conv2d(2, 2, 3, padding=-1), ValueError, "padding must be 0 or more, not -1"),
            (lambda: nn.MaxPool2d(0), ValueError, "kernel_size must be 1 or more, not 0"),
            (lambda: nn.Flatten(1, 5)(tensor(2, 3)), ValueError, r"shape \(2, 3\) has no axes from 1 to 5"),
            (lambda: nn.Flatten(2, 1)(tensor(2, 3, 4)), ValueError, "no axes from 2 to 1"),
            (lambda: nn.MSELoss("avg"), ValueError, "reduction must be 'mean', 'sum' or 'none', not 'avg'"),
            (lambda: F.cross_entropy(tensor(4), 1), ValueError, r"\(4,\) and int64 \(\)"),
            (lambda: F.cross_entropy(tensor(2, 3), [0, 1], weight=[1, 2]), ValueError, r"3 classes need 3 weights"),
            (lambda: F.cross_entropy(tensor(2, 3), [0, 1], label_smoothing=2), ValueError, "label_smoothing must be"),
            (lambda: nn.Dropout(1.5), ValueError, "between 0 and 1, not 1.5"),
            (lambda: F.dropout(tensor(1), -0.5), ValueError, "between 0 and 1, not -0.5"),
            (lambda: F.mse_loss(tensor(4, 1), np.ones(4)), ValueError, r"\(4, 1\) and target of shape \(4,\)"),
            (lambda: F.mse_loss(tensor(4), np.ones(4), "avg"), ValueError, "'mean', 'sum' or 'none', not 'avg'"),
            (lambda: F.cross_entropy(tensor(2, 3), [0, 3]), IndexError, "target 3 is not one of the classes 0 to 2"),
            (lambda: F.cross_entropy(tensor(2, 3), [0, -1]), IndexError, "target -1"),
            (
                lambda: F.cross_entropy(tensor(2, 3), [0.0, 1.0]),
                ValueError,
                r"integer classes .* float64 \(2,\)",
            ),
            (lambda: F.cross_entropy(tensor(2, 3), [0]), ValueError, r"float64 \(2, 3\) and int64 \(1,\)"),
        ],
    )
    def test_say_what_was_wrong(self, call, error, words):
        with pytest.raises(error, match=words):
            call()
