"""Pooling: the largest entry or the mean of each window of an image."""

from __future__ import annotations

from gradviz.networks.block import Block, Site
from gradviz.ops.images import pair, plain
from gradviz.ops.op import REQUIRED, Attribute, Parameter, Term
from gradviz.shape import Shape, show

SIZE = Parameter(name="size", kind="shape", default=REQUIRED, doc="of a window: one number, or [rows, columns]")
STRIDE = Parameter(
    name="stride", kind="shape", doc="the step from window to window; as large as the window if not given"
)
OVER_A_WINDOW = (-2, -1)


def _cut(site: Site, x: Term, size: Attribute, stride: Attribute) -> Term:
    """The windows of the last two axes, their entries along two more."""
    window = pair(size, "size")
    step = window if stride is None else pair(stride, "stride")
    made: Term = site.windows(x, size=plain(window), stride=plain(step))
    return made


def _max_pool(site: Site, x: Term, *, size: Attribute, stride: Attribute) -> Term:
    made: Term = site.max(_cut(site, x, size, stride), axis=OVER_A_WINDOW)
    return made


def _avg_pool(site: Site, x: Term, *, size: Attribute, stride: Attribute) -> Term:
    made: Term = site.mean(_cut(site, x, size, stride), axis=OVER_A_WINDOW)
    return made


def _note(shapes: tuple[Shape, ...], *, size: Attribute, stride: Attribute) -> str:
    window = pair(size, "size")
    step = window if stride is None else pair(stride, "stride")
    return f"{show(window)} windows" + (f", stride {show(step)}" if step != window else "")


ROWS: tuple[Block, ...] = (
    Block(
        name="max_pool",
        family="layer",
        doc="The largest entry of each window of the last two axes. Only the winner gets a gradient; ties share it.",
        parameters=(SIZE, STRIDE),
        aliases=("max_pool2d",),
        expand=_max_pool,
        note=_note,
        title="max pooling",
        source="PyTorch's MaxPool2d (at a tie it takes the first entry; here equal entries share the gradient)",
    ),
    Block(
        name="avg_pool",
        family="layer",
        doc="The mean of each window of the last two axes. Every entry of a window gets an equal part of its gradient.",
        parameters=(SIZE, STRIDE),
        aliases=("avg_pool2d", "mean_pool"),
        expand=_avg_pool,
        note=_note,
        title="average pooling",
        source="PyTorch's AvgPool2d",
    ),
)
"""The rows of this family."""
