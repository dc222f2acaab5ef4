"""Another project's `autograd` in the environment is noticed, whichever of the packages is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def import_with(folder, package):
    """Import one of our packages with `folder` first on the path; what Python says."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.path.insert(0, {str(folder)!r}); import {package}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder)


@pytest.fixture
def installed(tmp_path):
    """Another autograd's metadata, as pip leaves it."""
    info = tmp_path / "autograd-1.8.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: autograd\nVersion: 1.8.0\n")
    return tmp_path


@pytest.mark.parametrize("package", ["autograd", "nn", "optim"])
def test_installed_beside_ours(installed, package):
    said = import_with(installed, package).stderr
    assert "ImportError: the package `autograd` 1.8.0 from PyPI is installed beside glassgrad" in said
    assert "pip uninstall -y autograd" in said
    assert "pip install --force-reinstall --no-deps glassgrad" in said


@pytest.mark.parametrize("package", ["nn", "optim"])
def test_standing_in_the_place_of_ours(tmp_path, package):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd/__init__.py").write_text("grad = None\n")
    said = import_with(tmp_path, package).stderr
    assert f"ImportError: `{package}` needs the engine of glassgrad" in said
    assert "pip uninstall -y autograd" in said
    assert "pip install --force-reinstall --no-deps glassgrad" in said


@pytest.mark.parametrize("package", ["autograd", "nn", "optim"])
def test_ours_alone_is_imported_in_silence(tmp_path, package):
    done = import_with(tmp_path, package)
    assert (done.returncode, done.stderr) == (0, "")
