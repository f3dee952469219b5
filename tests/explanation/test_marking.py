"""Marks by node id, and the ids that nodes of a graph have in its picture."""

from __future__ import annotations

import pytest

import gradviz
from gradviz.explanation.explain import explain_graph
from gradviz.explanation.marking import marked, node_ids, strongest
from gradviz.graph.build import build
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse

PROGRAMS = [
    "f=(x+y)*z",
    "sin(x)*cos(x)+2*3",
    "q=x*x; f=q+exp(q)",
    "α·β₁²",
    "a=x*2; f=a*a; g=1",
    "f=x",
    "X : 4x2; y : 4x1; h = dense(X, 3, tanh); p = dense(h, 1); L = bce_with_logits(p, y)",
    "X : 5x2; h = mlp(X, [4, 4], relu); L = sum(h^2)",
]


@pytest.mark.parametrize("source", PROGRAMS)
@pytest.mark.parametrize("depth", [None, 0, "layers"])
def test_ids_are_those_of_the_picture(source, depth):
    built = build(parse(source))
    data = explain_graph(built.graph, built.output, output_name=built.output_name, depth=depth, formulas=False)
    ids = node_ids(built.graph, built.output, built.output_name, depth)
    assert set(ids.values()) == {node.id for node in data.nodes}
    assert ids[built.output] == data.output_id
    for name, place in built.graph.names.items():
        if place in ids and any(node.name == name for node in data.nodes):
            assert data.node(ids[place]).name == name or depth is not None


def test_each_id_stands_for_the_node_that_the_picture_evaluates():
    built = build(parse("q=x*y+3; f=sin(q)*q+log(y)"))
    at = {"x": 0.7, "y": 1.9}
    data = explain_graph(built.graph, built.output, output_name=built.output_name, values=at)
    ids = node_ids(built.graph, built.output, built.output_name)
    assert len(ids) == len(data.nodes)
    for place, id in ids.items():
        assert data.node(id).value.number == pytest.approx(float(evaluate(built.graph, at, [place])[0]))


def test_ids_are_the_same_in_the_graph_that_continues_it():
    built = build(parse("f=(x+y)*z"))
    longer = differentiate(built.graph, built.output).graph
    assert node_ids(longer, built.output, built.output_name) == node_ids(built.graph, built.output, built.output_name)


def test_constants_and_what_hangs_on_nothing_have_no_id():
    built = build(parse("f=x*(2+3); g=y; f"))
    ids = node_ids(built.graph, built.output, built.output_name)
    assert sorted(ids.values()) == ["f", "x"]


def test_marks_replace_each_other_and_unknown_ids_are_passed_over():
    data = gradviz.explain("f=(x+y)*z").data
    first = marked(data, {"q": "wrong", "nowhere": "right"})
    assert [node.id for node in first.nodes if node.mark] == ["q"]
    assert marked(first, {"q": ""}) == data
    assert marked(first, {"x": "right"}).node("q").mark == "wrong"
    assert data.node("q").mark == ""


def test_other_words_are_refused():
    with pytest.raises(ValueError, match="there is no mark 'bad'"):
        marked(gradviz.explain("f=x*y").data, {"f": "bad"})


def test_the_strongest_mark_wins_in_any_order():
    pairs = [("q", "right"), ("q", "follows"), ("q", "wrong"), ("", "wrong"), ("x", "right")]
    assert strongest(pairs) == strongest(pairs[::-1]) == {"q": "wrong", "x": "right"}
