"""Draw the pictures of README and the docs: `python docs/draw_pictures.py [folder]`, by default into docs/images."""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw

DOCS = Path(__file__).parent


def lecture():
    """f(x) = (-x + 3)^2 at x = 2, after backward."""
    x = Tensor(2.0, requires_grad=True, name="x")
    y = (-x + 3) ** 2
    y.backward()
    return draw(y)


def digits():
    """The loss of a batch in the digits example, after backward."""
    sys.path.insert(0, str(DOCS.parent / "examples"))
    from digits import ConvNet

    train, _ = nn.data.digits()
    model = ConvNet(np.random.default_rng(0))
    loss = nn.functional.cross_entropy(model(Tensor(train.x[:64], name="x")), train.y[:64])
    loss.name = "loss"
    loss.backward()
    return draw(loss)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "images"
    for picture in (lecture, digits):
        picture().save(folder / f"{picture.__name__}.svg")
