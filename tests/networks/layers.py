"""Layers built, filled and differentiated, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Term
from gradviz.graph.site import GraphSite
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate


@dataclass
class Built:
    """One layer on one operand."""

    graph: Graph
    x: Term
    output: Term
    values: dict[str, Any]

    def value(self) -> Any:
        return evaluate(self.graph, self.values, [self.output.id])[0]

    def named(self, name: str) -> Any:
        return evaluate(self.graph, self.values, [self.graph[name].id])[0]

    def gradients(self, upstream: Any) -> dict[str, Any]:
        """By the operand and by every parameter."""
        back = differentiate(self.graph, self.output.id, upstream=upstream)
        wanted = {name: i for name, i in self.graph.inputs.items() if i in back.gradients}
        return dict(
            zip(wanted, evaluate(back.graph, self.values, [back.gradients[i] for i in wanted.values()]), strict=True)
        )


def waves(shape: tuple[int, ...], phase: float = 0.3) -> Any:
    """Numbers without pattern, between −1 and 1."""
    return np.cos(1.7 * np.arange(float(np.prod(shape, dtype=int))) ** 1.1 + phase).reshape(shape)


def built(kind: str, x: Any, training: bool = True, **settings: Any) -> Built:
    """The layer, its leaves filled with waves (a variance with positive ones)."""
    graph = Graph()
    site = GraphSite(graph, training=training)
    term = graph.input("x", np.shape(x))
    output = site.block(kind, term, name="h", **settings)
    graph.verify()
    values = {"x": np.asarray(x, dtype=float)}
    for k, leaf in enumerate(graph.leaves.values()):
        values[leaf.name] = waves(leaf.shape, 0.5 + k) + (1.5 if leaf.name.endswith("var") else 0)
    return Built(graph, term, output, values)
