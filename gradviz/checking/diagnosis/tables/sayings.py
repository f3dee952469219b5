"""What rows' mistakes are called where the operands are known: a row can only speak of x, u and a."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SAID: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("pow", "ln a lost"): "the factor ln {C} is missing",
        ("pow", "lowered first"): "the exponent {c} was lowered before it came down",
        ("pow", "as xⁿ"): "the power rule was used on an exponential",
        ("log", "1 over the logarithm"): "1/ln {U} in place of 1/{U}",
        ("log", "not inverted"): "the derivative of the logarithm is 1/{U}, not {u}",
        ("log", "operand lost"): "the factor 1/{U} is missing",
        ("log", "differentiated twice"): "differentiated twice: −1/{U}²",
        ("log", "integrated"): "the logarithm was integrated",
        ("log_base", "ln b lost"): "the factor 1/ln {C} is missing",
        ("log_base", "ln b on top"): "multiplied by ln {C}, not divided",
        ("sqrt", "not inverted"): "√{U}/2 in place of 1/(2√{U})",
        ("sqrt", "root lost"): "1/(2{U}) in place of 1/(2√{U})",
        ("log1p", "1 + lost"): "1/{U} in place of 1/(1 + {u})",
        ("asin", "plus for minus"): "1 + {U}² in place of 1 − {U}²",
        ("asin", "slope at x"): "1/cos was taken at {u}; it belongs at arcsin({u})",
        ("acos", "plus for minus"): "1 + {U}² in place of 1 − {U}²",
        ("atan", "minus for plus"): "1 − {U}² in place of 1 + {U}²",
        ("atan", "square lost"): "1 + {u} in place of 1 + {U}²",
        ("asec", "bars lost"): "the bars of |{u}| are lost",
        ("acsc", "bars lost"): "the bars of |{u}| are lost",
        ("acot", "minus for plus"): "1 − {U}² in place of 1 + {U}²",
        ("tanh", "input for output"): "1 − {U}² in place of 1 − tanh²: the input was used, not the output",
        ("asinh", "minus for plus"): "{U}² − 1 in place of {U}² + 1",
        ("acosh", "plus for minus"): "{U}² + 1 in place of {U}² − 1",
        ("acsch", "bars lost"): "the bars of |{u}| are lost",
        ("acoth", "plus for minus"): "1 + {U}² in place of 1 − {U}²",
        ("sigmoid", "input for output"): "{U}(1 − {u}) in place of σ(1 − σ): the input was used, not the output",
        ("relu", "mask on the wrong side"): "let through where {u} is negative",
        ("relu", "multiplied by the output"): "the slope is 1 where {u} is positive, not {u} itself",
        ("elu", "relu's derivative"): "below 0 it is α times the exponential of {u}, not 0",
        ("softplus", "inner slope lost"): "the factor exp({u}) is missing",
    }
)
"""By row and name; `{u}` is the operand, `{U}` the same in brackets where it needs them, `{C}` what stays the same."""
