"""Whatever the search does to a random formula, its value stays; every constructor on the way is checked too."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

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
)
from gradviz.passes.matrix.checking import checked, value_of
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.expand import distribute, expand
from gradviz.passes.matrix.factor import factor
from gradviz.passes.matrix.fold import fold
from gradviz.passes.matrix.replace import replace
from gradviz.passes.matrix.search import simplify
from gradviz.passes.matrix.shared import shared
from gradviz.passes.matrix.walk import postorder

Values = dict[str, NDArray[np.float64]]


class Formulas:
    """Random formulas of a wanted size over a few symbols, few enough that parts coincide."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.sizes = self.random.choice([(1, 2, 3), (2, 3, 4), (2, 2, 3), (3, 3, 3), (1, 1, 2)])

    def size(self) -> int:
        return self.random.choice(self.sizes)

    def leaf(self, rows: int, columns: int) -> Matrix:
        pick = self.random.random()
        if rows == columns == 1 and pick < 0.3:
            return number(self.random.choice([Fraction(2), Fraction(-1), Fraction(1, 3), Fraction(1, 2)]))
        if rows == columns and pick < 0.1:
            return identity(rows)
        if columns == 1 and pick < 0.15:
            return ones(rows)
        properties = ["symmetric"] if rows == columns != 1 and pick < 0.3 else []
        name = f"{'s' if properties else ''}{self.random.choice('ab')}{rows}{columns}"
        return symbol(name, rows, columns, properties)

    def __call__(self, rows: int, columns: int, depth: int) -> Matrix:
        if depth == 0 or self.random.random() < 0.08:
            return self.leaf(rows, columns)
        of = lambda r, c: self(r, c, depth - 1)
        k = self.size()
        options: list[Callable[[], Matrix]] = [
            lambda: add(of(rows, columns), of(rows, columns)),
            lambda: subtract(of(rows, columns), of(rows, columns)),
            lambda: product(of(rows, k), of(k, columns)),
            lambda: product(of(rows, k), of(k, columns)),
            lambda: product(of(rows, k), of(k, self.sizes[0]), of(self.sizes[0], columns)),
            lambda: hadamard((of(rows, columns), 1), (of(rows, columns), 1)),
            lambda: scale(of(1, 1), of(rows, columns)),
            lambda: transpose(of(columns, rows)),
            lambda: elementwise(self.random.choice(["tanh", "sigmoid"]), of(rows, columns)),
            lambda: hadamard((of(rows, columns), 2)),
            lambda: hadamard((of(rows, columns), 1), (elementwise("exp", self.leaf(rows, columns)), -1)),
        ]
        if columns == 1 and rows > 1:
            options += [lambda: product(diagonal(of(rows, 1)), of(rows, 1)), lambda: diagonal_of(of(rows, rows))]
        if rows == columns and rows > 1:
            options += [lambda: diagonal(of(rows, 1)), lambda: inverse(add(identity(rows), self.gram(rows)))]
        if rows == columns == 1:
            options += [lambda: trace(of(k, k)), lambda: power(add(number(2), power(of(1, 1), 2)), Fraction(-1, 2))]
        return self.random.choice(options)()

    def gram(self, n: int) -> Matrix:
        x = self.leaf(n, n)
        return product(transpose(x), x)


def values_for(roots: list[Matrix], seed: int) -> Values:
    """Random values for the symbols of formulas, with the properties that they claim."""
    found: Values = {}
    for node in postorder(roots):
        if node.op == "symbol":
            name, properties = node.data
            value = np.random.default_rng([seed, *name.encode()]).normal(size=(node.rows, node.columns))
            found[name] = (value + value.T) / 2 if "symmetric" in properties else value
    return found


def same(x: Matrix, y: Matrix, values: Values) -> bool:
    with np.errstate(all="ignore"):
        a, b = value_of(x, values), value_of(y, values)
    told = np.isfinite(a)
    if not told.all() or np.abs(a).max(initial=0) > 1e8:
        return True  # a point at which the formula says nothing
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-7 * (1 + np.abs(a).max(initial=0)))


