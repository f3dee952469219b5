"""Determinants and cofactors, right at singular matrices too; inverses that are NaN where there is none.

Cofactors are polynomials in the entries, so their derivatives exist everywhere, also where the inverse does not.
Matrices up to 3×3 are expanded by minors, which keeps whole numbers whole and serves SymPy's expressions; larger ones
go through the singular values: for A = U S Vᴴ, cof(A) = det(U) det(Vᴴ) · conj(U) cof(S) conj(Vᴴ).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb, factorial
from typing import Any

import numpy as np

Array = Any
"""One square matrix, or a stack of them along the leading axes."""

EXPANDED = 3
"""The largest size that is expanded by minors."""


def det(x: Array) -> Array:
    """The determinant."""
    array = np.asarray(x)
    n = array.shape[-1]
    if n == 0 or n > EXPANDED:
        return np.linalg.det(array)
    return (array[..., 0, :] * _minors(array)[..., 0, :]).sum(axis=-1)


def cofactor(x: Array, *directions: Array) -> Array:
    """The matrix of cofactors, ∂det/∂xᵢⱼ; with directions, its derivative along each of them."""
    array = np.asarray(x)
    n = array.shape[-1]
    if len(directions) >= max(n, 1):
        return np.zeros_like(array)
    if n <= EXPANDED:
        return _polarised(array, directions)
    if not all(np.isfinite(part).all() for part in (array, *directions)):
        return np.full_like(array, np.nan)
    if not directions:
        return _by_singular_values(array)
    if len(directions) == 1:
        return _along_by_singular_values(array, directions[0])
    return _along_by_contour(array, directions)


def _minors(x: Array) -> Array:
    if x.shape[-1] <= 1:
        return x**0
    if x.shape[-1] == 2:
        return np.stack([np.stack([x[..., 1, 1], -x[..., 1, 0]], -1), np.stack([-x[..., 0, 1], x[..., 0, 0]], -1)], -2)
    a, b, c = x[..., 0, :], x[..., 1, :], x[..., 2, :]
    return np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], axis=-2)


def _cross(a: Array, b: Array) -> Array:
    return np.roll(a, -1, -1) * np.roll(b, -2, -1) - np.roll(a, -2, -1) * np.roll(b, -1, -1)


def _polarised(x: Array, directions: tuple[Array, ...]) -> Array:
    """Cofactors are homogeneous of degree n − 1: sums of their values give the mixed derivative exactly."""
    if not directions:
        return _minors(x)
    own = x.shape[-1] - 1 - len(directions)
    total = np.zeros_like(x)
    for times in range(own + 1):
        for chosen in range(len(directions) + 1):
            sign = (-1) ** (own - times + len(directions) - chosen)
            for some in combinations(directions, chosen):
                total = total + sign * comb(own, times) * _minors(sum(some, times * x))
    return total / factorial(own) if own > 1 else total


def _others(values: Array, left_out: Array) -> Array:
    """Products of the values along the last axis except where the mask `left_out` is set."""
    lead, n = values.shape[:-1], values.shape[-1]
    return np.where(left_out, 1.0, values.reshape(*lead, *(1,) * (left_out.ndim - 1), n)).prod(axis=-1)


def _frames(x: Array) -> tuple[Array, Array, Array, Array]:
    u, values, vh = np.linalg.svd(x)
    return u, values, vh, (np.linalg.det(u) * np.linalg.det(vh))[..., np.newaxis, np.newaxis]


def _by_singular_values(x: Array) -> Array:
    u, values, vh, sign = _frames(x)
    products = _others(values, np.eye(x.shape[-1], dtype=bool))
    return sign * ((u.conj() * products[..., np.newaxis, :]) @ vh.conj())


def _along_by_singular_values(x: Array, direction: Array) -> Array:
    """The derivative along H, which is written in the frame of the singular vectors.

    With pᵢⱼ the product of all singular values but the i-th and the j-th, it is −pᵢⱼ Hⱼᵢ beside the diagonal and
    Σⱼ pᵢⱼ Hⱼⱼ (j ≠ i) on it.
    """
    u, values, vh, sign = _frames(x)
    h = u.conj().swapaxes(-1, -2) @ direction @ vh.conj().swapaxes(-1, -2)
    same = np.eye(x.shape[-1], dtype=bool)
    pairs = np.where(same, 0.0, _others(values, same[:, np.newaxis] | same[np.newaxis]))
    diagonal = np.einsum("...ij,...jj->...i", pairs, h)
    inner = np.where(same, diagonal[..., np.newaxis], -pairs * h.swapaxes(-1, -2))
    return sign * (u.conj() @ inner @ vh.conj())


def _along_by_contour(x: Array, directions: tuple[Array, ...]) -> Array:
    """Cauchy's integral around 0: of a polynomial of degree below n, the mean over n roots of unity is exact."""
    *rest, last = directions
    n = x.shape[-1]
    length = np.linalg.norm(last)
    if length == 0:
        return np.zeros_like(x)
    radius = max(float(np.linalg.norm(x)), 1e-100) / length
    roots = np.exp(2j * np.pi * np.arange(n) / n)
    total = sum(cofactor(x + radius * root * last, *rest) * root.conj() for root in roots) / (n * radius)
    return total if any(part.dtype.kind == "c" for part in (x, *directions)) else total.real


def logdet(x: Array) -> Array:
    """The logarithm of det(x), −∞ at a singular matrix and NaN where the determinant is negative."""
    sign, size = np.linalg.slogdet(x)
    if np.asarray(x).dtype.kind == "c":
        size = size + np.log(sign)
    return np.where(sign.real < 0, np.nan, size)


def inv(x: Array) -> Array:
    """The inverse; NaN at a singular matrix."""
    return _each(np.linalg.inv, np.asarray(x))


def solve(a: Array, c: Array) -> Array:
    """The x with a x = c, for a vector or a matrix of columns c; NaN at a singular matrix."""
    if np.ndim(c) == 1:
        return solve(a, np.asarray(c)[:, np.newaxis])[..., 0]
    lead = np.broadcast_shapes(np.shape(a)[:-2], np.shape(c)[:-2])
    wide = [np.broadcast_to(part, (*lead, *np.shape(part)[-2:])) for part in (a, c)]
    return _each(np.linalg.solve, *wide)


def _each(function: Callable[..., Array], *stacks: Array) -> Array:
    """The function of stacks of matrices; where one is singular, its own result alone is NaN."""
    try:
        return function(*stacks)
    except np.linalg.LinAlgError:
        if stacks[0].ndim == 2:
            return np.full_like(stacks[-1], np.nan)
        return np.stack([_each(function, *parts) for parts in zip(*stacks, strict=True)])
