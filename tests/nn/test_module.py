"""Module: what it finds inside itself, its state, its modes."""

import gc
import sys
import weakref

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


def test_a_module_without_forward_says_so():
    with pytest.raises(TypeError, match=r"Module defines no forward\(\)"):
        nn.Module()(1)


@pytest.mark.parametrize("seed", [0, 7])
def test_same_seed_same_weights(seed):
    a, b = (nn.Linear(3, 2, rng=rng).weight.data for rng in (seed, np.random.default_rng(seed)))
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("value", [Tensor([1.0]), np.ones(1), 2.0])
def test_a_parameter_is_not_replaced_by_something_that_would_not_be_trained(block, value):
    with pytest.raises(TypeError, match=r"scale is a parameter of this Block.*module\.scale\.data -= step"):
        block.scale = value
    assert "scale" in dict(block.named_parameters())


def test_a_common_prefix_of_a_states_names_is_named(block):
    state = {f"module.{name}": value for name, value in block.state_dict().items()}
    with pytest.raises(ValueError, match=r"all its names begin with 'module\.', which name\.removeprefix"):
        block.load_state_dict(state)
    with pytest.raises(TypeError, match=r"load_state_dict takes what state_dict gave, a dictionary, not \[1\]"):
        block.load_state_dict([1])


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


class Counter(nn.Module):
    """Has a buffer of its own, a parameter and a child with buffers."""

    def __init__(self):
        self.norm = nn.BatchNorm1d(2)
        self.total = nn.Buffer(np.zeros(2, np.float32))
        self.scale = nn.Parameter([1.0, 1.0])

    def forward(self, x):
        self.total.data = self.total.data + x.data.sum(axis=0)
        return self.norm(x) * self.scale


class TestBuffers:
    def test_are_state_after_the_modules_own_parameters(self):
        model = Counter()
        names = ["norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"]
        assert list(model.state_dict()) == ["scale", "total", *names]
        assert model.state_dict()["norm.num_batches_tracked"].dtype == np.int64
        assert [name for name, _ in model.named_buffers()] == ["total", *names[2:]]
        assert len(list(model.buffers())) == 4
        assert [name for name, _ in model.named_parameters()] == ["scale", *names[:2]]

    def test_are_loaded_and_need_no_gradient(self):
        model, other = Counter(), Counter()
        x = Tensor(np.random.default_rng(0).standard_normal((4, 2)).astype(np.float32))
        model(x).sum().backward()
        other.load_state_dict(model.state_dict())
        np.testing.assert_array_equal(other.total.data, x.data.sum(axis=0))
        assert other.norm.num_batches_tracked.item() == 1
        assert model.total.grad is None
        assert not model.total.requires_grad

    def test_are_not_replaced_by_something_that_would_not_be_saved(self):
        model = Counter()
        with pytest.raises(TypeError, match=r"total is a buffer of this Counter.*module\.total\.data = values"):
            model.total = np.zeros(2)


class TestTiedWeights:
    def tied(self, module):
        class Tied(module.Module):
            def __init__(self):
                super().__init__()
                self.embedding = module.Embedding(5, 3)
                self.scores = module.Linear(3, 5, bias=False)
                self.scores.weight = self.embedding.weight

            def forward(self, x):
                return self.scores(self.embedding(x))

        return Tied()

    def test_are_one_parameter_under_two_names_as_in_pytorch(self, torch):
        ours, theirs = self.tied(nn), self.tied(torch.nn)
        assert list(ours.state_dict()) == list(theirs.state_dict()) == ["embedding.weight", "scores.weight"]
        assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]
        ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
        x = np.array([1, 4, 1])
        (ours(x) ** 2).sum().backward()
        (theirs(torch.tensor(x)) ** 2).sum().backward()
        np.testing.assert_allclose(ours.scores.weight.grad.data, theirs.scores.weight.grad.numpy(), rtol=1e-4)
        assert ours.scores.weight is ours.embedding.weight

    def test_go_through_a_file(self, tmp_path):
        a, b = self.tied(nn), self.tied(nn)
        nn.save(a.state_dict(), tmp_path / "model.safetensors")
        b.load_state_dict(nn.load(tmp_path / "model.safetensors"))
        np.testing.assert_array_equal(a.embedding.weight.data, b.scores.weight.data)


