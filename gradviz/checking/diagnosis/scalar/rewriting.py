"""Slips of algebra as explanations: on the function before it was differentiated, or on the right derivative."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import numpy as np

from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.diagnosis.scalar.algebra import Turn, as_turned, below, turned, turns
from gradviz.checking.diagnosis.scalar.matching import close
from gradviz.checking.diagnosis.scalar.numbers import Values, evaluated
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.checking.diagnosis.scalar.showing import names_in, tidied
from gradviz.checking.diagnosis.scalar.slips import BASE
from gradviz.checking.diagnosis.scalar.theory import Mark, Theory
from gradviz.checking.reading.answer import Answer
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.folding import Folder
from gradviz.passes.backward import differentiate
from gradviz.passes.raising import expression

MOST_NODES, MOST_BEFORE = 120, 40
AFTER, BEFORE = -0.4, -0.3
"""What it costs a slip of algebra, in comparison with a mistake in a rule."""
READABLE = 40


def rewriting_theories(problem: Problem, answer: Answer, given: Values, tolerance: float) -> Iterator[Theory]:
    """Slips of algebra that give the answer."""
    truth = problem.value(problem.truth)
    good = np.isfinite(given) & np.isfinite(truth)
    for table, tell in ((after(problem), _after), (before(problem), _before)):
        for turn, values in table:
            if close(values[good], given[good], tolerance) and not close(values[good], truth[good]):
                yield tell(problem, turn, answer.node)


def after(problem: Problem) -> list[tuple[Turn, Values]]:
    """The derivative after each slip; made once."""
    if problem.after is None:
        nodes = below(problem.graph, problem.truth)
        if len(nodes) > MOST_NODES:
            problem.after = []
        else:
            made = turns(problem.graph, nodes)
            rows = turned(problem.graph, problem.truth, made, problem.known, problem.count)
            problem.after = list(zip(made, rows, strict=True))
    return problem.after


def before(problem: Problem) -> list[tuple[Turn, Values]]:
    """The derivative of the function after each slip; made once."""
    if problem.before is None:
        problem.before = []
        nodes = below(problem.graph, problem.output)
        made = turns(problem.graph, nodes) if len(nodes) <= MOST_NODES else []
        for turn in made[:MOST_BEFORE]:
            builder = Folder(problem.graph.copy())
            node = _derived(builder, problem, turn)
            known = dict(problem.known)
            with np.errstate(all="ignore"):
                evaluated(builder.graph, [node], known)
            problem.before.append((turn, np.broadcast_to(known[node], (problem.count,))))
    return problem.before


def _derived(builder: Folder, problem: Problem, turn: Turn) -> int:
    """The derivative of the function after a slip, as a node of the builder's graph."""
    wrong = as_turned(builder, problem.output, turn)
    made = differentiate(builder.graph, wrong, wrt=[problem.variable])
    builder.graph = made.graph
    found = made.gradients.get(problem.variable)
    return made.graph.constant(0).id if found is None else found


def _after(problem: Problem, turn: Turn, answer: int) -> Theory:
    def sides(builder: Folder) -> tuple[int, int]:
        return as_turned(builder, problem.truth, turn), answer

    score = log(turn.prior) - BASE + AFTER
    return Theory(
        1,
        score,
        ("after", turn.node, turn.name, turn.says),
        sides,
        lambda: _finding(problem, turn, score, "A slip of algebra after the right rule", None),
        False,
    )


def _before(problem: Problem, turn: Turn, answer: int) -> Theory:
    def sides(builder: Folder) -> tuple[int, int]:
        return _derived(builder, problem, turn), answer

    score = log(turn.prior) - BASE + BEFORE
    return Theory(
        1,
        score,
        ("before", turn.node, turn.name, turn.says),
        sides,
        lambda: _finding(problem, turn, score, "A slip of algebra before differentiating", turn.node),
        False,
        (Mark(turn.node, turn.name, "algebra"),),
    )


def _finding(problem: Problem, turn: Turn, score: float, when: str, node: int | None) -> Finding:
    names = names_in(problem.graph, problem.question.built.output)
    builder = Folder(problem.graph.copy())
    wrong = as_turned(builder, turn.node, turn)
    decimals = "." in problem.question.built.program.source.text
    trees = (expression(builder.graph, i, names, READABLE) for i in (wrong, turn.node))
    yours, right = (None if tree is None else tidied(tree, decimals) for tree in trees)
    place = f"in {unicode_of(right)}" if right is not None else ""
    inside = node if node is not None and node < len(problem.question.built.graph) else None
    return Finding(
        turn.name, inside, f"{when}: {place}{', ' if place else ''}{turn.says}.", score=score, yours=yours, right=right
    )
