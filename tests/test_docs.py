"""What the pages of docs/ show runs, a page from top to bottom, and says what it says."""

import re
from pathlib import Path

import pytest

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
