"""Settings as errors say them."""

from __future__ import annotations

from fractions import Fraction

from gradviz.ops.op import Attribute

PLACES = 6
"""Digits behind the point up to which a decimal is written out."""


def said(setting: Attribute) -> str:
    """A setting as a person writes it: a decimal where it is an exact fraction, words for flags and nothing.

    Example:
        >>> said(Fraction(-1, 10)), said(Fraction(1, 1_000_000)), said((8, 0)), said(None)
        ('-0.1', '0.000001', '[8, 0]', 'none')
    """
    if isinstance(setting, bool) or setting is None:
        return str(setting).lower()
    if isinstance(setting, tuple):
        return f"[{', '.join(said(part) for part in setting)}]"
    if not isinstance(setting, Fraction) or setting.denominator == 1:
        return str(setting)
    exact = (setting * 10**PLACES).denominator == 1
    return f"{float(setting):.{PLACES}f}".rstrip("0") if exact else f"{float(setting):.6g}"
