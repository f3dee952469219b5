"""Values of formulas, and the check that every constructor undergoes."""

from __future__ import annotations

import copy
import gc
import pickle
from fractions import Fraction

import numpy as np
import pytest

from gradviz.passes.matrix import algebra as m
from gradviz.passes.matrix import node
from gradviz.passes.matrix.checking import WrongRule, checked, rule, value_of
from gradviz.passes.matrix.node import Matrix

A = m.symbol("A", 2, 3)
X = m.symbol("X", 2, 2)
u = m.symbol("u", 2, 1)
POINT = {"A": np.arange(6.0).reshape(2, 3), "X": np.array([[2.0, 1.0], [-1.0, 3.0]]), "u": [4.0, 9.0]}


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (m.number(Fraction(1, 4)), [[0.25]]),
        (m.zero(1, 2), [[0, 0]]),
        (m.ones(2), [[1], [1]]),
        (m.identity(2), [[1, 0], [0, 1]]),
        (m.scale(m.number(2), A), [[0, 2, 4], [6, 8, 10]]),
        (m.transpose(A), [[0, 3], [1, 4], [2, 5]]),
        (m.product(A, m.ones(3)), [[3], [12]]),
        (m.hadamard((u, Fraction(1, 2))), [[2], [3]]),
        (m.hadamard((u, -1)), [[1 / 4], [1 / 9]]),
        (m.subtract(X, m.identity(2)), [[1, 1], [-1, 2]]),
        (m.elementwise("relu", X), [[2, 1], [0, 3]]),
        (m.elementwise("maximum", X, m.transpose(X)), [[2, 1], [1, 3]]),
        (m.inverse(X), np.array([[3, -1], [1, 2]]) / 7),
        (m.trace(X), [[5]]),
        (m.determinant(X), [[7]]),
        (m.logdet(X), [[np.log(7)]]),
        (m.diagonal(u), [[4, 0], [0, 9]]),
        (m.diagonal_of(X), [[2], [3]]),
        (m.function("logsumexp", (m.zero(2, 3),), (("axis", 0), ("keepdims", False)), 3, 1), [[np.log(2)]] * 3),
        (m.function("cofactor", (X,), (), 2, 2), [[3, 1], [-1, 2]]),
    ],
    ids=lambda item: item.op if isinstance(item, Matrix) else "",
)
def test_values_are_two_dimensional(formula: Matrix, wanted: list[list[float]]) -> None:
    value = value_of(formula, POINT)
    assert value.shape == (formula.rows, formula.columns)
    np.testing.assert_allclose(value, wanted)


def test_a_shared_part_is_computed_once() -> None:
    x = m.symbol("x", 1, 1)
    for _ in range(30):
        x = m.add(m.power(m.elementwise("tanh", x), 2), m.elementwise("tanh", x))
    assert np.isfinite(value_of(x, {"x": 0.5})).all()
    assert len(repr(x)) < 100


def test_what_is_not_defined_is_nan() -> None:
    assert np.isnan(value_of(m.power(m.symbol("s", 1, 1), Fraction(1, 2)), {"s": -1.0})).all()
    assert np.isnan(value_of(m.inverse(X), {"X": np.ones((2, 2))})).all()


@rule(lambda value, x: value(x).T)
def forgetful(x: Matrix) -> Matrix:
    return x


def test_a_wrong_value_is_told_with_both_values() -> None:
    with checked(POINT), pytest.raises(WrongRule, match=r"(?s)forgetful made X, worth.*was meant"):
        forgetful(X)


def test_a_wrong_shape_is_told() -> None:
    with checked(POINT), pytest.raises(WrongRule, match=r"forgetful made A of shape \(2, 3\) where \(3, 2\)"):
        forgetful(A)


def test_only_the_context_checks() -> None:
    assert forgetful(X) is X
    with pytest.raises(WrongRule), checked(POINT):
        forgetful(X)
    assert forgetful(X) is X


def test_equal_nodes_are_one_object_and_cannot_be_changed() -> None:
    again = m.symbol("X", 2, 2)
    assert again is X
    assert pickle.loads(pickle.dumps(X)) is X
    assert copy.deepcopy(m.inverse(X)) is m.inverse(X)
    assert m.symbol("X", 2, 2, {"symmetric"}) is not X
    with pytest.raises(AttributeError):
        X.rows = 3


def test_nodes_do_not_outlive_their_use() -> None:
    gc.collect()
    before = len(node._KNOWN)
    made = [m.product(m.symbol(f"leak{i}", 3, 4), m.symbol(f"more{i}", 4, 3)) for i in range(50)]
    mirrored = [m.transpose(x) for x in made]
    assert len(node._KNOWN) >= before + 150
    del made, mirrored
    gc.collect()
    assert len(node._KNOWN) == before


def test_a_formula_has_a_greatest_depth() -> None:
    with pytest.raises(node.TooDeep, match="nested more than 150 deep"):
        nested(node.DEEPEST)


def nested(depth: int) -> Matrix:
    x = m.symbol("x", 2, 1)
    for _ in range(depth):
        x = m.elementwise("tanh", x)
    return x


def test_the_order_is_one_of_structure() -> None:
    names = ["b", "a", "d", "c"]
    one = m.add(*(m.symbol(name, 2, 2) for name in names))
    assert [x.data[0] for x in one.args] == sorted(names)
    everything = [
        A,
        X,
        u,
        m.ones(2),
        m.number(2),
        m.inverse(X),
        m.trace(X),
        one,
        m.product(X, A),
        m.elementwise("exp", X),
    ]
    assert sorted(everything, key=lambda x: x.order) == sorted(reversed(everything), key=lambda x: x.order)
