"""Every row of the table in balls: right where it is defined, certainly undefined where it is not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq

from gradviz.checking.equality.arrays import of
from gradviz.checking.equality.namespace import exact
from gradviz.checking.equality.program import compiled
from gradviz.checking.equality.values import UNDECIDED, UNDEFINED, VANISHING, Word, ball, number, settled
from gradviz.graph.graph import Graph
from gradviz.ops.op import Sample
from gradviz.ops.table import OPS
from gradviz.passes.domain import CAUSES
from gradviz.passes.evaluate import evaluate

SAMPLES = [(name, sample) for name, op in OPS.items() for sample in op.samples]


def values(array: Any) -> Any:
    flat = [exact(float(entry)) for entry in np.asarray(array, dtype=float).flat]
    return of(flat, np.shape(array)) if np.shape(array) else flat[0]


def both(name: str, operands: tuple[Any, ...], attributes: Any, bits: int = 128) -> tuple[list[Any], list[float]]:
    graph = Graph()
    arrays = [np.asarray(operand, dtype=float) for operand in operands]
    terms = [graph.input(f"x{i}", array.shape) for i, array in enumerate(arrays)]
    made = graph.apply(name, *terms, **dict(attributes or {}))
    point = {f"x{i}": values(array) for i, array in enumerate(arrays)}
    (found,) = compiled(graph, [made.id]).values(point, bits)
    wanted = evaluate(graph, {f"x{i}": array for i, array in enumerate(arrays)}, [made.id])[0]
    return found, list(np.asarray(wanted).ravel())


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=lambda part: part if isinstance(part, str) else "")
def test_balls_hold_what_numpy_computes(name: str, sample: Sample) -> None:
    found, wanted = both(name, sample.operands, sample.attributes)
    assert len(found) == len(wanted)
    for value, expected in zip(found, wanted, strict=True):
        plain = number(value)
        if plain is UNDECIDED:
            assert sample.kink
            assert name == "norm"
        elif plain is UNDEFINED:
            assert not np.isfinite(expected)
        else:
            assert abs(ball(plain) - arb(float(expected))) < 1e-9 * (1 + abs(expected))


def test_every_row_is_swept() -> None:
    assert {name for name, _ in SAMPLES} == set(OPS)


GRID = [Fraction(n, 4) for n in range(-12, 13)]
SETTINGS = {"polygamma": {"n": 1}}
OVERFLOWS = {"exp", "expm1", "sinh", "cosh", "add", "sub", "mul"}


@pytest.mark.parametrize("name", sorted(CAUSES.keys() - OVERFLOWS))
def test_what_has_a_cause_is_certainly_undefined(name: str) -> None:
    op = OPS[name]
    arity = op.arity if isinstance(op.arity, int) else op.arity[0]
    undefined = 0
    for first in GRID:
        for second in GRID if arity == 2 else [None]:
            operands = (float(first),) if second is None else (float(first), float(second))
            (value,), (wanted,) = both(name, operands, SETTINGS.get(name))
            base_zero = name == "log_base" and operands[1] == 0  # in floats ln(x)/−∞ is 0; over the reals it is nothing
            assert (value is UNDEFINED) == (not np.isfinite(wanted) or base_zero), operands
            undefined += value is UNDEFINED
    assert undefined


@pytest.mark.parametrize(
    ("name", "low", "high", "end"), [("log", -3, -1, 0), ("sqrt", -3, -1, 0), ("asin", 2, 3, 1), ("acosh", -2, 0.5, 1)]
)
def test_undefined_all_over_a_wide_ball(name: str, low: float, high: float, end: float) -> None:
    graph = Graph()
    made = graph.apply(name, graph.input("x"))
    program = compiled(graph, [made.id])
    assert program.values({"x": arb((low + high) / 2, (high - low) / 2)}, 64) == [[UNDEFINED]]
    assert program.values({"x": arb(end, 0.5)}, 64) == [[UNDECIDED]]


def test_what_straddles_is_undecided() -> None:
    graph = Graph()
    x = graph.input("x")
    wide = {"x": arb(0, 1)}
    for made in (1 / x, graph.log(x), graph.sqrt(x), x ** Fraction(1, 3), graph.gamma(x)):
        assert compiled(graph, [made.id]).values(wide, 64) == [[UNDECIDED]]
    (chosen,) = compiled(graph, [graph.where(x > 0, 2, 3).id]).values(wide, 64)[0]
    assert chosen.contains(2)
    assert chosen.contains(3)


def test_only_the_branch_that_is_taken_counts() -> None:
    graph = Graph()
    x = graph.input("x")
    made = graph.where(x > 0, graph.sqrt(x), 0)
    program = compiled(graph, [made.id, ((x > 0) * graph.log(x)).id, (0 * graph.log(x)).id])
    taken, masked, product = (part[0] for part in program.values({"x": fmpq(-1)}, 64))
    assert number(taken) == 0
    assert masked is VANISHING
    assert product is UNDEFINED


def test_a_mask_wins_but_not_every_zero() -> None:
    graph = Graph()
    x = graph.input("x")
    mask, value, bottom = graph.where(x > 0, 1, 0), graph.where(x > 0, x, 0), graph.relu(x)
    program = compiled(graph, [(mask / graph.sqrt(bottom)).id, (value / bottom).id])
    assert program.values({"x": fmpq(-1)}, 64) == [[VANISHING], [UNDEFINED]]


def test_the_derivative_of_a_choice_is_defined_where_the_choice_is() -> None:
    from tests.checking.equality.claims import claim

    made = claim("f = where(x > 0, sqrt(x), 0)", "0")
    (value,) = compiled(made.graph, [made.truth]).values({"x": fmpq(-4)}, 64)[0]
    assert number(value) == 0


def test_fractions_stay_exact_and_short() -> None:
    assert settled(fmpq(1, 3)) == fmpq(1, 3)
    assert type(settled(fmpq(1, 3) ** 5000)) is arb
    assert settled(arb(4).sqrt()) == 2
    assert type(settled(arb(4).sqrt())) is fmpq
    assert settled(arb("inf")) is UNDECIDED


@pytest.mark.parametrize("first", [VANISHING, UNDEFINED, UNDECIDED])
@pytest.mark.parametrize("second", [VANISHING, UNDEFINED, UNDECIDED, fmpq(2), arb(2).sqrt()])
def test_words_in_arithmetic(first: Word, second: Any) -> None:
    if first is VANISHING:
        assert first + second is second
        assert first * second is VANISHING
    else:
        assert (second * first is VANISHING) if second is VANISHING else isinstance(second * first, Word)
        assert (first + second is UNDEFINED) == (UNDEFINED in (first, second))