class TestChangingAll:
    def test_apply_reaches_all_children_first(self, block):
        seen = []
        assert block.apply(lambda module: seen.append(type(module).__name__)) is block
        assert seen == ["Linear", "Tanh", "Linear", "Sequential", "Block"]

    def test_to_converts_floats_in_place(self):
        model = Counter()
        parameters, x = list(model.parameters()), Tensor(np.ones((2, 2), np.float32))
        (model(x) * 3).sum().backward()
        g = model.norm.bias.grad.data
        assert model.to(np.float64) is model
        assert all(a is b for a, b in zip(parameters, model.parameters(), strict=True))
        assert {p.dtype for p in model.parameters()} == {np.dtype(np.float64)}
        assert all(p.requires_grad for p in model.parameters())
        assert model.total.dtype == np.float64
        assert model.norm.num_batches_tracked.dtype == np.int64
        np.testing.assert_array_equal(model.norm.bias.grad.data, g)
        assert model.norm.bias.name == "norm.bias"
        assert model(Tensor(np.ones((2, 2)))).dtype == np.float64

    def test_to_takes_no_device(self, block):
        with pytest.raises(TypeError, match=r"to takes a dtype, such as np\.float64, not 'cpu'; there are no devices"):
            block.to("cpu")

    def test_to_refuses_whole_numbers(self, block):
        with pytest.raises(TypeError, match="a floating point dtype, not int64"):
            block.to(np.int64)

    def test_requires_grad_freezes(self, block):
        block.first.requires_grad_(False)
        block(Tensor(np.ones((1, 2), np.float32))).sum().backward()
        assert block.first.weight.grad is None
        assert block.scale.grad is not None
        block.first.requires_grad_()
        block(Tensor(np.ones((1, 2), np.float32))).sum().backward()
        assert block.first.weight.grad is not None


class TestHooks:
    def test_before_see_and_change_the_arguments(self):
        layer, seen = nn.Linear(2, 2), []
        first = layer.register_forward_pre_hook(lambda module, args: seen.append((module, args)))
        x = Tensor(np.ones((1, 2), np.float32))
        plain = layer(x).data
        assert seen[0][0] is layer
        assert seen[0][1][0] is x
        layer.register_forward_pre_hook(lambda module, args: args[0] * 0)
        np.testing.assert_array_equal(layer(x).data[0], layer.bias.data)
        layer.register_forward_pre_hook(lambda module, args: (x,))
        np.testing.assert_array_equal(layer(x * 5).data, plain)
        first.remove()
        layer(x)
        assert len(seen) == 3

    def test_after_see_and_change_the_output(self):
        net, seen = nn.Sequential(nn.Linear(2, 3), nn.ReLU()), []
        watch = net[1].register_forward_hook(lambda module, args, output: seen.append((args[0].shape, output.shape)))
        double = net[0].register_forward_hook(lambda module, args, output: output * 2)
        x = Tensor(np.ones((4, 2), np.float32))
        doubled = net(x).data
        assert seen == [((4, 3), (4, 3))]
        double.remove()
        double.remove()
        np.testing.assert_allclose(net(x).data * 2, doubled, rtol=1e-6)
        watch.remove()
        net(x)
        assert len(seen) == 2

    def test_one_that_is_removed_leaves_nothing_behind(self):
        net = nn.Sequential(nn.Linear(4, 2))

        def frames():
            with pytest.raises(ValueError, match="expected input") as caught:
                net(np.ones((1, 5), np.float32))
            return len(caught.traceback)

        before = frames()
        for module in net.modules():
            module.register_forward_hook(lambda *_: None).remove()
            module.register_forward_pre_hook(lambda *_: None).remove()
        assert frames() == before


def used(call):
    """Whether a model is freed as soon as it is dropped, after `call(model)`, with Python's collector switched off."""
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout())
    gone = weakref.ref(model)
    gc.disable()
    try:
        call(model)
        del model
        return gone() is None
    finally:
        gc.enable()


USES = {
    "parameters": lambda model: list(model.parameters()),
    "named_parameters": lambda model: list(model.named_parameters()),
    "half of the parameters": lambda model: next(iter(model.parameters())),
    "buffers": lambda model: list(model.buffers()),
    "modules": lambda model: list(model.modules()),
    "state_dict": lambda model: model.load_state_dict(model.state_dict()),
    "random_state": lambda model: model.load_random_state(model.random_state()),
    "train and eval": lambda model: (model.train(), model.eval()),
    "zero_grad": lambda model: model.zero_grad(),
    "requires_grad_": lambda model: model.requires_grad_(False),
    "to": lambda model: model.to(np.float64),
    "apply": lambda model: model.apply(lambda module: None),
    "repr": repr,
    "a hook": lambda model: model.register_forward_hook(lambda *_: None).remove(),
    "a step": lambda model: model(np.ones((3, 2), np.float32)).sum().backward(),
    "summary": lambda model: nn.summary(model, (2,)),
}


