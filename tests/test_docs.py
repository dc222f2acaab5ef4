"""What the pages of docs/ show runs, a page from top to bottom, and says what it says."""

import re
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import optim

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ["optimisers.md", "training.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_python_block_runs_after_those_above_it(page, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {}
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    assert blocks
    for code in blocks:
        exec(compile(code, page, "exec"), namespace)
        said = re.findall(r"^print\(.*\)  # ([^:\n]+)", code, re.MULTILINE)
        assert capsys.readouterr().out.splitlines() == said


def test_the_reference_has_all_of_optim():
    text = (DOCS / "reference" / "optim.md").read_text()
    assert set(re.findall(r"^::: optim\.(\w+)$", text, re.MULTILINE)) == set(optim.__all__)


def test_the_reference_has_all_of_nn():
    text = (DOCS / "reference" / "nn.md").read_text()
    shown = set(re.findall(r"^::: nn\.(?:\w+\.)*(\w+)$", text, re.MULTILINE))
    modules = {"data", "functional", "init", "onnx", "plot"}
    expected = set(nn.__all__) - modules
    expected |= {name for module in modules - {"init"} for name in getattr(nn, module).__all__}
    assert expected <= shown


def pairs():
    """What PyTorch and this library call the same of tensors, from the first table of the page."""
    text = (DOCS / "pytorch.md").read_text().split("## Around them")[0]
    for theirs, ours in re.findall(r"^\| `(.*)` \| (.*) \|$", text, re.MULTILINE):
        yield from ((theirs, way) for way in re.findall(r"`(.*?)`", ours))


@pytest.mark.parametrize(("theirs", "ours"), list(pairs()))
def test_the_words_for_tensors_mean_the_same_as_in_pytorch(theirs, ours, torch):
    x, y = np.random.default_rng(0).standard_normal((2, 2, 3)).astype(np.float32)
    expected = eval(theirs, {"torch": torch, "x": torch.tensor(x), "y": torch.tensor(y)})
    names = {"np": np, "autograd": autograd, "nn": nn, "x": autograd.Tensor(x), "y": autograd.Tensor(y)}
    np.testing.assert_allclose(np.asarray(eval(ours, names)), np.asarray(expected), atol=1e-6)
