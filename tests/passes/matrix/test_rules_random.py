"""Random formulas, every constructor call compared with the plain meaning of what was asked for."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gradviz.passes.matrix import algebra as m
from gradviz.passes.matrix import checking, hadamard, products, scaling, softmax, square, sums, transposes
from gradviz.passes.matrix.node import Matrix

TAME = 100.0
"""Formulas with larger entries are thrown away, so that rounding never looks like a wrong rule."""


class Grower:
    """Grows random formulas of given sizes over symbols with seeded values; sizes coincide often."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.sizes = [int(n) for n in self.random.integers(1, 5, size=3)]
        self.values: dict[str, np.ndarray] = {}
        self.made: list[Matrix] = []
        self.value: checking.Evaluation = checking.Evaluation({})

    def pick(self, *options: Any) -> Any:
        return options[int(self.random.integers(len(options)))]

    def leaf(self, rows: int, columns: int) -> Matrix:
        kind = self.pick("plain", "plain", "plain", "special", "stochastic", "symmetric")
        if kind == "special":
            if rows == columns == 1:
                return m.number(Fraction(int(self.random.integers(-2, 5)), self.pick(1, 2, 3)))
            square = [m.identity(rows)] if rows == columns else []
            return self.pick(m.product(m.ones(rows), m.transpose(m.ones(columns))), m.zero(rows, columns), *square)
        properties = {kind} if kind == "stochastic" or (kind == "symmetric" and rows == columns) else set()
        name = f"{self.pick('A', 'B', 'C')}{rows}{columns}{''.join(properties)}"
        if name not in self.values:
            self.values[name] = drawn(self.random, rows, columns, properties)
        return m.symbol(name, rows, columns, properties)

    def grow(self, depth: int, rows: int, columns: int) -> Matrix:
        if depth == 0 or self.random.random() < 0.1:
            return self.leaf(rows, columns)
        if self.made and self.random.random() < 0.15:
            known = [x for x in self.made if (x.rows, x.columns) == (rows, columns)]
            if known:
                return self.pick(*known)
        ways = [*ANY, *(SCALAR if rows == columns == 1 else ())]
        ways += [*(COLUMN if columns == 1 else ()), *(SQUARE if rows == columns else ())]
        try:
            made: Matrix = self.pick(*ways)(self, depth - 1, rows, columns)
        except ZeroDivisionError:
            return self.leaf(rows, columns)
        if not self.tame(made):
            return self.leaf(rows, columns)
        self.made.append(made)
        return made

    def tame(self, x: Matrix) -> bool:
        value = self.value(x)
        return bool(np.isfinite(value).all() and np.abs(value).max() < TAME)

    def near_identity(self, depth: int, n: int) -> Matrix:
        """Something that can be inverted without losing digits."""
        x = self.grow(depth, n, n)
        if self.tame(x) and np.linalg.cond(self.value(x)) < 50 and np.abs(self.value(x)).min() > 1e-3:
            return x
        return m.add(m.product(m.transpose(x), x), m.identity(n)) if np.abs(self.value(x)).max() < 5 else m.identity(n)


def drawn(random: np.random.Generator, rows: int, columns: int, properties: set[str]) -> np.ndarray:
    x = random.normal(size=(rows, columns)) + (2 * np.eye(rows) if rows == columns else 0)
    if "symmetric" in properties:
        return x + x.T
    if "stochastic" in properties:
        return np.exp(x) / np.exp(x).sum(axis=0 if columns == 1 else 1, keepdims=True)
    return x


def chained(g: Grower, depth: int, rows: int, columns: int) -> Matrix:
    inner = [g.pick(*g.sizes) for _ in range(int(g.random.integers(1, 4)))]
    dims = [rows, *inner, columns]
    return m.product(*(g.grow(depth, a, b) for a, b in pairwise(dims)))


def entrywise(g: Grower, depth: int, rows: int, columns: int) -> Matrix:
    powers = [g.pick(1, 1, 1, 2, -1, Fraction(1, 2), Fraction(-1, 2), -2, 3) for _ in range(g.pick(1, 2, 2, 3))]
    return m.hadamard(*((g.grow(depth, rows, columns), p) for p in powers))


def scaled_exp(g: Grower, depth: int, rows: int, columns: int) -> Matrix:
    """e^z over its total, in one of the ways in which a program would have it."""
    n = g.pick(*g.sizes)
    e = m.elementwise("exp", g.grow(max(depth - 1, 0), n, 1))
    total = m.product(m.transpose(m.ones(n)), e)
    over = m.power(total, g.pick(-1, -2))
    shape = g.pick("column", "matrix", "diagonal", "scalar")
    if shape == "scalar":
        y = m.product(m.transpose(e), g.grow(depth, n, 1))
        return m.scale(m.scale(over, y), g.grow(depth, rows, columns))
    if shape == "diagonal":
        return m.product(g.grow(depth, rows, n), m.scale(over, m.diagonal(e)), g.grow(depth, n, columns))
    if shape == "column":
        e = m.hadamard((e, 1), (g.grow(depth, n, 1), 1))
    return m.product(g.grow(depth, rows, n), m.scale(over, e), g.grow(depth, 1, columns))


