"""Strategies: derivatives that SymPy works out, sound rewrites of them, and changes that make them wrong."""

from __future__ import annotations

import sympy as sp
from hypothesis import strategies as st

x = sp.Symbol("x", real=True)

_LEAVES = st.sampled_from([x, 2 * x, x + 1, x**2, 3 * x - 2])
_OUTER = st.sampled_from(
    [sp.sin, sp.cos, sp.exp, sp.tanh, sp.atan, lambda u: u**3, lambda u: 1 / (u**2 + 1), lambda u: sp.log(u**2 + 1)]
)


def _grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    return st.one_of(
        st.builds(lambda f, u: f(u), _OUTER, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, b: a + b, inner, inner),
    )


PROBLEMS = st.recursive(_LEAVES, _grown, max_leaves=3)
"""Functions that are defined and smooth everywhere."""

REWRITES = {
    "expand": sp.expand,
    "factor": sp.factor,
    "together": sp.together,
    "trigonometric": sp.trigsimp,
    "angles": sp.expand_trig,
    "exponentials": lambda e: e.rewrite(sp.tanh, sp.exp),
    "logarithms": sp.expand_log,
    "widened": lambda e: sp.Mul(e, x**2 + 1, 1 / (x**2 + 2), (x**2 + 2) / (x**2 + 1), evaluate=False),
}
"""Rewrites that keep the value at every real number."""

CHANGES = {
    "opposite, and less": lambda e: -e - 1,
    "a little more": lambda e: e + sp.Rational(1, 10**12),
    "a little steeper": lambda e: e + x * sp.Rational(1, 10**9),
    "rare": lambda e: e + sp.Max(0, x - 50),
    "zero at whole numbers": lambda e: e + sp.sin(sp.pi * x) / 10**6,
    "zero at small numbers": lambda e: e + x * (x - 1) * (x + 1) * (x - 2) * (x + 2),
}
"""What makes every answer wrong: the sum with a function that is not zero (−e − 1 unless e is −1/2)."""


def written(expression: sp.Expr) -> str:
    """SymPy's text is in the language, but for names in capitals."""
    return str(expression).replace("Max(", "max(").replace("**", "^")
