"""Where panels lie: around their stops in each row, as long as their titles, and never around a foreign stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradviz.render.svg.panels import BORDER, Area, Pads, around, edges_at, extents, zones
from gradviz.render.svg.plan import Plan


def widen(made: Plan, spans: Mapping[str, tuple[int, int]], widths: list[float], gutters: list[float]) -> None:
    """Panels become as long as their titles are."""
    for key, panel in made.panels.items():
        first, last = spans[key]
        length = sum(widths[first : last + 1]) + sum(gutters[first:last]) + 2 * BORDER
        widths[last] += max(0.0, panel.title.width + 2 * BORDER - length)


def areas_of(
    made: Plan,
    rank: Mapping[str, int],
    place: Mapping[str, float],
    columns: tuple[Sequence[float], Sequence[float], Sequence[int]],
    parts: Sequence[Mapping[str, tuple[int, int]]],
    pads: Pads,
) -> tuple[Area, ...]:
    """The panels' places; one that is cut into rows has several. One that would hold a foreign stop is left out."""
    start, end, row = columns
    reach = reaches(made, rank, place, row, pads)
    found = []
    for number, spans in enumerate(parts):
        opens, closes = edges_at(made.panels, spans, 0), edges_at(made.panels, spans, 1)
        for key, (first, last) in spans.items():
            if (number, key) not in reach:
                continue
            left, right = start[first] - opens[key] * pads.opening, end[last] + closes[key] * pads.closing
            area = Area(made.panels[key], left, right, *reach[number, key])
            if not _holds_others(area, made, rank, place, range(first, last + 1)):
                found.append(area)
    return tuple(found)


def margins(
    made: Plan, parts: Sequence[Mapping[str, tuple[int, int]]], side: int, pads: Pads, count: int
) -> list[float]:
    """The room that borders take at each column's side, where panels are cut into rows too."""
    pad = pads.closing if side else pads.opening
    rows_of = [zones(made.panels, spans, side, pad, count) for spans in parts]
    return [max(room) for room in zip(*rows_of, strict=True)]


def _holds_others(
    area: Area, made: Plan, rank: Mapping[str, int], place: Mapping[str, float], columns: Sequence[int]
) -> bool:
    """Whether a stop lies in an area that does not belong there."""
    for key, v in place.items():
        if rank[key] in columns and area.panel.key not in around(made.panels, made.held.get(key, "")):
            stop = made.stop(key)
            if v + stop.after > area.top + 1 and v - stop.before < area.bottom - 1:
                return True
    return False


def reaches(
    made: Plan, rank: Mapping[str, int], place: Mapping[str, float], row: Sequence[int], pads: Pads
) -> dict[tuple[int, str], tuple[float, float]]:
    """How far the panels reach across the flow, by row."""
    stops: dict[int, dict[str, tuple[float, float]]] = {}
    for key, v in place.items():
        stop = made.stop(key)
        stops.setdefault(row[rank[key]], {})[key] = (v - stop.before, v + stop.after)
    return {
        (number, key): extent
        for number, held in stops.items()
        for key, extent in extents(made.panels, held, made.held, pads).items()
    }
