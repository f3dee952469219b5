"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import gradviz

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(gradviz.__path__, "gradviz.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert failed == 0
