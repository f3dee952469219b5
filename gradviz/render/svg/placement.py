"""Placement: columns along the flow, rows where they must be cut, every stop, port and track in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradviz.render.options import Direction
from gradviz.render.svg.channels import TRACK, Hop, tracks
from gradviz.render.svg.panel_places import areas_of, margins, reaches, widen
from gradviz.render.svg.panels import PADS, Area, Pads, parted, ranges, splits, zones
from gradviz.render.svg.plan import DISC, PITCH, NodeStop, Plan, Wire
from gradviz.render.svg.ports import ports
from gradviz.render.svg.rows import Column, Limits, rows
from gradviz.render.svg.simple import Spots

GUTTER, BEND = 28.0, 36.0
"""The least room between columns; and the least in which a wire bends."""

ROW_GAP = 44.0
"""The room between rows, through whose middle the wire returns."""

INDENT = 34.0
"""Rows after the first begin this far in, so that the wire that returns has room."""

LANE = 17.0
"""The distance between wires that return side by side."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything lies, in the frame's coordinates.

    Args:
        rank: a stop's column.
        place: of a stop's wire across the flow.
        start, end: of the columns along the flow.
        row: of the columns.
        returns: where the first of the wires from a row runs back, by row.
        lane: of a wire that returns from a row, 0 the innermost, by (last column of the row, wire).
        entry: offsets of wires at the glyphs they enter, by wire; `exit` at the discs they leave.
        track: along the flow, by (column before the gutter, wire).
        spread: how far a disc's wires leave before and after its middle, by node stop.
        length, breadth: of the whole.
        opening, closing: the room that panels' borders take before and behind each column.
        areas: the panels' places, an outer one before those inside it.
    """

    rank: Mapping[str, int]
    place: Mapping[str, float]
    start: Sequence[float]
    end: Sequence[float]
    row: Sequence[int]
    returns: Sequence[float]
    lane: Mapping[tuple[int, int], int]
    entry: Mapping[int, float]
    exit: Mapping[int, float]
    track: Mapping[tuple[int, int], float]
    spread: Mapping[str, tuple[float, float]]
    length: float
    breadth: float
    opening: Sequence[float] = ()
    closing: Sequence[float] = ()
    areas: tuple[Area, ...] = ()


def placed(made: Plan, spots: Spots, limits: Limits, direction: Direction = "LR") -> Placement:
    """Everything in its place; a drawing longer than the limits is cut into rows."""
    rank = {key: column for key, (column, _) in spots.items()}
    place = {key: v for key, (_, v) in spots.items()}
    count = max(rank.values(), default=-1) + 1
    entry, exits = _entries(made, place), _exits(made, place)
    hops = _hops(made, rank, place, entry, exits, count)
    laid = [tracks(gutter) for gutter in hops]
    widths = [
        max((made.stop(key).length for key in rank if rank[key] == column), default=0.0) for column in range(count)
    ]
    pads, spans = PADS[direction], ranges(made.panels, rank)
    opening = zones(made.panels, spans, 0, pads.opening, count)
    closing = zones(made.panels, spans, 1, pads.closing, count)
    channels = [BEND + (used - 1) * TRACK if used else GUTTER for _, used in laid]
    gutters = [closing[i] + channels[i] + (opening[i + 1] if i + 1 < count else 0.0) for i in range(count)]
    if direction == "LR":
        widen(made, spans, widths, gutters)
    split = splits(spans, count)
    held: list[list[NodeStop]] = [[] for _ in range(count)]
    for key, node in made.nodes.items():
        held[rank[key]].append(node)
    columns = [
        Column(
            widths[i],
            gutters[i],
            len(hops[i]),
            len(held[i]),
            sum(not node.facts.is_input for node in held[i]),
            split[i],
        )
        for i in range(count)
    ]
    cut = rows(columns, limits) if columns else []
    lanes = _lanes(hops, [members[-1] for members in cut[:-1]])
    crossing = [len(hops[members[-1]]) for members in cut]
    parts = parted(spans, cut)
    opening, closing = (margins(made, parts, side, pads, count) for side in (0, 1))
    start, end, row = _along(cut, widths, gutters, crossing, opening)
    moved, returns, breadth = _across(made, rank, place, row, crossing, pads)
    areas = areas_of(made, rank, moved, (start, end, row), parts, pads)
    track = {
        (i, wire): end[i] + closing[i] + channels[i] / 2 + (number - (used - 1) / 2) * TRACK
        for i, (numbers, used) in enumerate(laid)
        for wire, number in numbers.items()
    }
    spread = _spread(made, exits)
    tail = 12.0 if any(node.end for node in made.nodes.values()) else 0.0
    lanes_wide = LANE * max([count - 1 for count in crossing[:-1]], default=0)
    length = max((end[i] + closing[i] for i in range(count)), default=0.0) + (
        30.0 + lanes_wide if len(cut) > 1 else tail
    )
    return Placement(
        rank, moved, start, end, row, returns, lanes, entry, exits, track, spread, length, breadth, opening, closing,
        areas,
    )  # fmt: skip


def _entries(made: Plan, place: Mapping[str, float]) -> dict[int, float]:
    """Where each wire enters its glyph."""
    entering: dict[str, list[Wire]] = {}
    for wire in made.wires:
        entering.setdefault(wire.stops[-1], []).append(wire)
    found = {}
    for key, wires in entering.items():
        wires.sort(key=lambda wire: (place[wire.stops[-2]], wire.index))
        half = _breadth(made.nodes[key]) / 2
        offsets = ports([place[wire.stops[-2]] - place[key] for wire in wires], PITCH + 2, 4 - half, half - 7)
        found.update({wire.index: offset for wire, offset in zip(wires, offsets, strict=True)})
    return found


def _breadth(node: NodeStop) -> float:
    """A glyph's extent across the flow."""
    return node.mark.height if node.thickness == node.mark.width else node.mark.width


