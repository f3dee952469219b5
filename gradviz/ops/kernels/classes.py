"""Class numbers as zeros and ones, and the logarithm that bce takes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

LEAST = math.exp(-100.0)
"""Where the clamped logarithm is cut off."""


def one_hot(x: Any, classes: int) -> Any:
    """Zeros, and 1 where the class number stands; zeros alone where it is no class's."""
    array = np.asarray(x)
    made = np.equal(array[..., np.newaxis], np.arange(classes))
    return made.astype(np.result_type(np.float16, array.dtype))


def log_clamped(x: Any) -> Any:
    """max(ln x, −100); NaN below 0."""
    cut = np.greater_equal(np.real(x), 0) & np.less_equal(np.real(x), LEAST)
    return np.where(cut, -100.0, np.log(np.where(cut, 1.0, x)))


def inverse_clamped(x: Any) -> Any:
    """1/x, and 0 where the clamped logarithm is cut off."""
    cut = np.greater_equal(np.real(x), 0) & np.less_equal(np.real(x), LEAST)
    return np.where(cut, 0.0, np.divide(1.0, np.where(cut, 1.0, x)))


def scalar_log_clamped(x: float) -> float:
    """max(ln x, −100)."""
    return -100.0 if 0 <= x <= LEAST else math.log(x)


def scalar_inverse_clamped(x: float) -> float:
    """1/x, and 0 where the clamped logarithm is cut off."""
    return 0.0 if 0 <= x <= LEAST else 1.0 / x
