"""Reverse mode: the lecture's examples, contributions, fan-outs, seeds, second derivatives, long chains."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradviz.errors import ShapeError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate


def gradients(graph, output, values, names=None, **options):
    back = differentiate(graph, output.id, **options)
    names = graph.inputs if names is None else names
    found = evaluate(back.graph, values, [back.gradients[graph.names[name]] for name in names])
    return dict(zip(names, found, strict=True))


def test_lecture_product():
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    q = g.name(x + y, "q")
    f = q * z
    values = {"x": -2, "y": 5, "z": -4}
    assert evaluate(g, values, [q.id, f.id]) == [3.0, -12.0]
    assert gradients(g, f, values, ["x", "y", "q", "z"]) == {"x": -4.0, "y": -4.0, "q": -4.0, "z": 3.0}


def test_lecture_sigmoid_circuit():
    g = Graph()
    w0, x0, w1, x1, w2 = (g.input(name) for name in ("w0", "x0", "w1", "x1", "w2"))
    f = 1 / (1 + g.exp(-(w0 * x0 + w1 * x1 + w2)))
    values = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}
    assert evaluate(g, values, [f.id]) == pytest.approx([0.7311], abs=5e-5)
    expected = {"w0": -0.1966, "x0": 0.3932, "w1": -0.3932, "x1": -0.5898, "w2": 0.1966}
    assert gradients(g, f, values) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("shape", [(3,), (4096,), (100, 4096)])
def test_lecture_relu_is_never_a_big_array(shape):
    g = Graph()
    x = g.input("x", shape)
    f = g.maximum(0, x)
    back = differentiate(g, f.id)
    assert max(math.prod(node.shape) for node in back.graph) == math.prod(shape)
    point = np.linspace(-2, 2, math.prod(shape)).reshape(shape)
    value, slope = evaluate(back.graph, {"x": point}, [f.id, back.gradients[x.id]])
    np.testing.assert_array_equal(value, np.maximum(0, point))
    np.testing.assert_array_equal(slope, (point > 0) * 1.0)


def test_lecture_squared_norm():
    g = Graph()
    w, x = g.input("W", (2, 2)), g.input("x", (2,))
    q = g.name(w @ x, "q")
    f = g.squared_norm(q)
    values = {"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]}
    found = evaluate(g, values, [q.id, f.id])
    np.testing.assert_allclose(found[0], [0.22, 0.26])
    assert found[1] == pytest.approx(0.116)
    slopes = gradients(g, f, values)
    np.testing.assert_allclose(slopes["W"], [[0.088, 0.176], [0.104, 0.208]])
    np.testing.assert_allclose(slopes["x"], [-0.112, 0.636])


def test_fan_out_lists_contributions_in_edge_order():
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    f = x * y + x * z + x
    back = differentiate(g, f.id)
    values = {"x": 2, "y": 3, "z": 5}
    of_x = [edge for edge in back.edges if edge.source == x.id]
    assert evaluate(back.graph, values, [edge.contribution for edge in of_x]) == [3.0, 5.0, 1.0]
    assert evaluate(back.graph, values, [back.gradients[x.id]]) == [9.0]
    assert [(edge.target, edge.slot) for edge in back.edges] == sorted((e.target, e.slot) for e in back.edges)
    total = back.graph.nodes[back.gradients[x.id]]
    assert total.op.name == "add"
    assert back.graph.nodes[total.operands[0]].operands == (of_x[0].contribution, of_x[1].contribution)


def test_a_square_has_two_edges():
    g = Graph()
    x = g.input("x")
    f = x * x
    back = differentiate(g, f.id)
    assert [(edge.source, edge.slot) for edge in back.edges] == [(x.id, 0), (x.id, 1)]
    assert evaluate(back.graph, {"x": 3}, [back.gradients[x.id]]) == [6.0]


def test_the_forward_graph_stays():
    g = Graph()
    x = g.input("x")
    f = g.sin(x) * x
    before = list(g.nodes)
    back = differentiate(g, f.id)
    assert g.nodes == before
    assert back.graph.nodes[: len(before)] == before
    back.graph.verify()


def test_four_facts_on_every_edge():
    g = Graph()
    x, a = g.input("x", (2, 3)), g.input("a")
    f = g.exp(a * x)
    back = differentiate(g, f.id)
    found = evaluate(back.graph, {"x": np.arange(6.0).reshape(2, 3) / 6, "a": 2.0})
    for edge in back.edges:
        assert np.shape(found[edge.local]) == back.graph.nodes[edge.target].shape
        assert np.shape(found[edge.contribution]) == back.graph.nodes[edge.source].shape
        product = found[edge.upstream] * found[edge.local]
        if np.ndim(found[edge.contribution]) == 0:
            product = product.sum()
        np.testing.assert_allclose(product, found[edge.contribution])


def test_only_paths_from_what_is_asked():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    f = g.sin(x) * g.cos(y)
    back = differentiate(g, f.id, wrt=[x.id])
    assert y.id not in back.gradients
    assert all(edge.source not in (y.id, f.node.operands[1]) for edge in back.edges)


def test_no_path_at_all():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    f = y * 2
    back = differentiate(g, f.id, wrt=[x.id])
    assert (back.gradients, back.edges) == ({}, ())


def test_the_output_may_be_an_input():
    g = Graph()
    x = g.input("x")
    back = differentiate(g, x.id)
    assert evaluate(back.graph, {"x": 7}, [back.gradients[x.id]]) == [1.0]


def test_by_an_intermediate_and_its_operand():
    g = Graph()
    x = g.input("x")
    q = g.sin(x)
    f = q * q * x
    back = differentiate(g, f.id, wrt=[q.id, x.id])
    point = 0.7
    found = evaluate(back.graph, {"x": point}, [back.gradients[q.id], back.gradients[x.id]])
    s, c = math.sin(point), math.cos(point)
    assert found == pytest.approx([2 * s * point, s * s + 2 * s * c * point])


def test_comparisons_let_nothing_back():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    f = g.where(x > y, x * 2, y * 3)
    back = differentiate(g, f.id)
    comparison = next(i for i, node in enumerate(g.nodes) if node.op.name == "greater")
    assert all(edge.target != comparison for edge in back.edges)
    assert gradients(g, f, {"x": 1, "y": 0}) == {"x": 2.0, "y": 0.0}


def test_stop_gradient():
    g = Graph()
    x = g.input("x")
    f = g.stop_gradient(x) * x
    assert gradients(g, f, {"x": 3}) == {"x": 3.0}


def test_an_infinite_upstream_stays_out_of_the_branch_not_taken():
    g = Graph()
    x = g.input("x")
    f = g.sqrt(g.where(x > 0, x, 0))
    assert gradients(g, f, {"x": -1.0}) == {"x": 0.0}


@pytest.mark.parametrize("upstream", [3, 3.0, [3.0, 3.0], np.full(2, 3.0), [3.0]])
def test_upstream_is_filled_to_the_output(upstream):
    g = Graph()
    x = g.input("x", (2,))
    f = x * x
    slope = gradients(g, f, {"x": [1.0, 2.0]}, upstream=upstream)["x"]
    np.testing.assert_array_equal(slope, [6.0, 12.0])


def test_upstream_may_be_a_node():
    g = Graph()
    x, v = g.input("x", (2,)), g.input("v", (2,))
    f = g.sin(x)
    values = {"x": [0.1, 0.2], "v": [2.0, -1.0]}
    slope = gradients(g, f, values, ["x"], upstream=v)["x"]
    np.testing.assert_allclose(slope, np.cos([0.1, 0.2]) * [2.0, -1.0])


def test_upstream_that_does_not_fit():
    g = Graph()
    f = g.input("x", (2,)) * 2
    with pytest.raises(ShapeError, match="the output 2"):
        differentiate(g, f.id, upstream=[1.0, 2.0, 3.0])
    with pytest.raises(ShapeError):
        differentiate(g, f.id, upstream=[[1.0, 2.0]])
    with pytest.raises(ValueProblem):
        differentiate(g, f.id, upstream="one")


def test_hessian_of_a_polynomial():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    f = x**3 * y + y**2
    back = differentiate(g, f.id)
    twice = [differentiate(back.graph, back.gradients[i.id]) for i in (x, y)]
    values = {"x": 2.0, "y": 5.0}
    hessian = [evaluate(t.graph, values, [t.gradients[x.id], t.gradients[y.id]]) for t in twice]
    assert hessian == [[60.0, 12.0], [12.0, 2.0]]


def test_derivatives_of_any_order():
    g = Graph()
    x = g.input("x")
    graph, current = g, g.sin(x).id
    for expected in (math.cos, lambda t: -math.sin(t), lambda t: -math.cos(t), math.sin):
        back = differentiate(graph, current)
        graph, current = back.graph, back.gradients[x.id]
        assert evaluate(graph, {"x": 0.3}, [current]) == pytest.approx([expected(0.3)])


def test_a_gradient_has_about_four_nodes_per_operation():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    t = x
    for _ in range(300):
        t = g.tanh(t * y + x)
    back = differentiate(g, t.id)
    assert len(back.graph) <= 5 * len(g)


def test_a_chain_of_100_000_operations():
    g = Graph()
    x = g.input("x")
    t = x
    for _ in range(50_000):
        t = g.sin(t) + x
    back = differentiate(g, t.id)
    assert len(back.graph) <= 5 * len(g)
    slope, value = evaluate(back.graph, {"x": 0.1}, [back.gradients[x.id], t.id])
    step = 1e-6
    high, low = (evaluate(g, {"x": 0.1 + h}, [t.id])[0] for h in (step, -step))
    assert math.isfinite(value)
    assert slope == pytest.approx((high - low) / (2 * step), rel=1e-4)