def along(g: Grower, depth: int, rows: int, columns: int) -> Matrix:
    axis = 0 if columns == 1 else g.pick(0, 1)
    return m.function("softmax", (g.grow(depth, rows, columns),), (("axis", axis),), rows, columns)


def row_softmax(g: Grower, depth: int, rows: int, columns: int) -> Matrix:
    e = m.elementwise("exp", g.grow(depth, rows, columns))
    totals = m.product(e, m.ones(columns), m.transpose(m.ones(columns)))
    return m.hadamard((e, 1), (totals, -1))


def logsumexps(g: Grower, depth: int, rows: int, columns: int) -> Matrix:
    n, axis = g.pick(*g.sizes), g.pick(0, 1)
    size = (n, rows) if axis == 0 else (rows, n)
    return m.function("logsumexp", (g.grow(depth, *size),), (("axis", axis), ("keepdims", False)), rows, 1)


ANY: list[Callable[..., Matrix]] = [
    lambda g, d, r, c: m.add(*(g.grow(d, r, c) for _ in range(g.pick(2, 2, 3)))),
    lambda g, d, r, c: m.subtract(g.grow(d, r, c), g.grow(d, r, c)),
    lambda g, d, r, c: m.scale(g.grow(d, 1, 1), g.grow(d, r, c)),
    lambda g, d, r, c: m.scale(
        m.power(g.grow(d, 1, 1), g.pick(-1, 2, Fraction(1, 2), Fraction(3, 2))), g.grow(d, r, c)
    ),
    lambda g, d, r, c: m.transpose(g.grow(d, c, r)),
    lambda g, d, r, c: m.elementwise(g.pick("tanh", "exp", "sigmoid", "relu", "log"), g.grow(d, r, c)),
    lambda g, d, r, c: m.elementwise(g.pick("greater", "maximum"), g.grow(d, r, c), g.grow(d, r, c)),
    lambda g, d, r, c: m.elementwise(g.pick("exp", "log"), m.elementwise(g.pick("exp", "log"), g.grow(d, r, c))),
    lambda g, d, r, c: m.elementwise("where", *(g.grow(d, r, c) for _ in range(3))),
    lambda g, d, r, c: m.product(m.diagonal(g.grow(d, r, 1)), g.grow(d, r, c)),
    lambda g, d, r, c: m.product(g.grow(d, r, c), m.diagonal(g.grow(d, c, 1))),
    lambda g, d, r, c: m.hadamard((m.product(g.grow(d, r, 1), g.grow(d, 1, c)), g.pick(Fraction(1, 2), 2))),
    chained,
    chained,
    chained,
    entrywise,
    entrywise,
    scaled_exp,
    along,
    row_softmax,
]
SCALAR: list[Callable[..., Matrix]] = [
    lambda g, d, r, c: m.trace((lambda n: g.grow(d, n, n))(g.pick(*g.sizes))),
    lambda g, d, r, c: m.trace((lambda n: m.product(*(g.grow(d, n, n) for _ in range(3))))(g.pick(*g.sizes))),
    lambda g, d, r, c: m.determinant(g.near_identity(d, g.pick(*g.sizes))),
    lambda g, d, r, c: (lambda n: m.determinant(m.product(*(g.near_identity(d, n) for _ in range(2)))))(
        g.pick(*g.sizes)
    ),
    lambda g, d, r, c: m.logdet(g.near_identity(d, g.pick(*g.sizes))),
    lambda g, d, r, c: (lambda x: m.product(m.transpose(x), x))(g.grow(d, g.pick(*g.sizes), 1)),
    lambda g, d, r, c: m.power(g.grow(d, 1, 1), g.pick(2, -1, -2, Fraction(1, 2), Fraction(-3, 2))),
]
COLUMN: list[Callable[..., Matrix]] = [
    lambda g, d, r, c: m.diagonal_of(g.grow(d, r, r)),
    lambda g, d, r, c: m.product((lambda x: m.subtract(x, m.diagonal(g.grow(d, r, 1))))(g.grow(d, r, r)), m.ones(r)),
    logsumexps,
]
SQUARE: list[Callable[..., Matrix]] = [
    lambda g, d, r, c: m.inverse(g.near_identity(d, r)),
    lambda g, d, r, c: (lambda x: m.product(m.inverse(x), g.grow(d, r, r), x))(g.near_identity(d, r)),
    lambda g, d, r, c: (lambda x: m.product(g.grow(d, r, r), x, m.inverse(x)))(g.near_identity(d, r)),
    lambda g, d, r, c: (lambda x: m.product(m.transpose(x), m.inverse(m.transpose(x))))(g.near_identity(d, r)),
    lambda g, d, r, c: m.diagonal(g.grow(d, r, 1)),
    lambda g, d, r, c: m.hadamard((m.identity(r), 1), (g.grow(d, r, r), 1)),
]


