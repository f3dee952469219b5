"""Losses built into a graph without the language, evaluated with the gradients of their sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate


def built(kind: str, *operands: Any, name: str = "", **settings: Any) -> tuple[GraphSite, list[Any], Any]:
    site = GraphSite(Graph())
    terms = [site.graph.input(f"x{i}", np.shape(operand)) for i, operand in enumerate(operands)]
    return site, terms, site.block(kind, *terms, name=name, **settings)


def _value_and_gradients(
    kind: str, *operands: Any, wrt: tuple[int, ...] = (0,), **settings: Any
) -> tuple[Any, dict[int, Any]]:
    site, terms, output = built(kind, *operands, **settings)
    site.graph.verify()
    back = differentiate(site.graph, output.id, wrt=[terms[i].id for i in wrt])
    point = {f"x{i}": np.asarray(operand, dtype=float) for i, operand in enumerate(operands)}
    asked = [output.id, *(back.gradients[terms[i].id] for i in wrt)]
    value, *gradients = evaluate(back.graph, point, asked)
    return value, dict(zip(wrt, gradients, strict=True))


@pytest.fixture
def build() -> Callable[..., tuple[GraphSite, list[Any], Any]]:
    """A block on inputs x0, x1, … in the operands' shapes: the site, the inputs, its result."""
    return built


@pytest.fixture
def value_and_gradients() -> Callable[..., tuple[Any, dict[int, Any]]]:
    """A block's value, and the gradients of its sum by the operands in `wrt`."""
    return _value_and_gradients
