"""Hessian-vector products and Hessians: against differences of gradients, by structure, at kinks; definiteness."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import DomainProblem, LimitError, ShapeError, ValueProblem
from gradviz.explanation.wording import reread
from gradviz.graph.build import build
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.curvature import LARGEST, spectrum_of
from gradviz.passes.evaluate import evaluate
from gradviz.passes.second import hessian_of, second_order
from gradviz.passes.second_formulas import entry_formulas
from gradviz.passes.verify import tree_value
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_text


def wave(shape: tuple[int, ...], phase: float = 0.3) -> np.ndarray:
    return np.cos(1.7 * np.arange(float(np.prod(shape, dtype=int))) + phase).reshape(shape)


def at(text: str, wrt=None, **values):
    made = build(parse(text), values=values)
    by = None if wrt is None else [made.graph.names[name] for name in wrt]
    return hessian_of(made.graph, made.output, by, made.values)


def by_differences(graph: Graph, output: int, wrt: list[int], values: dict[str, np.ndarray]) -> np.ndarray:
    """The Hessian by central differences of the gradient."""
    back = differentiate(graph, output, wrt=wrt)

    def gradient(point):
        parts = []
        for i in wrt:
            shape = graph.nodes[i].shape
            asked = back.gradients.get(i)
            parts.append(np.ravel(np.zeros(shape) if asked is None else evaluate(back.graph, point, [asked])[0]))
        return np.concatenate(parts)

    columns, step = [], 1e-5
    for i in wrt:
        name = graph.nodes[i].name
        start = np.asarray(values[name], dtype=float)
        for place in np.ndindex(*start.shape):
            ends = []
            for sign in (1, -1):
                moved = start.copy()
                moved[place] += sign * step
                ends.append(gradient({**values, name: moved if start.shape else float(moved)}))
            columns.append((ends[0] - ends[1]) / (2 * step))
    return np.stack(columns, axis=1)


SMOOTH = [
    (op, sample)
    for op in OPS.values()
    for sample in op.samples
    if not sample.kink and op.differentiable and sum(np.size(x) for x in sample.operands) <= 18
]


@pytest.mark.parametrize(("op", "sample"), SMOOTH, ids=[f"{op.name}-{i}" for i, (op, _) in enumerate(SMOOTH)])
def test_every_rows_hessian(op, sample):
    """Of a projection of the row's value, by all its operands that it is differentiated by."""
    g = Graph()
    xs = [np.array(x, dtype=float) for x in sample.operands]
    inputs = [g.input(f"x{i}", x.shape) for i, x in enumerate(xs)]
    made = g.apply(op.name, *inputs, **dict(sample.attributes))
    f = g.sum(g.constant(wave(made.shape)) * made) if made.shape else made * 1.5
    by = [t.id for i, t in enumerate(inputs) if not op.elementwise or op.structure_of(i) != "zero"]
    values = {f"x{i}": x for i, x in enumerate(xs)}
    found = hessian_of(g, f.id, by, values)
    dense = found.todense()
    scale = 1 + np.abs(dense).max(initial=0.0)
    np.testing.assert_allclose(dense, dense.T, atol=1e-8 * scale)
    if by:
        np.testing.assert_allclose(dense, by_differences(g, f.id, by, values), rtol=2e-5, atol=2e-5 * scale)
    direct = np.array([found.matvec(unit) for unit in np.eye(len(dense))]).reshape(dense.shape).T
    np.testing.assert_allclose(dense, direct, atol=1e-12 * scale)  # the pattern left nothing out


def test_the_product_is_a_few_gradients():
    """Whatever the number of inputs: no matrix in the graph."""
    g = Graph()
    W, x = g.input("W", (300, 200)), g.input("x", (200,))
    f = g.squared_norm(g.tanh(W @ x))
    made = second_order(g, f.id)
    largest = max(np.prod(node.shape, dtype=int) for node in made.tangents.graph)
    assert largest == 300 * 200
    assert len(made.tangents.graph) < 60


def test_several_inputs_one_after_the_other():
    found = at("f = x^2*y + sum(v)*x", x=3.0, y=5.0, v=[1.0, 2.0])
    expected = [[10, 6, 1, 1], [6, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]]
    np.testing.assert_array_equal(found.todense(), expected)
    np.testing.assert_array_equal(found.matvec([1, 0, 2, 0]), [12, 6, 1, 1])
    np.testing.assert_array_equal(found.gradient, [33, 9, 3, 3])
    assert [np.shape(part) for part in found.product([1.0, 0.0, np.array([2.0, 0.0])])] == [(), (), (2,)]


