"""Replaying many mistakes at once gives what each gives alone, and the linear way gives the same."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.checking.diagnosis.scalar.batch import replay
from gradviz.checking.diagnosis.scalar.candidates import pairs, singles, slips_in
from gradviz.checking.diagnosis.scalar.linear import linear
from gradviz.checking.diagnosis.scalar.numbers import evaluated
from gradviz.checking.diagnosis.scalar.points import COUNT
from gradviz.checking.diagnosis.scalar.problem import prepared
from gradviz.checking.diagnosis.scalar.replaying import as_nodes
from gradviz.graph.folding import Folder
from tests.checking.diagnosis.scalar.asking import asked

TEXTS = (
    "x^2*cos(4*x)",
    "-exp(-2*x)/(x^2 + 1)",
    "q = x^2 + 3*x; f = q*sin(q) + q/x",
    "y*sqrt(x^2 + 1) - 2^(x*y)",
    "max(x, 1)*|x - 2|",
)


@pytest.mark.parametrize("text", TEXTS)
def test_every_reading_gives_the_right_derivative(text: str) -> None:
    problem = prepared(asked(text))
    assert problem.count == COUNT
    for derivation in problem.derivations:
        last = replay(derivation, [()] * len(derivation.steps), [], problem.numbers, problem.count)
        assert np.allclose(last.slope, problem.value(problem.truth), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("text", TEXTS)
def test_rows_are_what_each_plan_gives_in_a_graph(text: str) -> None:
    put = asked(text)
    problem = prepared(put)
    for derivation in problem.derivations:
        one, two = (
            singles(derivation, problem.numbers, problem.count),
            pairs(derivation, problem.numbers, problem.count),
        )
        assert two is not None
        for found, every in ((one, 7), (two, 211)):
            for row in range(0, len(found.plans), every):
                builder = Folder(put.graph.copy())
                node = as_nodes(derivation, found.slips, dict(found.plans[row]), builder)[-1].slope.id
                known = dict(problem.known)
                with np.errstate(all="ignore"):
                    evaluated(builder.graph, [node], known)
                alone = np.broadcast_to(known[node], (problem.count,))
                good = np.isfinite(alone) & np.isfinite(found.slopes[row])
                assert np.allclose(alone[good], found.slopes[row][good], rtol=1e-8, atol=1e-10), found.plans[row]


@pytest.mark.parametrize("text", TEXTS)
def test_the_linear_way_gives_the_same_for_single_mistakes(text: str) -> None:
    problem = prepared(asked(text))
    derivation = problem.derivations[0]
    slips = slips_in(derivation)
    plans, slopes = linear(derivation, slips, problem.numbers, problem.count)
    last = replay(derivation, slips, plans, problem.numbers, problem.count)
    exact = last.slopes_at(np.arange(len(plans)))
    # Only where all that follows is linear in the slopes, which it is by the right rules.
    good = np.isfinite(exact) & np.isfinite(slopes)
    assert good.mean() > 0.9
    assert np.allclose(exact[good], slopes[good], rtol=1e-7, atol=1e-9)