def _exits(made: Plan, place: Mapping[str, float]) -> dict[int, float]:
    """Where each branch leaves its disc; 0 for wires that leave alone."""
    leaving: dict[str, list[Wire]] = {}
    found: dict[int, float] = {}
    for wire in made.wires:
        if wire.alone:
            leaving.setdefault(wire.stops[0], []).append(wire)
        else:
            found[wire.index] = 0.0
    for key, wires in leaving.items():
        wires.sort(key=lambda wire: (place[wire.stops[1]], wire.index))
        reach = PITCH * len(wires)
        offsets = ports([place[wire.stops[1]] - place[key] for wire in wires], PITCH - 2, -reach, reach)
        found.update({wire.index: offset for wire, offset in zip(wires, offsets, strict=True)})
    return found


def _spread(made: Plan, exits: Mapping[int, float]) -> dict[str, tuple[float, float]]:
    """How far each disc reaches before and after the middle of its wire."""
    found: dict[str, tuple[float, float]] = {}
    for wire in made.wires:
        if wire.alone:
            before, after = found.get(wire.stops[0], (DISC, DISC))
            offset = exits[wire.index]
            found[wire.stops[0]] = (max(before, 5 - offset), max(after, offset + 9))
    return found


def _hops(
    made: Plan,
    rank: Mapping[str, int],
    place: Mapping[str, float],
    entry: Mapping[int, float],
    exits: Mapping[int, float],
    count: int,
) -> list[list[Hop]]:
    """The wires through each gutter."""
    found: list[list[Hop]] = [[] for _ in range(count)]
    for wire in made.wires:
        for i, (tail, head) in enumerate(pairwise(wire.stops)):
            start = place[tail] + (exits[wire.index] if i == 0 else 0.0)
            end = place[head] + (entry[wire.index] if i == len(wire.stops) - 2 else 0.0)
            found[rank[tail]].append(Hop(wire.index, start, end))
    return found


def _lanes(hops: list[list[Hop]], cuts: list[int]) -> dict[tuple[int, int], int]:
    """Wires that return are nested: the uppermost runs outside on the right and below, and innermost on the left."""
    return {
        (column, hop.wire): lane
        for column in cuts
        for lane, hop in enumerate(sorted(hops[column], key=lambda hop: (-hop.start, -hop.wire)))
    }


def _along(
    cut: list[list[int]], widths: list[float], gutters: list[float], crossing: list[int], opening: list[float]
) -> tuple[list[float], list[float], list[int]]:
    start, end, row = [0.0] * len(widths), [0.0] * len(widths), [0] * len(widths)
    for number, columns in enumerate(cut):
        u = (INDENT + LANE * (crossing[number - 1] - 1) if number else 0.0) + opening[columns[0]]
        for column in columns:
            start[column], end[column], row[column] = u, u + widths[column], number
            u += widths[column] + gutters[column]
    return start, end, row


def _across(
    made: Plan,
    rank: Mapping[str, int],
    place: Mapping[str, float],
    row: Sequence[int],
    crossing: Sequence[int],
    pads: Pads,
) -> tuple[dict[str, float], list[float], float]:
    """The stops' places with each row below the one before it, where wires return, and the whole breadth."""
    count = len(crossing)
    tops, bottoms = [float("inf")] * count, [float("-inf")] * count
    for key, v in place.items():
        stop, number = made.stop(key), row[rank[key]]
        tops[number] = min(tops[number], v - stop.before)
        bottoms[number] = max(bottoms[number], v + stop.after)
    for (number, _), (top, bottom) in reaches(made, rank, place, row, pads).items():
        tops[number], bottoms[number] = min(tops[number], top), max(bottoms[number], bottom)
    shifts, returns, v = [], [], 0.0
    for top, bottom, wires in zip(tops, bottoms, crossing, strict=True):
        shifts.append(v - top)
        v += bottom - top
        returns.append(v + ROW_GAP / 2 - 3)
        v += ROW_GAP + LANE * max(0, wires - 1)
    return {key: place[key] + shifts[row[rank[key]]] for key in place}, returns, max(0.0, v - ROW_GAP)
