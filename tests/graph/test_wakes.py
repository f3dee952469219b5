"""Simplifications that are not asked would have found nothing; constants are shared as they are written."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from gradviz.graph.folding import Folder, _key, constant_key
from gradviz.graph.graph import Graph
from gradviz.graph.peephole import RULES, WAKES
from gradviz.ops.op import PI, E
from gradviz.ops.table import OPS


def bench():
    """A builder with nodes of every kind that simplifications look for, the user's and its own."""
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    written = [x, -x, 1 / x, x * y, 2 * x, x + y, x - 1, graph.where(x > 0, x, 0), graph.constant(1), graph.sin(x)]
    builder = Folder(graph)
    a, b = builder.term(x.id), builder.term(y.id)
    made = [-b, 1 / b, 3 * b, b * a, b - 3, builder.where(b > 0, b, 0), builder.cos(b), b**2, builder.constant(7)]
    return builder, [term.id for term in (*written, *made)]


@pytest.mark.parametrize("name", sorted(WAKES))
def test_a_simplification_that_sleeps_finds_nothing(name):
    builder, ids = bench()
    slept = 0
    for operands in product(ids, repeat=1 if name == "neg" else 2):
        if not any(builder.node(i).op.name in WAKES[name] for i in operands):
            slept += 1
            assert RULES[name](builder, (), operands, ()) is None, operands
    assert slept


def test_every_entry_is_an_operation_with_a_simplification():
    assert set(WAKES) <= set(RULES) <= set(OPS)


VALUES = [0, 1, -1, True, False, 0.0, -0.0, 1.0, 0.5, Fraction(1, 2), Fraction(1), PI, E, float(PI), 3, 3.0]
VALUES += [float("nan"), float("inf"), -float("inf"), (1, 2), (1.0, 2), ((1,), (2,)), 10**30, 1e30]


@pytest.mark.parametrize("one", VALUES, ids=repr)
def test_constants_are_shared_where_they_are_written_alike(one):
    for other, shape in product(VALUES, [(), (2,)]):
        alike = constant_key(one, ()) == constant_key(other, shape)
        assert (_key(one, ()) == _key(other, shape)) == alike, (one, other)
