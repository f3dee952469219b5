"""Where the answer is not defined and the derivative is: on an open part, or at single points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq

from gradviz.checking.equality.comparing import Bench, Look
from gradviz.checking.equality.lines import Ends, lines
from gradviz.checking.equality.loci import beside
from gradviz.checking.equality.program import Point
from gradviz.checking.equality.refute import Examined
from gradviz.checking.equality.simplest import simplest
from gradviz.checking.equality.values import UNDEFINED, Value, Word, ball, known, number
from gradviz.passes.domain import cause, general

JUDGED = 100
"""How many holes are looked at closely."""


def open_hole(seen: Examined) -> tuple[Point, Look] | None:
    """A hole that is no single point: the answer is not defined in a ball around it, or at neighbours on all sides."""
    for point, look in seen.holes[:JUDGED]:
        if seen.bench.confirmed(point, look):
            return point, look
    return None


def reason(ready: Bench, node: int, point: Point, bits: int) -> str:
    """Why a node is not defined at a point: the first operation that is not, in the words of the table of causes."""
    graph, found = ready.claim.graph, ready.program.run(point, bits)
    blamed = ready.program.stands[node]
    needed = {blamed}
    while needed:
        i = max(needed)
        needed.discard(i)
        value = found.get(i)
        if not _undefined(value):
            continue
        blamed = i
        places = [ready.program.stands[operand] for operand in graph.nodes[i].operands]
        needed = {operand for operand in places if _undefined(found.get(operand))}
    one = graph.nodes[blamed]
    operands = [found[ready.program.stands[operand]] for operand in one.operands]
    if any(isinstance(value, np.ndarray) or not known(value) for value in operands):
        return general(one.op.name, float("nan"))
    return cause(one.op.name, tuple(_float(value) for value in operands), float("nan"))


def _undefined(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return any(entry is UNDEFINED for entry in value.flat)
    return value is UNDEFINED


def _float(value: Value) -> float:
    """A number's size and sign, for the words' sake."""
    plain = number(value)
    if type(plain) is Word:
        return float("nan")
    try:
        return float(int(plain.p)) / float(int(plain.q)) if type(plain) is fmpq else float(ball(plain).mid())
    except OverflowError:
        return float("inf") if plain > 0 else float("-inf")


def region(seen: Examined) -> str:
    """Where the answer is right, of a single number's axis: `x > 0`; "" if that cannot be said simply."""
    slots = [slot for slot in seen.bench.slots if slot.moves]
    brackets = seen.axis
    if len(slots) != 1 or slots[0].shape or not brackets:
        return ""
    if any(low != high for low, high in brackets):
        return ""
    line = next(lines(seen.bench.slots))
    ends = [low for low, _ in brackets]
    tried = _between(ends)
    right = [seen.bench.look(line.at(t), 256).state for t in tried]
    return _said(slots[0].name, ends, right)


def _between(ends: list[Value]) -> list[Value]:
    inner = [simplest(low + (high - low) / 4, high - (high - low) / 4) for low, high in pairwise(ends)]
    brackets: list[Ends] = [(end, end) for end in ends]
    outer = beside(brackets)
    return [outer[0], *inner, outer[1]]


def _said(name: str, ends: list[Value], states: Sequence[str]) -> str:
    """Stretches on which both sides are the same, in words; stretches where nothing is defined do not count."""
    limits: list[Value | None] = [None, *ends, None]
    runs: list[list[Value | None]] = []
    for k, state in enumerate(states):
        if state != "same":
            continue
        if runs and runs[-1][1] == limits[k]:
            runs[-1][1] = limits[k + 1]
        else:
            runs.append([limits[k], limits[k + 1]])
    if not runs or len(runs) > 2:
        return ""
    return " or ".join(_run(name, low, high) for low, high in runs)


def _run(name: str, low: Value | None, high: Value | None) -> str:
    if low is None or high is None:
        return f"{name} < {high}" if low is None and high is not None else f"{name} > {low}"
    return f"{low} < {name} < {high}"
