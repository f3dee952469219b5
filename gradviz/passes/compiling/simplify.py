"""What has to be computed, and in which order: dead nodes dropped, equal ones merged, constants folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.graph.folding import constant_key
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT, Op
from gradviz.passes.evaluate import evaluate, needed_for
from gradviz.passes.templates import Settings
from gradviz.shape import Shape


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on inputs, constants and earlier steps, all by position in the graph."""

    id: int
    op: Op
    operands: tuple[int, ...]
    settings: Settings
    shape: Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps that lead from inputs to targets.

    Args:
        steps: in order.
        constants: the values of nodes that depend on no input.
        targets: what is wanted, each an input, a constant or a step.
        shapes: of inputs and steps.
        conditions: steps that are used as conditions of `where` alone.
        consumer: for what is used exactly once, by one step: that step's place in `steps` and the operand's slot.
    """

    steps: tuple[Step, ...]
    constants: Mapping[int, Any]
    targets: tuple[int, ...]
    shapes: Mapping[int, Shape]
    conditions: frozenset[int]
    consumer: Mapping[int, tuple[int, int]]


def simplify(graph: Graph, wanted: Sequence[int]) -> Plan:
    """What has to be computed for the wanted nodes."""
    needed = needed_for(graph, wanted)
    merged: list[int] = list(range(len(needed)))
    fixed = bytearray(len(needed))
    known: dict[Any, int] = {}
    steps: list[Step] = []
    for i, node in enumerate(graph.nodes[: len(needed)]):
        if not needed[i] or node.op is INPUT:
            continue
        operands = tuple([merged[operand] for operand in node.operands])
        fixed[i] = all([fixed[operand] for operand in operands])
        constant = node.op is CONSTANT
        key = constant_key(node.attributes[0][1], node.shape) if constant else (node.op.name, operands, node.attributes)
        merged[i] = known.setdefault(key, i)
        if merged[i] == i and not fixed[i]:
            steps.append(Step(i, node.op, operands, node.attributes, node.shape))
    targets = tuple([merged[i] for i in wanted])
    used = {operand for step in steps for operand in step.operands}.union(targets)
    constants = _constants(graph, sorted(i for i in used if fixed[i]))
    shapes = {i: graph.nodes[i].shape for i in used}
    return Plan(tuple(steps), constants, targets, shapes, _conditions(steps, targets), _consumers(steps, targets))


def _constants(graph: Graph, ids: list[int]) -> dict[int, Any]:
    return dict(zip(ids, evaluate(graph, {}, ids), strict=True))


def _conditions(steps: Iterable[Step], targets: Iterable[int]) -> frozenset[int]:
    deciding: set[int] = set()
    valued: set[int] = set(targets)
    for step in steps:
        for slot, operand in enumerate(step.operands):
            (deciding if slot == 0 and step.op.name == "where" else valued).add(operand)
    return frozenset(deciding - valued)


def _consumers(steps: Iterable[Step], targets: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Where each value is used that is used exactly once."""
    consumer: dict[int, tuple[int, int]] = {}
    often: set[int] = set(targets)
    for place, step in enumerate(steps):
        for slot, operand in enumerate(step.operands):
            if operand in consumer:
                often.add(operand)
            consumer[operand] = (place, slot)
    return {operand: use for operand, use in consumer.items() if operand not in often}
