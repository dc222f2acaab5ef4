"""Recurrent layers, and their cells: one step of them."""

from __future__ import annotations

from math import sqrt
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from autograd.random_numbers import random_generator
from nn import functional
from nn.functional.arguments import (
    MOST_LAYERS,
    Random,
    as_reals,
    choice,
    expect_sequence,
    expect_shape,
    flag,
    integer,
    probability,
)
from nn.functional.recurrent import Nonlinearity, State, Step, gru_step, hidden_states, lstm_step, rnn_step, run_cell
from nn.linear import uniform_parameter
from nn.module import Module

Given = ArrayLike | Tensor


class _Recurrent(Module):
    """What recurrent layers share. `gates` times hidden_size are the rows of each weight; `states` are remembered."""

    gates: int
    states: int = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: DTypeLike | None,
        rng: Random,
    ) -> None:
        self.input_size = integer(input_size, "input_size", least=1)
        self.hidden_size = hidden_size = integer(hidden_size, "hidden_size", least=1)
        self.num_layers = integer(num_layers, "num_layers", least=1, most=MOST_LAYERS)
        self.batch_first = flag(batch_first, "batch_first")
        self.dropout = probability(dropout, "dropout")
        self.bidirectional = flag(bidirectional, "bidirectional")
        self.bias = flag(bias, "bias")
        self.rng = random_generator(rng)
        rows = self.gates * hidden_size
        for layer, suffix in self._runs():
            inputs = self.input_size if layer == 0 else hidden_size * (1 + bidirectional)
            shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, hidden_size)}
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
            for name, shape in shapes.items():
                setattr(self, name + suffix, uniform_parameter(shape, 1 / sqrt(hidden_size), dtype, self.rng))

    def _runs(self) -> list[tuple[int, str]]:
        """Each layer, and direction in it, with the end of its parameters' names."""
        ends = ("", "_reverse") if self.bidirectional else ("",)
        return [(layer, f"_l{layer}{end}") for layer in range(self.num_layers) for end in ends]

    def _run_layers(self, step: Step, x: Given, given: tuple[Given, ...] | None) -> tuple[Tensor, State]:
        """All outputs, and the last state of every run, stacked, in the axes that the user gave."""
        x = as_reals(x)
        expect_sequence(x, self.input_size, self.batch_first, "input")
        batched = x.ndim == 3
        x = x[:, None] if not batched else x.swapaxes(0, 1) if self.batch_first else x
        if x.shape[0] == 0:
            raise ValueError(f"expected input of one step or more, given {x.shape[0]}.")
        start = self._start(x, given, batched)
        last: list[State] = []
        for layer in range(self.num_layers):
            runs = [suffix for number, suffix in self._runs() if number == layer]
            outputs = []
            for suffix in runs:
                state = tuple(part[len(last)] for part in start)
                weights = tuple(
                    vars(self).get(name + suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                out, state = run_cell(x, state, cast(Any, weights), step, suffix.endswith("_reverse"))
                outputs.append(out)
                last.append(state)
            x = outputs[0] if len(outputs) == 1 else cast(Tensor, np.concatenate(cast(Any, outputs), axis=-1))
            if self.dropout and layer < self.num_layers - 1:
                x = functional.dropout(x, self.dropout, self.training, self.rng)
        end = tuple(cast(Tensor, np.stack(cast(Any, parts))) for parts in zip(*last, strict=True))
        if not batched:
            return x[:, 0], tuple(part[:, 0] for part in end)
        return x.swapaxes(0, 1) if self.batch_first else x, end

    def _start(self, x: Tensor, given: tuple[Given, ...] | None, batched: bool) -> State:
        """The first state of every run, (runs, N, hidden): zeros, or the given one."""
        shape = (len(self._runs()), x.shape[1], self.hidden_size)
        if given is None:
            return tuple(Tensor(np.zeros(shape, x.dtype)) for _ in range(self.states))
        state = hidden_states(given, self.states)
        for part in state:
            expect_shape(part, *(shape if batched else (shape[0], shape[2])), name="hidden state")
        return state if batched else tuple(part[:, None] for part in state)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        return text + "".join(f", {n}={vars(self)[n]}" for n, value in usual.items() if vars(self)[n] != value)


class RNN(_Recurrent):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu, from step to step of x (L, N, input_size) (Elman 1990).

    Returns all h of the last layer, (L, N, hidden_size), and the last h of every layer, (num_layers, N, hidden_size);
    `bidirectional` ones also run backwards, which doubles the last axis of the first and the first of the second. With
    `batch_first`, x and the output are (N, L, ...); x (L, input_size) alone is fine too. `h` is the h before the first
    step, by default 0. In training, `dropout` drops outputs of all layers but the last. Parameters, for every layer k
    and with "_reverse" for those that run backwards: `weight_ih_lk`, `weight_hh_lk`, `bias_ih_lk`, `bias_hh_lk`, all
    uniform within 1 / sqrt(hidden_size).
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: Nonlinearity = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)
        self.nonlinearity: Nonlinearity = choice(nonlinearity, "nonlinearity", "tanh", "relu")

    def forward(self, x: Given, h: Given | None = None) -> tuple[Tensor, Tensor]:
        output, (last,) = self._run_layers(rnn_step(self.nonlinearity), x, None if h is None else (h,))
        return output, last


class _Gated(_Recurrent):
    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)


