"""nn.draw: a dense net as neurons and lines, a convolutional one as volumes; what is where, and to scale."""

import re
import tracemalloc
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

import nn
from nn import functional as F
from tests.nn.test_models_of_pytorch import lenet, resnet18

SVG = "{http://www.w3.org/2000/svg}"


def dense(*sizes):
    layers = [nn.Linear(i, o, rng=0) for i, o in pairwise(sizes)]
    return nn.Sequential(*[module for layer in layers[:-1] for module in (layer, nn.ReLU())], layers[-1])


def parts(picture, kind):
    return list(ET.fromstring(picture.svg).iter(f"{SVG}{kind}"))


def words(picture):
    return [text.text for text in parts(picture, "text")]


class TestNeurons:
    def test_the_lectures_net_has_its_names_lines_and_parameters(self):
        picture = nn.draw(dense(2, 4, 4, 3), (2,))
        names = [f"{letter}{i + 1}" for letter, n in (("x", 2), ("h", 4), ("a", 4), ("y", 3)) for i in range(n)]
        assert [word for word in words(picture) if word in names] == names
        assert len(parts(picture, "circle")) == 13
        assert len(parts(picture, "line")) == 2 * 4 + 4 * 4 + 4 * 3
        assert {"12 parameters", "20 parameters", "15 parameters"} <= set(words(picture))
        assert picture.text.endswith("47 parameters in all")

    def test_lines_are_as_wide_as_weights_are_large_and_dashed_where_negative(self):
        model = nn.Sequential(nn.Linear(2, 2))
        model[0].weight.data = [[1.0, -0.5], [0.25, -1.0]]
        lines = parts(nn.draw(model, (2,), weights=True), "line")
        look = [
            (round(float(line.get("stroke-width")) - 0.4, 2), line.get("stroke-dasharray") is not None)
            for line in lines
        ]
        assert look == [(4.0, False), (1.0, False), (2.0, True), (4.0, True)]  # from x1 to h1, h2; from x2
        assert len({line.get("stroke") for line in lines}) == 2

    @pytest.mark.parametrize(("neurons", "circles", "dots"), [(12, 12, 0), (13, 7, 3)])
    def test_large_layers_are_shortened(self, neurons, circles, dots):
        picture = nn.draw(nn.Sequential(nn.Linear(neurons, 1)), (neurons,))
        radii = [circle.get("r") for circle in parts(picture, "circle")]
        assert (radii.count("17.0"), radii.count("1.5")) == (circles + 1, dots)
        assert f"x{neurons}" in words(picture)

    def test_a_layer_that_is_used_again_is_drawn_again(self):
        class Shared(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc, self.out, self.relu = nn.Linear(4, 4), nn.Linear(4, 2), nn.ReLU()
                self.shift = nn.Parameter(np.zeros(4, np.float32))

            def forward(self, x):
                return self.out(self.relu(self.fc(self.relu(self.fc(x + self.shift)))))

        picture = nn.draw(Shared(), (4,))
        assert len(parts(picture, "line")) == 4 * 4 + 4 * 4 + 4 * 2
        assert picture.text.splitlines() == [
            "input (4,)",
            "Linear, ReLU -> (4,); 20 parameters",
            "Linear, ReLU -> (4,); 20 parameters",
            "Linear -> (2,); 10 parameters",
            "34 parameters in all",
        ]


class TestVolumes:
    def test_shapes_operations_and_parameters_stand_there(self):
        picture = nn.draw(lenet(nn), (1, 28, 28))
        sizes = ["28 x 28 x 1", "28 x 28 x 6", "14 x 14 x 6", "10 x 10 x 16", "5 x 5 x 16", "400", "120", "84", "10"]
        assert [word for word in words(picture) if word in sizes] == sizes
        assert {"Conv2d 5 x 5", "AvgPool2d 2 x 2", "48,120"} <= set(words(picture))
        assert picture.text.endswith("61,706 parameters in all")

    def test_heights_widths_and_channels_are_to_scale(self):
        model = nn.Sequential(nn.Conv2d(4, 8, 2, stride=2))
        blocks = parts(nn.draw(model, (4, 32, 16)), "polygon")
        fronts = [np.array([[float(n) for n in p.split(",")] for p in b.get("points").split()]) for b in blocks]
        fronts = [
            front for front in fronts if len(front) == 4 and front[0, 1] == front[1, 1] and front[0, 0] == front[3, 0]
        ]
        (depth, height), (next_depth, next_height) = (front[2] - front[0] for front in fronts)
        assert height == pytest.approx(2 * next_height, abs=0.2)
        assert next_depth == pytest.approx(2 * depth, abs=0.2)

    def test_blocks_of_modules_are_one_operation(self):
        text = nn.draw(resnet18(nn), (3, 64, 64)).text
        assert "Block, Block -> (32, 8, 8)" in text
        assert "Linear -> (10,)" in text


class TestEveryModuleIsDrawn:
    def test_a_block_that_keeps_the_shape_is_drawn_behind_the_input(self):
        class Block(nn.Module):
            def __init__(self):
                self.c1, self.c2 = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)

            def forward(self, x):
                return x + self.c2(F.relu(self.c1(x)))

        picture = nn.draw(nn.Sequential(Block(), Block(), nn.Conv2d(3, 3, 1), Block()), (3, 5, 5))
        assert picture.text.splitlines() == [
            "input (3, 5, 5)",
            "Block, Block -> (3, 5, 5); 48 parameters",
            "Conv2d 1 x 1 -> (3, 5, 5); 12 parameters",
            "Block -> (3, 5, 5); 24 parameters",
            "84 parameters in all",
        ]
        assert words(picture).count("Block") == 3

    @pytest.mark.parametrize("module", [nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout()], ids=lambda m: type(m).__name__)
    def test_what_comes_first_and_keeps_the_shape_is_too(self, module):
        picture = nn.draw(nn.Sequential(module, nn.Conv2d(3, 2, 1)), (3, 5, 5))
        name = type(module).__name__
        assert picture.text.splitlines()[1].startswith(f"{name} -> (3, 5, 5)")
        assert name in words(picture)

    def test_between_neurons_what_is_no_linear_layer_is_an_arrow(self):
        picture = nn.draw(nn.Sequential(nn.Dropout(), nn.Linear(3, 2)), (3,))
        assert len(parts(picture, "polygon")) == 1
        assert len(parts(picture, "line")) == 1 + 3 * 2
        assert "0 parameters" not in words(picture)


