"""Second derivatives: a mistake in the first differentiation, carried through the second, or made there again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.diagnosis.scalar.candidates import Candidates, linearised
from gradviz.checking.diagnosis.scalar.explaining import marks_of, sentence, told
from gradviz.checking.diagnosis.scalar.matching import Match, matches
from gradviz.checking.diagnosis.scalar.numbers import Values
from gradviz.checking.diagnosis.scalar.problem import Problem, stage
from gradviz.checking.diagnosis.scalar.replaying import as_nodes
from gradviz.checking.diagnosis.scalar.theory import Theory
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.graft import graft
from gradviz.graph.folding import Folder

TRIED = 48
"""How many mistakes in the first differentiation are carried on, the likeliest first."""
TWICE = -0.4
"""What it costs a misconception to be made in both differentiations."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A mistake in the first differentiation, and the second one of what it gives."""

    first: Problem
    match: Match
    second: Problem
    then: Candidates


def carried_theories(problem: Problem, answer: Answer, given: Values, tolerance: float) -> Iterator[Theory]:
    """Mistakes in the first of two differentiations that explain an answer."""
    question = problem.question
    if question.order != 2 or question.zero is not None or answer.fixed:
        return
    truth = problem.value(problem.truth)
    for carried in _all(problem):
        value = carried.second.value(carried.second.output)
        for match in _hits([carried.then], given, truth, value, tolerance):
            yield _theory(problem, answer, carried, match)


def _hits(tried: list[Candidates], given: Values, truth: Values, value: Values, tolerance: float) -> Iterator[Match]:
    """Matches in the second differentiation; none at all counts as one too."""
    for match in matches(tried, given, truth, value, tolerance=tolerance, wholes=False):
        if match.count <= 1:
            yield match


def _all(problem: Problem) -> list[Carried]:
    if problem.carried is None:
        problem.carried = list(_carried(problem))
    return list(problem.carried)


def _carried(problem: Problem) -> Iterator[Carried]:
    """The likeliest mistakes in the first differentiation, each differentiated on; at the same points."""
    question = problem.question
    back = question.passes[0]
    by = question.graph.names[question.wrt[0]]
    first = stage(question, problem.graph, back.output, by, question.passes[1].output)
    found = first.singles[0]
    rows = [row for row in range(len(found.plans)) if found.counts[row] == 1 and not _is_whole(found, row)]
    rows.sort(key=lambda row: -found.scores[row])
    for row in rows[:TRIED]:
        builder = Folder(problem.graph.copy())
        node = as_nodes(found.derivation, found.slips, dict(found.plans[row]), builder)[-1].slope.id
        if node == first.truth:
            continue
        second = stage(question, builder.graph, node, problem.variable, problem.truth, known=problem.known)
        then = linearised(second.derivations[0], second.numbers, second.count)
        yield Carried(first, Match(found, row, None, 1, float(found.scores[row])), second, then)


def _is_whole(found: Candidates, row: int) -> bool:
    """Whether the first differentiation was not done at all, which is told as one that is missing."""
    i, k = found.plans[row][0]
    return i == len(found.derivation.steps) - 1 and found.slips[i][k].name == "left standing"


def _theory(problem: Problem, answer: Answer, carried: Carried, again: Match) -> Theory:
    name = _name(carried.match)
    second = carried.second
    if not again.count:
        count, score = 1, carried.match.score
    elif _name(again) == name:
        count, score = 1, carried.match.score + TWICE
    else:
        count, score = 2, carried.match.score + again.score

    def sides(builder: Folder) -> tuple[int, int]:
        copy = second.graph.copy()
        inputs = {node: i for node, i in copy.inputs.items()}
        claimed = graft(copy, answer.graph, [answer.node], inputs)[0]
        builder.graph = copy
        plan = dict(again.candidates.plans[again.row])
        made = as_nodes(again.candidates.derivation, again.candidates.slips, plan, Folder(copy))[-1].slope
        return made.id, claimed

    key = ("first", *carried.match.candidates.plans[carried.match.row], *again.candidates.plans[again.row])
    marks = marks_of(carried.match, "first")
    if again.count:
        marks = tuple(replace(mark, stage="both") for mark in marks) if count == 1 else ()
    return Theory(count, score, key, sides, lambda: _told(carried, again, count, score), marks=marks)


def _name(match: Match) -> str:
    plan = match.candidates.plans[match.row]
    return match.candidates.slips[plan[0][0]][plan[0][1]].name if plan else ""


def _told(carried: Carried, again: Match, count: int, score: float) -> Finding:
    first = told(carried.first, carried.match)
    fact = first.explanation.rstrip(".")
    if not again.count:
        return replace(first, explanation=f"In the first derivative, {_small(fact)}. The second follows from it.")
    if count == 1:
        return replace(first, explanation=f"The same mistake in both differentiations, {_small(fact)}.", score=score)
    then = told(carried.second, again).explanation.rstrip(".")
    both = [f"in the first derivative, {_small(fact)}", f"in the second, {_small(then)}"]
    return replace(
        first, name=f"{_name(carried.match)} and {_name(again)}", explanation=sentence(both, 2), count=2, score=score
    )


def _small(fact: str) -> str:
    return fact[:1].lower() + fact[1:] if fact.startswith(("At ", "The ", "This ", "In ")) else fact
