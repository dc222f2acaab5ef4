"""Module: what it finds inside itself, its state, its modes."""

import numpy as np
import pytest

import nn
from autograd import Tensor


class Block(nn.Module):
    def __init__(self, rng):
        self.first = nn.Linear(2, 3, rng=rng)
        self.inner = nn.Sequential(nn.Tanh(), nn.Linear(3, 1, bias=False, rng=rng))
        self.scale = nn.Parameter([2.0])

    def forward(self, x):
        return self.inner(self.first(x)) * self.scale


@pytest.fixture
def block():
    return Block(np.random.default_rng(0))


NAMES = ["scale", "first.weight", "first.bias", "inner.1.weight"]


def test_parameters_are_found_by_path_own_ones_first(block):
    assert [name for name, _ in block.named_parameters()] == NAMES
    assert next(name for name, _ in block.named_parameters("block")) == "block.scale"
    assert len(list(block.parameters())) == 4


def test_parameters_carry_their_path_as_name(block):
    assert [p.name for p in block.parameters()] == NAMES


def test_modules_are_found_each_once(block):
    assert [name for name, _ in block.named_modules()] == ["", "first", "inner", "inner.0", "inner.1"]
    shared = nn.Sequential(block.first, block.first)
    assert len(list(shared.modules())) == 2
    assert len(list(shared.parameters())) == 2


def test_nodes_belong_to_the_module_that_made_them(block):
    y = block(Tensor(np.ones((1, 2), np.float32)))
    made_by, node = {}, y.node
    while not node.is_leaf:
        made_by[node.operation] = node.module
        node = node.parents[0]
    assert made_by == {"multiply": "", "matmul": "first", "add": "first", "tanh": "inner.0"} | {"matmul": "first"}


def test_train_and_eval_reach_all(block):
    assert all(module.training for module in block.modules())
    assert not any(module.training for module in block.eval().modules())
    assert all(module.training for module in block.train().modules())


def test_zero_grad_reaches_all(block):
    block(Tensor(np.ones((1, 2), np.float32))).sum().backward()
    assert all(p.grad is not None for p in block.parameters())
    block.zero_grad()
    assert all(p.grad is None for p in block.parameters())


def test_state_dict_is_a_copy_that_loads_back(block):
    state = block.state_dict()
    x = Tensor(np.ones((4, 2), np.float32))
    before = block(x).numpy()
    for p in block.parameters():
        p.data += 1
    assert not np.allclose(block(x).data, before)
    block.load_state_dict(state)
    np.testing.assert_array_equal(block(x).data, before)


def test_a_state_that_does_not_fit_is_refused_whole_with_all_reasons(block):
    state = block.state_dict()
    before = block.state_dict()
    state["first.weight"] = np.zeros((3, 3))
    state["scale"] = np.array([9.0])
    state["other"] = state.pop("first.bias")
    with pytest.raises(
        ValueError, match=r"first\.bias is missing; other is not in this model; first\.weight has shape"
    ):
        block.load_state_dict(state)
    for name, values in block.state_dict().items():
        np.testing.assert_array_equal(values, before[name])


def test_a_repr_shows_the_tree(block):
    assert repr(block) == (
        "Block(\n"
        "  (first): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (inner): Sequential(\n"
        "    (0): Tanh()\n"
        "    (1): Linear(in_features=3, out_features=1, bias=False)\n"
        "  )\n"
        ")"
    )


def test_sequential_is_a_sequence():
    net = nn.Sequential(nn.ReLU(), nn.Tanh())
    assert len(net) == 2
    assert isinstance(net[1], nn.Tanh)
    assert [type(m) for m in net] == [nn.ReLU, nn.Tanh]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.Module()(1), TypeError, r"Module defines no forward\(\)"),
        (lambda: nn.Sequential(nn.ReLU(), np.tanh), TypeError, "argument 1 is <ufunc 'tanh'>"),
    ],
)
def test_errors_say_what_was_wrong(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("seed", [0, 7])
def test_same_seed_same_weights(seed):
    a, b = (nn.Linear(3, 2, rng=rng).weight.data for rng in (seed, np.random.default_rng(seed)))
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("value", [Tensor([1.0]), np.ones(1), 2.0])
def test_a_parameter_is_not_replaced_by_something_that_would_not_be_trained(block, value):
    with pytest.raises(TypeError, match=r"scale is a parameter of this Block.*module\.scale\.data -= step"):
        block.scale = value
    assert "scale" in dict(block.named_parameters())


def test_a_state_of_another_kind_of_numbers_is_refused_whole(block):
    before, state = block.state_dict(), block.state_dict()
    state["scale"] = np.array([9.0])
    state["inner.1.weight"] = state["inner.1.weight"] * 1j
    with pytest.raises(ValueError, match=r"inner\.1\.weight has dtype complex"):
        block.load_state_dict(state)
    assert block.scale.data == before["scale"]


def test_weights_get_the_dtype_asked_for():
    assert nn.Linear(3, 2, dtype=np.float64).bias.dtype == np.float64
    assert nn.Conv2d(1, 1, 1).weight.dtype == np.float32
