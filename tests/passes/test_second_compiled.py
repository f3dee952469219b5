"""The compiled Hessian-vector product: the same numbers as the operator's, a few times a gradient's operations."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.errors import NameProblem, ShapeError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compiling.simplify import simplify
from gradviz.passes.evaluate import evaluate
from gradviz.passes.forward import tangent_graph
from gradviz.passes.second import hessian_of, second_order
from gradviz.passes.second_compiled import compile_product


def network():
    g = Graph()
    data, targets = g.input("X", (7, 4)), g.input("T", (7, 2))
    first, second = g.input("W", (4, 5)), g.input("V", (5, 2))
    return g, g.sum((g.tanh(data @ first) @ second - targets) ** 2), ("W", "V")


def logistic():
    g = Graph()
    data, answers, weights = g.input("X", (9, 3)), g.input("y", (9,)), g.input("w", (3,))
    return g, g.sum(g.softplus(-answers * (data @ weights))), ("w",)


def scalars():
    g = Graph()
    x, y, z = (g.input(name) for name in "xyz")
    f = x
    for _ in range(8):
        f = g.sin(f * y) * f + g.tanh(z * f)
    return g, f, ("x", "y", "z")


def valley():
    g = Graph()
    x = g.input("x", (50,))
    return g, g.sum((x[1:] - x[:-1] ** 2) ** 2) + g.sum(g.exp(x)), ("x",)


@pytest.mark.parametrize("made", [network, logistic, scalars, valley])
def test_the_same_as_the_operator(made):
    g, f, by = made()
    dice = np.random.default_rng(0)
    shapes = {name: g.nodes[i].shape for name, i in g.inputs.items()}
    values = {name: dice.standard_normal(shape) if shape else 0.7 for name, shape in shapes.items()}
    along = [dice.standard_normal(shapes[name]) if shapes[name] else 0.3 for name in by]
    function = compile_product(g, f.id, tuple(shapes), by)
    found = function(*values.values(), *along)
    expected = hessian_of(g, f.id, [g.names[name] for name in by], values).product(along)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.parametrize("made", [network, logistic, scalars, valley])
def test_its_operations_are_at_most_three_gradients(made):
    """An operation on arrays counts as its scalar operations."""
    g, f, by = made()
    ids = [g.names[name] for name in by]
    back = differentiate(g, f.id, wrt=ids)
    second = second_order(g, f.id, ids)
    gradient = work(back.graph, [f.id, *(back.gradients[i] for i in ids)])
    product = work(second.tangents.graph, [i for i in second.products if i is not None])
    assert product <= 3.3 * gradient


def products(count=60):
    g = Graph()
    f, *others = [g.input(f"x{i}") for i in range(count)]
    for other in others:
        f = f * other
    return g, f, tuple(g.inputs)


def nested(depth=20):
    g = Graph()
    f = x = g.input("x")
    for _ in range(depth):
        f = g.sin(x * f) * f
    return g, f, ("x",)


def written_out():
    """A perceptron of two layers, number by number."""
    g = Graph()
    signals = [g.constant(0.5), g.constant(-0.25)]
    for layer, units in enumerate((6, 6)):
        signals = [
            g.tanh(sum((g.input(f"w{layer}_{unit}_{k}") * signal for k, signal in enumerate(signals)), 0.1))
            for unit in range(units)
        ]
    return g, (sum(signals[1:], signals[0]) - 1) ** 2, tuple(g.inputs)


def reverse_over_forward(g, f, ids):
    moved = tangent_graph(g, [f.id], ids)
    back = differentiate(moved.graph, moved.tangents[f.id], wrt=ids)
    return back.graph, [back.gradients[i] for i in ids]


@pytest.mark.parametrize(
    ("made", "bound"), [(products, 11 / 3), (nested, 3.2), (written_out, 3)], ids=["products", "nested", "perceptron"]
)
def test_its_operations_on_chains_and_that_the_other_order_takes_no_fewer(made, bound):
    g, f, by = made()
    ids = [g.names[name] for name in by]
    back, second = differentiate(g, f.id, wrt=ids), second_order(g, f.id, ids)
    gradient = work(back.graph, [f.id, *(back.gradients[i] for i in ids)])
    product = work(second.tangents.graph, second.products)
    assert product <= bound * gradient
    assert product <= work(*reverse_over_forward(g, f, ids))


@pytest.mark.parametrize("made", [products, nested, written_out, scalars, valley])
def test_both_orders_agree(made):
    """Forward over reverse, and reverse over forward."""
    g, f, by = made()
    dice = np.random.default_rng(1)
    shapes = {name: g.nodes[i].shape for name, i in g.inputs.items()}
    values = {name: 0.9 + 0.1 * dice.standard_normal(shape) for name, shape in shapes.items()}
    along = {name: dice.standard_normal(shapes[name]) for name in by}
    graph, wanted = reverse_over_forward(g, f, [g.names[name] for name in by])
    other = evaluate(graph, values | {f"{name}_dot": along[name] for name in by}, wanted)
    ours = compile_product(g, f.id, tuple(shapes), by)(*values.values(), *along.values())
    for one, two in zip(ours, other, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-12)


def work(graph, wanted):
    total = 0
    for step in simplify(graph, wanted).steps:
        node = graph.nodes[step.id]
        shapes = tuple(graph.nodes[i].shape for i in node.operands)
        largest = max(int(np.prod(shape)) for shape in (*shapes, node.shape))
        total += node.op.work(shapes, **node.settings) if node.op.work else largest
    return total


def test_nodes_that_do_not_bend_give_zeros_and_shared_ones_are_given_twice():
    product = gradviz.compile_hvp("f = x*y + 3*z")
    assert (product.inputs, product.wrt) == (("x", "y", "z"), ("x", "y", "z"))
    assert product(1.0, 2.0, 5.0, 1.0, 0.0, 1.0) == (0.0, 1.0, 0.0)
    assert gradviz.compile_hvp("f = x + y")(1.0, 2.0, 3.0, 4.0) == (0.0, 0.0)
    with pytest.raises(TypeError, match="values are needed"):
        gradviz.compile_hvp("f = x + y")(1.0)


def test_answers_belong_to_the_caller():
    g = Graph()
    x, y = g.input("x", (3,)), g.input("y", (3,))
    product = compile_product(g, (g.sum(x * x) / 2 + 0 * g.sum(y)).id, ("x", "y"), ("x", "y"))
    point, along = np.arange(3.0), np.ones(3)
    first, second = product(point, point, along, along)
    np.testing.assert_array_equal(first, along)
    assert not np.shares_memory(first, along)
    second += 1
    np.testing.assert_array_equal(product(point, point, along, along)[1], np.zeros(3))


def test_what_cannot_be():
    with pytest.raises(NameProblem, match="nothing is named 'w'"):
        gradviz.compile_hvp("f = x*y", wrt="w")
    with pytest.raises(ShapeError, match="a Hessian is of one number"):
        gradviz.compile_hvp("f = x*2", shapes={"x": (3,)})
    g = Graph()
    x, y = g.input("x"), g.input("y")
    with pytest.raises(ValueProblem, match="needs y"):
        compile_product(g, (x * x * y).id, ("x",), ("x",))
