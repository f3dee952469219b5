"""Where a gradient's formula is tried: points at the program's own sizes, and at others where it has letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradviz.passes.backward import Backward
from gradviz.passes.formulas import Formula
from gradviz.passes.matrix.family import Family, twin_of
from gradviz.passes.matrix.setting import SIZES, Setting
from gradviz.passes.matrix.trial import Point, Reading, agrees, lying, points_of, read, squeezed, without_ones
from gradviz.shape import size

LARGEST = 1_000_000
"""Entries that an array may have where formulas are tried at the program's own sizes."""


@dataclass(slots=True)
class Trials:
    """Where formulas are verified: the program's own sizes, and others where it has letters."""

    own: Setting
    family: Family | None
    _points: dict[int, list[tuple[Point, ...]]] = field(default_factory=dict)

    def holds(self, formula: Formula, id: int) -> bool | None:
        """Whether a formula is the gradient by a node wherever it is tried; None if there is no place to try it."""
        return self._agrees(formula, self.places(id), id)

    def defines(self, formula: Formula, name: str, id: int) -> bool | None:
        """Whether a formula is what a named intermediate is, at the places where the gradient by a node is tried."""
        places = [[Point(p.names, {id: p.names[name]}) for p in points] for points in self.places(id)]
        return self._agrees(formula, places, id)

    def _agrees(self, formula: Formula, places: Sequence[Sequence[Point]], id: int) -> bool | None:
        shapes = self.family.written if self.family is not None else {}
        spelled: Reading | None = None
        shown: Reading | None = None
        tried = 0
        for points in places:
            if not points:
                continue
            names = points[0].names
            spelled = spelled or read(formula.spelled, shapes, names)
            shown = shown or read(lying(formula.display, points[0]), without_ones(shapes), names)
            if not agrees(spelled, points, id) or not agrees(shown, [squeezed(point) for point in points], id):
                return False
            tried += len(points)
        return bool(tried) or None

    def places(self, id: int) -> list[tuple[Point, ...]]:
        """Points at different sizes, with the gradient by a node."""
        if id not in self._points:
            backs = [*self._twins()]
            self._points[id] = [
                tuple(_gradient_points(back, id, self.own, count=1 if self.family else 3, seed=seed))
                for seed, back in enumerate(backs)
            ]
        return self._points[id]

    def _twins(self) -> list[Backward]:
        nodes = self.own.backward.graph.nodes
        if self.family is None:
            return [self.own.backward] if all(size(node.shape) <= LARGEST for node in nodes) else []
        made: list[Backward] = []
        for sizes in SIZES:
            letters = {letter: sizes[i % len(sizes)] for i, letter in enumerate(self.family.letters)}
            twin = twin_of(self.family, self.own.backward, letters)
            if twin is not None:
                made.append(twin.backward)
        return made


def _gradient_points(back: Backward, id: int, own: Setting, *, count: int, seed: int) -> list[Point]:
    target = back.gradients[id]
    points = points_of(back.graph, own.names, [target], declared=own.declared, count=count, seed=seed)
    return [Point(point.names, {id: point.values[target]}) for point in points]
