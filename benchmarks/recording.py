"""What it costs to record an operation and reverse it: chains of 20 element-by-element operations on 32 numbers.

    python benchmarks/recording.py

Each side runs on one thread, in turns with the others; the shortest of many rounds counts.
"""

import numpy as np
import torch
from side_by_side import report, side_by_side

from autograd import Tensor

torch.set_num_threads(1)
OPERATIONS = 20


def chain(x, y, tanh):
    """Twenty operations, of the kinds that nets are made of; y is used in ten of them, x in five."""
    h = x
    for _ in range(OPERATIONS // 4):
        h = h * y
        h = h + x
        h = tanh(h)
        h = h - y
    return h


def job(x, y, tanh, seed):
    def run():
        x.grad = y.grad = None
        chain(x, y, tanh).backward(seed)

    return run


def main():
    rng = np.random.default_rng(0)
    x, y, seed = (rng.standard_normal(32).astype(np.float32) for _ in range(3))
    jobs = {
        "glassgrad": job(Tensor(x, requires_grad=True), Tensor(y, requires_grad=True), np.tanh, seed),
        "PyTorch": job(
            torch.tensor(x, requires_grad=True), torch.tensor(y, requires_grad=True), torch.tanh, torch.tensor(seed)
        ),
        "NumPy alone": lambda: chain(x, y, np.tanh),
    }
    times = side_by_side(jobs, rounds=200, repeats=50)
    report(
        "one operation, recorded and reversed (NumPy alone: forward only)",
        {n: t / OPERATIONS for n, t in times.items()},
    )


if __name__ == "__main__":
    main()
