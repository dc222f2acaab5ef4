"""examples/moons.py and examples/regression.py, as they are: both take a second or two."""

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name, monkeypatch, capsys, *options):
    monkeypatch.setattr(sys, "argv", [name, *options])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("seed", ["0", "3"])
def test_moons_are_told_apart(seed, monkeypatch, capsys, tmp_path):
    lines = run("moons.py", monkeypatch, capsys, "--seed", seed, "--out", str(tmp_path))
    right = next(line for line in lines if "classified right" in line)
    assert float(right.split("%")[0]) >= 96
    if "picture is in" in lines[-1]:
        assert (tmp_path / "moons.png").stat().st_size > 10_000


@pytest.mark.parametrize("seed", ["0", "2"])
def test_the_deviation_of_the_curve_is_found(seed, monkeypatch, capsys):
    last = run("regression.py", monkeypatch, capsys, "--seed", seed)[-1]
    assert 93 <= float(last.split("%")[0]) <= 97.5
    assert float(last.split("mean is ")[1].split()[0]) < 0.05
