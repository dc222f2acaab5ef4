"""The public API as a typed program uses it. `mypy --strict` checks this file; it is not run."""

from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

import autograd
import nn
import optim
from autograd import Tensor, Value, compile, debug, draw, grad, gradcheck, gradients, jacobian, no_grad, primitive


def tensors() -> Tensor:
    x = Tensor([1.0, 2.0], requires_grad=True, dtype=np.float64, name="x")
    y: Tensor = ((x + 1) * 2 - x / [3.0, 4.0]) ** 2
    z: Tensor = (2.0 - y).sum() + (y @ y) - y[0] + abs(-y).max() + y.reshape(1, -1).T.mean(axis=0, keepdims=True)
    z.backward(np.ones((1,)), retain_graph=True)
    values: NDArray[Any] = z.numpy()
    assert x.grad is not None
    print(x.grad.data, values.shape, z.item(), f"{y[0]:.2f}")
    first: list[Tensor] = gradients(z, [x], create_graph=True)
    maybe: list[Tensor | None] = gradients(z, [x], allow_unused=True)
    print(first, maybe)
    x.data -= 0.1 * x.grad.data
    remove = x.register_hook(lambda g: g * 2)
    remove()
    return z


@no_grad()
def accuracy(model: nn.Module, pictures: nn.data.Pictures) -> float:
    return float((model(Tensor(pictures.x)).argmax(axis=1) == pictures.y).mean().item())


class Net(nn.Module):
    """A module as a user writes it."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.conv = nn.Conv2d(1, 4, 3, padding=1, rng=rng)
        self.affine = nn.Linear(256, 10, rng=rng)

    def forward(self, x: Tensor) -> Tensor:
        return self.affine(nn.functional.flatten(nn.functional.relu(self.conv(x)), 1))  # type: ignore[no-any-return]


def training(folder: Path) -> None:
    rng = np.random.default_rng(0)
    train, test = nn.data.digits()
    model, loss_function = Net(rng), nn.CrossEntropyLoss()
    optimizer = optim.Adam([{"params": model.conv.parameters(), "lr": 1e-2}, {"params": model.affine.parameters()}])
    warm_up = optim.LinearLR(optimizer, 0.1)
    scheduler = optim.SequentialLR(optimizer, [warm_up, optim.CosineAnnealingLR(optimizer, 10)], [5])
    ema = optim.ExponentialMovingAverage(model.parameters(), 0.99)
    for x, y in nn.data.batches(train.x, train.y, size=64, rng=rng):
        optimizer.zero_grad()
        loss: Tensor = loss_function(model(x), y)
        loss.backward()
        norm: float = optim.clip_grad_norm(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        ema.update()
    nn.save(model.state_dict(), folder / "model.safetensors")
    model.load_state_dict(nn.load(folder / "model.safetensors"))
    draw(loss).save(folder / "graph.svg")
    with ema.averaged():
        print(accuracy(model, test), norm)
    optimizer.load_state_dict(optimizer.state_dict())


def functions() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) ** 2)

    g = grad(f)(np.ones(3))
    print(g, jacobian(grad(f))(np.ones(3)))
    double = primitive(lambda x: 2 * x, x=lambda g: 2 * g)
    with debug():
        gradcheck(double, [Tensor(np.ones(2), requires_grad=True)])
    a = Value(2.0)
    b: Value = a * 3 + a.exp() - 1 / a
    b.backward()
    print(a.grad, compile(lambda x: x * x).value_and_grad(3.0))


def derivatives_as_functions(p: dict[str, NDArray[np.float64]], x: NDArray[np.float64]) -> None:
    def loss(p: dict[str, Tensor], x: Tensor) -> Tensor:
        y = cast(Tensor, np.tanh(p["w"] @ x))
        return (y * y).sum()

    value, by_p = autograd.value_and_grad(loss)(p, x)
    y, pull = autograd.vjp(loss, p, x)
    change = autograd.jvp(loss, (p, x), (p, x))[1]
    print(value, by_p["w"].shape, y, pull(1.0), change)
    print(autograd.hessian(loss, argnums=(0, 1))(p, x), autograd.hvp(loss, (p, x), (p, x)))
    kept: Tensor = autograd.checkpoint(loss)({"w": Tensor(p["w"], requires_grad=True)}, Tensor(x))
    constant: Tensor = autograd.stop_gradient(kept)
    print(constant)


def functions_that_numpy_lacks(x: Tensor) -> None:
    y: Tensor = autograd.sigmoid(x) + autograd.logsumexp(x, axis=-1, keepdims=True)
    windows: Tensor = autograd.sliding_windows(y, (2,))
    back: Tensor = autograd.fold(windows, y.shape, (2,))
    shared: Tensor = autograd.from_dlpack(back.detach())
    autograd.set_default_dtype(np.float64)
    dtype: np.dtype[Any] = autograd.get_default_dtype()
    names: list[str] = list(autograd.primitives)
    print(shared, dtype, names)


def what_can_go_wrong(x: Tensor) -> None:
    try:
        draw(x).save("x.png")
    except (autograd.GraphError, autograd.NotFiniteError, autograd.GradcheckError, autograd.GraphvizMissingError) as e:
        print(e)
