"""One slip in the right formula: found where no step of the sweep explains the answer, and only there."""

from __future__ import annotations

import pytest

from gradviz.checking.diagnosis.arrays import diagnose_arrays
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.judging import judge
from gradviz.checking.reading.answer import read_answer
from gradviz.checking.reading.question import question
from gradviz.graph.build import build
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode
from tests.checking.diagnosis.arrays.foreign import asked, foreign

NET = "H = relu(X @ W1)\nf = ||H @ W2 - Y||^2\nX : 4x3\nW1 : 3x5\nW2 : 5x2\nY : 4x2"
CROSS = "p = sigmoid(X @ w)\nL = -mean(t*log(p) + (1 - t)*log(1 - p))\nX : 4x3\nw : 3\nt : 4"
RIDGE = "lam\nL = ||X @ w - y||^2 + lam*||w||^2\nX : 4x3\nw : 3\ny : 4"
SPREAD = "f = mean((x - mean(x))^2)\nx : 5"

EDITS = [
    (NET, "W2", "2*(X @ W1).T @ (H @ W2 - Y)", "activation forgotten", "X W₁ was taken for H"),
    (NET, "W2", "2*X.T @ (H @ W2 - Y)", "wrong input of the layer", "X was taken for H"),
    (NET, "W2", "2*H.T @ (H @ W2 + Y)", "sign slipped", "the sign of Y is wrong"),
    (NET, "W2", "2*H.T @ (H @ W2)", "term dropped", "the term Y is missing"),
    (CROSS, "w", "X.T @ (X @ w - t)/4", "activation forgotten", "X w was taken for p"),
    (CROSS, "w", "X.T @ p/4", "term dropped", "the term t is missing"),
    (RIDGE, "w", "2*X.T @ (X @ w - y) + 2*lam", "factor lost", "the factor w is missing"),
    (RIDGE, "w", "2*X.T @ (X @ w + y) + 2*lam*w", "sign slipped", "the sign of y is wrong"),
    (SPREAD, "x", "2*(x + mean(x))/5", "sign slipped", "the sign of mean(x) is wrong"),
    ("f = ||x||\nx : 4", "x", "1/||x||", "factor lost", "the factor x above is missing"),
    ("f = x.T @ A @ x\nA : 3x3\nx : 3", "x", "(A - A.T) @ x", "sign slipped", "the sign of"),
    ("f = sum(A*(u @ v.T))\nA : 3x4\nu : 3\nv : 4", "u", "sum(A, axis=1)", "factor lost", "the product with v belongs"),
]


def diagnosed(source: str, wrt: str, answer: str) -> Diagnosis:
    made = question(build(parse(source)), wrt)
    return diagnose_arrays(made, read_answer(made, answer))


@pytest.mark.parametrize(("source", "wrt", "answer", "name", "says"), EDITS, ids=[f"{k[3]}-{k[2]}" for k in EDITS])
def test_a_slip_in_the_formula_is_named(source: str, wrt: str, answer: str, name: str, says: str) -> None:
    found = diagnosed(source, wrt, answer)
    assert found.findings, found.offset
    assert found.findings[0].name == name
    assert says in found.findings[0].explanation
    assert found.findings[0].count == 1
    assert "sum_to" not in found.findings[0].explanation


def test_the_whole_formula_is_shown_as_it_is_and_as_it_should_be() -> None:
    best = diagnosed(RIDGE, "w", "2*X.T @ (X @ w - y) + 2*lam").findings[0]
    assert best.yours is not None
    assert best.right is not None
    assert (to_unicode(best.yours), to_unicode(best.right)) == (
        "2·(Xᵀ @ (X @ w − y) + lam)",
        "2·(Xᵀ @ (X @ w − y) + lam·w)",
    )


PARTS = 12


@pytest.mark.parametrize("part", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, PARTS))])
def test_an_answer_to_another_question_is_not_explained(part: int) -> None:
    pairs = foreign()[part::PARTS]
    explained = []
    for source, wrt, answer in pairs:
        made = question(build(parse(source)), wrt)
        judged = judge(made, answer)
        assert judged.decision.verdict == "wrong"
        explained += [(source, answer, one.explanation) for one in judged.diagnosis.findings]
    assert len(pairs) > 100 // PARTS
    assert not explained


def test_each_foreign_question_can_be_read() -> None:
    made = build(parse(asked("f = sum(X @ w)", "w")))
    assert set(made.inputs) == {"X", "A", "B", "w", "x", "b", "y", "c"}


SIGMA = "f = sum(1/(1 + exp(-z)))\nz : 3"
SOFT = "e = exp(z)\np = e/sum(e)\nL = -sum(t*log(p))\nz : 3\nt : 3"

GATES = [
    (SIGMA, "z", "1/(1 + exp(-z))", "1 − σ lost", "At σ(z): "),
    (SOFT, "z", "-(t/p)*p*(1 - p)", "diagonal only", "At p = softmax(z): "),
]


@pytest.mark.parametrize(("source", "wrt", "answer", "name", "says"), GATES, ids=["sigmoid", "softmax"])
def test_a_written_out_gate_has_one_mistake(source: str, wrt: str, answer: str, name: str, says: str) -> None:
    found = diagnosed(source, wrt, answer).findings
    assert found[0].name == name
    assert found[0].count == 1
    assert found[0].explanation.startswith(says)


def test_a_tie_that_only_a_choice_of_sizes_makes_is_ruled_out() -> None:
    source = "s = W @ x\nL = sum(s^2)\nW : m x n\nx : n"
    found = diagnosed(source, "W", "s @ x.T").findings
    assert [one.name for one in found] == ["factor 2 lost"]
    assert found[0].also == ()


def test_a_lost_size_is_called_by_its_letter() -> None:
    found = diagnosed("S = X @ W\nL = mean(S^2)\nX : N x D\nW : D x C", "W", "X.T @ (2*S/N)").findings
    assert "a factor 1/C is lost, with C = " in found[0].explanation


def test_the_function_itself_is_recognised_where_its_jacobian_is_asked() -> None:
    found = diagnosed("f = A @ x\nA : 2x3\nx : 3", "x", "A @ x").findings
    assert [one.explanation for one in found] == ["That is f itself, not differentiated."]


def test_a_factor_that_stands_for_nothing_is_told_as_an_offset() -> None:
    found = diagnosed("f = ||x||^2\nx : 4", "x", "7*x/5")
    assert found == Diagnosis((), "it is 7/10 times what it should be")
