"""Points of an implicit problem: a question at a point is about a point of the curve."""

from __future__ import annotations

import math

from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.question import Question
from gradviz.errors import ValueProblem
from gradviz.explanation.mathematics import unicode_of
from gradviz.passes.evaluate import evaluate
from gradviz.passes.raising import literal

ROUNDING = 1e-9
"""How far from zero the equation's difference may be by rounding, beside its terms."""


def check_on_curve(asked: Question, answer: Answer) -> None:
    """Refuse a question at a point that is not on the curve.

    Raises:
        ValueProblem: all variables have values, and the equation does not hold there.
    """
    built = asked.built
    if asked.zero is None or not set(built.inputs) <= set(answer.fixed):
        return
    at = {name: float(answer.fixed[name]) for name in built.inputs}
    sides = built.graph.nodes[asked.zero].operands
    gap, *values = (float(value) for value in evaluate(built.graph, at, [asked.zero, *sides]))
    if math.isfinite(gap) and abs(gap) <= ROUNDING * max(1.0, *map(abs, values)):
        return
    point = ", ".join(f"{name} = {unicode_of(literal(answer.fixed[name]))}" for name in built.inputs)
    raise ValueProblem(
        f"{point} is no point of the curve: its sides differ by {gap:.6g} there",
        hint="give a point for which the equation holds",
    )
