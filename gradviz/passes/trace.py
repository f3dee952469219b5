"""NaN and infinity explained: the first node that makes one from finite operands, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradviz.errors import DomainProblem
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import Backward, Edge
from gradviz.passes.domain import INDETERMINATE, cause, general
from gradviz.passes.lookups import outside
from gradviz.passes.raising import below, expression
from gradviz.passes.singular import singular
from gradviz.source import Span
from gradviz.syntax.show import to_unicode

BUDGET = 40
"""Nodes of an expression that is written in a message."""

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where NaN or infinity comes from.

    Args:
        node: the node that makes the first one; for a gradient, the operation whose derivative it is.
        kind: what it makes.
        says: why, in words, with the expression and the values: `log of a negative number: ln(x) at x = −1`.
        inputs: the names of the inputs that it depends on.
        span: where the node was written, if it was.
        in_gradient: whether the values are finite and only a derivative is not.
    """

    node: int
    kind: Literal["NaN", "infinity"]
    says: str
    inputs: tuple[str, ...]
    span: Span | None
    in_gradient: bool = False


Found = Sequence[Any] | Mapping[int, Any]
"""Values by position, as `evaluate(graph, values)` gives them."""


def value_trouble(graph: Graph, found: Found, targets: Iterable[int]) -> Trouble | None:
    """Why one of the targets is not finite; None if all are.

    Branches that a `where` does not take are not to blame.

    Args:
        graph: the graph.
        found: the values of the targets and of all that they depend on.
        targets: the nodes whose values matter.

    Example:
        >>> from gradviz.passes.evaluate import evaluate
        >>> g = Graph()
        >>> f = 2 * g.log(g.input("x"))
        >>> value_trouble(g, evaluate(g, {"x": -1}), [f.id]).says
        'log of a negative number: ln(x) at x = −1'
    """
    bad = [target for target in targets if not _finite(found[target])]
    if not bad:
        return None
    blamed = _blamed(graph, found, bad)
    origin = min(i for i, guilty in blamed.items() if not guilty)
    node = graph.nodes[origin]
    return Trouble(
        origin,
        _kind(found[origin]),
        _why(graph, found, origin) + _turned(graph, found, origin, blamed),
        _inputs(graph, origin),
        node.span,
    )


def gradient_trouble(back: Backward, found: Found) -> Trouble | None:
    """Why the output or one of its gradients is not finite; None if all are.

    Args:
        back: the gradient graph.
        found: the values of all its nodes.
    """
    targets = [back.output, *back.gradients.values()]
    trouble = value_trouble(back.graph, found, targets)
    if trouble is None or trouble.node <= back.output:
        return trouble
    for edge in reversed(back.edges):
        if _finite(found[edge.upstream]) and not _finite(found[edge.contribution]):
            return _edge_trouble(back, found, edge)
    return trouble


def domain_problem(trouble: Trouble) -> DomainProblem:
    """The trouble as an error: the place, and what to do."""
    names = ", ".join(trouble.inputs)
    return DomainProblem(
        f"{'the gradient is' if trouble.in_gradient else 'this gives'} {trouble.kind}: {trouble.says}",
        span=trouble.span,
        hint=f"try other values for {names}" if names else "this part is the same whatever the inputs are",
    )


def _finite(value: Any) -> bool:
    return value is None or bool(np.all(np.isfinite(value)))


def _kind(value: Any) -> Literal["NaN", "infinity"]:
    return "NaN" if np.any(np.isnan(value)) else "infinity"


def _blamed(graph: Graph, found: Found, bad: Iterable[int]) -> dict[int, list[int]]:
    """The nodes that are not finite on the way to the bad ones, each with its operands that are not."""
    blamed: dict[int, list[int]] = {}
    stack = list(bad)
    while stack:
        i = stack.pop()
        if i not in blamed:
            blamed[i] = _guilty(graph.nodes[i], found)
            stack.extend(blamed[i])
    return blamed


def _guilty(node: Node, found: Found) -> list[int]:
    """The operands that are not finite where it matters."""
    if node.op.name != "where":
        return [operand for operand in node.operands if not _finite(found[operand])]
    condition, yes, no = node.operands
    taken = np.asarray(found[condition]) != 0
    parts = [(condition, True), (yes, taken), (no, ~taken)]
    return [i for i, matters in parts if not np.all(np.isfinite(found[i]) | np.logical_not(matters))]


def _why(graph: Graph, found: Found, id: int) -> str:
    node = graph.nodes[id]
    if node.op is INPUT:
        return f"{node.name} is given as {_number(_worst(found[id]))}"
    if node.op is CONSTANT:
        return f"a constant is {_number(_worst(found[id]))}"
    missed = outside(graph, node, found)
    if missed is not None:
        return missed
    operands, place = _operands_at(node, found, id)
    result = _worst(found[id])
    lost = singular(node.op.name, found[node.operands[0]], _name(graph, node.operands[0])) if node.operands else None
    if lost is not None:
        return f"{lost}: {_written(graph, id)}"
    reason = general(node.op.name, result) if operands is None else cause(node.op.name, operands, result)
    return f"{reason}: {_written(graph, id)}{_at(graph, node, operands)}{place}"


