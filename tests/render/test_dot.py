from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import pytest

import gradviz
from gradviz.explanation.data import Math
from gradviz.render.dot import render_dot
from gradviz.render.options import Options


def laid_out(source: str) -> Any:
    """The drawing as the real engine reads it, positions and all."""
    import pygraphviz

    graph = pygraphviz.AGraph(string=source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph.layout("dot")
    return graph


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("f=(x+y)*z", "x=-2,y=5,z=-4"),
        ("f=(x+y)*z", None),
        ("x*x", "x=3"),
        ("||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"),
        ("where(x < 1, y, 2)", "x=0,y=1"),
        ("α·node·edge·graph", "alpha=1,node=2,edge=3,graph=4"),
    ],
)
def test_the_engine_reads_it(text: str, at: str | None) -> None:
    explanation = gradviz.explain(text, at=at)
    graph = laid_out(explanation.to_dot())
    assert len(graph.nodes()) == len(explanation.nodes)
    assert len(graph.edges()) == len(explanation.edges)
    assert all(graph.get_node(node).attr["pos"] for node in graph.nodes())


def test_a_repeated_operand_has_two_edges() -> None:
    graph = laid_out(gradviz.explain("x*x", at="x=3").to_dot())
    assert [(str(source), str(target)) for source, target in graph.edges()] == [("x", "f"), ("x", "f")]


def test_values_and_gradients_stand_on_the_edges() -> None:
    source = gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").to_dot()
    edge = next(line for line in source.splitlines() if "q -> f" in line)
    for part in (">3<", "∂f/∂q = z", "1 × (−4) = −4"):
        assert part in edge
    values = gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").to_dot(detail="values")
    assert "∂" not in values


def test_names_of_any_kind_are_escaped() -> None:
    names = ['a"b', "c\\n", "<b>&amp;", "d:e", "port:n", "{x|y}", "-> z;", "é☃", " ", "node"]
    data = gradviz.explain("+".join(f"x{i}" for i in range(10))).data
    odd = {f"x{i}": name for i, name in enumerate(names)}
    nodes = tuple(
        replace(node, id=odd.get(node.id, node.id), label=Math("", odd.get(node.id, node.id), ""))
        for node in data.nodes
    )
    edges = tuple(replace(edge, source=odd.get(edge.source, edge.source)) for edge in data.edges)
    source = render_dot(replace(data, nodes=nodes, edges=edges), Options())
    graph = laid_out(source)
    assert len(graph.nodes()) == len(nodes)
    assert len(graph.edges()) == len(edges)
    assert "<b>" not in source


def test_large_arrays_are_summaries() -> None:
    source = gradviz.explain("x : 4096; f = relu(x)", seed=1).to_dot()
    assert len(source) < 3000
    assert "4096 numbers from" in source


def test_direction_and_theme() -> None:
    data = gradviz.explain("x*y").data
    assert "rankdir=TB" in render_dot(data, Options(direction="TB"))
    assert "#14181d" in render_dot(data, Options(theme="dark"))
