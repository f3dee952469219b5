"""Sliding windows and correlation: what convolutional layers and pooling are made of.

`correlate` and its two adjoints are each linear in both operands, and each one's reverse rules are the other two, so
that derivatives of every order stay among them.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from gradviz.ops import images, work
from gradviz.ops.notation import bracketed, operator
from gradviz.ops.op import PRODUCT, REQUIRED, Attribute, Builder, Notation, Op, Parameter, Term
from gradviz.ops.row import at, wrong, wrong_right

SIZE = Parameter(
    name="size", kind="shape", default=REQUIRED, doc="the sizes of a window: one number, or [down, across]"
)
STRIDE = Parameter(name="stride", kind="shape", default=1, doc="the step from window to window, or [down, across]")
PADDING = Parameter(name="padding", kind="shape", default=0, doc="the zeros on every side, or [above, beside]")
IMAGE = Parameter(name="shape", kind="shape", default=REQUIRED, doc="the two sizes of the image")

PICTURE = [[1.5, -0.5, 2.0, 0.25], [3.0, -1.0, 0.75, 1.25], [-2.0, 0.5, 1.0, -1.5]]
CHANNELS = [PICTURE, [[0.5, 1.75, -0.25, 2.5], [-1.25, 0.1, 2.25, -0.6], [0.9, -3.0, 1.1, 0.3]]]
SAMPLES = [[PICTURE], [CHANNELS[1]]]
CUT = [[[[1.0, -2.0], [0.5, 3.0]], [[-1.5, 0.75], [2.5, -0.25]]]]
SMALL = [[[[1.0, -0.5], [2.0, 0.25]]], [[[-1.0, 0.75], [0.5, 1.5]]]]
DEEP = [[[[0.5], [-1.0]], [[2.0], [1.5]]]]

_correlation = partial(Op, family="linear_algebra", arity=2, linear=("alone",), gate="swaps")


def _below(name: str) -> Notation:
    """A function with its settings, where they are not the usual ones, below its name."""
    return Notation(latex=lambda x, **settings: operator(name) + _settings_latex(**settings) + bracketed(x))


def _settings_latex(stride: Any = 1, padding: Any = 0, size: Any = None, shape: Any = None) -> str:
    parts = [] if size is None else [_sizes(size)]
    parts += [] if shape is None else [_sizes(shape)]
    parts += [rf"\text{{stride }}{_sizes(stride)}"] if set(_tuple(stride)) != {1} else []
    parts += [rf"\text{{padding }}{_sizes(padding)}"] if set(_tuple(padding)) != {0} else []
    return rf"_{{{', '.join(parts)}}}" if parts else ""


def _tuple(setting: Any) -> tuple[Any, ...]:
    return setting if isinstance(setting, tuple) else (setting,)


def _sizes(setting: Any) -> str:
    return r" \times ".join(map(str, _tuple(setting)))


def _star(sign: str) -> Notation:
    r"""An operand on each side of a star, settings below it: `x \star_{\text{stride }2} w`."""
    return Notation(
        latex=lambda x, w, **settings: rf"{x} {sign}{_settings_latex(**settings)} {w}",
        latex_precedence=PRODUCT,
        latex_slots=(PRODUCT + 1, PRODUCT + 1),
    )


def _turned(b: Builder, kernels: Term) -> Term:
    return b.flip(kernels, axis=(-2, -1))


def _overlaps_averaged(b: Builder, g: Term, y: Term, x: Term, size: Attribute, stride: Attribute) -> Term:
    """What someone gets who averages where windows overlap."""
    image = x.shape[-2:]
    seen = b.fold(b.constant(1, g.shape), stride=stride, shape=image)
    return b.fold(g, stride=stride, shape=image) / b.maximum(seen, 1)


CORRELATIONS: tuple[Op, ...] = (
    _correlation(
        name="correlate",
        doc="Kernels slid over an image: for each place, the inner product of a kernel with what lies under it. "
        "Images are (…, channels, rows, columns), kernels (out, channels, rows, columns).",
        parameters=(STRIDE, PADDING),
        notation=_star(r"\star"),
        aliases=("cross_correlate",),
        shape=images.correlate,
        work=images.correlate_work,
        numpy="k.correlate({0}, {1}, {stride}, {padding})",
        vjps=(
            lambda b, g, y, x, w, stride, padding: b.correlate_transpose(
                g, w, stride=stride, padding=padding, shape=x.shape[-2:]
            ),
            lambda b, g, y, x, w, stride, padding: b.correlate_kernel(
                x, g, stride=stride, padding=padding, size=w.shape[-2:]
            ),
        ),
        structure=("sparse", "Kronecker"),
        mark=r"\star",
        samples=at(([PICTURE], SMALL), (SAMPLES, SMALL), stride=1, padding=0)
        + at((CHANNELS, DEEP), stride=(2, 1), padding=(1, 0))
        + at(([PICTURE], SMALL), stride=2, padding=1),
        mistakes=(
            wrong(
                "kernel turned",
                lambda b, g, y, x, w, stride, padding: b.correlate_transpose(
                    g, _turned(b, w), stride=stride, padding=padding, shape=x.shape[-2:]
                ),
                "the kernel was turned by 180°: forward it is not, so on the way back it is laid down as it is",
            ),
            wrong_right(
                "gradient turned",
                lambda b, g, y, x, w, stride, padding: _turned(
                    b, b.correlate_kernel(x, g, stride=stride, padding=padding, size=w.shape[-2:])
                ),
                "the kernel's gradient was turned by 180°, as if the layer were a convolution with the kernel flipped",
            ),
        ),
    ),
    _correlation(
        name="correlate_transpose",
        doc="Each entry lays down its kernel, scaled, where its window was: the transposed convolution, and what "
        "correlate sends back to its image.",
        parameters=(STRIDE, PADDING, IMAGE),
        notation=_star(r"\star^{\top}"),
        aliases=("conv_transpose",),
        shape=images.correlate_transpose,
        work=images.transpose_work,
        numpy="k.correlate_transpose({0}, {1}, {stride}, {padding}, {shape})",
        vjps=(
            lambda b, g, y, x, w, stride, padding, shape: b.correlate(g, w, stride=stride, padding=padding),
            lambda b, g, y, x, w, stride, padding, shape: b.correlate_kernel(
                g, x, stride=stride, padding=padding, size=w.shape[-2:]
            ),
        ),
        structure=("sparse", "sparse"),
        mark=r"\star^{\top}",
        samples=at((CUT[0], SMALL), stride=1, padding=0, shape=(3, 3))
        + at(([SMALL[0], SMALL[1]], [SMALL[0]]), stride=(2, 1), padding=(1, 0), shape=(3, 3)),
        mistakes=(
            wrong(
                "kernel turned",
                lambda b, g, y, x, w, stride, padding, shape: b.correlate(
                    g, _turned(b, w), stride=stride, padding=padding
                ),
                "the kernel was turned by 180°",
            ),
        ),
    ),
    _correlation(
        name="correlate_kernel",
        doc="The windows of an image weighted by the entries of another and summed: what correlate sends back to its "
        "kernels.",
        parameters=(STRIDE, PADDING, SIZE),
        notation=_star(r"\star"),
        shape=images.correlate_kernel,
        work=images.kernel_work,
        numpy="k.correlate_kernel({0}, {1}, {stride}, {padding}, {size})",
        vjps=(
            lambda b, g, y, x, u, stride, padding, size: b.correlate_transpose(
                u, g, stride=stride, padding=padding, shape=x.shape[-2:]
            ),
            lambda b, g, y, x, u, stride, padding, size: b.correlate(x, g, stride=stride, padding=padding),
        ),
        structure=("sparse", "Kronecker"),
        mark=r"\star",
        samples=at(([PICTURE], CUT[0]), stride=(1, 2), padding=0, size=(2, 2))
        + at(([SMALL[0], SMALL[1]], [SMALL[1], SMALL[0]]), stride=2, padding=1, size=(2, 2)),
    ),
)
"""Rows of linear algebra: sums of products over the entries of windows."""

ROWS: tuple[Op, ...] = (
    Op(
        name="windows",
        family="shaping",
        doc="Every window of the last two axes: their places down and across, then the entries of each.",
        parameters=(SIZE, STRIDE),
        notation=_below("windows"),
        shape=images.windows,
        linear=("alone",),
        work=work.none,
        numpy="k.windows({0}, {size}, {stride})",
        vjps=(lambda b, g, y, x, size, stride: b.fold(g, stride=stride, shape=x.shape[-2:]),),
        structure=("selection",),
        gate="sums",
        samples=at(PICTURE, CHANNELS, size=2, stride=1)
        + at(PICTURE, size=(2, 3), stride=1)
        + at(CHANNELS, size=(2, 1), stride=2),
        mistakes=(
            wrong(
                "overlaps averaged",
                _overlaps_averaged,
                "an entry that lies in several windows gets the sum of their gradients, not the mean",
            ),
        ),
    ),
    Op(
        name="fold",
        family="shaping",
        doc="Windows added onto an image of zeros, each at its place: what windows does to a gradient.",
        parameters=(STRIDE, IMAGE),
        notation=_below("fold"),
        shape=images.fold,
        linear=("alone",),
        numpy="k.fold({0}, {stride}, {shape})",
        vjps=(lambda b, g, y, x, stride, shape: b.windows(g, size=x.shape[-2:], stride=stride),),
        structure=("sparse",),
        gate="distributes",
        samples=at(CUT, stride=1, shape=(2, 3)) + at([CUT, CUT], stride=(1, 2), shape=(2, 5)),
    ),
)
