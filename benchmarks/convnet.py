"""A training step of a small convolutional net: conv-ReLU-pool twice, an affine layer, cross-entropy, SGD.

    python benchmarks/convnet.py [--threads 1]

64 pictures of 32x32x3, 10 and 20 filters of 3x3. Both sides have the same number of threads and run in turns; the
shortest of the rounds counts.
"""

import argparse

import numpy as np
import torch
from side_by_side import report, side_by_side
from threadpoolctl import threadpool_limits

import nn
import optim
from autograd import Tensor


def net(layers, **kwargs):
    return layers.Sequential(
        layers.Conv2d(3, 10, 3, padding=1, **kwargs),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Conv2d(10, 20, 3, padding=1, **kwargs),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(20 * 8 * 8, 10, **kwargs),
    )


def step(model, optimizer, loss_function, x, y):
    def run():
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    threads = parser.parse_args().threads
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((64, 3, 32, 32)).astype(np.float32), rng.integers(0, 10, 64)
    ours, theirs = net(nn, rng=rng), net(torch.nn)
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    jobs = {
        "glassgrad": step(ours, optim.SGD(ours.parameters(), 0.01), nn.CrossEntropyLoss(), Tensor(x), Tensor(y)),
        "PyTorch": step(
            theirs,
            torch.optim.SGD(theirs.parameters(), 0.01),
            torch.nn.CrossEntropyLoss(),
            torch.tensor(x),
            torch.tensor(y),
        ),
    }
    with threadpool_limits(threads, "blas"):
        report(f"a training step, {threads} thread(s)", side_by_side(jobs, rounds=30, repeats=3))


if __name__ == "__main__":
    main()
