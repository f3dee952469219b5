"""The local Jacobian of an array edge: structure, size and nonzeros; it is never formed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.data import JacobianFacts
from gradviz.graph.graph import Graph, Node
from gradviz.passes.jacobian import Operator, pattern
from gradviz.passes.jacobian.local import picked, structural
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
        >>> facts = jacobian_facts(g, g.relu(x).node, 0)
        >>> facts.structure, facts.size, facts.nonzeros
        ('diagonal', '3×3', 3)
    """
    operand = graph.nodes[node.operands[slot]].shape
    rows, columns = size(node.shape), size(operand)
    structure = node.op.structure_of(slot)
    if structure == "zero":
        return JacobianFacts(structure, rows, columns, 0, _fill(rows, columns, 0))
    if node.op.elementwise:
        same = rows == columns
        kind = structure if same else BROADCAST.get(structure, structure)
        return JacobianFacts(kind, rows, columns, rows, _band(rows, rows) if same else _spread(operand, node.shape))
    if structure in ("identity", "scaled identity", "diagonal") and rows == columns:
        return JacobianFacts(structure, rows, columns, rows, _band(rows, columns))
    if structure == "selection":
        targets = _selected(graph, node, slot)
        if targets is not None:
            kind = _selection_word(targets, columns)
            return JacobianFacts(kind, rows, columns, int(np.sum(targets >= 0)), _mapped(targets, rows, columns))
        return JacobianFacts(structure, rows, columns, min(rows, columns), _band(rows, columns))
    if not rows or not columns:
        return JacobianFacts(structure, rows, columns, 0, _fill(rows, columns, 1))
    # The row names what the operation does in general; the shapes may make it simpler: W x by x is W alone.
    operator = structural(graph, node, slot)
    return JacobianFacts(operator.structure, rows, columns, operator.nnz, _picture(graph, node, slot, operator))


def _picture(graph: Graph, node: Node, slot: int, operator: Operator) -> Pattern:
    """A small Jacobian entry by entry; a larger one by an example of its kind, or scaled down."""
    rows, columns = operator.shape
    if max(rows, columns) > PICTURE:
        if node.op.name == "matmul":
            left, right = (graph.nodes[i].shape for i in node.operands)
            return _matmul_pattern(rows, left, right, slot)
        if "axis" in node.settings:
            return _along_axis(node, graph.nodes[node.operands[slot]].shape, rows, columns)
    return _pattern(pattern(operator, PICTURE, known=False)[0] > 0)


def _along_axis(node: Node, operand: Shape, rows: int, columns: int) -> Pattern:
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
        return _fill(rows, columns, 1)
    small = _shrunk(operand, PICTURE)
    shape = tuple(1 if a in axes else n for a, n in enumerate(small))
    label = np.arange(size(shape)).reshape(shape)
    across = np.broadcast_to(label, small).ravel()
    down = across if rows == columns else label.ravel()
    return _pattern(down[:, None] == across)


def _shrunk(shape: Shape, most: int) -> Shape:
    """A shape like it with at most that many entries: the longest axis gives way first, so that axes stay axes."""
    sizes = [min(n, most) for n in shape]
    while size(tuple(sizes)) > most:
        sizes[sizes.index(max(sizes))] -= 1
    return tuple(sizes)


def _spread(operand: Shape, shape: Shape) -> Pattern:
    """Where broadcasting puts each entry of the operand, on a small example of it."""
    small = _shrunk(shape, PICTURE)
    lent = (1,) * (len(shape) - len(operand)) + operand
    kept = tuple(now if own == wide else 1 for own, wide, now in zip(lent, shape, small, strict=True))
    targets = np.broadcast_to(np.arange(size(kept)).reshape(kept), small).ravel()
    return _pattern(targets[:, None] == np.arange(size(kept)))


def _pattern(marks: NDArray[Any]) -> Pattern:
    return tuple(tuple(int(mark) for mark in line) for line in marks)


def _selected(graph: Graph, node: Node, slot: int) -> NDArray[np.int64] | None:
    """The operand's entry that is moved to each entry of the output, −1 for none; None where there are too many."""
    shapes = [graph.nodes[operand].shape for operand in node.operands]
    if any(size(shape) > MAPPED for shape in (*shapes, node.shape)):
        return None
    return picked(node, slot, shapes)


def _selection_word(targets: NDArray[np.int64], columns: int) -> str:
    """A selection of everything in order is an identity, one of nothing is zero."""
    if len(targets) == columns and np.array_equal(targets, np.arange(columns)):
        return "identity"
    return "selection" if (targets >= 0).any() else "zero"


def _mapped(targets: NDArray[np.int64], rows: int, columns: int) -> Pattern:
    """A picture of one nonzero per row, scaled down where it is larger: each cell is looked at in its middle."""
    height, width = min(rows, PICTURE), min(columns, PICTURE)
    picture = np.zeros((height, width), dtype=int)
    for row in range(height):
        target = int(targets[(2 * row + 1) * rows // (2 * height)])
        if target >= 0:
            picture[row, (2 * target + 1) * width // (2 * columns)] = 1
    return _pattern(picture)


def _matmul_pattern(rows: int, left: Shape, right: Shape, slot: int) -> Pattern:
    """Equal blocks along the diagonal by the left factor (I ⊗ Bᵀ), stripes by the right one (A ⊗ I)."""
    inner, across = left[-1], right[-1] if len(right) > 1 else 1
    down = size(left) // inner if slot == 0 else rows // across
    down, inner, across = _fitting(down, inner, across, slot)
    if slot == 0:
        return _pattern(np.kron(np.eye(down), np.ones((across, inner))))
    return _pattern(np.kron(np.ones((down, inner)), np.eye(across)))


def _fitting(down: int, inner: int, across: int, slot: int) -> tuple[int, int, int]:
    """The sizes of a product, made smaller until its picture has room: the largest of them gives way first."""
    sizes = [min(n, PICTURE) for n in (down, inner, across)]
    while True:
        down, inner, across = sizes
        height, width = down * across, inner * (down if slot == 0 else across)
        if max(height, width) <= PICTURE:
            return down, inner, across
        shared = [0, 2] if height > PICTURE else [1, 0 if slot == 0 else 2]
        largest = max(shared, key=lambda i: sizes[i])
        sizes[largest] -= 1


def _band(rows: int, columns: int) -> Pattern:
    return _pattern(np.eye(min(rows, PICTURE), min(columns, PICTURE)))


def _fill(rows: int, columns: int, mark: int) -> Pattern:
    return tuple((mark,) * min(columns, PICTURE) for _ in range(min(rows, PICTURE)))
