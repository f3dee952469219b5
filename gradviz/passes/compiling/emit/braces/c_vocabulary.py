"""What C calls things: its vocabulary for double and for float, and its names for the runtime's functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from gradviz.passes.compiling.emit.braces.spelling import MATH_H
from gradviz.passes.compiling.emit.expressions.plain import PLAIN
from gradviz.passes.compiling.emit.expressions.translate import place_text
from gradviz.passes.compiling.emit.expressions.tree import Constant, Expression, Name, Part, Read
from gradviz.passes.compiling.emit.expressions.vocabulary import ATOM, PRODUCT, UNARY, Power, Text, Vocabulary

DECLARED = [name for name in MATH_H.split() if name.islower() and not name.startswith(("is", "fp", "sign", "math"))]
"""Functions of <math.h> that have a twin for float."""

MATH = (
    *("exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt", "hypot", "floor", "ceil", "isfinite"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    *("erf", "erfc", "lgamma"),
)
"""Functions that C calls as Python's `math` does."""

KERNELS: Mapping[str, str] = {
    "max": "larger",
    "min": "smaller",
    "k.scalar_maximum": "larger",
    "k.scalar_minimum": "smaller",
    **{
        f"k.scalar_{name}": name
        for name in (
            *("clip", "sign", "ratio", "xlogy", "log_clamped", "inverse_clamped", "sech", "csch", "sigmoid"),
            *("softplus", "logaddexp", "elu", "gelu_tanh", "digamma", "polygamma"),
        )
    },
    "k.row_number": "row_number",
    "k.det": "determinant",
    "k.logdet": "log_determinant",
    "k.inv": "invert",
    "k.solve": "solve",
    "k.cofactor": "cofactors",
    "k.norm": "spectral_norm",
    "k.top_singular": "top_singular",
}
"""The runtime's functions by what the rows and loops call them; JavaScript's are the same."""


def powers(function: str) -> Power:
    """Squares and cubes of something short as products, other powers by a function."""

    def power(base: Expression, base_text: Text, exponent: Expression, exponent_text: Text) -> Text:
        short = isinstance(base, (Name, Read)) and base_text.strength == ATOM
        if short and isinstance(exponent, Constant) and exponent.value in (2, 3):
            return Text(" * ".join([base_text.text] * int(exponent.value)), PRODUCT)
        return Text(f"{function}({base_text.text}, {exponent_text.text})")

    return power


def _number(value: float) -> str:
    return repr(float(value))


def _part(part: Part) -> Text:
    """A stretch of an array: where it begins."""
    place = place_text(part.place).text
    return Text(part.array if place == "0" else f"{part.array} + {place}", ATOM if place == "0" else UNARY)


C = Vocabulary(
    name="C",
    functions={
        **PLAIN,
        **{f"math.{name}": name for name in MATH},
        "math.gamma": "tgamma",
        "math.pow": "{0} ** {1}",
        "abs": "fabs",
        **KERNELS,
    },
    pairwise=frozenset({"larger", "smaller"}),
    words={"and": "&&", "or": "||", "not": "!"},
    number=_number,
    infinity="INFINITY",
    nan="NAN",
    choice="{test} ? {yes} : {no}",
    truth="{test} ? 1.0 : 0.0",
    power=powers("pow"),
    part=_part,
)

SINGLE = replace(
    C,
    functions={name: f"{own}f" if own in DECLARED else own for name, own in C.functions.items()},
    number=lambda value: f"{_number(value)}f",
    truth="{test} ? 1.0f : 0.0f",
    power=powers("powf"),
)
"""The same for float."""


def single(text: str) -> str:
    """A function of the runtime for float.

    Example:
        >>> single("double f(double x) { return 0.5 * exp(x); }")
        'float f(float x) { return 0.5f * expf(x); }'
    """
    text = re.sub(rf"\b({'|'.join(DECLARED)})(?=\()", r"\1f", text)
    text = re.sub(r"\bdouble\b", "float", text)
    return re.sub(r"(?<![\w.])(\d+\.\d+(?:e-?\d+)?|\d+e-?\d+)(?![\w.])", r"\1f", text)