class TestWhatNoModuleMakes:
    def test_functions_that_change_the_shape_are_said_to_be_there(self):
        class Net(nn.Module):
            def __init__(self):
                self.c1, self.c2 = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)

            def forward(self, x):
                x = F.max_pool2d(F.relu(self.c1(F.avg_pool2d(x, 2))), 2)
                return F.relu(self.c2(x)).mean((2, 3))

        picture = nn.draw(Net(), (1, 16, 16))
        assert picture.text.splitlines()[:-1] == [
            "input (1, 16, 16)",
            "no module -> (1, 8, 8)",
            "Conv2d 3 x 3 -> (8, 8, 8); 80 parameters",
            "no module -> (8, 4, 4)",
            "Conv2d 3 x 3 -> (16, 4, 4); 1,168 parameters",
            "no module -> (16,)",
        ]
        assert words(picture).count("no module") == 3

    def test_so_are_those_between_neurons(self):
        class Net(nn.Module):
            def __init__(self):
                self.a, self.b = nn.Linear(2, 6), nn.Linear(3, 1)

            def forward(self, x):
                return self.b(F.glu(self.a(x)))

        picture = nn.draw(Net(), (2,))
        assert [word for word in words(picture) if word in ("Linear", "no module")] == ["Linear", "no module", "Linear"]
        assert len(parts(picture, "line")) == 2 * 6 + 1 + 3