def sample(seed: int, depth: int = 3) -> tuple[Formulas, Matrix]:
    formulas = Formulas(seed)
    return formulas, formulas(formulas.size(), formulas.size(), depth)


@pytest.mark.parametrize("block", range(12))
def test_every_form_of_a_formula_has_its_value(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        _, x = sample(seed)
        values = values_for([x], seed)
        with checked(values):
            forms = [expand(x), factor(x), *distribute(x), simplify(x)]
        for form in forms:
            assert same(x, form, values), f"seed {seed}: {x!r} became {form!r}"


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_every_form_of_a_deeper_formula_has_its_value(block: int) -> None:
    for seed in range(1000 + block * 50, 1000 + block * 50 + 50):
        _, x = sample(seed, 5)
        values = values_for([x], seed)
        with checked(values):
            form = simplify(x)
        assert same(x, form, values), f"seed {seed}: {x!r} became {form!r}"


def test_what_is_simplified_costs_no_more_and_is_found_again() -> None:
    for seed in range(100):
        _, x = sample(seed)
        found = simplify(x)
        assert cost(found) <= cost(x), f"seed {seed}"
        assert simplify(x) is found


def test_replacing_a_part_by_its_value_keeps_the_value() -> None:
    hits = 0
    for seed in range(300):
        formulas, x = sample(seed)
        inner = [node for node in postorder([x]) if node.args and node is not x]
        if not inner:
            continue
        part = formulas.random.choice(inner)
        values = values_for([x], seed)
        values["d"] = value_of(part, values)
        with checked(values):
            found = replace(x, part, symbol("d", part.rows, part.columns))
        hits += found is not x
        assert same(x, found, values), f"seed {seed}: {part!r} in {x!r} became {found!r}"
    assert hits > 150


def test_folding_in_definitions_keeps_the_value() -> None:
    hits = 0
    for seed in range(200):
        formulas, x = sample(seed)
        inner = [node for node in postorder([x]) if cost(node) > 2]
        if not inner:
            continue
        meant = scale(number(Fraction(1, 2)), formulas.random.choice(inner))
        values = values_for([x], seed)
        values["d"] = value_of(meant, values)
        with checked(values):
            found = fold(x, [(symbol("d", meant.rows, meant.columns), meant)])
        hits += found is not x
        assert cost(found) <= cost(x)
        assert same(x, found, values), f"seed {seed}: d = {meant!r} in {x!r} gave {found!r}"
    assert hits > 20


def test_shared_pieces_are_in_two_places() -> None:
    found = 0
    for seed in range(150):
        formulas = Formulas(seed)
        core = formulas(3, 3, 2)
        roots = [product(core, formulas(3, 2, 1)), product(transpose(core), formulas(3, 1, 1))]
        for piece in shared(roots):
            found += 1
            hits = [root for root in roots if replace(root, piece, symbol("d", piece.rows, piece.columns)) is not root]
            assert hits, f"seed {seed}: {piece!r}"
    assert found > 20


def test_replacing_some_terms_or_factors_keeps_the_value() -> None:
    """Part of a sum, a run of a product, some factors of an elementwise product."""
    hits = 0
    for seed in range(120):
        formulas = Formulas(seed)
        n = formulas.sizes[2]
        a, b, c = formulas(n, n, 1), formulas(n, n, 1), formulas(n, n, 2)
        wholes = {
            add(a, b): add(scale(number(3), a), scale(number(3), b), scale(number(-2), c)),
            product(a, b): product(c, a, b, c),
            hadamard((a, 1), (b, 1)): hadamard((a, 2), (b, 1), (c, 1)),
        }
        for part, x in wholes.items():
            values = values_for([x, part], seed)
            values["d"] = value_of(part, values)
            with checked(values):
                found = replace(x, part, symbol("d", n, n))
            hits += found is not x
            assert same(x, found, values), f"seed {seed}: {part!r} in {x!r} became {found!r}"
    assert hits > 150
