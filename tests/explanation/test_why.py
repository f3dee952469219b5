"""Why contributions are what they are: derivations by indices against numbers, shapes as a puzzle, copies as sums."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz import explain
from gradviz.explanation.data import EdgeFacts, ExplanationData, Math, Why
from gradviz.explanation.subject import subject_of
from gradviz.explanation.why_indices import Derivative, derivative
from gradviz.explanation.why_puzzle import fitting, joined
from gradviz.explanation.why_sizes import sizes_of
from gradviz.explanation.why_telling import Teller
from gradviz.graph.graph import Graph
from gradviz.ops.op import Op
from gradviz.ops.table import OPS
from gradviz.passes.templates import array_function
from gradviz.syntax.show import to_text, to_unicode

CONTRACTIONS = [
    pytest.param(op, sample, id=f"{op.name}-{place}")
    for op in OPS.values()
    if op.contraction
    for place, sample in enumerate(op.samples)
]


def arrays_of(sample: Any) -> list[np.ndarray]:
    return [np.asarray(operand, dtype=float) for operand in sample.operands]


def settings_of(op: Op, sample: Any) -> dict[str, Any]:
    return {parameter.name: parameter.default for parameter in op.parameters} | dict(sample.attributes or {})


def made(equation: str, arrays: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """An equation's value; letters of the result that stand nowhere else are spread."""
    left, _, right = equation.partition("->")
    lone = [letter for letter in right if letter not in left]
    ones = [np.ones(shape[right.index(letter)]) for letter in lone]
    return joined(",".join([left, *lone]) + "->" + right, [*arrays, *ones])


@pytest.mark.parametrize(("op", "sample"), CONTRACTIONS)
def test_a_rows_equation_is_what_the_row_computes(op: Op, sample: Any) -> None:
    arrays, settings = arrays_of(sample), settings_of(op, sample)
    found = op.contraction(tuple(array.shape for array in arrays), **settings) if op.contraction else None
    if found is None:
        return
    factor, equation = found
    value = array_function(op.name, len(arrays), tuple(settings.items()))(*arrays)
    assert np.allclose(float(factor) * made(equation, arrays, np.shape(value)), value)


@pytest.mark.parametrize(("op", "sample"), CONTRACTIONS)
def test_the_index_derivation_gives_the_contribution(op: Op, sample: Any) -> None:
    """The last expression by indices, interpreted by numpy.einsum, against the backward pass."""
    arrays, settings = arrays_of(sample), settings_of(op, sample)
    graph = Graph()
    terms = [graph.input(f"o{i}", array.shape) for i, array in enumerate(arrays)]
    output = graph.apply(op.name, *terms, **settings)
    upstream = np.random.default_rng(1).standard_normal(output.shape)
    values = {f"o{i}": array for i, array in enumerate(arrays)}
    subject = subject_of(graph, output.id, "f", values, None, upstream)
    teller = Teller(subject, sizes_of(subject, {}))
    form = teller.form(output.id)
    if form is None:
        return
    found_factor = op.contraction(tuple(a.shape for a in arrays), **settings)
    for edge in subject.edges.values():
        found = derivative(form, edge.slot, teller.letters())
        others = [array for slot, array in enumerate(arrays) if slot != edge.slot]
        value = made(found.equation, [upstream, *others], arrays[edge.slot].shape)
        assert np.allclose(float(found_factor[0]) * value, subject.known[edge.contribution])


def test_an_equation_that_is_wrong_is_seen_to_be_wrong() -> None:
    g, x = np.ones((2,)), np.arange(3.0)
    assert not np.allclose(made("i,j->ij", [g, x], (2, 3)), made("i,j->ji", [g, x], (3, 2)).T + 1)
    right = Derivative(("i", "j"), ("k",), (("k", "i"),), (), ())
    assert right.equation == "i->ij"


def told(text: str, at: Mapping[str, Any] | str | None = None) -> ExplanationData:
    return explain(text, at=at).data


def edge_of(data: ExplanationData, source: str, target: str) -> EdgeFacts:
    return next(edge for edge in data.edges if (edge.source, edge.target) == (source, target))


def why_of(data: ExplanationData, source: str, target: str) -> Why:
    why = edge_of(data, source, target).why
    assert why is not None
    return why


def lines(why: Why) -> list[str]:
    return [line.unicode for line in why.indices]