class TestANetThatIsNotMade:
    def test_is_drawn_as_if_it_was(self):
        for make, shape in ((lambda: dense(2, 4, 3), (2,)), (lambda: lenet(nn), (1, 28, 28))):
            picture = nn.draw(make, shape)
            assert picture.text == nn.draw(make(), shape).text
            assert picture.svg == nn.draw(make(), shape).svg

    def test_its_parameters_take_no_memory(self):
        tracemalloc.start()
        try:
            picture = nn.draw(lambda: nn.Sequential(nn.Linear(3000, 3000), nn.Linear(3000, 2)), (3000,))
            assert tracemalloc.get_traced_memory()[1] < 5e6
        finally:
            tracemalloc.stop()
        assert picture.text.endswith("9,009,002 parameters in all")

    def test_it_is_made_where_its_weights_are_asked_for(self):
        picture = nn.draw(lambda: dense(2, 3, 2), (2,), weights=True)
        assert picture.svg == nn.draw(dense(2, 3, 2), (2,), weights=True).svg

    def test_a_net_keeps_none_of_the_hooks(self):
        model = dense(2, 3)
        nn.draw(model, (2,))
        with pytest.raises(ValueError, match="expected input"):
            nn.draw(model, (5,))
        assert all(not any(module._hooks()) for module in model.modules())


class TestFiles:
    def test_svg_has_a_role_a_title_and_a_description(self, tmp_path):
        picture = nn.draw(dense(2, 3), (2,))
        root = ET.parse(picture.save(tmp_path / "net.svg")).getroot()
        assert root.get("role") == "img"
        assert root.find(f"{SVG}desc").text == picture.text == str(picture)
        assert picture._repr_svg_() == picture.svg

    def test_every_colour_has_another_in_the_dark(self):
        svg = nn.draw(dense(2, 3), (2,), weights=True).svg
        colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg.split("</style>")[1]))
        assert len(colours) >= 4
        assert all(f'[fill="{colour}"] {{ fill: #' in svg for colour in colours)

    def test_png_is_as_large_as_its_scale(self, tmp_path):
        pytest.importorskip("resvg_py", reason='needs the extra "plots"')
        picture = nn.draw(dense(2, 3), (2,))
        width = float(ET.fromstring(picture.svg).get("width"))
        for scale in (1, 2):
            content = picture.save(tmp_path / "net.png", scale=scale).read_bytes()
            assert content.startswith(b"\x89PNG")
            assert int.from_bytes(content[16:20], "big") == pytest.approx(scale * width, abs=1)

    def test_what_cannot_be_written_leaves_the_old_file(self, tmp_path, monkeypatch):
        path = tmp_path / "net.svg"
        path.write_text("old")

        def full(descriptor):
            raise OSError("the disk is full")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="full"):
            nn.draw(dense(2, 3), (2,)).save(path)
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_other_endings_are_refused(self, tmp_path):
        with pytest.raises(ValueError, match=r"saved as \.svg or \.png, not '\.gif'"):
            nn.draw(dense(2, 3), (2,)).save(tmp_path / "net.gif")


class TestErrors:
    def test_shapes_that_do_not_fit(self):
        with pytest.raises(ValueError, match=r"0 \(Linear\): expected input of shape \(..., 2\), given \(1, 5\)"):
            nn.draw(dense(2, 3), (5,))

    def test_nets_of_another_kind_name_what_shows_them(self):
        with pytest.raises(ValueError, match=r"nn\.summary shows any net"):
            nn.draw(nn.LSTM(3, 4, batch_first=True), (7, 3))

    @pytest.mark.parametrize(
        ("model", "shape"),
        [
            (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(2), nn.LSTM(36, 5)), (1, 8, 8)),
            (nn.Sequential(nn.Conv3d(1, 2, 3)), (1, 8, 8, 8)),
        ],
        ids=["results in a tuple", "four axes"],
    )
    def test_what_is_no_volume_is_refused_and_not_drawn_as_one(self, model, shape):
        with pytest.raises(ValueError, match="neither a net of affine layers on vectors nor one on pictures"):
            nn.draw(model, shape)

    def test_what_is_no_module_or_no_shape(self):
        for model in (lambda: dense(2, 3).state_dict(), "a model"):
            with pytest.raises(TypeError, match=r"draw takes an nn\.Module, or a function without arguments"):
                nn.draw(model, (2,))
        with pytest.raises(TypeError, match="input_shape is a shape, such as"):
            nn.draw(dense(2, 3), 2)


def test_a_batch_norm_in_training_is_drawn():
    picture = nn.draw(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), (2,))
    assert "Linear, BatchNorm1d -> (3,); 15 parameters" in repr(picture)
