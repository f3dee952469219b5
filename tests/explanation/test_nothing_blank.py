"""No gradient's line is empty, nothing is said twice, and what is declared of a matrix is said where it matters."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.explanation.data import EdgeFacts, ExplanationData

DEEP = "\n".join(["A : 3x3; x : 3; h0 = x", *(f"h{i} = tanh(A@h{i - 1} + x)" for i in range(1, 41)), "f = sum(h40)"])
MANY = "; ".join(["x : 3", "h0 = x", *(f"h{i} = sin(h{i - 1})" for i in range(1, 411)), "f = sum(h410)"])
MAXIMUM = "x : 3; h2 = max(x^2+x); f = h2^2"


def edge(data: ExplanationData, source: str, target: str) -> EdgeFacts:
    return next(edge for edge in data.edges if (edge.source, edge.target) == (source, target))


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (DEEP, "too long to be read: 121 operations"),
        (MANY, "no formula above 400 nodes: there are 412"),
    ],
)
def test_a_gradient_that_is_not_written_says_why(program: str, reason: str) -> None:
    made = gradviz.explain(program)
    facts = made.data.gradients["x"]
    assert (facts.formula, facts.named, facts.untold) == (None, None, reason)
    assert f"∂f/∂x = ({reason})" in made.to_text()
    for page in (made.to_markdown(), made.to_latex()):
        assert rf"\text{{({reason})}}" in page
    assert json.loads(made.to_json())["gradients"]["x"]["untold"] == reason


def test_where_formulas_are_not_wanted_the_line_says_so() -> None:
    data = gradviz.explain("x : 2; f = sum(x)", formulas=False).data
    assert data.gradients["x"].untold == "formulas were not asked for"


def test_where_there_are_numbers_they_are_the_line() -> None:
    made = gradviz.explain(DEEP, seed=1)
    assert "(too long" not in made.to_text()
    assert made.data.gradients["x"].value is not None


def test_a_form_by_names_is_in_the_interface() -> None:
    norm = "x:8; g:8; b:8; y=(x-mean(x))/sqrt(var(x)+0.001)*g+b; f=sum(y*y)"
    found = gradviz.explain(norm).gradients["x"]
    assert found.formula is None
    assert found.named is not None
    used: dict[str, Any] = dict(found.where)
    assert used
    assert all(name in found.named or any(name in made for made in used.values()) for name in used)
    plain = gradviz.explain("f = x*y").gradients["x"]
    assert (plain.named, dict(plain.where)) == (None, {})


def test_entries_stand_once_and_no_reason_beside_a_form_by_names() -> None:
    made = gradviz.explain(MAXIMUM)
    text = made.to_text()
    assert made.data.gradients["x"].bracketed
    assert text.count("∂f/∂x[0] =") == 1
    assert "= [4·x[0]" not in text
    assert "no matrix form" not in text
    short = gradviz.explain("x : 2; f = prod(x)*max(x)")
    assert short.to_text().count("x[0]·x[1]") < 10


def test_a_symmetric_matrix_is_varied_entry_by_entry_and_its_transpose_is_itself() -> None:
    made = gradviz.explain("S : n x n symmetric; x : n; q = S x; f = q.T @ q")
    (remark,) = [r.text for r in made.data.remarks if "varied independently" in r.text]
    assert remark.endswith("take ∂f/∂S + (∂f/∂S)ᵀ − diag(∂f/∂S)")
    why = edge(made.data, "x", "q").why
    assert why is not None
    assert "Sᵀ = S, as declared" in why.says
    other = gradviz.explain("S : n x n; x : n; q = S x; f = q.T @ q", wrt=["x"])
    assert not [r for r in other.data.remarks if "varied" in r.text]


def test_the_remark_on_symmetric_matrices_is_true() -> None:
    """Each entry on both sides of the diagonal moved together, in small steps, against the formula of the remark."""
    random = np.random.default_rng(5)
    s = random.standard_normal((3, 3))
    s, x = s + s.T, random.standard_normal(3)
    program = "S : 3x3 symmetric; x : 3; f = sum(exp(S x)) + det(S)"
    gradient = gradviz.explain(program, {"S": s, "x": x}).gradients["S"].value
    said = gradient + gradient.T - np.diag(np.diag(gradient))

    def f(matrix: Any) -> float:
        return float(np.sum(np.exp(matrix @ x)) + np.linalg.det(matrix))

    for i, j in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[i, j] = step[j, i] = 1e-6
        assert said[i, j] == pytest.approx((f(s + step) - f(s - step)) / 2e-6, rel=1e-5)


def test_a_contribution_to_a_vector_is_a_column() -> None:
    data = gradviz.explain("a:3; b:4; G:3x4; q = outer(a,b); f = sum(q*G)").data
    facts = edge(data, "b", "q")
    assert facts.rule is not None
    assert (facts.rule.unicode, facts.rule.text) == ("gᵀ a", "g.T @ a")
    assert facts.why is not None
    assert "only gᵀ a has that shape" in facts.why.says[0]
    row = edge(gradviz.explain("x:3; W:3x4; q = x.T @ W; f = sum(q^2)").data, "x", "q")
    assert row.rule is not None
    assert row.rule.unicode == "W g"


@pytest.mark.parametrize(
    ("program", "source", "target", "rule"),
    [
        ("A:2x2; B:2x2; q=A*B; r=exp(q); f=sum(r@A)", "A", "q", "∂f/∂q ∘ B"),
        ("A:2x2; B:2x2; q=A-B; r=exp(q); f=sum(r@A)", "B", "q", "−∂f/∂q"),
        ("A:2x2; B:2x2; q=A+B; r=exp(q); f=sum(r@A)", "B", "q", "∂f/∂q"),
        ("A:2x2; B:2x2; q=A/B; r=exp(q); f=sum(r@A)", "A", "q", "∂f/∂q ∘ (1/B)"),
        ("A:2x2; s; q=A*s; r=exp(q); f=sum(r@A)", "A", "q", "s · ∂f/∂q"),
        ("A:2x2; q=3*A; r=exp(q); f=sum(r@A)", "A", "q", "3 · ∂f/∂q"),
    ],
)
def test_elementwise_edges_without_values_have_a_contribution(
    program: str, source: str, target: str, rule: str
) -> None:
    made = gradviz.explain(program)
    facts = edge(made.data, source, target)
    assert facts.rule is not None
    assert facts.rule.unicode == rule
    assert f"contribution  {rule}\n" in made.to_text()
    assert edge(gradviz.explain(program, seed=1).data, source, target).rule is None
