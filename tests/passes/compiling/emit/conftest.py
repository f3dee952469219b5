"""The libraries that printed programs are in, where they are installed."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def torch() -> ModuleType:
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def jax() -> Any:
    found = pytest.importorskip("jax", reason="JAX is not installed")
    found.config.update("jax_enable_x64", True)
    return found
