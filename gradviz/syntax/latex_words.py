"""The LaTeX commands that are read, and what each is."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.syntax.names import ACCENTS

SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("cdot", "times", "ast", "odot", "circ"), "STAR"),
    "div": "SLASH",
    **dict.fromkeys(("lt", "gt", "le", "ge", "leq", "geq", "leqslant", "geqslant", "ne", "neq"), "COMPARE"),
    **dict.fromkeys(("land", "wedge"), "AND"),
    **dict.fromkeys(("lor", "vee"), "OR"),
    **dict.fromkeys(("lnot", "neg"), "NOT"),
    **dict.fromkeys(("top", "intercal", "prime"), "TRANSPOSE"),
    **dict.fromkeys(("lvert",), "LABS"),
    **dict.fromkeys(("rvert",), "RABS"),
    **dict.fromkeys(("lVert",), "LNORM"),
    **dict.fromkeys(("rVert",), "RNORM"),
    **dict.fromkeys(("|", "Vert"), "DBAR"),
    **dict.fromkeys(("vert", "mid"), "BAR"),
    **dict.fromkeys(("lfloor", "lceil"), "LFENCE"),
    **dict.fromkeys(("rfloor", "rceil"), "RFENCE"),
    **dict.fromkeys(("lbrace", "{"), "LPAR"),
    **dict.fromkeys(("rbrace", "}"), "RPAR"),
    "lbrack": "LSQB",
    "rbrack": "RSQB",
    "colon": "COLON",
    "\\": "SEP",
}
"""Commands that are signs."""

SPACES = frozenset(
    [
        *",;:!> ~\n",
        "quad",
        "qquad",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "hspace",
        "bigl",
        "bigr",
        "big",
        "Big",
        "Bigl",
        "Bigr",
        "bigg",
        "Bigg",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "thinspace",
        "dots",
        "&",
    ]
)
"""Commands that only move ink about, and the delimiters of formulas."""

FONTS = frozenset(
    [
        "mathbf",
        "mathrm",
        "mathit",
        "mathsf",
        "mathcal",
        "mathbb",
        "boldsymbol",
        "bm",
        "vec",
        "operatorname",
        "text",
        "textrm",
        "textbf",
        "mathtt",
        "textit",
        "operatorname*",
    ]
)
"""Commands whose group is one word."""

WORDS = frozenset(
    [
        "exp",
        "log",
        "ln",
        "sin",
        "cos",
        "tan",
        "sec",
        "csc",
        "cot",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "max",
        "min",
        "det",
        "erf",
        "sqrt",
        "arctanh",
        "tr",
        "sgn",
        "ell",
    ]
)
"""Commands that are functions (and ell)."""

TABLES = frozenset(["bmatrix", "pmatrix", "matrix", "array", "vmatrix", "cases", "Bmatrix", "smallmatrix"])
"""Environments that are arrays or cases."""

ACCENTS_BY_COMMAND: Mapping[str, str] = {
    **{word: word for word in ACCENTS.values()},
    "widehat": "hat",
    "overline": "bar",
}
"""Commands that put an accent on a letter, and the word for it."""

VARIANTS: Mapping[str, str] = {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varsigma": "sigma",
    "varrho": "rho",
}
"""Variant letters and the plain ones."""

UNKNOWN: Mapping[str, str] = {
    "sum": "write sum(x)",
    "prod": "write prod(x)",
    "partial": "write the function itself; gradviz finds its derivatives",
    "nabla": "write the function itself; gradviz finds its gradient",
    "int": "gradviz differentiates; it does not integrate",
    "infty": "infinity is not a number here",
    "pm": "write the two cases as two expressions",
}
"""What to do about commands that people expect to work."""
