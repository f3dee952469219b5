"""Large and deep graphs: numbers always, formulas as far as they are worth it, and never a failure."""

from __future__ import annotations

import math

import pytest

from gradviz.errors import InternalError
from gradviz.explanation import gradients, wording
from gradviz.explanation.data import ExplanationData
from gradviz.explanation.explain import explain_graph
from gradviz.explanation.patterns import Patterns
from gradviz.graph.graph import Graph, Term
from gradviz.passes.formulas import Formulary


def chain(count: int, names: tuple[str, str] = ("x", "y")) -> ExplanationData:
    """sin(x·y) and so on, `count` times: two operations each, one of them with a constant."""
    g = Graph()
    x, y = g.input(names[0], value=0.3), g.input(names[1], value=1.5)
    term: Term = x * y
    for _ in range(count):
        term = g.sin(term) * 1.1
    return explain_graph(g, term.id)


@pytest.mark.parametrize("count", [70, 150, 600, 3000])
def test_a_chain_keeps_its_numbers_and_local_formulas(count: int) -> None:
    data = chain(count)
    slope, value = 1.0, 0.3 * 1.5
    for _ in range(count):
        slope, value = slope * 1.1 * math.cos(value), 1.1 * math.sin(value)
    gradient = data.gradients["x"].value
    assert gradient is not None
    assert gradient.number == pytest.approx(slope * 1.5)
    assert not [remark for remark in data.remarks if "bug" in remark.text]
    names = {node.id: node.name for node in data.nodes}
    edge = next(edge for edge in data.edges if data.nodes[-2].id == edge.target)
    assert edge.local_formula is not None
    assert edge.local_formula.text == f"cos({names[edge.source]})"


def test_a_large_graph_says_operands_in_program_order() -> None:
    data = chain(600, ("b", "a"))
    by_target = {(edge.target, edge.slot): edge.local_formula for edge in data.edges}
    product = data.edges[0].target
    assert [facts.text for slot in (0, 1) if (facts := by_target[product, slot]) is not None] == ["a", "b"]


def test_a_large_graph_keeps_a_name_apart_from_a_constant() -> None:
    g = Graph()
    term = g.input("pi", value=0.5)
    for _ in range(500):
        term = g.gelu(term)
    data = explain_graph(g, term.id)
    assert all(edge.contribution is not None for edge in data.edges)


def test_a_failing_formula_costs_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(Formulary, "gradient", fails)
    data = chain(2)
    assert data.gradients["x"].value is not None
    assert data.gradients["x"].formula is None
    assert any("this is a bug in gradviz" in remark.text for remark in data.remarks)


def test_what_is_no_trouble_of_formulas_is_not_swallowed() -> None:
    assert not issubclass(InternalError, wording.TROUBLE)
    assert not issubclass(KeyboardInterrupt, wording.TROUBLE)


def test_a_local_derivative_is_worked_out_once_for_each_kind_of_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, int]] = []
    original = Patterns._work_out
    monkeypatch.setattr(
        Patterns, "_work_out", lambda self, op, *rest: calls.append((op, rest[1])) or original(self, op, *rest)
    )
    data = chain(150)
    assert wording.MANY < len(data.nodes) < wording.LARGE
    assert sorted(calls) == [("mul", 0), ("mul", 0), ("mul", 1), ("sin", 0)]
    assert all(edge.local_formula is not None for edge in data.edges)


def test_why_gradients_have_no_formula_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    original = gradients._untold
    monkeypatch.setattr(gradients, "_untold", lambda *given: calls.append(1) or original(*given))
    g = Graph()
    total: Term = g.input("x0", value=1.0)
    for i in range(1, 500):
        total = total + g.input(f"x{i}", value=1.0)
    data = explain_graph(g, total.id)
    assert len(data.gradients) == 500
    assert len(calls) == 1
