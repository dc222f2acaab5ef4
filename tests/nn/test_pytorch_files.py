"""PyTorch's files are read without PyTorch, and nothing in them is executed."""

import pickle
import zipfile

import numpy as np
import pytest

import nn


def test_a_state_dict_comes_back(torch, tmp_path):
    theirs = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(8, 3))
    torch.save(theirs.state_dict(), tmp_path / "model.pt")
    loaded = nn.load_pytorch(tmp_path / "model.pt")
    assert list(loaded) == list(theirs.state_dict())
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(loaded[name], value.numpy())
        assert loaded[name].dtype == np.float32
    ours = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    ours.load_state_dict(loaded)
    x = np.random.default_rng(0).standard_normal((2, 1, 4, 4)).astype(np.float32)
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), atol=1e-5)


def test_every_kind_of_tensor_comes_back(torch, tmp_path):
    base = torch.arange(24.0).reshape(4, 6)
    contents = {
        "views of one storage": [base[1:, ::2], base.T, base[2, 3]],
        "bfloat16": base.to(torch.bfloat16),
        "parameter": torch.nn.Parameter(base),
        "nested": {"numbers": (1, 2.5, True, None, "text"), 3: []},
        **{
            name: (base > 3).to(getattr(torch, name))
            for name in (
                "float64",
                "float32",
                "float16",
                "int64",
                "int32",
                "int16",
                "int8",
                "uint8",
                "bool",
                "complex64",
                "complex128",
            )
        },
        "empty": torch.zeros(0, 3),
    }
    torch.save(contents, tmp_path / "x.pt")
    loaded = nn.load_pytorch(tmp_path / "x.pt")
    assert loaded["nested"] == contents["nested"]
    for ours, theirs in zip(loaded["views of one storage"], contents["views of one storage"], strict=True):
        np.testing.assert_array_equal(ours, theirs.numpy())
    np.testing.assert_array_equal(loaded["bfloat16"], base.numpy())
    for name in set(contents) - {"views of one storage", "bfloat16", "nested"}:
        theirs = contents[name].detach().numpy()
        np.testing.assert_array_equal(loaded[name], theirs)
        assert (loaded[name].dtype, loaded[name].shape) == (theirs.dtype, theirs.shape)


def test_an_optimisers_state_comes_back(torch, tmp_path):
    w = torch.ones(3, requires_grad=True)
    optimizer = torch.optim.Adam([w])
    w.sum().backward()
    optimizer.step()
    torch.save({"optimizer": optimizer.state_dict(), "epoch": 4}, tmp_path / "x.pt")
    loaded = nn.load_pytorch(tmp_path / "x.pt")
    assert loaded["epoch"] == 4
    assert loaded["optimizer"]["param_groups"][0]["lr"] == 1e-3
    np.testing.assert_allclose(loaded["optimizer"]["state"][0]["exp_avg"], 0.1)


