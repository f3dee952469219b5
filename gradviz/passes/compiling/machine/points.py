"""Functions on whole arrays of points that are more than one of NumPy's: they write into arrays that are there."""

from __future__ import annotations

import platform
import sys
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]

NEARLY_ZERO = 0.25
"""Cosines below it are taken again: the formula loses their relative accuracy."""
LEAST_EXPONENT = -80.0
"""Below it, 1 + e⁻ˣ is e⁻ˣ in both types of numbers; e⁻ˣ overflows farther out, in single precision at −89."""


@cache
def tangents_are_fast() -> bool:
    """Whether NumPy's tangent is vectorised, by what NumPy says of itself, and its sine is not.

    On x86 processors with AVX-512 under Linux it is: 1 ns an element, where sine and cosine (by the C library) take 8.
    """
    introspect = getattr(np.lib, "introspect", None)
    if introspect is None or sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    targets = introspect.opt_func_info(func_name="^tan$", signature="float64").get("tan", {}).get("dd", {})
    return targets.get("current") in ("AVX512_SKX", "X86_V4")


def sincos(x: Points, sine: Points, cosine: Points, spare: Points) -> None:
    """Both from t = tan(x/2): sin x = 2t/(1 + t²), cos x = 2/(1 + t²) − 1.

    The sine is nearly as accurate as the tangent. Where the cosine is small, the difference loses digits, and it is
    taken again as sin x/tan x: so the relative error stays within 8 units in the last place everywhere.
    """
    _tangent_form(x, sine, spare)
    np.subtract(spare, 1.0, out=cosine)
    np.abs(cosine, out=spare)
    small = np.flatnonzero(spare < NEARLY_ZERO)
    if small.size:
        cosine[small] = sine[small] / np.tan(x[small] if x.ndim else x)


def sine(x: Points, sine: Points, spare: Points) -> None:
    """The sine alone, by the same formula."""
    _tangent_form(x, sine, spare)


def _tangent_form(x: Points, sine: Points, spare: Points) -> None:
    """The sine, and 1 + cos x in `spare`."""
    np.multiply(x, 0.5, out=sine)
    np.tan(sine, out=sine)
    np.multiply(sine, sine, out=spare)
    np.add(spare, 1.0, out=spare)
    np.divide(2.0, spare, out=spare)
    np.multiply(sine, spare, out=sine)


def sigmoid(x: Points, y: Points) -> None:
    """1/(1 + e⁻ˣ), and eˣ far below 0, where e⁻ˣ would overflow."""
    np.negative(x, out=y)
    np.exp(y, out=y)
    np.add(y, 1.0, out=y)
    np.divide(1.0, y, out=y)
    if np.fmin.reduce(x, axis=None) < LEAST_EXPONENT:
        np.exp(x, out=y, where=np.less(x, LEAST_EXPONENT))


def select(condition: Points, chosen: Points, other: Points, y: Points) -> None:
    """The chosen where the condition holds, else the other; `y` may be the other."""
    if y is not other:
        np.copyto(y, other)
    np.copyto(y, chosen, where=condition)


def number(truth: Points, y: Points) -> None:
    """1 where it holds, else 0."""
    np.copyto(y, truth)


def nonzero(x: Points, y: Points) -> None:
    """Whether a number is not 0; NaN is not."""
    np.not_equal(x, 0, out=y)
