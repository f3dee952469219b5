"""What printed JAX programs have instead of NumPy's kernels: nothing written into arrays, no look at values.

These functions are printed, never run here. Kernels that are not here are printed as they are, over `jax.numpy`.
"""
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: F821 (JAX's modules are named and never used here)

from __future__ import annotations

from itertools import combinations
from math import comb, factorial
from types import FunctionType
from typing import Any

from gradviz.passes.compiling.emit.printed import numpy_kernels
from gradviz.passes.compiling.emit.printed.numpy_kernels import fitting, pair, softplus

jax: Any
jnp: Any
special: Any
NEAR = 1e-3
ROOT_TWO_OVER_PI = 0.7978845608028654


def truth(mask, *operands):
    """1 where the mask is set, else 0, in the operands' type."""
    return mask.astype(jnp.result_type(*operands))


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
    return truth(jnp.equal(a, b), a, b)


def not_equal(a, b):
    """1 where a ≠ b, else 0."""
    return truth(jnp.not_equal(a, b), a, b)


def logical_and(a, b):
    """1 where neither is 0."""
    return truth(jnp.logical_and(a, b), a, b)


def logical_or(a, b):
    """1 where one is not 0."""
    return truth(jnp.logical_or(a, b), a, b)


def logical_not(a):
    """1 where a is 0."""
    return truth(a == 0, a)


def mish(x):
    """x·tanh(ln(1 + e^x))."""
    return x * jnp.tanh(softplus(x))


def gelu(x):
    """x·Φ(x), by erfc, which keeps its digits far below 0."""
    return 0.5 * x * special.erfc(-0.7071067811865476 * x)


def gelu_tanh(x):
    """The tanh form of gelu."""
    return x * jax.nn.sigmoid(2 * ROOT_TWO_OVER_PI * (x + 0.044715 * x**3))


def cbrt(x):
    """The cube root; one step of Newton's method gives the last digits."""
    root = jnp.cbrt(x)
    return jnp.where((x == 0) | jnp.isinf(x), x, root - (root**3 - x) / (3 * root**2))


def key(items):
    """Integers and ("slice", start, stop, step) as what stands in brackets."""
    return tuple(slice(*item[1:]) if isinstance(item, tuple) else item for item in items)


def scatter(x, items, shape):
    """Zeros, and x where the items point."""
    return jnp.zeros(shape, x.dtype).at[key(items)].set(x)


def prod_others(x, axis):
    """For each entry the product of the others along the axis, without a division: zeros do no harm."""
    x = jnp.moveaxis(x, axis, 0)
    one = jnp.ones_like(x[:1])
    before = jnp.concatenate([one, jnp.cumprod(x, axis=0)[:-1]])
    after = jnp.concatenate([one, jnp.cumprod(x[::-1], axis=0)[:-1]])[::-1]
    return jnp.moveaxis(before * after, 0, axis)


def norm(x, order):
    """The norm of a vector or matrix; of order 2 the largest singular value of a matrix."""
    if order is None or order == "fro" or (order == 2 and x.ndim < 2):
        return jnp.sqrt(jnp.sum(x**2))
    if order == 2:
        return jnp.linalg.svd(x, compute_uv=False)[0]
    sums = jnp.abs(x) if x.ndim < 2 else jnp.abs(x).sum(axis=0 if order == 1 else 1)
    return sums.sum() if order == 1 and x.ndim < 2 else sums.max()


def top_singular(x):
    """The outer product u vᵀ of the first singular vectors; zeros at a zero matrix."""
    u, _, vt = jnp.linalg.svd(x, full_matrices=False)
    return jnp.where(jnp.any(x != 0), jnp.outer(u[:, 0], vt[0]), 0.0)


def logdet(x):
    """The logarithm of det(x), −∞ at a singular matrix and NaN where the determinant is negative."""
    sign, size = jnp.linalg.slogdet(x)
    return jnp.where(sign < 0, jnp.nan, size)


def minors(x):
    """Each entry's cofactor: the determinant without its row and column, with its sign."""
    n = x.shape[-1]
    rows = []
    for i in range(n):
        row = []
        for j in range(n):
            kept = jnp.delete(jnp.delete(x, i, axis=-2), j, axis=-1)
            row.append((-1) ** (i + j) * jnp.linalg.det(kept) if n > 1 else x[..., 0, 0] ** 0)
        rows.append(jnp.stack(row, axis=-1))
    return jnp.stack(rows, axis=-2)


def cofactor(x, *directions):
    """The matrix of cofactors, ∂det/∂xᵢⱼ; with directions, its derivative along each of them."""
    if not directions:
        return minors(x)
    own = x.shape[-1] - 1 - len(directions)
    total = jnp.zeros_like(x)
    for times in range(max(own, -1) + 1):
        for chosen in range(len(directions) + 1):
            sign = (-1) ** (own - times + len(directions) - chosen)
            for some in combinations(directions, chosen):
                total = total + sign * comb(own, times) * minors(sum(some, times * x))
    return total / factorial(max(own, 0))


def solve(a, c):
    """The x with a x = c, for a vector or a matrix of columns c."""
    return jnp.linalg.solve(a, c[:, None])[..., 0] if c.ndim == 1 else jnp.linalg.solve(a, c)


def windows(x, size, stride):
    """Every window of the last two axes as two more axes."""
    (height, width), (down, across) = pair(size, "size"), pair(stride, "stride")
    rows = jnp.arange(0, x.shape[-2] - height + 1, down)[:, None] + jnp.arange(height)
    columns = jnp.arange(0, x.shape[-1] - width + 1, across)[:, None] + jnp.arange(width)
    return x[..., rows[:, None, :, None], columns[None, :, None, :]]


def fold(x, stride, shape):
    """Windows added onto an image, each where it was cut: one addition for each entry of a window."""
    down, across = pair(stride, "stride")
    *lead, rows, columns, height, width = x.shape
    made = jnp.zeros((*lead, *pair(shape, "image's shape")), x.dtype)
    for i in range(height):
        for j in range(width):
            where = (..., slice(i, i + down * rows, down), slice(j, j + across * columns, across))
            made = made.at[where].add(x[..., i, j])
    return made


def columns_of(image, size, stride, padding):
    """Each window as a column: (…, channels · rows · columns of a window, windows)."""
    top, left = pair(padding, "padding", 0)
    around = [(0, 0)] * (image.ndim - 2) + [(top, top), (left, left)]
    cut = windows(jnp.pad(image, around), size, stride)
    *lead, channels, rows, columns, height, width = cut.shape
    return jnp.moveaxis(cut, (-2, -1), (-4, -3)).reshape(*lead, channels * height * width, rows * columns)


def correlate(x, w, stride, padding):
    """Cross-correlation: the windows as columns of one matrix, the kernels as rows of another."""
    places = fitting(x.shape[-2:], w.shape[-2:], pair(stride, "stride"), pair(padding, "padding", 0))
    made = w.reshape(len(w), -1) @ columns_of(x, w.shape[-2:], stride, padding)
    return made.reshape(*x.shape[:-3], len(w), *places)


def correlate_transpose(g, w, stride, padding, shape):
    """The adjoint by the image: every entry of g puts its kernel where its window was."""
    (top, left), (height, width) = pair(padding, "padding", 0), pair(shape, "image's shape")
    *lead, out, rows, columns = g.shape
    spread = w.reshape(out, -1).T @ g.reshape(*lead, out, rows * columns)
    cut = jnp.moveaxis(spread.reshape(*lead, *w.shape[1:], rows, columns), (-4, -3), (-2, -1))
    made = fold(cut, stride, (height + 2 * top, width + 2 * left))
    return made[..., top : top + height, left : left + width]


def correlate_kernel(x, g, stride, padding, size):
    """The adjoint by the kernels: every window weighted by its entry of g, summed over places and samples."""
    each = g.reshape(*g.shape[:-2], -1) @ columns_of(x, pair(size, "size"), stride, padding).swapaxes(-1, -2)
    summed = each.reshape(-1, *each.shape[-2:]).sum(axis=0)
    return summed.reshape(g.shape[-3], x.shape[-3], *pair(size, "size"))


def rows_of(indices, count):
    """The numbers as integers, and which of them are no whole numbers from 0 to count − 1."""
    whole = jnp.rint(indices)
    outside = ~((jnp.abs(indices - whole) <= NEAR) & (whole >= 0) & (whole < count))
    return jnp.where(outside, 0, whole).astype(int), outside


def take(x, indices):
    """The rows with these numbers, in the shape of the numbers; NaN for numbers that no row has."""
    rows, outside = rows_of(indices, len(x))
    return jnp.where(outside.reshape(*outside.shape, *(1,) * (x.ndim - 1)), jnp.nan, x[rows])


def scatter_add(x, indices, count):
    """So many rows of zeros, and every row of x added where its number says; one whose number no row has is lost."""
    rows, outside = rows_of(indices, count)
    kept = jnp.where(outside.reshape(*outside.shape, *(1,) * (x.ndim - rows.ndim)), 0.0, x)
    return jnp.zeros((count, *x.shape[rows.ndim :]), x.dtype).at[rows].add(kept)


OWN = {name: made for name, made in list(globals().items()) if isinstance(made, FunctionType)}
REPLACED = {**numpy_kernels.REPLACED, **OWN}
"""By the name of the kernel, or of what kernels use, that each stands in for."""