class Global:
    """Pickled as the name of a function or class."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    def __init__(self, function, *args):
        self.function, self.args = function, args


class Storage:
    def __init__(self, *pid):
        self.pid = pid


class Writer(pickle._Pickler):
    """Writes calls and names of what is not installed, as a forger would."""

    def persistent_id(self, x):
        return x.pid if isinstance(x, Storage) else None

    def save(self, x, save_persistent_id=True):
        if isinstance(x, Global):
            self.write(f"c{x.module}\n{x.name}\n".encode())
        elif isinstance(x, Call):
            self.save(x.function)
            self.save(x.args)
            self.write(pickle.REDUCE)
        else:
            super().save(x, save_persistent_id)


def forged(path, contents, data=b"\0" * 16, folder="archive", compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        with archive.open(f"{folder}/data.pkl", "w") as file:
            Writer(file, 2).dump(contents)
        archive.writestr(f"{folder}/data/0", data)
    return path


FLOATS = Storage("storage", Global("torch", "FloatStorage"), "0", "cpu", 4)


def tensor(size, stride, offset=0, storage=FLOATS):
    return Call(Global("torch._utils", "_rebuild_tensor_v2"), storage, offset, size, stride, False, {})


def test_a_file_made_by_hand_is_read(tmp_path):
    data = np.arange(4, dtype=np.float32).tobytes()
    loaded = nn.load_pytorch(forged(tmp_path / "x", {"w": tensor((2, 2), (1, 2))}, data))
    np.testing.assert_array_equal(loaded["w"], [[0, 2], [1, 3]])


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (Call(Global("os", "system"), "echo harm > harmed"), r"it holds a os\.system, and only tensors"),
        (Call(Global("builtins", "eval"), "1"), r"builtins\.eval"),
        (Global("numpy", "ndarray"), r"numpy\.ndarray"),
        (Global("torch.nn.modules.linear", "Linear"), r"Linear.*Save the state_dict\(\) instead"),
        (tensor((4, 4), (4, 1)), r"size \(4, 4\), stride \(4, 1\) and offset 0 does not lie in its storage of 4"),
        (tensor((2,), (1,), 3), "offset 3 does not lie"),
        (tensor((2,), (-1,), 3), r"impossible size \(2,\), stride \(-1,\)"),
        (tensor((2,), (1, 1)), "impossible size"),
        (tensor((10**9, 10**9), (0, 0)), "does not lie in its storage"),
        (tensor((2**62, 4), (0, 0)), "does not lie in its storage"),
        (tensor(("a",), (1,)), "impossible size"),
        (tensor((2,), (1,), storage="x"), "no storage"),
        (tensor((2,), (1,), storage=Storage("storage", Global("torch", "FloatStorage"), "0", "cpu", 9)), "not the 9"),
        (tensor((2,), (1,), storage=Storage("storage", Global("torch", "FloatStorage"), "7", "cpu", 4)), "data/7"),
        (tensor((2,), (1,), storage=Storage("file", "x", "0", "cpu", 4)), "not to a known storage"),
        (tensor(3, 4), "not a PyTorch file that can be read"),
        (Storage(1), "not a PyTorch file that can be read"),
    ],
)
def test_harm_and_nonsense_are_refused(tmp_path, monkeypatch, contents, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=words):
        nn.load_pytorch(forged(tmp_path / "x", {"w": contents}))
    assert not (tmp_path / "harmed").exists()


def test_compressed_entries_and_other_archives_are_refused(tmp_path):
    with pytest.raises(ValueError, match="compressed, which PyTorch never does"):
        nn.load_pytorch(forged(tmp_path / "x", tensor((2,), (1,)), compression=zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(tmp_path / "y", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ValueError, match=r"has no data\.pkl"):
        nn.load_pytorch(tmp_path / "y")


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path):
    whole = forged(tmp_path / "x", {"w": tensor((2, 2), (2, 1))}).read_bytes()
    for length in range(0, len(whole), 7):
        (tmp_path / "part").write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is not a complete PyTorch file"):
            nn.load_pytorch(tmp_path / "part")


def test_files_of_other_kinds_are_named(tmp_path):
    nn.save({"w": np.ones(3)}, tmp_path / "weights")
    with pytest.raises(ValueError, match=r"looks like a safetensors file: those are read by nn\.load\."):
        nn.load_pytorch(tmp_path / "weights")
    (tmp_path / "text").write_text("epoch,loss\n1,0.5\n")
    with pytest.raises(ValueError, match=r"'.*text' is no PyTorch file\.$"):
        nn.load_pytorch(tmp_path / "text")
    (tmp_path / "old.pt").write_bytes(pickle.dumps({"w": 1}, protocol=2))
    with pytest.raises(ValueError, match=r"PyTorch before version 1\.6"):
        nn.load_pytorch(tmp_path / "old.pt")
    with pytest.raises(ValueError, match=r"read by nn\.load_pytorch"):
        nn.load(forged(tmp_path / "x.pt", {"w": tensor((2, 2), (2, 1))}))


def test_a_damaged_file_is_refused_or_read_but_never_crashes(tmp_path):
    whole, rng = forged(tmp_path / "x", {"w": tensor((2, 2), (2, 1))}).read_bytes(), np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = rng.integers(256)
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            nn.load_pytorch(tmp_path / "damaged")
        except ValueError as error:
            assert "damaged" in str(error)  # noqa: PT017 (either is right)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*nothing"):
        nn.load_pytorch(tmp_path / "nothing")
