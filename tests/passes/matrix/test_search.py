"""The forms that textbooks give, found from what reverse mode writes down."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

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
    transpose,
)
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.expand import TERMS, expand
from gradviz.passes.matrix.factor import factor
from gradviz.passes.matrix.search import simplify

N, D = 211, 223  # the sizes that stand for letters
a, b, c, x, y = (symbol(name, D, 1) for name in "abcxy")
t, r, p = symbol("t", N, 1), symbol("r", N, 1), symbol("p", N, 1, ["stochastic"])
w, z = symbol("w", D, 1), symbol("z", N, 1)
A, X = symbol("A", N, D), symbol("X", N, D)
B, C, Q = (symbol(name, D, D) for name in "BCQ")
S = symbol("S", D, D, ["symmetric"])
lam, eps = symbol("λ", 1, 1), symbol("ε", 1, 1)
T = transpose


def times(k: Fraction | int, m: Matrix) -> Matrix:
    return scale(number(k), m)


def dot(u: Matrix, v: Matrix) -> Matrix:
    return product(T(u), v)


def outer(u: Matrix, v: Matrix) -> Matrix:
    return product(u, T(v))


def had(*factors: Matrix) -> Matrix:
    return hadamard(*[(f, 1) for f in factors])


def over(m: Matrix, by: Matrix) -> Matrix:
    return hadamard((m, 1), (by, -1))


def minus(k: Matrix, m: Matrix) -> Matrix:
    return subtract(ones(m.rows) if m.columns == 1 else outer(ones(m.rows), ones(m.columns)), m)


one = ones(N)
sigma = elementwise("sigmoid", product(X, w))
upstream = subtract(over(t, z), over(subtract(one, t), subtract(one, z)))  # of the log-likelihood, by z = σ(…)
gaussian = inverse(S)
P, G = symbol("P", N, 227, ["stochastic"]), symbol("G", N, 229)
V, K = symbol("V", 227, 229), symbol("K", 227, D)
seen = product(G, T(V))
row_sums = product(had(P, seen), ones(227))
Y, H, W1, W2 = symbol("Y", N, 227), symbol("H", N, 233), symbol("W1", D, 233), symbol("W2", 233, 227)
hit = subtract(outer(one, ones(233)), hadamard((H, 2)))
out = subtract(product(H, W2), Y)
rho = power(dot(x, x), Fraction(1, 2))
centred = subtract(x, scale(times(Fraction(1, D), dot(ones(D), x)), ones(D)))

CASES: dict[str, Callable[[], tuple[Matrix, Matrix]]] = {
    "x'Bx by x": lambda: (add(product(B, x), product(T(B), x)), product(add(B, T(B)), x)),
    "x'Sx by x": lambda: (add(product(S, x), product(T(S), x)), times(2, product(S, x))),
    "least squares": lambda: (
        subtract(times(2, product(T(A), A, x)), times(2, product(T(A), t))),
        times(2, product(T(A), subtract(product(A, x), t))),
    ),
    "ridge": lambda: (
        add(times(2, product(T(X), X, w)), times(-2, product(T(X), t)), times(2, scale(lam, w))),
        times(2, add(product(T(X), subtract(product(X, w), t)), scale(lam, w))),
    ),
    "logistic regression, through the probabilities": lambda: (
        times(Fraction(-1, N), product(T(X), had(z, subtract(one, z), upstream))),
        times(Fraction(1, N), product(T(X), subtract(z, t))),
    ),
    "logistic regression, through softplus": lambda: (
        add(times(Fraction(1, N), product(T(X), sigma)), times(Fraction(-1, N), product(T(X), t))),
        times(Fraction(1, N), product(T(X), subtract(sigma, t))),
    ),
    "cross-entropy of probabilities": lambda: (
        had(z, subtract(one, z), subtract(over(subtract(one, t), subtract(one, z)), over(t, z))),
        subtract(z, t),
    ),
    "softmax and its cross-entropy": lambda: (
        subtract(scale(dot(one, p), z), had(z, over(t, z))),
        subtract(z, t),
    ),
    "softmax's cross-entropy, targets unknown": lambda: (
        had(p, subtract(scale(dot(p, over(t, p)), one), over(t, p))),
        subtract(scale(dot(one, t), p), t),
    ),
    "tr(AXB)": lambda: (T(product(Q, identity(D), B)), product(T(B), T(Q))),
    "tr(X'BX)": lambda: (
        add(product(B, C, T(identity(D))), product(T(B), C)),
        product(add(B, T(B)), C),
    ),
    "a'X'Xb": lambda: (
        add(outer(product(X, b), a), outer(product(X, a), b)),
        product(X, add(outer(a, b), outer(b, a))),
    ),
    "tr(inv(X)A)": lambda: (
        times(-1, product(T(inverse(B)), T(C), T(inverse(B)))),
        times(-1, product(T(inverse(B)), T(C), T(inverse(B)))),
    ),
    "factorisation, by the left factor": lambda: (
        add(times(-2, product(Q, T(C))), times(2, product(B, C, T(C)))),
        times(2, product(subtract(product(B, C), Q), T(C))),
    ),
    "two layers, by the first weights": lambda: (
        times(Fraction(2, N), product(T(X), had(hit, subtract(product(H, W2, T(W2)), product(Y, T(W2)))))),
        times(Fraction(2, N), product(T(X), had(product(out, T(W2)), hit))),
    ),
    "two layers, by the first biases": lambda: (
        product(T(had(hit, subtract(product(H, W2, T(W2)), product(Y, T(W2))))), one),
        product(T(had(product(out, T(W2)), hit)), one),
    ),
    "attention, by the queries": lambda: (
        product(subtract(had(P, seen), had(P, outer(row_sums, ones(227)))), K),
        product(had(P, subtract(seen, outer(row_sums, ones(227)))), K),
    ),
    "Gaussian, by the covariance": lambda: (
        add(
            times(Fraction(-1, 2), gaussian),
            times(Fraction(1, 2), outer(product(gaussian, x), product(gaussian, x))),
        ),
        times(Fraction(1, 2), subtract(outer(product(gaussian, x), product(gaussian, x)), gaussian)),
    ),
    "Gaussian, by the mean": lambda: (
        add(times(Fraction(1, 2), product(gaussian, x)), times(Fraction(1, 2), product(gaussian, x))),
        product(gaussian, x),
    ),
    "Gaussian without symmetry, by the mean": lambda: (
        add(times(Fraction(1, 2), product(inverse(B), x)), times(Fraction(1, 2), product(T(inverse(B)), x))),
        times(Fraction(1, 2), product(add(inverse(B), T(inverse(B))), x)),
    ),
    "logsumexp's Hessian": lambda: (
        product(T(A), diagonal(p), subtract(A, outer(one, product(T(A), p)))),
        product(T(A), subtract(diagonal(p), outer(p, p)), A),
    ),
    "logistic regression's Hessian": lambda: (
        times(Fraction(1, N), product(T(X), diagonal(had(z, subtract(one, z))), X)),
        times(Fraction(1, N), product(T(X), diagonal(subtract(z, hadamard((z, 2)))), X)),
    ),
    "ridge's Hessian": lambda: (
        add(times(2, product(T(X), X)), times(2, scale(lam, identity(D)))),
        times(2, add(product(T(X), X), scale(lam, identity(D)))),
    ),
    "the norm's Hessian": lambda: (
        subtract(
            scale(power(rho, -1), identity(D)),
            scale(power(rho, -3), outer(x, x)),
        ),
        scale(power(rho, -1), subtract(identity(D), scale(power(dot(x, x), -1), outer(x, x)))),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_textbook_form_is_found(case: str) -> None:
    raw, textbook = CASES[case]()
    found = simplify(raw)
    assert found is textbook, f"{found!r}, not {textbook!r}"


@pytest.mark.parametrize("case", CASES)
def test_the_textbook_form_stays(case: str) -> None:
    textbook = CASES[case]()[1]
    assert simplify(textbook) is textbook


def test_what_divides_by_zero_after_all_is_left_alone() -> None:
    """aᵀ(b + x) − aᵀb − aᵀx is zero, which shows only when it is multiplied out."""
    zero = add(dot(a, add(b, x)), times(-1, dot(a, b)), times(-1, dot(a, x)))
    x_over_zero = scale(power(zero, -1), x)
    assert simplify(x_over_zero) is x_over_zero


def test_the_result_does_not_depend_on_the_order_of_building() -> None:
    one_way = simplify(add(product(B, x), product(T(B), x), product(C, x)))
    other_way = simplify(add(product(C, x), product(T(B), x), product(B, x)))
    assert one_way is other_way


def test_multiplying_out_stops_at_a_number_of_terms() -> None:
    def total(name: str, count: int) -> Matrix:
        return add(*[symbol(f"{name}{i}", D, D) for i in range(count)])

    small, large = product(total("a", 4), total("b", 6)), product(total("a", 5), total("b", 5))
    assert len(expand(small).args) == TERMS
    assert expand(large) is large


def perceptron(depth: int) -> Matrix:
    """The gradient of tanh layers by the first weights, with every layer named."""
    back = symbol("r", D, 1)
    for i in reversed(range(depth)):
        h = symbol(f"h{i}", D, 1)
        back = hadamard((back, 1), (subtract(ones(D), hadamard((h, 2))), 1))
        back = product(T(symbol(f"W{i}", D, D)), back)
    return times(2, outer(back, x))


@pytest.mark.parametrize("depth", [2, 12, 30])
def test_deep_networks_come_back_in_the_form_of_backpropagation(depth: int) -> None:
    gradient = perceptron(depth)
    assert simplify(gradient) is gradient


def test_long_sums_and_deep_nesting_come_back() -> None:
    long = add(*[product(symbol(f"a{i}", D, D), symbol(f"b{i % 7}", D, D)) for i in range(200)])
    assert cost(simplify(long)) <= cost(long)
    deep = x
    for _ in range(120):
        deep = elementwise("tanh", deep)
    assert simplify(deep) is deep
    shared = B
    for _ in range(30):
        shared = product(add(shared, T(shared)), C)
    assert cost(shared) > 1e9  # exponential in its number of nodes
    assert simplify(shared) is shared


def test_greedy_factoring_takes_the_largest_gain_first() -> None:
    both = add(product(B, C, x), product(B, C, y), product(Q, x))
    assert factor(both) is add(product(B, C, add(x, y)), product(Q, x))


def test_a_factor_that_may_be_zero_is_taken_out_without_dividing() -> None:
    assert factor(add(had(a, b), hadamard((a, 2)))) is had(a, add(a, b))


def test_scalars_of_one_matrix_are_summed() -> None:
    assert factor(add(scale(dot(a, b), B), scale(dot(a, x), B))) is scale(dot(a, add(b, x)), B)


def test_rows_that_are_divided_by_the_same_are_divided_once() -> None:
    s, m, v = symbol("s", N, 1), symbol("M", N, D), symbol("v", N, 1)
    divided = subtract(product(diagonal(over(one, s)), m), outer(over(v, s), ones(D)))
    assert factor(divided) is product(diagonal(over(one, s)), subtract(m, outer(v, ones(D))))
