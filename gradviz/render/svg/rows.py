"""Rows: a drawing that is too wide is cut where exactly one wire crosses, into rows as equal as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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


def rows(columns: Sequence[Column], limit: float) -> list[list[int]]:
    """The columns' positions by rows: one row if it fits, else the fewest that do, and of those the most equal ones.

    A row holds at least two nodes. Where no cut is allowed a row may be wider than the limit.
    """
    whole = list(range(len(columns)))
    if _width(columns, 0, len(columns)) <= limit:
        return [whole]
    cuts = [0, *(i + 1 for i, column in enumerate(columns[:-1]) if column.crossing == 1), len(columns)]
    best = _best_cuts(columns, cuts, limit)
    return [whole[a:b] for a, b in zip(best, best[1:], strict=False)]


def _width(columns: Sequence[Column], start: int, stop: int) -> float:
    return sum(column.width + column.gutter for column in columns[start:stop]) - columns[stop - 1].gutter


def _best_cuts(columns: Sequence[Column], cuts: list[int], limit: float) -> list[int]:
    """Least excess over the limit first, then fewest rows, then least sum of squared widths (a shortest path)."""
    best: dict[int, tuple[tuple[float, int, float], list[int]]] = {0: ((0.0, 0, 0.0), [0])}
    for stop in cuts[1:]:
        for start in (cut for cut in cuts if cut < stop and cut in best):
            if sum(column.nodes for column in columns[start:stop]) < 2 and len(cuts) > 2:
                continue
            width = _width(columns, start, stop)
            (excess, count, squares), path = best[start]
            cost = (excess + max(0.0, width - limit), count + 1, squares + width * width)
            if stop not in best or cost < best[stop][0]:
                best[stop] = (cost, [*path, stop])
    return best[cuts[-1]][1] if cuts[-1] in best else [0, cuts[-1]]
