"""Array operations that NumPy has no one expression for. All but the norms work on arrays of SymPy expressions too."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.shape import broadcast_axes

Array = Any
"""An ndarray of floats, complex numbers (for the complex step) or objects."""
Items = tuple[Any, ...]


def transpose(x: Array, axes: tuple[int, ...] | None) -> Array:
    """The last two axes swapped, or the order given; a vector becomes a row."""
    array = np.asarray(x)
    if axes is not None:
        return array.transpose(axes)
    return array[np.newaxis] if array.ndim == 1 else array.swapaxes(-1, -2) if array.ndim else array


def sum_to(x: Array, shape: tuple[int, ...]) -> Array:
    """The sum over the axes along which `shape` would be repeated."""
    array = np.asarray(x)
    axes = broadcast_axes(shape, array.shape)
    return array.sum(axis=axes, keepdims=True).reshape(shape) if axes else array


def _key(items: Items) -> tuple[Any, ...]:
    return tuple(slice(*item[1:]) if isinstance(item, tuple) else item for item in items)


def index(x: Array, items: Items) -> Array:
    """Entries picked by integers and ("slice", start, stop, step)."""
    return np.asarray(x)[_key(items)]


def scatter(x: Array, items: Items, shape: tuple[int, ...]) -> Array:
    """Zeros, and x where the items point."""
    array = np.asarray(x)
    made = np.zeros(shape, dtype=array.dtype)
    made[_key(items)] = array[()]
    return made


def prod_others(x: Array, axis: int) -> Array:
    """For each entry the product of the others along the axis, without a division: zeros do no harm."""
    array = np.moveaxis(np.asarray(x), axis, 0)
    before, after = np.ones_like(array), np.ones_like(array)
    before[1:] = np.cumprod(array[:-1], axis=0)
    after[:-1] = np.cumprod(array[:0:-1], axis=0)[::-1]
    return np.moveaxis(before * after, 0, axis)


def var(x: Array, axis: Any, keepdims: bool, ddof: int) -> Array:
    """The variance; of complex numbers without conjugates, so that the complex step goes through."""
    array = np.asarray(x)
    off = np.square(array - array.mean(axis=axis, keepdims=True))
    summed = off.sum(axis=axis, keepdims=keepdims)
    return summed * summed.size / (array.size - ddof * summed.size) if summed.size else summed


def norm(x: Array, order: Any) -> Array:
    """The norm of a vector or matrix; of order 2 the largest singular value of a matrix."""
    array = np.asarray(x)
    if order is None or order == "fro" or (order == 2 and array.ndim < 2):
        return np.sqrt(np.sum(np.square(array)))
    if order == 2:
        return _spectral(array)
    sums = magnitude(array) if array.ndim < 2 else magnitude(array).sum(axis=0 if order == 1 else 1)
    return sums.sum() if order == 1 and array.ndim < 2 else sums.max()


def magnitude(x: Array) -> Array:
    """|x| of real numbers, continued to complex ones as the complex step needs it."""
    return np.where(x.real < 0, -x, x) if x.dtype.kind == "c" else np.abs(x)


def _spectral(x: Array) -> Array:
    """σ₁, continued analytically where x is complex: uᵀ x v by the real part's singular vectors, to first order."""
    if x.dtype.kind == "c":
        return np.sum(x * top_singular(x.real))
    if not np.isfinite(x).all():
        return np.float64(np.nan)
    return np.linalg.svd(x, compute_uv=False)[0]


def top_singular(x: Array) -> Array:
    """The outer product u vᵀ of the first singular vectors; zeros at a zero matrix."""
    if not np.any(x):
        return np.zeros_like(x)
    if not np.isfinite(x).all():
        return np.full_like(x, np.nan)
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return np.outer(u[:, 0], vt[0])


def largest(x: Array, axis: int | tuple[int, ...] | None) -> Array:
    """The largest entry by real part, its axes kept: what exponentials are shifted by so that they stay finite."""
    top = np.max(np.asarray(x).real, axis=axis, keepdims=True)
    return np.where(np.isfinite(top), top, 0.0)


def softmax(x: Array, axis: int) -> Array:
    """e^x divided by its sum along the axis."""
    powers = np.exp(x - largest(x, axis))
    return powers / powers.sum(axis=axis, keepdims=True)


def logsumexp(x: Array, axis: int | tuple[int, ...] | None, keepdims: bool) -> Array:
    """The logarithm of Σ e^x."""
    top = largest(x, axis)
    summed = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return summed if keepdims else summed.squeeze(axis)


def log_softmax(x: Array, axis: int) -> Array:
    """The logarithm of softmax."""
    return x - logsumexp(x, axis, True)
