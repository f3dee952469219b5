"""What people read: no helper operations, no underscores, honest names for Jacobians and for partial derivatives."""

from __future__ import annotations

import pytest

from gradviz.api import explain
from gradviz.explanation.catalogue import catalogue
from gradviz.explanation.data import EdgeFacts, ExplanationData, Math


def edge(data: ExplanationData, source: str, target: str) -> EdgeFacts:
    return next(edge for edge in data.edges if (edge.source, edge.target) == (source, target))


def test_a_broadcast_operand_is_selected_and_its_contribution_summed() -> None:
    data = explain("q = b + W; f = sum(q)", "b=[[1],[2]], W=[[1,2,3],[3,4,5]]").data
    facts = edge(data, "b", "q")
    assert facts.jacobian is not None
    assert (facts.jacobian.structure, facts.jacobian.nonzeros) == ("selection", 6)
    assert facts.jacobian.pattern == ((1, 0), (1, 0), (1, 0), (0, 1), (0, 1), (0, 1))
    assert facts.rule is not None
    assert facts.rule.unicode == "g summed over the broadcast axis 1"
    assert edge(data, "W", "q").rule is None


@pytest.mark.parametrize(
    ("text", "b", "rule"),
    [
        ("q = b*W; f = sum(q)", [[1], [2]], "g ∘ W summed over the broadcast axis 1"),
        ("q = b*W; f = sum(q)", 2, "g ∘ W summed over all entries"),
        ("q = W/b; f = sum(q)", 2, "g · ∂q/∂b summed over all entries"),
    ],
)
def test_the_sum_is_said_with_the_product(text: str, b: object, rule: str) -> None:
    data = explain(text, {"b": b, "W": [[1, 2, 3], [3, 4, 5]]}).data
    said = edge(data, "b", "q")
    assert said.rule is not None
    assert said.jacobian is not None
    assert said.rule.unicode == rule
    assert said.jacobian.structure == "scaled selection"


def test_reductions_spread_in_words() -> None:
    rules = {text: explain(text, "x=[1,2,4]").data.edges[0].rule for text in ("f=sum(x)", "f=mean(x)")}
    assert [rule.unicode for rule in rules.values() if rule] == ["g for every entry", "g/3 for every entry"]


def test_the_direct_partial_is_told_apart_from_the_gradient() -> None:
    data = explain("f=x*y+x", "x=2,y=1").data
    chain = data.gradients["x"].chain
    assert chain is not None
    assert chain.symbols == Math(
        "df/dq*dq/dx + df/dx|q",
        "∂f/∂q · ∂q/∂x + ∂f/∂x|q",
        r"\frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial x}"
        r" + \left.\frac{\partial f}{\partial x}\right|_{q}",
    )
    assert edge(data, "x", "f").symbol.unicode == "∂f/∂x|q"
    assert edge(data, "q", "f").symbol.unicode == "∂f/∂q"
    assert [remark.text for remark in data.remarks if "held fixed" in remark.text] == [
        "∂f/∂x|q is the local derivative, with q held fixed; ∂f/∂x counts every way to the output"
    ]


def test_no_bar_where_there_is_one_way() -> None:
    for text in ("f=(x+y)*z", "f=x*x", "f=x*y+z"):
        assert all("|" not in edge.symbol.text for edge in explain(text).data.edges)


def test_captions_have_no_underscores() -> None:
    data = explain("f=||x||^2", "x=[1,2]").data
    assert data.node("f").caption == "squared norm"
    assert "_" not in data.node("f").sentence


def test_selu_is_short_for_people_and_exact_for_programs() -> None:
    facts = explain("f=selu(x)", "x=1").data.edges[0].local_formula
    assert facts is not None
    assert facts.unicode == "where(x > 0, 1.0507, f + 1.7581)"
    assert "1.0507009873554805" in facts.text


def test_the_table_reads_without_helpers() -> None:
    for facts in catalogue():
        said = [part.unicode for local in facts.locals for part in (local.partial, local.contribution) if part]
        assert not [text for text in said if "xlogy" in text or "ratio(" in text or "broadcast_to" in text], facts.name


def test_a_product_of_arrays_entry_by_entry_reads_as_one_everywhere() -> None:
    data = explain("G:2x2; V:2x2; q=G*V; f=sum(-q@V*q + softmax(V, axis=1)*2)").data
    assert data.title.unicode == "f = sum((−G ∘ V) V ∘ (G ∘ V) + softmax(V, axis=1)·2)"
    assert r"G \circ V" in data.title.latex
    assert "*" in data.title.text
    assert "∘" not in data.title.text
