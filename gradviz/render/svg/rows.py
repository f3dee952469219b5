"""Rows: a drawing that is too wide is cut where one wire crosses; where none does, a longer row is the calmer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Column:
    """A column as far as cutting is concerned.

    Args:
        width: its own.
        gutter: the room after it.
        crossing: the wires that cross that gutter.
        nodes: the nodes that stand in it; `gates` are those of them that are not inputs.
        split: the panels that a cut after it would go through.
    """

    width: float
    gutter: float
    crossing: int
    nodes: int
    gates: int
    split: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How wide rows may be, and how many wires may return.

    Args:
        alone: a row that stands alone.
        several: each of several rows.
        wide: a row, where every cut would make more than one wire return.
        most: the wires that may return from a row where even that is too narrow.
    """

    alone: float
    several: float
    wide: float
    most: int


ANY = 9
"""As many panels cut as there are."""

CUT = 4
"""What cutting a panel in two costs, in wires that return, squared."""

Cost = tuple[float, int, int, float]
"""Excess over the limit, returning wires squared and panels cut in two, rows, and the sum of squared widths (least
where rows are equal)."""


def rows(columns: Sequence[Column], limits: Limits) -> list[list[int]]:
    """The columns' positions by rows.

    One row if it fits; else rows with one wire returning from each, if those (nearly) fit; where panels would have to
    be cut for that, rather two or three wires; else one wider row; else wider rows with as few wires returning as can
    be. A row holds at least two nodes, and not only inputs.
    """
    ends = [0.0]
    for column in columns:
        ends.append(ends[-1] + column.width + column.gutter)
    whole = list(range(len(columns)))
    cuts = [0, len(columns)]
    if _widest(columns, ends, cuts) <= limits.alone:
        return [whole]
    tries = [
        (1, limits.several, 0),
        *((most, 1.2 * limits.several, split) for split in (0, 1) for most in (1, 2, 3) if most <= limits.most),
        (1, limits.several, ANY),
        (1, 1.2 * limits.several, ANY),
        (0, limits.wide, ANY),
        *((most, limits.wide, ANY) for most in range(1, limits.most + 1)),
    ]
    panels = any(column.split for column in columns)
    for most, limit, split in tries if panels else [one for one in tries if one[2] == ANY]:
        allowed = [
            0,
            *(i + 1 for i, column in enumerate(columns[:-1]) if column.crossing <= most and column.split <= split),
            len(columns),
        ]
        found = _best_cuts(columns, ends, allowed, limit)
        if _widest(columns, ends, found) < 0.8 * _widest(columns, ends, cuts):
            cuts = found
        if _widest(columns, ends, found) <= limit:
            cuts = found
            break
    return [whole[a:b] for a, b in pairwise(cuts)]


def _width(columns: Sequence[Column], ends: list[float], start: int, stop: int) -> float:
    return ends[stop] - ends[start] - columns[stop - 1].gutter


def _widest(columns: Sequence[Column], ends: list[float], cuts: list[int]) -> float:
    return max(_width(columns, ends, a, b) for a, b in pairwise(cuts))


def _best_cuts(columns: Sequence[Column], ends: list[float], cuts: list[int], limit: float) -> list[int]:
    """The cuts of least cost (a shortest path)."""
    nodes, gates = [0], [0]
    for column in columns:
        nodes.append(nodes[-1] + column.nodes)
        gates.append(gates[-1] + column.gates)
    best: dict[int, tuple[Cost, list[int]]] = {0: ((0.0, 0, 0, 0.0), [0])}
    for stop in cuts[1:]:
        last = columns[stop - 1]
        returning = last.crossing**2 + CUT * last.split if stop < cuts[-1] else 0
        for start in reversed([cut for cut in cuts if cut < stop and cut in best]):
            if (nodes[stop] - nodes[start] < 2 or gates[stop] == gates[start]) and len(cuts) > 2:
                continue
            width = _width(columns, ends, start, stop)
            (excess, wires, count, squares), path = best[start]
            cost = (excess + max(0.0, width - limit), wires + returning, count + 1, squares + width * width)
            if stop not in best or cost < best[stop][0]:
                best[stop] = (cost, [*path, stop])
            if width > 3 * limit:
                break
    return best[cuts[-1]][1] if cuts[-1] in best else [0, cuts[-1]]
