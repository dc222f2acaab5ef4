"""draw(model, input_shape): the net as a picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import get_ident
from typing import Any

from autograd import Tensor
from autograd.files import write
from nn.drawing.layers import Call, Stage, stages
from nn.drawing.neurons import draw_neurons
from nn.drawing.svg import png
from nn.drawing.volumes import draw_volumes
from nn.module import HookHandle, Module
from nn.summary import Shape, Summary, summary


class NetPicture:
    """A drawn net. A notebook shows it as a picture, `print` as a text; `save` writes it to a file."""

    def __init__(self, svg: str, text: str) -> None:
        self.svg = svg
        self.text = text
        """What the picture shows, in words."""

    def save(self, path: str | os.PathLike[str], scale: float = 1.0) -> Path:
        """Write the picture as .svg, or as .png (with the extra "plots"), `scale` times as large. Returns the path."""
        match Path(path).suffix.lower():
            case ".svg":
                content = self.svg.encode()
            case ".png":
                content = png(self.svg, scale)
            case other:
                raise ValueError(f"a net is saved as .svg or .png, not {other or 'without an ending'!r}.")
        return write(path, content)

    def __repr__(self) -> str:
        return self.text

    def _repr_svg_(self) -> str:
        return self.svg


def draw(model: Module | Callable[[], Module], input_shape: tuple[int, ...], weights: bool = False) -> NetPicture:
    """Draw a net: one of Linear layers and activations as neurons and lines, one with convolutions as volumes.

    `input_shape` is that of one example: (features,), or (channels, height, width). With `weights`, the lines of a
    dense net are as wide as the weights are large, blue and solid where positive, orange and dashed where negative.
    Layers of more than 12 neurons are shortened; volumes are height x width x channels to scale. Where a shape changes
    between modules, as by a function such as `max_pool2d`, the picture says "no module".

    A function in the place of the model is called to make one, whose parameters then take no memory (with `weights`,
    they do): `draw(lambda: nn.Sequential(...), (784,))`. Raises the error of the first layer that the shapes do not
    fit; ValueError for a net that is neither.
    """
    if weights and not isinstance(model, Module):
        model = _made(model)
    table, calls = _calls(model, input_shape)
    found = stages(calls)
    text = _in_words(found, table.parameters)
    name, axes = type(calls[0].module).__name__, {len(stage.shape) for stage in found}
    if axes == {1} and len(found) > 1:
        canvas = draw_neurons(found, weights)
    elif 3 in axes and axes <= {1, 2, 3}:
        canvas = draw_volumes(found)
    else:
        raise ValueError(
            f"a {name} of inputs {tuple(input_shape)} is neither a net of affine layers on vectors nor one on pictures "
            "(channels, height, width). nn.summary shows any net, and autograd.draw its graph."
        )
    return NetPicture(canvas.svg(f"{name}: from {found[0].shape} to {found[-1].shape}", text), text)


def _calls(model: Any, input_shape: tuple[int, ...]) -> tuple[Summary, list[Call]]:
    """The summary of a net, and the calls of its modules; raises the error that ended it.

    A batch of one is shown, or where the net refuses that, as a BatchNorm in training does, a batch of two.
    """
    found = _calls_of_batch(model, input_shape, 1)
    if found[0].error is not None:
        of_two = _calls_of_batch(model, input_shape, 2)
        if of_two[0].error is not None:
            raise found[0].error
        found = of_two
    return found


def _calls_of_batch(model: Any, input_shape: tuple[int, ...], batch: int) -> tuple[Summary, list[Call]]:
    given: list[Shape | None] = []
    thread = get_ident()
    handles: list[HookHandle] = []

    def watched() -> Module:
        net = model if isinstance(model, Module) else _made(model)
        handles.extend(module.register_forward_pre_hook(note) for module in net.modules())
        return net

    def note(module: Module, args: tuple[Any, ...]) -> None:
        x = args[0] if args else None
        if get_ident() == thread:  # the model may be running in another one
            given.append(x.shape[1:] if isinstance(x, Tensor) else None)

    try:
        table = summary(watched, input_shape, batch)
    finally:
        for handle in handles:
            handle.remove()
    return table, [
        Call(row.module, row.path, shape, tuple(row.output[1:]) if isinstance(row.output, tuple) else ())
        for row, shape in zip(table.calls, given, strict=table.error is None)
    ]


def _made(make: Any) -> Module:
    model = make() if callable(make) else make
    if not isinstance(model, Module):
        raise TypeError(f"draw takes an nn.Module, or a function without arguments that makes one, not {model!r}.")
    return model


def _in_words(found: list[Stage], parameters: int) -> str:
    lines = [f"input {found[0].shape}"]
    for stage in found[1:]:
        count = f"; {stage.parameters:,} parameters" if stage.parameters else ""
        lines.append(f"{', '.join(stage.operations)} -> {stage.shape}{count}")
    return "\n".join([*lines, f"{parameters:,} parameters in all"])
