"""The rows' expressions as source text, and as functions: one compiled per operation and settings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from gradviz.errors import InternalError
from gradviz.ops.op import Attribute, Op
from gradviz.ops.table import OPS

Settings = tuple[tuple[str, Attribute], ...]

ALLOWED = (abs, bool, float, int, len, max, min, round, sum, tuple, ArithmeticError, TypeError, ValueError)

PLAIN_SCOPE: dict[str, Any] = {"math": math, "__builtins__": {item.__name__: item for item in ALLOWED}}
"""All that an expression can name that needs neither NumPy nor the kernels, such as the sum of two floats."""
_BEYOND = re.compile(r"\b(?:np|k)\.")

SCOPE: dict[str, Any]
"""All that generated source can name. The text comes from the rows' templates and from checked settings only."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name == "SCOPE":
            return _scope()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _scope() -> dict[str, Any]:
    """Made when it is first asked for: a program of numbers alone imports no NumPy."""
    import numpy as np

    from gradviz.ops import kernels

    return {"np": np, "k": kernels, **PLAIN_SCOPE}


def literal(value: Attribute) -> str:
    """A setting as Python source: numbers as floats or integers, texts quoted, tuples of those.

    Example:
        >>> literal(Fraction(1, 4)), literal(("slice", None, 2, None))
        ('0.25', "('slice', None, 2, None)")
    """
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return repr(int(value))
    if isinstance(value, (float, Fraction)):
        return number_literal(float(value))
    if isinstance(value, str):
        return repr(str(value))
    if isinstance(value, tuple):
        parts = ", ".join(map(literal, value))
        return f"({parts},)" if len(value) == 1 else f"({parts})"
    raise InternalError(f"a setting holds {type(value).__name__}")


def number_literal(value: float) -> str:
    """A float as Python source; negative ones in parentheses, infinities and NaN by NumPy's names.

    Example:
        >>> number_literal(-0.5), number_literal(float("inf"))
        ('(-0.5)', 'np.inf')
    """
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "(-np.inf)"
    text = float.__repr__(float(value))
    return f"({text})" if text.startswith("-") else text


def expression(op: Op, operands: Sequence[str], settings: Settings) -> str:
    """The NumPy expression of an operation; operands are names or stand in parentheses."""
    return _filled(op.numpy, operands, settings)


def _filled(template: str, operands: Sequence[str], settings: Settings) -> str:
    named = {name: literal(value) for name, value in settings}
    return template.format(*operands, args=", ".join(operands), **named)


@lru_cache(maxsize=4096)
def array_function(name: str, count: int, settings: Settings) -> Callable[..., Any]:
    """An operation on arrays, as a function of its operands."""
    return _function(OPS[name].numpy, count, settings)


@lru_cache(maxsize=4096)
def scalar_function(name: str, count: int, settings: Settings) -> Callable[..., Any]:
    """An operation on floats, as a function of its operands; it raises where `math` does."""
    op = OPS[name]
    return _function(op.numpy if op.python is None else op.python, count, settings)


def _function(template: str, count: int, settings: Settings) -> Callable[..., Any]:
    names = [f"x{i}" for i in range(count)]
    text = f"lambda {', '.join(names)}: {_filled(template, names, settings)}"
    made: Callable[..., Any] = eval(text, _scope() if _BEYOND.search(text) else PLAIN_SCOPE)
    return made
