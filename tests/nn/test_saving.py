"""Files of weights: what is saved loads back, and a failure leaves no half file."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from safetensors.numpy import load_file

import nn
from autograd import Tensor

STATE = {"weight": np.arange(6, dtype=np.float32).reshape(2, 3), "count": np.array(3)}


def test_what_is_saved_loads_back_here_and_in_safetensors_own_reader(tmp_path):
    nn.save(STATE, tmp_path / "model.safetensors")
    for loaded in (nn.load(tmp_path / "model.safetensors"), load_file(tmp_path / "model.safetensors")):
        assert loaded.keys() == STATE.keys()
        for name, array in STATE.items():
            np.testing.assert_array_equal(loaded[name], array)
            assert (loaded[name].dtype, loaded[name].shape) == (array.dtype, array.shape)


def test_tensors_and_views_are_saved_by_their_values(tmp_path):
    nn.save({"t": Tensor([1.0]), "v": STATE["weight"].T}, tmp_path / "x")
    loaded = nn.load(tmp_path / "x")
    np.testing.assert_array_equal(loaded["v"], STATE["weight"].T)
    assert loaded["t"].tolist() == [1]


def test_a_model_goes_through_a_file(tmp_path):
    a, b = nn.Linear(3, 2), nn.Linear(3, 2)
    nn.save(a.state_dict(), tmp_path / "linear.safetensors")
    b.load_state_dict(nn.load(tmp_path / "linear.safetensors"))
    np.testing.assert_array_equal(a.weight.data, b.weight.data)


def test_nested_states_come_back_as_they_are(tmp_path):
    rng = np.random.default_rng(0)
    state = {
        "model": nn.Linear(2, 1).state_dict(),
        "optimizer": {"state": {0: {"step": 3, "exp_avg": np.ones(2)}}, "groups": [{"lr": 0.1, "betas": (0.9, 0.999)}]},
        "rng": rng.bit_generator.state,
        "step": np.int64(7),
        "best": float("inf"),
        "note": None,
        "nothing": np.zeros((0, 3)),
        "a": {"b": np.ones(1)},
        "a.b": np.zeros(1),
    }
    nn.save(state, tmp_path / "state")
    loaded = nn.load(tmp_path / "state")
    assert list(loaded) == list(state)
    for name in ("weight", "bias"):
        np.testing.assert_array_equal(loaded["model"][name], state["model"][name])
    assert loaded["optimizer"]["state"][0]["step"] == 3
    assert loaded["optimizer"]["state"][0]["exp_avg"].tolist() == [1, 1]
    assert loaded["optimizer"]["groups"] == state["optimizer"]["groups"]
    assert (loaded["step"], loaded["best"], loaded["note"]) == (7, np.inf, None)
    assert loaded["nothing"].shape == (0, 3)
    assert (loaded["a"]["b"][0], loaded["a.b"][0]) == (1, 0)
    again = np.random.default_rng()
    again.bit_generator.state = loaded["rng"]
    assert again.random() == rng.random()


def test_what_can_not_be_saved_is_named(tmp_path):
    with pytest.raises(TypeError, match=r"optimizer\.1 is set: arrays, numbers, strings"):
        nn.save({"optimizer": [1, {2}]}, tmp_path / "state")
    with pytest.raises(TypeError, match=r"a key of model is \(1, 2\)"):
        nn.save({"model": {(1, 2): 3}}, tmp_path / "state")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_killed_at_any_moment_the_last_complete_file_loads(tmp_path):
    path, rng = tmp_path / "state", np.random.default_rng(0)
    for _ in range(50):
        before = nn.load(path)["step"] if path.exists() else -1
        child = os.fork()
        if child == 0:  # saves, over and over, until it is killed
            for step in range(before + 1, 10**9):
                nn.save({"step": step, "weights": np.full(20_000, float(step))}, path)
        while not path.exists():
            time.sleep(0.001)
        time.sleep(rng.uniform(0.001, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        state = nn.load(path)
        assert state["step"] >= before
        assert (state["weights"] == state["step"]).all()


def test_a_crash_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    nn.save(STATE, tmp_path / "model")

    def crash(handle):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="full"):
        nn.save({"weight": np.zeros(1)}, tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    np.testing.assert_array_equal(nn.load(tmp_path / "model")["weight"], STATE["weight"])


def test_the_file_is_as_readable_as_any_other(tmp_path):
    nn.save(STATE, tmp_path / "model")
    (tmp_path / "plain").touch()
    assert (tmp_path / "model").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["model.pt", "model.PTH", "model.npz", "model.onnx", "model.pkl"])
def test_an_ending_of_another_format_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"is of another format: save writes \.safetensors files"):
        nn.save(STATE, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_save_left_is_removed_by_the_next(tmp_path):
    code = """
