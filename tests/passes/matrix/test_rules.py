"""Each rule of the algebra: on distinct sizes, on square operands that are not symmetric, and with sizes of 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from gradviz.passes.matrix import algebra as m
from gradviz.passes.matrix.checking import checked
from gradviz.passes.matrix.node import Matrix

HALF = Fraction(1, 2)
SIZES = [(2, 3, 4), (3, 3, 3), (2, 2, 3), (3, 2, 2), (1, 3, 2), (3, 1, 2), (2, 3, 1), (1, 1, 3), (3, 1, 1), (1, 1, 1)]


@dataclass(frozen=True)
class World:
    """The symbols of the rules: A is m×n, B n×k, the squares n×n, the columns as long as their names say."""

    m: int
    n: int
    k: int

    def __getattr__(self, name: str) -> Matrix:
        rows, columns, properties = self.kinds()[name]
        return m.symbol(name, rows, columns, properties)

    def kinds(self) -> dict[str, tuple[int, int, frozenset[str]]]:
        m, n, k = self.m, self.n, self.k
        plain: frozenset[str] = frozenset()
        kinds = {"A": (m, n), "A2": (m, n), "B": (n, k), "X": (n, n), "Y": (n, n), "Z": (n, n)}
        kinds |= {"u": (n, 1), "v": (n, 1), "w": (n, 1), "b": (m, 1), "c": (k, 1), "s": (1, 1), "t": (1, 1)}
        found = {name: (*size, plain) for name, size in kinds.items()}
        stochastic, symmetric = frozenset({"stochastic"}), frozenset({"symmetric"})
        return found | {"P": (m, n, stochastic), "p": (n, 1, stochastic), "S": (n, n, symmetric)}

    def values(self) -> dict[str, np.ndarray]:
        random = np.random.default_rng(3)
        found = {}
        for name, (rows, columns, properties) in self.kinds().items():
            x = random.normal(size=(rows, columns)) + (2 * np.eye(rows) if rows == columns else 0)
            if "symmetric" in properties:
                x = x + x.T
            if "stochastic" in properties:
                x = np.exp(x) / np.exp(x).sum(axis=0 if name == "p" else 1, keepdims=True)
            found[name] = np.abs(x) if name in "st" else x
        return found


def T(x: Matrix) -> Matrix:
    return m.transpose(x)


def total(x: Matrix) -> Matrix:
    return m.product(T(m.ones(x.rows)), x)


def exp(x: Matrix) -> Matrix:
    return m.elementwise("exp", x)


def softmax(x: Matrix, axis: int = 0) -> Matrix:
    return m.function("softmax", (x,), (("axis", axis),), x.rows, x.columns)


def times(*factors: Matrix) -> Matrix:
    return m.hadamard(*((x, 1) for x in factors))


def number(value: int | Fraction) -> Matrix:
    return m.number(Fraction(value))


Pair = Callable[[World], tuple[Matrix, Matrix]]

RULES: dict[str, Pair] = {
    "scalars leave a product": lambda a: (
        m.product(m.scale(number(2), a.A), m.scale(a.s, a.B)),
        m.scale(m.scale(number(2), a.s), m.product(a.A, a.B)),
    ),
    "a number and its inverse": lambda a: (m.scale(m.power(a.s, -1), m.scale(a.s, a.A)), a.A),
    "powers of a power": lambda a: (m.power(m.power(a.s, 2), 3), m.power(a.s, 6)),
    "roots multiply": lambda a: (times(m.power(a.s, HALF), m.power(a.s, HALF)), a.s),
    "a root of a root": lambda a: (m.power(m.power(a.s, HALF), HALF), m.power(a.s, Fraction(1, 4))),
    "numbers leave a root": lambda a: (
        m.power(m.scale(number(12), a.s), HALF),
        m.scale(m.scale(number(2), m.power(number(3), HALF)), m.power(a.s, HALF)),
    ),
    "a root below the line": lambda a: (
        m.scale(number(HALF), m.power(number(2), HALF)),
        m.power(number(2), -HALF),
    ),
    "like terms": lambda a: (m.add(a.A, a.A2, m.scale(number(2), a.A)), m.add(m.scale(number(3), a.A), a.A2)),
    "terms that cancel": lambda a: (m.subtract(m.add(a.A, a.A2), m.add(a.A2, a.A)), m.zero(a.m, a.n)),
    "content": lambda a: (
        m.add(m.scale(number(4), a.A), m.scale(number(-6), a.A2)),
        m.scale(number(2), m.subtract(m.scale(number(2), a.A), m.scale(number(3), a.A2))),
    ),
    "a common scalar": lambda a: (m.add(m.scale(a.s, a.A), m.scale(a.s, a.A2)), m.scale(a.s, m.add(a.A, a.A2))),
    "a common scalar in part": lambda a: (
        m.add(m.scale(a.s, m.add(a.A, a.A2)), m.scale(m.scale(number(-1), a.s), a.A2)),
        m.scale(a.s, a.A),
    ),
    "transpose of a transpose": lambda a: (T(T(a.A)), a.A),
    "transpose of a product": lambda a: (T(m.product(a.A, a.B)), m.product(T(a.B), T(a.A))),
    "transpose of a sum": lambda a: (T(m.subtract(a.A, a.A2)), m.subtract(T(a.A), T(a.A2))),
    "transpose of a sum of both": lambda a: (T(m.add(a.X, T(a.X))), m.add(a.X, T(a.X))),
    "transpose of an elementwise product": lambda a: (T(times(a.A, a.A2)), times(T(a.A), T(a.A2))),
    "transpose of a function": lambda a: (T(exp(T(a.X))), exp(a.X)),
    "transpose of symmetric": lambda a: (T(m.product(a.S, a.X)), m.product(T(a.X), a.S)),
    "transpose of diagonal": lambda a: (T(m.product(m.diagonal(a.u), a.B)), m.product(T(a.B), m.diagonal(a.u))),
    "transpose of an inverse": lambda a: (T(m.inverse(a.X)), m.inverse(T(a.X))),
    "identity": lambda a: (m.product(a.A, m.identity(a.n), a.B), m.product(a.A, a.B)),
    "zero": lambda a: (m.product(a.A, m.zero(a.n, a.k)), m.zero(a.m, a.k)),
    "A⁻¹A": lambda a: (m.product(a.A, m.inverse(a.X), a.X, a.B), m.product(a.A, a.B)),
    "AA⁻¹": lambda a: (m.product(a.A, a.X, m.inverse(a.X), a.B), m.product(a.A, a.B)),
    "A⁻ᵀAᵀ": lambda a: (m.product(T(m.inverse(a.X)), T(a.X)), m.identity(a.n)),
    "A⁻¹ of a sum": lambda a: (
        m.product(m.inverse(m.add(a.X, T(a.Y))), m.add(T(a.Y), a.X), a.B),
        a.B,
    ),
    "A⁻¹ of a product": lambda a: (m.product(gram(a), m.inverse(gram(a))), m.identity(gram(a).rows)),
    "A⁻¹ of a product, before": lambda a: (m.product(m.inverse(gram(a)), gram(a)), m.identity(gram(a).rows)),
    "diag(u) diag(v)": lambda a: (m.product(m.diagonal(a.u), m.diagonal(a.v)), m.diagonal(times(a.u, a.v))),
    "diag(u) v": lambda a: (m.product(m.diagonal(a.u), a.v), times(a.u, a.v)),
    "rᵀ diag(u)": lambda a: (m.product(T(a.v), m.diagonal(a.u)), T(times(a.u, a.v))),
    "diag(u) 1": lambda a: (m.product(m.diagonal(a.u), m.ones(a.n)), a.u),
    "diag(u) M v": lambda a: (m.product(m.diagonal(a.u), a.X, a.v), times(a.u, m.product(a.X, a.v))),
    "vᵀ M diag(u)": lambda a: (m.product(T(a.v), a.X, m.diagonal(a.u)), T(times(a.u, m.product(T(a.X), a.v)))),
    "diag inside an outer product": lambda a: (
        m.product(m.diagonal(a.u), a.X, a.v, T(a.b)),
        m.product(times(a.u, m.product(a.X, a.v)), T(a.b)),
    ),
    "(diag(p) − p pᵀ) 1": lambda a: (
        m.product(m.subtract(m.diagonal(a.p), m.product(a.p, T(a.p))), m.ones(a.n)),
        m.zero(a.n, 1) if a.n > 1 else m.subtract(a.p, m.power(a.p, 2)),
    ),
    "1ᵀ(a∘b)": lambda a: (total(times(a.u, a.v)), m.product(T(a.u), a.v)),
    "1ᵀ(a∘a)": lambda a: (total(m.hadamard((a.u, 2))), m.product(T(a.u), a.u)),
    "(a∘b)ᵀc is aᵀ(b∘c)": lambda a: (m.product(T(times(a.u, a.v)), a.w), m.product(T(a.w), times(a.v, a.u))),
    "an inner product is its transpose": lambda a: (
        m.product(T(a.u), a.X, a.v),
        m.product(T(a.v), T(a.X), a.u),
    ),
    "1ᵀ1": lambda a: (total(m.ones(a.n)), number(a.n)),
    "inner products leave the chain": lambda a: (
        m.product(a.b, T(a.u), a.v, T(a.c)),
        m.scale(m.product(T(a.u), a.v), m.product(a.b, T(a.c))),
    ),
    "P1": lambda a: (m.product(a.P, m.ones(a.n)), m.ones(a.m) if a.m * a.n > 1 and not only_column(a) else a.P),
    "1ᵀPᵀ": lambda a: (
        m.product(T(m.ones(a.n)), T(a.P)),
        T(m.ones(a.m)) if a.m * a.n > 1 and not only_column(a) else T(a.P),
    ),
    "1ᵀp": lambda a: (total(a.p), number(1) if a.n > 1 else a.p),
    "1ᵀ(p − softmax)": lambda a: (
        total(m.subtract(softmax(a.u), a.p)),
        number(0) if a.n > 1 else m.subtract(number(1), a.p),
    ),
    "softmax rows": lambda a: (m.product(softmax(a.A, 1), m.ones(a.n)), m.ones(a.m)),
    "softmax columns": lambda a: (total(softmax(a.A, 0)), T(m.ones(a.n))),
    "tr(AB) = tr(BA)": lambda a: (m.trace(m.product(a.X, a.Y, a.Z)), m.trace(m.product(a.Z, a.X, a.Y))),
    "tr(AB) = tr(BᵀAᵀ)": lambda a: (m.trace(m.product(a.X, a.Y)), m.trace(m.product(T(a.X), T(a.Y)))),
    "tr of a sum": lambda a: (m.trace(m.add(a.X, T(a.X))), m.scale(number(2), m.trace(a.X))),
    "tr(u wᵀ)": lambda a: (m.trace(m.product(a.u, T(a.v))), m.product(T(a.v), a.u)),
    "tr(I)": lambda a: (m.trace(m.identity(a.n)), number(a.n)),
    "tr diag": lambda a: (m.trace(m.diagonal(a.u)), total(a.u)),
    "(u wᵀ)∘M": lambda a: (
        times(m.product(a.b, T(a.u)), a.A),
        m.product(m.diagonal(a.b), a.A, m.diagonal(a.u)),
    ),
    "(u wᵀ)∘(v xᵀ)": lambda a: (
        times(m.product(a.b, T(a.u)), m.product(a.b, T(a.v))),
        m.product(m.hadamard((a.b, 2)), T(times(a.u, a.v))),
    ),
    "(diag(u) M)∘N": lambda a: (
        times(m.product(m.diagonal(a.b), a.A), a.A2),
        m.product(m.diagonal(a.b), times(a.A, a.A2)),
    ),
    "I∘M": lambda a: (times(m.identity(a.n), a.X), m.diagonal(m.diagonal_of(a.X))),
    "the diagonal of an outer product": lambda a: (
        m.diagonal_of(m.product(a.u, T(a.v))),
        times(a.u, a.v),
    ),
    "softmax of a column": lambda a: (m.scale(m.power(total(exp(a.u)), -1), exp(a.u)), softmax(a.u)),
    "softmax in a product": lambda a: (
        m.scale(m.power(total(exp(a.u)), -2), m.product(a.A, times(exp(a.u), a.v))),
        m.scale(m.power(total(exp(a.u)), -1), m.product(a.A, times(softmax(a.u), a.v))),
    ),
    "softmax in a scalar": lambda a: (
        m.scale(m.power(total(exp(a.u)), -1), m.product(T(a.v), exp(a.u))),
        m.product(T(a.v), softmax(a.u)),
    ),
    "softmax in a diagonal": lambda a: (
        m.product(a.A, m.scale(m.power(total(exp(a.u)), -1), m.diagonal(exp(a.u)))),
        m.product(a.A, m.diagonal(softmax(a.u))),
    ),
    "softmax of rows": lambda a: (
        m.hadamard((exp(a.A), 1), (m.product(exp(a.A), m.ones(a.n), T(m.ones(a.n))), -1)),
        softmax(a.A, 1),
    ),
    "softmax of columns": lambda a: (
        m.hadamard((exp(a.A), 1), (m.product(m.ones(a.m), T(m.ones(a.m)), exp(a.A)), -1)),
        softmax(a.A, 0),
    ),
    "softmax of a transpose": lambda a: (softmax(T(a.A), 0), T(softmax(a.A, 1))),
    "softmax moved by a constant": lambda a: (softmax(m.subtract(a.u, m.scale(a.s, m.ones(a.n)))), softmax(a.u)),
    "softmax moved by a column": lambda a: (
        softmax(m.subtract(a.A, m.product(a.b, T(m.ones(a.n)))), 1),
        softmax(a.A, 1),
    ),
    "exp(log x)": lambda a: (exp(m.elementwise("log", a.A)), a.A),
    "f(c 1)": lambda a: (exp(m.scale(a.s, m.ones(a.n))), m.scale(exp(a.s), m.ones(a.n))),
    "f(u 1ᵀ)": lambda a: (
        exp(m.product(a.u, T(m.ones(a.k)))),
        m.product(exp(a.u), T(m.ones(a.k))),
    ),
    "f(1 wᵀ)": lambda a: (
        m.elementwise("maximum", m.product(m.ones(a.m), T(a.u)), m.zero(a.m, a.n)),
        m.product(m.ones(a.m), T(m.elementwise("maximum", a.u, m.zero(a.n, 1)))),
    ),
    "inverse of an inverse": lambda a: (m.inverse(m.inverse(a.X)), a.X),
    "inverse of a scaled": lambda a: (
        m.inverse(m.scale(m.scale(number(2), a.s), a.X)),
        m.scale(m.scale(number(HALF), m.power(a.s, -1)), m.inverse(a.X)),
    ),
    "inverse of diag": lambda a: (m.inverse(m.diagonal(a.u)), m.diagonal(m.hadamard((a.u, -1)))),
    "inverse of a product of squares": lambda a: (
        m.inverse(m.product(a.X, a.Y)),
        m.product(m.inverse(a.Y), m.inverse(a.X)),
    ),
    "det(Aᵀ)": lambda a: (m.determinant(T(a.X)), m.determinant(a.X)),
    "det(A⁻¹)": lambda a: (m.determinant(m.inverse(a.X)), m.power(m.determinant(a.X), -1)),
    "det(s A)": lambda a: (
        m.determinant(m.scale(a.s, a.X)),
        m.scale(m.power(a.s, a.n), m.determinant(a.X)),
    ),
    "det(A B)": lambda a: (m.determinant(m.product(a.X, a.Y)), times(m.determinant(a.X), m.determinant(a.Y))),
    "det(I)": lambda a: (m.determinant(m.identity(a.n)), number(1)),
    "logdet(Aᵀ)": lambda a: (m.logdet(T(a.X)), m.logdet(a.X)),
    "logdet(3 A)": lambda a: (
        m.logdet(m.scale(number(3), m.inverse(a.S))),
        m.subtract(m.scale(number(a.n), m.elementwise("log", number(3))), m.logdet(a.S))
        if a.n > 1
        else m.elementwise("log", m.scale(number(3), m.power(a.S, -1))),
    ),
    "logsumexp of a transpose": lambda a: (logsumexp(T(a.A), 0), logsumexp(a.A, 1)),
}


def gram(a: World) -> Matrix:
    """B Bᵀ or Bᵀ B, whichever has an inverse."""
    return m.product(a.B, T(a.B)) if a.n <= a.k else m.product(T(a.B), a.B)


def logsumexp(x: Matrix, axis: int) -> Matrix:
    return m.function("logsumexp", (x,), (("axis", axis), ("keepdims", False)), x.columns if axis == 0 else x.rows, 1)


def only_column(a: World) -> bool:
    """Whether P is a column, which then sums to one as a whole."""
    return a.n == 1


def values_of(world: World) -> dict[str, np.ndarray]:
    found = world.values()
    if only_column(world):
        found["P"] = found["P"] / found["P"].sum()
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_and_gives_the_one_form(name: str, size: tuple[int, int, int]) -> None:
    world = World(*size)
    with checked(values_of(world)) as value:
        got, wanted = RULES[name](world)
        np.testing.assert_allclose(value(got), value(wanted), rtol=1e-8, atol=1e-9)
        assert got is wanted


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_root_keeps_what_may_be_negative(size: tuple[int, int, int]) -> None:
    a = World(*size)
    with checked({**values_of(a), "s": -2.0, "t": -3.0}) as value:
        root = m.power(m.power(a.s, 2), HALF)
        assert root is not a.s
        assert value(root) == 2
        np.testing.assert_allclose(value(m.power(times(a.s, a.t), HALF)), 6**0.5)
        np.testing.assert_allclose(value(m.hadamard((m.hadamard((a.A, 2)), HALF))), abs(value(a.A)))
        square = m.hadamard((m.product(a.b, T(a.u)), 2))
        np.testing.assert_allclose(value(m.hadamard((square, HALF))), abs(value(m.product(a.b, T(a.u)))))


def test_a_norm_leaves_a_root() -> None:
    u, s = m.symbol("u", 3, 1), m.symbol("s", 1, 1)
    norm = m.product(T(u), u)
    assert m.power(m.scale(number(4), m.power(norm, 2)), HALF) is m.scale(number(2), norm)
    assert m.power(times(norm, s), HALF).op == "scaled"


def test_the_hessian_of_logsumexp_multiplies_out() -> None:
    a, x = m.symbol("A", 3, 2), m.symbol("x", 2, 1)
    p = softmax(m.product(a, x))
    inner = m.subtract(m.identity(3), m.product(m.ones(3), T(p)))
    left = m.subtract(m.diagonal(p), m.product(m.diagonal(p), m.ones(3), T(p)))
    assert m.subtract(m.diagonal(p), m.product(p, T(p))) is left
    assert m.product(inner, m.ones(3)) is m.zero(3, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: m.product(m.symbol("A", 2, 3), m.symbol("B", 2, 3)),
        lambda: m.add(m.symbol("A", 2, 3), m.symbol("B", 3, 2)),
        lambda: m.hadamard((m.symbol("A", 2, 3), 1), (m.symbol("u", 2, 1), 1)),
        lambda: m.inverse(m.symbol("A", 2, 3)),
        lambda: m.trace(m.symbol("A", 2, 3)),
        lambda: m.determinant(m.symbol("A", 2, 3)),
        lambda: m.logdet(m.symbol("A", 2, 3)),
        lambda: m.diagonal(m.symbol("A", 2, 3)),
        lambda: m.diagonal_of(m.symbol("A", 2, 3)),
        lambda: m.scale(m.symbol("A", 2, 3), m.symbol("B", 2, 3)),
        lambda: m.power(m.symbol("A", 2, 3), 2),
        lambda: m.symbol("A", 0, 3),
        lambda: m.zero(2, 0),
    ],
)
def test_sizes_that_do_not_fit_are_refused(make: Callable[[], Matrix]) -> None:
    with pytest.raises(ValueError, match=r"\d×\d"):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: m.power(m.zero(1, 1), -1),
        lambda: m.hadamard((m.symbol("A", 2, 3), 1), (m.zero(2, 3), -1)),
        lambda: m.inverse(m.zero(2, 2)),
        lambda: m.scale(m.power(number(0), -HALF), m.symbol("A", 2, 3)),
    ],
)
def test_dividing_by_zero_is_refused(make: Callable[[], Matrix]) -> None:
    with pytest.raises(ZeroDivisionError):
        make()


def test_signs_do_not_depend_on_what_number_stands_for_a_size() -> None:
    x = m.symbol("X", 211, 211)
    assert m.determinant(m.scale(number(-1), x)).op == "determinant"


def test_what_sums_to_zero_vanishes_before_ones():
    centred = frozenset({"centred"})
    c, rows, g = m.symbol("c", 5, 1, centred), m.symbol("C", 4, 5, centred), m.symbol("g", 5, 1)
    row = m.transpose(m.ones(5))
    assert m.is_zero(m.product(row, c))
    assert m.is_zero(m.product(row, m.scale(m.power(m.symbol("s", 1, 1), Fraction(-1)), c)))
    assert m.is_zero(m.product(rows, m.ones(5)))
    assert m.is_zero(m.product(row, m.transpose(rows)))
    assert m.is_zero(m.product(m.diagonal(m.symbol("d", 4, 1)), rows, m.ones(5)))
    assert m.product(m.subtract(rows, m.product(m.symbol("a", 4, 1), row)), m.ones(5)) is m.scale(
        m.number(-5), m.symbol("a", 4, 1)
    )
    for other in (
        m.product(m.transpose(m.ones(4)), rows),
        m.product(row, m.hadamard((c, 1), (c, 1))),
        m.product(m.transpose(g), c),
    ):
        assert not m.is_zero(other)
