"""An LSTM learns to write like Python's documentation, character by character, from the text that `help()` shows.

    python examples/char_rnn.py

With seed 0 and the text of Python 3.11 a character of the tenth that it has not seen costs it 1.77 bits (of the part
that it learns from, 1.50), after 4 minutes on one core. Only by how often each character comes, it would be 4.68. At
the end it writes something.
"""

import argparse

import characters
import numpy as np

import nn
import optim
from autograd import no_grad

STREAMS = 32
LENGTH = 64


class CharRNN(nn.Module):
    def __init__(self, alphabet, rng, features=256):
        self.embedding = nn.Embedding(alphabet, 64, rng=rng)
        self.lstm = nn.LSTM(64, features, batch_first=True, rng=rng)
        self.dropout = nn.Dropout(0.2, rng)
        self.scores = nn.Linear(features, alphabet, rng=rng)

    def forward(self, x, state=None):
        """Scores (n, length, alphabet) of what comes after each of the characters (n, length), and the last state."""
        h, state = self.lstm(self.embedding(x), state)
        return self.scores(self.dropout(h)), state


def train(model, codes, steps):
    """Truncated backpropagation (Williams and Peng 1990): from batch to batch goes the state, and no gradient."""
    optimizer = optim.Adam(model.parameters())
    schedule = optim.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps, pct_start=0.1)
    x_rows, y_rows = characters.rows(codes, LENGTH, STREAMS)
    while True:
        state = None
        for x, y in nn.data.batches(x_rows, y_rows, size=STREAMS):
            optimizer.zero_grad()
            scores, (h, c) = model(x, state)
            state = h.detach(), c.detach()
            loss = characters.loss_function(scores, y)
            loss.backward()
            optim.clip_grad_norm(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            yield loss.item()


@no_grad()
def bits_per_character(model, codes):
    model.eval()
    state, losses = None, []
    for x, y in nn.data.batches(*characters.rows(codes, LENGTH, 8), size=8):
        scores, state = model(x, state)
        losses.append(characters.loss_function(scores, y).item())
    model.train()
    return np.mean(losses) / np.log(2)


@no_grad()
def sample(model, text, start, length, rng):
    """How the model goes on after `start`."""
    model.eval()
    codes = list(text.encode(start))
    scores, state = model(np.array([codes]))
    for _ in range(length):
        codes.append(characters.drawn(scores.data[0, -1], rng))
        scores, state = model(np.array([codes[-1:]]), state)
    return text.decode(codes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1800, help="how many batches to learn from (1800)")
    parser.add_argument("--seed", type=int, default=0, help="of the initial weights and the sample (0)")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    text = characters.Text()
    model = CharRNN(len(text.alphabet), rng)
    losses = train(model, text.train, options.steps)
    characters.follow(losses, options.steps, lambda: bits_per_character(model, text.validation))
    print(sample(model, text, "The ", 300, rng))


if __name__ == "__main__":
    main()
