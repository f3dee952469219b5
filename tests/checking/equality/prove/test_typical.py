"""Arrays by a typical entry: the same proof at any size, and none where entries differ."""

from __future__ import annotations

import pytest

from gradviz.checking.equality.offkinks import off_kinks
from gradviz.checking.equality.prove import prove_by_structure
from gradviz.checking.equality.prove.cases import by_typical_entries
from tests.checking.equality.claims import claim, decided

SIZES = [2, 50, 2000]
EQUAL = [
    ("x : {n}; f = logsumexp(x)", "softmax(x)", "x"),
    ("x : {n}; f = norm(x)", "x/sqrt(sum(x^2))", "x"),
    ("x : {n}; y : {n}; f = mean((x - y)^2)", "2/{n}*(x - y)", "x"),
    ("x : {n}; f = sum(relu(x))", "x > 0", "x"),
    ("W : 3x{n}; x : {n}; f = ||W@x||^2", "2*W.T@W@x", "x"),
    ("W : 3x{n}; x : {n}; f = ||W@x||^2", "2*(W.T@W)@x", "x"),
    ("W : 3x{n}; x : {n}; b : 3; f = sum(tanh(W@x + b))", "outer(1 - tanh(W@x + b)^2, x)", "W"),
    ("A : {n}x{n}; x : {n}; f = x.T@A@x", "(A + A.T)@x", "x"),
    ("S : {n}x{n} symmetric; x : {n}; f = x.T@S@x", "2*S@x", "x"),
    ("p : {n} stochastic; f = sum(p*log(p))", "log(p) + sum(p)", "p"),
    ("X : 4x{n}; Y : 4x{n}; f = -sum(Y*log_softmax(X))", "softmax(X)*sum(Y, 1, keepdims=True) - Y", "X"),
    ("Z : 4x{n}; y : 4; f = cross_entropy(Z, y)", "(softmax(Z) - one_hot(y, {n}))/4", "Z"),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("problem", "answer", "wrt"), EQUAL)
def test_one_entry_proves_all(problem: str, answer: str, wrt: str, size: int) -> None:
    made = claim(problem.format(n=size), answer.format(n=size), wrt)
    assert by_typical_entries(made) is not None


DIFFERENT = [
    ("x : 5; f = logsumexp(x)", "softmax(-x)", "x"),
    ("x : 5; f = sum(x)^2", "2*x", "x"),
    ("x : 5; f = sum(abs(x))", "abs(sum(x))/sum(x)", "x"),
    ("x : 5; f = abs(sum(x))", "sum(abs(x))/sum(x)", "x"),
    ("x : 5; f = sum(relu(x))^2", "2*relu(sum(x))*(x > 0)", "x"),
    ("x : 5; f = sum(x^2)", "2*x*sum(x)/sum(x*1.0001)", "x"),
    ("A : 5x5; x : 5; f = x.T@A@x", "2*A@x", "x"),
    ("A : 5x5; x : 5; f = x.T@A@x", "2*A.T@x", "x"),
    ("W : 5x5; x : 5; f = ||W@x||^2", "2*W@W@x", "x"),
    ("W : 5x5; x : 5; f = ||W@x||^2", "2*W@W.T@x", "x"),
    ("X : 4x4; f = sum(log_softmax(X))", "1 - 4*softmax(X).T", "X"),
    ("X : 4x4; f = sum(X^2)", "2*X.T", "X"),
    ("x : 5; y : 5; f = sum(x)*sum(y)", "sum(x*y)/x", "x"),
    ("x : 5; f = sum(exp(x))", "exp(sum(x))", "x"),
    ("p : 5; f = sum(p*log(p))", "log(p) + sum(p)", "p"),
    ("x : 5; f = sum(x)", "x/x[0]", "x"),
    ("x : 5; f = sum(x)", "[1, 1, 1, 1, 2]*1", "x"),
]


@pytest.mark.parametrize(("problem", "answer", "wrt"), DIFFERENT)
def test_what_differs_is_not_proved(problem: str, answer: str, wrt: str) -> None:
    made = claim(problem, answer, wrt)
    assert by_typical_entries(made) is None
    smooth = off_kinks(made)
    assert smooth is None or by_typical_entries(smooth) is None


def test_kinks_are_left_out_entry_by_entry() -> None:
    assert decided("x : 30; f = sum(relu(x))", "(1 + sign(x))/2").verdict == "right"


def test_large_arrays_are_proved_by_structure_where_all_is_defined() -> None:
    assert decided("x : 1000000; f = sum(x^2)", "2x").verdict == "right"
    assert decided("W : 1000x1000; x : 1000; f = ||W@x||^2", "2*(W@x)@x.T", "W").verdict == "right"
    assert decided("x : 1000000; f = sum(x^2)", "3x").verdict == "not decided"
    assert prove_by_structure(claim("x : 1000000; f = sum(log(x))", "1/x")) is None
