"""What all plots share: an axes to draw in, colours, and a model that is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.module import Module
from nn.watching import watched_by

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000")
"""Okabe and Ito's palette, whose colours colour-blind readers tell apart."""

MARKERS = "os^Dv<>P"
"""A shape for every class, so that colour is not all that tells them apart."""


def axes_or_new(ax: Any) -> Any:
    """The axes given, or one of a new figure."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError('nn.plot draws with matplotlib: pip install "glassgrad[plots]".') from error
    return pyplot.figure(layout="constrained").gca()


def as_array(x: ArrayLike | Tensor) -> Any:
    """The values of x."""
    return x.data if isinstance(x, Tensor) else np.asarray(x)


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Inside, the model is in evaluation mode; after, every module is in the mode it was in."""
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


@contextmanager
def unchanged(model: Module) -> Iterator[None]:
    """The model may run in training mode inside; after, its buffers and random generators are as they were."""
    buffers, states = [(buffer, buffer.numpy()) for buffer in model.buffers()], model.random_state()
    try:
        yield
    finally:
        for buffer, values in buffers:
            buffer.data = values
        model.load_random_state(states)


class Outputs:
    """Watches modules that run in this thread, and keeps what each gave last."""

    def __init__(self) -> None:
        self.last: dict[Module, Any] = {}

    def before(self, module: Module) -> None:
        """A call begins."""

    def after(self, module: Module, output: Any) -> None:
        """A call has given its output."""
        self.last[module] = output


def outputs_of(layer: Module, model: Module, x: ArrayLike | Tensor) -> Tensor:
    """What `layer`, a module of the model, gives while the model runs on x; of several calls, the last."""
    if all(module is not layer for module in model.modules()):
        raise ValueError(f"{type(layer).__name__} is not a module of this {type(model).__name__}.")
    outputs = Outputs()
    with evaluating(model), watched_by(outputs):
        model(x)
    if layer not in outputs.last:
        raise ValueError(f"the model did not call this {type(layer).__name__}.")
    last: Tensor = outputs.last[layer]
    return last


def add_colour_bar(picture: Any, ax: Any) -> None:
    """A scale of the picture's colours, as tall as the picture is."""
    ax.figure.colorbar(picture, cax=ax.inset_axes((1.03, 0, 0.04, 1)))


def parameter_dtype(model: Module) -> Any:
    """The dtype of the model's first parameter."""
    return next((parameter.dtype for parameter in model.parameters()), np.dtype(np.float32))
