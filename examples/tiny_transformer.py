"""A small Transformer learns to write like Python's documentation: the same text as in char_rnn.py, in the same time.

    python examples/tiny_transformer.py

With seed 0 and the text of Python 3.11 a character of the tenth that it has not seen costs it 1.82 bits (of the part
that it learns from, 1.55), after 4 minutes on one core. That does not beat the LSTM of char_rnn.py, which gets to 1.77
in the same time; nor do 1.79 after 1800 steps, 5 minutes. At the end it writes something.
"""

import argparse

import characters
import numpy as np

import nn
import optim
from autograd import no_grad

BATCH = 16
LENGTH = 128


class TinyTransformer(nn.Module):
    """What each place sees of the others goes back to the first character of its row, and no further (causal)."""

    def __init__(self, alphabet, rng, features=128, layers=2):
        self.embedding = nn.Embedding(alphabet, features, rng=rng)
        self.places = nn.PositionalEncoding(features, 0.0, LENGTH, batch_first=True)
        layer = nn.TransformerEncoderLayer(features, 4, 4 * features, 0.0, batch_first=True, norm_first=True, rng=rng)
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(features))
        self.scores = nn.Linear(features, alphabet, rng=rng)

    def forward(self, x):
        """Scores (n, length, alphabet) of what comes after each of the characters (n, length)."""
        return self.scores(self.encoder(self.places(self.embedding(x)), is_causal=True))


def train(model, codes, steps, rng):
    """Rows in a random order, cut anew in every epoch."""
    optimizer = optim.AdamW(model.parameters())
    schedule = optim.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps, pct_start=0.1)
    while True:
        x_rows, y_rows = characters.rows(codes[rng.integers(LENGTH) :], LENGTH)
        for x, y in nn.data.batches(x_rows, y_rows, size=BATCH, rng=rng):
            optimizer.zero_grad()
            loss = characters.loss_function(model(x), y)
            loss.backward()
            optim.clip_grad_norm(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            yield loss.item()


@no_grad()
def bits_per_character(model, codes):
    """Over the second halves of rows that overlap by half, so that each character has half a row before it."""
    model.eval()
    half = LENGTH // 2
    rows = np.lib.stride_tricks.sliding_window_view(codes, LENGTH + 1)[::half]
    losses = [
        characters.loss_function(model(x)[:, half:], y).item() * len(y)
        for x, y in nn.data.batches(rows[:, :-1], rows[:, half + 1 :], size=64)
    ]
    model.train()
    return np.sum(losses) / len(rows) / np.log(2)


@no_grad()
def sample(model, text, start, length, rng):
    """How the model goes on after `start`."""
    model.eval()
    codes = list(text.encode(start))
    for _ in range(length):
        codes.append(characters.drawn(model(np.array([codes[-LENGTH:]])).data[0, -1], rng))
    return text.decode(codes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500, help="how many batches to learn from (1500)")
    parser.add_argument("--seed", type=int, default=0, help="of the initial weights, the batches and the sample (0)")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    text = characters.Text()
    model = TinyTransformer(len(text.alphabet), rng)
    losses = train(model, text.train, options.steps, rng)
    characters.follow(losses, options.steps, lambda: bits_per_character(model, text.validation))
    print(sample(model, text, "The ", 300, rng))


if __name__ == "__main__":
    main()
