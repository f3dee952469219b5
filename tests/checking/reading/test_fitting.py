"""The shape of an answer against that of the derivative."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.checking.reading.answer import Answer, claim_of, read_answer
from gradviz.checking.reading.question import question
from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse


def read(text: str, wrt: str, answer: str, order: int = 1, upstream: object = None) -> Answer:
    return read_answer(question(build(parse(text)), wrt, order, upstream), answer)


FITS = [
    # problem, by, answer, the value at x = 1, 2, 3, … it must have, part of the note
    ("x : 3; y = sin(x)", "x", "cos(x)", lambda x: np.diag(np.cos(x)), "diagonal of the Jacobian"),
    ("x : 3; y = 2*x", "x", "2", lambda x: 2 * np.eye(3), "on the diagonal"),
    ("x : 2x2; y = x^2", "x", "2*x", lambda x: (np.eye(4) * 2 * x.ravel()).reshape(2, 2, 2, 2), "diagonal"),
    ("x : 3; f = sum(x)", "x", "1", lambda x: np.ones(3), "every entry of a vector of 3"),
    ("x : 2x2; f = sum(x)", "x", "1", lambda x: np.ones((2, 2)), "every entry of a 2×2 array"),
    ("x : 3; f = ||x||^2", "x", "2*x.T", lambda x: 2 * x, "taken for a vector of 3"),
    ("x : 3x1; f = ||x||^2", "x", "2*x[:,0]", lambda x: 2 * x, "taken for a 3×1 array"),
    ("x : 2; y = x[0]*x", "x", "[[2*x[0], 0], [x[1], x[0]]]", lambda x: np.array([[2, 0], [2, 1]]), ""),
    (
        "x : 2x2; y = sum(x, axis=0)",
        "x",
        "[[1,0,1,0],[0,1,0,1]]",
        lambda x: np.eye(2)[:, None, :] * np.ones((1, 2, 1)),
        "row by row",
    ),
]


@pytest.mark.parametrize(("text", "wrt", "answer", "wanted", "note"), FITS)
def test_what_is_taken_to_fit(text: str, wrt: str, answer: str, wanted, note: str) -> None:  # type: ignore[no-untyped-def]
    found = read(text, wrt, answer)
    assert found.misfit == ""
    x = np.arange(1.0, 1 + np.prod(found.graph[wrt].shape)).reshape(found.graph[wrt].shape)
    value = evaluate(found.graph, {wrt: x}, [found.node])[0]
    assert np.allclose(value, wanted(x))
    assert np.shape(value) == np.shape(wanted(x))
    assert note in " ".join(found.notes)
    assert note or not found.notes


MISFITS = [
    ("W : 2x3; x : 3; f = ||W@x||^2", "W", "2*x@(W@x).T", "its transpose would fit"),
    ("W : 2x3; x : 3; q = W@x", "x", "W.T", "the other way round"),
    ("x : 3; y = softmax(x)", "x", "y*(1-y)", "its diagonal is not enough"),
    ("W : 2x3; x : 3; f = ||W@x||^2", "x", "W", "a gradient has the shape of its input"),
    ("W : 2x3; x : 3; q = W@x", "x", "[1, 2, 3, 4]", "its first axes are the output's"),
    ("f = x^2", "x", "[2*x, 1]", "The answer is a vector of 2, and ∂f/∂x is a number"),
    ("W : 2x3; x : 3; f = ||W@x||^2", "x", "2*W@(W@x)", "The answer has no value: 2×3 @ 2"),
    ("x : 3; f = ||x||^2", "x", "x + [1, 2]", "The answer has no value"),
]


@pytest.mark.parametrize(("text", "wrt", "answer", "says"), MISFITS)
def test_what_does_not_fit_says_why(text: str, wrt: str, answer: str, says: str) -> None:
    found = read(text, wrt, answer)
    assert says in found.misfit
    assert found.misfit.endswith(".")


def test_a_square_transpose_is_no_misfit() -> None:
    """Both layouts have one shape then: it is decided like any other answer."""
    assert read("W : 2x2; x : 2; q = W@x", "x", "W.T").misfit == ""


def test_an_upstream_makes_it_a_gradient() -> None:
    found = read("W : 2x3; x : 3; q = W@x", "x", "W.T@[1, 2]", upstream=[1, 2])
    assert found.misfit == ""
    assert found.graph.nodes[found.node].shape == (3,)


def test_a_hessian_fits_itself() -> None:
    assert read("x : 3; f = ||x||^2", "x", "2*eye(3)", order=2).misfit == ""
    assert "vector of 3" in read("x : 3; f = sum(x^3)", "x", "6*x", order=2).misfit


@pytest.mark.parametrize("answer", ["1 - y^2", "sech(x)^2", "1/cosh(x)^2"])
def test_a_diagonal_is_compared_as_a_vector(answer: str) -> None:
    asked = question(build(parse("x : 40; y = tanh(x)")), "x")
    claim = claim_of(asked, read_answer(asked, answer))
    assert claim.graph.nodes[claim.truth].shape == claim.graph.nodes[claim.answer].shape == (40,)
    values = evaluate(claim.graph, {"x": np.linspace(-2, 2, 40)}, [claim.truth, claim.answer])
    assert np.allclose(*values)
    claim.graph.verify()
