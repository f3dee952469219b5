"""What printed NumPy programs have instead of our kernels: shorter functions, that need NumPy and nothing else."""

from __future__ import annotations

import math
from types import FunctionType
from typing import Any

import numpy as np

LEAST = math.exp(-100.0)
"""Where the clamped logarithm is cut off."""


def pair(setting: Any, what: str, least: int = 1) -> tuple[int, int]:
    """A setting for both directions, down and across: one number serves both."""
    return (setting[0], setting[-1]) if isinstance(setting, tuple) else (setting, setting)


def fitting(image: Any, window: Any, stride: Any, padding: Any) -> tuple[int, int]:
    """How many windows fit on an image, down and across."""
    down = (image[0] + 2 * padding[0] - window[0]) // stride[0] + 1
    return down, (image[1] + 2 * padding[1] - window[1]) // stride[1] + 1


def erf(x: Any) -> Any:
    """The error function."""
    return np.vectorize(math.erf, otypes=[np.result_type(x, np.float16)])(x)


def erfc(x: Any) -> Any:
    """1 − erf(x), accurate where erf is nearly 1."""
    return np.vectorize(math.erfc, otypes=[np.result_type(x, np.float16)])(x)


def _truth(mask: Any, *operands: Any) -> Any:
    """1 where the mask is set, else 0, in the operands' type."""
    return mask.astype(np.result_type(*operands))


# exp is only ever taken of -|x|, which cannot overflow.


def sigmoid(x: Any) -> Any:
    """1/(1 + e^(−x))."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def softplus(x: Any) -> Any:
    """ln(1 + e^x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def sech(x: Any) -> Any:
    """1/cosh(x)."""
    e = np.exp(-np.abs(x))
    return 2.0 * e / (1.0 + e * e)


def csch(x: Any) -> Any:
    """1/sinh(x)."""
    down = -np.abs(x)
    return np.where(x < 0, 2.0, -2.0) * np.exp(down) / np.expm1(2.0 * down)


def log_clamped(x: Any) -> Any:
    """max(ln x, −100); NaN below 0."""
    cut = (x >= 0) & (x <= LEAST)
    return np.where(cut, -100.0, np.log(np.where(cut, 1.0, x)))


def inverse_clamped(x: Any) -> Any:
    """1/x, and 0 where the clamped logarithm is cut off."""
    cut = (x >= 0) & (x <= LEAST)
    return np.where(cut, 0.0, 1.0 / np.where(cut, 1.0, x))


def _key(items: Any) -> Any:
    """Integers and ("slice", start, stop, step) as what stands in brackets."""
    return tuple(slice(*item[1:]) if isinstance(item, tuple) else item for item in items)


def var(x: Any, axis: Any, keepdims: bool, ddof: int) -> Any:
    """The variance."""
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


def logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    """The logarithm of Σ e^x, shifted so that nothing overflows."""
    top = largest(x, axis)
    summed = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return summed if keepdims else summed.squeeze(axis)


def largest(x: Any, axis: Any) -> Any:
    """The largest entry, its axes kept; 0 where that is not finite."""
    top = np.max(x, axis=axis, keepdims=True)
    return np.where(np.isfinite(top), top, 0.0)


def broadcast_axes(small: Any, large: Any) -> tuple[int, ...]:
    """The axes of `large` over which a sum returns to `small`."""
    lead = len(large) - len(small)
    spread = [lead + i for i, size in enumerate(small) if size == 1 and large[lead + i] != 1]
    return (*range(lead), *spread)


def magnitude(x: Any) -> Any:
    """|x|."""
    return np.abs(x)


def _spectral(x: Any) -> Any:
    """The largest singular value."""
    return np.linalg.svd(x, compute_uv=False)[0] if np.isfinite(x).all() else np.nan


REPLACED = {name: made for name, made in list(globals().items()) if isinstance(made, FunctionType)}
"""By the name of the kernel, or of what kernels use, that each stands in for."""
