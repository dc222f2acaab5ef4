"""What README shows runs, and says what it says."""

import re
import tomllib
from pathlib import Path

import pytest

from autograd.coverage import DIFFERENTIABLE, ON_VALUES, coverage

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=[code.splitlines()[-1] for code in BLOCKS])
def test_every_python_block_runs_by_itself(code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    out = capsys.readouterr().out
    for said in re.findall(r"print\(.*?\)\s+# ([^:\n]*\d[^:\n]*)", code):
        assert said in out


def test_the_numbers_of_the_second_derivative_are_right():
    namespace = {}
    exec(next(code for code in BLOCKS if "d2y" in code), namespace)
    assert (namespace["dy"].item(), namespace["d2y"].item()) == (12, 12)


def test_the_numbers_of_numpys_functions_are_the_registrys():
    rows = [row for row in coverage() if not row.alias_of]
    counts = [sum(row.status == status for row in rows) for status in (DIFFERENTIABLE, ON_VALUES)]
    assert f"{counts[0]} of NumPy's functions have derivatives" in README
    assert f"{counts[1]} more work" in README
    assert f"{counts[0]} of NumPy's functions" in (ROOT / "CHANGELOG.md").read_text()


def test_every_file_it_links_to_is_there():
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", README) for t in t if t]
    assert len(targets) > 8
    assert [t for t in targets if "://" not in t and not (ROOT / t).exists()] == []


def test_the_changelog_has_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
