"""Weights in files, in the safetensors format."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from uuid import uuid4
from zipfile import is_zipfile

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as serialized

from autograd import Tensor
from nn.trees_in_files import put_together, taken_apart

LAYOUT = "glassgrad.layout"
"""Under this name a file that holds more than named arrays tells how they are laid out."""


def save(state: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a `state_dict()`, or a dict of several and of numbers and strings, to a safetensors file.

    Such as {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "rng": rng.bit_generator.state, "step":
    100}: nested dicts, lists and tuples come back as they are. Named arrays alone are a plain safetensors file.

    It is written beside `path` under another name and then renamed, so that a crash leaves either the old file or
    the new one, never half of one. Raises OSError where the folder can not be written to.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"save takes a dictionary of arrays such as model.state_dict(), not {type(state).__name__}.")
    arrays: dict[str, NDArray[Any]] = {}
    layout = taken_apart(state, arrays)
    plain = all(isinstance(value, Tensor | np.ndarray) for value in state.values())
    metadata = None if plain else {LAYOUT: json.dumps(layout)}
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(path.parent)!r} to save {path.name!r} in.")
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with open(temporary, "xb") as file:
            file.write(serialized(arrays, metadata))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What `save` wrote, or the named arrays of any safetensors file, for `load_state_dict`. Nothing is executed.

    Raises FileNotFoundError where there is none, ValueError where it is not a complete safetensors file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r} to load weights from.")
    try:
        with safe_open(path, "numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)
            metadata = file.metadata() or {}
        if LAYOUT not in metadata:
            return arrays
        return cast(dict[str, Any], put_together(json.loads(metadata[LAYOUT]), arrays))
    except SafetensorError as error:
        hint = " It looks like one of PyTorch's: those are read by nn.load_pytorch." if is_zipfile(path) else ""
        raise ValueError(f"{str(path)!r} is not a complete safetensors file: {error}.{hint}") from error
