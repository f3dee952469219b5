"""Every mistake of every row, and every structural one, injected at nodes of random expressions, is found there."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.checking.diagnosis.diagnose import diagnose
from gradviz.checking.diagnosis.mistakes import BY_KIND
from gradviz.checking.diagnosis.scalar.confirming import same
from gradviz.checking.diagnosis.scalar.numbers import evaluated
from gradviz.checking.diagnosis.scalar.problem import prepared
from gradviz.checking.diagnosis.scalar.replaying import as_nodes
from gradviz.checking.diagnosis.scalar.slips import slips_of
from gradviz.checking.diagnosis.tables.chain import CHAIN
from gradviz.graph.folding import Folder
from gradviz.ops.op import Mistake, Op
from gradviz.ops.table import OPS
from tests.checking.diagnosis.scalar.asking import as_answer, as_question, asked, mistaken, places, theories, with_row

ROWS = [(op, mistake) for op in OPS.values() if op.elementwise for mistake in op.mistakes]
SEEDS = range(3)

EXPRESSIONS = (
    "3*x^4 - 5*x^2 + 7",
    "x^2*cos(4*x)",
    "-exp(-2*x)/(x^2 + 1)",
    "2^(3*x) + x^(2*x)",
    "sqrt(x^2 + 1)*ln(5*x)",
    "y*sin(x)^3 - (x + y)/x",
    "5/x^3 + tan(x/2)",
)


@pytest.mark.parametrize(("op", "mistake"), ROWS, ids=lambda one: one.name)
def test_a_rows_mistake_is_found_where_it_was_made(op: Op, mistake: Mistake) -> None:
    told = 0
    for seed in SEEDS:
        graph, output, place = with_row(op, seed)
        put = as_question(graph, output)
        problem = prepared(put)
        if not problem.count:
            continue
        wrong, node = mistaken(put, place, mistake)
        if same(wrong, node, put.target):
            continue  # it makes no difference here: nothing is to be found
        answer = as_answer(put, node, wrong)
        found = [theory for theory in theories(put, answer) if theory.count == 1]
        assert any(place in places(theory) for theory in found), (op.name, mistake.name, seed)
        assert diagnose(put, answer).findings, (op.name, mistake.name, seed)
        told += 1
    assert told, "it makes no difference at any of the graphs"


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_structural_mistakes_are_found_where_they_were_made(text: str) -> None:
    put = asked(text)
    problem = prepared(put)
    seen = 0
    for derivation in problem.derivations:
        slips = tuple(slips_of(derivation, i) for i in range(len(derivation.steps)))
        for i, own in enumerate(slips):
            for k, slip in enumerate(own):
                builder = Folder(put.graph.copy())
                node = as_nodes(derivation, slips, {i: k}, builder)[-1].slope.id
                answer = as_answer(put, node, builder.graph)
                known = dict(problem.known)
                with np.errstate(all="ignore"):
                    evaluated(builder.graph, [node], known)
                if not np.isfinite(known[node]).all() or same(builder.graph, node, put.target):
                    continue
                found = theories(put, answer)
                place = derivation.steps[i].place
                assert any(place in places(theory) for theory in found), (derivation.reading, slip.name)
                seen += 1
    assert seen > 50


def test_every_structural_mistake_occurs_in_the_sweep() -> None:
    occurring = set()
    for text in EXPRESSIONS:
        for derivation in prepared(asked(text)).derivations:
            for i in range(len(derivation.steps)):
                occurring |= {slip.name for slip in slips_of(derivation, i)}
    implicit = {slip.name for slip in BY_KIND["dependent"]}
    wanted = {slip.name for slips in (*BY_KIND.values(), CHAIN) for slip in slips} - implicit
    assert wanted <= occurring
