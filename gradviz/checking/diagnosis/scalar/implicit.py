"""Implicit problems: mistakes in differentiating the equation, and in solving it for y′.

With y depending on x, the derivative of the equation is T(y′) = F_x + F_y·y′ = 0. A mistaken derivation is run with y′
as 0, 1 and 2; where it stays linear in y′, the answer that it leads to is −T(0)/(T(1) − T(0)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.diagnosis.scalar.candidates import Candidates, singles
from gradviz.checking.diagnosis.scalar.explaining import key_of, marks_of, told
from gradviz.checking.diagnosis.scalar.families import SOLVED
from gradviz.checking.diagnosis.scalar.matching import Match, close, matches
from gradviz.checking.diagnosis.scalar.numbers import Numbers, Values
from gradviz.checking.diagnosis.scalar.other import LIKELY
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.checking.diagnosis.scalar.replaying import as_nodes
from gradviz.checking.diagnosis.scalar.rewriting import rewriting_theories
from gradviz.checking.diagnosis.scalar.slips import BASE
from gradviz.checking.diagnosis.scalar.steps import Derivation
from gradviz.checking.diagnosis.scalar.theory import Mark, Theory
from gradviz.checking.reading.answer import Answer
from gradviz.explanation.mathematics import name_math
from gradviz.graph.folding import Folded, Folder


@dataclass(frozen=True, slots=True)
class Solving:
    """A wrong way to get y′ from the right derivatives F_x and F_y; `{x}` and `{y}` stand for the variables."""

    name: str
    prior: float
    says: str
    make: Callable[[Any, Any], Any]


# fmt: off
SOLVING: tuple[Solving, ...] = (
    Solving("minus lost", 1.0, "The minus is lost: d{y}/d{x} is −F_{x}/F_{y}, F being the difference of both sides",
            lambda a, b: a / b),
    Solving("reciprocal", 0.8, "This is d{x}/d{y}; d{y}/d{x} is asked for", lambda a, b: -(b / a)),
    Solving("reciprocal, minus lost", 0.3, "This is d{x}/d{y} without its minus; d{y}/d{x} is asked for",
            lambda a, b: b / a),
    Solving("y held constant", 0.4, "{y} was held constant: this is the derivative of the equation by {x} alone",
            lambda a, b: a),
    Solving("not divided", 0.3, "The factor of {y}′ was forgotten: it was not divided by", lambda a, b: -a),
    Solving("multiplied", 0.2, "The factor of {y}′ was multiplied in; it divides", lambda a, b: -(a * b)),
    Solving("derivative by y", 0.15, "This is the derivative of the equation by {y}, with {x} held constant",
            lambda a, b: b),
)
# fmt: on


def implicit_theories(problem: Problem, answer: Answer, given: Values, tolerance: float) -> Iterator[Theory]:
    """What explains an answer to an implicit problem."""
    truth = problem.value(problem.truth)
    yield from _solving(problem, answer, given, tolerance)
    if problem.question.order == 1:
        value = np.ones(problem.count)
        for match in matches(_candidates(problem), given, truth, value, tolerance=tolerance):
            plain = match.whole is None or match.whole.name in ("overall sign", "reciprocal")
            if plain and match.candidates.counts[match.row]:
                yield _theory(problem, match, answer.node)
    for theory in rewriting_theories(problem, answer, given, tolerance):
        yield replace(theory, score=theory.score - 1.0)


def _candidates(problem: Problem) -> list[Candidates]:
    """Single mistakes in the derivation of the equation, and the y′ to which each leads; made once."""
    if problem.implicit is None:
        problem.implicit = [_solved(problem, each) for each in problem.derivations]
    return list(problem.implicit)


def _solved(problem: Problem, derivation: Derivation) -> Candidates:
    slopes = [np.full(problem.count, float(p)) for p in range(3)]
    runs = [singles(derivation, Numbers(problem.known, slope), problem.count) for slope in slopes]
    zero, one, two = (run.slopes for run in runs)
    with np.errstate(all="ignore"):
        step = one - zero
        bent = np.abs((two - one) - step).max(axis=1) > 1e-7 * (1 + np.abs(step).max(axis=1))
        made = -zero / step
        made[bent] = np.nan
    return replace(runs[0], slopes=made)


def _theory(problem: Problem, match: Match, answer: int) -> Theory:
    found = match.candidates
    plan = dict(found.plans[match.row])

    def sides(builder: Folder) -> tuple[int, int]:
        zero, one = (
            as_nodes(found.derivation, found.slips, plan, builder, builder.constant(p))[-1].slope for p in (0, 1)
        )
        made: Folded = -zero / (one - zero)
        if match.whole is not None:
            made = match.whole.make(made, made)
        return made.id, answer

    likely, marks = match.score > LIKELY, marks_of(match)
    return Theory(match.count, match.score, key_of(match), sides, lambda: told(problem, match), likely, marks)


def _solving(problem: Problem, answer: Answer, given: Values, tolerance: float) -> Iterator[Theory]:
    """The equation was differentiated rightly and solved for y′ wrongly; or only a part of it is there."""
    question = problem.question
    x, y = (name_math(name).unicode for name in (question.wrt[0], question.of))
    graph = problem.graph
    partials = [question.passes[0].gradients.get(graph.names[name]) for name in (question.wrt[0], question.of)]
    if None in partials:
        return
    by_x, by_y = (i for i in partials if i is not None)
    truth, good = problem.value(problem.truth), np.isfinite(given)
    if question.order > 1:
        first = problem.value(question.slopes[0])
        if close(given[good], first[good], tolerance):
            says = f"This is d{y}/d{x} only; it was to be differentiated again."
            node = question.slopes[0]
            yield Theory(
                1,
                -1.6,
                ("once",),
                lambda builder: (node, answer.node),
                lambda: Finding("differentiated too few times", None, says, score=-1.6),
            )
        return
    for kind in SOLVING:
        with np.errstate(all="ignore"):
            values = np.broadcast_to(kind.make(problem.value(by_x), problem.value(by_y)), (problem.count,))
        if close(values[good], given[good], tolerance) and not close(values[good], truth[good]):
            yield _solved_so(kind, by_x, by_y, answer.node, kind.says.format(x=x, y=y))


def _solved_so(kind: Solving, by_x: int, by_y: int, answer: int, says: str) -> Theory:
    def sides(builder: Folder) -> tuple[int, int]:
        return kind.make(builder.term(by_x), builder.term(by_y)).id, answer

    score = log(kind.prior) - BASE
    found = Finding(kind.name, None, f"{says}.", score=score)
    marks = (Mark(None, SOLVED if kind.name == "minus lost" else kind.name),)
    return Theory(1, score, ("solving", kind.name), sides, lambda: found, kind.prior >= 0.4, marks)
