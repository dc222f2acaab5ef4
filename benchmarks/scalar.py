"""The scalar engine beside micrograd: a 2-16-16-1 net of tanh, value and all gradients, on one input.

    python benchmarks/scalar.py

"compiled" is `autograd.compile` of the same function, called with its numbers as lists.
"""

import random

import micrograd.engine
from side_by_side import report, side_by_side

from autograd import Value, compile

RANDOM = random.Random(0)
WIDTHS = (16, 16, 1)
WEIGHTS = [RANDOM.uniform(-1, 1) for _ in range(16 * 3 + 16 * 17 + 17)]
X = [0.3, -0.7]


def net(weights, x):
    i, h = 0, x
    for width in WIDTHS:
        sums = []
        for _ in range(width):
            s, i = weights[i], i + 1
            for v in h:
                s, i = s + weights[i] * v, i + 1
            sums.append(s)
        h = [s.relu() for s in sums]
    return h[0]


def by_graph(kind):
    weights, x = [kind(w) for w in WEIGHTS], [kind(v) for v in X]

    def run():
        for w in weights:
            w.grad = 0
        net(weights, x).backward()

    return run


def main():
    compiled = compile(net)
    jobs = {
        "glassgrad": by_graph(Value),
        "micrograd": by_graph(micrograd.engine.Value),
        "compiled": lambda: compiled.value_and_grad(WEIGHTS, X),
    }
    report("a 2-16-16-1 net, value and gradients", side_by_side(jobs, rounds=100, repeats=5))


if __name__ == "__main__":
    main()
