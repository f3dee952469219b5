"""Panels: the groups that are open, as rounded areas around their nodes, each with a title."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradviz.explanation.data import ExplanationData
from gradviz.render.options import Direction
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.ink import Ink

TITLE, NOTE = 13.0, 12.0
"""The sizes of type."""

BORDER, HEAD = 14.0, 34.0
"""The room between a panel's border and what is in it; at the top, where the title stands."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Args:
        key: unique; `parent` is the key of the panel around it, "" for none.
        group: the group's id.
        title: what stands at its top; `short` the same without the note; `again` where it goes on in another row.
        level: how many panels it lies in.
        members: the keys of the nodes in it, those of panels inside included.
    """

    key: str
    parent: str
    group: str
    title: Box
    short: Box
    again: Box
    level: int
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pads:
    """The room around a panel's content: along the flow before and after it, across it before and after."""

    opening: float
    closing: float
    before: float
    after: float


PADS: Mapping[Direction, Pads] = {
    "LR": Pads(BORDER, BORDER, HEAD, BORDER),
    "TB": Pads(HEAD, BORDER, BORDER, BORDER),
}
"""The title is at the top, which is across the flow or along it."""

Panels = Mapping[str, Panel]
"""By key, an outer one before those inside it."""


def panels_of(data: ExplanationData, keys: Mapping[str, str], ink: Ink) -> dict[str, Panel]:
    """The panels of the open groups; `keys` are the nodes' by id."""
    found: dict[str, Panel] = {}
    by_group: dict[str, str] = {}
    for facts in data.groups:
        if facts.collapsed:
            continue
        parent = by_group.get(facts.parent, "")
        title = ink.word(facts.title, TITLE, "ink")
        note = ink.word(facts.note, NOTE, "soft")
        key = f"c{len(found)}"
        by_group[facts.id] = key
        level = found[parent].level + 1 if parent else 0
        members = frozenset(keys[id] for id in facts.nodes if id in keys)
        if members:
            again = beside([title, ink.word("(continued)", NOTE, "soft")], 8)
            found[key] = Panel(key, parent, facts.id, beside([title, note], 8), title, again, level, members)
    return found


def around(panels: Panels, key: str) -> tuple[str, ...]:
    """A panel and those around it, innermost first."""
    found = []
    while key:
        found.append(key)
        key = panels[key].parent
    return tuple(found)


def homes(panels: Panels) -> dict[str, str]:
    """The innermost panel of every node that lies in one."""
    found: dict[str, str] = {}
    for key, panel in panels.items():  # inner ones come later
        found.update(dict.fromkeys(panel.members, key))
    return found


def ranges(panels: Panels, ranks: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The first and last column of each panel's nodes."""
    return {
        key: (min(ranks[node] for node in panel.members), max(ranks[node] for node in panel.members))
        for key, panel in panels.items()
    }


def home_of_pass(panels: Panels, spans: Mapping[str, tuple[int, int]], rank: int, source: str, target: str) -> str:
    """Where a wire's stop between two nodes lies: inside a panel of either end whose columns reach so far."""
    ends = [around(panels, source), around(panels, target)]
    common = set(ends[0]) & set(ends[1])
    for line in reversed(ends):
        for key in line:
            if key in common or spans[key][0] <= rank <= spans[key][1]:
                return key
    return next((key for key in ends[0] if key in common), "")


def column_rules(panels: Panels, wires: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of nodes of which the first must stand in an earlier column, so that wires enter panels from the side.

    What a panel reads stands before all of it, and what reads it behind all of it, wherever the graph allows that.
    """
    joined = list(dict.fromkeys(wires))
    ahead: dict[str, set[str]] = {}
    for source, target in reversed(joined):
        ahead.setdefault(source, set()).add(target)
    reach = _reach(ahead)
    found: dict[tuple[str, str], None] = {}
    for panel in panels.values():
        inner = [(a, b) for a, b in joined if a in panel.members and b in panel.members]
        first = sorted(panel.members - {b for _, b in inner})
        last = sorted(panel.members - {a for a, _ in inner})
        for source, target in joined:
            if target in panel.members and source not in panel.members:
                found.update(((source, node), None) for node in first if source not in reach.get(node, ()))
            elif source in panel.members and target not in panel.members:
                found.update(((node, target), None) for node in last if node not in reach.get(target, ()))
    return [pair for pair in found if pair[0] != pair[1]]


def _reach(ahead: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """What hangs on each node."""
    found: dict[str, set[str]] = {}
    for start in ahead:
        seen: set[str] = set()
        pending = [start]
        while pending:
            for then in ahead.get(pending.pop(), ()):
                if then not in seen:
                    seen.add(then)
                    pending.append(then)
        found[start] = seen
    return found


def edges_at(panels: Panels, spans: Mapping[str, tuple[int, int]], side: int) -> dict[str, int]:
    """How many borders, its own included, lie between a panel's border on one side and its content.

    `side` is 0 for the opening border, 1 for the closing one.
    """
    found: dict[str, int] = {}
    for key in reversed(list(panels)):
        if key not in spans:
            continue
        column = spans[key][side]
        inner = [found[k] for k, p in panels.items() if p.parent == key and k in found and spans[k][side] == column]
        found[key] = 1 + max(inner, default=0)
    return found


def zones(panels: Panels, spans: Mapping[str, tuple[int, int]], side: int, pad: float, count: int) -> list[float]:
    """The room that borders take at each column's side."""
    found = [0.0] * count
    for key, number in edges_at(panels, spans, side).items():
        column = spans[key][side]
        found[column] = max(found[column], number * pad)
    return found


def parted(spans: Mapping[str, tuple[int, int]], rows: Sequence[Sequence[int]]) -> list[dict[str, tuple[int, int]]]:
    """The columns of each panel in each row."""
    found: list[dict[str, tuple[int, int]]] = []
    for columns in rows:
        low, high = columns[0], columns[-1]
        inside = {key: (max(first, low), min(last, high)) for key, (first, last) in spans.items()}
        found.append({key: span for key, span in inside.items() if span[0] <= span[1]})
    return found


def splits(spans: Mapping[str, tuple[int, int]], count: int) -> list[int]:
    """How many panels a cut after each column would split."""
    return [sum(first <= column < last for first, last in spans.values()) for column in range(count)]


@dataclass(frozen=True, slots=True)
class Area:
    """A panel's place, or a part of it in one row: along the flow and across it."""

    panel: Panel
    start: float
    end: float
    top: float
    bottom: float


def extents(
    panels: Panels, stops: Mapping[str, tuple[float, float]], held: Mapping[str, str], pads: Pads
) -> dict[str, tuple[float, float]]:
    """How far each panel reaches across the flow around stops that reach so far; panels without any are left out."""
    found: dict[str, tuple[float, float]] = {}
    inner: dict[str, list[tuple[float, float]]] = {key: [] for key in panels}
    for key, extent in stops.items():
        if held.get(key):
            inner[held[key]].append(extent)
    for key in reversed(list(panels)):
        if not inner[key]:
            continue
        low, high = min(low for low, _ in inner[key]), max(high for _, high in inner[key])
        found[key] = (low - pads.before, high + pads.after)
        if panels[key].parent:
            inner[panels[key].parent].append(found[key])
    return found


def free_start(title: Box, low: float, high: float, taken: Sequence[float]) -> float | None:
    """Where a title fits between wires that cross its band; None if nowhere."""
    edges = sorted([low, *[place for place in taken if low < place < high], high])
    for first, second in itertools.pairwise(edges):
        if second - first >= title.width + 16:
            return first + 8
    return None
