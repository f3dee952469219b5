"""The local Jacobian of an operation by its reverse rule alone: products only, nothing is kept but the operands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.passes.evaluate import evaluate
from gradviz.passes.jacobian.operator import Array, Entries, Operator, Stored, Word, refuse_dense
from gradviz.passes.jacobian.reverse_rule import ReverseRule, by_units
from gradviz.shape import Shape, size


@dataclass(frozen=True, slots=True, eq=False)
class Pulled(Operator):
    """Too large to write out: the transpose's products by the rule, its own by the rule's gradient.

    Args:
        rule: of the operation.
        point: the operands' and the output's values, by their names in the rule's graph.
        output, operand: the shapes.
        structure, nnz: as the operation's row says.
    """

    rule: ReverseRule
    point: Mapping[str, Any]
    output: Shape
    operand: Shape
    structure: Word
    nnz: int

    @property
    def shape(self) -> tuple[int, int]:
        """Entries of the output by entries of the operand."""
        return size(self.output), size(self.operand)

    @property
    def stored(self) -> Stored:
        """The values that the rule reads."""
        return tuple(np.asarray(value) for value in self.point.values())

    def matmat(self, block: Array) -> Array:
        """Column by column."""
        graph, tangent = self.rule.forward()
        made = np.zeros((self.rows, block.shape[1]))
        for i in range(block.shape[1] if tangent >= 0 else 0):
            point = {**self.point, "v": block[:, i].reshape(self.operand)}
            made[:, i] = np.ravel(evaluate(graph, point, [tangent])[0])
        return made

    def rmatmat(self, block: Array) -> Array:
        """Column by column."""
        columns = [self.rule.run(dict(self.point), block[:, i].reshape(self.output)) for i in range(block.shape[1])]
        return np.stack(columns, axis=1) if columns else np.zeros((self.columns, 0))

    def entries(self) -> Entries:
        """All, zeros too."""
        refuse_dense(*self.shape)
        rows, columns = np.indices(self.shape).reshape(2, -1)
        return rows, columns, by_units(self.rule, dict(self.point), self.output).ravel()
