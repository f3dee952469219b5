"""The search for what explains an answer: one mistake, then two; the simplest first, confirmed before it is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from gradviz.checking.diagnosis.finding import Diagnosis, Finding
from gradviz.checking.diagnosis.scalar.algebra import below
from gradviz.checking.diagnosis.scalar.arithmetic import arithmetic_theories
from gradviz.checking.diagnosis.scalar.carried import carried_theories
from gradviz.checking.diagnosis.scalar.confirming import exactly_same, same
from gradviz.checking.diagnosis.scalar.explaining import theory_of
from gradviz.checking.diagnosis.scalar.families import merged
from gradviz.checking.diagnosis.scalar.implicit import implicit_theories
from gradviz.checking.diagnosis.scalar.matching import TOLERANCE, close, matches
from gradviz.checking.diagnosis.scalar.numbers import Values, evaluated
from gradviz.checking.diagnosis.scalar.offset import offset_of, simple_number
from gradviz.checking.diagnosis.scalar.others import other_theories
from gradviz.checking.diagnosis.scalar.points import is_analytic
from gradviz.checking.diagnosis.scalar.problem import Problem, prepared
from gradviz.checking.diagnosis.scalar.rewriting import rewriting_theories
from gradviz.checking.diagnosis.scalar.theory import Theory
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.question import Question
from gradviz.graph.folding import Folder

SINGLE_SCORE, PAIR_SCORE = -5.0, -6.0
POINT_SCORE = -2.4
"""What is less likely is not said; of one number at one point only what is very likely, as much would fit."""
PLAIN, PLAIN_SCORE = 3, -4.1
FEW = (0.0, 1.0, 2.0, -1.0, -2.0, 0.5, -0.5)
"""An answer of so few nodes (`x`, `2*c`), or a number times one of these powers in place of a function, proves little:
two mistakes must be likelier to be said of it."""
MOST_TOLD, MOST_TRIED = 3, 10
MARGIN = 1.2
"""How much less likely than the best a tie may be and still be told."""


def diagnose_scalar(question: Question, answer: Answer) -> Diagnosis:
    """Which mistakes give a wrong answer to a question about numbers."""
    look = _look(question, answer)
    if look is None:
        return Diagnosis()
    for stage in (_one, _two):
        findings = _told(_ranked(stage(look), look), answer, look.tolerance)
        if findings:
            return Diagnosis(findings)
    return Diagnosis((), offset_of(look.problem, answer, look.given, look.tolerance))


def everything(question: Question, answer: Answer) -> list[Theory]:
    """All single explanations that fit at the points, the best first; none is confirmed or left out as unlikely."""
    look = _look(question, answer)
    return [] if look is None else sorted(_one(look), key=lambda one: (one.count, -one.score))


@dataclass(frozen=True, slots=True)
class Look:
    """An answer at a problem's points.

    Args:
        problem, answer: which.
        given, truth, value: of the answer, the right derivative and the function.
        tolerance: relative; wide for decimals.
        flat: whether the answer is a simple number while the derivative varies.
        plain: whether the answer is so plain that many a mistake may lead to it.
    """

    problem: Problem
    answer: Answer
    given: Values
    truth: Values
    value: Values
    tolerance: float
    flat: bool
    plain: bool

    def bar(self, count: int) -> float:
        """How likely an explanation by that many mistakes must be."""
        if self.answer.fixed:
            return POINT_SCORE
        if count == 1:
            return SINGLE_SCORE
        return PLAIN_SCORE if self.plain else PAIR_SCORE


def _look(question: Question, answer: Answer) -> Look | None:
    """None where there is nothing to explain, or nothing that could be compared."""
    problem = prepared(question, answer.fixed)
    if problem.analytic and not is_analytic(answer.graph, [answer.node]):
        problem = prepared(question, answer.fixed, real=True)
    given = _values(problem, answer)
    if given is None:
        return None
    truth, value = problem.value(problem.truth), problem.value(problem.output)
    tolerance = TOLERANCE if answer.digits is None else 10.0 ** (1 - answer.digits)
    if close(given, truth, tolerance):
        return None
    simple = not given.any() or simple_number(given) is not None
    flat = simple and not answer.names and not _constant(truth)
    short = len(below(answer.graph, answer.node)) <= PLAIN
    plain = short or (_is_one_power(problem, given) and not _is_one_power(problem, truth))
    return Look(problem, answer, given, truth, value, tolerance, flat, plain)


def _is_one_power(problem: Problem, values: Values) -> bool:
    """Whether values are a simple number times a power of the variable."""
    x, good = problem.value(problem.variable), np.isfinite(values)
    with np.errstate(all="ignore"):
        tried = (simple_number(values[good] / x[good] ** power) for power in FEW) if good.any() else ()
        return any(number is not None for number in tried)


def _values(problem: Problem, answer: Answer) -> Values | None:
    """The answer at the problem's points; None where it has no value there that could be compared."""
    known = dict(problem.known)
    try:
        with np.errstate(all="ignore"):
            evaluated(answer.graph, [answer.node], known)
    except (TypeError, ValueError, OverflowError):
        return None
    given = np.broadcast_to(known[answer.node], (problem.count,))
    return given if given.dtype.kind in "fc" and np.isfinite(given).any() else None


