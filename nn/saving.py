"""Weights in files, in the safetensors format."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from autograd.files import write
from nn.reading import Source, errors_named, opened
from nn.safetensors_files import file_parts, read_arrays
from nn.trees_in_files import tree_flatten, tree_unflatten

LAYOUT = "glassgrad.layout"
"""Under this name a file that holds more than named arrays tells how they are laid out."""

OTHER_FORMATS = frozenset({".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".npy", ".npz", ".h5", ".onnx"})
"""Endings that promise another format."""


def save(state: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a `state_dict()`, or a dict of several and of numbers and strings, to a safetensors file.

    Such as {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "rng": rng.bit_generator.state, "step":
    100}: nested dicts, lists and tuples come back as they are. Named arrays alone are a plain safetensors file.

    It is written beside `path` under another name and then renamed, so that a crash or a full disk leaves either the
    old file or the new one, never half of one. Raises TypeError for what the format cannot hold, by its name;
    ValueError where the path ends as another format's, such as .pt; OSError where the file cannot be written.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"save takes a dictionary of arrays such as model.state_dict(), not {type(state).__name__}.")
    ending = Path(path).suffix.lower()
    if ending in OTHER_FORMATS:
        raise ValueError(f"a file that ends in {ending} is of another format: save writes .safetensors files.")
    arrays: dict[str, NDArray[Any]] = {}
    layout = tree_flatten(state, arrays)
    plain = all(isinstance(key, str) and isinstance(value, Tensor | np.ndarray) for key, value in state.items())
    write(path, *file_parts(arrays, {} if plain else {LAYOUT: json.dumps(layout)}))


def load(path: Source) -> dict[str, Any]:
    """What `save` wrote, or the named arrays of any safetensors file, for `load_state_dict`. Nothing is executed.

    bfloat16 and float8 come as float32. `path` may be a file that is open for reading bytes, too. Raises
    FileNotFoundError where there is none, ValueError where it is not a complete safetensors file.
    """
    with opened(path) as (file, name), errors_named(name, "a complete safetensors file"):
        try:
            arrays, metadata = read_arrays(file)
        except ValueError as error:
            hint = ". It looks like one of PyTorch's: those are read by nn.load_pytorch" if is_zipfile(file) else ""
            raise ValueError(f"{error}{hint}") from error
        if LAYOUT not in metadata:
            return arrays
        state = tree_unflatten(json.loads(metadata[LAYOUT]), arrays)
        if not isinstance(state, dict):
            raise ValueError("its layout is not that of a dict")
        return state
