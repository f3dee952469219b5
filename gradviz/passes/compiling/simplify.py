"""What has to be computed, and in which order: dead nodes dropped, equal ones merged, constants folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gradviz.graph.folding import constant_key
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT, Op
from gradviz.passes.evaluate import evaluate, needed_for
from gradviz.passes.templates import Settings
from gradviz.shape import Shape


class Step(NamedTuple):
    """One operation on inputs, constants and earlier steps, all by position in the graph."""

    id: int
    op: Op
    operands: tuple[int, ...]
    settings: Settings
    shape: Shape


class Note(NamedTuple):
    """What a step that is no node of the graph has to do with one: `minus the ` (gradient by x)."""

    prefix: str
    node: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps that lead from inputs to targets.

    Args:
        steps: in order.
        constants: the values of nodes that depend on no input.
        targets: what is wanted, each an input, a constant or a step.
        shapes: of inputs and steps.
        conditions: steps that are used as conditions of `where` alone.
        notes: for steps that are no nodes of the graph, what they stand for; their positions lie beyond its end.
        size: how many nodes the graph has.
    """

    steps: tuple[Step, ...]
    constants: Mapping[int, Any]
    targets: tuple[int, ...]
    shapes: Mapping[int, Shape]
    conditions: frozenset[int]
    notes: Mapping[int, Note] = field(default_factory=dict)
    size: int = 0


def simplify(graph: Graph, wanted: Sequence[int]) -> Plan:
    """What has to be computed for the wanted nodes."""
    needed = needed_for(graph, wanted)
    merged: list[int] = list(range(len(needed)))
    fixed = bytearray(len(needed))
    known: dict[Any, int] = {}
    steps: list[Step] = []
    for i, node in enumerate(graph.nodes[: len(needed)]):
        op = node.op
        if not needed[i] or op is INPUT:
            continue
        attributes = node.attributes
        if op is CONSTANT:
            fixed[i] = 1
            merged[i] = known.setdefault(constant_key(attributes[0][1], node.shape), i)
            continue
        operands = tuple([merged[operand] for operand in node.operands])
        first = merged[i] = known.setdefault((op.name, operands, attributes), i)
        if all([fixed[operand] for operand in operands]):
            fixed[i] = 1
        elif first == i:
            steps.append(Step(i, op, operands, attributes, node.shape))
    targets = tuple([merged[i] for i in wanted])
    used = set(targets).union(*[step.operands for step in steps])
    constants = _constants(graph, sorted([i for i in used if fixed[i]]))
    shapes = {i: graph.nodes[i].shape for i in used}
    return Plan(tuple(steps), constants, targets, shapes, _conditions(steps, targets), size=len(graph))


def _constants(graph: Graph, ids: list[int]) -> dict[int, Any]:
    return dict(zip(ids, evaluate(graph, {}, ids), strict=True))


def _conditions(steps: Sequence[Step], targets: Iterable[int]) -> frozenset[int]:
    deciding = {step.operands[0] for step in steps if step.op.name == "where"}
    if not deciding:
        return frozenset()
    valued: set[int] = set(targets)
    for step in steps:
        valued.update(step.operands[step.op.name == "where" :])
    return frozenset(deciding - valued)
