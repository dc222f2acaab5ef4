"""For every scheduler, arguments that include every option. A function is called with the library and the optimiser."""

import optim

CASES = {
    "StepLR": [{"step_size": 3}, {"step_size": 4, "gamma": 0.5, "last_epoch": 2}, {"step_size": 1, "gamma": 0.0}],
    "MultiStepLR": [{"milestones": [2, 9, 9, 20]}, {"milestones": (12, 5), "gamma": 0.5, "last_epoch": 6}],
    "ExponentialLR": [{"gamma": 0.9}, {"gamma": 1.1, "last_epoch": 4}],
    "LinearLR": [
        {},
        {"start_factor": 0.01, "end_factor": 0.5, "total_iters": 12},
        {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 8},
        {"total_iters": 12, "last_epoch": 3},
    ],
    "CosineAnnealingLR": [{"T_max": 30}, {"T_max": 7, "eta_min": 0.01}, {"T_max": 30, "last_epoch": 5}],
    "CosineAnnealingWarmRestarts": [
        {"T_0": 7},
        {"T_0": 4, "T_mult": 2, "eta_min": 0.01},
        {"T_0": 10, "last_epoch": 5},
    ],
    "OneCycleLR": [
        {"max_lr": 0.3, "total_steps": 30},
        {"max_lr": [0.3, 1.0], "epochs": 3, "steps_per_epoch": 10, "anneal_strategy": "linear", "pct_start": 0.4},
        {"max_lr": 0.3, "total_steps": 40, "three_phase": True, "div_factor": 10, "final_div_factor": 100},
        {"max_lr": 0.3, "total_steps": 30, "base_momentum": [0.8, 0.7], "max_momentum": 0.9},
        {"max_lr": 0.3, "total_steps": 30, "cycle_momentum": False},
        {"max_lr": 0.3, "total_steps": 40, "last_epoch": 5},
    ],
    "ReduceLROnPlateau": [
        {"patience": 2},
        {"mode": "max", "factor": 0.5, "patience": 1, "cooldown": 2, "min_lr": [0.02, 0.1]},
        {"patience": 0, "threshold": 0.3, "threshold_mode": "abs", "eps": 0.01},
        {"mode": "max", "patience": 0, "threshold": 0.2, "threshold_mode": "abs", "min_lr": 0.05},
        {"patience": 1, "threshold": 0.2},
    ],
    "LambdaLR": [
        {"lr_lambda": lambda library, optimizer: lambda epoch: 1 / (1 + epoch)},
        {
            "lr_lambda": lambda library, optimizer: [lambda epoch: 0.9**epoch, lambda epoch: epoch % 3 + 1],
            "last_epoch": 3,
        },
    ],
    "SequentialLR": [
        {
            "schedulers": lambda library, optimizer: [
                library.LinearLR(optimizer, 0.1, total_iters=5),
                library.CosineAnnealingLR(optimizer, 15),
                library.ExponentialLR(optimizer, 0.8),
            ],
            "milestones": [5, 20],
        },
        {
            "schedulers": lambda library, optimizer: [
                library.StepLR(optimizer, 2),
                library.CosineAnnealingWarmRestarts(optimizer, 5, 2),
                library.LambdaLR(optimizer, lambda epoch: 0.5**epoch),
                library.MultiStepLR(optimizer, [1, 3]),
            ],
            "milestones": [7, 19, 24],
            "last_epoch": 0,
        },
    ],
}

EVERY = [(name, options) for name, cases in CASES.items() for options in cases]


def made(library, name, options, optimizer):
    """A scheduler of ours (`library` is optim) or of PyTorch."""
    arguments = {key: value(library, optimizer) if callable(value) else value for key, value in options.items()}
    return getattr(library, name)(optimizer, **arguments)


def schedulers():
    """The names of all schedulers."""
    members = {name: getattr(optim, name) for name in optim.__all__}
    return [
        name
        for name, member in members.items()
        if isinstance(member, type) and issubclass(member, optim.LRScheduler) and member is not optim.LRScheduler
    ]
