"""NumPy's names for functions on numbers, by `math`'s: rows without an expression for floats are written with those."""

from __future__ import annotations

from collections.abc import Mapping

SHARED = (
    *("exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt", "hypot", "floor", "ceil", "isfinite"),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh"),
)
"""Functions that both call the same."""

RENAMED = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "power": "pow",
}

PLAIN: Mapping[str, str] = {
    **{f"np.{name}": f"math.{name}({{args}})" for name in SHARED},
    **{f"np.{name}": f"math.{other}({{args}})" for name, other in RENAMED.items()},
    "np.abs": "abs({0})",
    "np.absolute": "abs({0})",
    "np.square": "{0} ** 2",
    "np.reciprocal": "1 / {0}",
    "np.negative": "-{0}",
    "np.add": "{0} + {1}",
    "np.subtract": "{0} - {1}",
    "np.multiply": "{0} * {1}",
    "np.divide": "{0} / {1}",
    "np.where": "{1} if {0} else {2}",
    "np.maximum": "k.scalar_maximum({0}, {1})",
    "np.minimum": "k.scalar_minimum({0}, {1})",
    "np.clip": "k.scalar_clip({0}, {1}, {2})",
    "np.sign": "k.scalar_sign({0})",
    "np.logaddexp": "k.scalar_logaddexp({0}, {1})",
}
"""By NumPy's name, the same in `math`'s terms."""