def test_by_some_inputs_only():
    found = at("f = x^2*y", ["y", "x"], x=3.0, y=5.0)
    np.testing.assert_array_equal(found.todense(), [[0, 6], [6, 10]])
    assert at("f = x^2*y", ["y"], x=3.0, y=5.0).todense() == [[0]]


def test_the_quadratic_forms_hessian():
    A, x = wave((4, 3)), wave((3,), 0.8)
    np.testing.assert_allclose(at("||A@x||^2", ["x"], A=A, x=x).todense(), 2 * A.T @ A, atol=1e-14)
    S = wave((3, 3))
    np.testing.assert_allclose(at("x.T@S@x", ["x"], S=S, x=x).todense(), S + S.T, atol=1e-14)


STRUCTURES = [
    ("sum(exp(x))", (50,), "diagonal", 50, 1),
    ("sum((x[1:]-x[:-1]^2)^2) + sum(x^4)", (100,), "sparse", 298, 3),
    ("x[0]*sum(x^2)", (100,), "sparse", 298, 3),
    ("sum(x[:50]*x[50:])", (100,), "selection", 100, 1),
    ("sum(x[:3]*x[3:])*2", (6,), "scaled selection", 6, 1),
    ("sum(3*x)", (7,), "zero", 0, 0),
    ("sum(relu(x))", (7,), "zero", 0, 0),
    ("sum(x)^2", (6,), "low rank", 36, 6),
    ("sum(x^3)", (2, 3, 2), "diagonal", 12, 1),
    ("sum(x^3)", (1, 1), "diagonal", 1, 1),
    ("sum(x^3)", (0,), "zero", 0, 0),
]


@pytest.mark.parametrize(("text", "shape", "structure", "nonzeros", "passes"), STRUCTURES)
def test_structure_and_passes(text, shape, structure, nonzeros, passes):
    x = wave(shape) + 0.1
    found = at(text, ["x"], x=x)
    dense = found.todense()
    assert (found.pattern.structure, found.pattern.nonzeros, found.entry_passes) == (structure, nonzeros, passes)
    made = build(parse(text), values={"x": x})
    direct = [found.matvec(unit) for unit in np.eye(x.size)]
    np.testing.assert_allclose(dense, np.array(direct).reshape(dense.shape), atol=1e-12)
    if x.size:
        expected = by_differences(made.graph, made.output, [made.graph.names["x"]], {"x": x})
        np.testing.assert_allclose(dense, expected, atol=1e-5)


def test_a_tridiagonal_hessian_of_100_000_variables():
    x = np.cos(np.arange(100_000.0))
    found = at("sum((x[1:]-x[:-1]^2)^2) + sum(x^4)", ["x"], x=x)
    sparse = found.to_scipy()
    assert (sparse.nnz, found.passes) == (299_998, 3)
    direction = np.sin(np.arange(100_000.0))
    np.testing.assert_allclose(sparse @ direction, found.matvec(direction), rtol=1e-9, atol=1e-9)
    with pytest.raises(LimitError):
        found.todense()


def test_the_structure_does_not_depend_on_numbers():
    assert at("x*x*x", x=0.0).pattern.nonzeros == 1
    assert at("f = y*x; y = 0", ["x"], x=1.0).pattern.structure == "zero"
    assert at("f = y*x^2; y = 0", ["x"], x=1.0).pattern.structure == "scaled identity"


def test_at_a_kink_the_rules_own_derivative():
    assert at("|x|", x=0.0).todense() == [[0.0]]
    assert at("max(0, x)^2", x=0.0).todense() == [[0.0]]
    assert at("max(0, x)^2", x=0.5).todense() == [[2.0]]


def test_not_a_number_is_kept():
    found = at("sum(log(x))", x=[math.nan, 1.0])
    assert np.isnan(found.todense()[0, 0])
    with pytest.raises(DomainProblem, match="no eigenvalues"):
        spectrum_of(found.todense())


def test_an_array_has_no_hessian():
    with pytest.raises(ShapeError, match="array"):
        at("2*x", x=[1.0, 2.0])
    assert at("2*x^2", x=[3.0]).todense() == [[4.0]]  # an array of one number is one


def test_a_direction_of_the_wrong_length():
    with pytest.raises(ShapeError, match="3×3"):
        at("sum(x^2)", x=[1.0, 2.0, 3.0]).matvec([1, 2])


