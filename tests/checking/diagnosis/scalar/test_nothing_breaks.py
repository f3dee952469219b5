"""Whatever is asked and whatever is answered, the diagnosis ends in findings or in none; warnings are errors here."""

from __future__ import annotations

import random

import pytest

import gradviz
from gradviz.errors import UserError

FUNCTIONS = (
    "sin", "cos", "tan", "exp", "ln", "sqrt", "log10", "arctan", "arcsin", "cosh", "sigmoid", "relu", "abs", "cot",
    "gamma", "floor", "erf", "softplus",
)  # fmt: skip
NUMBERS = ("0", "1", "2", "3", "-1", "5", "0.5", "1/3", "pi", "e")
ODD = (
    "x", "x - x", "0*x", "x^0", "sqrt(-1 - x^2)", "ln(-x^2 - 1)", "arcsin(x^2 + 2)", "q = x; f = q", "|x|", "floor(x)",
    "x = 0; f = |x|", "x = -1; f = ln(x)", "1/(x - x)", "x^x^x", "exp(exp(exp(x)))", "1e300*x", "x*y; g = 3",
)  # fmt: skip
ANSWERS = ("0", "1", "x", "2x", "1/0", "0.333", "1e400", "x^2 + 1", "ln(x)", "f", "10^9*x", "-x", "y")


def expression(drawn: random.Random, depth: int) -> str:
    """A random formula in x and y."""
    if depth == 0:
        return drawn.choice(("x", "x", "y", *NUMBERS))
    one, other = (expression(drawn, depth - 1) for _ in range(2))
    return drawn.choice(
        (
            f"({one} + {other})",
            f"({one} - {other})",
            f"({one})*({other})",
            f"({one})/({other})",
            f"({one})^{drawn.choice(('2', '3', '(-1)', '(1/2)', '0', 'x'))}",
            f"{drawn.choice(FUNCTIONS)}({one})",
            f"{drawn.choice(FUNCTIONS)}({other})",
            f"max({one}, {other})",
        )
    )


def chain(drawn: random.Random, length: int) -> str:
    """A long program of named steps."""
    lines = ["q0 = x"]
    for i in range(1, length):
        before, far = f"q{i - 1}", f"q{i // 2}"
        forms = (f"sin({before})", f"{before}*2 + x", f"tanh({before})", f"{before} + {far}*x", f"{before}/(x + 3)")
        lines.append(f"q{i} = {drawn.choice(forms)}")
    return "; ".join([*lines, f"f = q{length - 1}"])


def put(text: str, answer: str, order: int = 1, of: str | None = None) -> None:
    """Check an answer; what cannot be read may be refused."""
    try:
        found = gradviz.check(text, "x", answer, order, of=of, picture=False)
    except UserError:
        return
    assert all(mistake.explanation for mistake in found.mistakes)
    assert not any(part in mistake.explanation for mistake in found.mistakes for part in ("{", "None", "  "))


@pytest.mark.parametrize("text", ODD)
def test_odd_problems(text: str) -> None:
    drawn = random.Random(text)
    for answer in ANSWERS[:: drawn.choice((1, 2))]:
        put(text, answer)
    put(text, "x^2", 2)


@pytest.mark.parametrize("seed", range(40))
def test_random_problems(seed: int) -> None:
    drawn = random.Random(seed)
    text = expression(drawn, drawn.choice((0, 1, 2, 3)))
    answer = drawn.choice((*ANSWERS, expression(drawn, 1), expression(drawn, 2)))
    put(text, answer, drawn.choice((1, 1, 1, 2, 3)))


@pytest.mark.parametrize("seed", range(6))
def test_random_curves(seed: int) -> None:
    drawn = random.Random(seed)
    put(f"{expression(drawn, 2)} = {expression(drawn, 1)}", drawn.choice(("x/y", "-y", "1", "2x")), of="y")


@pytest.mark.parametrize("length", [20, 60, 200])
def test_long_programs(length: int) -> None:
    put(chain(random.Random(length), length), "2*x")
