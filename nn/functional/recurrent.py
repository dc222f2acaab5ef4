"""Recurrent functions: one step of a cell, and a cell over all steps of a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor
from autograd.errors import describe
from nn.functional.arguments import as_reals, choice, expect_shape, optional_parameter, parameter
from nn.functional.linear import linear

Nonlinearity: TypeAlias = Literal["tanh", "relu"]
State: TypeAlias = tuple[Tensor, ...]
"""What a cell remembers, each (N, hidden): (h,), or of an LSTM (h, c)."""

Step: TypeAlias = Callable[[Tensor, Tensor, State], State]
"""The new state, from what the input and the old h give for all gates, each (N, gates hidden), and the old state."""


Weights: TypeAlias = tuple[Tensor, Tensor, Tensor | None, Tensor | None]
"""w_ih (gates hidden, in), w_hh (gates hidden, hidden), and the biases b_ih and b_hh (gates hidden), or None."""


def rnn_cell(
    x: ArrayLike | Tensor,
    h: ArrayLike | Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
    nonlinearity: Nonlinearity = "tanh",
) -> Tensor:
    """tanh(W_ih x + b_ih + W_hh h + b_hh): x (N, in) and h (N, hidden), or without N; result as h."""
    (h,) = _cell(x, (h,), (w_ih, w_hh, b_ih, b_hh), rnn_step(nonlinearity), "rnn_cell", 1)
    return h


def lstm_cell(
    x: ArrayLike | Tensor,
    state: tuple[ArrayLike | Tensor, ArrayLike | Tensor],
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The next (h, c) of an LSTM (Hochreiter and Schmidhuber 1997; with the forget gate of Gers et al. 2000).

    i, f, o = sigmoid(...), g = tanh(...) of W_ih x + b_ih + W_hh h + b_hh, whose rows are those for i, f, g, o;
    c' = f c + i g, h' = o tanh(c'). x (N, in), h and c (N, hidden), or all without N.
    """
    h, c = _cell(x, state, (w_ih, w_hh, b_ih, b_hh), lstm_step, "lstm_cell", 4)
    return h, c


def gru_cell(
    x: ArrayLike | Tensor,
    h: ArrayLike | Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """The next h of a gated recurrent unit (Cho et al. 2014), with weights whose rows are those for r, z, n.

    r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh), n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h.
    """
    (h,) = _cell(x, (h,), (w_ih, w_hh, b_ih, b_hh), gru_step, "gru_cell", 3)
    return h


def rnn_step(nonlinearity: Nonlinearity) -> Step:
    """The step of `rnn_cell`."""
    choice(nonlinearity, "nonlinearity", "tanh", "relu")

    def step(from_input: Tensor, from_hidden: Tensor, state: State) -> State:
        total = from_input + from_hidden
        return (cast(Tensor, np.tanh(total) if nonlinearity == "tanh" else np.maximum(total, 0)),)

    return step


def lstm_step(from_input: Tensor, from_hidden: Tensor, state: State) -> State:
    """The step of `lstm_cell`."""
    c = state[1]
    total, n = from_input + from_hidden, c.shape[1]
    i, f = autograd.sigmoid(total[:, :n]), autograd.sigmoid(total[:, n : 2 * n])
    g, o = np.tanh(total[:, 2 * n : 3 * n]), autograd.sigmoid(total[:, 3 * n :])
    c = f * c + i * g
    return cast(Tensor, o * np.tanh(c)), c


def gru_step(from_input: Tensor, from_hidden: Tensor, state: State) -> State:
    """The step of `gru_cell`."""
    (h,) = state
    n = h.shape[1]
    gates = autograd.sigmoid(from_input[:, : 2 * n] + from_hidden[:, : 2 * n])
    r, z = gates[:, :n], gates[:, n:]
    new = np.tanh(from_input[:, 2 * n :] + r * from_hidden[:, 2 * n :])
    return (new + z * (h - new),)


def run_cell(
    x: Tensor,
    state: State,
    weights: Weights,
    step: Step,
    backwards: bool = False,
) -> tuple[Tensor, State]:
    """A cell over all steps of x (L, N, in), from the last if `backwards`: all h (L, N, hidden), and the last state.

    What the inputs of all steps give for the gates is one product of matrices.
    """
    w_ih, w_hh, b_ih, b_hh = weights
    from_inputs = time_steps(linear(x, w_ih, b_ih))
    w = w_hh.T
    outputs = []
    for from_input in reversed(from_inputs) if backwards else from_inputs:
        from_hidden = state[0] @ w
        state = step(from_input, from_hidden if b_hh is None else from_hidden + b_hh, state)
        outputs.append(state[0])
    return cast(Tensor, np.stack(cast(Any, outputs[::-1] if backwards else outputs))), state


def time_steps(x: Tensor) -> list[Tensor]:
    """x[0], x[1], ..., by cutting in halves: a cut's gradient is as large as what is cut, so in all it is L log L."""
    length = x.shape[0]
    if length < 2:
        return [x[0]] if length else []
    return [*time_steps(x[: length // 2]), *time_steps(x[length // 2 :])]


def hidden_states(state: Any, count: int) -> State:
    """The parts of a state as Tensors; ValueError unless there are so many."""
    if not isinstance(state, tuple | list) or len(state) != count:
        given = len(state) if isinstance(state, tuple | list) else describe(state)
        raise ValueError(f"expected {count} hidden state{'s' * (count > 1)}, given {given}.")
    return tuple(as_reals(part, "hidden state") for part in state)


def _cell(
    x: ArrayLike | Tensor,
    state: tuple[ArrayLike | Tensor, ...],
    weights: Weights,
    step: Step,
    function: str,
    gates: int,
) -> State:
    x = as_reals(x)
    w_hh = parameter(function, "w_hh", weights[1], "gates hidden", "hidden")
    rows = gates * w_hh.shape[1]
    expect_shape(w_hh, rows, w_hh.shape[1], name=f"w_hh of {function}")
    w_ih = parameter(function, "w_ih", weights[0], rows, "in")
    b_ih = optional_parameter(function, "b_ih", weights[2], rows)
    b_hh = optional_parameter(function, "b_hh", weights[3], rows)
    if x.ndim not in (1, 2) or x.shape[-1] != w_ih.shape[1]:
        raise ValueError(f"expected input of shape (N, {w_ih.shape[1]}) or ({w_ih.shape[1]},), given {x.shape}.")
    known = hidden_states(state, 2 if function == "lstm_cell" else 1)
    for part in known:
        expect_shape(part, *x.shape[:-1], w_hh.shape[1], name="hidden state")
    if x.ndim == 1:
        x, known = x[None], tuple(part[None] for part in known)
        return tuple(part[0] for part in step(linear(x, w_ih, b_ih), linear(known[0], w_hh, b_hh), known))
    return step(linear(x, w_ih, b_ih), linear(known[0], w_hh, b_hh), known)
