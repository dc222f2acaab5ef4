"""examples/fashion.py, shortened: on a part of pictures like Fashion-MNIST's it learns, whatever the seed."""

import gzip
import runpy
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "examples" / "fashion.py"


@pytest.fixture
def folder(tmp_path):
    """Four files of the form of Fashion-MNIST's: pictures of bars, a class for each place of the bar."""
    rng = np.random.default_rng(0)
    for part, n in (("train", 512), ("t10k", 100)):
        y = rng.integers(0, 10, n)
        x = rng.integers(0, 60, (n, 28, 28))
        for picture, place in zip(x, y, strict=True):
            picture[:, 2 * place + 4 : 2 * place + 6] += 190
        for kind, array in (("images-idx3", x), ("labels-idx1", y)):
            head = struct.pack(f">HBB{array.ndim}i", 0, 8, array.ndim, *array.shape)
            content = head + array.astype(np.uint8).tobytes()
            (tmp_path / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(content))
    return tmp_path


@pytest.mark.parametrize("net", ["lenet", "residual"])
def test_learns_bars(net, folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--data", str(folder), "--epochs", "6", "--net", net])
    runpy.run_path(str(SCRIPT), run_name="__main__")
    last = capsys.readouterr().out.splitlines()[-1]
    assert float(last.split(", ")[1].split("%")[0]) > 90
