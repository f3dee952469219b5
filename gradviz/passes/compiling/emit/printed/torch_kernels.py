"""Elementwise functions that PyTorch does not have, as printed programs define them; here they are never run."""
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: F821 (`torch` is named and never used here)

from __future__ import annotations

from functools import reduce
from typing import Any

torch: Any
LEAST = 3.720075976020836e-44
ROOT_TWO_OVER_PI = 0.7978845608028654


def tensors(*values):
    """Numbers as tensors of the type that the tensors among them have, broadcast to one shape."""
    like = next(value for value in values if isinstance(value, torch.Tensor))
    return torch.broadcast_tensors(*[v if isinstance(v, torch.Tensor) else like.new_tensor(v) for v in values])


def truth(mask, *operands):
    """1 where the mask is set, else 0, in the operands' type."""
    return mask.to(next(x.dtype for x in operands if isinstance(x, torch.Tensor)))


def greater(a, b):
    """1 where a > b, else 0."""
    return truth(a > b, a, b)


def less(a, b):
    """1 where a < b, else 0."""
    return truth(a < b, a, b)


def greater_equal(a, b):
    """1 where a ≥ b, else 0."""
    return truth(a >= b, a, b)


def less_equal(a, b):
    """1 where a ≤ b, else 0."""
    return truth(a <= b, a, b)


def equal(a, b):
    """1 where a = b, else 0."""
    return truth(a == b, a, b)


def not_equal(a, b):
    """1 where a ≠ b, else 0."""
    return truth(a != b, a, b)


def logical_and(a, b):
    """1 where neither is 0."""
    a, b = tensors(a, b)
    return truth((a != 0) & (b != 0), a)


def logical_or(a, b):
    """1 where one is not 0."""
    a, b = tensors(a, b)
    return truth((a != 0) | (b != 0), a)


def logical_not(a):
    """1 where a is 0."""
    return truth(a == 0, a)


def maximum(*operands):
    """The largest operand, entry by entry; NaN wins."""
    return reduce(torch.maximum, tensors(*operands))


def minimum(*operands):
    """The smallest operand, entry by entry; NaN wins."""
    return reduce(torch.minimum, tensors(*operands))


def arctan2(a, b):
    """The angle of the point (b, a)."""
    return torch.arctan2(*tensors(a, b))


def hypot(a, b):
    """√(a² + b²)."""
    return torch.hypot(*tensors(a, b))


def logaddexp(a, b):
    """ln(e^a + e^b)."""
    return torch.logaddexp(*tensors(a, b))


def log_of(x):
    """ln(x), of a number too."""
    return torch.log(torch.as_tensor(x))


def cbrt(x):
    """The cube root, of negative numbers too."""
    root = torch.sign(x) * torch.abs(x) ** (1 / 3)
    return torch.where((x == 0) | torch.isinf(x), x, root - (root**3 - x) / (3 * root**2))


def ratio(a, b):
    """a/b, and 0 where both are 0."""
    a, b = tensors(a, b)
    return a / torch.where((a == 0) & (b == 0), 1.0, b)


def xlogy(a, x):
    """a·ln(x), and 0 where a is 0 and x ≥ 0."""
    a, x = tensors(a, x)
    return a * torch.log(torch.where((a == 0) & (x == 0), 1.0, x))


def log_clamped(x):
    """max(ln x, −100); NaN below 0."""
    cut = (x >= 0) & (x <= LEAST)
    return torch.where(cut, -100.0, torch.log(torch.where(cut, 1.0, x)))


def inverse_clamped(x):
    """1/x, and 0 where the clamped logarithm is cut off."""
    cut = (x >= 0) & (x <= LEAST)
    return torch.where(cut, 0.0, 1 / torch.where(cut, 1.0, x))


def sech(x):
    """1/cosh(x)."""
    e = torch.exp(-torch.abs(x))
    return 2 * e / (1 + e * e)


def csch(x):
    """1/sinh(x)."""
    down = -torch.abs(x)
    return torch.where(x < 0, 2.0, -2.0) * torch.exp(down) / torch.expm1(2 * down)


def softplus(x):
    """ln(1 + e^x)."""
    return torch.clamp(x, min=0) + torch.log1p(torch.exp(-torch.abs(x)))


def mish(x):
    """x·tanh(ln(1 + e^x))."""
    return x * torch.tanh(softplus(x))


def elu(x, alpha):
    """The operand above 0, α(e^x − 1) below."""
    return torch.where(x > 0, x, alpha * torch.expm1(torch.clamp(x, max=0)))


def leaky_relu(x, slope):
    """The operand above 0, slope·x below."""
    return torch.where(x > 0, x, slope * x)


def gelu(x):
    """x·Φ(x), by erfc, which keeps its digits far below 0."""
    return 0.5 * x * torch.erfc(-0.7071067811865476 * x)


def gelu_tanh(x):
    """The tanh form of gelu."""
    return x * torch.sigmoid(2 * ROOT_TWO_OVER_PI * (x + 0.044715 * x**3))


def silu(x):
    """x·σ(x)."""
    return x * torch.sigmoid(x)


def gamma(x):
    """Γ(x); below 0 by reflection."""
    up = torch.exp(torch.lgamma(torch.where(x > 0, x, 1 - x)))
    down = torch.pi / (torch.sin(torch.pi * x) * up)
    return torch.where(x > 0, up, torch.where((x < 0) & (x == torch.floor(x)), torch.nan, down))