class LSTM(_Gated):
    """Long short-term memory (Hochreiter and Schmidhuber 1997): axes as in `RNN`, a step as in `functional.lstm_cell`.

    Takes a pair (h, c) for the state before the first step, and returns (output, (h, c)). The weights have the rows for
    the gates i, f, g, o.
    """

    gates, states = 4, 2

    def forward(self, x: Given, state: tuple[Given, Given] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        output, (h, c) = self._run_layers(lstm_step, x, state)
        return output, (h, c)


class GRU(_Gated):
    """Gated recurrent units (Cho et al. 2014): axes as in `RNN`, a step as in `functional.gru_cell`.

    The weights have the rows for the gates r, z, n.
    """

    gates = 3

    def forward(self, x: Given, h: Given | None = None) -> tuple[Tensor, Tensor]:
        output, (last,) = self._run_layers(gru_step, x, None if h is None else (h,))
        return output, last


class _Cell(Module):
    gates: int

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, dtype: DTypeLike | None = None, rng: Random = None
    ) -> None:
        self.input_size = integer(input_size, "input_size", least=1)
        self.hidden_size = hidden_size = integer(hidden_size, "hidden_size", least=1)
        bias, rng = flag(bias, "bias"), random_generator(rng)
        rows, bound = self.gates * hidden_size, 1 / sqrt(hidden_size)
        self.weight_ih = uniform_parameter((rows, self.input_size), bound, dtype, rng)
        self.weight_hh = uniform_parameter((rows, hidden_size), bound, dtype, rng)
        self.bias_ih = uniform_parameter((rows,), bound, dtype, rng) if bias else None
        self.bias_hh = uniform_parameter((rows,), bound, dtype, rng) if bias else None

    def _zeros(self, x: Given) -> Tensor:
        x = as_reals(x)
        return Tensor(np.zeros((*x.shape[:-1], self.hidden_size), x.dtype))

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias_ih is not None else ", bias=False")


class RNNCell(_Cell):
    """One step of an RNN: x (N, input_size) and h (N, hidden_size), by default 0, to the next h; or without N."""

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: Nonlinearity = "tanh",
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, rng)
        self.nonlinearity: Nonlinearity = choice(nonlinearity, "nonlinearity", "tanh", "relu")

    def forward(self, x: Given, h: Given | None = None) -> Tensor:
        h = self._zeros(x) if h is None else h
        return functional.rnn_cell(x, h, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh, self.nonlinearity)


class LSTMCell(_Cell):
    """One step of an LSTM: x (N, input_size) and (h, c), each (N, hidden_size), by default 0, to the next (h, c)."""

    gates = 4

    def forward(self, x: Given, state: tuple[Given, Given] | None = None) -> tuple[Tensor, Tensor]:
        state = (self._zeros(x), self._zeros(x)) if state is None else state
        return functional.lstm_cell(x, state, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)


class GRUCell(_Cell):
    """One step of gated recurrent units: x (N, input_size) and h (N, hidden_size), by default 0, to the next h."""

    gates = 3

    def forward(self, x: Given, h: Given | None = None) -> Tensor:
        h = self._zeros(x) if h is None else h
        return functional.gru_cell(x, h, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
