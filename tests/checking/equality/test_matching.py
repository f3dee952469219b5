"""Points and values shared by many candidates, and enclosures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq

from gradviz.checking.claim import Claim
from gradviz.checking.equality.matching import enclosures, ground, same_at_points
from gradviz.checking.equality.values import UNDEFINED
from gradviz.graph.graph import Graph
from tests.checking.equality.claims import claim


def test_candidates_are_told_apart() -> None:
    graph = Graph()
    x = graph.input("x")
    asked = graph.sin(2 * x)
    made = ground(Claim(graph, asked.id, asked.id), asked.id)
    assert len(made.points) == 8
    assert made.same(graph, (2 * graph.sin(x) * graph.cos(x)).id) is True
    assert made.same(graph, (asked + Fraction(1, 10**40)).id) is False
    assert made.same(graph, (asked * graph.sqrt(x) / graph.sqrt(x)).id) is False


def test_a_graph_that_has_grown() -> None:
    made = claim("f = x^2*log(x)", "2*x*log(x)")
    shared = ground(made, made.answer)
    grown = made.graph.copy()
    assert shared.same(grown, (2 * grown["x"] * grown.log(grown["x"])).id) is True
    assert shared.same(grown, made.truth) is False


def test_nothing_to_compare_at() -> None:
    graph = Graph()
    x = graph.input("x")
    never = graph.log(-(x**2) - 1)
    assert same_at_points(graph, never.id, x.id, Claim(graph, x.id, never.id)) is None


def test_shapes_that_differ_are_not_the_same() -> None:
    made = claim("x : 3; f = sum(x^2)", "2*x")
    assert ground(made, made.answer).same(made.graph, made.domain[0]) is False


def test_points_respect_what_is_given_and_declared() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    kept = ground(Claim(graph, (x * y).id, (3 * x).id, fixed={"y": 3}), (3 * x).id)
    assert kept.same(graph, (x * y).id) is True


@pytest.mark.parametrize("point", [{"x": 2, "v": [1, 2]}, {"x": Fraction(2), "v": (1, 2.0)}, {"x": 2.0, "v": [1, 2]}])
def test_enclosures(point: dict[str, object]) -> None:
    graph = Graph()
    x, v = graph.input("x"), graph.input("v", (2,))
    found = enclosures(graph, [(x * v).id, graph.log(x - 2).id, graph.sin(x).id], point, 64)
    assert found[0] == [fmpq(2), fmpq(4)]
    assert found[1] == [UNDEFINED]
    assert found[2][0].overlaps(found[2][0])
    assert 0.909 < float(found[2][0].mid()) < 0.9094