def test_a_value_is_missing():
    made = build(parse("x^2*y"))
    with pytest.raises(ValueProblem, match="y has no value"):
        hessian_of(made.graph, made.output, None, {"x": 1.0}).matvec([1, 0])


def test_what_the_hessian_does_not_need_may_be_missing():
    made = build(parse("x^2 + 3*y"))
    np.testing.assert_array_equal(hessian_of(made.graph, made.output).todense(), [[2, 0], [0, 0]])


def test_a_large_dense_one_is_refused():
    found = at("sum(x)^2 + sum(x^4)", ["x"], x=np.ones(LARGEST + 1))
    with pytest.raises(LimitError, match="hvp"):
        found.entries()
    assert found.matvec(np.ones(LARGEST + 1))[0] == 2 * (LARGEST + 1) + 12


def test_a_chain_of_50_000_operations():
    g = Graph()
    x = g.input("x")
    t = x
    for _ in range(25_000):
        t = g.sin(t) + x
    found = hessian_of(g, t.id, values={"x": 0.1}).matvec([1.0])[0]
    back = differentiate(g, t.id)
    high, low = (evaluate(back.graph, {"x": 0.1 + h}, [back.gradients[x.id]])[0] for h in (1e-6, -1e-6))
    assert found == pytest.approx((high - low) / 2e-6, rel=1e-4)


MATRICES = [
    ([[2.0, 0.0], [0.0, 1.0]], "positive definite", 2.0),
    ([[-2.0, 0.0], [0.0, -1.0]], "negative definite", 2.0),
    ([[1.0, 1.0], [1.0, 1.0]], "positive semidefinite", math.inf),
    ([[-1.0, -1.0], [-1.0, -1.0]], "negative semidefinite", math.inf),
    ([[0.0, 1.0], [1.0, 0.0]], "indefinite", 1.0),
    ([[0.0, 0.0], [0.0, 0.0]], "zero", math.inf),
    ([[1e-300]], "positive definite", 1.0),
    ([[1e300, 0.0], [0.0, -1e300]], "indefinite", 1.0),
    ([[1.0, 0.0], [0.0, 1e-12]], "positive semidefinite", math.inf),
    ([[1e9, 0.0], [0.0, 1.0]], "positive definite", 1e9),
]


@pytest.mark.parametrize(("matrix", "word", "condition"), MATRICES)
def test_definiteness(matrix, word, condition):
    found = spectrum_of(matrix)
    assert found.definiteness == word
    assert found.condition == pytest.approx(condition)


def test_too_large_for_eigenvalues():
    with pytest.raises(LimitError, match="2,001×2,001"):
        spectrum_of(np.zeros((2001, 2001)))
    assert spectrum_of(np.zeros((0, 0))).definiteness == "zero"


FORMULAS = [
    ("(1-x)^2 + 100*(y-x^2)^2", [["1200*x**2 - 400*y + 2", "-(400*x)"], ["-(400*x)", "200"]]),
    ("x*y", [["0", "1"], ["1", "0"]]),
    ("sin(x)", [["-sin(x)"]]),
    ("v : 2; v[0]^2*v[1]", [["2*v[1]", "2*v[0]"], ["2*v[0]", "0"]]),
]


@pytest.mark.parametrize(("text", "expected"), FORMULAS)
def test_formulas(text, expected):
    made = build(parse(text))
    found = entry_formulas(second_order(made.graph, made.output), reread)
    n = len(expected)
    assert [[to_text(found[row, column].display) for column in range(n)] for row in range(n)] == expected


WAYS = {
    "add": lambda g, a, b: a + b,
    "mul": lambda g, a, b: a * b,
    "square": lambda g, a, b: a**2,
    "div": lambda g, a, b: a / (b * b + 2),
    "sin": lambda g, a, b: g.sin(a),
    "tanh": lambda g, a, b: g.tanh(b),
    "exp": lambda g, a, b: g.exp(g.sin(a)),
    "sigmoid": lambda g, a, b: g.sigmoid(a),
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(WAYS)), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=5))
def test_random_hessians(steps):
    """Numbers against differences of gradients, formulas against numbers."""
    g = Graph()
    terms = [g.input("x"), g.input("y")]
    for way, first, second in steps:
        terms.append(WAYS[way](g, terms[first % len(terms)], terms[-1 - second % len(terms)]))
    values = {"x": 0.7, "y": -0.4}
    output = terms[-1].id
    found = hessian_of(g, output, values=values)
    dense = found.todense()
    scale = 1 + np.abs(dense).max()
    np.testing.assert_allclose(dense, by_differences(g, output, [0, 1], values), atol=1e-4 * scale)
    for (row, column), formula in entry_formulas(found.second, reread).items():
        assert float(tree_value(formula.display, values)) == pytest.approx(dense[row, column], rel=1e-7, abs=1e-7)