def test_the_issues_example_is_derived_by_indices() -> None:
    data = told("f = ||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]")
    weights, vector = why_of(data, "W", "q"), why_of(data, "x", "q")
    assert lines(weights)[:3] == [
        "q_i = Σ_j W_ij x_j",
        "∂q_k/∂W_ij = 1[k=i] x_j",
        "∂f/∂W_ij = Σ_k g_k 1[k=i] x_j = g_i x_j",
    ]
    assert weights.indices[3].text == "df/dW = outer(g, x)"
    assert weights.indices[2].latex.endswith(r"\mathbf{1}[k{=}i] \, x_{j} = g_{i} \, x_{j}")
    assert lines(vector)[:3] == ["q_i = Σ_j W_ij x_j", "∂q_i/∂x_j = W_ij", "∂f/∂x_j = Σ_i g_i W_ij"]
    assert "W (j), the way back over the first (i): hence Wᵀ" in vector.says[1]


def test_the_pieces_and_what_must_come_out_have_their_shapes() -> None:
    why = why_of(told("f = ||W@x||^2", "W=[[1,2,3],[4,5,6]],x=[1,2,3]"), "W", "q")
    assert (why.wanted.symbol.unicode, why.wanted.shape) == ("∂f/∂W", "2×3")
    assert [(piece.symbol.text, piece.shape) for piece in why.pieces] == [("g", "2"), ("x", "3")]


def test_different_sizes_decide_and_equal_ones_do_not() -> None:
    wide = why_of(told("f = ||W@x||^2", "W=[[1,2,3],[4,5,6]],x=[1,2,3]"), "W", "q")
    square = why_of(told("f = ||W@x||^2", "W=[[1,2],[4,5]],x=[1,2]"), "W", "q")
    assert wide.decided
    assert [fit.text for fit in wide.fits] == ["outer(g, x)"]
    assert "the shapes decide" in wide.says[0]
    assert not square.decided
    assert [fit.text for fit in square.fits] == ["outer(g, x)", "outer(x, g)"]
    assert "the shapes alone do not decide, the indices do" in square.says[0]


def test_letters_decide_where_the_numbers_would_not() -> None:
    text, at = "W : m x n; x : n; f = ||W@x||^2", "W=[[1,2],[3,4]],x=[1,2]"
    why = why_of(told(text, at), "W", "q")
    assert why.decided
    assert why.wanted.shape == "m×n"
    assert why.says[0].startswith("∂f/∂W must be m×n like W; g has m entries and x has n entries")
    assert not why_of(told("x : n; W : n x n; f = ||W@x||^2"), "W", "q").decided


def test_letters_are_carried_through_the_graph() -> None:
    data = told("X : N x m; W : m x n; b : n; V : n x k; f = mean(relu(X@W + b)@V)")
    hidden = next(edge for edge in data.edges if edge.source == "V")
    assert hidden.why is not None
    assert [piece.shape for piece in hidden.why.pieces] == ["N×k", "N×n"]
    assert "1/(N·k)" in lines(why_of(data, hidden.target, "f"))[0]


def test_square_matrices_leave_every_product_open() -> None:
    why = why_of(told("A : 2x2; B : 2x2; f = sum(A@B)"), "A", "q")
    assert len(why.fits) == 12
    assert "so do 11 other products" in why.says[0]


def test_equal_names_of_indices_are_avoided() -> None:
    data = told("i : 3; j : 3x3; f = ||j@i||^2")
    assert lines(why_of(data, "i", "q"))[0] == "q_k = Σ_l j_kl i_l"


def test_a_repeated_operand_has_its_copies_numbered_and_a_fan_out_its_ways() -> None:
    copies = told("A : 2x2; f = sum(A@A)")
    symbols = [edge.why.wanted.symbol.unicode for edge in copies.edges if edge.why and edge.source == "A"]
    assert symbols == ["∂f/∂A⁽¹⁾", "∂f/∂A⁽²⁾"]
    ways = told("A : 2x2; x : 2; y : 2; f = sum(A@x) + sum(A@y)")
    assert {e.why.wanted.symbol.unicode for e in ways.edges if e.why and e.source == "A"} == {
        f"∂f/∂A from {e.target}" for e in ways.edges if e.source == "A"
    }


@pytest.mark.parametrize(
    ("text", "source", "says", "line"),
    [
        (
            "X : 4x3; b : 3; f = sum((X + b)^2)",
            "b",
            "b was copied to each of the 4 rows",
            "∂f/∂b_j = Σ_ik g_ik 1[k=j] = Σ_i g_ij",
        ),
        (
            "X : 4x3; b : 4x1; f = sum((X + b)^2)",
            "b",
            "each of the 3 columns",
            "∂f/∂b_i0 = Σ_kj g_kj 1[k=i] = Σ_j g_ij",
        ),
        ("X : 4x3; s : scalar; f = sum((s*X)^2)", "s", "each of the 12 entries", "∂f/∂s = Σ_ij g_ij X_ij"),
        ("X : 4x3; b : 3; f = sum((X - b)^2)", "b", "from 4×3 to 3", "∂f/∂b_j = −Σ_ik g_ik 1[k=j] = −Σ_i g_ij"),
        ("X : 4x3; b : 3; f = sum(X/b)", "b", "a sum over axis 0", "∂f/∂b_j = Σ_i g_ij ∂q_ij/∂b_j"),
        (
            "X : 2x4x3; b : 3; f = sum((X + b)^2)",
            "b",
            "the 8 places along the axes 0 and 1",
            "∂f/∂b_k = Σ_ijl g_ijl 1[l=k] = Σ_ij g_ijk",
        ),
    ],
)
def test_a_broadcast_is_a_sum_over_its_copies(text: str, source: str, says: str, line: str) -> None:
    edge = next(edge for edge in told(text).edges if edge.source == source)
    assert edge.why is not None
    assert says in edge.why.says[0]
    assert lines(edge.why)[-1] == line
    assert edge.why.decided


