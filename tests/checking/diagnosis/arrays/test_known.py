"""Mistakes that people make in gradients of arrays, each found at its place."""

from __future__ import annotations

import pytest

from gradviz.checking.diagnosis.arrays import diagnose_arrays
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.reading.answer import read_answer
from gradviz.checking.reading.question import question
from gradviz.graph.build import build
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode

SQUARES = "L = mean((X @ w - t)^2)\nX : 4 x 3\nw : 3\nt : 4"
NET = "h = relu(X @ W1 + b1)\nL = sum((h @ W2 - Y)^2)/4 + reg*sum(W2*W2)\nX : 4x3\nW1 : 3x5\nb1 : 5\nW2 : 5x2\nY : 4x2"
FORM = "f = x.T @ A @ x\nA : 3x3\nx : 3"
CLASSES = "L = cross_entropy(X @ W + b, y)\nX : 4x3\nW : 3x2\nb : 2\ny : 4"
NEURONS = "f = sum(tanh(W @ x + b))\nW : 3x2\nb : 3\nx : 2"


def diagnosed(source: str, wrt: str, answer: str, order: int = 1) -> Diagnosis:
    asked = question(build(parse(source)), wrt, order)
    return diagnose_arrays(asked, read_answer(asked, answer))


KNOWN = [
    (SQUARES, "w", "2*X.T @ (X @ w - t)", "1/N lost", "N = 4"),
    (SQUARES, "w", "X.T @ (X @ w - t)/4", "factor 2 lost", "(X w − t)²"),
    (SQUARES, "w", "-2*X.T @ (X @ w - t)/4", "overall sign", "throughout"),
    (NET, "W2", "h.T @ (2*(h @ W2 - Y))/4", "regularisation term lost", "W₂"),
    (NET, "W2", "h.T @ (2*(h @ W2 - Y))/4 + reg*W2", "path dropped", "W₂ ∘ W₂"),
    (NET, "b1", "sum((2*(h @ W2 - Y)/4) @ W2.T, axis=0)", "mask forgotten", "ReLU"),
    (NET, "b1", "((2*(h @ W2 - Y)/4) @ W2.T)*(h > 0)", "broadcast not summed", "X W₁ + b₁"),
    (NET, "W1", "((2*(h @ W2 - Y)/4) @ W2.T*(h > 0)).T @ X", "transposed", "5×3"),
    (NET, "b1", "sum((2*(h @ W2 - Y)) @ W2.T*(h > 0), axis=0)", "denominator lost", "/4"),
    (FORM, "x", "A @ x", "path dropped", "xᵀ A x"),
    (FORM, "x", "2*A @ x", "symmetry assumed", "A is symmetric"),
    (FORM, "A", "x", "outer product missing", "xᵀ A"),
    ("s = softmax(z)\nf = dot(s, t)\nz : 3\nt : 3", "z", "t*s*(1 - s)", "diagonal only", "softmax"),
    (CLASSES, "W", "X.T @ softmax(X @ W + b)/4", "label not subtracted", "p − y"),
    (CLASSES, "b", "sum(softmax(X @ W + b) - one_hot(y, 2), axis=0)", "1/N lost", "loss L"),
    (NEURONS, "W", "outer(1 - (W @ x + b)^2, x)", "input for output", "tanh"),
    (NEURONS, "x", "W.T @ ones(3)", "saturating derivative forgotten", "tanh"),
    ("p = softmax(z)\nz : 2", "z", "[[p[0]*(1-p[0]), 0], [0, p[1]*(1-p[1])]]", "diagonal only", "softmax"),
    ("f = sum(A @ B)\nA : 3x3\nB : 3x3", "A", "ones(3, 3) @ B", "transpose missing", "A B"),
    ("f = sum((A @ B)^2)\nA : 3x3\nB : 3x3", "B", "2*(A @ B) @ A.T", "order swapped", "A B"),
    (FORM, "x", "(A + A.T)*2", "factor 2 added", "twice"),
    ("f = sum(a*b)\na : 3\nb : 3", "a", "a", "not swapped", "a"),
    ("h = dense(X, 5, tanh)\nL = mse(h, t)\nX : 4x3\nt : 4x5", "h.W", "2*X.T @ (h - t)/20",
     "saturating derivative forgotten", "In the dense layer h"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wrt", "answer", "name", "says"), KNOWN, ids=[f"{k[3]}-{k[1]}" for k in KNOWN])
def test_the_mistake_is_named_with_its_place(source: str, wrt: str, answer: str, name: str, says: str) -> None:
    found = diagnosed(source, wrt, answer, 2 if answer == "(A + A.T)*2" else 1)
    assert found.findings, found.offset
    assert found.findings[0].name == name
    assert says in found.findings[0].explanation
    assert found.findings[0].count == 1


def test_both_steps_are_shown_as_matrices() -> None:
    best = diagnosed("f = sum((A @ B)^2)\nA : 3x3\nB : 3x3", "A", "2*(A @ B) @ B").findings[0]
    assert best.yours is not None
    assert best.right is not None
    assert (to_unicode(best.yours), to_unicode(best.right)) == ("g @ B", "g @ Bᵀ")


def test_two_mistakes_are_one_way_to_get_the_answer() -> None:
    best = diagnosed(NET, "W1", "X.T @ ((2*(h @ W2 - Y)) @ W2.T)").findings[0]
    assert best.count == 2
    assert best.explanation.startswith("One way to get your answer is two mistakes: ")
    assert "the denominator is lost" in best.explanation
    assert "ReLU" in best.explanation


def test_beside_a_bare_factor_stand_the_two_steps_that_make_it() -> None:
    best = diagnosed(SQUARES, "w", "X.T @ (X @ w - t)").findings[0]
    assert best.name == "factor 2 added"
    assert any("the factor 2 of (x²)′ = 2x" in also and "1/N" in also for also in best.also)


OFFSETS = [
    (NEURONS, "b", "1 - tanh(W @ x + b)^2 + [0, 0, 1]", "right in all entries but 2 (counted from 0)"),
    (NEURONS, "b", "1 - tanh(W @ x + b)^2 + b", "b is added that does not belong there"),
    (NEURONS, "b", "4 - tanh(W @ x + b)^2", "it is 3 too large in every entry"),
    ("f = sum(A @ B)\nA : 2x3\nB : 3x4", "A", "(A @ B).T", "∂f/∂A is a 2×3 matrix, yours is a 4×2 matrix"),
    (FORM, "A", "outer(x, x) + [[0,0,0],[0,0,0],[0,7*x[0],0]]", "right in all entries but (2, 1) (counted from 0)"),
    (FORM, "A", "outer(x, x)*(1 - eye(3)*x[0])", "right but for the diagonal"),
    (FORM, "A", "outer(x, x)*[[1,1,1],[5,7,4],[1,1,1]]", "right in all entries but row 1 (counted from 0)"),
]


@pytest.mark.parametrize(("source", "wrt", "answer", "says"), OFFSETS)
def test_where_nothing_matches_it_is_said_how_it_is_off(source: str, wrt: str, answer: str, says: str) -> None:
    found = diagnosed(source, wrt, answer)
    assert found.findings == ()
    assert found.offset.startswith(says)


def test_an_answer_that_has_nothing_to_do_with_it_is_not_explained() -> None:
    found = diagnosed(NEURONS, "W", "sin(W)*exp(-W^2)")
    assert found == Diagnosis()


def test_the_same_answer_gets_the_same_diagnosis() -> None:
    first = diagnosed(NET, "W2", "h.T @ (2*(h @ W2 - Y))/4")
    assert first == diagnosed(NET, "W2", "h.T @ (2*(h @ W2 - Y))/4")


UNFIT = [
    ("X : 4x3\nw : 3\nt : 4\np = sigmoid(X @ w)\nL = -mean(t*log(p) + (1 - t)*log(1 - p))", "w", "X @ (p - t)/4",
     "transpose missing", "the transpose of X is missing"),
    ("f = ||W @ x||^2\nW : 2x3\nx : 3", "x", "2*W @ (W @ x)", "transpose missing", "the transpose of W is missing"),
    ("f = sum((A @ B)^2)\nA : 2x3\nB : 3x4", "A", "2*B.T @ (A @ B)", "order swapped", "the wrong way round"),
    ("f = sum((A @ B)^2)\nA : 2x3\nB : 3x4", "A", "2*B @ (A @ B)", "order swapped",
     "the factors are the wrong way round, and the transpose of B is missing: 2·(A B) Bᵀ"),
    ("f = ||W @ x||^2\nW : 2x3\nx : 3", "W", "2*x*(W @ x)", "outer product missing",
     "an outer product is needed: 2·(W x) xᵀ"),
    ("f = ||W @ x||^2\nW : 2x3\nx : 3", "W", "2 x.T (W x)", "order swapped", "the wrong way round: 2·(W x) xᵀ"),
    ("f = ||W @ x||^2\nW : 2x3\nx : 3", "x", "2 W.T * (W @ x)", "elementwise product",
     "not an elementwise one: 2·Wᵀ (W x)"),
    ("f = ||W @ x||^2\nW : 2x3\nx : 3", "x", "2 (W x) W.T", "order swapped", "the wrong way round: 2·Wᵀ (W x)"),
    ("f = ||X w - y||^2 / N\nX : N x d\nw : d\ny : N", "w", "2/N * X (X w - y)", "transpose missing",
     "2/N·Xᵀ (X w − y)"),
    ("f = ||X w - y||^2 / N\nX : N x d\nw : d\ny : N", "w", "2/N * X.T (X w - y.T)", "transpose added",
     "yᵀ has a transpose"),
    ("f = A @ x\nA : 2x3\nx : 3", "x", "A.T", "transpose added", "Aᵀ has a transpose too many: A"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wrt", "answer", "name", "says"), UNFIT)
def test_a_product_whose_shapes_do_not_fit_is_repaired(
    source: str, wrt: str, answer: str, name: str, says: str
) -> None:
    best = diagnosed(source, wrt, answer).findings[0]
    assert best.name == name
    assert says in best.explanation


@pytest.mark.parametrize("answer", ["2 (W x) x", "sin(x)*(W x)", "W + x @ W", "3*W @ (W @ x)"])
def test_what_no_change_of_a_product_mends_stays_unexplained(answer: str) -> None:
    assert diagnosed("f = ||W @ x||^2\nW : 2x3\nx : 3", "x", answer).findings == ()
