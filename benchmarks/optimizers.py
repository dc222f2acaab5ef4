"""A step of an optimiser on many small parameters and on few large ones, side by side with PyTorch.

    python benchmarks/optimizers.py [--threads 1]

200 parameters, (32, 32) and (32,) in turns; and 3 of (1000, 1000). Both sides have the same number of threads and run
in turns; the shortest of the rounds counts. PyTorch once as it does by default, on a CPU parameter by parameter, and
once with foreach=True, which hands lists of parameters to its kernels.
"""

import argparse

import numpy as np
import torch
from side_by_side import report, side_by_side
from threadpoolctl import threadpool_limits

import optim
from autograd import Tensor

SHAPES = {"200 small": [(32, 32), (32,)] * 100, "3 large": [(1000, 1000)] * 3}
OPTIMIZERS = {
    "SGD": {},
    "SGD with momentum": {"momentum": 0.9},
    "Adam": {},
    "AdamW": {},
    "NAdam": {},
    "RAdam": {},
    "Adagrad": {},
    "Adadelta": {},
    "RMSprop": {},
}


def jobs(name, options, shapes):
    """A step with each library, from the same values and gradients."""
    rng = np.random.default_rng(0)
    values = [rng.standard_normal(shape, np.float32) for shape in shapes]
    gradients = [rng.standard_normal(shape, np.float32) for shape in shapes]
    ours = [Tensor(value, requires_grad=True) for value in values]
    theirs, others = ([torch.tensor(value, requires_grad=True) for value in values] for _ in range(2))
    for p, g in zip(ours, gradients, strict=True):
        p.grad = Tensor(g)
    for params in (theirs, others):
        for p, g in zip(params, gradients, strict=True):
            p.grad = torch.tensor(g)
    return {
        "glassgrad": getattr(optim, name)(ours, **options).step,
        "PyTorch": getattr(torch.optim, name)(theirs, **options).step,
        "its foreach": getattr(torch.optim, name)(others, foreach=True, **options).step,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    threads = parser.parse_args().threads
    torch.set_num_threads(threads)
    with threadpool_limits(threads, "blas"):
        for size, shapes in SHAPES.items():
            for title, options in OPTIMIZERS.items():
                times = side_by_side(jobs(title.split()[0], options, shapes), rounds=20, repeats=5)
                report(f"{title}, {size} parameters, {threads} thread(s)", times)


if __name__ == "__main__":
    main()
