"""The modules that draw can be imported by their paths: no function hides a package."""

import importlib
import pkgutil

import pytest

import autograd.drawing
import nn.drawing


@pytest.mark.parametrize("package", [autograd.drawing, nn.drawing], ids=lambda package: package.__name__)
def test_every_module_is_an_attribute_of_its_package(package):
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    assert names
    for name in names:
        module = importlib.import_module(f"{package.__name__}.{name}")
        assert getattr(package, name) is module
