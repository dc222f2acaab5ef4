"""A training run that is stopped and taken up from its last file ends bit for bit as one that was not stopped."""

import numpy as np
import pytest

import nn
import optim

X, Y = nn.data.moons(64, rng=0)


class Run:
    """A model, its optimiser, schedule and random numbers, and how many steps were made."""

    def __init__(self, make_optimizer):
        self.rng = np.random.default_rng(0)
        self.model = nn.Sequential(
            nn.Linear(2, 8, rng=self.rng),
            nn.Dropout(0.3, rng=self.rng),
            nn.Linear(8, 2, rng=self.rng),
            nn.Dropout(0.1, rng=5),  # a generator of its own
        )
        self.optimizer = make_optimizer(self.model.parameters())
        self.schedule = optim.CosineAnnealingLR(self.optimizer, 20)
        self.step = 0

    def train(self, steps):
        for _ in range(steps):
            rows = self.rng.permutation(len(X))[:16]
            self.optimizer.zero_grad()
            nn.functional.cross_entropy(self.model(X[rows]), Y[rows]).backward()
            self.optimizer.step()
            self.schedule.step()
            self.step += 1

    def save(self, path):
        state = {name: getattr(self, name).state_dict() for name in ("model", "optimizer", "schedule")}
        random = {"rng": self.rng.bit_generator.state, "layers": self.model.random_state()}
        nn.save({**state, "random": random, "step": self.step}, path)

    def load(self, path):
        state = nn.load(path)
        for name in ("model", "optimizer", "schedule"):
            getattr(self, name).load_state_dict(state[name])
        self.rng.bit_generator.state = state["random"]["rng"]
        self.model.load_random_state(state["random"]["layers"])
        self.step = state["step"]


@pytest.mark.parametrize(
    "make_optimizer",
    [
        lambda p: optim.SGD(p, 0.1, momentum=0.9),
        lambda p: optim.AdamW(p, 0.01),
        lambda p: optim.RMSprop(p, 0.01, centered=True),
    ],
)
def test_bit_for_bit(make_optimizer, tmp_path):
    whole, stopped, resumed = (Run(make_optimizer) for _ in range(3))
    whole.train(20)
    stopped.train(7)
    stopped.save(tmp_path / "run")
    resumed.train(2)  # whatever happened there before
    resumed.load(tmp_path / "run")
    resumed.train(13)
    assert resumed.step == whole.step
    for name, value in whole.model.state_dict().items():
        np.testing.assert_array_equal(resumed.model.state_dict()[name], value)
