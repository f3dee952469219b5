"""Where a gradient's formula is tried: points at the program's own sizes, and at others where it has letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradviz.passes.backward import Backward
from gradviz.passes.formula import Formula
from gradviz.passes.matrix.family import Family, twin_of
from gradviz.passes.matrix.setting import SIZES, Setting
from gradviz.passes.matrix.trial import Point, Reading, agrees, lying, points_of, read, squeezed, without_ones
from gradviz.shape import size

LARGEST = 1_000_000
"""Entries that an array may have where formulas are tried at the program's own sizes."""


@dataclass(slots=True)
class Trials:
    """Where formulas are verified: the program's own sizes, and others where it has letters.

    Args:
        own: the gradient graph at its own sizes.
        family: the program at other sizes.
        named: what stands for pieces of formulas, which no node has as its value.
    """

    own: Setting
    family: Family | None
    named: Mapping[str, Formula] = field(default_factory=dict)
    _readings: dict[str, Reading] = field(default_factory=dict)
    _made: dict[int, list[list[Point]]] = field(default_factory=dict)
    _points: dict[int, list[tuple[Point, ...]]] = field(default_factory=dict)

    def holds(self, formula: Formula, id: int) -> bool | None:
        """Whether a formula is the gradient by a node wherever it is tried; None if there is no place to try it."""
        return self._agrees(formula, self._named_places(id), id)

    def defines(self, formula: Formula, name: str, id: int) -> bool | None:
        """Whether a formula is what a named intermediate is, at the places where the gradient by a node is tried."""
        places = [[Point(p.names, {id: p.names[name]}, p.sizes) for p in points] for points in self._named_places(id)]
        return self._agrees(formula, places, id)

    def found(self, id: int) -> bool:
        """Whether there is a place to try the gradient by a node, though a formula may mean nothing there."""
        return any(self.places(id))

    def use(self, named: Mapping[str, Formula]) -> None:
        """Give names to pieces of the formulas that are tried from now on."""
        self.named = named
        self._readings.clear()
        self._made.clear()

    def _named_places(self, id: int) -> list[list[Point]]:
        if id not in self._made:
            self._made[id] = [[self._with_names(point) for point in points] for points in self.places(id)]
        return self._made[id]

    def _with_names(self, point: Point) -> Point:
        """A point with the values of the pieces that bear names."""
        names = dict(point.names)
        shapes = self.family.written if self.family is not None else {}
        for name, formula in self.named.items():
            if name not in self._readings:
                self._readings[name] = read(formula.spelled, shapes, names)
            names[name] = self._readings[name].value(names, point.sizes)
        return Point(names, point.values, point.sizes)

    def _agrees(self, formula: Formula, places: Sequence[Sequence[Point]], id: int) -> bool | None:
        shapes = self.family.written if self.family is not None else {}
        spelled: Reading | None = None
        shown: Reading | None = None
        tried = 0
        for place in places:
            if not place:
                continue
            names = place[0].names
            spelled = spelled or read(formula.spelled, shapes, names)
            shown = shown or read(lying(formula.display, place[0]), without_ones(shapes), names)
            points = [*filter(spelled.tells, place)]
            if not points:
                continue
            if not agrees(spelled, points, id) or not agrees(shown, [squeezed(point) for point in points], id):
                return False
            tried += len(points)
        return bool(tried) or None

    def places(self, id: int) -> list[tuple[Point, ...]]:
        """Points at different sizes, with the gradient by a node."""
        if id not in self._points:
            count = 1 if self.family else 3
            self._points[id] = [
                tuple(replace(p, sizes=sizes) for p in _gradient_points(back, id, self.own, count=count, seed=seed))
                for seed, (back, sizes) in enumerate(self._twins())
            ]
        return self._points[id]

    def _twins(self) -> list[tuple[Backward, Mapping[str, int]]]:
        """The gradient graph at several sizes, and what letters stand for there."""
        nodes = self.own.backward.graph.nodes
        if self.family is None:
            return [(self.own.backward, {})] if all(size(node.shape) <= LARGEST for node in nodes) else []
        made: list[tuple[Backward, Mapping[str, int]]] = []
        for sizes in SIZES:
            letters = {letter: sizes[i % len(sizes)] for i, letter in enumerate(self.family.letters)}
            twin = twin_of(self.family, self.own.backward, letters)
            if twin is not None:
                made.append((twin.backward, letters))
        return made


def _gradient_points(back: Backward, id: int, own: Setting, *, count: int, seed: int) -> list[Point]:
    target = back.gradients[id]
    points = points_of(back.graph, own.names, [target], declared=own.declared, count=count, seed=seed)
    return [Point(point.names, {id: point.values[target]}) for point in points]
