"""Formulas of the algebra in three notations, and read back."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    diagonal,
    elementwise,
    hadamard,
    identity,
    inverse,
    number,
    ones,
    power,
    product,
    scale,
    subtract,
    symbol,
    trace,
    transpose,
    zero,
)
from gradviz.passes.matrix.checking import value_of
from gradviz.passes.matrix.trial import read
from gradviz.passes.matrix.write import Writer
from gradviz.passes.signs import leading_sign
from gradviz.syntax.show import to_latex, to_text, to_unicode

W, A, X = symbol("W", 2, 3), symbol("A", 3, 3), symbol("X", 2, 3)
x, y, r = symbol("x", 3, 1), symbol("y", 3, 1), symbol("r", 2, 1)
t = symbol("t", 1, 1)
FORMULAS: list[tuple[Matrix, str, str]] = [
    (scale(number(2), product(W, x, transpose(x))), "2 (W x) xᵀ", "2*(W @ x) @ x.T"),
    (scale(number(2), product(transpose(W), W, x)), "2 Wᵀ W x", "2*W.T @ W @ x"),
    (scale(number(Fraction(-1, 2)), product(transpose(W), r)), "−(1/2) Wᵀ r", "-1/2*W.T @ r"),
    (
        scale(number(-1), product(transpose(inverse(A)), transpose(A), transpose(inverse(A)))),
        "−X⁻ᵀ",
        "",
    ),
    (product(transpose(x), x), "‖x‖²", "||x||^2"),
    (power(product(transpose(x), x), Fraction(-1, 2)), "1/‖x‖", "1/norm(x)"),
    (scale(power(product(transpose(x), x), Fraction(-1, 2)), x), "x/‖x‖", "x/norm(x)"),
    (trace(product(transpose(X), X)), "‖X‖²", "||X||^2"),
    (trace(product(A, A, A)), "tr(A A A)", "trace(A @ A @ A)"),
    (subtract(diagonal(x), product(x, transpose(x))), "diag(x) − x xᵀ", "diag(x) - x @ x.T"),
    (subtract(ones(3), x), "1 − x", "1 - x"),
    (
        subtract(identity(3), scale(number(Fraction(1, 3)), product(ones(3), transpose(ones(3))))),
        "I − (1/3) 𝟏 𝟏ᵀ",
        "eye(3) - 1/3*ones(3) @ ones(3).T",
    ),
    (product(transpose(X), ones(2)), "Xᵀ 𝟏", "sum(X, axis=0)"),
    (product(X, ones(3)), "X 𝟏", "sum(X, axis=1)"),
    (product(transpose(ones(3)), x), "sum(x)", "sum(x)"),
    (hadamard((x, Fraction(1)), (y, Fraction(1))), "x ∘ y", "x*y"),
    (hadamard((x, Fraction(1)), (y, Fraction(-1))), "x ⊘ y", "x/y"),
    (hadamard((x, Fraction(2)), (y, Fraction(1, 2))), "x ∘ x ∘ √y", "x*x*sqrt(y)"),
    (product(hadamard((X, Fraction(1)), (W, Fraction(1))), x), "(W ∘ X) x", "W*X @ x"),
    (transpose(subtract(X, W)), "(X − W)ᵀ", "(X - W).T"),
    (scale(product(transpose(x), y), x), "(xᵀ y) x", "x.T @ y*x"),
    (elementwise("greater", x, zero(3, 1)), "1[x > 0]", "Piecewise((1, x > 0), (0, True))"),
    (
        scale(number(2), hadamard((elementwise("less", x, y), Fraction(1)), (y, Fraction(1)))),
        "2 (y ∘ 1[x < y])",
        "2*(y*Piecewise((1, x < y), (0, True)))",
    ),
    (scale(number(2), elementwise("greater", x, y)), "2·1[x > y]", "2*Piecewise((1, x > y), (0, True))"),
    (
        elementwise("where", elementwise("greater", x, y), x, zero(3, 1)),
        "where(x > y, x, 0)",
        "Piecewise((x, x > y), (0, True))",
    ),
    (
        elementwise("where", scale(elementwise("greater", t, number(0)), ones(3)), x, y),
        "where(t > 0, x, y)",
        "Piecewise((x, t > 0), (y, True))",
    ),
    (scale(t, add(x, y)), "t (x + y)", "t*(x + y)"),
    (zero(3, 1), "𝟎", "zeros(3)"),
    (zero(2, 3), "𝟎", "zeros(2, 3)"),
    (zero(1, 1), "0", "0"),
]
VALUES = {
    "W": np.array([[0.3, -1.2, 2.0], [1.5, 0.4, -0.7]]),
    "X": np.array([[1.3, 0.2, -1.0], [0.5, 1.4, 0.9]]),
    "A": np.array([[2.0, 0.3, -0.5], [0.1, 1.5, 0.4], [0.7, -0.2, 3.0]]),
    "x": np.array([0.5, 1.25, 2.0]),
    "y": np.array([1.5, 0.75, 0.4]),
    "r": np.array([-0.6, 1.1]),
    "t": 0.8,
}


@pytest.mark.parametrize(("formula", "unicode", "text"), FORMULAS, ids=[row[1] for row in FORMULAS])
def test_formulas_are_written_and_read_back(formula, unicode, text):
    piece = Writer().write(formula)
    if text:
        assert (to_unicode(leading_sign(piece.shown)), to_text(leading_sign(piece.spelled))) == (unicode, text)
    columns = {n: np.asarray(v, dtype=float).reshape((*np.shape(v), 1, 1)[:2]) for n, v in VALUES.items()}
    want = value_of(formula, columns)
    for tree in (piece.spelled, piece.shown):
        have = read(tree, {}, list(VALUES)).value(VALUES)
        assert have.shape == want.shape[: have.ndim]
        np.testing.assert_allclose(have.reshape(want.shape), want, rtol=1e-9)


def test_latex():
    assert to_latex(Writer().write(FORMULAS[0][0]).shown) == r"2 \left(W\, x\right) {x}^{\top}"
    assert to_latex(Writer().write(transpose(inverse(A))).shown) == r"{A}^{-\top}"
    assert to_latex(Writer().write(FORMULAS[11][0]).shown) == r"I - \frac{1}{3}\, \mathbf{1}\, {\mathbf{1}}^{\top}"


def test_brackets_in_latex():
    written = Writer().write(diagonal(elementwise("greater", x, zero(3, 1)))).shown
    assert r"\mathbf{1}[x > 0]" in to_latex(written)


def test_letters_stand_for_their_sizes():
    big = symbol("X", 211, 223)
    writer = Writer({211: "N", 223: "d"})
    form = scale(number(Fraction(2, 211 * 223)), product(transpose(big), ones(211)))
    assert to_unicode(writer.write(form).shown) == "(2/(N d)) Xᵀ 𝟏"
    assert to_text(writer.write(form).spelled) == "2/(N*d)*sum(X, axis=0)"
    assert to_text(writer.write(identity(223)).spelled) == "eye(d)"
    root = power(number(223), Fraction(-1, 2))
    assert to_unicode(writer.write(scale(root, big)).shown) == "X/√d"


def test_a_name_with_an_axis_of_size_one_is_a_vector_in_text():
    column = symbol("s", 3, 1)
    piece = Writer(shapes={"s": (3, 1)}).result(product(A, column), (3, 1))
    assert to_text(piece.spelled) == "reshape(A @ s[:,0], shape=[-1, 1])" or "s[:, 0]" in to_text(piece.spelled)
    assert to_unicode(piece.shown) == "A s"


def test_entries_scaled_on_both_sides_are_written_with_the_outer_product() -> None:
    """One output of a network: (δ wᵀ) ∘ (1 − H ∘ H), as with several; a plain matrix keeps its diagonals."""
    u, h, w, a = symbol("u", 3, 1), symbol("H", 3, 4), symbol("w", 4, 1), symbol("A", 3, 4)
    squares = subtract(product(ones(3), transpose(ones(4))), hadamard((h, 2)))
    assert to_text(Writer().write(product(diagonal(u), squares, diagonal(w))).spelled) == "u @ w.T*(1 - H*H)"
    assert to_text(Writer().write(product(diagonal(u), a, diagonal(w))).spelled) == "diag(u) @ A @ diag(w)"
    assert "diag(u)" in to_text(Writer().write(product(diagonal(u), squares, transpose(a))).spelled)
