"""Trees to text and back: print(parse(text)) parses to the same tree."""

import re
import warnings
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.graph.build import build
from gradviz.ops.op import REQUIRED
from gradviz.ops.table import OPS
from gradviz.syntax.names import name_latex, name_unicode
from gradviz.syntax.parser import parse, parse_expression
from gradviz.syntax.show import program_text, to_latex, to_text, to_unicode
from gradviz.syntax.show_numbers import number_text
from gradviz.syntax.tree import Array, Assign, Call, Define, Index, Name, Number, Program, Slice, Text, postorder

NAMES = st.sampled_from(
    ["x", "y", "z", "w1", "alpha", "theta0", "W_out", "y_hat", "h.W", "loss", "sigma", "gamma", "N", "e"]
)
DECIMALS = st.one_of(
    st.integers(-20, 2000).map(Fraction),
    st.decimals(-100, 100, places=3, allow_nan=False).map(Fraction),
    st.sampled_from([Fraction(10) ** 20, Fraction(3, 2) * Fraction(10) ** -19, Fraction(0)]),
)
LEAVES = st.one_of(NAMES.map(Name), DECIMALS.map(Number))
BINARY = [
    "add",
    "sub",
    "mul",
    "div",
    "matmul",
    "power",
    "juxtapose",
    "greater",
    "less_equal",
    "equal",
    "logical_and",
    "logical_or",
]
FUNCTIONS = [
    name
    for name, op in sorted(OPS.items())
    if not any(parameter.default == REQUIRED for parameter in op.parameters)
    and name not in ("pow", "neg", "transpose", "where", "log_base", "squared_norm", "inv", *BINARY)
]


def _varies(tree):
    return any(isinstance(node, Name) for node in postorder(tree))


def _binary(function, left, right):
    number = isinstance(left, Number) or isinstance(right, Number)
    if function == "juxtapose" and number:
        function = "mul"
    if function == "power":  # constant powers can be out of range
        left = left if _varies(left) and left != Name("e") else Name("x")
        right = right if _varies(right) else Number(Fraction(2))
    return Call(function, (left, right))


def _applied(function, operands):
    op = OPS[function]
    least = op.arity if isinstance(op.arity, int) else op.arity[0]
    if function in ("minimum", "maximum"):
        least = 2
    return Call(function, tuple((operands * 4)[:least]))


def _negated(x):
    return Call("neg", (x,))


def extend(inner):
    return st.one_of(
        st.builds(_binary, st.sampled_from(BINARY), inner, inner),
        st.builds(_negated, inner),
        st.builds(_applied, st.sampled_from(FUNCTIONS), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda x: Call("transpose", (x,)), inner),
        st.builds(lambda c, a, b: Call("where", (c, a, b)), inner, inner, inner),
        st.builds(lambda x, b: Call("log_base", (x, b)), inner, inner),
        st.builds(
            lambda x: Call("sum", (x,), (("axis", Number(Fraction(-1))), ("keepdims", Number(Fraction(1))))), inner
        ),
        st.builds(
            lambda x: Call("reshape", (x,), (("shape", Array((Number(Fraction(2)), Number(Fraction(3))))),)), inner
        ),
        st.builds(lambda x, y: Call("einsum", (x, y), (("equation", Text("ij,jk->ik")),)), inner, inner),
        st.builds(lambda x: Call("polygamma", (x,), (("n", Number(Fraction(2))),)), inner),
        st.builds(lambda x: Call("leaky_relu", (x,), (("slope", Number(Fraction(1, 10))),)), inner),
        st.builds(lambda items: Array(tuple(items)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda base, i, s: Index(base, (i, s)),
            inner,
            inner,
            st.builds(Slice, st.none() | LEAVES, st.none() | LEAVES, st.none() | LEAVES),
        ),
    )


TREES = st.recursive(LEAVES, extend, max_leaves=14)
KNOWN = ["x", "y", "z", "w1", "alpha", "theta0", "W_out", "y_hat", "h.W", "loss", "N"]


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_text_reads_back(tree):
    assert parse_expression(to_text(tree), known=KNOWN) == tree


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_text_reads_back_without_knowing_the_names(tree):
    assert parse_expression(to_text(tree)) == tree


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_unicode_reads_back(tree):
    assert parse_expression(to_unicode(tree)) == tree


@settings(max_examples=80, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=4), st.booleans())
def test_programs_read_back(trees, called):
    statements = [Assign(f"q{i}", tree) for i, tree in enumerate(trees)]
    statements.append(Assign("A", None, (2, "n")))
    statements.append(Assign("B", Number(Fraction(1)), ()))
    body = Call("G", (trees[0], Name("x"))) if called else trees[0]
    if called:
        statements.append(Define("G", ("s", "t"), trees[-1]))
    statements.append(Assign("F", body, None, ("x", "y")))
    program = Program(tuple(statements))
    assert parse(program_text(program)) == program


