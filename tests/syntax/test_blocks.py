"""Calls of layers and losses: settings, bare words, names with dots, and printing them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import UserError
from gradviz.networks.table import BLOCKS
from gradviz.ops.op import REQUIRED
from gradviz.syntax.parser import parse, parse_expression
from gradviz.syntax.show import program_text, to_latex, to_text, to_unicode
from gradviz.syntax.tree import Array, Call, Expr, Name, Number, Text


def same(text: str, other: str) -> None:
    assert parse_expression(text) == parse_expression(other)


def test_settings_by_keyword_and_by_position_are_the_same() -> None:
    same("dense(X, 8, tanh)", 'dense(X, units=8, activation="tanh")')
    same("mlp(X, [8, 8, 1], tanh)", "mlp(X, activation=tanh, units=[8, 8, 1])")
    same("mlp(X, 8, 8, 1, tanh)", "mlp(X, [8, 8, 1], tanh)")
    same("mse(p, t, sum)", 'mse(p, t, reduction="sum")')
    same("mse(p, t, none)", "mse(p, t, reduction=none)")
    same("nll_of(normal, y, mu)", 'nll_of("normal", y, mu)')
    same("dense(X, 8, bias=false)", "dense(X, 8, bias=0)")


def test_words_are_settings_only_where_they_stand_alone_in_a_layers_call() -> None:
    assert parse_expression("dense(tanh(x), 8, tanh)") == Call(
        "dense",
        (Call("tanh", (Name("x"),)),),
        (("units", parse_expression("8")), ("activation", Text("tanh"))),
    )
    # `he` would be h·e, `elu` e·l·u: the letters are known here.
    program = parse("h = dense(x, 8, elu, init=he); f = h*e*l*u")
    assert ("init", Text("he")) in program.statements[0].expression.keywords  # type: ignore[union-attr]


def test_what_the_program_defines_wins() -> None:
    product = Call("juxtapose", (Name("dense"), parse_expression("x + 1")))
    assert parse("dense = 3; f = dense(x + 1)").statements[1].expression == product
    assert parse("mse(a, b) = a - b; f = mse(x, y)").statements[1].expression == Call("mse", (Name("x"), Name("y")))
    assert parse("l1 = 2; f = l1(x)").statements[1].expression == Call("juxtapose", (Name("l1"), Name("x")))


@pytest.mark.parametrize("word", ["dense", "mlp", "l1", "l2", "linear", "mse", "hinge", "nll"])
def test_names_of_layers_are_free_for_variables(word: str) -> None:
    assert Name(word) in parse_expression(f"2*{word}").operands  # type: ignore[union-attr]


def test_l1_is_told_by_the_number_of_operands() -> None:
    assert parse_expression("l1(p, t)").function == "l1"  # type: ignore[union-attr]
    assert parse_expression("l1(w)").function == "l1_penalty"  # type: ignore[union-attr]


def test_maxout_is_the_operation_where_the_arguments_fit_it() -> None:
    assert [key for key, _ in parse_expression("maxout(x, 2)").keywords] == ["pieces"]  # type: ignore[union-attr]
    assert [key for key, _ in parse_expression("maxout(x, 8, 2)").keywords] == ["units", "pieces"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "unicode", "latex"),
    [
        ("h.W", "h.W", "W_{h}"),
        ("net.h1.b", "net.h₁.b", r"b_{1,\mathrm{net}}"),
        ("h.h1.W", "h.h₁.W", "W_{1}"),
        ("h.h2", "h.h₂", "h_{2}"),
        ("h1.W", "h₁.W", "W_{h_{1}}"),
        ("h.W.T", "h.Wᵀ", r"{W_{h}}^{\top}"),
        ("0.5*h.W", "0.5·h.W", "0.5 W_{h}"),
        ("h.W[0, 1]", "h.W[0, 1]", r"{\left(W_{h}\right)}_{0,1}"),
        ("bn.gamma", "bn.γ", r"\gamma_{\mathrm{bn}}"),
        ("theta.W_q", "θ.W_q", r"W_{q,\theta}"),
        ("dense(X, 8, tanh)", "dense(X, 8, tanh)", r"\operatorname{dense}\left(X, 8, \text{tanh}\right)"),
    ],
)
def test_names_with_dots_and_layers_are_written(text: str, unicode: str, latex: str) -> None:
    tree = parse_expression(text)
    assert (to_unicode(tree), to_latex(tree)) == (unicode, latex)
    assert parse_expression(to_text(tree)) == parse_expression(to_unicode(tree)) == tree


def test_a_dot_before_t_transposes() -> None:
    assert parse_expression("h.T") == Call("transpose", (Name("h"),))
    assert parse_expression("h.T1") == Name("h.T1")


names = st.sampled_from([Name("x"), Name("h.W"), Name("net.h1.b"), Name("p"), Name("theta.gamma")])
whole = st.integers(1, 9).map(lambda n: parse_expression(str(n)))
words = st.sampled_from([Text(word) for word in ("tanh", "he_normal", "normal 0.01", "none", "sum", "x y", "e", "T")])
VALUES: dict[str, st.SearchStrategy[Expr]] = {
    "integer": whole,
    "number": whole | st.just(Number(parse_expression("1/2").operands[0].value / 2)),  # type: ignore[union-attr]
    "text": words,
    "flag": st.sampled_from([parse_expression("True"), parse_expression("False")]),
    "shape": st.lists(whole, min_size=1, max_size=3).map(lambda items: Array(tuple(items))),
    "axis": whole,
    "axes": whole,
}


@st.composite
def block_calls(draw: st.DrawFn) -> Call:
    row = draw(st.sampled_from([*BLOCKS.values()]))
    most = row.least + 1 if row.most is None else row.most
    operands = tuple(draw(st.lists(names, min_size=row.least, max_size=most)))
    chosen = [p for p in row.parameters if p.default == REQUIRED or draw(st.booleans())]
    return Call(row.name, operands, tuple((p.name, draw(VALUES[p.kind])) for p in chosen))


@given(block_calls())
def test_every_call_reads_back(call: Call) -> None:
    assert parse_expression(to_text(call)) == call
    assert parse_expression(to_unicode(call)) == call
    program = parse(f"f = {to_text(call)}")
    assert parse(program_text(program)).statements == program.statements
    assert to_latex(call)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("h = dense(X)", "dense needs units"),
        ("h = dense()", "dense takes 1 operand, not 0"),
        ("h = denze(X, 8)", "did you mean dense"),
        ("h = dense(X, 8, unit=3)", "did you mean units"),
        ("h = dense(X, 8, 1, 2, 3, 4)", "write dense(x, units, …)"),
        ("h = dense(X, units=8, units=9)", "given twice"),
        ("g(t) = t^2; h = dense(X, 3, g) + g(2)", "write g(dense(…))"),
        ("h = mse(p)", "mse takes 2 operands, not 1"),
        ("h = dense(X, 8, tanh", "("),
    ],
)
def test_bad_calls(text: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(text)
    assert says in str(caught.value)
    assert caught.value.span is not None
