"""Whether the reverse pass takes time in proportion to the graph: ten times the operations, how many times the time.

python benchmarks/scaling.py
"""

from time import perf_counter

import numpy as np

from autograd import Tensor, Value


def chain(make, operations):
    x = y = make()
    for _ in range(operations):
        y = y * 1.0001
    return x, y


LIMIT = 15


def time_of(make, operations, seed):
    """The shortest of three reverse passes, in seconds."""
    times = []
    for _ in range(3):
        _, y = chain(make, operations)
        start = perf_counter()
        y.backward(*seed)
        times.append(perf_counter() - start)
    return min(times)


def main():
    for name, make, sizes, seed in (
        ("Value", lambda: Value(1.0), (100_000, 1_000_000), ()),
        ("Tensor of 32", lambda: Tensor(np.ones(32), requires_grad=True), (10_000, 100_000), (np.ones(32),)),
    ):
        small, large = (time_of(make, size, seed) for size in sizes)
        print(
            f"{name:14} {sizes[0]:9,} operations {small:7.3f} s; {sizes[1]:9,}: {large:7.3f} s, {large / small:5.2f} x"
        )
        if large / small > LIMIT:
            raise SystemExit(f"more than {LIMIT} times the time for ten times the operations: that is not linear")


if __name__ == "__main__":
    main()
