"""The layout of large graphs: columns, order and places by passes that take time in proportion to the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from gradviz.render.svg.aligning import aligned
from gradviz.render.svg.ordering import ordered
from gradviz.render.svg.plan import Plan, with_passes
from gradviz.render.svg.ranking import ranked
from gradviz.render.svg.simple import GAP, Spots


def arranged_in_layers(made: Plan) -> tuple[Plan, Spots]:
    """The plan with its long wires' passes, and where every stop lies; panels are left out.

    No search that could take long, no process of its own, and the same picture everywhere.
    """
    ranks = ranked(made)
    full = replace(with_passes(replace(made, panels={}, held={}), ranks), panels={}, held={})
    before: dict[str, list[str]] = {}
    behind: dict[str, list[str]] = {}
    for wire in full.wires:
        for tail, head in pairwise(wire.stops):
            ranks.setdefault(head, ranks[tail] + 1)
            behind.setdefault(tail, []).append(head)
            before.setdefault(head, []).append(tail)
    columns: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in _walked(full, before):
        columns[ranks[key]].append(key)
    columns = ordered(columns, before, behind)
    stops = {key: full.stop(key) for key in ranks}
    place = aligned(columns, before, behind, full.passes, lambda a, b: stops[a].after + GAP + stops[b].before)
    return full, {key: (rank, place[key]) for key, rank in ranks.items()}


def _walked(made: Plan, before: Mapping[str, list[str]]) -> list[str]:
    """Every stop, what belongs together close together: down from each result to what it is made of."""
    found: dict[str, None] = {}
    for start in reversed(list(made.nodes)):
        pending = [start]
        while pending:
            key = pending.pop()
            if key not in found:
                found[key] = None
                pending += reversed(before.get(key, []))
    return list(found)
