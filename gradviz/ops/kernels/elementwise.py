"""Elementwise functions on arrays, stable where the textbook formula overflows or cancels."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any] | float
"""An operand: an array, or a number."""
Result = Any
"""An array, or a NumPy scalar where every operand is a number."""

FARTHEST_LEFT = -1e6
"""SciPy's polygamma sums one term per unit left of 0: without a limit, polygamma(−10¹⁵ − 1/2) takes a year."""
ROOT_HALF = 0.7071067811865476
ROOT_TWO_OVER_PI = 0.7978845608028654


# Comparisons answer 1.0 or 0.0 in the operands' float type: masks are multiplied, summed and negated, and NumPy's
# booleans do none of these as numbers do.


def _truth(mask: Any, *operands: Values) -> Result:
    return mask.astype(np.result_type(np.float16, *operands))


def greater(a: Values, b: Values) -> Result:
    """1 where a > b, else 0."""
    return _truth(np.greater(a, b), a, b)


def less(a: Values, b: Values) -> Result:
    """1 where a < b, else 0."""
    return _truth(np.less(a, b), a, b)


def greater_equal(a: Values, b: Values) -> Result:
    """1 where a ≥ b, else 0."""
    return _truth(np.greater_equal(a, b), a, b)


def less_equal(a: Values, b: Values) -> Result:
    """1 where a ≤ b, else 0."""
    return _truth(np.less_equal(a, b), a, b)


def equal(a: Values, b: Values) -> Result:
    """1 where a = b, else 0."""
    return _truth(np.equal(a, b), a, b)


def not_equal(a: Values, b: Values) -> Result:
    """1 where a ≠ b, else 0."""
    return _truth(np.not_equal(a, b), a, b)


def logical_and(a: Values, b: Values) -> Result:
    """1 where neither is 0."""
    return _truth(np.logical_and(a, b), a, b)


def logical_or(a: Values, b: Values) -> Result:
    """1 where one is not 0."""
    return _truth(np.logical_or(a, b), a, b)


def logical_not(a: Values) -> Result:
    """1 where a is 0."""
    return _truth(np.logical_not(a), a)


def maximum(*operands: Values) -> Result:
    """The largest operand, entry by entry; NaN wins."""
    return reduce(np.maximum, operands)


def minimum(*operands: Values) -> Result:
    """The smallest operand, entry by entry; NaN wins."""
    return reduce(np.minimum, operands)


def ratio(a: Values, b: Values) -> Result:
    """a/b, and 0 where both are 0."""
    both = np.equal(a, 0) & np.equal(b, 0)
    return np.divide(a, np.where(both, 1.0, b))


def xlogy(a: Values, x: Values) -> Result:
    """a·ln(x), and 0 where a is 0 and x ≥ 0."""
    return np.multiply(a, np.log(np.where(np.equal(a, 0) & np.equal(x, 0), 1.0, x)))


# exp is only ever taken of −|x|, which cannot overflow. For complex operands (a complex step measures derivatives) the
# real part decides, so that the functions stay analytic.


def _down(x: Values) -> Result:
    """−|x|."""
    return np.where(np.greater_equal(np.real(x), 0), np.negative(x), x) if np.iscomplexobj(x) else -np.abs(x)


def sech(x: Values) -> Result:
    """1/cosh(x)."""
    e = np.exp(_down(x))
    return 2.0 * e / (1.0 + e * e)


def csch(x: Values) -> Result:
    """1/sinh(x)."""
    down = _down(x)
    return np.where(np.less(x, 0), 2.0, -2.0) * np.exp(down) / np.expm1(2.0 * down)


def sigmoid(x: Values) -> Result:
    """1/(1 + e^(−x))."""
    e = np.exp(_down(x))
    return np.where(np.greater_equal(x, 0), 1.0, e) / (1.0 + e)


def softplus(x: Values) -> Result:
    """ln(1 + e^x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(_down(x)))


def silu(x: Values) -> Result:
    """x·σ(x)."""
    return x * sigmoid(x)


def mish(x: Values) -> Result:
    """x·tanh(ln(1 + e^x))."""
    return x * np.tanh(softplus(x))


def elu(x: Values, alpha: float) -> Result:
    """The operand above 0, α(e^x − 1) below."""
    return np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0.0)))


def leaky_relu(x: Values, slope: float) -> Result:
    """The operand above 0, slope·x below."""
    return np.where(np.greater(x, 0), x, np.multiply(slope, x))


def gelu(x: Values) -> Result:
    """x·Φ(x), by erfc, which keeps its digits far below 0."""
    return np.multiply(0.5, x) * erfc(np.multiply(-ROOT_HALF, x))


def gelu_tanh(x: Values) -> Result:
    """The tanh form of gelu; (1 + tanh u)/2 is σ(2u), which keeps its digits far below 0."""
    return x * sigmoid(2.0 * ROOT_TWO_OVER_PI * (x + 0.044715 * np.power(x, 3)))


def maxout(x: Values, pieces: int) -> Result:
    """The largest of each group of `pieces` consecutive entries of the last axis."""
    array = np.asarray(x)
    return array.reshape(*array.shape[:-1], array.shape[-1] // pieces, pieces).max(axis=-1)


def erf(x: Values) -> Result:
    """The error function."""
    from scipy import special

    return special.erf(x)


def erfc(x: Values) -> Result:
    """1 − erf(x), accurate where erf is nearly 1."""
    from scipy import special

    return special.erfc(x)


def gamma(x: Values) -> Result:
    """Γ(x)."""
    from scipy import special

    return special.gamma(x)


def loggamma(x: Values) -> Result:
    """ln|Γ(x)|."""
    from scipy import special

    return special.loggamma(x) if np.iscomplexobj(x) else special.gammaln(x)


def digamma(x: Values) -> Result:
    """ψ(x) = Γ′(x)/Γ(x)."""
    from scipy import special

    return special.digamma(x)


def polygamma(x: Values, n: int) -> Result:
    """The n-th derivative of ψ; NaN below `FARTHEST_LEFT`."""
    from scipy import special

    return special.polygamma(n, np.where(np.less(x, FARTHEST_LEFT), np.nan, x))