def test_a_bias_as_long_as_the_batch_is_not_decided_by_shapes() -> None:
    edge = next(edge for edge in told("X : 3x3; b : 3; f = sum((X + b)^2)").edges if edge.source == "b")
    assert edge.why is not None
    assert not edge.why.decided
    assert "a sum over axis 1 would have that shape too" in edge.why.says[1]


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("X : 4x3; f = sum(X)", "factor 1, so g comes back to each of the 12", "∂f/∂X_ij = g"),
        ("X : 4x3; f = mean(X)", "factor 1/12", "∂f/∂X_ij = 1/12 · g"),
        ("X : N x d; f = mean(X)", "comes back to each of the N·d", "∂f/∂X_ij = 1/(N·d) · g"),
        ("X : 4x3; f = ||sum(X, axis=0)||^2", "from 3 to 4×3", "∂f/∂X_ij = Σ_k g_k 1[k=j] = g_j"),
        (
            "X : 4x3; f = ||mean(X, axis=1, keepdims=true)||^2",
            "from 4×1 to 4×3",
            "∂f/∂X_ij = 1/3 · Σ_k g_k0 1[k=i] = 1/3 · g_i0",
        ),
    ],
)
def test_a_reduction_gives_back_what_went_in(text: str, says: str, line: str) -> None:
    edge = next(edge for edge in told(text).edges if edge.source == "X")
    assert edge.why is not None
    assert says in edge.why.says[0]
    assert lines(edge.why)[-1] == line


def test_an_inverse_is_derived_from_its_equation() -> None:
    why = why_of(told("A : 2x2; f = sum(inv(A))", {"A": [[2, 1], [0, 1]]}), "A", "q")
    assert lines(why)[:3] == ["Σ_j A_ij q_jk = 1[i=k]", "∂q_kl/∂A_ij = −q_ki q_jl", "∂f/∂A_ij = −Σ_kl g_kl q_ki q_jl"]
    assert not why.decided
    assert any("minus" in sentence for sentence in why.says)


def test_the_inverses_derivations_agree_with_the_rules() -> None:
    random = np.random.default_rng(4)
    a, g, c = random.standard_normal((3, 3)), random.standard_normal((3, 3)), random.standard_normal((3, 2))
    y = np.linalg.inv(a)
    assert np.allclose(-joined("kl,ki,jl->ij", [g, y, y]), -(y.T @ g @ y.T))
    h, x = random.standard_normal((3, 2)), y @ c
    assert np.allclose(-joined("kl,ki,jl->ij", [h, y, x]), -np.linalg.solve(a.T, h) @ x.T)
    solved = why_of(told("A : 3x3; C : 3x2; f = sum(solve(A, C))", {"A": a, "C": c}), "A", "q")
    assert lines(solved)[2] == "∂f/∂A_ij = −Σ_kl g_kl (A⁻¹)_ki q_jl"


def test_the_story_is_told_once_and_referred_to_after() -> None:
    data = told("x : 3; W : 4x3; V : 2x4; f = ||V@tanh(W@x)||^2")
    first, second = (next(e.why for e in data.edges if e.source == name) for name in ("V", "W"))
    assert first is not None
    assert second is not None
    assert first.like == ""
    assert second.like.startswith("as for s → V, with W for V and x for r")
    assert second.indices


def test_a_large_graph_is_explained_once_for_each_kind() -> None:
    text = "\n".join(
        ["x : 3", "h0 = x", *[f"W{i} : 3x3\nh{i} = tanh(W{i}@h{i - 1})" for i in range(1, 150)], "f = sum(h149)"]
    )
    whys = [edge.why for edge in told(text).edges if edge.why]
    assert 3 <= len(whys) <= 6
    assert not any(why.like for why in whys)


def test_into_the_output_the_derivative_is_not_said_twice_under_one_name() -> None:
    why = why_of(told("q : 3; t : 3; f = dot(q, t)"), "q", "f")
    assert lines(why)[:2] == ["f = Σ_i q_i t_i", "∂f/∂q_i = g t_i"]
    assert why_of(told("q : 3; t : 3; f = dot(q, t)"), "t", "f").like == "as for f → q, with t for q and q for t"


