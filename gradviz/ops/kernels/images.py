"""Windows on images, and correlation by one matrix product. All work on arrays of SymPy expressions too."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.ops.images import fitting, pair

Array = Any
Setting = Any
"""One number, or two: down and across."""


def windows(x: Array, size: Setting, stride: Setting) -> Array:
    """Every window of the last two axes as two more axes: a view, nothing is copied."""
    down, across = pair(stride, "stride")
    every = np.lib.stride_tricks.sliding_window_view(np.asarray(x), pair(size, "size"), axis=(-2, -1))
    return every[..., ::down, ::across, :, :]


def fold(x: Array, stride: Setting, shape: Setting) -> Array:
    """Windows added onto an image, each where it was cut: one addition for each entry of a window."""
    array, (down, across) = np.asarray(x), pair(stride, "stride")
    *lead, rows, columns, height, width = array.shape
    made = np.zeros((*lead, *pair(shape, "image's shape")), dtype=array.dtype)
    for i in range(height):
        for j in range(width):
            made[..., i : i + down * rows : down, j : j + across * columns : across] += array[..., i, j]
    return made


def correlate(x: Array, w: Array, stride: Setting, padding: Setting) -> Array:
    """Cross-correlation: the windows as columns of one matrix, the kernels as rows of another."""
    image, kernels = np.asarray(x), np.asarray(w)
    places = fitting(image.shape[-2:], kernels.shape[-2:], pair(stride, "stride"), pair(padding, "padding", 0))
    made = kernels.reshape(len(kernels), -1) @ _columns(image, kernels.shape[-2:], stride, padding)
    return made.reshape(*image.shape[:-3], len(kernels), *places)


def correlate_transpose(g: Array, w: Array, stride: Setting, padding: Setting, shape: Setting) -> Array:
    """The adjoint by the image: every entry of g puts its kernel where its window was."""
    given, kernels = np.asarray(g), np.asarray(w)
    (top, left), (height, width) = pair(padding, "padding", 0), pair(shape, "image's shape")
    *lead, out, rows, columns = given.shape
    spread = kernels.reshape(out, -1).T @ given.reshape(*lead, out, rows * columns)
    cut = np.moveaxis(spread.reshape(*lead, *kernels.shape[1:], rows, columns), (-4, -3), (-2, -1))
    made = fold(cut, stride, (height + 2 * top, width + 2 * left))
    return made[..., top : top + height, left : left + width]


def correlate_kernel(x: Array, g: Array, stride: Setting, padding: Setting, size: Setting) -> Array:
    """The adjoint by the kernels: every window weighted by its entry of g, summed over places and samples."""
    image, given = np.asarray(x), np.asarray(g)
    out, height_width = given.shape[-3], pair(size, "size")
    columns = _columns(image, height_width, stride, padding)
    each = given.reshape(*given.shape[:-2], -1) @ columns.swapaxes(-1, -2)
    summed = each.reshape(-1, *each.shape[-2:]).sum(axis=0)
    return summed.reshape(out, image.shape[-3], *height_width)


def _columns(image: Array, size: Setting, stride: Setting, padding: Setting) -> Array:
    """Each window as a column: (…, channels · rows · columns of a window, windows)."""
    cut = windows(_padded(image, pair(padding, "padding", 0)), size, stride)
    *lead, channels, rows, columns, height, width = cut.shape
    turned = np.moveaxis(cut, (-2, -1), (-4, -3))
    return turned.reshape(*lead, channels * height * width, rows * columns)


def _padded(image: Array, padding: tuple[int, int]) -> Array:
    """Zeros on every side."""
    if not any(padding):
        return image
    (top, left), (height, width) = padding, image.shape[-2:]
    made = np.zeros((*image.shape[:-2], height + 2 * top, width + 2 * left), dtype=image.dtype)
    made[..., top : top + height, left : left + width] = image
    return made
