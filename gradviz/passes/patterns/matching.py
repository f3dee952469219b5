"""Whether a node of a graph is the root of a circuit: the two are walked together, holes taking what they meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations
from typing import Any

from gradviz.graph.folding import constant_key
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, Number
from gradviz.passes.patterns.circuits import COUNT, COUNTED, SHARE, Drawn

COMMUTATIVE = frozenset({"add", "mul"})
"""Operations whose operands may stand in any order."""


@dataclass(frozen=True, slots=True)
class Match:
    """A circuit found in a graph.

    Args:
        root: the node that is its result.
        holes: the nodes that its holes stand for, by name.
        nodes: what lies between, the root included: the circuit itself, in order.
        axis: the axis along which it works; None where it has none.
    """

    root: int
    holes: Mapping[str, int]
    nodes: tuple[int, ...]
    axis: int | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """What a partial match has found out."""

    holes: dict[str, int] = field(default_factory=dict)
    nodes: frozenset[int] = frozenset()
    axis: int | None = None


def equals(graph: Graph) -> list[int]:
    """For each node the first one that equals it: same operation, settings and equal operands."""
    known: dict[Any, int] = {}
    same: list[int] = []
    for i, node in enumerate(graph.nodes):
        if node.op is INPUT:
            same.append(i)
            continue
        if node.op is CONSTANT:
            key: Any = constant_key(node.settings["value"], node.shape)
        else:
            operands = [same[operand] for operand in node.operands]
            key = (node.op.name, tuple(sorted(operands) if node.op.name in COMMUTATIVE else operands), node.attributes)
        same.append(known.setdefault(key, i))
    return same


def number(node: Node) -> Number | None:
    """The number that a constant is filled with; None for everything else."""
    if node.op is not CONSTANT:
        return None
    value: Any = node.settings["value"]
    return None if isinstance(value, tuple) else value


def fixed_number(graph: Graph, id: int) -> Number | None:
    """The number that a node is, if it is a constant, or a product or quotient of constants: `N*d`, `1/N`."""
    node = graph.nodes[id]
    if node.op.name in ("mul", "div"):
        left, right = (number(graph.nodes[operand]) for operand in node.operands)
        if left is None or right is None or (node.op.name == "div" and right == 0):
            return None
        return float(left) * float(right) if node.op.name == "mul" else float(left) / float(right)
    return number(node)


def match(graph: Graph, same: Sequence[int], root: int, drawn: Drawn) -> Match | None:
    """The circuit with its result at a node; None if it is not there.

    Args:
        graph: where it is looked for.
        same: the graph's `equals`.
        root: the node.
        drawn: the circuit.
    """
    if graph.nodes[root].op is not drawn.graph.nodes[drawn.root].op:
        return None
    for state in _matches(graph, same, root, drawn, drawn.root, _State()):
        if _counts(graph, drawn, state) and state.nodes:
            return Match(root, state.holes, tuple(sorted(state.nodes)), state.axis)
    return None


def _matches(graph: Graph, same: Sequence[int], id: int, drawn: Drawn, place: int, state: _State) -> Iterator[_State]:
    """The ways to lay the circuit's node `place` on the graph's node `id`; circuits are small, so this recurses."""
    wanted, node = drawn.graph.nodes[place], graph.nodes[id]
    if wanted.op is INPUT:
        yield from _taken(graph, same, id, drawn, wanted, state)
        return
    if wanted.op is CONSTANT:
        value = number(node)
        if value is not None and value == number(wanted):
            yield state
        return
    for operands in _views(graph, node, wanted):
        axis = _axis(graph, node, wanted, state.axis)
        if axis is _UNLIKE:
            continue
        begun = _State(state.holes, state.nodes | {id}, axis)
        yield from _all(graph, same, operands, drawn, wanted.operands, begun)


def _all(
    graph: Graph, same: Sequence[int], ids: Sequence[int], drawn: Drawn, places: Sequence[int], state: _State
) -> Iterator[_State]:
    if not ids:
        yield state
        return
    for further in _matches(graph, same, ids[0], drawn, places[0], state):
        yield from _all(graph, same, ids[1:], drawn, places[1:], further)


def _taken(graph: Graph, same: Sequence[int], id: int, drawn: Drawn, hole: Node, state: _State) -> Iterator[_State]:
    """The hole stands for this node, if it stands for no other and the node has the rank that the circuit needs."""
    name, rank = hole.name or "", len(graph.nodes[id].shape)
    if name in state.holes:
        if same[state.holes[name]] == same[id]:
            yield state
        return
    if name in COUNTED and fixed_number(graph, id) is None:
        return
    if hole.shape and (rank < len(hole.shape) or (len(hole.shape) == 1 != rank and not drawn.whole)):
        return
    yield _State({**state.holes, name: id}, state.nodes, state.axis)


def _views(graph: Graph, node: Node, wanted: Node) -> Iterator[tuple[int, ...]]:
    """The operands of a node seen as the operation that is wanted, in every order that means the same."""
    if node.op is wanted.op:
        if node.op.name in COMMUTATIVE:
            yield from permutations(node.operands)
        else:
            yield node.operands
    elif wanted.op.name == "neg" and node.op.name == "mul":
        for slot, operand in enumerate(node.operands):
            if number(graph.nodes[operand]) == -1:
                yield (node.operands[1 - slot],)


_UNLIKE: Any = object()


def _axis(graph: Graph, node: Node, wanted: Node, axis: int | None) -> Any:
    """The axis after this node, counted from the front; `_UNLIKE` where its settings are others than the circuit's."""
    settings = node.settings
    for name, value in wanted.attributes:
        given = settings.get(name)
        if name != "axis" or value is None:
            if name == "axis" and isinstance(given, int) and graph.nodes[node.operands[0]].shape[1:] == ():
                continue
            if given != value:
                return _UNLIKE
            continue
        if not isinstance(given, int):
            return _UNLIKE
        rank = len(graph.nodes[node.operands[0]].shape)
        if axis is not None and given % rank != axis:
            return _UNLIKE
        axis = given % rank
    return axis


def _counts(graph: Graph, drawn: Drawn, state: _State) -> bool:
    """Whether `n` is the number of entries that the sum runs over, and `r` one by it."""
    if not COUNTED & state.holes.keys():
        return True
    shape = graph.nodes[state.holes["z"]].shape
    entries = math.prod(shape) if state.axis is None else shape[state.axis]
    wanted = {COUNT: Fraction(entries), SHARE: Fraction(1, max(entries, 1))}
    given = {name: fixed_number(graph, state.holes[name]) for name in COUNTED & state.holes.keys()}
    return all(value is not None and math.isclose(value, wanted[name], rel_tol=1e-15) for name, value in given.items())
