"""Masks compared by cases: `dh[h <= 0] = 0` is the gradient through relu, above 0, below it and at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradviz.checking.claim import Claim
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.graph.node import Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.raising import below

RULE = "by cases, above 0, below 0 and at 0"
COMPARED: Mapping[str, tuple[int, ...]] = {
    "greater": (1,),
    "less": (-1,),
    "greater_equal": (0, 1),
    "less_equal": (-1, 0),
    "equal": (0,),
    "not_equal": (-1, 1),
}
"""Comparisons, by the signs of left minus right where they hold."""


def equal_by_cases(claim: Claim) -> bool:
    """Whether both sides are the same expression for every sign of the one array that masks in them compare with 0.

    Each entry of the result must depend on one entry of the masks: everything above them works entry by entry, in one
    shape.

    Example:
        >>> g = Graph()
        >>> z, up = g.input("z", (3,)), g.input("up", (3,))
        >>> one, other = g.where(g.relu(z) <= 0, 0, up), up * (z > 0)
        >>> equal_by_cases(Claim(g, other.id, one.id))
        True
    """
    graph = claim.graph
    cone = below(graph, [claim.truth, claim.answer])
    bases = {base for i in cone if (base := _compared(graph, i)) is not None}
    if len(bases) != 1:
        return False
    base = bases.pop()
    if not _entrywise(graph, cone, base, (claim.truth, claim.answer)):
        return False
    return all(_same(claim, cone, base, sign) for sign in (-1, 0, 1))


def with_masks(claim: Claim) -> Claim:
    """The same claim, its masks written in one way: `where(z > 0, g, 0)` for `g*(h > 0)` and for `where(h <= 0, 0, g)`.

    Where h is max(0, z) it is above 0 where z is.

    Example:
        >>> g = Graph()
        >>> z, up = g.input("z", (3,)), g.input("up", (3,))
        >>> made = with_masks(Claim(g, (up * (g.relu(z) > 0)).id, g.where(z > 0, up, 0).id))
        >>> made.truth == made.answer
        True
    """
    graph, made = claim.graph, Graph()
    for node in graph.nodes:
        if node.op is INPUT:
            made.input(node.name or "?", node.shape)
    folder, moved = Folder(made), dict[int, int]()
    for i in below(graph, [claim.truth, claim.answer, *claim.domain]):
        node = graph.nodes[i]
        if node.op is INPUT:
            moved[i] = made.names[node.name or "?"]
        elif node.op is CONSTANT:
            moved[i] = folder.fill(node.attributes[0][1], node.shape)
        else:
            operands = tuple(moved[k] for k in node.operands)
            moved[i] = _masked(folder, node, operands) or folder.make(node.op.name, operands, node.attributes)
    domain = tuple(moved[i] for i in claim.domain)
    return replace(claim, graph=made, truth=moved[claim.truth], answer=moved[claim.answer], domain=domain)


def _masked(folder: Folder, node: Node, operands: tuple[int, ...]) -> int | None:
    """A mask in the one way to write it; None if the node is none."""
    zero = folder.fill(0, ())
    if node.op.name == "mul":
        for mask, other in (operands, operands[::-1]):
            open_ = _open(folder.graph, mask)
            if open_ is not None and open_[1] and folder.node(other).shape == node.shape:
                above = folder.make("greater", (open_[0], zero))
                return folder.make("where", (above, other, zero))
    if node.op.name == "where":
        open_ = _open(folder.graph, operands[0])
        kept, dropped = operands[1:] if open_ is not None and open_[1] else operands[:0:-1]
        if open_ is not None and folder.number(dropped) == 0 and folder.node(kept).shape == node.shape:
            return folder.make("where", (folder.make("greater", (open_[0], zero)), kept, zero))
    return None


def _open(graph: Graph, id: int) -> tuple[int, bool] | None:
    """Of a comparison with 0, z, and whether it holds where z > 0 (rather than where z <= 0)."""
    node, base = graph.nodes[id], _compared(graph, id)
    if base is None:
        return None
    signs = tuple(_holds(graph, id, sign) for sign in (-1, 0, 1))
    return (base, signs[2]) if signs in ((False, False, True), (True, True, False)) and node.shape else None


def _zero(graph: Graph, id: int) -> bool:
    node = graph.nodes[id]
    value = node.settings.get("value") if node.op is CONSTANT else None
    return node.op is CONSTANT and not isinstance(value, tuple) and value == 0


def floored(graph: Graph, id: int) -> int | None:
    """Z of max(0, z); None for anything else."""
    node = graph.nodes[id]
    if node.op.name == "relu":
        return node.operands[0]
    if node.op.name == "maximum" and len(node.operands) == 2:
        first, second = node.operands
        return second if _zero(graph, first) else first if _zero(graph, second) else None
    return None


def _base(graph: Graph, id: int) -> int:
    """What decides a value's sign, as far as it is above 0 or not."""
    inner = floored(graph, id)
    return id if inner is None else inner


def _compared(graph: Graph, id: int) -> int | None:
    """What a comparison with 0 compares; None for anything else."""
    node = graph.nodes[id]
    if node.op.name not in COMPARED:
        return None
    left, right = node.operands
    return _base(graph, left) if _zero(graph, right) else _base(graph, right) if _zero(graph, left) else None


def _entrywise(graph: Graph, cone: list[int], base: int, ends: tuple[int, int]) -> bool:
    """Whether all that depends on the signs works entry by entry, in the shape of what is compared."""
    shape = graph.nodes[base].shape
    moved: set[int] = set()
    for i in cone:
        node = graph.nodes[i]
        if _compared(graph, i) == base or floored(graph, i) == base or moved & set(node.operands):
            if not node.op.elementwise or node.shape != shape:
                return False
            moved.add(i)
    return all(graph.nodes[end].shape == shape for end in ends)


def _same(claim: Claim, cone: list[int], base: int, sign: int) -> bool:
    """Whether both sides are one expression where the compared array has a sign."""
    graph, made = claim.graph, Graph()
    folder = Folder(made)
    moved: dict[int, int] = {}
    for i in cone:
        node = graph.nodes[i]
        if node.op is INPUT:
            moved[i] = made.input(node.name or f"input{i}", node.shape).id
            folder = Folder(made)
        elif node.op is CONSTANT:
            moved[i] = folder.fill(node.attributes[0][1], node.shape)
        elif _compared(graph, i) == base:
            moved[i] = folder.fill(int(_holds(graph, i, sign)), node.shape)
        elif floored(graph, i) == base:
            moved[i] = folder.fill(0, node.shape) if sign < 1 else folder.fit(moved[base], node.shape)
        elif node.op.name == "where" and folder.number(moved[node.operands[0]]) in (0, 1):
            branch = node.operands[1 if folder.number(moved[node.operands[0]]) else 2]
            moved[i] = folder.fit(moved[branch], node.shape)
        else:
            moved[i] = folder.make(node.op.name, tuple(moved[k] for k in node.operands), node.attributes)
    return moved[claim.truth] == moved[claim.answer]


def _holds(graph: Graph, id: int, sign: int) -> bool:
    node = graph.nodes[id]
    left, right = node.operands
    compared = left if _zero(graph, right) else right
    seen = max(sign, 0) if floored(graph, compared) is not None else sign
    return (seen if compared == left else -seen) in COMPARED[node.op.name]