SHAPED = {
    "add": lambda g, a, b: a + b,
    "mul": lambda g, a, b: a * b,
    "shift": lambda g, a, b: g.concat(a[1:], b[:1]),
    "tanh": lambda g, a, b: g.tanh(a),
    "square": lambda g, a, b: b * b,
    "first": lambda g, a, b: a[0] * b,
    "mean": lambda g, a, b: g.mean(a) + b,
    "softmax": lambda g, a, b: g.softmax(a) * b,
    "flip": lambda g, a, b: g.flip(b),
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(SHAPED)), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=6)
)
def test_random_structures(steps):
    """The entries found by colouring are those found one column after the other."""
    g = Graph()
    terms = [g.input("x", (5,))]
    for way, first, second in steps:
        terms.append(SHAPED[way](g, terms[first % len(terms)], terms[-1 - second % len(terms)]))
    found = hessian_of(g, g.sum(terms[-1]).id, values={"x": wave((5,))})
    direct = np.array([found.matvec(unit) for unit in np.eye(5)]).T
    np.testing.assert_allclose(found.todense(), direct, rtol=1e-9, atol=1e-9 * (1 + np.abs(direct).max()))


COUNTED = [
    ("sum((x[1:]-x[:3])^4)", {"x": (4,)}, "sparse", 10),
    ("det(A)", {"A": (2, 2)}, "scaled selection", 4),
    ("det(A)", {"A": (3, 3)}, "sparse", 36),
    ("sum(A@A)", {"A": (3, 3)}, "sparse", 45),
    ("||A@x||^2", {"A": (2, 3), "x": (3,)}, "dense", 63),
    ("l*||x||^2", {"l": (), "x": (3,)}, "sparse", 9),
    ("||A@x-y||^2 + l*||x||^2", {"A": (3, 2), "x": (2,), "y": (3,), "l": ()}, "sparse", 71),
    ("-x^2-3*y^2", {"x": (), "y": ()}, "diagonal", 2),
    ("x^2+y^2", {"x": (), "y": ()}, "scaled identity", 2),
    ("(x^2+y^2)/2", {"x": (), "y": ()}, "identity", 2),
    ("||x||^2-||y||^2", {"x": (2,), "y": (2,)}, "diagonal", 4),
    ("x*y", {"x": (), "y": ()}, "selection", 2),
    ("3*x*y", {"x": (), "y": ()}, "scaled selection", 2),
    ("x^2*y", {"x": (), "y": ()}, "dense", 3),
    ("sum(sigmoid(W@x))", {"W": (2, 3), "x": (3,)}, "dense", 63),
    ("sum((x[1:]-x[:79])^4)", {"x": (80,)}, "sparse", 238),
    ("logdet(A)", {"A": (2, 2)}, "dense", 16),
    ("sum(softmax(x))", {"x": (3,)}, "dense", 9),
    ("sum(x)*sum(x[:40])^2", {"x": (90,)}, "sparse", 5600),
]


@pytest.mark.parametrize(("text", "shapes", "structure", "count"), COUNTED, ids=[f"{c[0]}, {c[3]}" for c in COUNTED])
def test_what_is_counted_is_what_can_differ_from_zero(text, shapes, structure, count):
    made = build(parse(text), shapes=shapes)
    wrt = [made.graph.names[name] for name in shapes]
    seen = None
    for seed in (1, 2, 3):
        generator = np.random.default_rng(seed)
        point = {name: generator.normal(size=shape) for name, shape in shapes.items()}
        if text == "logdet(A)":
            point["A"] = point["A"] @ point["A"].T + np.eye(2)
        found = hessian_of(made.graph, made.output, wrt, point)
        direct = np.array([found.matvec(unit) for unit in np.eye(found.shape[0])])
        np.testing.assert_allclose(found.todense(), direct, atol=1e-12)
        rows, columns, _ = found.entries()
        assert len(rows) == len(columns) == found.pattern.nonzeros
        seen = (np.abs(direct) > 1e-12) | (False if seen is None else seen)
    assert (found.pattern.structure, found.pattern.nonzeros) == (structure, count)
    assert count >= np.count_nonzero(seen)
    if "softmax" not in text:
        assert count == np.count_nonzero(seen)
