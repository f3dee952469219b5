"""From a formula linear in a column to the matrix of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    diagonal,
    diagonal_of,
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
from gradviz.passes.matrix.checking import checked, value_of
from gradviz.passes.matrix.search import simplify
from gradviz.passes.matrix.strip import NotLinear, strip
from gradviz.passes.matrix.walk import postorder

T = transpose
v, x, a = (symbol(name, 3, 1) for name in "vxa")
b = symbol("b", 4, 1)
A, B, S = symbol("A", 4, 3), symbol("B", 3, 3), symbol("S", 3, 3, ["symmetric"])
M, U = symbol("M", 4, 5), symbol("U", 5, 4)
p = symbol("p", 4, 1)
one = ones(3)


def had(*factors: Matrix) -> Matrix:
    return hadamard(*[(f, 1) for f in factors])


def dot(u: Matrix, w: Matrix) -> Matrix:
    return product(T(u), w)


inner_vx = dot(v, x)
Av = product(A, v)
choice = elementwise("greater", x, a)

CASES: dict[str, Callable[[], tuple[Matrix, Matrix]]] = {
    "itself": lambda: (v, identity(3)),
    "a product": lambda: (Av, A),
    "a multiple": lambda: (scale(number(-2), v), scale(number(-2), identity(3))),
    "a sum": lambda: (add(product(B, v), product(T(B), v)), add(B, T(B))),
    "inside a scalar factor": lambda: (scale(dot(a, v), b), product(b, T(a))),
    "an inner product": lambda: (inner_vx, T(x)),
    "an inner product the other way": lambda: (dot(product(A, v), b), product(T(b), A)),
    "a bilinear form": lambda: (product(T(v), B, x), product(T(x), T(B))),
    "a scalar between scalars": lambda: (scale(power(dot(x, x), -1), inner_vx), scale(power(dot(x, x), -1), T(x))),
    "an elementwise product": lambda: (had(Av, p), product(diagonal(p), A)),
    "an elementwise product of many": lambda: (had(Av, p, b), product(diagonal(had(p, b)), A)),
    "under a transposed chain": lambda: (T(product(T(v), T(A))), A),
    "a diagonal": lambda: (product(A, diagonal(v), x), product(A, diagonal(x))),
    "an outer product inside a sum": lambda: (
        product(add(product(x, T(v)), B, product(v, T(x))), a)
        if False
        else product(add(product(x, T(v)), product(v, T(x))), a),
        add(product(x, T(a)), scale(dot(x, a), identity(3))),
    ),
    "a sum of ones": lambda: (scale(dot(one, v), one), product(one, T(one))),
    "softmax's": lambda: (subtract(had(x, v), scale(inner_vx, x)), subtract(diagonal(x), product(x, T(x)))),
    "a Hessian": lambda: (
        scale(number(2), product(T(A), A, v)),
        scale(number(2), product(T(A), A)),
    ),
    "an inverse": lambda: (scale(number(-1), product(inverse(S), v)), scale(number(-1), inverse(S))),
    "a choice": lambda: (
        elementwise("where", choice, v, zero(3, 1)),
        diagonal(elementwise("where", choice, one, zero(3, 1))),
    ),
    "a trace": lambda: (trace(product(diagonal(Av), M, U)), product(T(diagonal_of(product(M, U))), A)),
    "the diagonal of a product": lambda: (diagonal_of(product(M, diagonal(product(U, Av)), U)), None),  # type: ignore
    "zero": lambda: (zero(4, 1), zero(4, 3)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_matrix_of_a_linear_formula(case: str) -> None:
    formula, matrix = CASES[case]()
    found = strip(formula, v)
    assert v not in postorder([found])
    assert (found.rows, found.columns) == (formula.rows, 3)
    if matrix is not None:
        assert simplify(found) is simplify(matrix), f"{found!r}, not {matrix!r}"


@pytest.mark.parametrize("case", CASES)
def test_the_matrix_times_the_column_is_the_formula(case: str) -> None:
    formula, _ = CASES[case]()
    symbols = {node.data[0]: node for node in postorder([formula, v]) if node.op == "symbol"}
    values = {
        name: np.random.default_rng(len(name) + 7).normal(size=(s.rows, s.columns)) for name, s in symbols.items()
    }
    values |= {"S": np.diag([1.0, 2.0, 3.0]) + 0.2} if "S" in values else {}
    values["v"] = np.random.default_rng(11).normal(size=(3, 1))
    with checked(values):
        found = strip(formula, v)
    np.testing.assert_allclose(value_of(found, values) @ values["v"], value_of(formula, values), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (had(v, v), "more than once"),
        (scale(inner_vx, v), "more than once"),
        (dot(v, v), "more than once"),
        (product(T(v), B, v), "more than once"),
        (power(inner_vx, Fraction(-1)), "more than once, or as a power"),
        (had(x, elementwise("tanh", v)), "inside tanh"),
        (add(v, x), "constant"),
        (x, "constant"),
        (product(inverse(add(identity(3), diagonal(v))), x), "inside an inverse"),
        (product(v, T(b)), "operator"),
        (T(v), "a row"),
        (diagonal(v), "operator"),
    ],
)
def test_what_has_no_matrix_says_why(formula: Matrix, reason: str) -> None:
    with pytest.raises(NotLinear, match=reason):
        strip(formula, v)


def test_a_matrix_cannot_be_stripped_off() -> None:
    with pytest.raises(NotLinear, match="operator"):
        strip(product(B, x), B)


q = symbol("q", 4, 1, ["stochastic"])
rho = power(dot(x, x), Fraction(1, 2))
HESSIANS: dict[str, tuple[Matrix, Matrix]] = {
    "logsumexp": (
        product(T(A), subtract(had(q, Av), scale(dot(q, Av), q))),
        product(T(A), subtract(diagonal(q), product(q, T(q))), A),
    ),
    "logistic regression": (
        scale(number(Fraction(1, 4)), product(T(A), had(Av, p, subtract(ones(4), p)))),
        scale(number(Fraction(1, 4)), product(T(A), diagonal(subtract(p, hadamard((p, 2)))), A)),
    ),
    "ridge": (
        add(scale(number(2), product(T(A), A, v)), scale(number(2), scale(symbol("λ", 1, 1), v))),
        scale(number(2), add(product(T(A), A), scale(symbol("λ", 1, 1), identity(3)))),
    ),
    "a length": (
        subtract(scale(power(rho, -1), v), scale(product(power(rho, -3), inner_vx), x)),
        scale(power(rho, -1), subtract(identity(3), scale(power(rho, -2), product(x, T(x))))),
    ),
    "x ∘ (B x)": (
        add(had(v, product(B, x)), had(x, product(B, v))),
        add(diagonal(product(B, x)), product(diagonal(x), B)),
    ),
}


@pytest.mark.parametrize("case", HESSIANS)
def test_textbook_hessians_and_jacobians_are_found(case: str) -> None:
    along, matrix = HESSIANS[case]
    found = simplify(strip(simplify(along), v))
    assert found is matrix, f"{found!r}, not {matrix!r}"
