"""conv2d: kernels slid over images."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.errors import LimitError, ShapeError, ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.dense import ACTIVATION, ALONG_THE_LAST_AXIS, BIAS, INIT, MAX_UNITS, activate, named_activation
from gradviz.networks.initialisers import usual
from gradviz.networks.wording import said
from gradviz.ops.images import pair, plain
from gradviz.ops.op import REQUIRED, Attribute, Op, Parameter, Term
from gradviz.shape import Shape, describe, show, size

CHANNELS = Parameter(
    name="channels", kind="integer", default=REQUIRED, doc="how many kernels, and so channels, it makes"
)
SIZE = Parameter(name="size", kind="shape", default=REQUIRED, doc="of a kernel: one number, or [rows, columns]")
STRIDE = Parameter(name="stride", kind="shape", default=1, doc="the step from place to place: a number or two")
PADDING = Parameter(name="padding", kind="shape", default=0, doc="zeros on every side: a number, or [rows, columns]")


def _conv2d(
    site: Site,
    x: Term,
    *,
    channels: Attribute,
    size: Attribute,
    stride: Attribute,
    padding: Attribute,
    activation: Attribute,
    init: Attribute,
    bias: Attribute,
) -> Term:
    inside = _channels_of(x.shape)
    outside, (height, width) = _count(channels), pair(size, "size")
    row = _pointwise(activation)
    chosen = usual(None if row is None else row.name) if init is None else str(init)
    fans = (inside * height * width, outside * height * width)
    W = site.parameter("W", (outside, inside, height, width), chosen, fans=fans)
    made: Term = site.correlate(x, W, stride=plain(pair(stride, "stride")), padding=plain(pair(padding, "padding", 0)))
    if bias:
        made = made + site.reshape(site.parameter("b", (outside,), "zeros"), shape=(outside, 1, 1))
    return activate(site, made, activation)


def _channels_of(shape: Shape) -> int:
    if len(shape) not in (3, 4):
        hint = "give channels × rows × columns, or a batch of them: samples × channels × rows × columns"
        if len(shape) == 2:
            hint = f"one channel is an axis too: reshape(x, [1, {shape[0]}, {shape[1]}])"
        raise ShapeError(f"conv2d needs images with channels, not {describe(shape)}", hint=hint)
    if not shape[-3]:
        raise ShapeError(f"conv2d needs at least one channel, and {describe(shape)} has none")
    return shape[-3]


def _count(channels: Attribute) -> int:
    if isinstance(channels, bool) or not isinstance(channels, int) or channels < 1:
        raise ValueProblem(
            f"conv2d needs a whole number of channels from 1 up, not {said(channels)}", hint="write conv2d(x, 8, 3)"
        )
    if channels > MAX_UNITS:
        raise LimitError(f"a layer of {channels:,} channels is too large", hint=f"it may have up to {MAX_UNITS:,}")
    return channels


def _pointwise(activation: Attribute) -> Op | None:
    row = named_activation(activation)
    if row is not None and row.name in ALONG_THE_LAST_AXIS:
        raise ValueProblem(
            f"{row.name} cannot be conv2d's activation: along which axis is not clear",
            hint=f"write {row.name}(h, axis=-3) after it, for the channels",
        )
    return row


def _conv2d_note(shapes: tuple[Shape, ...], **settings: Attribute) -> str:
    inside = shapes[0][-3] if len(shapes[0]) > 2 else 1
    outside = settings["channels"] if isinstance(settings["channels"], int) else 0
    window = pair(settings["size"], "size")
    steps = [f"{name} {_steps(name, settings)}" for name, least in STEPS if _steps(name, settings) != str(least)]
    words = [f"{inside} → {outside} channels", f"{show(window)} kernels", *steps]
    words += [] if settings["activation"] in (None, "none") else [str(settings["activation"])]
    count = outside * (inside * size(window) + bool(settings["bias"]))
    return ", ".join([*words, f"{count:,} parameter{'s' * (count != 1)}"])


STEPS = (("stride", 1), ("padding", 0))
"""What the title says where it is not the usual number."""


def _steps(name: str, settings: Mapping[str, Attribute]) -> str:
    sizes = plain(pair(settings[name], name, 0))
    return str(sizes) if isinstance(sizes, int) else show(sizes)


ROWS: tuple[Block, ...] = (
    Block(
        name="conv2d",
        family="layer",
        doc="Kernels W slid over images of channels × rows × columns (or a batch of them), plus a bias for each.",
        parameters=(CHANNELS, SIZE, STRIDE, PADDING, ACTIVATION, INIT, BIAS),
        aliases=("conv",),
        expand=_conv2d,
        note=_conv2d_note,
        title="convolution",
        source="PyTorch's Conv2d, a cross-correlation; W is out × in × rows × columns (Goodfellow et al. 2016, 9.1)",
    ),
)
"""The rows of this family."""
