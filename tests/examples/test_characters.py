"""examples/char_rnn.py and examples/tiny_transformer.py, shortened; and the text that both learn."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def characters(monkeypatch):
    """The module that the two share, where they import it from."""
    monkeypatch.syspath_prepend(EXAMPLES)
    import characters

    return characters


def test_the_two_parts_of_the_text_have_no_paragraph_in_common(characters):
    text = characters.Text()
    train, validation = (text.decode(part) for part in (text.train, text.validation))
    assert len(train) > 8 * len(validation) > 100_000
    assert not set(train.split("\n\n")[:-1]) & set(validation.split("\n\n")[1:])


def test_every_row_goes_on_where_the_one_of_its_stream_before_it_ended(characters):
    x, y = characters.rows(np.arange(26), 3, streams=4)
    assert x[:, 0].tolist() == [0, 6, 12, 18, 3, 9, 15, 21]
    assert (x == x[:, :1] + [0, 1, 2]).all()
    assert (y == x + 1).all()


@pytest.mark.parametrize("name", ["char_rnn.py", "tiny_transformer.py"])
def test_learns_more_than_how_often_each_character_comes(name, characters):
    text = characters.Text()
    counts = np.bincount(text.train, minlength=len(text.alphabet)) + 1
    entropy = -np.log2(counts / counts.sum())[text.validation].mean()
    command = [sys.executable, EXAMPLES / name, "--steps", "30"]
    one_core = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # several tests at once would wait for each other's threads
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=one_core).stdout
    assert float(said.splitlines()[0].split("validation ")[1]) < entropy - 0.3
    sample = said[said.index("\n") + 1 : -1]
    assert sample.startswith("The ")
    assert len(sample) == 304
