"""Products, transposes and powers: what hangs on shapes, checked against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.errors import ShapeError
from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse

RNG = np.random.default_rng(7)
POINT = {
    "A": RNG.normal(size=(3, 3)),
    "W": RNG.normal(size=(2, 3)),
    "x": RNG.normal(size=3),
    "u": RNG.normal(size=3),
    "v": RNG.normal(size=2),
    "s": 1.5,
}
A, W, x, u, v, s = POINT.values()


PRODUCTS = {
    "W x": W @ x,
    "W @ x": W @ x,
    "2 W x": 2 * W @ x,
    "s W": s * W,
    "s x": s * x,
    "A A": A @ A,
    "A * A": A * A,
    "x.T @ u": x @ u,
    "x' u": x @ u,
    "x^T u": x @ u,
    "u @ x.T": np.outer(u, x),
    "v x'": np.outer(v, x),
    "x.T @ A": (x @ A)[None, :],
    "x.T @ A @ u": x @ A @ u,
    "x' A u": x @ A @ u,
    "2 x' A u": 2 * x @ A @ u,
    "(s*x' - 3*u') A x": (s * x - 3 * u) @ A @ x,
    "-x' u": -(x @ u),
    "(x' A)'": x @ A,
    "(x')'": x,
    "x'": x[None, :],
    "x' + A": x[None, :] + A,
    "sum(x')": x.sum(),
    "A^-1": np.linalg.inv(A),
    "A^-1 x": np.linalg.solve(A, x),
    "W^T": W.T,
    "W' v": W.T @ v,
    "A^2": A**2,
    "A^0": A**0,
    "x^2": x**2,
    "x^-1": 1 / x,
    "s^-1": 1 / s,
    "||x||^2": x @ x,
    "||W||^2": (W**2).sum(),
    "||x||**2 + ||u||": x @ x + np.linalg.norm(u),
    "||x||^3": np.linalg.norm(x) ** 3,
    "||s||^2 + ||s||": s**2 + abs(s),
    "||W x||^2": (W @ x) @ (W @ x),
}


@pytest.mark.parametrize("text", PRODUCTS)
def test_products_are_those_that_a_person_means(text):
    expected = PRODUCTS[text]
    made = build(parse(f"f = {text}", known=tuple(POINT)), values={k: a for k, a in POINT.items() if used(k, text)})
    made.graph.verify()
    (found,) = evaluate(made.graph, made.values, [made.output])
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def used(name: str, text: str) -> bool:
    return name in text.replace("sum", "")


def ops(text: str) -> list[str]:
    made = build(parse(text))
    return [node.op.name for node in made.graph if node.op.name not in ("input", "constant")]


def test_rows_are_told_by_their_operations():
    assert ops("x : 3; u : 3; f = x' u") == ["dot"]
    assert ops("x : 3; u : 3; f = u x'") == ["outer"]
    assert ops("x : 3; A : 3x3; f = x' A x") == ["matmul", "dot"]
    assert ops("x : 3; f = x'") == ["transpose"]
    assert ops("x : 3; f = (x')'") == []


def test_a_named_row_stays_a_row():
    assert ops("x : 3; A : 3x3; r = x'; f = r A x") == ["matmul", "dot"]
    assert ops("x : 3; A : 3x3; r = x' A; f = r x") == ["matmul", "dot"]


def test_squares_of_norms_are_one_operation():
    assert ops("W : 2x3; x : 3; f = ||W @ x||^2") == ["matmul", "squared_norm"]
    assert ops("x : 3; f = norm(x)^2") == ["squared_norm"]
    assert ops("x : 3; f = norm(x, 1)^2") == ["norm", "pow"]
    assert ops("x : 3; n = ||x||; f = n^2") == ["norm", "pow"]


def test_t_is_an_exponent_where_it_is_defined():
    assert ops("A : 2x3; f = A^T") == ["transpose"]
    assert ops("A : 2x3; f = A^T; T = 2") == ["pow"]
    assert ops("f = 2^T") == ["pow"]
    made = build(parse("f = x^T"))
    assert made.inputs == ("x", "T")


def test_powers_of_matrices_are_said():
    (note,) = build(parse("A : 2x2; f = A^2")).notes
    assert note.message == "a matrix to the power 2 is taken entry by entry; write A @ A for the matrix product"
    assert build(parse("A : 2x2; f = A^-1")).notes == ()
    assert build(parse("x : 2; f = x^2")).notes == ()


def test_two_vectors_side_by_side_are_refused():
    with pytest.raises(ShapeError, match="two vectors side by side can mean two things"):
        build(parse("x : 3; u : 3; f = x u"))
