"""Column colouring (Curtis, Powell and Reid, 1974): columns that share no row are found by one pass together.

Few full rows would give every column a colour of its own; they are found by reverse passes, and the other rows by
forward ones (Coleman and Verma, 1998). Which rows go which way is tried on their counts; nothing is random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.passes.jacobian.operator import Mask, Places


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """Which columns go forward together, and which rows backward.

    Args:
        columns: each column's colour; −1 for those that no forward pass needs.
        rows: each row's colour; −1 for those that are found by the forward passes.
        forward, backward: how many colours there are.
    """

    columns: Places
    rows: Places
    forward: int
    backward: int

    @property
    def passes(self) -> int:
        """All of them."""
        return self.forward + self.backward


def coloured(height: int, width: int, rows: Places, columns: Places) -> Colouring:
    """The cheapest colouring found for a pattern.

    Args:
        height: of the matrix.
        width: of the matrix.
        rows: of its nonzeros.
        columns: of its nonzeros.

    Example:
        >>> i = np.arange(1, 99)
        >>> three = coloured(100, 100, np.repeat(i, 3), (i[:, None] + [-1, 0, 1]).ravel())
        >>> three.forward, three.backward
        (3, 0)
    """
    counts = np.bincount(rows, minlength=height)
    splits = [np.zeros(height, dtype=bool), *(counts > limit for limit in _limits(counts))]
    least = [_least(counts, back, columns, rows) for back in splits]
    best: tuple[int, int, Colouring] | None = None
    # The most promising first; of equally good ones the first is taken, whichever was tried first.
    for i in sorted(range(len(splits)), key=lambda i: (least[i], i)):
        if best is not None and (least[i], i) >= best[:2]:
            continue
        made = _split(splits[i], height, width, rows, columns)
        if best is None or (made.passes, i) < best[:2]:
            best = (made.passes, i, made)
    assert best is not None  # all forward is always tried or beaten
    return best[2]


def _split(back: Mask, height: int, width: int, rows: Places, columns: Places) -> Colouring:
    """The colouring that finds some rows backward, and the others forward."""
    ahead = ~back[rows]
    forward, colours = _greedy(columns[ahead], rows[ahead], width, height)
    if not back.any():
        return Colouring(colours, np.full(height, -1, dtype=np.int64), forward, 0)
    backward, others = _greedy(rows[~ahead], columns[~ahead], height, width)
    return Colouring(colours, others, forward, backward)


def _limits(counts: Places) -> list[int]:
    """Counts above which a row is found backward: some of the larger ones, and all."""
    found = np.unique(counts[counts > 0])
    if not len(found):
        return []
    some = found[np.unique(np.linspace(0, len(found) - 1, 6).astype(int))][-2::-1]
    return [*some.tolist(), 0]


def _least(counts: Places, back: Mask, columns: Places, rows: Places) -> int:
    """No colouring can do with fewer: the fullest forward row, and the fullest column among backward rows."""
    forward = int(counts[~back].max(initial=0))
    taken = columns[back[rows]]
    return forward + (int(np.bincount(taken).max()) if len(taken) else 0)


def _greedy(items: Places, places: Places, count: int, size: int) -> tuple[int, Places]:
    """Colours for items such that no two at one place have the same: the lowest free one, item after item.

    Tried in the items' order, and if that is not as good as can be, from the most frequent item down.
    """
    frequency = np.bincount(items, minlength=count)
    order = np.flatnonzero(frequency)
    least = int(np.bincount(places, minlength=size).max(initial=0))
    first = _colours(items, places, order, count, size)
    if first[0] <= least:
        return first
    second = _colours(items, places, order[np.argsort(-frequency[order], kind="stable")], count, size)
    return second if second[0] < first[0] else first


def _colours(items: Places, places: Places, order: Places, count: int, size: int) -> tuple[int, Places]:
    """Each place remembers the colours that it has seen as the bits of one integer."""
    by_item = places[np.argsort(items, kind="stable")].tolist()
    ends = np.concatenate(([0], np.cumsum(np.bincount(items, minlength=count)))).tolist()
    seen = [0] * size
    colours = [-1] * count
    for item in order.tolist():
        mine = by_item[ends[item] : ends[item + 1]]
        taken = 0
        for place in mine:
            taken |= seen[place]
        bit = ~taken & (taken + 1)
        for place in mine:
            seen[place] |= bit
        colours[item] = bit.bit_length() - 1
    return max(colours, default=-1) + 1, np.array(colours, dtype=np.int64)
