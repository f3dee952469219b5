"""Graphs read into the matrix algebra: every row's samples, broadcasting, and what has no matrix form."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.graph.build import build
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.matrix.algebra import Matrix
from gradviz.passes.matrix.checking import checked, value_of
from gradviz.passes.matrix.lower import Lowering
from gradviz.passes.matrix.setting import simplified
from gradviz.passes.matrix.trial import Point, agrees, lying, read, squeezed
from gradviz.passes.matrix.vectors import NoMatrixForm
from gradviz.passes.matrix.write import Writer
from gradviz.syntax.parser import parse

SAMPLES = [
    pytest.param(op.name, sample, id=f"{op.name}-{k}")
    for op in OPS.values()
    for k, sample in enumerate(op.samples)
    if not sample.kink and all(np.ndim(x) <= 2 for x in sample.operands)
]
NO_FORM = {
    "maxout",
    "einsum",
    "top_singular",
    "cumsum",
    "prod",
    "prod_others",
    "max",
    "min",
    "flip",
    "concat",
    "stack",
    "index",
    "scatter",
}
"""Rows that are not said in matrices at all."""


def of_sample(name: str, sample: object) -> tuple[Graph, int, dict[str, object]]:
    graph = Graph()
    inputs = [graph.input(f"x{i}", value=np.array(x, dtype=float)) for i, x in enumerate(sample.operands)]
    made = graph.apply(name, *inputs, **dict(sample.attributes))
    return graph, made.id, {f"x{i}": np.array(x, dtype=float) for i, x in enumerate(sample.operands)}


def is_singular(name: str, sample: object) -> bool:
    """Whether cofactors are asked of a matrix without an inverse, where det(X) X⁻ᵀ does not hold."""
    return name in ("det", "cofactor") and np.linalg.cond(sample.operands[0]) > 1e12


def same(matrix: Matrix, values: dict[str, object], want: object) -> None:
    known = {"pi": np.pi, "e": np.e, **values}
    have = value_of(matrix, {name: _two_axes(np.asarray(value)) for name, value in known.items()})
    wanted = _two_axes(np.asarray(want, dtype=float))
    assert have.shape == wanted.shape
    np.testing.assert_allclose(have, wanted, rtol=1e-7, atol=1e-9)


def _two_axes(array: np.ndarray) -> np.ndarray:
    return array.reshape((*array.shape, 1, 1)[:2])


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_every_row_means_in_the_algebra_what_it_means_in_the_graph(name, sample):
    graph, id, values = of_sample(name, sample)
    want = evaluate(graph, values, [id])[0]
    names = {i: node for node, i in graph.inputs.items()}
    made = Lowering(graph, names).of([id])[id]
    if isinstance(made, NoMatrixForm):
        assert made.reason
        return
    assert name not in NO_FORM
    if not is_singular(name, sample) and np.all(np.isfinite(want)):
        same(made, values, want)


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_every_row_s_gradient_is_written_and_read_back(name, sample):
    """Lowered, simplified, printed, parsed, built and evaluated again."""
    graph, id, values = of_sample(name, sample)
    if not OPS[name].differentiable or is_singular(name, sample):
        return
    upstream = np.cos(np.arange(float(np.prod(graph.nodes[id].shape)))).reshape(graph.nodes[id].shape) + 1.5
    weight = graph.input("u", value=upstream)
    values = {**values, "u": upstream}
    total = graph.sum(weight * graph.term(_term(graph, id)))
    back = differentiate(graph, total.id)
    names = {i: node for node, i in graph.inputs.items()}
    for input, i in graph.inputs.items():
        if i not in back.gradients:
            continue
        target = back.gradients[i]
        lowering = Lowering(back.graph, names)
        made = lowering.of([target])[target]
        want = evaluate(back.graph, values, [target])[0]
        if isinstance(made, NoMatrixForm) or not np.all(np.isfinite(want)):
            continue
        same(made, values, want)
        odd = {n: graph.nodes[k].shape for k, n in names.items() if 1 in graph.nodes[k].shape}
        piece = Writer({}, lowering.literals, odd).result(simplified(made), graph.nodes[i].shape)
        point = Point(values, {i: want})
        assert agrees(read(piece.spelled, {}, list(values)), [point], i), (input, piece.spelled)
        assert agrees(read(lying(piece.shown, point), {}, list(values)), [squeezed(point)], i), (input, piece.shown)


def _term(graph: Graph, id: int) -> object:
    from gradviz.graph.graph import Term

    return Term(graph, id)


@pytest.mark.parametrize(
    "text",
    [
        "X : 3x2; b : 2; c : 3x1; s : scalar; f = sum((X + b)*c*s - b/c)",
        "X : 3x2; r : 1x2; f = sum(X*r) + sum(r.T @ r)",
        "X : 1x1; y : 1; f = sum(X*y + y)",
        "X : 3x2; f = sum(mean(X, axis=0)*mean(X, axis=0)) + sum(var(X, axis=1, keepdims=True)*X)",
        "A : 3x3; b : 3; C : 3x2; f = sum(solve(A, b)) + sum(solve(A, C)^2)",
        "X : 3x2; f = sum(softmax(X, axis=0)*X) + sum(log_softmax(X, axis=0)*X)",
        "x : 4; f = sum(where(x > 0, x^2, 0)) + sum(where(x > 0, x, 2*x))",
        "A : 2x2; f = sum(A @ [[1, 2], [3, 4]]) + sum(A @ [[1, 0], [0, 1]]) + pi*tr(A)",
        "x : 3; f = ||x||^3 + 2^sum(x) + sum(x)^(1/3)",
    ],
)
def test_gradients_by_checked_constructors(text):
    """Every constructor on the way compares its result with its naive meaning."""
    made = build(parse(text))
    back = differentiate(made.graph, made.output)
    generator = np.random.default_rng(3)
    values = {n: generator.uniform(0.3, 1.7, made.graph.nodes[i].shape) for n, i in made.graph.inputs.items()}
    values["A"] = values["A"] + 2 * np.eye(len(values["A"])) if "A" in values else 0.0
    names = {i: n for n, i in made.graph.inputs.items()}
    columns = {n: _two_axes(np.asarray(v)) for n, v in values.items()} | {"pi": np.array([[np.pi]])}
    columns |= {str(((1, 2), (3, 4))): np.array([[1.0, 2.0], [3.0, 4.0]])}
    lowering = Lowering(back.graph, names)
    given = {n: v for n, v in values.items() if n in made.graph.inputs}
    with checked(columns):
        found = lowering.of([back.gradients[i] for i in names])
    for i in names:
        matrix = found[back.gradients[i]]
        assert isinstance(matrix, Matrix), matrix.reason
        want = evaluate(back.graph, given, [back.gradients[i]])[0]
        same(matrix, columns, want)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q : 2x3x4; f = sum(Q^2)", "Q has three axes"),
        ("x : 3; f = x[0]^2", "index is no operation"),
        ("x : 6; f = sum(reshape(x, 2, 3)^2)", "is reshaped to"),
        ("X : 2x3; f = norm(X, ord=1)", "order 1"),
        ("x : 3; f = prod(x)", "prod"),
    ],
)
def test_what_has_no_form_says_why(text, reason):
    made = build(parse(text))
    back = differentiate(made.graph, made.output)
    names = {i: n for n, i in made.graph.inputs.items()}
    found = Lowering(back.graph, names).of([back.gradients[i] for i in names] + [made.output])
    reasons = [form.reason for form in found.values() if isinstance(form, NoMatrixForm)]
    assert any(reason in said for said in reasons), reasons


def test_a_long_chain_is_refused_and_not_walked_by_recursion():
    graph = Graph()
    x = graph.input("x")
    y = x
    for _ in range(20_000):
        y = graph.tanh(y)
    back = differentiate(graph, y.id)
    made = Lowering(back.graph, {0: "x"}).of([back.gradients[0]])[back.gradients[0]]
    assert isinstance(made, NoMatrixForm)
    assert "too many" in made.reason


def test_a_deep_formula_is_refused():
    graph = Graph()
    x = graph.input("x", (3,))
    y = x
    for _ in range(250):
        y = graph.tanh(y)
    made = Lowering(graph, {0: "x"}).of([y.id])[y.id]
    assert isinstance(made, NoMatrixForm)
    assert "deep" in made.reason


def test_named_intermediates_stay_symbols_with_what_is_known_of_them():
    made = build(parse("X : 3x2; P = softmax(X); S = X.T @ X; f = sum(P @ S)"))
    graph = made.graph
    lowering = Lowering(graph, {graph.names[n]: n for n in ("X", "P", "S")})
    found = lowering.of([graph.names["P"], graph.names["S"]])
    assert found[graph.names["P"]].data == ("P", frozenset({"stochastic"}))
    assert found[graph.names["S"]].data == ("S", frozenset({"symmetric"}))
