"""Values as exact numbers: a float is the decimal that it is written as."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradviz.ops.op import NamedConstant


def exact(value: Any) -> Any:
    """A value as exact numbers; a float is the decimal that it is written as, an array nested tuples.

    Example:
        >>> exact(0.1), exact([[1, 2.5]])
        (Fraction(1, 10), ((1, Fraction(5, 2)),))
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(exact(one) for one in value)
    if isinstance(value, float) and not isinstance(value, NamedConstant):
        found = Fraction(repr(value))
        return found.numerator if found.denominator == 1 else found
    return value