def _constant(values: Values) -> bool:
    return bool(np.abs(values - values[0]).max() <= 1e-12 * (1 + np.abs(values[0])))


def _one(look: Look) -> Iterator[Theory]:
    problem, answer, given, tolerance = look.problem, look.answer, look.given, look.tolerance
    if problem.question.zero is not None:
        yield from implicit_theories(problem, answer, given, tolerance)
        return
    again = ((problem.output, "left standing"),)
    for match in matches(problem.singles, given, look.truth, look.value, tolerance=tolerance):
        theory = theory_of(problem, match, answer.node)
        if problem.question.order == 1 or theory.key != again:  # else it is told as a differentiation that is missing
            yield theory
    yield from other_theories(problem, answer, given, tolerance)
    if answer.fixed:
        return
    yield from rewriting_theories(problem, answer, given, tolerance)
    if not look.flat:  # many a first derivative leads to a number
        yield from carried_theories(problem, answer, given, tolerance)
    yield from arithmetic_theories(problem, answer.node, given)


def _two(look: Look) -> Iterator[Theory]:
    problem, answer = look.problem, look.answer
    if problem.question.order > 1 or answer.fixed or problem.question.zero is not None:
        return
    for match in matches(problem.pairs, look.given, look.truth, look.value, tolerance=look.tolerance, wholes=False):
        yield theory_of(problem, match, answer.node)


def _ranked(theories: Iterable[Theory], look: Look) -> list[Theory]:
    """The best of each kind, likelier than the bar, singles before pairs; pairs only where there is no single."""
    best: dict[tuple[object, ...], Theory] = {}
    for theory in theories:
        bar = look.bar(theory.count)
        if theory.score < bar or (look.flat and not theory.likely):
            continue
        known = best.get(theory.key)
        if known is None or (theory.count, -theory.score) < (known.count, -known.score):
            best[theory.key] = theory
    alone = {name for key in best if len(key) == 1 and isinstance(key[0], tuple) for name in key[0][1:]}
    for key in [key for key in best if key[0] == "everywhere" and key[1:] and key[1] in alone]:
        del best[key]  # the others of its places make no difference: the one that does is enough
    ranked = sorted(best.values(), key=_rank)
    fewest = [one for one in ranked if one.count == ranked[0].count]
    return sorted(merged(fewest, look.problem.graph), key=_rank)


def _rank(theory: Theory) -> tuple[int, float, str]:
    return theory.count, -theory.score, str(theory.key)


def _alike(one: Finding, other: Finding) -> bool:
    """Whether two findings say the same of the same place."""
    if one.explanation == other.explanation:
        return True
    return one.node is not None and one.node == other.node and one.yours is not None and one.yours == other.yours


def _told(ranked: list[Theory], answer: Answer, tolerance: float) -> tuple[Finding, ...]:
    """The theories that hold exactly, as findings; the first one lists the others."""
    findings: list[Finding] = []
    best = 0.0
    for theory in ranked[:MOST_TRIED]:
        if findings and theory.score < best - MARGIN:
            break
        builder = Folder(answer.graph.copy())
        left, right = theory.sides(builder)
        exact = answer.digits is None and not answer.fixed and not findings
        if same(builder.graph, left, right, answer.fixed, max(TOLERANCE, tolerance)) and (
            not exact or exactly_same(builder.graph, left, right)
        ):
            told = theory.tell()
            if not any(_alike(told, other) for other in findings):
                findings.append(told)
                best = max(best, theory.score) if len(findings) > 1 else theory.score
        if len(findings) == MOST_TOLD:
            break
    if len(findings) > 1:
        findings[0] = replace(findings[0], also=tuple(other.explanation for other in findings[1:]))
    return tuple(findings)
