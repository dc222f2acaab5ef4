"""Fashion-MNIST is read from a folder, or downloaded once, with its sums checked."""

import gzip
import hashlib
import importlib
import struct
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

import numpy as np
import pytest

from nn.data import fashion_mnist

module = importlib.import_module("nn.data.fashion_mnist")
RNG = np.random.default_rng(0)
SETS = {"train": (RNG.integers(0, 256, (3, 28, 28)), [0, 9, 4]), "t10k": (RNG.integers(0, 256, (2, 28, 28)), [1, 2])}


def idx(array):
    array = np.asarray(array, np.uint8)
    return struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}i", *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path):
    where = tmp_path / "files"
    where.mkdir()
    for part, (x, y) in SETS.items():
        (where / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(x)))
        (where / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(y)))
    return where


def check(sets):
    for got, (x, y) in zip(sets, SETS.values(), strict=True):
        assert (got.x.dtype, got.y.dtype) == (np.float32, np.int64)
        np.testing.assert_allclose(got.x[:, 0] * 255, x, rtol=1e-6)
        assert got.y.tolist() == y


def test_from_a_folder(folder):
    check(fashion_mnist(folder))


def test_from_debians_package(folder, monkeypatch):
    monkeypatch.setattr(module, "DEBIAN", folder)
    check(fashion_mnist())


@pytest.fixture
def server(folder, monkeypatch, tmp_path):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        monkeypatch.setattr(module, "URL", f"http://127.0.0.1:{http.server_port}/")
        monkeypatch.setattr(module, "DEBIAN", tmp_path / "not installed")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        sums = {f.name: hashlib.md5(f.read_bytes()).hexdigest() for f in folder.iterdir()}
        monkeypatch.setattr(module, "MD5", sums)
        yield http
        http.shutdown()
        thread.join()


def test_downloaded_once_into_the_cache(server, folder):
    check(fashion_mnist())
    for file in folder.iterdir():
        file.unlink()
    check(fashion_mnist())


def test_a_damaged_download_is_refused_and_not_kept(server, folder):
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"something else")
    with pytest.raises(ValueError, match="came damaged: its MD5 sum is"):
        fashion_mnist()
    assert not [p for p in module.cache().iterdir() if p.name.startswith("train-images")]


def test_without_a_network_the_ways_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "URL", "http://127.0.0.1:9/")
    monkeypatch.setattr(module, "DEBIAN", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(
        OSError, match=r"Give the folder .* Debian's package dataset-fashion-mnist; or call it once with"
    ):
        fashion_mnist()


def test_missing_and_damaged_files_are_named(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"no t10k-labels-idx1-ubyte\.gz in"):
        fashion_mnist(folder)
    for content, words in (
        (b"not gzip", "no complete gzip file"),
        (gzip.compress(b"\0\0\x0d\1"), "no IDX file of bytes"),
        (gzip.compress(idx([1, 2, 3])[:-1]), r"do not fit its shape \[3\]"),
        (gzip.compress(b"\0\0\x08\3"), "do not fit its shape"),
        (gzip.compress(idx([1, 2, 3])), r"hold pictures \(2, 28, 28\) and classes \(3,\)"),
    ):
        (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(content)
        with pytest.raises(ValueError, match=words):
            fashion_mnist(folder)


def test_a_file_that_ends_anywhere_or_has_a_changed_byte_is_refused_or_read(folder):
    path, rng = folder / "t10k-labels-idx1-ubyte.gz", np.random.default_rng(0)
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match="t10k-labels"):
            fashion_mnist(folder)
    for _ in range(300):
        changed = bytearray(whole)
        changed[rng.integers(len(whole))] ^= rng.integers(1, 256)
        path.write_bytes(changed)
        try:
            fashion_mnist(folder)
        except ValueError as error:
            assert str(folder) in str(error)  # noqa: PT017 (either is right)