import os, sys, nn, numpy
os.replace = lambda *paths: os._exit(9)
nn.save({"w": numpy.zeros(3)}, sys.argv[1])
"""
    path = tmp_path / "model.safetensors"
    assert subprocess.run([sys.executable, "-c", code, path], check=False).returncode == 9
    assert len(list(tmp_path.iterdir())) == 1
    nn.save(STATE, path)
    assert list(tmp_path.iterdir()) == [path]


def test_keys_that_are_integers_stay_integers(tmp_path):
    nn.save({0: np.ones(1), 1: np.zeros(1)}, tmp_path / "state")
    assert list(nn.load(tmp_path / "state")) == [0, 1]


def with_layout(layout):
    """A file with one array, w, whose layout is this."""
    array = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    header = json.dumps({"__metadata__": {"glassgrad.layout": layout}, "w": array}).encode()
    return io.BytesIO(len(header).to_bytes(8, "little") + header + bytes(4))


def test_a_layout_lays_out_arrays():
    layout = {"dict": [["a", {"tuple": [{"array": "w"}, {"list": [1, None, True, 2.5, "text"]}]}], [3, {"dict": []}]]}
    state = nn.load(with_layout(json.dumps(layout)))
    assert state == {"a": (np.zeros(1), [1, None, True, 2.5, "text"]), 3: {}}


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ('{"dict":', "Expecting value"),
        ("3", "its layout is not that of a dict"),
        ('{"list": []}', "its layout is not that of a dict"),
        ('{"dict": [["a", {"array": "nope"}]]}', "names the array 'nope', which is missing"),
        ('{"dict": [["a", {"array": ["w"]}]]}', "names the array .'w'., which is missing"),
        *((f'{{"dict": {x}}}', "which nn.save never writes") for x in ("3", "[3]", '["ab"]', "[[[], 1]]", "[[1]]")),
        *((f'{{"list": [{x}]}}', "which nn.save never writes") for x in ("[1]", "{}", '{"x": []}', '{"list": 1}')),
        ('{"list": [' * 2000 + "]}" * 2000, "RecursionError"),
    ],
)  # fmt: skip
def test_a_layout_that_save_does_not_write_is_refused(layout, words):
    with pytest.raises(ValueError, match=f"'the file in memory' is not a complete safetensors file: .*{words}"):
        nn.load(with_layout(layout))


def test_what_is_no_state_or_has_no_folder_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"such as model\.state_dict\(\), not Linear"):
        nn.save(nn.Linear(1, 1), tmp_path / "model")
    with pytest.raises(FileNotFoundError, match=r"no folder .*nothing' to save 'model' in"):
        nn.save(STATE, tmp_path / "nothing/model")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*nothing'"):
        nn.load(tmp_path / "nothing")


@pytest.mark.parametrize("keep", [0, 5, 60, -1])
def test_a_truncated_file_is_refused(tmp_path, keep):
    path = tmp_path / "model"
    nn.save(STATE, path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        nn.load(path)
