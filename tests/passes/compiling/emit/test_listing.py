"""Jobs in lines: each name once, before it is read; the user's names first; comments that say which node a line is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.api.inputs import build_source
from gradviz.graph.graph import Graph, Term
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.listing import Listing, listing
from gradviz.passes.compiling.emit.table import LANGUAGES
from gradviz.passes.evaluate import evaluate

FLOAT = np.dtype(float)


def listed(text: str, wrt: tuple[str, ...] | None = None) -> Listing:
    built = build_source(text, {}, None, "expression", None)
    return listing(job_for(built.graph, built.output, built.inputs, wrt, FLOAT))


def comments(made: Listing) -> dict[str, str]:
    return {line.name: line.comment for line in made.lines}


def test_every_line_says_which_node_it_is() -> None:
    said = comments(listed("s = sin(x); q = s*x; f = q + s"))
    assert said == {
        "s": "sin",
        "q": "mul",
        "f": "add",
        "d_s": "gradient by s: the sum of its contributions",
        "t1": "local derivative of s by x",
        "t2": "contribution to x along s",
        "d_x": "gradient by x: the sum of its contributions",
    }


def test_a_gradient_that_is_another_value_has_a_line_where_something_speaks_of_it() -> None:
    made = listed("q = x + y; f = q*z")
    assert [(line.name, line.operands) for line in made.lines if line.part == "backward"] == [
        ("d_q", ("z",)),
        ("d_z", ("q",)),
        ("d_y", ("d_q",)),
        ("d_x", ("d_q",)),
    ]
    assert [line.name for line in listed("q = x + y; f = q*z", ("z",)).lines] == ["q", "f", "d_z"]


def test_layers_and_shapes_are_said() -> None:
    said = comments(listed("X : 4 x 2; h = dense(X, 3, tanh); f = sum(h)"))
    assert said["h_z"] == "h.z: add, in h, 4×3"
    assert said["d_h_W"] == "gradient by h_W, 2×3"


def test_an_intermediate_may_be_what_one_differentiates_by() -> None:
    made = listed("q = x + y; f = q^2*z", ("q", "x"))
    assert made.gradients == ("d_q", "d_x")
    assert made.by == ("q", "x")


def test_an_input_that_does_not_count_has_the_gradient_zero() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y", 3)
    job = job_for(graph, graph.name(x * 2, "f").id, None, None, FLOAT)
    assert y.shape == (3,)
    line = listing(job).lines[-1]
    assert (line.name, line.operands, line.shape) == ("d_y", (None,), (3,))


def test_the_users_names_are_taken_before_ours() -> None:
    made = listed("a = sin(x)*cos(x); t1 = a + x; f = t1*a; d_x = f*x")
    names = [line.name for line in made.lines]
    assert {"a", "t1", "f", "d_x"} <= set(names)
    assert comments(made)["t1"] == "add"
    assert made.gradients == ("d_x_2",)


def test_equal_nodes_are_one() -> None:
    made = listed("f = sin(x*y) + cos(x*y)")
    assert sum(line.comment == "mul" and line.part == "forward" for line in made.lines) == 1


@st.composite
def jobs(draw: st.DrawFn) -> tuple[Job, list[float]]:
    """A graph of a few inputs whose nodes are used again and again, some of them named."""
    graph = Graph()
    terms: list[Term] = [graph.input(name) for name in ("x", "y", "lambda")]
    make: list[Any] = [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a * b,
        lambda a, b: a / (b * b + 2),
        lambda a, b: graph.sin(a),
        lambda a, b: graph.sigmoid(a) * 0.5,
        lambda a, b: graph.maximum(a, b),
        lambda a, b: graph.where(a > b, a, 0),
        lambda a, b: -a,
        lambda a, b: graph.tanh(b) ** 2,
    ]
    for _ in range(draw(st.integers(1, 12))):
        a, b = (terms[draw(st.integers(0, len(terms) - 1))] for _ in range(2))
        terms.append(make[draw(st.integers(0, len(make) - 1))](a, b))
        if draw(st.booleans()):
            graph.name(
                terms[-1],
                draw(st.sampled_from(["t{}", "d_x{}", "np{}", "é{}", "delta_x{}", "q{}'"])).format(len(terms)),
            )
    values = [draw(st.integers(-2000, 2000)) / 1000 + 0.0007 * i for i in range(3)]
    return job_for(graph, terms[-1].id, None, None, FLOAT), values


@settings(max_examples=150, deadline=None)
@given(jobs())
def test_any_graph_is_printed_right(case: tuple[Job, list[float]]) -> None:
    job, values = case
    made = listing(job)
    known = set(made.parameters.values())
    for line in made.lines:
        assert line.name not in known
        assert {name for name in line.operands if name is not None} <= known
        known.add(line.name)
    expected = evaluate(job.back.graph, dict(zip(job.inputs, values, strict=True)), job.targets)
    for language in ("numpy", "python"):
        space: dict[str, Any] = {}
        exec(LANGUAGES[language].write(job), space)
        value, gradients = space["value_and_gradients"](*values)
        assert [float(one) for one in (value, *gradients)] == pytest.approx(expected, rel=1e-9, abs=1e-11)
    assert LANGUAGES["latex"].write(job).isascii()


def test_the_graph_is_not_changed() -> None:
    graph = Graph()
    graph.name(graph.sin(graph.input("x")) * 2, "f")
    before = list(graph.nodes)
    for language in LANGUAGES:
        gradviz.code(graph, language)
    assert graph.nodes == before