@pytest.mark.parametrize("call", USES.values(), ids=USES)
def test_a_model_is_freed_as_soon_as_it_is_dropped(call):
    assert used(call)


class TestLoadingInPart:
    def test_without_strict_other_names_are_passed_over_and_returned(self, block):
        state = block.state_dict()
        del state["first.bias"]
        state |= {"scale": np.array([9.0], np.float32), "other": np.zeros(1)}
        assert block.load_state_dict(state, strict=False) == (["first.bias"], ["other"])
        assert block.scale.data == 9

    def test_without_strict_shapes_must_still_fit(self, block):
        with pytest.raises(ValueError, match=r"scale has shape \(2,\), not \(1,\)"):
            block.load_state_dict({"scale": np.zeros(2)}, strict=False)


REPRESENTATIONS = [
    nn.Conv2d(3, 8, 3, padding="same", bias=False),
    nn.Conv1d(4, 8, 3, 2, 1, 2, 2, padding_mode="circular"),
    nn.ConvTranspose2d(3, 8, 3, 2, output_padding=1),
    nn.Linear(3, 2),
    nn.Bilinear(3, 2, 4, bias=False),
    nn.Embedding(5, 3, padding_idx=1),
    nn.BatchNorm2d(3),
    nn.GroupNorm(2, 4),
    nn.LayerNorm(4),
    nn.LSTM(3, 4, 2, bidirectional=True),
    nn.GRUCell(3, 4, bias=False),
    nn.LeakyReLU(),
    nn.ELU(),
    nn.GELU(),
    nn.Softplus(),
    nn.Hardtanh(),
    nn.PReLU(),
    nn.Softmax(dim=1),
    nn.AdaptiveAvgPool2d(3),
    nn.ZeroPad2d(2),
    nn.Flatten(),
]


@pytest.mark.parametrize("ours", REPRESENTATIONS, ids=lambda module: type(module).__name__)
def test_a_representation_names_the_arguments_as_pytorch_does(torch, ours):
    theirs = eval(repr(ours), {type(ours).__name__: getattr(torch.nn, type(ours).__name__)})
    assert [tuple(value.shape) for value in ours.state_dict().values()] == [
        tuple(value.shape) for value in theirs.state_dict().values()
    ]
    shared = [name for name in vars(ours) if name in vars(theirs) and not name.startswith("_")]
    for name in shared:
        if isinstance(vars(ours)[name], int | float | str | tuple):
            assert vars(ours)[name] == vars(theirs)[name] or vars(theirs)[name] in vars(ours)[name], name


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (nn.Upsample(scale_factor=2), "Upsample(scale_factor=2, mode='nearest')"),
        (nn.Unflatten(1, (2, 3)), "Unflatten(dim=1, unflattened_size=(2, 3))"),
        (nn.Dropout2d(0.2), "Dropout2d(p=0.2)"),
        (nn.MaxPool1d(2), "MaxPool1d(kernel_size=(2,), stride=(2,), padding=(0,), dilation=(1,), ceil_mode=False)"),
        (nn.RMSNorm(3), "RMSNorm((3,), eps=None, elementwise_affine=True)"),
        (nn.HuberLoss("sum"), "HuberLoss(reduction='sum')"),
        (nn.KLDivLoss("batchmean"), "KLDivLoss(reduction='batchmean')"),
        (nn.PositionalEncoding(4).dropout, "Dropout(p=0.1)"),
    ],
)
def test_a_representation_tells_the_arguments(module, text):
    assert repr(module) == text


def test_random_states_have_each_generator_once_and_fit_their_model():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Dropout(rng=rng), nn.Dropout(rng=rng), nn.Dropout(rng=1))
    states = model.random_state()
    assert len(states) == 2
    x = Tensor(np.ones(20))
    first = model(x).data
    model.load_random_state(states)
    np.testing.assert_array_equal(model(x).data, first)
    with pytest.raises(ValueError, match="this Sequential has 2 generators; 1 are given"):
        model.load_random_state(states[:1])


def interrupted_after(lines, call):
    """Whether a call was ended by a KeyboardInterrupt after so many lines."""
    left = [lines]

    def trace(frame, event, arg):
        left[0] -= event == "line"
        if left[0] < 0:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_at_any_line_leaves_no_path_behind():
    model, x, lines = nn.Sequential(nn.Linear(2, 2, rng=0)), np.ones((1, 2), np.float32), 0
    while interrupted_after(lines, lambda: model(x)):
        lines += 1
        assert model(x).node.module == "0"
    assert lines > 20