@pytest.mark.parametrize("text", ["f = x*y + 2", "x : 3; f = sum(x*x)", "A : 2x3; f = ||A.T||^2"])
def test_entry_by_entry_there_is_nothing_to_ask(text: str) -> None:
    whys = [edge.why for edge in told(text).edges if edge.why]
    assert all("went into" in why.says[0] for why in whys)


@pytest.mark.parametrize(
    "text",
    [
        "A : 1x1; B : 1x1; f = sum(A@B)",
        "A : 2x1; B : 1x2; f = sum(A@B)",
        "A : 0x3; B : 3x2; f = sum(A@B)",
        "x : 1; y : 1; f = x@y",
        "A : 2x3; f = sum([[1,2],[3,4]]@A)",
        "A : 2x3x4; x : 4; f = sum(A@x)",
        'A : 2x3; f = sum(einsum("ij,kj->ik", A, A))',
        'A : 2x3; B : 4; f = sum(einsum("ij,k->k", A, B))',
        "A : 2x3x3; C : 3x3; f = sum(solve(A, C))",
        "g : 2x2; x : 2; f = sum(g@x)",
        "W_1 : 2x2; x1 : 2; f = sum(W_1@x1)",
    ],
)
def test_unusual_shapes_have_a_story_in_all_three_notations(text: str) -> None:
    for edge in told(text).edges:
        for line in edge.why.indices if edge.why else ():
            assert all((line.text, line.unicode, line.latex))
            assert line.text.isascii()
            assert line.latex.count("{") == line.latex.count("}")
            assert not re.search(r"_\{[^{}]*\}_", line.latex)


def test_a_program_that_has_a_g_calls_the_upstream_gradient_otherwise() -> None:
    why = why_of(told("g : 2x2; x : 2; f = sum(g@x)"), "x", "q")
    assert why.pieces[0].symbol.text == "G"


def test_constants_get_a_name() -> None:
    why = why_of(told("A : 2x3; f = sum([[1,2],[3,4]]@A)"), "A", "q")
    assert "C is the constant operand" in why.says
    assert "C_ij" in lines(why)[0]


def test_shapes_that_fit_are_found_by_trying_all_products() -> None:
    """Against a brute force over permutations and transposes of matrices, made on other random numbers."""
    for m, n, k in product((2, 3), repeat=3):
        found = fitting(((m, k), (n, k)), (m, n), "ik,jk->ij")
        a, b = np.random.default_rng(9).standard_normal((m, k)), np.random.default_rng(8).standard_normal((n, k))
        values: list[np.ndarray] = []
        for x, y in permutations((a, b)):
            for left, right in product((x, x.T), (y, y.T)):
                if left.shape[1] == right.shape[0]:
                    values.append(left @ right)
                if left.shape == right.shape:
                    values.append(left * right)
        values = [value for value in values if value.shape == (m, n)]
        distinct = [v for i, v in enumerate(values) if not any(np.allclose(v, w) for w in values[:i])]
        assert len(found) == len(distinct)
        assert to_text(found[0]) == "0 @ 1.T"


@given(st.lists(st.integers(1, 3), min_size=3, max_size=3), st.booleans())
def test_the_right_product_is_always_among_those_that_fit(sizes: list[int], stacked: bool) -> None:
    m, n, k = sizes
    lead, letter = ((2,), "b") if stacked else ((), "")
    found = fitting(((*lead, m, k), (*lead, n, k)), (*lead, m, n), f"{letter}ik,{letter}jk->{letter}ij")
    assert found
    assert to_unicode(found[0])


def test_derivations_of_matrix_products_are_maths_in_three_notations() -> None:
    line = why_of(told("W : 2x3; x : 3; f = ||W@x||^2"), "W", "q").indices[1]
    assert line == Math(
        "dq[k]/dW[i,j] = 1[k=i]*x[j]",
        "∂q_k/∂W_ij = 1[k=i] x_j",
        r"\frac{\partial q_{k}}{\partial W_{ij}} = \mathbf{1}[k{=}i] \, x_{j}",
    )


def test_the_terminal_tells_it_in_the_width_given_and_in_ascii() -> None:
    text = "X : N x m; W : m x n; A : 2x2; f = mean(X@W) + sum(A@A)"
    plain = explain(text).to_text(ascii=True)
    assert "df/dX must be N x m like X" in plain
    assert "A(1) must be 2x2 like A" in plain
    assert plain.isascii()
    assert all(len(line) <= 80 for line in plain.splitlines())


def test_numbers_alone_have_no_reasons() -> None:
    assert "by index" not in explain("f = ||W@x||^2", at="W=[[1,2]],x=[1,2]").to_text(detail="gradients")
