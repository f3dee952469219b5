"""The graph as a builder: inputs, constants, operators, names, faults."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.errors import NameProblem, ShapeError, UserError, ValueProblem
from gradviz.graph.graph import Graph, Node
from gradviz.ops.table import OPS


def test_operators_are_operations():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    made = [x + y, x - y, x * y, x / y, x**y, -x, abs(x), x > y, x < y, x >= y, x <= y]
    names = ["add", "sub", "mul", "div", "pow", "neg", "abs", "greater", "less", "greater_equal", "less_equal"]
    assert [term.node.op.name for term in made] == names
    assert [term.node.operands for term in made[:2]] == [(x.id, y.id)] * 2


def test_numbers_meet_terms_on_either_side():
    g = Graph()
    x = g.input("x")
    for term, sides in [(1 + x, (1, 0)), (2 - x, (3, 0)), (3 * x, (5, 0)), (4 / x, (7, 0)), (2**x, (9, 0))]:
        assert term.node.operands == sides
    assert (x * Fraction(1, 3)).node.op.name == "mul"


def test_arrays_and_lists_meet_terms():
    g = Graph()
    x = g.input("x", (2,))
    for other in (np.array([1.0, 2.0]), [1, 2], (1, 2)):
        assert (x * other).shape == (2,)
        assert (other * x).shape == (2,)
    assert (np.float64(2) * x).shape == (2,)
    assert g.constant(np.zeros((2, 3))).shape == (2, 3)
    assert g.constant(np.zeros((0, 3))).shape == (0, 3)
    assert g.constant([[1, Fraction(1, 2)]]).node.settings["value"] == ((1, Fraction(1, 2)),)
    assert g.constant(0, (4,)).shape == (4,)


def test_inputs_take_their_shape_from_a_value():
    g = Graph()
    assert g.input("W", (2, 2), value=[[1, 2], [3, 4]]).shape == (2, 2)
    assert g.input("b", value=np.ones(3)).shape == (3,)
    assert g.input("n", 4).shape == (4,)
    assert g.input("s", value=2).shape == ()
    assert g.values["s"] == 2
    assert g.values["W"].dtype == np.float64
    with pytest.raises(ValueProblem, match="the value of c has the shape 3, but c is 2"):
        g.input("c", (2,), value=[1, 2, 3])


def test_every_operation_is_a_method():
    g = Graph()
    x = g.input("x")
    assert g.sin(x).node.op is OPS["sin"]
    assert g.leaky_relu(x, slope=0.2).node.settings == {"slope": 0.2}
    assert g.leaky_relu(x, 0.2).node.settings == {"slope": 0.2}
    assert g.maximum(0, x, x).shape == ()


@pytest.mark.parametrize("name", ["sinn", "_sin", "nothing"])
def test_what_is_no_operation_is_no_method(name):
    with pytest.raises(AttributeError):
        getattr(Graph(), name)


def test_faults_leave_the_graph_as_it_was():
    g = Graph()
    x, v, w = g.input("x"), g.input("v", 2), g.input("w", 3)
    faults = [
        (ShapeError, lambda: v + w),
        (ShapeError, lambda: g.sin(x, x)),
        (UserError, lambda: g.sin(x, axis=0)),
        (NameProblem, lambda: g.apply("sinn", x)),
        (ValueProblem, lambda: x + "a"),
        (ValueProblem, lambda: g.constant([[1, 2], [3]])),
        (ValueProblem, lambda: x + Graph().input("y")),
        (NameProblem, lambda: g.input("x")),
        (NameProblem, lambda: g.input("not a word")),
        (NameProblem, lambda: g.input("")),
        (NameProblem, lambda: g.name(x, "v")),
        (NameProblem, lambda: g["u"]),
        (UserError, lambda: bool(x > 0)),
        (TypeError, lambda: list(x)),
        (UserError, lambda: v["a"]),
        (ValueProblem, lambda: g.constant([1, 2], (3,))),
    ]
    for error, fault in faults:
        before = [node for node in g if node.op.name != "greater"]
        with pytest.raises(error):
            fault()
        assert [node for node in g if node.op.name == "input"] == before[:3]


@pytest.mark.parametrize("name", ["x", "w0", "h.W", "α", "x'", "lambda", "x_1", "N"])
def test_words_are_names(name):
    g = Graph()
    g.input(name)
    assert g[name].node.name == name


def test_the_first_name_is_shown_and_all_are_found():
    g = Graph()
    q = g.name(g.name(g.input("x") + 1, "q"), "r")
    assert q.node.name == "q"
    assert g["r"].id == g["q"].id == q.id


def test_a_copy_grows_on_its_own():
    g = Graph()
    x = g.input("x", value=1)
    other = g.copy()
    other.name(other["x"] + 1, "f")
    assert len(g) == 1
    assert list(g.names) == ["x"]
    assert other.values == {"x": 1}
    assert x.graph is g


def test_terms_show_themselves_without_the_graph():
    g = Graph()
    x = g.input("x", 3)
    assert repr(x) == "<Term x = input, shape 3>"
    assert repr(2 * x) == "<Term mul(2, x), shape 3>"
    assert repr(g) == "<Graph of 3 nodes, inputs x>"
    assert len(repr(g.constant(list(range(1000))))) < 100


def test_verify_finds_what_is_broken():
    g = Graph()
    x = g.input("x", 3)
    g.sin(x)
    g.verify()
    g.nodes[1] = Node(OPS["sin"], (0,), (), (4,))
    with pytest.raises(ValueError, match="wrong shape"):
        g.verify()
    g.nodes[1] = Node(OPS["sin"], (1,), (), (3,))
    with pytest.raises(ValueError, match="come before"):
        g.verify()


def test_a_long_chain_is_no_matter():
    g = Graph()
    y = x = g.input("x")
    for _ in range(100_000):
        y = y * x
    g.verify()
    assert len(g) == 100_001


def test_rows_of_a_term_can_be_gone_through():
    g = Graph()
    X = g.input("X", (2, 3))
    assert [row.shape for row in X] == [(3,), (3,)]
    assert X[0, 1:].shape == (2,)
    assert X.T.shape == (3, 2)
    assert (X @ np.ones(3)).shape == (2,)
    assert (np.ones((4, 2)) @ X).shape == (4, 3)
    assert g.sum(X, axis=0).shape == (3,)
    assert g.reshape(X, shape=[3, 2]).node.settings == {"shape": (3, 2)}
