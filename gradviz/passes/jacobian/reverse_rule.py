"""One operation's reverse rule as a small graph of its own, to be run for one upstream gradient after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gradviz.errors import InternalError
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph, Node
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate, needed_for
from gradviz.passes.jacobian.operator import Array
from gradviz.shape import Shape, size

UPSTREAM, OUTPUT = "u", "y"
"""Inputs of the small graph, beside x0, x1, …"""


@dataclass(frozen=True, slots=True, eq=False)
class ReverseRule:
    """The contribution to one operand as a graph over the operands, the output and the upstream gradient.

    Args:
        graph: with the inputs x0, x1, …, y and u.
        contribution: the node that is pulled back.
        upstream: the node of u.
        reads: the operands' slots whose values it needs; −1 for the output's.
    """

    graph: Graph
    contribution: int
    upstream: int
    reads: tuple[int, ...]

    @property
    def constant(self) -> bool:
        """Whether the Jacobian depends on no number."""
        return not self.reads

    def run(self, point: dict[str, Any], upstream: Array) -> Array:
        """The upstream gradient (in the output's shape) pulled back, flat."""
        found = evaluate(self.graph, {**point, UPSTREAM: upstream}, [self.contribution])[0]
        return np.asarray(found, dtype=np.float64).ravel()

    def forward(self) -> tuple[Graph, int]:
        """The tangent of the output along v: the rule is linear in u, so its own gradient by u is its transpose."""
        shape = self.graph.nodes[self.contribution].shape
        graph = self.graph.copy()
        direction = graph.input("v", shape)
        back = differentiate(graph, self.contribution, wrt=[self.upstream], upstream=direction)
        return back.graph, back.gradients.get(self.upstream, -1)


def reverse_rule(graph: Graph, node: Node, slot: int) -> ReverseRule:
    """The rule of an operation that is not elementwise, by one operand."""
    shapes = tuple(graph.nodes[operand].shape for operand in node.operands)
    return _rule(node.op.name, shapes, node.attributes, node.shape, slot)


@lru_cache(maxsize=256)
def _rule(name: str, shapes: tuple[Shape, ...], settings: Any, shape: Shape, slot: int) -> ReverseRule:
    graph = Graph()
    operands = [graph.input(f"x{i}", sizes).id for i, sizes in enumerate(shapes)]
    output = graph.input(OUTPUT, shape).id
    upstream = graph.input(UPSTREAM, shape).id
    rule = OPS[name].vjp(slot)
    if rule is None:
        raise InternalError(f"{name} has no reverse rule by operand {slot}")
    builder = Folder(graph)
    terms = [Folded(builder, i) for i in (upstream, output, *operands)]
    contribution = builder.id_of(rule(builder, *terms, **dict(settings)))
    needed = needed_for(graph, [contribution])
    reads = [i for i, operand in enumerate(operands) if operand < len(needed) and needed[operand]]
    if output < len(needed) and needed[output]:
        reads.append(-1)
    return ReverseRule(graph, contribution, upstream, tuple(reads))


def by_units(rule: ReverseRule, point: dict[str, Any], shape: Shape) -> Array:
    """The whole Jacobian, row by row: one run for each entry of the output."""
    rows = size(shape)
    seeds = np.zeros((rows, *shape))
    seeds.reshape(rows, rows)[np.arange(rows), np.arange(rows)] = 1
    columns = size(rule.graph.nodes[rule.contribution].shape)
    made = [rule.run(point, seed) for seed in seeds]
    return np.array(made).reshape(rows, columns)
