"""PyTorch's optimisers as oracles."""

import pytest


@pytest.fixture
def exact(torch):
    """What makes PyTorch's parameters, and PyTorch keep its own numbers, such as mu_product, in float64.

    So its trajectory is the one without rounding: in float32, it goes as far from that as ours.
    """
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield lambda a: torch.tensor(a, dtype=torch.float64, requires_grad=True)
    torch.set_default_dtype(before)


@pytest.fixture
def oracle(torch, monkeypatch):
    """PyTorch's optimisers by name, Muon without its rounding to bfloat16, and Lion as in its paper."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda tensor: tensor.clone())
    return lambda name: lion_of_the_paper(torch) if name == "Lion" else getattr(torch.optim, name)


def lion_of_the_paper(torch):
    """Chen et al. 2023, algorithm 2, line by line."""

    class Lion(torch.optim.Optimizer):
        def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0, maximize=False):
            super().__init__(
                params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "sign": -1 if maximize else 1}
            )

        @torch.no_grad()
        def step(self, closure):
            with torch.enable_grad():
                closure()
            for group in self.param_groups:
                beta1, beta2 = group["betas"]
                for theta in group["params"]:
                    if theta.grad is None:
                        continue
                    g = group["sign"] * theta.grad
                    m = self.state[theta].setdefault("m", torch.zeros_like(theta))
                    c = beta1 * m + (1 - beta1) * g
                    theta -= group["lr"] * (torch.sign(c) + group["weight_decay"] * theta)
                    self.state[theta]["m"] = beta2 * m + (1 - beta2) * g

    return Lion
