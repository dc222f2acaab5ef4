"""What `digits.py` leaves in its folder: weights, the graph of one batch, history, and pictures with matplotlib."""

import csv
import tempfile

import numpy as np

import nn
from autograd import Tensor, draw, no_grad


def prepare(folder):
    """Make the folder, and make sure that files can be written into it; OSError if not."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def write(model, history, test_set, folder):
    nn.save(model.state_dict(), folder / "model.safetensors")
    write_history(history, folder / "history.csv")
    draw_graph(model, test_set, folder)
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        print("no curves and no pictures of mistakes: they need `pip install matplotlib`")
        return
    plot_curves(plt, history, folder / "curves.png")
    plot_mistakes(plt, model, test_set, folder / "mistakes.png")


def write_history(history, path):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "loss", "train_accuracy", "test_accuracy"])
        writer.writerows(history)


def draw_graph(model, pictures, folder):
    """The computation graph of the loss of one batch, after backward."""
    x, y = next(nn.data.batches(pictures.x, pictures.y, size=64))
    x.name = "x"
    loss = nn.functional.cross_entropy(model(x), y)
    loss.name = "loss"
    loss.backward()
    for name in ("graph.svg", "graph.png"):
        draw(loss).save(folder / name)


def plot_curves(plt, history, path):
    epochs, losses, *accuracies = np.array(history).reshape(-1, 4).T
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    left.plot(epochs, losses, "o-", markersize=3)
    left.set(xlabel="epoch", ylabel="training loss", yscale="log")
    for name, style, accuracy in zip(("train", "test"), ("o-", "s--"), accuracies, strict=True):
        right.plot(epochs, 100 * accuracy, style, markersize=3, label=name)
    right.set(xlabel="epoch", ylabel="digits read right, %")
    right.legend()
    for ax in (left, right):
        ax.xaxis.get_major_locator().set_params(integer=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


@no_grad()
def plot_mistakes(plt, model, pictures, path):
    """The sixteen pictures with the largest loss."""
    scores = model(Tensor(pictures.x))
    losses = nn.functional.cross_entropy(scores, pictures.y, reduction="none").data
    figure, axes = plt.subplots(2, 8, figsize=(12, 3.8), layout="constrained")
    for ax, i in zip(axes.flat, np.argsort(-losses)[:16], strict=True):
        digit, read = pictures.y[i], scores.data[i].argmax()
        ax.imshow(pictures.x[i, 0], cmap="gray_r")
        ax.set_title(f"{digit}, read as {read}" if read != digit else f"{digit}, {np.exp(-losses[i]):.0%} sure")
        ax.axis("off")
    figure.savefig(path, dpi=150)
    plt.close(figure)
