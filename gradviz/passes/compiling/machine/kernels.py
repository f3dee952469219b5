"""The kernels of `gradviz.ops.kernels`, in machine operations: the same formulas, so the same numbers."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.ops.kernels.classes import LEAST

KERNELS: Mapping[str, tuple[str, str]] = {
    "greater": ("a b", "a > b"),
    "less": ("a b", "a < b"),
    "greater_equal": ("a b", "a >= b"),
    "less_equal": ("a b", "a <= b"),
    "equal": ("a b", "a == b"),
    "not_equal": ("a b", "a != b"),
    "logical_and": ("a b", "both(a, b)"),
    "logical_or": ("a b", "either(a, b)"),
    "logical_not": ("a", "opposite(a)"),
    "clip": ("x low high", "minimum(maximum(x, low), high)"),
    "ratio": ("a b", "a / where(both(a == 0, b == 0), 1, b)"),
    "xlogy": ("a x", "a * log(where(both(a == 0, x == 0), 1, x))"),
    "logaddexp": ("a b", "where(a == b, a + 0.6931471805599453, maximum(a, b) + log1p(exp(-abs(a - b))))"),
    "sign": ("x", "where(x == x, (x > 0) - (x < 0), x)"),
    "sech": ("x", "e = exp(-abs(x)); 2 * e / (1 + e * e)"),
    "csch": ("x", "down = -abs(x); where(x < 0, 2, -2) * exp(down) / expm1(2 * down)"),
    "sigmoid": ("x", "e = exp(-abs(x)); where(x >= 0, 1, e) / (1 + e)"),
    "softplus": ("x", "maximum(x, 0) + log1p(exp(-abs(x)))"),
    "silu": ("x", "x * sigmoid(x)"),
    "mish": ("x", "x * tanh(softplus(x))"),
    "elu": ("x alpha", "where(x > 0, x, alpha * expm1(minimum(x, 0)))"),
    "leaky_relu": ("x slope", "where(x > 0, x, slope * x)"),
    "gelu": ("x", "0.5 * x * erfc(-0.7071067811865476 * x)"),
    "gelu_tanh": ("x", "x * sigmoid(1.5957691216057308 * (x + 0.044715 * (x * x * x)))"),
    "log_clamped": ("x", f"cut = both(x >= 0, x <= {LEAST!r}); where(cut, -100, log(where(cut, 1, x)))"),
    "inverse_clamped": ("x", f"cut = both(x >= 0, x <= {LEAST!r}); where(cut, 0, 1 / where(cut, 1, x))"),
}
"""By name: the operands, and statements of which the last is the value. A comparison is a truth, which counts as 1 or
0 where a number is wanted; where a truth is wanted, a number is true unless it is 0."""
