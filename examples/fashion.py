"""Train a net on the 60,000 pictures of Fashion-MNIST; tell how many of the 10,000 test pictures it reads.

    python examples/fashion.py
    python examples/fashion.py --net residual --epochs 6

With seed 0, a net like LeNet-5 reads 90.4 % of the test pictures, after 2 minutes on one core (88.8 % with --epochs 5);
a residual net with batch normalisation 92.5 %, after 6 minutes. Another number of threads rounds otherwise, which is
worth two or three pictures in a thousand. Fashion-MNIST comes from `--data`, from Debian's package
dataset-fashion-mnist, or over the network: see `nn.data.fashion_mnist`.
"""

import argparse

import numpy as np

import nn
import optim
from autograd import no_grad

BATCH = 64


def lenet(rng):
    """61,706 parameters. LeCun et al. 1998, figure 2, with ReLU and max pooling."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, rng=rng),  # (n, 1, 28, 28) -> (n, 6, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (n, 6, 14, 14)
        nn.Conv2d(6, 16, 5, rng=rng),  # -> (n, 16, 10, 10)
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (n, 16, 5, 5)
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120, rng=rng),
        nn.ReLU(),
        nn.Linear(120, 84, rng=rng),
        nn.ReLU(),
        nn.Linear(84, 10, rng=rng),
    )


class Block(nn.Module):
    """x + what two convolutions make of it (He et al. 2016, figure 2 and table 1)."""

    def __init__(self, inputs, outputs, stride, rng):
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False, rng=rng)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False, rng=rng)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.shortcut = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False, rng=rng), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def residual(rng):
    """77,754 parameters, and six times the multiplications of `lenet`."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False, rng=rng),  # (n, 1, 28, 28) -> (n, 16, 28, 28)
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (n, 16, 14, 14)
        Block(16, 16, 1, rng),
        Block(16, 32, 2, rng),  # -> (n, 32, 7, 7)
        Block(32, 64, 2, rng),  # -> (n, 64, 4, 4)
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10, rng=rng),
    )


NETS = {"lenet": lenet, "residual": residual}


@no_grad()
def accuracy(model, pictures):
    model.eval()
    right = [(model(x).argmax(axis=1) == y).data.sum() for x, y in nn.data.batches(pictures.x, pictures.y, size=1000)]
    return np.sum(right) / len(pictures.y)


def train(model, train_set, epochs, rng):
    """Adam, whose learning rate falls to 0 along a cosine."""
    steps = -(-len(train_set.x) // BATCH)
    loss_function = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    schedule = optim.CosineAnnealingLR(optimizer, epochs * steps)
    for epoch in range(1, epochs + 1):
        model.train()
        losses = []
        for x, y in nn.data.batches(train_set.x, train_set.y, size=BATCH, rng=rng, progress=f"epoch {epoch}/{epochs}"):
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        yield epoch, np.mean(losses)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder with the four files of Fashion-MNIST")
    parser.add_argument("--net", choices=NETS, default="lenet", help="which net (lenet)")
    parser.add_argument("--epochs", type=int, default=10, help="how often to go through the training set (10)")
    parser.add_argument("--pictures", type=int, default=60_000, help="how many pictures to train on (60000)")
    parser.add_argument("--seed", type=int, default=0, help="of the initial weights and the order of batches (0)")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    train_set, test_set = nn.data.fashion_mnist(options.data)
    train_set = nn.data.Pictures(train_set.x[: options.pictures], train_set.y[: options.pictures])
    model = NETS[options.net](rng)
    for epoch, loss in train(model, train_set, options.epochs, rng):
        print(f"epoch {epoch}: loss {loss:.4f}, {accuracy(model, test_set):.2%} of the test pictures are read right")


if __name__ == "__main__":
    main()
