"""The entries of a small Jacobian as formulas, row by row, each verified like a gradient's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.formula import Formula
from gradviz.passes.formulas import ENTRIES, Formulary
from gradviz.passes.simplify import Effort
from gradviz.passes.verify import sample
from gradviz.shape import size
from gradviz.syntax.tree import Expr

EFFORT = 30_000
"""Expression nodes that simplification may look at for one row."""


@dataclass(slots=True)
class Rows:
    """Writes rows of the Jacobian of a node by others, in the inputs alone.

    Args:
        graph: it is not changed.
        node: whose entries are the rows.
        wrt: whose entries are the columns, one node after the other.
        reread: reads a tree back from its printed text, as for a `Formulary`.
        at: the person's own point, if it is complete.
        on_kink: whether that is on a kink.

    Attributes:
        failed: whether a formula did not agree with the numbers: a bug in gradviz.
    """

    graph: Graph
    node: int
    wrt: Sequence[int]
    reread: Callable[[Expr], Expr]
    at: Mapping[str, Any] | None = None
    on_kink: bool = False
    failed: bool = field(default=False, init=False)

    def row(self, number: int) -> dict[int, Formula] | None:
        """The formulas of one row by column, zeros left out; None where one of them has no formula."""
        shape = self.graph.nodes[self.node].shape
        unit = np.zeros(shape)
        unit.flat[number] = 1.0
        backward = differentiate(self.graph, self.node, wrt=self.wrt, upstream=unit if shape else None)
        reached = [by for by in self.wrt if by in backward.gradients]
        if any(size(self.graph.nodes[by].shape) > ENTRIES for by in reached):
            return None
        formulary = self._formulary(backward)
        formulary.prepare(reached)
        found: dict[int, Formula] = {}
        start = 0
        for by in self.wrt:
            shape = self.graph.nodes[by].shape
            if by in backward.gradients:
                made = formulary.entries(by) if shape else {(): formulary.gradient(by)}
                for place, index in enumerate(np.ndindex(*shape)):
                    formula = made.get(index)
                    if formula is None:
                        self.failed = self.failed or bool(formulary.failures)
                        return None
                    if not _is_zero(formula):
                        found[start + place] = formula
            start += size(shape)
        return found

    def _formulary(self, backward: Backward) -> Formulary:
        graph = backward.graph
        inputs = {i: node.name for i, node in enumerate(graph.nodes) if node.op is INPUT and node.name}
        wanted = list(dict.fromkeys(backward.gradients.values()))
        samples = sample(graph, inputs, wanted, self.at, on_kink=self.on_kink)
        return Formulary(backward, inputs, inputs, samples, self.reread, Effort(nodes=EFFORT))


def _is_zero(formula: Formula) -> bool:
    return getattr(formula.display, "value", None) == 0