@pytest.mark.parametrize(
    ("text", "shown", "pretty"),
    [
        ("1/(1+exp(-(w0*x0+w1*x1+w2)))", "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", "1/(1 + exp(−(w₀·x₀ + w₁·x₁ + w₂)))"),
        ("((x))*(y*z)", "x*(y*z)", "x·(y·z)"),
        ("(x*y)*z", "x*y*z", "x·y·z"),
        ("-(x^2)", "-x**2", "−x²"),
        ("(-x)^2", "(-x)**2", "(−x)²"),
        ("x^-1", "x**(-1)", "x⁻¹"),
        ("x^(y+1)", "x**(y + 1)", "x^(y + 1)"),
        ("(x^y)^z", "(x**y)**z", "(xʸ)^z"),
        ("x^y^z", "x**y**z", "x^y^z"),
        ("a-(b-c)", "a - (b - c)", "a − (b − c)"),
        ("a*-b", "a*(-b)", "a·(−b)"),
        ("||W@x||^2", "norm(W @ x)**2", "‖W @ x‖²"),
        ("W.T @ x", "W.T @ x", "Wᵀ @ x"),
        ("where(x>0, x, 0)", "Piecewise((x, x > 0), (0, True))", "where(x > 0, x, 0)"),
        ("log_b(x)", "log(x, b)", "log(x, b)"),
        ("max(0,x)", "max(0, x)", "max(0, x)"),
        ("|x|+| |y|-1 |", "abs(x) + abs(abs(y) - 1)", "|x| + abs(|y| − 1)"),
        ("sqrt(x) + sqrt(x+1) + sqrt(x)^2", "sqrt(x) + sqrt(x + 1) + sqrt(x)**2", "√x + √(x + 1) + √(x)²"),
        ("2(x+1)", "2*(x + 1)", "2·(x + 1)"),
        ("x[0, 1:]", "x[0, 1:]", "x[0, 1:]"),
        ("1/2x", "1/2 x", "1/2 x"),
        ("sum(X, 0)", "sum(X, axis=0)", "sum(X, axis=0)"),
    ],
)
def test_few_parentheses(text, shown, pretty):
    tree = parse_expression(text)
    assert to_text(tree) == shown
    assert to_unicode(tree).replace("x^yᶻ", "x^y^z") == pretty
    assert parse_expression(shown) == tree


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1/(1+e^(-x))", r"\frac{1}{1 + e^{-x}}"),
        ("x0*w1", r"x_{0}\, w_{1}"),
        ("W_out h", r"W_{\mathrm{out}}\,h"),
        ("2x", "2 x"),
        ("-4", "{-4}"),
        ("-x + 1", "{-x + 1}"),
        ("σ(x)", r"\sigma(x)"),
        ("x^2", "{x}^{2}"),
        ("1e20*x", r"10^{20}\, x"),
        ("[1, x]", r"\begin{bmatrix} 1 \\ x \end{bmatrix}"),
        ("[[1, 2], [3, 4]]", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
        ("W[0, 1]", "W_{0,1}"),
        ("x - (-3)", r"x - \left(-3\right)"),
        ("alpha", r"\alpha"),
    ],
)
def test_latex(text, latex):
    assert to_latex(parse_expression(text)) == latex


def test_names():
    assert [name_unicode(n) for n in ("x1", "alpha", "W_out", "x_i", "layer2", "h.W")] == [
        "x₁",
        "α",
        "W_out",
        "xᵢ",
        "layer₂",
        "h.W",
    ]
    assert [name_latex(n) for n in ("x1", "alpha", "W_out", "loss", "y_hat", "a_b_c")] == [
        "x_{1}",
        r"\alpha",
        r"W_{\mathrm{out}}",
        r"\mathrm{loss}",
        r"\hat{y}",
        r"a_{\mathrm{b\_c}}",
    ]


@given(st.fractions(max_denominator=10**6))
def test_numbers_are_exact(value):
    assert Fraction(number_text(value)) == value


def test_deep_trees_are_written_without_recursion():
    tree = Name("x")
    for _ in range(100_000):
        tree = Call("add", (tree, Name("y")))
    assert to_text(tree).count("+") == 100_000
    assert to_unicode(tree).count("+") == 100_000


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_operation_is_written_in_all_notations(name):
    op = OPS[name]
    least = op.arity if isinstance(op.arity, int) else op.arity[0]
    for inner in (Name("x"), Call("add", (Name("x"), Number(Fraction(-1)))), Call("neg", (Name("x"),))):
        tree = Call(name, (inner,) * max(least, 1), _keywords(op))
        assert to_latex(tree).count("{") == to_latex(tree).count("}")
        assert parse_expression(to_text(tree)) == (tree if name == "inv" else _as_power(tree))
        shown = replace(tree, function="log") if name == "log_clamped" else tree  # people read ln x, and type ln x
        assert parse_expression(to_unicode(tree)) == _as_power(shown)


