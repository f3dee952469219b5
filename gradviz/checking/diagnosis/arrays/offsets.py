"""By how an answer is off, where no mistake explains it: a factor, a difference, or which entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.arrays.points import TOLERANCE, is_finite, points_at, values_of
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.question import Question
from gradviz.graph.graph import Graph
from gradviz.shape import describe, show

NAMED = 3
"""Entries that are listed one by one."""


def offset_of(question: Question, answer: Answer) -> str:
    """By how an answer is off, in words; empty where nothing simple can be said."""
    graph = answer.graph
    claimed, truth = graph.nodes[answer.node].shape, graph.nodes[question.target].shape
    symbol = question.symbol.unicode
    if claimed != truth:
        return f"{symbol} is {describe(truth)}, yours is {describe(claimed)}{_why(question, truth)}"
    points = points_at(graph, [question.target, answer.node], question.built.declared, answer.fixed)
    return offset_at(graph, points, (answer.node, question.target), len(question.built.graph)) if points else ""


def offset_at(graph: Graph, points: Sequence[Mapping[str, Any]], both: tuple[int, int], program: int) -> str:
    """By how the first of two nodes is off from the second, which is right.

    Args:
        graph: holds them.
        points: where they are compared.
        both: of one shape.
        program: how many nodes at the beginning of the graph may be named in what is said.
    """
    pairs = values_of(graph, points, both)
    truth = graph.nodes[both[1]].shape
    named = [i for i, node in enumerate(graph.nodes[:program]) if node.name and node.shape == truth]
    others = values_of(graph, points, named)
    terms = {graph.nodes[i].name or "": [values[k] for values in others] for k, i in enumerate(named)}
    return _difference(pairs, terms) or _entries(pairs, truth)


def _why(question: Question, truth: tuple[int, ...]) -> str:
    """A gradient has the shape of what it is by."""
    if question.kind != "gradient":
        return ""
    name = question.wrt[0]
    return f": a gradient has the shape of what it is taken by, and {name} is {show(truth)}" if truth else ""


def _difference(pairs: Sequence[Sequence[Any]], terms: dict[str, list[Any]]) -> str:
    """Whether the same number is added everywhere, or a multiple of something that has a name."""
    off = [claimed - truth for claimed, truth in pairs]
    constant = _ratio(off, [np.ones_like(one) for one in off])
    if constant is not None:
        entries = " in every entry" if off[0].shape else ""
        return f"it is {abs(constant)} too {'large' if constant > 0 else 'small'}{entries}"
    for name, values in terms.items():
        found = _ratio(off, values)
        if found is not None:
            size = "" if abs(found) == 1 else f"{abs(found)}·"
            return f"{size}{name} is {'added' if found > 0 else 'subtracted'} that does not belong there"
    return ""


def _ratio(found: Sequence[Any], unit: Sequence[Any]) -> Fraction | None:
    """The simple number by which one is a multiple of the other at all points."""
    top = sum(float(np.sum(f * u)) for f, u in zip(found, unit, strict=True))
    below = sum(float(np.sum(u * u)) for u in unit)
    if not (np.isfinite(top) and np.isfinite(below)) or below == 0:
        return None
    guess = Fraction(top / below).limit_denominator(100)
    near = all(
        np.all(np.abs(f - float(guess) * u) <= TOLERANCE * max(1.0, float(np.max(np.abs(f), initial=0.0))))
        for f, u in zip(found, unit, strict=True)
    )
    return guess if guess and near else None


def _entries(pairs: Sequence[Sequence[Any]], shape: tuple[int, ...]) -> str:
    """Which entries are right at all points, if some are."""
    wrong = np.zeros(shape, dtype=bool)
    for claimed, truth in pairs:
        if not (is_finite(claimed) and is_finite(truth)):
            return ""
        scale = max(float(np.max(np.abs(truth), initial=0.0)), 1e-300)
        wrong |= np.abs(claimed - truth) > TOLERANCE * scale
    if not shape or wrong.all() or not wrong.any():
        return ""
    return _said(wrong)


def _said(wrong: Any) -> str:
    """The wrong entries, as short as can be; counted from 0."""
    if wrong.ndim == 2:
        if wrong.shape[0] == wrong.shape[1]:
            diagonal = np.eye(wrong.shape[0], dtype=bool)
            if (wrong == diagonal).all():
                return "right but for the diagonal"
            if (wrong == ~diagonal).all():
                return "right on the diagonal only"
        for axis, word in ((1, "row"), (0, "column")):
            lines = wrong.any(axis=axis)
            if (wrong.all(axis=axis) == lines).all() and 0 < lines.sum() <= NAMED < lines.size + NAMED:
                named = [str(i) for i in np.flatnonzero(lines)]
                more = word + ("s" if len(named) > 1 else "")
                return f"right in all entries but {more} {_and(named)} (counted from 0)"
    places = [tuple(int(i) for i in place) for place in np.argwhere(wrong)]
    if len(places) <= NAMED:
        return f"right in all entries but {_and([_place(place) for place in places])} (counted from 0)"
    return f"{len(places)} of {wrong.size} entries are wrong, the first of them {_place(places[0])} (counted from 0)"


def _place(place: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, place))})" if len(place) > 1 else str(place[0])


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
