"""Pictures of learning: what is drawn are the right numbers, in the axes given, and the model is as it was."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad
from nn.plot.axes import outputs_of

pyplot = pytest.importorskip("matplotlib.pyplot", reason='needs the extra "plots"')


@pytest.fixture
def ax():
    figure = pyplot.figure()
    yield figure.gca()
    pyplot.close(figure)


def written(ax):
    """What the outlines of letters in an axes say."""
    return [patch.get_label()[1:] for patch in ax.patches if patch.get_label().startswith("_")]


def half_plane():
    """Scores of two classes: class 1 to the right of x = 0."""
    model = nn.Sequential(nn.Linear(2, 2))
    model[0].weight.data = [[-1.0, 0.0], [1.0, 0.0]]
    model[0].bias.data = [0.0, 0.0]
    return model


POINTS = np.array([[-1.0, -1.0], [1.0, 1.0], [2.0, 0.0]])


class TestPlanes:
    def test_decision_regions_are_where_the_classifier_decides(self, ax):
        model = half_plane()
        assert nn.plot.decision_regions(model, POINTS, np.array([0, 1, 1]), ax) is ax
        assert model.training
        paths = ax.collections[0].get_paths()
        left, right = (path.get_extents() for path in paths)
        assert left.x1 == pytest.approx(0, abs=0.05)
        assert right.x0 == pytest.approx(0, abs=0.05)
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["0", "1"]
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("x1", "x2")

    def test_one_score_decides_by_its_sign(self, ax):
        model = nn.Linear(2, 1)
        model.weight.data = [[0.0, 1.0]]
        model.bias.data = [0.0]
        nn.plot.decision_regions(model, POINTS, np.array([0, 1, 1]), ax)
        lower, upper = (path.get_extents() for path in ax.collections[0].get_paths())
        assert lower.y1 == pytest.approx(upper.y0, abs=0.05) == pytest.approx(0, abs=0.05)

    def test_a_units_response_is_its_output_over_the_plane(self, ax):
        model = half_plane()
        nn.plot.unit_response(model, model[0], 1, POINTS, ax)
        values = ax.collections[0].get_array().reshape(200, 200)
        np.testing.assert_allclose(values, np.broadcast_to(np.linspace(-1.3, 2.3, 200), (200, 200)), atol=1e-6)
        ax.figure.canvas.draw()
        (bar,) = ax.child_axes
        assert bar.get_window_extent().height == pytest.approx(ax.get_window_extent().height)

    def test_points_of_other_shapes_are_refused(self, ax):
        with pytest.raises(ValueError, match=r"expected points of shape \(N, 2\), given \(3, 3\)"):
            nn.plot.decision_regions(half_plane(), np.zeros((3, 3)), np.zeros(3, int), ax)
        model = half_plane()
        with pytest.raises(IndexError, match="has units 0 to 1, not 2"):
            nn.plot.unit_response(model, model[0], 2, POINTS, ax)
        with pytest.raises(ValueError, match="ReLU is not a module of this Sequential"):
            nn.plot.unit_response(half_plane(), nn.ReLU(), 0, POINTS, ax)


class TestImages:
    def test_filters_stand_side_by_side(self, ax):
        weight = np.arange(1.0, 19.0).reshape(2, 1, 3, 3)
        shown = nn.plot.filters(weight, ax).get_images()[0].get_array()
        np.testing.assert_array_equal(shown[:, :3], weight[0, 0])
        np.testing.assert_array_equal(shown[:, 4:], weight[1, 0])
        assert shown.mask[:, 3].all()

    def test_filters_of_three_channels_are_in_colour(self, ax):
        weight = np.random.default_rng(0).uniform(size=(4, 3, 5, 5))
        assert nn.plot.filters(weight, ax).get_images()[0].get_array().shape == (11, 11, 3)

    def test_of_many_filters_the_first_are_shown(self, ax):
        assert nn.plot.filters(np.ones((100, 1, 3, 3)), ax).get_images()[0].get_array().shape == (31, 31)
        assert ax.get_title() == "the first 64 of 100 filters"
        nn.plot.filters(np.ones((100, 6, 3, 3)), ax)
        assert ax.get_title() == "the first 8 of 100 filters, 6 of 6 channels"
        assert ax.get_images()[1].get_array().shape == (31, 23)

    def test_activations_are_the_layers_channels(self, ax):
        model = nn.Sequential(nn.Conv2d(1, 4, 3, rng=0), nn.ReLU())
        picture = np.random.default_rng(0).standard_normal((1, 6, 6))
        shown = nn.plot.activations(model, model[1], picture, ax).get_images()[0].get_array()
        y = model(Tensor(picture[None], dtype=np.float32)).data[0]
        np.testing.assert_array_equal(shown[5:, 5:], y[3])

    def test_saliency_of_a_linear_net_is_the_size_of_its_weights(self, ax):
        model = nn.Sequential(nn.Flatten(), nn.Linear(2 * 3 * 4, 5, rng=0))
        shown = nn.plot.saliency(model, np.ones((2, 3, 4)), 2, ax).get_images()[0].get_array()
        expected = np.abs(model[1].weight.data[2].reshape(2, 3, 4)).max(axis=0)
        np.testing.assert_allclose(shown, expected, rtol=1e-6)
        assert model[1].weight.grad is None

    def test_three_layers_of_3_x_3_see_7_x_7(self, ax):
        model = nn.Sequential(*[module for _ in range(3) for module in (nn.Conv2d(1, 1, 3, rng=0), nn.ReLU())])
        for layer in (model[0], model[2], model[4]):
            nn.init.constant_(layer.weight, 0.1)
            nn.init.constant_(layer.bias, 5.0)
        shown = nn.plot.receptive_field(model, (1, 15, 15), (2, 3), ax).get_images()[0].get_array()
        expected = np.zeros((15, 15), bool)
        expected[2:9, 3:10] = True
        np.testing.assert_array_equal(shown, expected)
        assert ax.get_title() == "output (2, 3) sees 7 x 7 pixels"

    def test_others_are_refused(self, ax):
        with pytest.raises(ValueError, match=r"a weight of shape \(O, C, h, w\), given \(3, 3\)"):
            nn.plot.filters(np.zeros((3, 3)), ax)
        with pytest.raises(ValueError, match=r"one picture of shape \(C, H, W\), given \(6, 6\)"):
            nn.plot.saliency(nn.Flatten(), np.zeros((6, 6)), 0, ax)


class TestLossSurface:
    def test_a_bowl_has_its_heights_and_the_path_ends_in_the_middle(self, ax):
        model = nn.Linear(2, 1, bias=False)
        path = []
        for w in ([3.0, 1.0], [1.0, 1.5], [0.0, 0.0]):
            model.weight.data = [w]
            path.append(model.state_dict())
        nn.plot.loss_surface(model, lambda: (model.weight * model.weight).sum(), path, ax)
        np.testing.assert_array_equal(model.weight.data, [[0.0, 0.0]])
        lengths = np.hypot(*ax.lines[0].get_xydata().T)
        np.testing.assert_allclose(lengths, [10**0.5, 3.25**0.5, 0], atol=1e-6)
        levels, contours = ax.collections[0].levels, ax.collections[0].get_paths()
        for level, contour in zip(levels, contours, strict=True):
            if level > 0.5 and len(contour.vertices):
                np.testing.assert_allclose((contour.vertices**2).sum(axis=1), level, rtol=0.1)

    def test_a_path_of_one_place_is_refused(self, ax):
        model = nn.Linear(2, 1)
        with pytest.raises(ValueError, match="two different states or more"):
            nn.plot.loss_surface(model, lambda: model.weight.sum(), [model.state_dict()], ax)


class TestHistograms:
    def test_a_ridge_for_every_layer_and_parameter(self, ax):
        model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=0))
        x = Tensor(np.random.default_rng(0).standard_normal((50, 3)), dtype=np.float32)
        nn.plot.activation_histograms(model, x, ax)
        assert [label.get_text() for label in ax.get_yticklabels()] == ["2 Linear", "1 Tanh", "0 Linear"]
        said = [text.get_text() for text in ax.texts]
        assert said[1] == f"std {np.tanh(model[0](x).data).std():.2g}"
        with pytest.raises(ValueError, match="no parameter has a gradient"):
            nn.plot.gradient_histograms(model, ax)
        model(x).sum().backward()
        ax.clear()
        nn.plot.gradient_histograms(model, ax)
        assert [label.get_text() for label in ax.get_yticklabels()] == ["2.bias", "2.weight", "0.bias", "0.weight"]

    def test_the_running_statistics_stay(self, ax):
        model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4))
        before = model.state_dict()
        nn.plot.activation_histograms(model, np.random.default_rng(0).standard_normal((50, 3)).astype(np.float32), ax)
        assert model.training
        for name, value in model.state_dict().items():
            np.testing.assert_array_equal(value, before[name])


class Meeting(nn.Module):
    """Gives back its input, after another thread has run the model on zeros once."""

    model = None

    def forward(self, x):
        model, Meeting.model = Meeting.model, None
        if model is not None:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(model, np.zeros((7, 2), np.float32)).result()
        return x


def test_outputs_are_those_of_this_thread(ax):
    model = nn.Sequential(nn.Linear(2, 3, rng=0), Meeting())
    x = np.ones((4, 2), np.float32)
    Meeting.model = model
    np.testing.assert_array_equal(outputs_of(model[0], model, x).data, model[0](x).data)
    Meeting.model = model
    nn.plot.activation_histograms(model, x, ax)
    assert ax.texts[1].get_text() == f"std {model[0](x).data.std():.2g}"
    assert not model[0]._hooks_after


class TestModelsAreLeftAsTheyWere:
    """Also in training mode, where BatchNorm moves its averages and dropout draws random numbers."""

    @pytest.mark.parametrize("plot", ["activation_histograms", "loss_surface"])
    def test_buffers_and_generators(self, plot, ax):
        rng = np.random.default_rng(1)
        model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(0.5, rng=rng))
        before, drawn = model.state_dict(), rng.bit_generator.state
        if plot == "loss_surface":
            other = {name: value + 1 for name, value in before.items()}
            nn.plot.loss_surface(model, lambda: (model(POINTS) ** 2).sum(), [other, before], ax)
        else:
            nn.plot.activation_histograms(model, POINTS, ax)
        assert rng.bit_generator.state == drawn
        for name, value in model.state_dict().items():
            np.testing.assert_array_equal(value, before[name])

    def test_gradients_are_taken_in_no_grad_too(self, ax):
        with no_grad():
            nn.plot.saliency(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), np.ones((1, 2, 2)), ax=ax)


class TestCurves:
    def test_runs_are_told_apart_by_style_and_colour(self, ax):
        histories = {}
        for label, factor in (("slow", 1.0), ("fast", 0.5)):
            histories[label] = nn.History()
            for epoch in range(3):
                histories[label].record(epoch=epoch, loss=factor / (epoch + 1))
        nn.plot.learning_curves(histories, "loss", ax)
        np.testing.assert_allclose(ax.lines[1].get_ydata(), [0.5, 0.25, 1 / 6])
        assert len({line.get_linestyle() for line in ax.lines}) == len({line.get_color() for line in ax.lines}) == 2
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")

    def test_the_confusion_matrix_has_counts_and_shares(self, ax):
        nn.plot.confusion_matrix([[3, 1], [0, 4]], ["cat", "dog"], ax)
        assert [text.get_text() for text in ax.texts] == ["3", "1", "0", "4"]
        np.testing.assert_allclose(ax.get_images()[0].get_array(), [[0.75, 0.25], [0, 1]])
        with pytest.raises(ValueError, match=r"a square matrix of counts, given \(2, 3\)"):
            nn.plot.confusion_matrix(np.zeros((2, 3)), ax=ax)

    def test_of_many_classes_the_shades_are_enough(self, ax):
        nn.plot.confusion_matrix(np.eye(30, dtype=int), [f"class {i}" for i in range(30)], ax)
        assert not ax.texts
        ax.figure.set_layout_engine("constrained")
        ax.figure.canvas.draw()
        figure = ax.figure.bbox
        for label in [*ax.get_xticklabels(), *ax.get_yticklabels()]:
            box = label.get_window_extent()
            assert figure.contains(box.x0, box.y0)
            assert figure.contains(box.x1, box.y1)


class TestConvolution:
    picture = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 2.0, 1.0]])
    weight = np.array([[1.0, 0.0], [-1.0, 2.0]])

    def test_the_arithmetic_of_a_place(self, ax):
        nn.plot.convolution(self.picture, self.weight, (0, 1), ax)
        said = written(ax)
        assert said[-1] == "2×1 + 1×(-1) + 3×2 =\N{NO-BREAK SPACE}7"
        assert said[1:3] == ["2", "×1"]
        assert said[-3:-1] == ["3", "7"]  # 1 - 0 + 2, and the place; the rest is still to come

    def test_a_long_sum_is_shortened_in_the_middle(self, ax):
        nn.plot.convolution(np.arange(1.0, 26.0).reshape(5, 5), np.full((5, 5), -1234.0), (0, 0), ax)
        lines = written(ax)[51:]
        products = [*(f"{i}×(-1234)" for i in (1, 2, 3, 4)), "…", *(f"{i}×(-1234)" for i in (22, 23, 24, 25))]
        assert " ".join(lines) == f"{' + '.join(products)} =\N{NO-BREAK SPACE}{-1234 * 325:.3g}"
        assert len(lines) > 1

    def test_all_that_is_written_stays_in_its_place(self):
        """In a figure of four, every number is in its cell, and every line in its axes."""
        rng = np.random.default_rng(0)
        figure, axes = pyplot.subplots(2, 2, layout="constrained")
        for ax in axes.flat:
            nn.plot.convolution(rng.standard_normal((8, 8)), rng.standard_normal((5, 5)) / 1000, (1, 2), ax)
        figure.canvas.draw()
        for ax in axes.flat:
            assert min(ax.get_position().width, ax.get_position().height) > 0.2
            inside = ax.get_window_extent().padded(1)
            for patch in ax.patches:
                box = patch.get_window_extent()
                assert inside.contains(box.x0, box.y0)
                assert inside.contains(box.x1, box.y1)
        pyplot.close(figure)

    def test_places_outside_are_refused(self, ax):
        with pytest.raises(IndexError, match=r"places up to \(1, 1\), not \(2, 0\)"):
            nn.plot.convolution(self.picture, self.weight, (2, 0), ax)
        with pytest.raises(ValueError, match=r"a picture \(H, W\) and a filter"):
            nn.plot.convolution(self.picture[None], self.weight, (0, 0), ax)

    def test_an_animation_of_something_else_leaves_no_figure(self, tmp_path):
        before = pyplot.get_fignums()
        with pytest.raises(ValueError, match=r"expected a picture \(H, W\) and a filter"):
            nn.plot.animate_convolution(np.ones((2, 3, 3)), np.ones((2, 2)), tmp_path / "film.gif")
        assert pyplot.get_fignums() == before

    def test_the_animation_has_a_frame_for_every_place(self, tmp_path):
        image = pytest.importorskip("PIL.Image", reason="Pillow, which comes with matplotlib, is not installed")
        path = nn.plot.animate_convolution(self.picture, self.weight, tmp_path / "window.gif")
        with image.open(path) as film:
            assert film.n_frames == 4
        page = nn.plot.animate_convolution(self.picture, self.weight, tmp_path / "window.html").read_text()
        assert page.count("data:image/png;base64") == 4
        with pytest.raises(ValueError, match=r"saved as \.gif or \.html, not '\.mp4'"):
            nn.plot.animate_convolution(self.picture, self.weight, tmp_path / "window.mp4")


def test_without_an_axes_a_figure_is_made():
    ax = nn.plot.confusion_matrix([[1]])
    assert ax.figure.axes == [ax]
    pyplot.close(ax.figure)
