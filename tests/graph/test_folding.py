"""The folding builder: equal nodes shared, needless ones never made, the user's own left alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradviz.errors import InternalError
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import PI


@pytest.fixture
def graph():
    g = Graph()
    g.input("x")
    g.input("y")
    return g


def terms(graph):
    b = Folder(graph)
    return b, b.term(0), b.term(1)


def value(term):
    return term.node.settings["value"]


@pytest.mark.parametrize(
    "make",
    [
        lambda b, x, y: x * 1,
        lambda b, x, y: 1 * x,
        lambda b, x, y: x * 1.0,
        lambda b, x, y: x + 0,
        lambda b, x, y: 0 + x,
        lambda b, x, y: x - 0,
        lambda b, x, y: x / 1,
        lambda b, x, y: x**1,
        lambda b, x, y: b.neg(b.neg(x)),
        lambda b, x, y: -1 * (-x),
        lambda b, x, y: b.where(y > 0, x, x),
        lambda b, x, y: b.where(b.constant(1), x, y),
        lambda b, x, y: b.where(b.constant(2) < 1, y, x),
    ],
)
def test_vanishes(graph, make):
    assert make(*terms(graph)).id == 0


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda b, x, y: x * 0, 0),
        (lambda b, x, y: x**0, 1),
        (lambda b, x, y: 0 / x, 0),
        (lambda b, x, y: b.constant(2) * 3, 6),
        (lambda b, x, y: b.constant(1) / 3, Fraction(1, 3)),
        (lambda b, x, y: b.constant(Fraction(1, 3)) * 3 - 1, 0),
        (lambda b, x, y: b.constant(2) ** -2, Fraction(1, 4)),
        (lambda b, x, y: -b.constant(2), -2),
        (lambda b, x, y: b.constant(0.5) + 1, 1.5),
        (lambda b, x, y: b.constant(3) > 2, 1),
    ],
)
def test_constants_are_computed_exactly(graph, make, expected):
    made = make(*terms(graph))
    assert value(made) == expected
    assert type(value(made)) is type(expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda b: b.constant(PI) * 2,
        lambda b: b.constant(1) / 0,
        lambda b: b.constant(2) ** Fraction(1, 2),
        lambda b: b.constant(9) ** 387420489,
        lambda b: b.constant(0) ** -1,
    ],
)
def test_left_as_written(graph, make):
    assert make(terms(graph)[0]).node.op.name in {"mul", "div", "pow"}


@pytest.mark.parametrize(
    ("make", "op", "operands"),
    [
        (lambda b, x, y: x + (-y), "sub", (0, 1)),
        (lambda b, x, y: (-x) + y, "sub", (1, 0)),
        (lambda b, x, y: x - (-y), "add", (0, 1)),
        (lambda b, x, y: 0 - x, "neg", (0,)),
        (lambda b, x, y: x * -1, "neg", (0,)),
        (lambda b, x, y: x * (1 / y), "div", (0, 1)),
        (lambda b, x, y: (1 / y) * x, "div", (0, 1)),
    ],
)
def test_shorter_form(graph, make, op, operands):
    node = make(*terms(graph)).node
    assert (node.op.name, node.operands) == (op, operands)


def test_factors_are_gathered(graph):
    b, x, _ = terms(graph)
    node = (2 * (3 * x)).node
    assert (value(b.term(node.operands[0])), node.operands[1]) == (6, 0)


def test_mask_goes_outside_the_product(graph):
    b, x, y = terms(graph)
    node = (x * b.where(y > 0, 1, 0)).node
    assert node.op.name == "where"
    assert node.operands[1] == x.id
    assert value(b.term(node.operands[2])) == 0


def test_equal_nodes_are_shared(graph):
    b, x, y = terms(graph)
    assert b.sin(x).id == b.sin(x).id
    assert (x * y).id == (y * x).id
    assert (x - y).id != (y - x).id
    assert b.constant(1).id == b.constant(1).id
    assert b.constant(Fraction(1, 2)).id != b.constant(0.5).id
    assert b.constant(0.0).id != b.constant(-0.0).id


def test_the_users_nodes_stay_and_are_shared(graph):
    x, y = graph["x"], graph["y"]
    mine = x * 1
    also = y + 0
    before = list(graph.nodes)
    b = Folder(graph)
    assert (b.term(x.id) * 1).id == mine.id  # written so by the user, who may have named it
    assert (b.term(y.id) + 0).id == also.id
    assert graph.nodes[: len(before)] == before


def test_operands_of_the_user_are_not_taken_apart():
    g = Graph()
    chain = g.input("x")
    for _ in range(20_000):
        chain = 2 * chain
    b = Folder(g)
    assert (3 * b.term(chain.id)).node.operands[1] == chain.id


def test_fixed_is_what_depends_on_no_input(graph):
    b, x, _ = terms(graph)
    assert b.sin(b.constant(1)).fixed
    assert (b.constant(PI) * 2).fixed
    assert not b.sin(x).fixed
    assert not (x + 1).fixed


def test_a_wrong_rule_is_a_bug(graph):
    b, x, _ = terms(graph)
    with pytest.raises(InternalError):
        b.apply("sin", x, axis=0)
    with pytest.raises(InternalError):
        b.apply("sin", "x")
