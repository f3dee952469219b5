"""Regions: a large graph in parts that a person would name: repeated structure, equal levels in a row, their bands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gradviz.explanation.data import ExplanationData, NodeFacts

BANDS = 12
"""Bands in which levels are taken together where nothing repeats."""

MOST = 48
"""Parts up to which each repeated structure of each level is a part of its own."""

LARGEST = 0.5
"""The share of the nodes that one region may have."""

RUN, PERIOD = 4, 6
"""Equal levels (or stretches of up to `PERIOD` levels) in a row from which on they are one part."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is drawn as one box.

    Args:
        kind: inputs; equal parts side by side; equal ones in a row; or all of some levels.
        members: nodes, in topological order.
        count: how many equal ones there are.
    """

    kind: str
    members: tuple[NodeFacts, ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Region:
    """A node that several others read (or none), with everything that only it needs.

    `level` counts regions on the longest way from the inputs; equal regions have the same `structure`.
    """

    head: str
    level: int
    structure: int


def parts_of(data: ExplanationData) -> list[Part]:
    """A partition of the nodes whose parts hang together without a cycle."""
    readers = _readers(data)
    members = _held(data, _heads(data, readers))
    if max(map(len, members.values())) > LARGEST * len(data.nodes):
        members = _held(data, _lone(data, readers))
    heads = {node.id: head for head, held in members.items() for node in held}
    regions = _regions(data, heads, members)
    shared = _inputs(data, heads, regions)
    levels = [list(found) for _, found in groupby(sorted(regions, key=lambda r: r.level), key=lambda r: r.level)]
    parts = _by_structure(levels, members)
    if len(parts) > MOST:
        parts = _in_rows(levels, members)
    if len(parts) > MOST:
        parts = _in_bands(levels, members)
    return [*shared, *parts]


def _readers(data: ExplanationData) -> dict[str, list[str]]:
    """By node, the nodes that read it, each once."""
    readers: dict[str, dict[str, None]] = {node.id: {} for node in data.nodes}
    for edge in data.edges:
        readers[edge.source][edge.target] = None
    return {id: list(found) for id, found in readers.items()}


def _held(data: ExplanationData, heads: Mapping[str, str]) -> dict[str, list[NodeFacts]]:
    """By head, the nodes of its region, in topological order."""
    members: dict[str, list[NodeFacts]] = {}
    for node in data.nodes:
        members.setdefault(heads[node.id], []).append(node)
    return members


def _heads(data: ExplanationData, readers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By node, the node of whose region it is: itself where several read it, else that of its only reader."""
    heads: dict[str, str] = {}
    for node in reversed(data.nodes):
        alone = len(readers[node.id]) == 1 and not node.is_output
        heads[node.id] = heads[readers[node.id][0]] if alone else node.id
    return heads


def _lone(data: ExplanationData, readers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The same where that would be one region of nearly all: each operation alone, with the inputs that are its own."""
    return {
        node.id: readers[node.id][0] if node.is_input and len(readers[node.id]) == 1 else node.id for node in data.nodes
    }


def _regions(
    data: ExplanationData, heads: Mapping[str, str], members: Mapping[str, Sequence[NodeFacts]]
) -> list[_Region]:
    """The regions that hold operations, in topological order of their heads."""
    operands: dict[str, list[str]] = {node.id: [] for node in data.nodes}
    for edge in data.edges:
        operands[edge.target].append(edge.source)
    inputs = {node.id for node in data.nodes if node.is_input}
    numbers: dict[tuple[object, ...], int] = {}
    levels: dict[str, int] = {}
    found = []
    for node in data.nodes:
        if heads[node.id] != node.id or node.id in inputs:
            continue
        own = members[node.id]
        place = {member.id: i for i, member in enumerate(own)}
        outside = [heads[i] for member in own for i in operands[member.id] if i not in place and i not in inputs]
        level = 1 + max((levels[head] for head in outside), default=0)
        lines = tuple(
            (member.op, member.shape, member.glyph.latex if not member.is_input else "",
             tuple(place.get(i, -1) for i in operands[member.id]))
            for member in own
        )  # fmt: skip
        levels[node.id] = level
        found.append(_Region(node.id, level, numbers.setdefault(lines, len(numbers))))
    return found


def _inputs(data: ExplanationData, heads: Mapping[str, str], regions: Iterable[_Region]) -> list[Part]:
    """The inputs that several regions read: arrays alone, numbers by the first level that does."""
    level = {region.head: region.level for region in regions}
    first: dict[str, int] = {}
    for edge in data.edges:
        if heads[edge.source] == edge.source:
            reader = level[heads[edge.target]]
            first[edge.source] = min(reader, first.get(edge.source, reader))
    own = [node for node in data.nodes if node.is_input and heads[node.id] == node.id]
    parts: dict[tuple[int, str], list[NodeFacts]] = {}
    for node in sorted(own, key=lambda node: first.get(node.id, 0)):
        parts.setdefault((first.get(node.id, 0), node.id if node.shape else ""), []).append(node)
    if len(parts) > MOST // 3:
        parts = {(0, ""): own}
    return [Part("inputs", tuple(group), len(group)) for group in parts.values()]


def _by_structure(levels: Sequence[Sequence[_Region]], members: Mapping[str, Sequence[NodeFacts]]) -> list[Part]:
    """In each level, what has the same structure is one part."""
    parts = []
    for level in levels:
        alike: dict[int, list[_Region]] = {}
        for region in level:
            alike.setdefault(region.structure, []).append(region)
        parts += [_part("beside", regions, members, len(regions)) for regions in alike.values()]
    return parts


def _in_rows(levels: Sequence[Sequence[_Region]], members: Mapping[str, Sequence[NodeFacts]]) -> list[Part]:
    """The same, with equal levels in a row as one part, but for the first and the last of them."""
    prints = [tuple(sorted(region.structure for region in level)) for level in levels]
    parts, i = [], 0
    while i < len(levels):
        period, count = max(
            ((p, _repeats(prints, i, p)) for p in range(1, PERIOD + 1)), key=lambda f: f[0] * (f[1] - 1)
        )
        if count < RUN:
            parts += _by_structure(levels[i : i + 1], members)
            i += 1
            continue
        inner = [region for level in levels[i + period : i + (count - 1) * period] for region in level]
        parts += _by_structure(levels[i : i + period], members)
        parts.append(_part("row", inner, members, count - 2))
        parts += _by_structure(levels[i + (count - 1) * period : i + count * period], members)
        i += count * period
    return parts


def _repeats(prints: Sequence[tuple[int, ...]], start: int, period: int) -> int:
    """How often the levels from a place on repeat with a period."""
    end = start + period
    while end < len(prints) and prints[end] == prints[end - period]:
        end += 1
    return (end - start) // period


def _in_bands(levels: Sequence[Sequence[_Region]], members: Mapping[str, Sequence[NodeFacts]]) -> list[Part]:
    """Levels taken together, about as many nodes in each band; the result stands alone."""
    *others, last = levels
    total = sum(len(members[region.head]) for level in others for region in level)
    bands: list[list[_Region]] = [[] for _ in range(BANDS)]
    seen = 0
    for level in others:
        bands[min(BANDS - 1, seen * BANDS // max(1, total))] += level
        seen += sum(len(members[region.head]) for region in level)
    return [_part("band", band, members, len(band)) for band in bands if band] + _by_structure([last], members)


def _part(kind: str, regions: Sequence[_Region], members: Mapping[str, Sequence[NodeFacts]], count: int) -> Part:
    return Part(kind, tuple(node for region in regions for node in members[region.head]), count)
