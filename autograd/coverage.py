"""What each of NumPy's functions does on Tensors: the table of the docs, and the reason in error messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.operators import functions
from autograd.ops.values import REASONS

DIFFERENTIABLE, ON_VALUES, UNSUPPORTED = "differentiable", "on values", "not supported"


NEAREST = {
    "apply_along_axis": "call the function on the whole array with axis=, or on rows joined by np.stack",
    "apply_over_axes": "call the function with a tuple as axis=",
    "gradient": "compose it: np.diff, and differences of slices two apart",
    "linalg.cond": "divide the largest by the smallest of np.linalg.svdvals",
    "linalg.eig": "np.linalg.eigh, for symmetric matrices",
    "linalg.eigvals": "np.linalg.eigvalsh, for symmetric matrices",
    "linalg.tensorinv": "reshape to a matrix and np.linalg.inv",
    "linalg.tensorsolve": "reshape to a matrix and np.linalg.solve",
    "fft.hfft": "np.fft.irfft of the conjugate",
    "fft.ihfft": "the conjugate of np.fft.rfft",
    "nanmedian": "leave the NaN out by x[~np.isnan(x)], then np.median",
    "nanpercentile": "leave the NaN out by x[~np.isnan(x)], then np.percentile",
    "nanquantile": "leave the NaN out by x[~np.isnan(x)], then np.quantile",
    "piecewise": "np.select, or np.where",
    "polyadd": "add the coefficients",
    "polysub": "subtract the coefficients",
    "polymul": "np.convolve of the coefficients",
    "polyfit": "np.linalg.lstsq of np.vander(x, degree + 1)",
    "trim_zeros": "a slice",
    **dict.fromkeys(("copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"), "np.where, or x[i] = v"),
    **dict.fromkeys(("save", "savetxt", "savez", "savez_compressed"), "the same of tensor.data"),
}


def nearest_way(name: str) -> str:
    """What to do instead of a NumPy function that has no rule."""
    return NEAREST.get(
        name, "on values alone, call it with tensor.data; for a gradient, compose it from other functions"
    )


class Row(NamedTuple):
    """A function of NumPy, whether it is differentiable here, why not, and of which other name it is an alias."""

    name: str
    status: str
    note: str
    alias_of: str = ""


def coverage() -> list[Row]:
    """A row for every public function of NumPy, numpy.linalg and numpy.fft that a Tensor can be passed to."""
    rows: list[Row] = []
    names: dict[Any, str] = {}
    for name, function in _numpy_functions():
        alias = names.setdefault(function, name)
        alias = "" if alias == name else alias
        if function in REASONS:
            rows.append(Row(name, ON_VALUES, REASONS[function], alias))
        elif function in functions:
            rows.append(Row(name, DIFFERENTIABLE, "", alias))
        else:
            rows.append(Row(name, UNSUPPORTED, nearest_way(name), alias))
    return rows


def main() -> None:
    """Print the table: `python -m autograd.coverage`."""
    for row in coverage():
        print(f"{row.name:28} {f'as {row.alias_of}' if row.alias_of else row.status:16} {row.note}".rstrip())


def _numpy_functions() -> Iterator[tuple[str, Any]]:
    dispatched = (np.ufunc, type(np.sum))
    for prefix, module in (("", np), ("linalg.", np.linalg), ("fft.", np.fft)):
        found = [name for name in dir(module) if isinstance(getattr(module, name), dispatched) and name[0] != "_"]
        # The name that NumPy gives the function comes before its aliases.
        for name in sorted(found, key=lambda name: (name != getattr(module, name).__name__, name)):
            yield prefix + name, getattr(module, name)


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's own flush at the end
