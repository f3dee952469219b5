"""Wrong derivatives of functions, beside those in their rows, and how likely the rows' own are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradviz.checking.diagnosis.scalar.steps import Here
from gradviz.checking.diagnosis.slip import Outer

OuterSlip = tuple[str, float, str, Outer]
"""A wrong derivative of an outer function: name, prior, what it says, and the slope at an operand."""


def _log(h: Here, u: Any) -> Any:
    return h.fn("log", u)


def _sec(h: Here, u: Any) -> Any:
    return 1 / h.fn("cos", u)


def _csc(h: Here, u: Any) -> Any:
    return 1 / h.fn("sin", u)


def _cot(h: Here, u: Any) -> Any:
    return h.fn("cos", u) / h.fn("sin", u)


def _base(h: Here) -> Any:
    """The base of a logarithm that has one."""
    return h.b.at(h.step.operands[1] or 0)


def _root(h: Here, u: Any) -> Any:
    return h.fn("sqrt", u)


# fmt: off
OUTER: Mapping[str, tuple[OuterSlip, ...]] = MappingProxyType({
    "sin": (
        ("integrated",           0.3, "the sine was integrated: (−cos)′ = sin",      lambda h, u: -h.fn("cos", u)),
        ("−sin",                 0.1, "−sin is cos′; sin′ is cos",                   lambda h, u: -h.fn("sin", u)),
        ("tan for cos",          0.1, "the derivative of the sine is the cosine",    lambda h, u: h.fn("tan", u)),
    ),
    "cos": (
        ("−cos",                 0.1, "the cosine was negated; cos′ is −sin",        lambda h, u: -h.fn("cos", u)),
    ),
    "tan": (
        ("−csc²",                0.2, "−csc² is cot′; tan′ is sec²",                 lambda h, u: -_csc(h, u)**2),
        ("tan²",                 0.15, "tan² in place of sec²",                      lambda h, u: h.fn("tan", u)**2),
        ("sec·tan", 0.3, "sec·tan is sec′; tan′ is sec²", lambda h, u: h.fn("tan", u) * _sec(h, u)),
        ("cot for sec²",         0.2, "cot in place of sec²",                        _cot),
        ("arctan's derivative",  0.15, "that is arctan′; tan′ is sec²",              lambda h, u: 1 / (1 + u**2)),
        ("cos² for sec²",        0.2, "cos² in place of 1/cos²",                     lambda h, u: h.fn("cos", u)**2),
        ("left standing",        0.2, "the tangent was left as it is",               lambda h, u: h.fn("tan", u)),
        ("ln cos", 0.1, "the tangent was integrated", lambda h, u: -_log(h, h.fn("cos", u))),
    ),
    "cot": (
        ("csc without a square", 0.2, "the square of csc² is missing",               lambda h, u: -_csc(h, u)),
        ("sec²",                 0.25, "sec² is tan′; cot′ is −csc²",                lambda h, u: _sec(h, u)**2),
        ("−csc·cot", 0.2, "−csc·cot is csc′; cot′ is −csc²", lambda h, u: -_csc(h, u) * _cot(h, u)),
        ("tan for −csc²",        0.2, "tan in place of −csc²",                       lambda h, u: h.fn("tan", u)),
        ("−tan for −csc²",       0.2, "−tan in place of −csc²",                      lambda h, u: -h.fn("tan", u)),
        ("left standing",        0.2, "the cotangent was left as it is",             _cot),
    ),
    "sec": (
        ("tan for sec·tan",      0.2, "the factor sec is missing: sec′ is sec·tan",  lambda h, u: h.fn("tan", u)),
        ("sec²",                 0.25, "sec² is tan′; sec′ is sec·tan",              lambda h, u: _sec(h, u)**2),
        ("csc·cot", 0.2, "csc·cot in place of sec·tan", lambda h, u: _csc(h, u) * _cot(h, u)),
        ("−csc·cot", 0.2, "−csc·cot is csc′; sec′ is sec·tan", lambda h, u: -_csc(h, u) * _cot(h, u)),
        ("−csc", 0.2, "1/cos became 1/(−sin): the outer 1/u was not differentiated", lambda h, u: -_csc(h, u)),
        ("csc",                  0.2, "csc in place of sec·tan",                     _csc),
        ("sec²·tan", 0.15, "one sec too many: sec′ is sec·tan", lambda h, u: _sec(h, u)**2 * h.fn("tan", u)),
    ),
    "csc": (
        ("−cot",                 0.2, "the factor csc is missing: csc′ is −csc·cot", lambda h, u: -_cot(h, u)),
        ("−csc²",                0.25, "−csc² is cot′; csc′ is −csc·cot",            lambda h, u: -_csc(h, u)**2),
        ("csc²",                 0.1, "csc² in place of −csc·cot",                   lambda h, u: _csc(h, u)**2),
        ("sec·tan", 0.2, "sec·tan is sec′; csc′ is −csc·cot", lambda h, u: _sec(h, u) * h.fn("tan", u)),
        ("−sec·tan", 0.2, "−sec·tan in place of −csc·cot", lambda h, u: -_sec(h, u) * h.fn("tan", u)),
        ("sec",                  0.2, "1/sin became 1/cos: the outer 1/u was not differentiated", _sec),
    ),
    "asin": (
        ("arctan's derivative",  0.3, "that is arctan′; arcsin′ is 1/√(1 − u²)",     lambda h, u: 1 / (1 + u**2)),
        ("inverted",             0.2, "√(1 − {U}²) belongs below", lambda h, u: _root(h, 1 - u**2)),
        ("−csc·cot", 0.2, "sin⁻¹ was read as 1/sin", lambda h, u: -_csc(h, u) * _cot(h, u)),
        ("arccos", 0.2, "the angle whose cosine it is, in place of a derivative", lambda h, u: h.fn("acos", u)),
        ("u² − 1", 0.25, "{U}² − 1 in place of 1 − {U}² under the root", lambda h, u: 1 / _root(h, u**2 - 1)),
        ("square lost",          0.2, "{u} in place of {U}² under the root", lambda h, u: 1 / _root(h, 1 - u)),
    ),
    "acos": (
        ("arccot's derivative",  0.2, "that is arccot′; arccos′ is −1/√(1 − u²)",    lambda h, u: -1 / (1 + u**2)),
        ("−csc",                 0.2, "1/(−sin {U}) in place of −1/√(1 − {U}²)",         lambda h, u: -_csc(h, u)),
        ("plus for minus", 0.25, "1 + {U}² in place of 1 − {U}²", lambda h, u: -1 / _root(h, 1 + u**2)),
        ("square lost",          0.2, "{u} in place of {U}² under the root", lambda h, u: -1 / _root(h, 1 - u)),
        ("inverted",             0.15, "√(1 − {U}²) belongs below", lambda h, u: -_root(h, 1 - u**2)),
    ),
    "atan": (
        ("sign of arctan′",      0.3, "the sign is wrong: that is arccot′",          lambda h, u: -1 / (1 + u**2)),
        ("arcsin's derivative", 0.3, "that is arcsin′; arctan′ is 1/(1 + u²)", lambda h, u: 1 / _root(h, 1 - u**2)),
        ("sec²",                 0.3, "sec² is tan′; arctan′ is 1/(1 + u²)",         lambda h, u: _sec(h, u)**2),
        ("cos²",                 0.2, "1/tan′ at {u}; it belongs at arctan({u})", lambda h, u: h.fn("cos", u)**2),
        ("inverted",             0.2, "1 + {U}² belongs below",                        lambda h, u: 1 + u**2),
        ("u² − 1",               0.15, "{U}² − 1 in place of 1 + {U}²",                  lambda h, u: 1 / (u**2 - 1)),
        ("1 lost",               0.15, "1/{U}² in place of 1/(1 + {U}²)",                lambda h, u: 1 / u**2),
    ),
    "sinh": (
        ("left standing",        0.2, "the hyperbolic sine was left as it is",       lambda h, u: h.fn("sinh", u)),
        ("cos for cosh",         0.3, "cos in place of cosh",                        lambda h, u: h.fn("cos", u)),
    ),
    "cosh": (
        ("left standing",        0.2, "the hyperbolic cosine was left as it is",     lambda h, u: h.fn("cosh", u)),
        ("sin for sinh",         0.3, "−sin in place of sinh",                       lambda h, u: -h.fn("sin", u)),
    ),
    "tanh": (
        ("sech without a square", 0.3, "the square of sech² is missing", lambda h, u: 1 / h.fn("cosh", u)),
        ("sec² for sech²",       0.3, "sec² in place of sech²",                      lambda h, u: _sec(h, u)**2),
    ),
    "log": (
        ("−1/u²",                0.15, "differentiated twice: −1/{U}²",                lambda h, u: -1 / u**2),
        ("sign of ln′",          0.35, "the sign is wrong: ln′ is +1/u",              lambda h, u: -1 / u),
        ("e to the power",       0.1, "the exponential in place of 1/{U}", lambda h, u: h.fn("exp", u)),
        ("1/u²",                 0.2, "1/{U}² in place of 1/{U}",                        lambda h, u: 1 / u**2),
        ("base 10",              0.25, "the factor 1/ln 10 belongs to the logarithm to base 10; this one is natural",
                                      lambda h, u: 1 / (u * _log(h, h.b.constant(10)))),
    ),
    "log2": (
        ("read as ln(2u)",       0.15, "2/{U} in place of 1/({U}·ln 2)",                 lambda h, u: 2 / u),
        ("base for ln 2",        0.25, "1/(2{U}) in place of 1/({U}·ln 2)",              lambda h, u: 1 / (2 * u)),
        ("ln 2 alone", 0.15, "1/ln 2 without the factor 1/{U}", lambda h, u: 1 / _log(h, h.b.constant(2)) + 0 * u),
    ),
    "log10": (
        ("base for ln 10",       0.25, "1/(10{U}) in place of 1/({U}·ln 10)",            lambda h, u: 1 / (10 * u)),
    ),
    "log_base": (
        ("base for ln b",        0.3, "the base itself stands below; it should be its logarithm",
                                      lambda h, u: 1 / (u * _base(h))),
        ("base on top", 0.1, "the base itself stands on top", lambda h, u: _base(h) / u),
    ),
    "exp": (
        ("exponent lowered",     0.4, "the exponent was lowered by one",             lambda h, u: h.fn("exp", u - 1)),
        ("ln of the exponent",   0.2, "the factor ln {U} is too much: an exponential is its own derivative",
                                      lambda h, u: h.fn("exp", u) * _log(h, u)),
        ("1 for eᵘ", 0.15, "the factor {y} is missing", lambda h, u: h.b.constant(1) + 0 * u),
        ("divided by u",         0.15, "the exponential was divided by {u}", lambda h, u: h.fn("exp", u) / u),
    ),
    "sqrt": (
        ("half a root", 0.3, "1/2 alone: the exponent came down and the root is lost",
         lambda h, u: h.b.constant(1) / 2 + 0 * u),
        ("2√u",                  0.3, "2√{U} in place of 1/(2√{U})", lambda h, u: 2 * _root(h, u)),
        ("2/√u",                 0.3, "the 2 belongs below: 1/(2√{U})",                lambda h, u: 2 / _root(h, u)),
        ("left standing",        0.25, "the root was left as it is",                 _root),
        ("1/(2u²)",              0.15, "the exponent became −2, not −1/2",           lambda h, u: 1 / (2 * u**2)),
        ("integrated", 0.3, "the root was integrated", lambda h, u: 2 * u * _root(h, u) / 3),
    ),
    "sigmoid": (
        ("left standing",        0.2, "the sigmoid was left as it is",               lambda h, u: h.fn("sigmoid", u)),
        ("square of σ", 0.3, "1 − σ² belongs to tanh; σ′ is σ(1 − σ)",
         lambda h, u: h.fn("sigmoid", u) * (1 - h.fn("sigmoid", u)**2)),
        ("passed through", 0.3, "the sigmoid's own derivative σ(1 − σ) is missing",
         lambda h, u: h.b.constant(1) + 0 * u),
    ),
})
"""More wrong derivatives of functions, beside those in their rows."""

PRIORS: Mapping[tuple[str, str], float] = MappingProxyType({
    ("sin", "sign of sin′"): 0.8, ("sin", "left standing"): 0.4, 
    ("cos", "sign of cos′"): 1.0, ("cos", "left standing"): 0.3,
    ("tan", "csc² for sec²"): 0.3, ("tan", "square lost"): 0.3, ("tan", "sign of tan′"): 0.4,
    ("cot", "sign of cot′"): 0.6, ("sec", "sign of sec′"): 0.5, ("csc", "sign of csc′"): 0.6,
    ("asin", "sign of arcsin′"): 0.4, ("acos", "sign of arccos′"): 0.6, ("atan", "minus for plus"): 0.4,
    ("exp", "power rule on eˣ"): 0.7, ("exp", "exponent came down"): 0.4, ("log", "left standing"): 0.3,
    ("log", "1 over the logarithm"): 0.3, ("sqrt", "half lost"): 0.95, ("sqrt", "lowered too far"): 0.4,
    ("sqrt", "not inverted"): 0.4, ("pow", "not lowered"): 0.9, ("pow", "coefficient lost"): 1.0,
    ("pow", "lowered first"): 0.6, ("pow", "raised"): 0.5, ("pow", "integrated"): 0.5, ("pow", "minus lost"): 0.6,
    ("pow", "as xⁿ"): 0.9, ("pow", "ln a lost"): 1.0, ("pow", "as a product"): 0.3, ("pow", "lowered by two"): 0.2,
    ("sinh", "sign of sinh′"): 0.5, ("cosh", "sign of cosh′"): 0.8, ("relu", "mask forgotten"): 0.8,
    ("sigmoid", "input for output"): 0.8, ("sigmoid", "1 − σ lost"): 0.6, ("abs", "bars ignored"): 0.8,
    ("maximum", "sent to both"): 0.5, ("minimum", "sent to both"): 0.5,
    ("mul", "not swapped"): 0.4, ("log_base", "ln b lost"): 0.7, 
    ("log10", "ln 10 lost"): 0.7, ("log2", "ln 2 lost"): 0.7,
})  # fmt: skip
"""How likely a row's own mistakes are, by row and name; those that are not listed `USUAL`."""
USUAL = 0.25
# fmt: on
