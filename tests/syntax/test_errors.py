"""What errors say: every text with its exact message and caret is in tests/golden/syntax_errors.txt."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import LimitError, UserError
from gradviz.syntax.parser import parse, parse_expression, parse_point

TEXTS = [
    "",
    "   # nothing",
    "f =",
    "f = x +",
    "f = x +* y",
    "f = * x",
    "f = (x + y",
    "f = x + y)",
    "f = (x + y]",
    "f = [1, 2",
    "f = |x + y",
    "f = ||x| + 1",
    "f = ()",
    "f = sin()",
    "f = sin",
    "f = 2*sin + 1",
    "f = sinn(x)",
    "f = foo(x)",
    "f = x.sum()",
    "f = sin(x, y)",
    "f = clip(x)",
    "f = sum(X, axsi=0)",
    "f = sin(x, axis=0)",
    "f = sum(X, axis=0, axis=1)",
    "f = einsum(A, B)",
    'f = sin("x")',
    "f = 2 3",
    "f = x 2",
    "f = x = 2",
    "f = where(x = 0, 1, 2)",
    "f = x, y",
    "f = (x, y)",
    "f = []",
    "f = x[]",
    "f = x[1",
    "f = x : y",
    "x : 2y",
    "x : ",
    "f = x ? y",
    "f = ∂x",
    "f = x!",
    'f = "abc',
    'f = "abc"',
    "f = x\x07y",
    "f = 1e999999999",
    "f = " + "9" * 2000,
    "f = 9**9**9**9",
    "f = x^(10^9)",
    "g(t) = t^2; f = g(x, y)",
    "g(t) = t^2; f = g + 1; h = g(2)",
    "g(t, t) = t",
    "x*2; y",
    "f = x +\ny = 2",
    "x = 1\ny = 2\nf = x ** ** y",
    "f = (x;\ny)",
    "f = " + "+ ".join(["x"] * 60) + "/ / y",
    r"f = \frac{x}",
    r"f = \frac{x}{y",
    r"f = \foo{x}",
    r"f = \sum_{i} x_i",
    r"f = x}",
    r"f = \begin{tabular} x \end{tabular}",
    r"f = \begin{bmatrix} x",
    r"f = \sqrt",
    r"f = x_{a+b}",
    r"f = \left|x\right) + 1",
    "f = Piecewise((x, x > 0))",
    "f = Piecewise(x, y)",
    "f = ⌊x⌉",
    "f = x @",
    "f = @ x",
    "f(x) = ",
    "f = x and",
    "1 = x",
    "f = not",
]


def message(text, read=parse):
    with pytest.raises(UserError) as caught:
        read(text)
    error = caught.value
    assert error.span is None or error.source is not None
    assert "Traceback" not in str(error)
    return str(error)


def test_golden_messages(golden):
    golden("syntax_errors.txt", "\n\n".join(f">>> {text[:100]!r}\n{message(text)}" for text in TEXTS) + "\n")


@pytest.mark.parametrize("text", TEXTS)
def test_every_error_says_where_and_what_to_do(text):
    with pytest.raises(UserError) as caught:
        parse(text)
    assert caught.value.hint
    assert caught.value.span is not None or not text.strip() or text.strip().startswith("#")


def test_expressions_and_points():
    assert "one expression" in message("x; y", parse_expression)
    assert "name=value" in message("x=1,2", parse_point)
    assert "given twice" in message("x=1,x=2", parse_point)
    assert "empty" in message("", parse_point)


HOSTILE = {
    "long line": "x+" * 500_000 + "x",
    "ten thousand parentheses": "(" * 10_000 + "x" + ")" * 10_000,
    "201 brackets": "[" * 201 + "x" + "]" * 201,
    "braces": "{" * 300 + "x" + "}" * 300,
    "fractions": r"\frac1" * 15_000 + "2",
    "bars": "|" * 20_000,
    "functions": "sin " * 20_000 + "x",
    "roots": "√" * 30_000 + "x",
    "power tower": "9**9**9**9",
    "digits": "9" * 90_000,
    "exponent": "x^1e999999999",
    "name": "a" * 90_000,
    "size": "x : 99999999999",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_before_it_costs_time(name):
    with pytest.raises(LimitError):
        parse(HOSTILE[name])


def test_two_hundred_brackets_are_read():
    assert parse_expression("(" * 200 + "x" + ")" * 200) == parse_expression("x")


def test_long_chains_are_read_without_recursion():
    for text in ("x+" * 10_000 + "x", "x^" * 10_000 + "x", "-" * 10_000 + "x", "x" + "'" * 10_000):
        parse_expression(text)


WORDS = (
    r"sin log_ where( max( \frac \sqrt[ \begin{bmatrix} \end{bmatrix} & \\ \left| \right| Piecewise(( True axis= $ 1e9"
)
SIGNS = st.sampled_from(
    [
        *"xyzfW01289.+-*/^()[]{}|,:;=<>' \n\\\"_@²αΣ√‖ᵀ₁·−",
        *WORDS.split(),
        " and ",
        "not ",
        r"\mathbf",
        r"^\top",
        'einsum("ij",',
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(SIGNS, max_size=14).map("".join))
def test_any_text_is_read_or_refused_with_a_user_error(text):
    for read in (parse, parse_expression, parse_point):
        try:
            read(text)
        except UserError as error:
            str(error)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_unicode_is_read_or_refused(text):
    try:
        parse(text)
    except UserError as error:
        str(error)
