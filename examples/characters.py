"""What char_rnn.py and tiny_transformer.py share: their text, how it is cut into rows, and the record of a training.

The text is what Python's own `help()` knows of the language. It is shipped with Python, in `pydoc_data.topics`, and
differs from version to version.
"""

from itertools import islice
from pydoc_data.topics import topics

import numpy as np

import nn


class Text:
    """The characters as numbers, places in `alphabet`: `train`, and the last tenth of the text, `validation`.

    Some topics repeat parts of others. A paragraph that was there before is left out, so that none is in both parts.
    """

    def __init__(self):
        paragraphs = "\n\n".join(topics[name] for name in sorted(topics)).split("\n\n")
        text = "\n\n".join(dict.fromkeys(paragraphs))
        self.alphabet = "".join(sorted(set(text)))
        codes = self.encode(text)
        self.train, self.validation = np.split(codes, [len(codes) * 9 // 10])

    def encode(self, text):
        return np.array([self.alphabet.index(character) for character in text])

    def decode(self, codes):
        return "".join(self.alphabet[code] for code in codes)


def rows(codes, length, streams=1):
    """The text in rows of `length` characters, and the same rows one character further on, which are to be foretold.

    The text is cut into as many `streams`, and every row goes on where the row `streams` before it has ended.
    """
    steps = (len(codes) - 1) // (length * streams)

    def laid_out(part):
        return part[: streams * steps * length].reshape(streams, steps, length).swapaxes(0, 1).reshape(-1, length)

    return laid_out(codes), laid_out(codes[1:])


def loss_function(scores, y):
    """The mean cross entropy of scores (n, length, characters) and the characters that came, y (n, length)."""
    return nn.functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), y.reshape(-1))


def drawn(scores, rng):
    """A character, drawn by softmax of the scores of all."""
    powers = np.exp(scores - scores.max())
    return rng.choice(len(powers), p=powers / powers.sum())


def follow(losses, steps, validate):
    """Go on with a training, whose losses are given, for `steps` steps; every 200, tell what a character costs in bits.

    That is -log2 of its probability, in the mean over the last steps, and over the text that `validate` measures.
    """
    history = nn.History()
    bits = []
    for step, loss in enumerate(islice(losses, steps), 1):
        bits.append(loss / np.log(2))
        if step % 200 == 0 or step == steps:
            history.record(step=step, train=np.mean(bits[-200:]), validation=validate())
            said = "step {step}: bits per character: train {train:.3f}, validation {validation:.3f}"
            print(said.format(**history.rows[-1]), flush=True)
    return history
