"""What all tests share."""

import os

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("steady")


@pytest.fixture
def torch():
    """PyTorch, the oracle; tests that need it are skipped where it is not installed."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    module = pytest.importorskip("torch", reason="PyTorch, the oracle of this test, is not installed")
    module.set_num_threads(1)
    return module
