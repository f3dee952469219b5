"""Many mistaken derivations at once: one row for each, an array over rows and points for each step.

A step is computed anew only in rows where something below it is mistaken, so that hundreds of mistakes cost little more
than a few derivations, and tens of thousands of pairs of mistakes some milliseconds. A step that is used twice is one
step: a mistake made in it is made for all its uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.scalar.numbers import Numbers, Values
from gradviz.checking.diagnosis.scalar.steps import Derivation, Here, Pair, right_step
from gradviz.checking.diagnosis.slip import Slip

Plan = tuple[tuple[int, int], ...]
"""Which mistakes are made: pairs of a step and the number of one of its slips."""


@dataclass(slots=True)
class Track:
    """One step in all rows: what it is rightly, and in which rows it is something else.

    Args:
        value, slope: the right ones, over the points.
        rows, slopes: the rows, rising, in which the derivative differs, and it there.
        moved, values: the rows, among those, in which the value differs too, and it there.
    """

    value: Values
    slope: Values
    rows: Values
    slopes: Values
    moved: Values
    values: Values

    def slopes_at(self, rows: Values) -> Values:
        """The derivative in some rows."""
        return _gathered(self.slope, self.rows, self.slopes, rows)

    def values_at(self, rows: Values) -> Values:
        """The value in some rows; one row for all where it is the right one."""
        if not len(self.moved):
            return self.value
        return _gathered(self.value, self.moved, self.values, rows)


def replay(
    derivation: Derivation, slips: Sequence[Sequence[Slip]], plans: Sequence[Plan], numbers: Numbers, count: int
) -> Track:
    """The last step of a derivation under every plan.

    Args:
        derivation: what is done.
        slips: the mistakes of each step, by number.
        plans: one row each.
        numbers: at the sample points.
        count: how many points.
    """
    own: list[dict[int, list[int]]] = [{} for _ in derivation.steps]
    for row, plan in enumerate(plans):
        for i, slip in plan:
            own[i].setdefault(slip, []).append(row)
    tracks: list[Track] = []
    with np.errstate(all="ignore"):
        for i in range(len(derivation.steps)):
            parts = [tracks[k] for k in derivation.steps[i].parts]
            tracks.append(_track(derivation, i, parts, own[i], slips[i], numbers, count, len(plans)))
    return tracks[-1]


def _track(
    derivation: Derivation,
    i: int,
    parts: list[Track],
    own: dict[int, list[int]],
    slips: Sequence[Slip],
    numbers: Numbers,
    count: int,
    total: int,
) -> Track:
    def here(rows: Values | None) -> Here:
        if rows is None:
            pairs = tuple(Pair(part.value, part.slope) for part in parts)
        else:
            pairs = tuple(Pair(part.values_at(rows), part.slopes_at(rows)) for part in parts)
        return Here(numbers, derivation.steps[i], pairs, numbers.at(derivation.variable))

    right = right_step(here(None))
    value, slope = _full(right.value, count), _full(right.slope, count)
    below = _union([part.rows for part in parts] + [part.moved for part in parts])
    groups = {slip: np.asarray(rows) for slip, rows in own.items()}
    rows = _union([below, *groups.values()])
    slopes = np.empty((len(rows), count), dtype=np.result_type(slope, value))
    moved = _union([part.moved for part in parts] + [g for slip, g in groups.items() if slips[slip].value is not None])
    values = np.empty((len(moved), count), dtype=slopes.dtype)
    values[:] = value
    for still in _split(below, _union([part.moved for part in parts])):
        if len(still):
            made = right_step(here(still))
            slopes[np.searchsorted(rows, still)] = made.slope
            _put(values, moved, still, made.value)
    touched = np.zeros(total, dtype=bool)
    touched[below] = True
    for number, group in groups.items():
        slip = slips[number]
        inside = touched[group]
        for chosen, where in ((group[~inside], None), (group[inside], group[inside])):
            if len(chosen):
                at = here(where)
                slopes[np.searchsorted(rows, chosen)] = slip.slope(at)
                if slip.value is not None:
                    _put(values, moved, chosen, slip.value(at))
    return Track(value, slope, rows, slopes, moved, values)


def _full(made: Any, count: int) -> Values:
    return np.broadcast_to(np.asarray(made), (count,))


def _put(values: Values, moved: Values, rows: Values, made: Any) -> None:
    """Write values into those of the rows that are moved."""
    if not len(moved):
        return
    inside = np.isin(rows, moved, assume_unique=True)
    full = np.broadcast_to(np.asarray(made), (len(rows), values.shape[1]))
    values[np.searchsorted(moved, rows[inside])] = full[inside]


def _split(rows: Values, moved: Values) -> tuple[Values, Values]:
    """Rows in which all values below are right, and the others: the first ones share the values."""
    if not len(moved):
        return rows, rows[:0]
    inside = np.isin(rows, moved, assume_unique=True)
    return rows[~inside], rows[inside]


def _union(arrays: list[Values]) -> Values:
    kept = [array for array in arrays if len(array)]
    if not kept:
        return np.empty(0, dtype=np.intp)
    return np.unique(np.concatenate(kept)) if len(kept) > 1 else np.unique(kept[0])


def _gathered(base: Values, rows: Values, found: Values, wanted: Values) -> Values:
    made = np.empty((len(wanted), len(base)), dtype=np.result_type(base, found))
    made[:] = base
    if len(rows):
        at = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
        hit = rows[at] == wanted
        made[hit] = found[at[hit]]
    return made
