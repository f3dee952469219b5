"""The operations on numbers, in balls: an explicit table; the rest is read from the rows' own SymPy form."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gradviz.checking.equality.arithmetic import (
    GREATEST,
    LEAST,
    Scalar,
    above,
    apart,
    below,
    both,
    chosen,
    compared,
    either,
    never,
    opposite,
    power,
    quotient,
    ratio,
    settling,
    square_root,
    strict,
)
from gradviz.checking.equality.functions import (
    ARCCOSINE,
    ARCSINE,
    AREA_COSINE,
    AREA_TANGENT,
    angle,
    away_from_poles,
    cube_root,
    inverse_clamped,
    log_clamped,
    log_gamma,
    log_product,
    logarithm,
    magnitude,
    of_inverse,
    one_over,
    sign,
    steps,
)
from gradviz.checking.equality.values import ONE, UNDECIDED, UNDEFINED, ZERO, Value, ball, settled


def _add(a: Value, b: Value) -> Value:
    return a + b


def _sub(a: Value, b: Value) -> Value:
    return a - b


def _mul(a: Value, b: Value) -> Value:
    return a * b


SCALARS: Mapping[str, Scalar] = MappingProxyType(
    {
        "add": settling(_add),
        "sub": settling(_sub),
        "mul": settling(_mul),
        "neg": lambda x: -x,
        "div": quotient,
        "ratio": strict(ratio),
        "pow": strict(power),
        "greater": strict(compared(above, below, ZERO)),
        "less": strict(compared(below, above, ZERO)),
        "greater_equal": strict(compared(above, below, ONE)),
        "less_equal": strict(compared(below, above, ONE)),
        "equal": strict(compared(never, apart, ONE)),
        "not_equal": strict(compared(apart, never, ZERO)),
        "logical_and": both,
        "logical_or": either,
        "logical_not": opposite,
        "where": chosen,
        "stop_gradient": lambda x: x,
        "exp": strict(lambda x: ball(x).exp()),
        "expm1": strict(lambda x: ball(x).expm1()),
        "log": strict(logarithm),
        "log1p": strict(lambda x: ball(x).log1p() if x > -1 else UNDEFINED if x <= -1 else UNDECIDED),
        "sqrt": strict(square_root),
        "cbrt": strict(cube_root),
        "xlogy": strict(log_product),
        "log_clamped": strict(log_clamped),
        "inverse_clamped": strict(inverse_clamped),
        "sin": strict(lambda x: ball(x).sin()),
        "cos": strict(lambda x: ball(x).cos()),
        "tan": strict(lambda x: ball(x).tan()),
        "sec": strict(one_over("cos")),
        "csc": strict(one_over("sin")),
        "cot": strict(lambda x: quotient(settled(ball(x).cos()), settled(ball(x).sin()))),
        "asin": strict(ARCSINE),
        "acos": strict(ARCCOSINE),
        "atan": strict(lambda x: ball(x).atan()),
        "asec": strict(of_inverse(ARCCOSINE)),
        "acsc": strict(of_inverse(ARCSINE)),
        "atan2": strict(angle),
        "sinh": strict(lambda x: ball(x).sinh()),
        "cosh": strict(lambda x: ball(x).cosh()),
        "tanh": strict(lambda x: ball(x).tanh()),
        "sech": strict(lambda x: ball(x).sech()),
        "csch": strict(one_over("sinh")),
        "coth": strict(lambda x: quotient(settled(ball(x).cosh()), settled(ball(x).sinh()))),
        "asinh": strict(lambda x: ball(x).asinh()),
        "acosh": strict(AREA_COSINE),
        "atanh": strict(AREA_TANGENT),
        "asech": strict(of_inverse(AREA_COSINE)),
        "acsch": strict(of_inverse(lambda x: ball(x).asinh())),
        "acoth": strict(of_inverse(AREA_TANGENT)),
        "abs": strict(magnitude),
        "sign": strict(sign),
        "floor": strict(steps("floor")),
        "ceil": strict(steps("ceil")),
        "maximum": strict(GREATEST),
        "minimum": strict(LEAST),
        "erf": strict(lambda x: ball(x).erf()),
        "erfc": strict(lambda x: ball(x).erfc()),
        "gamma": strict(away_from_poles(lambda x: x.gamma())),
        "loggamma": strict(away_from_poles(log_gamma)),
        "digamma": strict(away_from_poles(lambda x: x.digamma())),
        "sigmoid": strict(lambda x: 1 / (1 + (-ball(x)).exp())),
        "relu": strict(lambda x: GREATEST(ZERO, x)),
    }
)
"""By operation. Those with settings, and any that stand in no table, are read from their row (`namespace.py`)."""