def grow(seed: int, depth: int = 4) -> int:
    """Grows one formula with checking on; how many nodes it has."""
    g = Grower(seed)
    with checking.checked(g.values) as g.value:
        return g.grow(depth, g.pick(1, *g.sizes), g.pick(1, *g.sizes)).size


@pytest.mark.parametrize("part", range(8))
def test_random_formulas_keep_their_value(part: int) -> None:
    assert sum(grow(seed) for seed in range(part * 100, part * 100 + 100)) > 500


@pytest.mark.slow
def test_many_random_formulas_keep_their_value() -> None:
    assert sum(grow(seed) for seed in range(1000, 9000)) > 50_000


def built_again(x: Matrix, random: np.random.Generator) -> Matrix:
    """The same formula put together in another order: terms shuffled, products bracketed anew or transposed twice."""
    args = [built_again(arg, random) for arg in x.args]
    if x.op == "sum" and args:
        parts = [m.scale(m.number(k), arg) for k, arg in zip(x.data, args, strict=True)]
        return m.add(*shuffled(parts, random))
    if x.op == "hadamard":
        return m.hadamard(*shuffled(list(zip(args, x.data, strict=True)), random))
    if x.op == "chain":
        while len(args) > 1:
            i = int(random.integers(len(args) - 1))
            args[i : i + 2] = [m.product(args[i], args[i + 1])]
        return args[0] if random.random() < 0.5 else m.transpose(m.transpose(args[0]))
    if x.op == "scaled" and args:
        coefficient, powers, has_body = x.data
        made = m.scale(m.number(coefficient), args[-1] if has_body else m.number(1))
        for base, p in shuffled(list(zip(args, powers, strict=False)), random):
            made = m.scale(m.power(base, p), made)
        return made
    return m.rebuild(x, args) if args else x


def shuffled(items: list[Any], random: np.random.Generator) -> list[Any]:
    return [items[i] for i in random.permutation(len(items))]


@pytest.mark.parametrize("part", range(4))
def test_equal_formulas_are_one_object_however_they_were_built(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        g = Grower(seed)
        with checking.checked(g.values) as g.value:
            g.grow(4, g.pick(1, *g.sizes), g.pick(1, *g.sizes))
            for x in g.made:
                assert built_again(x, g.random) is x


def wrong_cancel(done: list[Matrix]) -> None:
    """A⁻¹ B A = B."""
    last = done[-1]
    for i, factor in enumerate(done[:-1]):
        if products.inverted(factor) is last or products.inverted(last) is factor:
            del done[-1], done[i]
            return


def wrong_trace(x: Matrix) -> Matrix:
    """tr(ABC) = tr(CBA)."""
    return Matrix("trace", (m.product(*reversed(x.args)),), None, 1, 1)


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "A⁻¹BA = B": (products, "_cancel", wrong_cancel),
    "(AB)ᵀ = BA": (transposes, "reversed_factors", lambda factors: tuple(reversed(factors))),
    "Xᵀ = X": (transposes, "is_symmetric_leaf", lambda x: x.op == "symbol" and x.rows == x.columns),
    "(a²)^½ = a": (scaling, "apart", lambda factors, rest: [x for x, _ in factors]),
    "1ᵀP = 1ᵀ": (products, "columns_sum_to_one", lambda x: x.op == "symbol" and "stochastic" in x.data[1]),
    "softmax along the wrong axis": (softmax, "softmax_node", lambda z, axis: wrong_axis(z, axis)),
    "(−1)(−1) has a root, −1 has one": (hadamard, "_splits", lambda x, outer: True),
    "tr(ABC) = tr(CBA)": (square, "_trace_of_chain", wrong_trace),
    "det(AB) = det(A)": (square, "hadamard", lambda *factors: factors[0][0]),
    "u + u = u": (sums, "_like_terms", lambda given: wrong_like_terms(given)),
}


LIKE_TERMS = sums._like_terms


def wrong_like_terms(given: Any) -> Any:
    return [(term, Fraction(1 if k > 0 else -1)) for term, k in LIKE_TERMS(given)]


def wrong_axis(z: Matrix, axis: int) -> Matrix:
    return Matrix("function", (z,), ("softmax", (("axis", 0 if z.is_column else 1 - axis),)), z.rows, z.columns)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_rule_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()  # a transpose is remembered by its node: neither right ones before nor wrong ones afterwards
    with monkeypatch.context() as patched:
        patched.setattr(*FAULTS[fault])
        with pytest.raises((checking.WrongRule, ValueError)):
            deque(map(grow, range(600)), maxlen=0)
    gc.collect()
