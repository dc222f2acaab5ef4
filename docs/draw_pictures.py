"""Draw the pictures of README and the docs: `python docs/draw_pictures.py [folder]`, by default into docs/images.

The pages to step through are made while the site is built, by hooks.py.
"""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, Value, draw

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS.parent / "examples")]


def lecture():
    """f(x) = (-x + 3)^2 at x = 2, after backward."""
    x = Tensor(2.0, requires_grad=True, name="x")
    y = (-x + 3) ** 2
    y.backward()
    return draw(y)


def digits():
    """The loss of a batch in the digits example, after backward."""
    from digits import ConvNet

    train, _ = nn.data.digits()
    model = ConvNet(np.random.default_rng(0))
    loss = nn.functional.cross_entropy(model(Tensor(train.x[:64], name="x")), train.y[:64])
    loss.name = "loss"
    loss.backward()
    return draw(loss)


def neurons():
    """The lecture's 2-4-4-3 net, with its weights."""
    rng = np.random.default_rng(3)
    sizes = [(2, 4), (4, 4), (4, 3)]
    layers = [module for size in sizes for module in (nn.Linear(*size, rng=rng), nn.Tanh())]
    return nn.draw(nn.Sequential(*layers[:-1]), (2,), weights=True)


def lenet():
    """LeNet-5 as volumes."""
    from fashion import lenet

    return nn.draw(lenet(np.random.default_rng(0)), (1, 28, 28))


def resnet18():
    """ResNet-18 as volumes."""
    return nn.draw(_resnet18(64), (3, 224, 224))


def resnet18_graph():
    """The graph of ResNet-18, its blocks closed."""
    return draw(_resnet18(16)(_noise(2, 3, 64, 64)), depth=1)


def transformer_layer():
    """The graph of a layer of a transformer."""
    rng = np.random.default_rng(0)
    model = nn.ModuleDict({"layer": nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True, rng=rng)})
    return draw(model["layer"](_noise(2, 5, 32)), depth=1)


def lstm():
    """An LSTM over 3 steps, unrolled: each step is the same cell."""
    rng = np.random.default_rng(0)
    model = nn.ModuleDict({"cell": nn.LSTMCell(2, 2, rng=rng), "out": nn.Linear(2, 1, rng=rng)})
    state = None
    for t in range(3):
        x = Tensor(rng.standard_normal((1, 2)), dtype=np.float32, name=f"x{t}")
        state = model["cell"](x, state)
    loss = (model["out"](state[0]) ** 2).sum()
    loss.name = "loss"
    return draw(loss, show=["shape"])


def lstm_folded():
    """The same over 500 steps, which fold."""
    rng = np.random.default_rng(0)
    model = nn.ModuleDict({"lstm": nn.LSTM(2, 2, rng=rng)})
    loss = (model["lstm"](_noise(500, 1, 2))[0] ** 2).sum()
    loss.name = "loss"
    return draw(loss, depth=1, show=["shape"])


def _resnet18(width):
    from tests.nn.test_models_of_pytorch import resnet18

    return resnet18(nn, width)


def _noise(*shape):
    return Tensor(np.random.default_rng(1).standard_normal(shape), dtype=np.float32, name="x")


def why_this_order():
    """b = a + a, c = b + b, where a wrong order gives 8 instead of 4."""
    a = Value(1.0, "a")
    b = a + a
    b.name = "b"
    c = b + b
    c.name = "c"
    return draw(c)


PICTURES = (lecture, digits, neurons, lenet, resnet18, resnet18_graph, transformer_layer, lstm, lstm_folded)
PAGES = (lecture, why_this_order)

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "images"
    for picture in PICTURES:
        picture().save(folder / f"{picture.__name__}.svg")