@pytest.mark.parametrize(
    ("text", "plain", "pretty"),
    [
        ("squared_norm(W@x)", "||W @ x||^2", "‖W @ x‖²"),
        ("squared_norm(x)^3", "(||x||^2)**3", "(‖x‖²)³"),
        ("squared_norm(x) squared_norm(y)", "||x||^2 ||y||^2", "‖x‖² ‖y‖²"),
        ("squared_norm(norm(x)*y)", "squared_norm(norm(x)*y)", "squared_norm(‖x‖·y)"),
        ("norm(x, 1) + norm(y, 2)", "norm(x, ord=1) + norm(y, ord=2)", "‖x‖₁ + ‖y‖₂"),
        ("norm(x, inf)^2", 'norm(x, ord="inf")**2', "‖x‖∞²"),
        ("norm(W, fro)^2", 'norm(W, ord="fro")**2', "‖W‖_F²"),
    ],
)
def test_norms(text, plain, pretty):
    tree = parse_expression(text)
    assert to_text(tree) == plain
    assert to_unicode(tree) == pretty
    assert parse_expression(plain) == parse_expression(pretty)
    graphs = {
        tuple(node.op.name for node in build(parse(f"W : 2x2; x : 2; y : 2; f = sum({shown})")).graph.nodes)
        for shown in (text, plain, pretty)
    }
    assert len(graphs) == 1


def _as_power(tree):
    """What ‖x‖² and A⁻¹ are to the parser: powers, which the graph reads as the operations they stand for."""
    match tree.function:
        case "pow":
            return Call("power", tree.operands)
        case "squared_norm":
            return Call("power", (Call("norm", tree.operands), Number(Fraction(2))))
        case "inv":
            return Call("power", (*tree.operands, Number(Fraction(-1))))
        case _:
            return tree


def _keywords(op):
    values = {
        "text": Text("i->i"),
        "shape": Array((Number(Fraction(2)),)),
        "integer": Number(Fraction(1)),
        "number": Number(Fraction(1)),
    }
    return tuple((p.name, values[p.kind]) for p in op.parameters if p.default == REQUIRED)


def typeset(latex):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # ziafont opens its fonts in an old way
        import ziamath

        ziamath.config.svg2 = False
        svg = ziamath.Latex(latex).svg()
    assert "nan" not in re.sub(r'd="[^"]*"', "", svg).lower()
    return svg


@settings(max_examples=25, deadline=None)
@given(TREES)
def test_ziamath_typesets_what_is_written(tree):
    assert "<path" in typeset(f"f={to_latex(tree)}")


@pytest.mark.parametrize("name", sorted(OPS))
def test_ziamath_typesets_every_operation(name):
    op = OPS[name]
    least = op.arity if isinstance(op.arity, int) else op.arity[0]
    assert "<path" in typeset(to_latex(Call(name, (Name("x1"),) * max(least, 1), _keywords(op))))


@pytest.mark.parametrize(
    "text",
    [
        "1/(1+exp(-x))",
        "x^2*y - (-x)^(y+1)",
        "log_b(x) + sqrt(x)/cbrt(y)",
        "max(x, y, 0) + min(x, 1) + |x - y|",
        "where(0 < x < 1 or not y == 2, x^2, where(x >= 1, y, 0))",
        "sign(x) + floor(x) + ceil(y) + erf(x) + gamma(x) + loggamma(y) + digamma(x) + polygamma(2, x)",
        "atan2(y, x) + asin(x/10) + sec(x) + acosh(y + 5) + coth(x)",
        "1/3*x + 0.25*y - 1e20",
    ],
)
def test_sympy_reads_the_same_formula(text):
    import sympy

    tree = parse_expression(text)
    names = {name: sympy.Symbol(name) for name in ("x", "y", "b")}
    read = sympy.sympify(to_text(tree), locals=names)
    done = {}
    for node in postorder(tree):
        if isinstance(node, Number):
            done[id(node)] = sympy.Rational(node.value.numerator, node.value.denominator)
        elif isinstance(node, Name):
            done[id(node)] = names[node.id]
        else:
            op = OPS["pow" if node.function == "power" else node.function]
            settings = {key: int(value.value) for key, value in node.keywords}
            done[id(node)] = op.symbol(sympy, *(done[id(part)] for part in node.operands), **settings)
    point = {names["x"]: sympy.Rational(7, 10), names["y"]: sympy.Rational(13, 10), names["b"]: 3}
    ours, theirs = (complex(expr.subs(point)) for expr in (done[id(tree)], read))
    assert abs(ours - theirs) <= 1e-9 * max(1, abs(ours))
