"""Sequential, ModuleList and ModuleDict: their names are PyTorch's, and what is in them belongs to the model."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import Tensor


def test_sequential_is_a_sequence():
    net = nn.Sequential(nn.ReLU(), nn.Tanh())
    assert len(net) == 2
    assert isinstance(net[1], nn.Tanh)
    assert [type(m) for m in net] == [nn.ReLU, nn.Tanh]


def model_of(module):
    """The same nested model in this library and in PyTorch, written once."""

    class Model(module.Module):
        def __init__(self):
            super().__init__()
            self.layers = module.ModuleList(
                [module.Linear(2, 2), module.Sequential(module.Tanh(), module.Linear(2, 2))]
            )
            self.heads = module.ModuleDict({"a": module.Linear(2, 1), "b": module.ModuleList([module.Linear(2, 1)])})
            self.layers.append(module.Linear(2, 2))
            self.heads["c"] = module.Linear(2, 3)

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return self.heads["a"](x) + self.heads["b"][0](x)

    return Model()


def test_paths_and_results_are_pytorchs(torch):
    ours, theirs = model_of(nn), model_of(torch.nn)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [name for name, _ in ours.named_modules()] == [name for name, _ in theirs.named_modules()]
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    x = np.random.default_rng(0).standard_normal((3, 2)).astype(np.float32)
    np.testing.assert_allclose(ours(Tensor(x)).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5)


def test_nodes_and_errors_have_the_whole_path():
    model = model_of(nn)
    y = model(np.ones((1, 2), np.float32))
    assert {parent.module for parent in y.node.parents} == {"heads.a", "heads.b.0"}
    with pytest.raises(ValueError, match=r"^layers\.0 \(Linear\): expected .* \(\.\.\., 2\), given \(1, 3\)"):
        model(np.ones((1, 3)))


def test_a_list_is_a_list():
    layers = nn.ModuleList(nn.Linear(i, 1) for i in (1, 2, 3))
    assert len(layers) == 3
    assert layers[-1].in_features == 3
    layers[-1] = nn.Tanh()
    assert [type(layer) for layer in layers] == [nn.Linear, nn.Linear, nn.Tanh]
    assert list(layers.extend([nn.ReLU()]).state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    with pytest.raises(IndexError):
        layers[4] = nn.ReLU()


class TestSlices:
    def net(self):
        return nn.Sequential(nn.Linear(3, 3, rng=0), nn.ReLU(), nn.Linear(3, 1, rng=1))

    def test_of_a_sequential_are_called_like_one(self):
        net, x = self.net(), np.ones((2, 3), np.float32)
        front, back = net[:-1], net[-1:]
        assert type(front) is type(back) is nn.Sequential
        np.testing.assert_array_equal(back(front(x)).data, net(x).data)
        assert [*net[::-1]] == [net[2], net[1], net[0]]

    def test_hold_the_same_modules_and_can_be_cut_again(self):
        net = self.net()
        assert net[1:][1:][0] is net[2]
        assert set(net[1:].parameters()) == set(net[2].parameters())
        assert len(net[3:]) == 0

    def test_leave_the_names_in_the_whole_as_they_are(self):
        net = self.net()
        names = [(p.name, path) for path, p in net.named_parameters()]
        part = net[1:]
        assert list(part.state_dict()) == ["1.weight", "1.bias"]
        assert [(p.name, path) for path, p in net.named_parameters()] == names
        with pytest.raises(ValueError, match=r"^2 \(Linear\): expected .* given \(1, 4\)"):
            net[1:][1](np.ones((1, 4), np.float32))

    def test_of_a_list_are_lists(self):
        class Model(nn.Module):
            def __init__(self):
                self.layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(4))

        layers = Model().layers
        part = layers[1:3]
        assert type(part) is nn.ModuleList
        assert [*part] == [layers[1], layers[2]]
        assert len(layers) == 4
        with pytest.raises(ValueError, match=r"^layers\.2 \(Linear\): expected"):
            part[1](np.ones((1, 3)))


@pytest.mark.parametrize("container", [nn.Sequential, lambda *modules: nn.ModuleList(modules)])
class TestChanges:
    """A Sequential and a ModuleList change as a Python list does."""

    def test_append_and_extend(self, container):
        a, b, c = nn.ReLU(), nn.Tanh(), nn.Linear(1, 1)
        layers = container(a).append(b).extend([c])
        assert [*layers] == [a, b, c]
        assert list(layers.state_dict()) == ["2.weight", "2.bias"]

    @pytest.mark.parametrize("index", [0, 1, 3, 9, -1, -9])
    def test_insert(self, container, index):
        modules, new = [nn.Linear(1, 1) for _ in range(3)], nn.ReLU()
        layers = container(*modules).insert(index, new)
        modules.insert(index, new)
        assert [*layers] == modules
        assert [name for name, _ in layers.named_children()] == ["0", "1", "2", "3"]

    def test_replace(self, container):
        layers, new = container(nn.ReLU(), nn.Tanh()), nn.Linear(1, 1)
        layers[-1] = new
        assert [*layers][1:] == [new]
        assert list(layers.state_dict()) == ["1.weight", "1.bias"]

    def test_what_is_no_module_is_refused_and_nothing_changes(self, container):
        layers = container(nn.ReLU(), nn.Tanh())
        before = [*layers]
        for change in (
            lambda: layers.append(np.tanh),
            lambda: layers.insert(0, np.tanh),
            lambda: layers.__setitem__(0, np.tanh),
        ):
            with pytest.raises(TypeError, match=r"holds modules, not <ufunc 'tanh'>"):
                change()
        assert [*layers] == before

    def test_a_changed_one_can_be_cut_and_added_to(self, container):
        layers = container(nn.ReLU(), nn.Tanh(), nn.SiLU())[1:].append(nn.Mish()).insert(0, nn.ELU())
        assert [type(m) for m in layers] == [nn.ELU, nn.Tanh, nn.SiLU, nn.Mish]


def test_modules_put_into_a_list_of_a_model_run_under_its_name():
    class Model(nn.Module):
        def __init__(self):
            self.layers = nn.ModuleList([nn.ReLU()])

    model = Model()
    model.layers.insert(0, nn.Linear(2, 2))
    with pytest.raises(ValueError, match=r"^layers\.0 \(Linear\)"):
        model.layers[0](np.ones((1, 3)))


def test_a_dict_is_a_dict():
    heads = nn.ModuleDict({"a": nn.Tanh()})
    heads["b"] = nn.ReLU()
    assert heads.keys() == list(heads) == ["a", "b"]
    assert [type(module) for module in heads.values()] == [nn.Tanh, nn.ReLU]
    assert "b" in heads
    assert "c" not in heads
    assert dict(heads.items())["a"] is heads["a"]
    with pytest.raises(KeyError):
        heads["c"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.Sequential(nn.ReLU(), np.tanh), TypeError, "argument 1 is <ufunc 'tanh'>"),
        (lambda: nn.ModuleList([np.tanh]), TypeError, "ModuleList holds modules, not <ufunc 'tanh'>"),
        (lambda: nn.ModuleDict({"a": 1}), TypeError, "ModuleDict holds modules, not 1"),
        (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), ValueError, "a text without a dot.*not 'a.b'"),
        (lambda: nn.ModuleDict({"forward": nn.ReLU()}), ValueError, "not a method's name; not 'forward'"),
        (lambda: nn.ModuleList()(1), TypeError, "a ModuleList only holds modules: call those in it"),
    ],
)
def test_errors_say_what_was_wrong(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_model_can_be_copied_and_pickled(duplicate):
    model = nn.Sequential(nn.ModuleList([nn.Linear(2, 2)])[0], nn.BatchNorm1d(2), nn.Dropout())
    twin = duplicate(model)
    assert list(twin.state_dict()) == list(model.state_dict())
    model[0].weight.data += 1
    model[1].running_mean.data += 1
    assert not np.allclose(twin[0].weight.data, model[0].weight.data)
    assert isinstance(twin[1].running_mean, nn.Buffer)
    assert (twin[1].running_mean.data == 0).all()
