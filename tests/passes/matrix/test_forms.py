"""Gradients, Jacobians and Hessians in matrix form: what is shown, what is withheld, and why."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import differentiate
from gradviz.passes.formulas import Formula
from gradviz.passes.matrix import forms as forms_module
from gradviz.passes.matrix.family import family_of, twin_of
from gradviz.passes.matrix.forms import Forms, gradient_forms
from gradviz.passes.matrix.jacobians import hessian_form, jacobian_form
from gradviz.passes.matrix.setting import closure
from gradviz.passes.signs import leading_sign
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode
from gradviz.syntax.tree import Call, Number


def named(made: Built) -> tuple[dict[int, str], list[int]]:
    names = {i: node.name for i, node in enumerate(made.graph.nodes) if node.name}
    return names, [i for i in names if i != made.output]


def forms_of(text: str, **given: object) -> tuple[Built, Forms]:
    made = build(parse(text), **given)
    names, users = named(made)
    back = differentiate(made.graph, made.output)
    wanted = [made.graph.inputs[name] for name in made.inputs]
    family = family_of(made)
    return made, gradient_forms(back, wanted, names=names, users=users, family=family, declared=made.declared)


def shown(formula: Formula | None) -> str:
    return "" if formula is None else to_unicode(leading_sign(formula.display))


def test_a_formula_holds_for_all_sizes_even_where_values_fix_them():
    made, forms = forms_of("X : N x d = [[1, 2, 3], [4, 5, 6]]; f = mean(X^2)")
    id = made.graph.inputs["X"]
    assert shown(forms.whole[id]) == "(2/(N d)) X"
    assert id in forms.general
    made, forms = forms_of("X : N x d; f = sum(X^2)/N", values={"X": np.ones((4, 2))})
    assert shown(forms.whole[made.graph.inputs["X"]]) == "(2/N) X"


def test_without_letters_it_holds_at_the_sizes_given():
    made, forms = forms_of("W : 2x3; x : 3; f = mean((W@x)^2)")
    assert shown(forms.whole[made.graph.inputs["W"]]) == "(W x) xᵀ"
    assert not forms.general


def test_a_size_that_letters_do_not_say_leaves_no_formula():
    made, forms = forms_of("x : n; f = var(x, ddof=1)", values={"x": [1.0, 2.0, 4.0, 8.0, 16.0]})
    id = made.graph.inputs["x"]
    assert not forms.failures
    assert id not in forms.whole
    assert "these sizes only" in forms.reasons[id]


def test_numbers_of_the_program_are_no_letters():
    made, forms = forms_of("X : N x d; f = 211*sum(X^2)")
    assert shown(forms.whole[made.graph.inputs["X"]]) == "422 X"


def test_arrays_too_large_to_try_a_formula_on_need_letters():
    made, forms = forms_of("x : 2000000; f = ||x||^2")
    assert "verified" in forms.reasons[made.graph.inputs["x"]]
    made, forms = forms_of("x : n; f = ||x||^2", shapes={"x": (2_000_000,)})
    assert shown(forms.whole[made.graph.inputs["x"]]) == "2 x"


def test_reasons_are_words():
    made, forms = forms_of("Q : 2x3x4; x : 3; f = sum(Q^2) + max(x)")
    assert forms.reasons[made.graph.inputs["Q"]] == "Q has three axes"
    assert forms.reasons[made.graph.inputs["x"]].startswith("max is no operation")
    assert not forms.failures


def test_names_of_users_are_preferred_where_they_are_shorter():
    made, forms = forms_of("A : m x n; x : n; b : m; r = A x - b; q = exp(b); f = r' r + sum(q)")
    id = made.graph.inputs["A"]
    assert (shown(forms.whole[id]), shown(forms.named[id])) == ("2 (A x − b) xᵀ", "2 r xᵀ")
    assert list(forms.where) == ["r", "q"]  # q is the gradient by b of its own sum


def test_a_graph_made_by_hand():
    g = Graph()
    X, w = g.input("X", (4, 2)), g.input("w", (2,))
    back = differentiate(g, g.mean(g.softplus(X @ w)).id)
    forms = gradient_forms(back, [w.id], names={0: "X", 1: "w"})
    assert shown(forms.whole[w.id]) == "(1/4) Xᵀ σ(X w)"


@pytest.mark.parametrize(
    "text",
    [
        "X : N x 1; w : 1; y : N; f = ||X@w - y||^2",
        "X : 3x1; c : 1x4; f = sum(X*c) + sum((X @ c)^2)",
        "a : 1; B : 1x1; f = sum(a*B)",
        "X : N x d; s = sum(X, axis=1, keepdims=True); f = sum(X/s)",
        "c : 1x4; X : 3x4; f = sum((X - c)^2)",
        "W : 1 x n; x : n; f = sum(tanh(W @ x))",
    ],
)
def test_axes_of_size_one(text):
    made, forms = forms_of(text)
    assert not forms.failures
    assert all(made.graph.inputs[name] in forms.whole for name in made.inputs), forms.reasons
    assert not made.letters.sizes or forms.general == set(forms.whole)


def test_a_wrong_formula_is_withheld_and_reported(monkeypatch):
    """A fault planted in the writer is caught before anything is shown."""
    right = forms_module.written

    def wrong(form, setting, shape):
        made = right(form, setting, shape)
        doubled = Call("mul", (Number(2), made.spelled))
        return Formula(Call("mul", (Number(2), made.display)), doubled)

    monkeypatch.setattr(forms_module, "written", wrong)
    made, forms = forms_of("W : m x n; x : n; f = ||W@x||^2")
    assert set(forms.failures) == set(made.graph.inputs.values())
    assert not forms.whole
    assert not forms.named


def test_a_transpose_lost_is_caught_though_matrices_may_be_square(monkeypatch):
    right = forms_module.written

    def wrong(form, setting, shape):
        made = right(form, setting, shape)
        inner = made.spelled
        return Formula(made.display, inner.operands[0] if isinstance(inner, Call) else inner)

    monkeypatch.setattr(forms_module, "written", wrong)
    made, forms = forms_of("X : n x n; f = logdet(X)")  # X⁻ᵀ and X⁻¹ have one shape
    assert forms.failures == (made.graph.inputs["X"],)


def test_twins_are_the_same_graph_at_other_sizes():
    made = build(parse("X : N x d; w : k; f = sum(X@w)/N"))
    back = differentiate(made.graph, made.output)
    twin = twin_of(family_of(made), back)
    assert len(twin.backward.graph) == len(back.graph)
    assert set(twin.letters.values()) == {"N", "d"}  # k is d: only that fits
    given = differentiate(made.graph, made.output, upstream=3)
    assert twin_of(family_of(made), given) is not None


JACOBIANS = [
    ("A : m x n; x : n; q = A@x", "x", "A"),
    ("A : m x n; x : n; b : m; h = tanh(A@x + b)", "x", "diag(1 − h ∘ h) A"),
    ("z : n; p = softmax(z)", "z", "diag(p) − p pᵀ"),
    ("x : n; q = x/||x||", "x", "(1/‖x‖) (I − (1/‖x‖²) x xᵀ)"),
    ("x : n; q = relu(x)", "x", "diag(1[x > 0])"),
    ("x : n; B : n x n; q = x*(B@x)", "x", "diag(x) B + diag(B x)"),
    ("x : n; q = x' x", "x", "2 xᵀ"),
]


@pytest.mark.parametrize(("text", "wrt", "expected"), JACOBIANS)
def test_jacobians(text, wrt, expected):
    made = build(parse(text), of=parse(text).statements[-1].name)
    names, _ = named(made)
    form = jacobian_form(
        made.graph, made.output, made.graph.inputs[wrt], names=names, users=list(names), family=family_of(made)
    )
    assert (shown(form.formula), form.reason) == (expected, "")


def test_a_jacobian_by_a_matrix_says_why_not():
    made = build(parse("W : m x n; x : n; q = W@x"))
    names, users = named(made)
    form = jacobian_form(made.graph, made.output, made.graph.inputs["W"], names=names, users=users)
    assert form.formula is None
    assert form.reason.startswith("W is a matrix")


HESSIANS = [
    ("B : n x n; x : n; f = x' B x", "x", "B + Bᵀ"),
    ("S : n x n symmetric; x : n; f = x' S x", "x", "2 S"),
    ("A : m x n; x : n; b : m; f = ||A@x - b||^2", "x", "2 Aᵀ A"),
    ("X : N x d; w : d; y : N; f = ||X@w - y||^2 + lambda*||w||^2", "w", "2 (Xᵀ X + λ I)"),
    ("A : m x n; x : n; f = sum(exp(A@x))", "x", "Aᵀ diag(exp(A x)) A"),
    ("a : n; x : n; f = a' x", "x", "𝟎"),
    ("z : n; f = logsumexp(z)", "z", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"),
]


@pytest.mark.parametrize(("text", "wrt", "expected"), HESSIANS)
def test_hessians(text, wrt, expected):
    made = build(parse(text))
    names, users = named(made)
    form = hessian_form(
        differentiate(made.graph, made.output),
        made.graph.inputs[wrt],
        names=names,
        users=users,
        family=family_of(made),
        declared=made.declared,
    )
    assert (shown(form.formula), form.reason) == (expected, "")


def test_a_hessian_by_a_matrix_has_no_matrix():
    made = build(parse("X : n x n; f = logdet(X)"))
    names, users = named(made)
    form = hessian_form(differentiate(made.graph, made.output), made.graph.inputs["X"], names=names, users=users)
    assert form.formula is None
    assert "matrix" in form.reason


def test_where_the_names_of_the_user_leave_a_formula_too_long_others_are_used():
    text = "x : n; g : n; gamma : n; u = (x - mean(x))/sqrt(var(x) + epsilon); f = sum(g*gamma*u)"
    made = build(parse(text))
    back = differentiate(made.graph, made.output)
    names = {i: node.name or f"q{i}" for i, node in enumerate(made.graph.nodes) if node.op is not CONSTANT}
    u, x = made.graph.names["u"], made.graph.inputs["x"]
    forms = gradient_forms(back, [x], names=names, users=[u], family=family_of(made))
    root, both = (f"q{''.join('₀₁₂₃₄₅₆₇₈₉'[int(digit)] for digit in name[1:])}" for name in forms.where if name != "u")
    assert shown(forms.named[x]) == f"(n {both} − ({both}ᵀ u) u − sum({both}))/(n {root})"
    assert x in forms.general
    assert x not in forms.reasons


def unnamed(text: str) -> tuple[Built, Forms]:
    """Forms in which the user named nothing, so that made-up names are used."""
    made = build(parse(text))
    back = differentiate(made.graph, made.output)
    names = {i: node.name or f"q{i}" for i, node in enumerate(made.graph.nodes) if node.op is not CONSTANT}
    return made, gradient_forms(back, list(made.graph.inputs.values()), names=names, family=family_of(made))


def test_definitions_of_made_up_names_are_in_inputs_where_nothing_else_uses_what_is_between():
    made, forms = unnamed("X : N x d; w : d; y : N; f = mean((X w - y)^2)")
    assert shown(forms.named[made.graph.inputs["w"]]).startswith("(2/N) Xᵀ q")
    assert [shown(formula) for formula in forms.where.values()] == ["X w − y"]


def test_definitions_are_closed_and_in_the_order_of_the_computation():
    layers = "; ".join(f"h{k} = tanh(W{k}@h{k - 1} + b{k})" for k in range(1, 5))
    made, forms = forms_of(layers.replace("h0", "x") + "; f = ||h4||^2", shapes=_layer_shapes(4))
    assert set(forms.where) == closure(forms.named.values(), forms.where) - set(made.inputs)
    layers = [name for name in forms.where if name.startswith("h")]
    assert layers == sorted(layers) == list(forms.where)[:4]
    for number, formula in enumerate([forms.where[name] for name in layers], 1):
        index, before = "₀₁₂₃₄"[number], ["x", "h₁", "h₂", "h₃"][number - 1]
        assert shown(formula) == f"tanh(W{index} {before} + b{index})"


def _layer_shapes(count: int) -> dict[str, tuple[int, ...]]:
    weights = {f"W{k}": (3, 3) for k in range(1, count + 1)}
    return {"x": (3,), **weights, **{f"b{k}": (3,) for k in range(1, count + 1)}}


def test_formulas_that_rely_on_a_declaration_are_told():
    made, forms = forms_of("z : n; y : n stochastic; w : n; p = softmax(z); f = w' p - sum(y*log(p))")
    places = made.graph.inputs
    assert forms.relied == {"y": (places["z"],)}
    made, forms = forms_of("z : n; y : n; p = softmax(z); f = -sum(y*log(p))")
    assert not forms.relied
    assert shown(forms.best(made.graph.inputs["z"])) == "sum(y) p − y"


def test_one_column_has_rows_of_one_entry_each():
    """Declared stochastic, it is ones: not a column that sums to one, as the algebra would take it."""
    made, forms = forms_of("Y : N x 1 stochastic; f = sum(Y)^2")
    assert not forms.failures
    assert shown(forms.whole[made.graph.inputs["Y"]]) == "2 sum(Y) 𝟏"


def test_a_named_logarithm_of_a_softmax():
    made, forms = forms_of("Z : N x k; Y : N x k; L = log_softmax(Z); f = -sum(Y*L)")
    assert not forms.failures
    assert set(forms.whole) == set(made.graph.inputs.values())


def test_a_jacobian_that_relies_on_a_declaration():
    text = "z : n; y : n stochastic; q = sum(y)*exp(z)"
    made = build(parse(text))
    names, users = named(made)
    form = jacobian_form(
        made.graph, made.output, made.graph.inputs["z"], names=names, users=users, declared=made.declared
    )
    assert (shown(form.formula), form.relied) == ("diag(exp(z))", ("y",))


def test_a_wrong_definition_takes_the_formulas_that_use_it_along(monkeypatch):
    true = forms_module.where

    def wrong(*given):
        return {name: Formula(Number(Fraction(7)), Number(Fraction(7))) for name in true(*given)}

    monkeypatch.setattr(forms_module, "where", wrong)
    made, forms = forms_of("A : m x n; x : n; b : m; r = A x - b; f = r' r")
    assert not forms.named
    assert not forms.where
    assert forms.failures == (made.graph.names["r"],)
    assert shown(forms.whole[made.graph.inputs["x"]]) == "2 Aᵀ (A x − b)"
