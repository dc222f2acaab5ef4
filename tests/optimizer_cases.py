"""For every optimiser, arguments that include every option, and a training problem for ours and PyTorch's."""

import numpy as np

import optim
from autograd import Tensor

CASES = {
    "SGD": [
        {},
        {"lr": 0.1, "weight_decay": 0.5, "maximize": True},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.02, "momentum": 0.5, "dampening": 0.3, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "momentum": 0.5, "nesterov": True, "weight_decay": 0.01},
    ],
    "Adam": [
        {},
        {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1},
        {"lr": 0.1, "amsgrad": True, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True},
    ],
    "AdamW": [
        {},
        {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.3},
        {"lr": 0.1, "amsgrad": True, "maximize": True},
    ],
    "NAdam": [
        {},
        {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1, "momentum_decay": 0.1, "maximize": True},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True},
    ],
    "RAdam": [
        {},
        {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-2, "weight_decay": 0.1, "maximize": True},
    ],
    "Adadelta": [
        {},
        {"lr": 0.5, "rho": 0.5, "eps": 1e-3, "weight_decay": 0.1},
        {"lr": 0.5, "weight_decay": 0.1, "maximize": True},
    ],
    "RMSprop": [
        {},
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-2, "weight_decay": 0.1},
        {"lr": 0.01, "momentum": 0.9, "centered": True},
        {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.01, "centered": True},
    ],
    "LBFGS": [
        {"max_iter": 2},
        {"lr": 0.8, "max_iter": 2, "history_size": 2, "tolerance_grad": 1e-3},
        {"max_iter": 2, "max_eval": 4, "line_search_fn": "strong_wolfe", "tolerance_grad": 1e-3},
        {"lr": 4.0, "max_iter": 3, "line_search_fn": "strong_wolfe", "tolerance_grad": 1e-3},
        {"tolerance_grad": 0.05, "max_iter": 2},
        {"tolerance_change": 0.01, "max_iter": 4},
    ],
    "Lion": [{}, {"lr": 0.01, "betas": (0.5, 0.8), "weight_decay": 0.1}, {"lr": 0.01, "maximize": True}],
    "Muon": [
        {},
        {"lr": 0.02, "momentum": 0.5, "nesterov": False, "weight_decay": 0.0},
        {"lr": 0.01, "adjust_lr_fn": "match_rms_adamw", "eps": 0.3},
        {"lr": 0.01, "adjust_lr_fn": "original", "ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5)},
    ],
}

EVERY = [(name, options) for name, cases in CASES.items() for options in cases]

SHAPES = {"Muon": [(4, 3), (3, 5), (2, 2), (6, 1)]}
"""The shapes of a problem's parameters, by optimiser; the last parameter has no gradient in some steps."""


class Problem:
    """Parameters of different shapes, and a loss in which the last one is only in two steps of three."""

    def __init__(self, name, dtype=np.float32, make=lambda a: Tensor(a, requires_grad=True), seed=0):
        rng = np.random.default_rng(seed)
        self.shapes = SHAPES.get(name, [(4, 3), (3,), (), (2, 5)])
        self.targets = [rng.standard_normal(shape).astype(dtype) for shape in self.shapes]
        self.params = [make(rng.standard_normal(shape).astype(dtype)) for shape in self.shapes]
        self.steps = 0

    def loss(self):
        used = self.params[:-1] if self.steps % 3 == 1 else self.params
        squares = [(p - type_of(p)(t)) ** 2 for p, t in zip(used, self.targets, strict=False)]
        errors = [((square + 1) ** 0.5 + square / 4).sum() for square in squares]
        error = sum(errors[1:], errors[0])
        return error + error**0.5

    def train(self, optimizer, steps, after=lambda: None):
        """Steps of an optimiser, and what comes after each, such as a scheduler's step; the values after each."""
        trajectory = []
        for _ in range(steps):

            def closure():
                optimizer.zero_grad()
                loss = self.loss()
                loss.backward()
                return loss

            optimizer.step(closure)
            self.steps += 1
            after()
            trajectory.append(self.values())
        return trajectory

    def values(self):
        return [p.detach().numpy().copy() for p in self.params]


def type_of(p):
    """How to make a constant beside a parameter: as an array for ours, as a tensor for PyTorch's."""
    return np.asarray if isinstance(p, Tensor) else p.new_tensor


def optimizers():
    """The names of all optimisers."""
    members = {name: getattr(optim, name) for name in optim.__all__}
    return [
        name
        for name, member in members.items()
        if isinstance(member, type) and issubclass(member, optim.Optimizer) and member is not optim.Optimizer
    ]
