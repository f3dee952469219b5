"""Normalisation: values moved to mean 0 and variance 1, within a sample or over the batch, then scaled and shifted."""

from __future__ import annotations

from collections.abc import Callable

from gradviz.errors import ShapeError, ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.wording import said
from gradviz.ops.op import Attribute, Parameter, Term
from gradviz.shape import Shape, describe, size

EPSILON = Parameter(name="epsilon", kind="number", default=1e-5, doc="is added to the variance, so that none is zero")
MOMENTUM = Parameter(name="momentum", kind="number", default=0.1, doc="the part of the running statistics that is new")

OVER: dict[int, tuple[int, ...]] = {1: (), 2: (0,), 4: (0, 2, 3)}
"""By the number of axes, those over which batch_norm's statistics go: samples, and the places of an image."""


def _number(setting: Attribute, name: str, fits: Callable[[float], bool], hint: str) -> float:
    if isinstance(setting, bool | str | tuple) or setting is None or not fits(float(setting)):
        raise ValueProblem(f"{name} cannot be {said(setting)}", hint=hint)
    return float(setting)


def _epsilon(setting: Attribute) -> float:
    return _number(setting, "epsilon", lambda n: n >= 0, "it is a small number that is not negative, such as 1e-5")


def _normalised(site: Site, x: Term, mean: Term, var: Term, epsilon: float) -> Term:
    return site.call((x - mean) / site.sqrt(var + epsilon), "normalised")


def _layer_norm(site: Site, x: Term, *, epsilon: Attribute) -> Term:
    if not x.shape or not x.shape[-1]:
        raise ShapeError(
            f"layer_norm needs entries to normalise, not {describe(x.shape)}", hint="give a vector or a batch"
        )
    mean, var = site.mean(x, axis=-1, keepdims=True), site.var(x, axis=-1, keepdims=True)
    made = _normalised(site, x, mean, var, _epsilon(epsilon))
    width = x.shape[-1:]
    return made * site.parameter("gain", width, "ones") + site.parameter("shift", width, "zeros")


def _batch_norm(site: Site, x: Term, *, momentum: Attribute, epsilon: Attribute) -> Term:
    axes = _batch_axes(x.shape)
    features, count = _features(x.shape), size(tuple(x.shape[axis] for axis in axes))
    new = _number(momentum, "momentum", lambda n: 0 <= n <= 1, "it is a number from 0 to 1, such as 0.1")
    running = site.buffer("mean", (features,), "zeros"), site.buffer("var", (features,), "ones")
    mean, var = running
    if site.training:
        mean, var = _of_the_batch(site, x, axes, count)
        site.update(running[0], (1 - new) * running[0] + new * mean)
        site.update(running[1], (1 - new) * running[1] + new * (var * count / (count - 1)))
    wide = (features, 1, 1) if len(x.shape) == 4 else (features,)
    mean, var, gain, shift = (
        _widened(site, term, wide)
        for term in (
            mean,
            var,
            site.parameter("gain", (features,), "ones"),
            site.parameter("shift", (features,), "zeros"),
        )
    )
    return _normalised(site, x, mean, var, _epsilon(epsilon)) * gain + shift


def _widened(site: Site, term: Term, wide: Shape) -> Term:
    return term if term.shape == wide else site.reshape(term, shape=wide)


def _of_the_batch(site: Site, x: Term, axes: tuple[int, ...], count: int) -> tuple[Term, Term]:
    """The mean and the (biased) variance of each feature."""
    if count < 2:
        raise ShapeError(
            f"batch_norm needs at least two values of each feature in training, and {describe(x.shape)} has "
            f"{'one' if count else 'none'}",
            hint="give a batch (rows are samples), or use layer_norm, which needs none",
        )
    return site.call(site.mean(x, axis=axes), "batch_mean"), site.call(site.var(x, axis=axes), "batch_var")


def _batch_axes(shape: Shape) -> tuple[int, ...]:
    axes = OVER.get(len(shape))
    if axes is None:
        raise ShapeError(
            f"batch_norm does not know which axis of {describe(shape)} holds the features",
            hint="give samples × features, or samples × channels × rows × columns",
        )
    return axes


def _features(shape: Shape) -> int:
    return shape[1] if len(shape) == 4 else shape[-1]


def _layer_note(shapes: tuple[Shape, ...], **_: Attribute) -> str:
    return _words(shapes[0][-1]) if shapes[0] else ""


def _batch_note(shapes: tuple[Shape, ...], **_: Attribute) -> str:
    return _words(_features(shapes[0])) if len(shapes[0]) in OVER else ""


def _words(features: int) -> str:
    return f"{features} feature{'s' * (features != 1)}, {2 * features:,} parameters"


ROWS: tuple[Block, ...] = (
    Block(
        name="layer_norm",
        family="layer",
        doc="Each sample (the last axis) moved to mean 0 and variance 1 by itself, then times a gain and plus a shift.",
        parameters=(EPSILON,),
        expand=_layer_norm,
        note=_layer_note,
        title="layer normalisation",
        source="Ba, Kiros & Hinton 2016, Layer normalization, equation 4; PyTorch's LayerNorm",
    ),
    Block(
        name="batch_norm",
        family="layer",
        doc="Each feature (or channel of images) moved to mean 0 and variance 1 over the batch, then times a gain and "
        "plus a shift. In evaluation the running mean and var of training are used.",
        parameters=(MOMENTUM, EPSILON),
        expand=_batch_norm,
        note=_batch_note,
        title="batch normalisation",
        source="Ioffe & Szegedy 2015, Batch normalization, algorithm 1; PyTorch's BatchNorm (running var unbiased)",
    ),
)
"""The rows of this family."""
