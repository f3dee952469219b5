"""How formulas are written: order, signs, fractions, decimals, and the textbook form."""

import pytest
import sympy as sp

from gradviz.passes.signs import leading_sign
from gradviz.passes.simplify import Effort, candidates, cost, fold_sigmoids
from gradviz.passes.symbolic import Symbols, opaque
from gradviz.passes.textbook import Unwritable, Writer
from gradviz.syntax.show import to_text, to_unicode

SYMBOLS = Symbols()
X, Y, Z, W = (SYMBOLS.leaf(name, ()).item() for name in "xyzw")
SIGMA = opaque("sigmoid")


def text(expr: sp.Expr) -> str:
    return to_text(leading_sign(Writer(SYMBOLS).tree(sp.sympify(expr))))


def best(expr: sp.Expr) -> str:
    writer = Writer(SYMBOLS)
    return to_unicode(min((writer.tree(made) for made in candidates(expr, Effort())), key=cost))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Y * 2 * X, "2*x*y"),
        (1 - X**2, "1 - x**2"),
        (X**2 + 2 * X + 1, "x**2 + 2*x + 1"),
        (Y + Z + 1, "y + z + 1"),
        (Y - X, "y - x"),
        (-X - Y, "-(x + y)"),
        (1 + sp.exp(-X), "1 + exp(-x)"),
        (X / Y, "x/y"),
        (X / 2, "x/2"),
        (1 / X, "1/x"),
        (-1 / X**2, "-1/x**2"),
        (sp.sqrt(X), "sqrt(x)"),
        (1 / sp.sqrt(X), "1/sqrt(x)"),
        (X * SIGMA(Y) * (1 - SIGMA(Y)), None),
        (W * X * Y, "x*y*w"),
        (X * sp.log(2), "x*log(2)"),
        (sp.Max(0, X), "max(0, x)"),
        (-X * Y, "-x*y"),
        (-X / Y, "-x/y"),
        (X - Y * Z, "x - y*z"),
        (-sp.Rational(1, 2), "-1/2"),
    ],
)
def test_the_order_of_a_teacher(expr: sp.Expr, expected: str | None) -> None:
    if expected is not None:
        assert text(expr) == expected


def test_sigmoids_stand_between_names_and_sums() -> None:
    assert to_unicode(Writer(SYMBOLS).tree(X * SIGMA(Y) * (1 - SIGMA(Y)))) == "x·σ(y)·(1 − σ(y))"


def test_decimals_stay_decimals_where_a_person_writes_them() -> None:
    assert to_text(Writer(SYMBOLS, decimals=True).tree(X / 10)) == "0.1*x"
    assert text(X / 10) == "x/10"
    assert text(sp.Rational(44715, 10**6) * X) == "0.044715*x"


def test_what_has_no_word_is_refused() -> None:
    with pytest.raises(Unwritable):
        Writer(SYMBOLS).tree(sp.zeta(X))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (2 * X + 2 * Y, "2·(x + y)"),
        (X * Y + X * Z, "x·(y + z)"),
        (X**2 + 2 * X * Y + Y**2, "(x + y)²"),
        (sp.exp(-X) / (1 + sp.exp(-X)) ** 2, "σ(x)·(1 − σ(x))"),
        (Y * sp.exp(-X * Z) / (1 + sp.exp(-X * Z)) ** 2, "y·σ(x·z)·(1 − σ(x·z))"),
        (1 - sp.tanh(X) ** 2, "1 − tanh²(x)"),
        (sp.sin(X) ** 2 + sp.cos(X) ** 2, "1"),
        (X / Y - X / Y + Z, "z"),
    ],
)
def test_the_textbook_form_is_the_cheapest(expr: sp.Expr, expected: str) -> None:
    assert best(expr).replace("tanh(x)²", "tanh²(x)") == expected


def test_a_folded_sigmoid_is_the_same_function() -> None:
    expr = X * sp.exp(-2 * Y) / (1 + sp.exp(-Y)) ** 3
    folded = fold_sigmoids(expr)
    opened = folded.replace(SIGMA, lambda u: 1 / (1 + sp.exp(-u)))
    for point in ({X: 0.3, Y: -1.2}, {X: 2.0, Y: 0.7}):
        assert float(opened.subs(point)) == pytest.approx(float(expr.subs(point)))


def test_effort_ends() -> None:
    effort = Effort(nodes=5)
    assert list(candidates(2 * X + 2 * Y, effort)) == [2 * X + 2 * Y]
