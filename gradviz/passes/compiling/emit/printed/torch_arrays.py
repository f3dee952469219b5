"""Functions of arrays that PyTorch does not have, as printed programs define them; here they are never run."""
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: F821 (`torch` is named and never used here)

from __future__ import annotations

from itertools import combinations
from math import comb, factorial
from typing import Any

from gradviz.passes.compiling.emit.printed.numpy_kernels import broadcast_axes, fitting, pair
from gradviz.passes.compiling.emit.printed.torch_kernels import truth

torch: Any
NEAR = 1e-3


def maxout(x, pieces):
    """The largest of each group of `pieces` consecutive entries of the last axis."""
    return x.reshape(*x.shape[:-1], x.shape[-1] // pieces, pieces).amax(dim=-1)


def transpose(x, axes):
    """The last two axes swapped, or the order given; a vector becomes a row."""
    if axes is not None:
        return x.permute(axes)
    return x[None] if x.ndim == 1 else x.swapaxes(-1, -2) if x.ndim else x


def flip(x, axis):
    """The order of entries reversed along an axis, or along all."""
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    return torch.flip(x, tuple(axes))


def sum_to(x, shape):
    """The sum over the axes along which `shape` would be repeated."""
    axes = broadcast_axes(shape, x.shape)
    return x.sum(dim=axes, keepdim=True).reshape(shape) if axes else x


def trace(x):
    """The sum of the diagonal of the last two axes."""
    return x.diagonal(dim1=-2, dim2=-1).sum(-1)


def places(items, shape):
    """The entries that integers and ("slice", start, stop, step) point at, as numbers from 0."""
    count = 1
    for size in shape:
        count *= size
    every = torch.arange(count).reshape(shape)
    for axis, item in enumerate(items):
        chosen = slice(*item[1:]).indices(shape[axis]) if isinstance(item, tuple) else None
        entries = [item % shape[axis]] if chosen is None else list(range(*chosen))
        every = every.index_select(axis, torch.tensor(entries, dtype=torch.long))
    return every.reshape(
        [n for axis, n in enumerate(every.shape) if axis >= len(items) or isinstance(items[axis], tuple)]
    )


def index(x, items):
    """Entries picked by integers and ("slice", start, stop, step)."""
    return x.reshape(-1)[places(items, x.shape)]


def scatter(x, items, shape):
    """Zeros, and x where the items point."""
    made = x.new_zeros(shape)
    where = places(items, shape).reshape(-1)
    return made.reshape(-1).index_put((where,), x.reshape(-1)).reshape(shape)


def prod(x, axis=None, keepdims=False):
    """The product along one axis, several, or all."""
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    for one in sorted((one % x.ndim for one in axes), reverse=True):
        x = torch.prod(x, dim=one, keepdim=keepdims)
    return x


def prod_others(x, axis):
    """For each entry the product of the others along the axis, without a division: zeros do no harm."""
    x = x.movedim(axis, 0)
    one = torch.ones_like(x[:1])
    before = torch.cat([one, torch.cumprod(x, 0)[:-1]])
    after = torch.cat([one, torch.cumprod(x.flip(0), 0)[:-1]]).flip(0)
    return (before * after).movedim(0, axis)


def var(x, axis, keepdims, ddof):
    """The variance."""
    axes = tuple(range(x.ndim)) if axis is None else axis
    return torch.var(x, dim=axes, correction=ddof, keepdim=keepdims) if x.ndim else x * 0.0


def norm(x, order):
    """The norm of a vector or matrix; of order 2 the largest singular value of a matrix."""
    if order is None or order == "fro" or (order == 2 and x.ndim < 2):
        return torch.sqrt(torch.sum(x**2))
    if order == 2:
        return torch.linalg.svdvals(x)[0]
    sums = torch.abs(x) if x.ndim < 2 else torch.abs(x).sum(dim=0 if order == 1 else 1)
    return sums.sum() if order == 1 and x.ndim < 2 else sums.amax()


def top_singular(x):
    """The outer product u vᵀ of the first singular vectors; zeros at a zero matrix."""
    u, _, vt = torch.linalg.svd(x, full_matrices=False)
    return torch.where(torch.any(x != 0), torch.outer(u[:, 0], vt[0]), 0.0)


def logsumexp(x, axis, keepdims):
    """The logarithm of Σ e^x."""
    axes = tuple(range(x.ndim)) if axis is None else axis
    return torch.logsumexp(x, axes, keepdim=keepdims) if x.ndim else x


def one_hot(x, classes):
    """Zeros, and 1 where the class number stands; zeros alone where it is no class's."""
    return truth(x[..., None] == torch.arange(classes), x)


def minors(x):
    """Each entry's cofactor: the determinant without its row and column, with its sign."""
    n = x.shape[-1]
    rows = []
    for i in range(n):
        row = []
        for j in range(n):
            kept = torch.cat([x[..., :i, :], x[..., i + 1 :, :]], -2)
            kept = torch.cat([kept[..., :j], kept[..., j + 1 :]], -1)
            row.append((-1) ** (i + j) * torch.linalg.det(kept))
        rows.append(torch.stack(row, -1))
    return torch.stack(rows, -2)


def cofactor(x, *directions):
    """The matrix of cofactors, ∂det/∂xᵢⱼ; with directions, its derivative along each of them."""
    if not directions:
        return minors(x)
    own = x.shape[-1] - 1 - len(directions)
    total = torch.zeros_like(x)
    for times in range(max(own, -1) + 1):
        for chosen in range(len(directions) + 1):
            sign = (-1) ** (own - times + len(directions) - chosen)
            for some in combinations(directions, chosen):
                total = total + sign * comb(own, times) * minors(sum(some, times * x))
    return total / factorial(max(own, 0))


def solve(a, c):
    """The x with a x = c, for a vector or a matrix of columns c."""
    return torch.linalg.solve(a, c[:, None])[..., 0] if c.ndim == 1 else torch.linalg.solve(a, c)


def windows(x, size, stride):
    """Every window of the last two axes as two more axes."""
    (height, width), (down, across) = pair(size, "size"), pair(stride, "stride")
    return x.unfold(-2, height, down).unfold(-2, width, across)


def fold(x, stride, shape):
    """Windows added onto an image, each where it was cut: one addition for each entry of a window."""
    down, across = pair(stride, "stride")
    *lead, rows, columns, height, width = x.shape
    made = x.new_zeros((*lead, *pair(shape, "image's shape")))
    for i in range(height):
        for j in range(width):
            made[..., i : i + down * rows : down, j : j + across * columns : across] += x[..., i, j]
    return made


def columns_of(image, size, stride, padding):
    """Each window as a column: (…, channels · rows · columns of a window, windows)."""
    top, left = pair(padding, "padding", 0)
    cut = windows(torch.nn.functional.pad(image, (left, left, top, top)), size, stride)
    *lead, channels, rows, columns, height, width = cut.shape
    return cut.movedim((-2, -1), (-4, -3)).reshape(*lead, channels * height * width, rows * columns)


def correlate(x, w, stride, padding):
    """Cross-correlation: the windows as columns of one matrix, the kernels as rows of another."""
    places = fitting(x.shape[-2:], w.shape[-2:], pair(stride, "stride"), pair(padding, "padding", 0))
    made = w.reshape(len(w), -1) @ columns_of(x, tuple(w.shape[-2:]), stride, padding)
    return made.reshape(*x.shape[:-3], len(w), *places)


def correlate_transpose(g, w, stride, padding, shape):
    """The adjoint by the image: every entry of g puts its kernel where its window was."""
    (top, left), (height, width) = pair(padding, "padding", 0), pair(shape, "image's shape")
    *lead, out, rows, columns = g.shape
    spread = w.reshape(out, -1).T @ g.reshape(*lead, out, rows * columns)
    cut = spread.reshape(*lead, *w.shape[1:], rows, columns).movedim((-4, -3), (-2, -1))
    made = fold(cut, stride, (height + 2 * top, width + 2 * left))
    return made[..., top : top + height, left : left + width]


def correlate_kernel(x, g, stride, padding, size):
    """The adjoint by the kernels: every window weighted by its entry of g, summed over places and samples."""
    each = g.reshape(*g.shape[:-2], -1) @ columns_of(x, pair(size, "size"), stride, padding).swapaxes(-1, -2)
    summed = each.reshape(-1, *each.shape[-2:]).sum(dim=0)
    return summed.reshape(g.shape[-3], x.shape[-3], *pair(size, "size"))


def rows_of(indices, count):
    """The numbers as integers, and which of them are no whole numbers from 0 to count − 1."""
    whole = torch.round(indices)
    outside = ~((torch.abs(indices - whole) <= NEAR) & (whole >= 0) & (whole < count))
    return torch.where(outside, 0.0, whole).long(), outside


def take(x, indices):
    """The rows with these numbers, in the shape of the numbers; NaN for numbers that no row has."""
    rows, outside = rows_of(indices, len(x))
    return torch.where(outside.reshape(*outside.shape, *(1,) * (x.ndim - 1)), torch.nan, x[rows])


def scatter_add(x, indices, count):
    """So many rows of zeros, and every row of x added where its number says; one whose number no row has is lost."""
    rows, outside = rows_of(indices, count)
    each = x.reshape(-1, *x.shape[rows.ndim :])
    lost = outside.reshape(-1, *(1,) * (each.ndim - 1))
    return x.new_zeros((count, *each.shape[1:])).index_add(0, rows.reshape(-1), torch.where(lost, 0.0, each))
