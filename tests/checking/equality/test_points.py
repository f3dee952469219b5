"""Points, lines and the places where something changes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from gradviz.checking.claim import Claim
from gradviz.checking.equality.comparing import bench
from gradviz.checking.equality.lines import defined_points, lines
from gradviz.checking.equality.loci import beside, breakpoints, loci_of
from gradviz.checking.equality.points import points
from gradviz.checking.equality.program import entries
from gradviz.checking.equality.simplest import simplest
from gradviz.graph.graph import Graph, Term
from tests.checking.equality.claims import claim

FRACTIONS = st.fractions(min_value=-1000, max_value=1000, max_denominator=500)


def exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


@given(FRACTIONS, FRACTIONS)
def test_the_simplest_fraction_has_the_smallest_denominator(a: Fraction, b: Fraction) -> None:
    low, high = min(a, b), max(a, b)
    found = simplest(exact(a), exact(b))
    assert exact(low) <= found <= exact(high)
    for smaller in range(1, min(60, int(found.q))):
        assert (low * smaller).__ceil__() > (high * smaller).__floor__()


def test_points_are_the_same_every_time_simple_first_and_of_many_scales() -> None:
    ready = bench(claim("f = x^2", "2*x"))
    first, second = (list(points(ready.slots, 40)) for _ in range(2))
    assert first == second
    tried = [point["x"] for point in first]
    assert tried[:5] == [1, 2, fmpq(1, 2), 3, -1]
    assert min(tried) < -(10**5)
    assert max(tried) > 10**4
    assert min(map(abs, tried)) < fmpq(1, 100)
    assert len(set(tried)) > 35


def test_points_are_as_declared() -> None:
    ready = bench(claim("S : 3x3 symmetric; p : 3 stochastic; f = p.T@S@p", "S", "S"))
    for point in points(ready.slots, 20):
        assert (point["S"] == point["S"].T).all()
        assert sum(point["p"]) == 1


def test_numbers_of_rows_and_classes_are_whole() -> None:
    ready = bench(claim("E : 5x2; i : 3; f = sum(take(E, i))", "E", "E"))
    seen = {int(value.p) for point in points(ready.slots, 20) for value in entries(point["i"]) if value.q == 1}
    assert seen == {0, 1, 2, 3, 4}


def test_given_values_stay() -> None:
    ready = bench(claim("f = x*y", "y", fixed={"y": Fraction(1, 3)}))
    assert {point["y"] for point in points(ready.slots, 10)} == {fmpq(1, 3)}
    everything = bench(claim("f = x*y", "y", fixed={"y": Fraction(1, 3), "x": 2}))
    assert len(list(points(everything.slots, 10))) == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("abs(x + 100)", [-100]),
        ("abs(x^2 - 4)", [-2, 2]),
        ("max(x, 1/3) + sqrt(x + 7)", [-7, Fraction(1, 3)]),
        ("relu((x - 1000.1)*(1000.2 - x))", [Fraction(10001, 10), Fraction(5001, 5)]),
        ("clip(x, -1, 1)*asin(x/2)", [-2, 2]),
    ],
)
def test_breakpoints_are_found(text: str, wanted: list[Fraction]) -> None:
    made = claim(f"f = {text}", text)
    ready = bench(Claim(made.graph, made.answer, made.answer))
    (line,) = lines(ready.slots)
    found = breakpoints(line, ready, loci_of(ready, set(ready.program.stands)))
    for place in wanted:
        assert (exact(Fraction(place)), exact(Fraction(place))) in found


def test_points_beside_breakpoints_lie_in_every_gap() -> None:
    brackets = [(fmpq(k), fmpq(k)) for k in (-101, -100, 3)]
    found = sorted(beside(brackets))
    assert found[0] < -101
    assert found[-1] > 3
    assert [k for k in found if -101 < k < -100]
    assert [k for k in found if -100 < k < 3]


@pytest.mark.parametrize("text", ["log(x - 2000)", "sqrt(x - 5)*sqrt(6 - x)", "log(log(log(x)))", "acos(x + 3)"])
def test_narrow_domains_are_found(text: str) -> None:
    ready = bench(claim(f"f = {text}", "x"))
    (line,) = lines(ready.slots)
    found = defined_points(line, ready, 3)
    assert found
    assert all(ready.look(point, 64).state in ("same", "different") for point in found)


def test_lines_of_several_inputs_run_along_axes_and_askew() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y", (2,))
    ready = bench(Claim(graph, (x * graph.sum(y)).id, x.id))
    every = list(lines(ready.slots))
    assert len(every) > 2
    for line in every:
        at = line.at(fmpq(2))
        assert at["y"].shape == (2,)
        assert Term(graph, x.id).shape == ()
