"""How functions are written in LaTeX, and the forms that several rows share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gradviz.ops.op import COMPARISON, POWER, Notation

POWERED = re.compile(r"(\\(?:sin|cos|tan|sec|csc|cot|sinh|cosh|tanh|coth|ln))((?:\\left)?\(.*)", re.DOTALL)
"""A function whose power is written on its name: sin²(x)."""
TALL = re.compile(r"\\(?:frac|left|begin|sqrt|sum|prod)")
"""What makes a formula taller than its line."""

NAME_ENDS = re.compile(r"[A-Za-z}]$")
NAME_BEGINS = re.compile(
    r"\{*(?:[A-Za-z]|\\(?!left|frac|sqrt|operatorname|max|min|ln|log|(?:arc)?(?:sin|cos|tan|sec|csc|cot)))"
)
"""A name at the end of one factor and at the start of the next: between them stands a thin space."""
RUNS_ON = re.compile(r"\{*[-+\d.]|(?:\\left)?\(\{?-")
"""What cannot stand beside a factor without a dot: a digit, a sign."""


def bracketed(text: str) -> str:
    r"""A formula in round brackets, which grow where it is tall.

    Example:
        >>> print(bracketed("x"), bracketed(r"\frac{x}{2}"))
        (x) \left(\frac{x}{2}\right)
    """
    return rf"\left({text}\right)" if TALL.search(text) else f"({text})"


def call(command: str) -> Callable[..., str]:
    r"""The LaTeX of a function: its name, and its operands in brackets.

    Example:
        >>> print(call(r"\ln")("x"))
        \ln(x)
    """
    return lambda *operands, **_: command + bracketed(", ".join(operands))


def function(command: str, *, unicode: str = "") -> Notation:
    """A function whose LaTeX name is not simply its own."""
    return Notation(unicode=unicode, latex=call(command))


def operator(word: str) -> str:
    r"""A word as the LaTeX name of a function.

    Example:
        >>> print(operator("sum_to"))
        \operatorname{sum\_to}
    """
    return rf"\operatorname{{{word}}}".replace("_", r"\_")


def over_axes(command: str) -> Notation:
    r"""A function whose axes, where they are given, stand below its name.

    Example:
        >>> print(over_axes(r"\max").latex("x", axis=0))
        \max_{\text{axis }0}(x)
    """
    return Notation(latex=lambda x, axis=None, **_: command + _axes_below(axis) + bracketed(x))


def _axes_below(axis: Any) -> str:
    if axis is None:
        return ""
    axes = axis if isinstance(axis, tuple) else (axis,)
    return rf"_{{\text{{{'axis' if len(axes) == 1 else 'axes'} }}{', '.join(map(str, axes))}}}"


def fence(left: str, right: str) -> Callable[..., str]:
    r"""The LaTeX of signs around an operand.

    Example:
        >>> print(fence("|", "|")("x"))
        \left|x\right|
    """
    return lambda operand, **_: rf"\left{left}{operand}\right{right}"


def cases_latex(truth: str, chosen: str, other: str, **_: Any) -> str:
    """One value if something holds, otherwise another; what is again a choice adds its lines to the same brace."""
    opening, closing = r"\begin{cases} ", r" \end{cases}"
    inner = other.removeprefix(opening).removesuffix(closing)
    chain = other == f"{opening}{inner}{closing}" and r"\begin{cases}" not in inner
    rest = inner if chain else rf"{other} & \text{{otherwise}}"
    return rf"{opening}{chosen} & \text{{if }} {truth} \\ {rest}{closing}"


def clip_latex(operand: str, *, low: Any, high: Any, **_: Any) -> str:
    """A clip, with its limits below."""
    return rf"\operatorname{{clip}}_{{[{low}, {high}]}}" + bracketed(operand)


def comparison(text: str, command: str, *, unicode: str = "") -> Notation:
    """A sign between two operands that compares them."""
    return Notation(
        form="infix", text=text, unicode=unicode, precedence=COMPARISON, latex=lambda a, b: f"{a} {command} {b}"
    )


def power_latex(base: str, exponent: str, **_: Any) -> str:
    r"""A power; of a function, with the exponent on its name where that cannot be read as an inverse.

    Example:
        >>> print(power_latex("x", "3"), power_latex(r"\sin(x)", "2"))
        {x}^{3} \sin^{2}(x)
    """
    called = POWERED.fullmatch(base)
    if called and exponent.isdecimal():
        return f"{called[1]}^{{{exponent}}}{called[2]}"
    return f"{{{base}}}^{{{exponent}}}"


def fraction_latex(numerator: str, denominator: str, **_: Any) -> str:
    """A fraction."""
    return rf"\frac{{{numerator}}}{{{denominator}}}"


def product_latex(left: str, right: str, **_: Any) -> str:
    r"""Factors side by side: a thin space between names, a dot where they would run together (a digit, a sign).

    Example:
        >>> print(product_latex("2", "x"), "and", product_latex("x", "y"), "and", product_latex("x", "2"))
        2 x and x\, y and x \cdot 2
    """
    if RUNS_ON.match(right):
        return rf"{left} \cdot {right}"
    return rf"{left}\, {right}" if NAME_ENDS.search(left) and NAME_BEGINS.match(right) else f"{left} {right}"


EXPONENTIAL = Notation(latex=lambda x: f"e^{{{x}}}", latex_precedence=POWER, latex_slots=(0,))
"""e to the operand: a power in LaTeX, a function in text."""
