"""The layering holds: arrows point one way, and only autograd declares primitives."""

import ast
from pathlib import Path

import pytest

from autograd import primitives

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "autograd": {"autograd"},
    "nn": {"autograd", "nn"},
    "optim": {"autograd", "optim"},
}


def sources(package):
    return sorted((ROOT / package).rglob("*.py"))


def imports(source):
    """The top-level names of our packages that a source imports, with the names taken from them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((node.module.split(".")[0], f"{node.module}.{alias.name}") for alias in node.names)


def arrows_against(package, source):
    return [name for top, name in imports(source) if top in MAY_IMPORT and top not in MAY_IMPORT[package]]


def declared_primitives(source):
    """Every import or call by which a source could declare a primitive or a gradient of its own."""
    named = [name for _, name in imports(source) if name.split(".")[-1] in {"primitive", "Primitive"}]
    attributes = [
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in {"primitive", "Primitive"}
    ]
    return named + attributes


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_arrows_point_one_way(package):
    assert sources(package)
    assert {str(path): found for path in sources(package) if (found := arrows_against(package, path.read_text()))} == {}


@pytest.mark.parametrize("package", ["nn", "optim"])
def test_nothing_outside_autograd_declares_a_primitive(package):
    found = {str(path): names for path in sources(package) if (names := declared_primitives(path.read_text()))}
    assert found == {}


def test_every_primitive_comes_from_autograd_or_numpy():
    import nn  # noqa: F401
    import optim  # noqa: F401

    modules = {p.forward.__module__ for p in primitives.values() if hasattr(p.forward, "__module__")}
    assert {name.split(".")[0] for name in modules if name} <= {"autograd", "numpy"}


def test_the_graph_names_no_numpy():
    assert "numpy" not in {top for top, _ in imports((ROOT / "autograd/graph.py").read_text())}


@pytest.mark.parametrize(
    ("package", "source"),
    [("autograd", "from nn import Module"), ("optim", "import nn.functional"), ("nn", "def f():\n    import optim")],
)
def test_a_wrong_arrow_is_seen(package, source):
    assert arrows_against(package, source)


@pytest.mark.parametrize(
    "source",
    [
        "from autograd import primitive",
        "from autograd.primitive import Primitive",
        "import autograd\nautograd.primitive(f)",
    ],
)
def test_a_primitive_declared_in_a_layer_is_seen(source):
    assert declared_primitives(source)
