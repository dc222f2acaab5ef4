"""Weights in files, in the safetensors format."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as serialized

from autograd import Tensor


def save(state: Mapping[str, NDArray[Any] | Tensor], path: str | os.PathLike[str]) -> None:
    """Write a `state_dict()` to a safetensors file.

    It is written beside `path` under another name and then renamed, so that a crash leaves either the old file or
    the new one, never half of one. Raises OSError where the folder can not be written to.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"save takes a dictionary of arrays such as model.state_dict(), not {type(state).__name__}.")
    arrays = {
        name: np.asarray(value.data if isinstance(value, Tensor) else value, order="C") for name, value in state.items()
    }
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(path.parent)!r} to save {path.name!r} in.")
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with open(temporary, "xb") as file:
            file.write(serialized(arrays))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file by name, for `load_state_dict`. Nothing in the file is executed.

    Raises FileNotFoundError where there is none, ValueError where it is not a complete safetensors file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r} to load weights from.")
    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{str(path)!r} is not a complete safetensors file: {error}.") from error
