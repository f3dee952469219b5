"""Local Jacobians by the reverse rule: few runs find all lines of an operation, however many there are."""

from __future__ import annotations

import numpy as np

from gradviz.passes.jacobian.arrays import BlockDiagonal, Dense
from gradviz.passes.jacobian.lines import Lines
from gradviz.passes.jacobian.operator import Array, Operator, Places
from gradviz.passes.jacobian.place import KEPT, Place
from gradviz.passes.jacobian.pulled import Pulled
from gradviz.passes.jacobian.simple import Gathering, Selection


def by_lines(place: Place, lines: Lines) -> Operator:
    """By the reverse rule: all lines at once, one run per row of a line."""
    rows, columns = place.size
    word = place.node.op.structure_of(place.slot)
    if not lines.regular or rows * columns // lines.count > KEPT:
        return Pulled(place.rule, place.point, place.node.shape, place.operand, word, rows * columns // lines.count)
    row_places, column_places = lines.places()
    if row_places.shape[1] == 1:
        return _gathered(place, lines)
    height = row_places.shape[1]
    blocks: Array = np.broadcast_to(np.nan, (lines.count, height, column_places.shape[1]))
    if place.known or place.rule.constant:
        blocks = np.empty(blocks.shape)
        for i in range(height):
            seed = np.zeros(rows)
            seed[row_places[:, i]] = 1
            blocks[:, i, :] = place.rule.run(place.point, seed.reshape(place.node.shape))[column_places]
    if lines.count == 1:
        return Dense(blocks[0])
    return BlockDiagonal(rows, columns, blocks, row_places, column_places)


def _gathered(place: Place, lines: Lines) -> Operator:
    """One row per line: a single run finds all."""
    rows, columns = place.size
    word = place.node.op.structure_of(place.slot)
    if not (place.known or place.rule.constant):
        weights: Array = np.broadcast_to(np.nan, (columns,))
    else:
        weights = place.rule.run(place.point, np.ones(place.node.shape))
    # Lines are numbered in the order of rows: `rows[i]` is the row's line.
    targets = np.empty(lines.count, dtype=np.int64)
    targets[lines.rows] = np.arange(rows)
    if word == "selection" and place.known:
        return _winners(rows, targets[lines.columns], weights)
    same = place.rule.constant and columns > 0 and bool((weights == weights[0]).all())
    scale = None if same and weights[0] == 1 else np.broadcast_to(weights[0], columns) if same else weights
    if rows == 1 and not same:
        return Dense(weights.reshape(1, -1))
    # Sums and means are products of ones with identities; of other rows each line has numbers of its own.
    return Gathering(rows, targets[lines.columns], scale, word if same and word == "Kronecker" else None)


def _winners(rows: int, targets: Places, shares: Array) -> Operator:
    """Largest entries: the winner of each line, or several that share."""
    won = np.flatnonzero(shares != 0)
    if len(won) == rows and len(np.unique(targets[won])) == rows:
        picks, scale = np.empty(rows, dtype=np.int64), np.empty(rows)
        picks[targets[won]], scale[targets[won]] = won, shares[won]
        return Selection(len(shares), picks, None if (scale == 1).all() else scale)
    return Gathering(rows, np.where(shares != 0, targets, -1), shares)
