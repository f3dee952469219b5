"""Lengths as a reader sees them, and numbers and signs where a reader wants them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.graph.build import build
from gradviz.passes.backward import differentiate
from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    diagonal,
    elementwise,
    hadamard,
    identity,
    number,
    ones,
    power,
    product,
    scale,
    subtract,
    symbol,
    transpose,
)
from gradviz.passes.matrix.checking import value_of
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.family import family_of
from gradviz.passes.matrix.forms import gradient_forms
from gradviz.passes.matrix.placing import settled
from gradviz.passes.matrix.present import present
from gradviz.passes.matrix.prices import number_price
from gradviz.passes.matrix.walk import postorder
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode

T = transpose
N, D = 211, 223
X, w, y, p = symbol("X", N, D), symbol("w", D, 1), symbol("y", N, 1), symbol("p", N, 1)
B = symbol("B", D, D)


def times(k: Fraction | int, m: Matrix) -> Matrix:
    return scale(number(k), m)


def negated(x: Matrix) -> Matrix:
    """The one sum of a formula, as it is presented."""
    (found,) = [node for node in postorder([present(x)]) if node.op == "sum"]
    return found


@pytest.mark.parametrize(
    ("value", "price"),
    [
        (1, 0),
        (2, 1),
        (Fraction(1, 2), 1),
        (-1, 0.5),
        (N, 1.5),
        (Fraction(2, N), 2.5),
        (Fraction(1, N * D), 3),
        (N**2, 2),
    ],
)
def test_letters_count_as_atoms(value: Fraction | int, price: float) -> None:
    assert number_price(Fraction(value)) == price


@pytest.mark.parametrize(
    ("formula", "length"),
    [
        (w, 1),
        (product(X, w), 2.25),
        (T(X), 1.5),
        (product(B, w, T(w)), 4),
        (times(2, w), 2),
        (times(-1, w), 1.5),
        (subtract(p, y), 3),
        (hadamard((p, 2)), 3),
        (subtract(ones(N), p), 2.5),
        (product(T(X), subtract(p, y)), 5.75),
        (number(3), 1),
        (number(N), 1),
        (diagonal(p), 2.5),
        (elementwise("tanh", w), 2.5),
    ],
)
def test_the_length_of_a_formula(formula: Matrix, length: float) -> None:
    assert cost(formula) == length


def test_a_minus_goes_into_a_difference() -> None:
    for difference in (subtract(p, y), subtract(y, p)):
        gradient = times(Fraction(2, N), product(T(X), difference))
        shown = present(gradient)
        assert shown.data[0] == Fraction(2, N)
        wanted = dict(zip(difference.args, difference.data, strict=True)) if difference.op == "sum" else None
        found = negated(gradient)
        if wanted is not None:
            assert dict(zip(found.args, found.data, strict=True)) == wanted


def test_a_minus_goes_into_a_difference_below_a_diagonal() -> None:
    hessian = times(-1, product(T(X), diagonal(subtract(hadamard((p, 2)), p)), X))
    assert present(hessian).op == "chain"
    assert negated(hessian).data == (1, -1)


def test_ones_come_with_a_plus() -> None:
    """(H ∘ H − 1) in a matrix becomes (1 − H ∘ H), and the sign goes elsewhere."""
    h, g = symbol("H", N, D), symbol("G", N, D)
    full = product(ones(N), T(ones(D)))
    both = hadamard((subtract(hadamard((h, 2)), full), 1), (subtract(g, h), 1))
    sums = [node for node in postorder([present(both)]) if node.op == "sum"]
    (slope,) = [node for node in sums if any(part.op == "hadamard" for part in node.args)]
    assert {part.op: k for part, k in zip(slope.args, slope.data, strict=True)} == {"hadamard": -1, "chain": 1}
    assert present(both).op == "hadamard"


def test_two_slopes_turn_together() -> None:
    full = product(ones(N), T(ones(D)))
    h, k = symbol("H", N, D), symbol("K", N, D)
    slopes = [(subtract(hadamard((m, 2)), full), 1) for m in (h, k)]
    shown = present(hadamard(*slopes))
    assert shown.op == "hadamard"
    for part in shown.args:
        assert {t.op: c for t, c in zip(part.args, part.data, strict=True)} == {"hadamard": -1, "chain": 1}


def test_a_mean_is_taken_inside() -> None:
    mean = times(Fraction(1, D), product(T(ones(D)), w))
    centred = subtract(w, scale(mean, ones(D)))
    assert present(centred).op == "sum"
    assert sorted(present(centred).data) == [Fraction(-1, D), 1]


def test_a_sum_that_occurs_twice_takes_the_number_in_twice() -> None:
    centred = subtract(w, scale(times(Fraction(1, D), product(T(ones(D)), w)), ones(D)))
    twice = scale(product(T(symbol("g", D, 1)), centred), centred)
    assert present(twice).data[0] == 1
    assert cost(twice) < cost(times(Fraction(1, D), twice))


def test_numbers_that_are_short_in_front_stay_there() -> None:
    both = times(2, add(product(B, w), w))
    assert present(both) is both
    assert settled(Fraction(1, 2), {}, subtract(identity(D), B)).outer == Fraction(1, 2)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_presented_has_the_same_value(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 4
    full = product(ones(n), T(ones(n)))
    leaves = [symbol(name, n, n) for name in "ABC"] + [full, identity(n)]
    names = {name: random.normal(size=(n, n)) for name in "ABC"} | {"c": np.array([[1.3]])}

    def grown(depth: int) -> Matrix:
        if not depth:
            return leaves[random.integers(len(leaves))]
        a, b = grown(depth - 1), grown(depth - 1)
        k = Fraction(int(random.choice([-3, -1, 1, 2, 7])), int(random.choice([1, 2, n])))
        match random.integers(5):
            case 0:
                return add(a, times(k, b))
            case 1:
                return subtract(a, b)
            case 2:
                return product(times(k, a), b)
            case 3:
                return hadamard((a, 1), (b, int(random.choice([1, 2]))))
            case _:
                return scale(scale(number(k), power(add(symbol("c", 1, 1), number(2)), -1)), T(a))

    formula = grown(4)
    np.testing.assert_allclose(value_of(present(formula), names), value_of(formula, names), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("program", "name", "expected"),
    [
        ("A : n x n; f = sum(A@A)", "A", "𝟏 (𝟏ᵀ Aᵀ) + Aᵀ 𝟏 𝟏ᵀ"),
        ("A : n x n; x : n; f = x' A A x", "A", "x xᵀ Aᵀ + (Aᵀ x) xᵀ"),
        ("A : m x n; x : n; f = norm(relu(A x))^2", "A", "2 ReLU(A x) xᵀ"),
        ("X : m x n; f = sum(relu(X)^2)", "X", "2 ReLU(X)"),
        ("a : n; x : n; f = norm(a - x)", "x", "(x − a)/‖x − a‖"),
        ("a : n; x : n; f = norm(a - x)", "a", "(a − x)/‖a − x‖"),
        ("A : m x n; x : n; b : m; f = norm(b - A x)", "x", "(1/‖A x − b‖) Aᵀ (A x − b)"),
        ("W : m x n; x : n; b : m; f = norm(W x + b)^2", "b", "2 (W x + b)"),
    ],
)
def test_the_writing_of_whole_gradients(program: str, name: str, expected: str):
    built = build(parse(program))
    names = {i: known for known, i in built.graph.inputs.items()}
    wanted = built.graph.inputs[name]
    forms = gradient_forms(differentiate(built.graph, built.output), [wanted], names=names, family=family_of(built))
    assert to_unicode(forms.whole[wanted].display) == expected