def _operands_at(node: Node, found: Found, id: int) -> tuple[tuple[float, ...] | None, str]:
    """The operands, as numbers, at the first entry that is not finite, and that entry in words.

    None where the operation is not elementwise.
    """
    values = [found[operand] for operand in node.operands]
    if node.shape == () and all(np.ndim(value) == 0 for value in values):
        return tuple(map(float, values)), ""
    if not node.op.elementwise:
        return None, ""
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(np.asarray(found[id])))[0])
    entries = tuple(float(np.broadcast_to(value, node.shape)[index]) for value in values)
    return entries, f" (entry {', '.join(map(str, index))})"


def _at(graph: Graph, node: Node, operands: tuple[float, ...] | None) -> str:
    """` at x = −1, y = 0`: the operands' values, without the constants, each once."""
    if operands is None:
        return ""
    varying = {i: v for i, v in zip(node.operands, operands, strict=True) if graph.nodes[i].op is not CONSTANT}
    listed = [f"{_name(graph, i)} = {_number(value)}" for i, value in varying.items()]
    return f" at {', '.join(listed)}" if listed else ""


def _turned(graph: Graph, found: Found, origin: int, blamed: Mapping[int, list[int]]) -> str:
    """Where an infinity first turned into NaN, if it did."""
    if _kind(found[origin]) == "NaN":
        return ""
    for i in sorted(blamed):
        node = graph.nodes[i]
        if _kind(found[i]) == "NaN":
            form = INDETERMINATE.get(node.op.name, f"{node.op.name} of infinity")
            return f"; then {form}: {_written(graph, i)}"
    return ""


def _edge_trouble(back: Backward, found: Found, edge: Edge) -> Trouble:
    graph = back.graph
    node = graph.nodes[edge.target]
    operands, place = _operands_at_edge(node, found, edge)
    local = found[edge.contribution] if edge.local is None else found[edge.local]
    by = f" by {_name(graph, edge.source)}" if len(set(node.operands)) > 1 else ""
    where = f"{_written(graph, edge.target)}{_at(graph, node, operands)}{place}"
    if _finite(local):
        says = f"overflow: the contribution{by} through {where} is too large for a number"
    elif _kind(local) == "NaN":
        says = f"the derivative{by} has no value: {where}"
    else:
        zero = np.any(np.asarray(found[edge.upstream]) == 0) and _kind(found[edge.contribution]) == "NaN"
        says = f"the slope{by} is infinite: {where}"
        says += "; its upstream gradient is 0, and 0·∞ has no value" if zero else ""
    kind = _kind(found[edge.contribution])
    return Trouble(edge.target, kind, says, _inputs(graph, edge.target), node.span, in_gradient=True)


def _operands_at_edge(node: Node, found: Found, edge: Edge) -> tuple[tuple[float, ...] | None, str]:
    """The operands at the first entry where the local derivative is not finite."""
    if edge.local is None or _finite(found[edge.local]):
        scalars = all(np.ndim(found[operand]) == 0 for operand in node.operands)
        return (tuple(float(found[operand]) for operand in node.operands), "") if scalars else (None, "")
    return _operands_at(node, {**{i: found[i] for i in node.operands}, edge.target: found[edge.local]}, edge.target)


def _inputs(graph: Graph, id: int) -> tuple[str, ...]:
    nodes = (graph.nodes[i] for i in below(graph, (id,)))
    return tuple(node.name for node in nodes if node.op is INPUT and node.name)


def _worst(value: Any) -> float:
    """The first entry that is not finite; NaN before infinity."""
    entries = np.asarray(value, dtype=np.float64).ravel()
    if np.any(np.isnan(entries)):
        return math.nan
    return float(entries[~np.isfinite(entries)][0]) if not np.all(np.isfinite(entries)) else 0.0


def _written(graph: Graph, id: int) -> str:
    """A node's expression in the names that nodes have."""
    stop = {i: node.name for i, node in enumerate(graph.nodes[:id]) if node.name is not None}
    tree = expression(graph, id, stop, BUDGET)
    return f"{graph.nodes[id].op.name}(…)" if tree is None else to_unicode(tree)


def _name(graph: Graph, id: int) -> str:
    return graph.nodes[id].name or _written(graph, id)


def _number(value: float) -> str:
    """A number as a person reads it; the renderers' own formatting stands above this room."""
    if math.isnan(value):
        return "NaN"
    text = "∞" if math.isinf(value) else f"{abs(value):.{DIGITS}g}"
    return f"−{text}" if value < 0 else text
