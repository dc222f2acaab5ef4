"""Fashion-MNIST: 70,000 pictures of clothes, 28x28 pixels in 10 classes. Xiao, Rasul and Vollgraf 2017."""

from __future__ import annotations

import gzip
import hashlib
import os
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nn.data.digits import Pictures

CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
URL = "https://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts the files."""

MD5 = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
"""The files and their sums, as the authors give them."""


def fashion_mnist(folder: str | os.PathLike[str] | None = None) -> tuple[Pictures, Pictures]:
    """The training set, 60,000 pictures (n, 1, 28, 28) from 0 to 1, and the test set, 10,000.

    The four files are taken from `folder`, if it is given; else from where Debian's package dataset-fashion-mnist has
    put them, or from the cache, to which they are downloaded once (30 MB), with their sums checked. Raises OSError
    with these ways where there are none and no network, ValueError where a file is damaged.
    """
    where = _folder() if folder is None else Path(folder)
    missing = [name for name in MD5 if not (where / name).is_file()]
    if missing:
        raise FileNotFoundError(f"there is no {', '.join(missing)} in {str(where)!r}. {WAYS}")
    sets = []
    for part in ("train", "t10k"):
        x, y = _read_idx(where / f"{part}-images-idx3-ubyte.gz"), _read_idx(where / f"{part}-labels-idx1-ubyte.gz")
        if x.ndim != 3 or y.ndim != 1 or len(x) != len(y):
            raise ValueError(f"the {part} files in {str(where)!r} hold pictures {x.shape} and classes {y.shape}.")
        sets.append(Pictures((x[:, None] / np.float32(255)).astype(np.float32), y.astype(np.int64)))
    return sets[0], sets[1]


WAYS = (
    "Give the folder that holds the four files, fashion_mnist(folder); or install Debian's package "
    "dataset-fashion-mnist; or call it once with a network."
)


def cache() -> Path:
    """The folder of downloads: $XDG_CACHE_HOME/glassgrad/fashion-mnist, by default below ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glassgrad" / "fashion-mnist"


def _folder() -> Path:
    if all((DEBIAN / name).is_file() for name in MD5):
        return DEBIAN
    for name in MD5:
        if not (cache() / name).is_file():
            _download(name, cache() / name)
    return cache()


def _download(name: str, path: Path) -> None:
    """Into a file beside, which takes its name once it is whole and its sum is right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with urllib.request.urlopen(URL + name, timeout=30) as response, open(partial, "wb") as file:
            total = int(response.headers.get("Content-Length", 0)) or None
            with tqdm(desc=name, total=total, unit="B", unit_scale=True) as bar:
                while block := response.read(1 << 16):
                    file.write(block)
                    digest.update(block)
                    bar.update(len(block))
        if digest.hexdigest() != MD5[name]:
            raise ValueError(f"{URL}{name} came damaged: its MD5 sum is {digest.hexdigest()}, not {MD5[name]}.")
        os.replace(partial, path)
    except urllib.error.URLError as error:
        raise OSError(f"Fashion-MNIST is not here and cannot be downloaded ({error.reason}). {WAYS}") from error
    finally:
        partial.unlink(missing_ok=True)


def _read_idx(path: Path) -> NDArray[Any]:
    """The array of a gzipped IDX file: two zeros, the kind of number (8: bytes), how many axes, their lengths, numbers.

    Source: LeCun, Cortes and Burges, "The MNIST database", section "The IDX file format".
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{str(path)!r} is no complete gzip file: {error}.") from error
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise ValueError(f"{str(path)!r} is no IDX file of bytes: it begins with {content[:4]!r}.")
    axes = content[3]
    shape = np.frombuffer(content, ">i4", axes, 4) if len(content) >= 4 + 4 * axes else np.array([-1])
    if (shape < 0).any() or len(content) != 4 + 4 * axes + int(np.prod(shape.astype(object))):
        raise ValueError(f"{str(path)!r} has {len(content)} bytes, which do not fit its shape {shape.tolist()}.")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
