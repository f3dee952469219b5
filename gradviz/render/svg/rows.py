"""Rows: a drawing that is too wide is cut where few wires cross (one, if it can be), into rows as equal as can be."""

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
        nodes: the nodes that stand in it.
    """

    width: float
    gutter: float
    crossing: int
    nodes: int


def rows(columns: Sequence[Column], limits: tuple[float, float], most: int) -> list[list[int]]:
    """The columns' positions by rows: one row if it fits, else the fewest that do, and of those the most equal ones.

    The limits are those of a row that stands alone, and of one of several. Cuts cross one wire; only where that leaves
    a row wider than the limit, more of them, up to `most`. A row holds at least two nodes.
    """
    ends = [0.0]
    for column in columns:
        ends.append(ends[-1] + column.width + column.gutter)
    whole = list(range(len(columns)))
    best: list[int] = [0, len(columns)]
    alone, limit = limits
    if _widest(columns, ends, best) <= alone:
        return [whole]
    for crossing in range(1, most + 1):
        if _widest(columns, ends, best) <= limit:
            break
        cuts = [0, *(i + 1 for i, column in enumerate(columns[:-1]) if column.crossing <= crossing), len(columns)]
        found = _best_cuts(columns, ends, cuts, limit)
        if _widest(columns, ends, found) < 0.8 * _widest(columns, ends, best):
            best = found
    return [whole[a:b] for a, b in pairwise(best)]


def _width(columns: Sequence[Column], ends: list[float], start: int, stop: int) -> float:
    return ends[stop] - ends[start] - columns[stop - 1].gutter


def _widest(columns: Sequence[Column], ends: list[float], cuts: list[int]) -> float:
    return max(_width(columns, ends, a, b) for a, b in pairwise(cuts))


def _best_cuts(columns: Sequence[Column], ends: list[float], cuts: list[int], limit: float) -> list[int]:
    """Least excess over the limit first, then fewest rows, then least sum of squared widths (a shortest path)."""
    nodes = [0]
    for column in columns:
        nodes.append(nodes[-1] + column.nodes)
    best: dict[int, tuple[tuple[float, int, float], list[int]]] = {0: ((0.0, 0, 0.0), [0])}
    for stop in cuts[1:]:
        for start in reversed([cut for cut in cuts if cut < stop and cut in best]):
            if nodes[stop] - nodes[start] < 2 and len(cuts) > 2:
                continue
            width = _width(columns, ends, start, stop)
            (excess, count, squares), path = best[start]
            cost = (excess + max(0.0, width - limit), count + 1, squares + width * width)
            if stop not in best or cost < best[stop][0]:
                best[stop] = (cost, [*path, stop])
            if width > 3 * limit:
                break
    return best[cuts[-1]][1] if cuts[-1] in best else [0, cuts[-1]]
