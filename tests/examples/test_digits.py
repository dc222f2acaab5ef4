"""The main job: what it reaches, what it leaves behind, and how it ends when it cannot go on."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import nn

SCRIPT = Path(__file__).parents[2] / "examples/digits.py"


def run(*arguments, **options):
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, **options)


def history(folder):
    with open(folder / "history.csv", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("seed", range(5))
def test_reads_96_percent_of_the_test_digits_right(seed, tmp_path):
    done = run("--seed", seed, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    rows = history(tmp_path)
    assert [int(row["epoch"]) for row in rows] == list(range(1, 21))
    assert float(rows[-1]["test_accuracy"]) >= 0.96
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"]) / 10


def test_leaves_weights_graph_and_history(tmp_path):
    done = run("--epochs", 1, "--out", tmp_path / "new/folder")
    folder = tmp_path / "new/folder"
    assert "epoch  1/1" in done.stderr
    assert "loss=" in done.stderr
    assert done.stderr.count("\r") <= 3  # in a file, the bar's beginning and end
    assert "accuracy: train" in done.stdout
    assert str(folder) in done.stdout
    assert {"model.safetensors", "graph.svg", "graph.png", "history.csv"} <= {path.name for path in folder.iterdir()}
    assert set(nn.load(folder / "model.safetensors")) == {
        f"{layer}.{parameter}" for layer in ("conv1", "conv2", "affine") for parameter in ("weight", "bias")
    }
    assert "conv1.weight" in (folder / "graph.svg").read_text()


def test_pictures_of_curves_and_mistakes_come_with_matplotlib(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is an extra")
    run("--epochs", 1, "--out", tmp_path)
    for name in ("curves.png", "mistakes.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seed", "x"], "argument --seed: invalid int value: 'x'"),
        (["--seed", "-1"], "--seed must be 0 or more, not -1"),
        (["--epochs", "0"], "--epochs must be 1 or more, not 0"),
        (["--rate", "1"], "unrecognized arguments: --rate 1"),
        (["--out", SCRIPT / "x"], f"cannot write into {SCRIPT / 'x'}: Not a directory"),
    ],
)
def test_bad_arguments_get_one_line_and_exit_code_2(arguments, words):
    done = run(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to a process on Windows without reaching this one")
def test_ctrl_c_saves_what_there_is_and_says_where(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-u", SCRIPT, "--epochs", "10000", "--out", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert "accuracy" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "stopped after" in said
    assert str(tmp_path) in said
    assert history(tmp_path)
    assert nn.load(tmp_path / "model.safetensors")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to a process on Windows without reaching this one")
def test_ctrl_c_in_the_first_epoch_leaves_an_earlier_run_alone(tmp_path):
    run("--epochs", 1, "--out", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    code = "import sys, digits, digits_report; digits.train = lambda *a: (_ for _ in ()).throw(KeyboardInterrupt)"
    code += f"; sys.argv = ['digits.py', '--out', {str(tmp_path)!r}]; digits.main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPT.parent, capture_output=True, text=True)
    assert "nothing was written" in done.stdout
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
