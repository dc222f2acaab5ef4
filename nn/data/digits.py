"""The optical digits: 1,797 handwritten digits of 8x8 pixels, shipped with the package (see OPTDIGITS.md)."""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Pictures(NamedTuple):
    """Pictures and what they show."""

    x: NDArray[np.float32]
    """(n, channels, height, width), from 0 (white) to 1 (black)."""
    y: NDArray[np.int64]
    """(n), the classes."""


def digits() -> tuple[Pictures, Pictures]:
    """The training set, 1,438 pictures (n, 1, 8, 8), and the test set, 359: `train, test = digits()`.

    The split is fixed: every fifth line of the source is in the test set. The same people wrote both.

    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
    CC BY 4.0.
    """
    text = gzip.decompress(files("nn.data").joinpath("optdigits.csv.gz").read_bytes()).decode()
    lines = np.loadtxt(text.splitlines(), delimiter=",", dtype=np.int64)
    x = (lines[:, :64] / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    y = lines[:, 64]
    test = np.arange(len(y)) % 5 == 4
    return Pictures(x[~test], y[~test]), Pictures(x[test], y[test])
