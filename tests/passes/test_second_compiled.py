"""The compiled Hessian-vector product: the same numbers as the operator's, a few times a gradient's operations."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.errors import NameProblem, ShapeError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compiling.simplify import simplify
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
