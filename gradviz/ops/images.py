"""Shape rules of windows on images: how many fit, with which step, and what does not fit."""

from __future__ import annotations

from gradviz.errors import ShapeError
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, describe, show, size

Pair = tuple[int, int]


def pair(setting: Attribute, what: str, least: int = 1) -> Pair:
    """A setting for both directions, downwards and across: one number serves both.

    Raises:
        ShapeError: it is neither one whole number nor two, or one is too small.

    Example:
        >>> pair(2, "stride"), pair((3, 1), "size")
        ((2, 2), (3, 1))
    """
    given = setting if isinstance(setting, tuple) else (setting,)
    whole = [n for n in given if isinstance(n, int) and not isinstance(n, bool) and n >= least]
    if len(whole) < len(given) or len(given) not in (1, 2):
        shown = list(given) if isinstance(setting, tuple) else setting
        raise ShapeError(
            f"{shown!r} is no {what} of windows",
            hint=f"give a whole number from {least}, or two: [down, across]",
        )
    return whole[0], whole[-1]


def plain(sizes: Pair) -> int | Pair:
    """The shorter way to say it: one number where both directions have it.

    Example:
        >>> plain((2, 2)), plain((3, 1))
        (2, (3, 1))
    """
    return sizes[0] if sizes[0] == sizes[1] else sizes


def fitting(image: Pair, window: Pair, stride: Pair, padding: Pair | None = None) -> Pair:
    """How many windows fit on an image, downwards and across; `padding` is None where there is no such setting.

    Raises:
        ShapeError: none does.

    Example:
        >>> fitting((5, 5), (3, 3), (2, 2)), fitting((5, 5), (3, 3), (1, 1), (1, 1))
        ((2, 2), (5, 5))
    """
    around = padding or (0, 0)
    padded = image[0] + 2 * around[0], image[1] + 2 * around[1]
    if any(n < k for n, k in zip(padded, window, strict=True)):
        after = f" (with its padding {show(padded)})" if any(around) else ""
        raise ShapeError(
            f"a window of {show(window)} is larger than the image of {show(image)}{after}",
            hint=f"take one of at most {show(image)}" + ("" if padding is None else _padding_that_fits(image, window)),
        )
    down, across = ((n - k) // s + 1 for n, k, s in zip(padded, window, stride, strict=True))
    return down, across


def _padding_that_fits(image: Pair, window: Pair) -> str:
    needed = max(-(-(k - n) // 2) for n, k in zip(image, window, strict=True))
    return f", or padding={needed}"


def windows(shapes: tuple[Shape, ...], size: Attribute, stride: Attribute) -> Shape:
    """The windows' places down and across, then the entries of each.

    Example:
        >>> windows(((3, 8, 6),), size=2, stride=2)
        (3, 4, 3, 2, 2)
    """
    (shape,) = shapes
    if len(shape) < 2:
        raise ShapeError(f"{describe(shape)} is no image", hint="windows need the last two axes: rows and columns")
    window = pair(size, "size")
    return (*shape[:-2], *fitting(_last(shape), window, pair(stride, "stride")), *window)


def fold(shapes: tuple[Shape, ...], stride: Attribute, shape: Attribute) -> Shape:
    """Windows put back onto an image of two sizes."""
    (given,) = shapes
    image = pair(shape, "image's shape")
    if len(given) < 4:
        raise ShapeError(
            f"{describe(given)} holds no windows", hint="their places are two axes, their entries the last two"
        )
    expected = windows(((*given[:-4], *image),), given[-2:], stride)
    if expected != given:
        raise ShapeError(
            f"{describe(given)} does not hold the windows of an image of {show(image)}", hint=f"give {show(expected)}"
        )
    return (*given[:-4], *image)


def correlate(shapes: tuple[Shape, ...], stride: Attribute, padding: Attribute) -> Shape:
    """Images (…, channels, rows, columns) and kernels (out, channels, rows, columns).

    Example:
        >>> correlate(((10, 3, 8, 8), (6, 3, 5, 5)), stride=1, padding=0)
        (10, 6, 4, 4)
    """
    image, kernel = shapes
    _is_image(image)
    _is_kernel(kernel)
    _same_channels(image[-3], kernel[1], image, kernel)
    places = fitting(_last(image), _last(kernel), pair(stride, "stride"), pair(padding, "padding", 0))
    return (*image[:-3], kernel[0], *places)


def correlate_transpose(shapes: tuple[Shape, ...], stride: Attribute, padding: Attribute, shape: Attribute) -> Shape:
    """What `correlate` gave, and its kernels; `shape` is the image's two sizes."""
    given, kernel = shapes
    _is_image(given)
    _is_kernel(kernel)
    image = (*given[:-3], kernel[1], *pair(shape, "image's shape"))
    _came_from(given, image, kernel, stride, padding)
    return image


def correlate_kernel(shapes: tuple[Shape, ...], stride: Attribute, padding: Attribute, size: Attribute) -> Shape:
    """The images of `correlate` and what it gave; `size` is the kernels' two sizes."""
    image, given = shapes
    _is_image(image)
    _is_image(given)
    kernel = (given[-3], image[-3], *pair(size, "size"))
    _came_from(given, image, kernel, stride, padding)
    return kernel


def correlate_work(shapes: tuple[Shape, ...], stride: Attribute, padding: Attribute) -> int:
    """An inner product with the window for each entry of the result."""
    return size(correlate(shapes, stride, padding)) * max(0, 2 * size(shapes[1][1:]) - 1)


def transpose_work(shapes: tuple[Shape, ...], stride: Attribute, padding: Attribute, shape: Attribute) -> int:
    """A product and an addition for each entry of each window."""
    return 2 * size(shapes[0]) * size(shapes[1][1:])


def kernel_work(shapes: tuple[Shape, ...], stride: Attribute, padding: Attribute, **wanted: Attribute) -> int:
    """The same."""
    return 2 * size(shapes[1]) * shapes[0][-3] * size(pair(wanted["size"], "size"))


def _last(shape: Shape) -> Pair:
    return shape[-2], shape[-1]


def _is_image(shape: Shape) -> None:
    if len(shape) < 3:
        raise ShapeError(
            f"{describe(shape)} is no image with channels",
            hint="give channels × rows × columns, and the samples before them if there are several",
        )


def _is_kernel(shape: Shape) -> None:
    if len(shape) != 4 or 0 in shape:
        raise ShapeError(
            f"{describe(shape)} is no set of kernels", hint="give out channels × channels × rows × columns"
        )


def _same_channels(image: int, kernel: int, *shapes: Shape) -> None:
    if image != kernel:
        raise ShapeError(
            f"the image has {_channels(image)}, the kernels are for {kernel} (they are {show(shapes[0])} and "
            f"{show(shapes[1])})",
            hint="images are channels × rows × columns, kernels out × channels × rows × columns",
        )


def _channels(count: int) -> str:
    return "1 channel" if count == 1 else f"{count} channels"


def _came_from(given: Shape, image: Shape, kernel: Shape, stride: Attribute, padding: Attribute) -> None:
    expected = correlate((image, kernel), stride, padding)
    if given != expected:
        raise ShapeError(
            f"{describe(given)} is not what kernels of {show(kernel)} make of images of {show(image)}",
            hint=f"that would be {show(expected)}",
        )
