"""Which entries an operation along axes, or on a stack of matrices, keeps apart: its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.graph.node import Node
from gradviz.ops import shapes as matrix_shapes
from gradviz.ops.axes import axes_of
from gradviz.passes.jacobian.operator import Places
from gradviz.shape import Shape, broadcast_axes, size


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The line of each entry of the output and of the operand: entries of different lines never meet.

    Args:
        count: how many lines.
        rows, columns: the number of the line, by entry of the output and of the operand.
    """

    count: int
    rows: Places
    columns: Places

    @property
    def regular(self) -> bool:
        """Whether every line has as many rows and columns as the others."""
        return bool(self.count) and len(self.rows) % self.count == 0 and len(self.columns) % self.count == 0

    def places(self) -> tuple[Places, Places]:
        """The rows and columns of each line: count × rows, count × columns."""
        made = [np.argsort(each, kind="stable").reshape(self.count, -1) for each in (self.rows, self.columns)]
        return made[0], made[1]


def lines_of(node: Node, operand: Shape) -> Lines:
    """The lines of an operation with one operand of interest; a single one where nothing is known.

    Along axes, a line is what the axes run through. Of a stack of matrices, each matrix is one.
    """
    settings = node.settings
    if "axis" in settings:
        return along(operand, axes_of(settings["axis"], len(operand)), size(node.shape) == size(operand))
    if node.op.name == "sum_to":
        return along(operand, broadcast_axes(node.shape, operand), False)
    if "pieces" in settings:
        pieces: Any = settings["pieces"]
        return Lines(size(node.shape), np.arange(size(node.shape)), np.arange(size(operand)) // pieces)
    if len(operand) > 2 and node.op.shape in STACKED:
        count = size(operand[:-2])
        return Lines(count, _stretches(size(node.shape), count), _stretches(size(operand), count))
    return Lines(1, np.zeros(size(node.shape), dtype=np.int64), np.zeros(size(operand), dtype=np.int64))


STACKED = (matrix_shapes.square, matrix_shapes.per_square, matrix_shapes.all_square)
"""The shape rules of operations that treat every matrix of a stack alone."""


def _stretches(entries: int, count: int) -> Places:
    return np.arange(entries) // max(1, entries // max(1, count))


def along(operand: Shape, axes: tuple[int, ...], same: bool) -> Lines:
    """The lines along axes; the output has one entry per line, or the operand's shape."""
    kept = tuple(1 if i in axes else n for i, n in enumerate(operand))
    count = size(kept)
    columns = np.broadcast_to(np.arange(count).reshape(kept), operand).ravel()
    return Lines(count, columns if same else np.arange(count), columns)
