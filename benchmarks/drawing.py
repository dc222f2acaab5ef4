"""How long large graphs take to be drawn, layout and all.

python benchmarks/drawing.py
"""

from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

import nn
from autograd import Tensor, draw

LIMIT = 10
"""Seconds."""


def chain(rng):
    """5,000 operations in a row."""
    y = Tensor(1.0, requires_grad=True)
    for i in range(5000):
        y = np.sin(y) if i % 3 else y * (1 + i % 7)
    return y


def tangle(rng):
    """5,000 operations, each on two of the 40 before it."""
    values = [Tensor(float(i), requires_grad=True) for i in range(40)]
    for _ in range(5000):
        i, j = rng.integers(len(values) - 40, len(values), 2)
        values.append(values[i] + values[j] if rng.random() < 0.5 else np.tanh(values[i]))
    return sum(values[-20:])


def recurrent(rng):
    """A recurrent net over 500 steps."""
    x = Tensor(rng.standard_normal((500, 2, 3)), dtype=np.float32)
    return nn.LSTM(3, 4, rng=rng)(x)[0].sum()


def main():
    for make in (chain, tangle, recurrent):
        y = make(np.random.default_rng(0))
        start = perf_counter()
        with TemporaryDirectory() as folder:
            draw(y).save(f"{folder}/graph.svg")
        seconds = perf_counter() - start
        print(f"{make.__doc__:50} {seconds:5.2f} s")
        if seconds > LIMIT:
            raise SystemExit(f"more than {LIMIT} s to draw it")


if __name__ == "__main__":
    main()
