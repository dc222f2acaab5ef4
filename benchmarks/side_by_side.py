"""Measure several ways to do the same job side by side: in turns, so that what disturbs one disturbs all."""

from collections.abc import Callable
from time import perf_counter


def side_by_side(jobs: dict[str, Callable[[], object]], rounds: int, repeats: int) -> dict[str, float]:
    """The shortest time of each job in seconds: the least mean over `repeats` runs, of `rounds` rounds."""
    shortest = dict.fromkeys(jobs, float("inf"))
    for job in jobs.values():
        job()
    for _ in range(rounds):
        for name, job in jobs.items():
            start = perf_counter()
            for _ in range(repeats):
                job()
            shortest[name] = min(shortest[name], (perf_counter() - start) / repeats)
    return shortest


def report(title: str, times: dict[str, float], ours: str = "glassgrad") -> None:
    """Print the times, and each as a ratio to ours."""
    print(title)
    for name, seconds in times.items():
        print(f"  {name:12} {1e6 * seconds:12.2f} us   {seconds / times[ours]:6.2f} x")
