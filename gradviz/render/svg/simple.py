"""The simple layout: columns by depth, order by neighbours' middles; linear, for when the engine takes too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from gradviz.render.svg.plan import Plan, with_passes

GAP = 13.0
"""The room between neighbours in a column."""

Spots = Mapping[str, tuple[int, float]]
"""A stop's column, and the place of its wire across the flow."""


def arranged_simply(made: Plan) -> tuple[Plan, Spots]:
    """The plan with its long wires' passes, and where every stop lies."""
    ranks = _ranks(made)
    full = with_passes(made, ranks)
    for wire in full.wires:
        for tail, head in pairwise(wire.stops):
            ranks.setdefault(head, ranks[tail] + 1)
    columns: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in full.stops():
        columns[ranks[key]].append(key)
    return replace(full, panels={}, held={}), _stacked(full, ranks, columns)


def passing(made: Plan) -> int:
    """How many columns the wires pass, all together: what a layout has to find room for besides the stops."""
    ranks = _ranks(made)
    spans = (ranks[wire.stops[-1]] - ranks[wire.stops[0]] - len(wire.stops) + 1 for wire in made.wires)
    return sum(max(0, span) for span in spans)


def _ranks(made: Plan) -> dict[str, int]:
    """Every stop one column before the first that reads it, every operation after its last operand.

    Nodes come in topological order, so one sweep each way is enough.
    """
    ranks = dict.fromkeys(made.nodes, 0)
    entering: dict[str, list[tuple[str, ...]]] = {}
    leaving: dict[str, list[tuple[str, ...]]] = {}
    for wire in made.wires:
        entering.setdefault(wire.stops[-1], []).append(wire.stops)
        leaving.setdefault(wire.stops[0], []).append(wire.stops)
    for key in made.nodes:
        ranks[key] = max((ranks[stops[0]] + len(stops) - 1 for stops in entering.get(key, [])), default=0)
    for key in reversed(list(made.nodes)):
        if key not in entering and key in leaving:
            ranks[key] = min(ranks[stops[-1]] - len(stops) + 1 for stops in leaving[key])
    for wire in made.wires:
        if wire.alone:
            ranks[wire.stops[1]] = ranks[wire.stops[-1]] - 1
    return ranks


def _stacked(made: Plan, ranks: Mapping[str, int], columns: list[list[str]]) -> dict[str, tuple[int, float]]:
    """Each column in the order of its operands' middles, spread around zero."""
    before: dict[str, list[str]] = {}
    for wire in made.wires:
        for tail, head in pairwise(wire.stops):
            before.setdefault(head, []).append(tail)
    place: dict[str, float] = {}
    for keys in columns:
        wished = {
            key: sum(place[tail] for tail in before.get(key, [])) / max(1, len(before.get(key, []))) for key in keys
        }
        v = 0.0
        ordered = sorted(keys, key=lambda key: wished[key])
        for key in ordered:
            v += made.stop(key).before
            place[key] = v
            v += made.stop(key).after + GAP
        shift = sum(wished[key] - place[key] for key in ordered) / max(1, len(ordered))
        for key in ordered:
            place[key] += shift
    return {key: (ranks[key], v) for key, v in place.items()}
