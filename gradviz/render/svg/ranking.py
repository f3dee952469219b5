"""Ranking: the column of every stop, with wires as short as moving one node at a time makes them; linear."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.render.svg.plan import Plan

SWEEPS = 8
"""How often every node may move."""

Links = Mapping[str, list[tuple[str, int]]]
"""By node, the nodes that its wires lead to (or come from), and how many columns lie between at least."""


def ranked(made: Plan) -> dict[str, int]:
    """Every node behind its last operand, and moved towards the side to which more wires lead.

    Nodes come in topological order, so that a sweep is one pass over them. A node with as many wires on either side
    moves along the flow: what hangs on it may follow.
    """
    entering: dict[str, list[tuple[str, int]]] = {key: [] for key in made.nodes}
    leaving: dict[str, list[tuple[str, int]]] = {key: [] for key in made.nodes}
    for wire in made.wires:
        source, target, span = wire.stops[0], wire.stops[-1], 2 if wire.alone else 1
        entering[target].append((source, span))
        leaving[source].append((target, span))
    ranks = dict.fromkeys(made.nodes, 0)
    for key in made.nodes:
        ranks[key] = max((ranks[source] + span for source, span in entering[key]), default=0)
    backwards = list(reversed(list(made.nodes)))
    for sweep in range(SWEEPS):
        if not _moved(made.nodes if sweep % 2 else backwards, ranks, entering, leaving):
            break
    least = min(ranks.values(), default=0)
    ranks = {key: rank - least for key, rank in ranks.items()}
    for wire in made.wires:
        if wire.alone:
            ranks[wire.stops[-2]] = ranks[wire.stops[-1]] - 1
    return ranks


def _moved(order: Mapping[str, object] | list[str], ranks: dict[str, int], entering: Links, leaving: Links) -> bool:
    """Whether some node had a better place between its operands and its readers."""
    moved = False
    for key in order:
        before, behind = entering[key], leaving[key]
        if not behind:
            continue
        if len(before) > len(behind):
            wished = max(ranks[source] + span for source, span in before)
        else:
            wished = min(ranks[target] - span for target, span in behind)
        moved = moved or wished != ranks[key]
        ranks[key] = wished
    return moved
