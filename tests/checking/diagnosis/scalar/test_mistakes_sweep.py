"""Every mistake of every row, and every structural one, injected at nodes of random expressions, is found there."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

import numpy as np
import pytest

from gradviz.checking.diagnosis.diagnose import diagnose
from gradviz.checking.diagnosis.mistakes import BY_KIND
from gradviz.checking.diagnosis.scalar.candidates import slips_in
from gradviz.checking.diagnosis.scalar.confirming import same
from gradviz.checking.diagnosis.scalar.numbers import evaluated
from gradviz.checking.diagnosis.scalar.problem import prepared
from gradviz.checking.diagnosis.scalar.replaying import as_nodes
from gradviz.checking.diagnosis.scalar.search import SINGLE_SCORE
from gradviz.checking.diagnosis.scalar.slips import slips_of
from gradviz.checking.diagnosis.tables.chain import CHAIN
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.question import Question
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import Mistake, Op
from gradviz.ops.table import OPS
from tests.checking.diagnosis.scalar.asking import as_answer, as_question, asked, mistaken, places, theories, with_row

ROWS = [(op, mistake) for op in OPS.values() if op.elementwise for mistake in op.mistakes]

EXPRESSIONS = (
    "3*x^4 - 5*x^2 + 7",
    "x^2*cos(4*x)",
    "-exp(-2*x)/(x^2 + 1)",
    "2^(3*x) + x^(2*x)",
    "sqrt(x^2 + 1)*ln(5*x)",
    "y*sin(x)^3 - (x + y)/x",
    "5/x^3 + tan(x/2)",
)

Outcome = Literal["located", "tie", "no difference"]


def outcome(put: Question, answer: Answer, place: int, graph: Graph, node: int) -> Outcome:
    """What becomes of a mistake made at a place: it is told there, or a tie is told, or the answer is right."""
    if same(graph, node, put.target):
        return "no difference"
    told = diagnose(put, answer).findings
    assert told, "a mistake was made and none is told"
    assert told[0].count == 1, "one mistake was made, and two are told"
    if any(finding.node == place for finding in told):
        return "located"
    # What is told gives the same answer: it was compared with it exactly. The mistake itself was found too.
    assert any(place in places(theory) for theory in theories(put, answer) if theory.count == 1)
    return "tie"


def swept(op: Op, mistake: Mistake, seeds: range, links: int) -> Counter[Outcome]:
    """What becomes of a row's mistake, made at nodes of random graphs, by other code than the diagnosis's."""
    found: Counter[Outcome] = Counter()
    for seed in seeds:
        graph, output, place = with_row(op, seed, links)
        put = as_question(graph, output)
        if not prepared(put).count:
            continue
        wrong, node = mistaken(put, place, mistake)
        found[outcome(put, as_answer(put, node, wrong), place, wrong, node)] += 1
    return found


@pytest.mark.parametrize(("op", "mistake"), ROWS, ids=lambda one: one.name)
def test_a_rows_mistake_is_located_or_tied(op: Op, mistake: Mistake) -> None:
    found = swept(op, mistake, range(2), 3)
    assert found["located"] + found["tie"], "it makes no difference at any of the graphs"


@pytest.mark.slow
def test_rows_mistakes_are_hardly_ever_hidden_by_ties() -> None:
    found: Counter[Outcome] = Counter()
    for op, mistake in ROWS:
        found += swept(op, mistake, range(10, 16), 5)
    assert found["located"] >= 0.95 * (found["located"] + found["tie"])


def structural(text: str, every: int) -> Counter[Outcome]:
    """What becomes of the mistakes of structure of an expression, in every reading."""
    put = asked(text)
    problem = prepared(put)
    found: Counter[Outcome] = Counter()
    made = [
        (derivation, slips_in(derivation), i, k)
        for derivation in problem.derivations
        for i, own in enumerate(slips_in(derivation))
        for k, slip in enumerate(own)
        if slip.count == 1 and slip.score + derivation.penalty >= SINGLE_SCORE
    ]
    for derivation, slips, i, k in made[::every]:
        builder = Folder(put.graph.copy())
        node = as_nodes(derivation, slips, {i: k}, builder)[-1].slope.id
        known = dict(problem.known)
        with np.errstate(all="ignore"):
            evaluated(builder.graph, [node], known)
        if not np.isfinite(known[node]).all() or is_number(known[node]):
            continue  # of a number in place of what varies only the likeliest is told
        place, answer = derivation.steps[i].place, as_answer(put, node, builder.graph)
        found[outcome(put, answer, place, builder.graph, node)] += 1
    return found


def is_number(values: np.ndarray[Any, Any]) -> bool:
    return bool(np.ptp(np.abs(values)) < 1e-9)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_structural_mistakes_are_located_or_tied(text: str) -> None:
    found = structural(text, 4)
    assert found["located"] > 15
    assert found["located"] >= 0.8 * (found["located"] + found["tie"])


@pytest.mark.slow
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_all_structural_mistakes_are_located_or_tied(text: str) -> None:
    found = structural(text, 1)
    assert found["located"] >= 0.8 * (found["located"] + found["tie"])


def test_every_structural_mistake_occurs_in_the_sweep() -> None:
    occurring = set()
    for text in EXPRESSIONS:
        for derivation in prepared(asked(text)).derivations:
            for i in range(len(derivation.steps)):
                occurring |= {slip.name for slip in slips_of(derivation, i)}
    implicit = {slip.name for slip in BY_KIND["dependent"]}
    wanted = {slip.name for slips in (*BY_KIND.values(), CHAIN) for slip in slips} - implicit
    assert wanted <= occurring
