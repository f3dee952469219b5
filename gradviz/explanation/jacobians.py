"""The local Jacobian of an array edge: structure, size and nonzeros; it is never formed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.data import JacobianFacts
from gradviz.graph.graph import Graph, Node
from gradviz.passes.templates import array_function
from gradviz.shape import Shape, size

if TYPE_CHECKING:
    from numpy.typing import NDArray

PICTURE = 8
"""Rows and columns of the small picture."""
MAPPED = 1_000_000
"""Entries up to which a selection is followed entry by entry."""

BROADCAST = {"identity": "selection", "scaled identity": "scaled selection", "diagonal": "scaled selection"}
"""What elementwise structures become where the operand is broadcast: each row has one entry still."""

Pattern = tuple[tuple[int, ...], ...]


def jacobian_facts(graph: Graph, node: Node, slot: int) -> JacobianFacts:
    """What is to be said of the Jacobian of a node by one operand.

    Example:
        >>> g = Graph()
        >>> x = g.input("x", (3,))
        >>> jacobian_facts(g, g.relu(x).node, 0)
        JacobianFacts(structure='diagonal', rows=3, columns=3, nonzeros=3, pattern=((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    """
    operand = graph.nodes[node.operands[slot]].shape
    rows, columns = size(node.shape), size(operand)
    structure = node.op.structure_of(slot)
    if structure == "zero":
        return JacobianFacts(structure, rows, columns, 0, _fill(rows, columns, 0))
    if node.op.elementwise:
        kind = structure if operand == node.shape else BROADCAST.get(structure, structure)
        return JacobianFacts(kind, rows, columns, rows, _mapped(_spread(operand, node.shape), rows, columns))
    if structure in ("identity", "scaled identity", "diagonal") and rows == columns:
        return JacobianFacts(structure, rows, columns, rows, _band(rows, columns))
    if structure == "selection":
        targets = _selected(graph, node, slot)
        if targets is not None:
            return JacobianFacts(structure, rows, columns, int(np.sum(targets >= 0)), _mapped(targets, rows, columns))
        return JacobianFacts(structure, rows, columns, min(rows, columns), _band(rows, columns))
    if node.op.name == "matmul" and rows and columns:
        inner = graph.nodes[node.operands[0]].shape[-1]
        blocks = rows * inner // columns if slot == 0 else 0
        return JacobianFacts(
            structure, rows, columns, rows * inner, _matmul_pattern(rows, columns, slot, inner, blocks)
        )
    if node.op.name == "trace" and len(operand) == 2:
        eye = np.eye(operand[0], operand[1]).ravel()
        return JacobianFacts(structure, 1, columns, int(eye.sum()), (tuple(int(mark) for mark in eye[:PICTURE]),))
    if "axis" in node.settings and rows and columns:
        return _along_axis(node, operand, structure, rows, columns)
    return JacobianFacts(structure, rows, columns, rows * columns, _fill(rows, columns, 1))


def _along_axis(node: Node, operand: Shape, structure: str, rows: int, columns: int) -> JacobianFacts:
    """Reductions and softmax: only entries along one line of the axes belong together."""
    axis: Any = node.settings["axis"]
    axes = (
        range(len(operand))
        if axis is None
        else [a % len(operand) for a in (axis if isinstance(axis, tuple) else (axis,))]
    )
    line = size(tuple(operand[a] for a in axes))
    lines = columns // line if line else 0
    if lines <= 1:
        return JacobianFacts(structure, rows, columns, rows * columns, _fill(rows, columns, 1))
    label = np.arange(lines)
    kept = [a for a in range(len(operand)) if a not in axes]
    shape = tuple(operand[a] if a in kept else 1 for a in range(len(operand)))
    column_lines = np.broadcast_to(label.reshape(shape), operand).ravel()
    row_lines = column_lines if rows == columns else label
    height, width = min(rows, PICTURE), min(columns, PICTURE)
    picked_rows = row_lines[np.linspace(0, rows - 1, height).astype(int)]
    picked_columns = column_lines[np.linspace(0, columns - 1, width).astype(int)]
    pattern = tuple(tuple(int(a == b) for b in picked_columns) for a in picked_rows)
    return JacobianFacts(structure, rows, columns, rows * line, pattern)


def _spread(operand: Shape, shape: Shape) -> NDArray[np.int64]:
    """For each entry of the output, the operand's entry that broadcasting puts there."""
    if size(shape) > MAPPED:
        return np.arange(PICTURE) * size(operand) // PICTURE
    return np.broadcast_to(np.arange(size(operand)).reshape(operand), shape).ravel()


def _selected(graph: Graph, node: Node, slot: int) -> NDArray[np.int64] | None:
    """The same for operations that only move entries: they are applied to the entries' numbers."""
    shapes = [graph.nodes[operand].shape for operand in node.operands]
    if any(size(shape) > MAPPED for shape in (*shapes, node.shape)):
        return None
    marked = [
        np.arange(size(shape), dtype=float).reshape(shape) if i == slot else np.full(shape, -1.0)
        for i, shape in enumerate(shapes)
    ]
    try:
        moved = array_function(node.op.name, len(marked), node.attributes)(*marked)
    except (ValueError, TypeError, IndexError):
        return None
    flat = np.asarray(moved, dtype=float).ravel()
    return flat.astype(np.int64) if flat.size == size(node.shape) else None


def _mapped(targets: NDArray[np.int64], rows: int, columns: int) -> Pattern:
    """A picture of one nonzero per row, scaled down where it is larger."""
    height, width = min(rows, PICTURE), min(columns, PICTURE)
    picture = np.zeros((height, width), dtype=int)
    count = len(targets)
    for row in range(height):
        target = int(targets[row * count // height]) if count else -1
        if target >= 0:
            picture[row, target * width // columns] = 1
    return tuple(tuple(int(cell) for cell in line) for line in picture)


def _matmul_pattern(rows: int, columns: int, slot: int, inner: int, blocks: int) -> Pattern:
    """Blocks along the diagonal by the left factor (I ⊗ xᵀ), stripes by the right one (W ⊗ I)."""
    height, width = min(rows, PICTURE), min(columns, PICTURE)
    if slot == 0:
        per_block = max(1, rows * inner // columns)
        return tuple(
            tuple(int((r * rows // height) // per_block == (c * columns // width) // inner) for c in range(width))
            for r in range(height)
        )
    across = max(1, columns // inner)
    small = min(across, 3)
    return tuple(tuple(int(r % small == c % small or across == 1) for c in range(width)) for r in range(height))


def _band(rows: int, columns: int) -> Pattern:
    height, width = min(rows, PICTURE), min(columns, PICTURE)
    return tuple(tuple(int(r * width // height == c) for c in range(width)) for r in range(height))


def _fill(rows: int, columns: int, mark: int) -> Pattern:
    return tuple((mark,) * min(columns, PICTURE) for _ in range(min(rows, PICTURE)))
