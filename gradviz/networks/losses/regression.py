"""Losses for numbers: squares, absolute values, what lies between them, and the Gaussian with a variance."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from gradviz.errors import OptionProblem, ShapeError
from gradviz.networks.block import Block, Site
from gradviz.networks.losses.reducing import REDUCTION, REDUCTIONS, alike, batch, note_of, reduced
from gradviz.networks.wording import said
from gradviz.ops.op import PI, Attribute, Number, Parameter, Term
from gradviz.shape import Shape, describe, show

HALF = Fraction(1, 2)
EPSILON = Fraction(1, 1_000_000)


def setting(value: Attribute, loss: str, name: str, least: int = 0, *, above: bool = False) -> Number:
    """A setting that is a number with a lower limit.

    Raises:
        OptionProblem: it is none, or lies below the limit (or on it, where it must lie `above`).
    """
    number = isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)
    if not number or not (value > least if above else value >= least):  # type: ignore[operator]
        limit = f"above {least}" if above else f"{least} or above"
        raise OptionProblem(f"{name} of {loss} is a number {limit}, not {said(value)}", hint=f"write {name}=1")
    assert isinstance(value, (int, float, Fraction))
    return value


def _mse(site: Site, first: Term, target: Term, **how: Attribute) -> Term:
    samples = batch(alike(site, "mse", first, target))
    return reduced(site, (first - target) ** 2, samples, **how)


def _l1(site: Site, first: Term, target: Term, **how: Attribute) -> Term:
    samples = batch(alike(site, "l1", first, target))
    return reduced(site, site.abs(first - target), samples, **how)


def _smooth_l1(site: Site, first: Term, target: Term, beta: Attribute = 1, **how: Attribute) -> Term:
    b = setting(beta, "smooth_l1", "beta")
    samples = batch(alike(site, "smooth_l1", first, target))
    away = site.abs(first - target)
    if b == 0:
        return reduced(site, away, samples, **how)
    return reduced(site, site.where(away < b, away**2 / (2 * b), away - _half(b)), samples, **how)


def _huber(site: Site, first: Term, target: Term, delta: Attribute = 1, **how: Attribute) -> Term:
    d = setting(delta, "huber", "delta", above=True)
    samples = batch(alike(site, "huber", first, target))
    away = site.abs(first - target)
    straight = away - _half(d)
    terms = site.where(away <= d, away**2 / 2, straight if d == 1 else d * straight)
    return reduced(site, terms, samples, **how)


def _half(x: Number) -> Number:
    return x / 2 if isinstance(x, float) else Fraction(x) / 2


def _gaussian_nll(
    site: Site,
    mean: Term,
    target: Term,
    variance: Term,
    full: Attribute = False,
    epsilon: Attribute = EPSILON,
    reduction: Attribute = "mean",
) -> Term:
    shape = alike(site, "gaussian_nll", mean, target)
    squared = (mean - target) ** 2
    v = floored(site, _variance(site, variance, shape), setting(epsilon, "gaussian_nll", "epsilon"))
    terms = (site.log(v) + squared / v) / 2
    if full:
        terms = terms + site.log(2 * site.constant(PI)) / 2
    return reduced(site, terms, batch(shape), reduction=reduction)


def floored(site: Site, variance: Term, least: Number) -> Term:
    """The variance, lifted to `least`; its gradient goes through as if it were not, as PyTorch has it."""
    return variance if least == 0 else variance + site.stop_gradient(site.relu(least - variance))


def _variance(site: Site, variance: Term, shape: Shape) -> Term:
    """The variance in a shape that broadcasts: one for each entry, for each row, or one for all."""
    if variance.shape in ((), shape, (*shape[:-1], 1)):
        return variance
    if variance.shape == shape[:-1]:
        wide: Term = site.reshape(variance, shape=(*shape[:-1], 1))
        return wide
    raise ShapeError(
        f"the variance of gaussian_nll is {describe(variance.shape)}, the input {describe(shape)}",
        hint=f"give one number, or shape {show(shape)}" + (f" or {show((*shape[:-1], 1))}" if shape else ""),
    )


def _gaussian_note(shapes: tuple[Shape, ...], **settings: Any) -> str:
    return note_of(shapes[:2], **settings)


_row = partial(Block, family="loss", arity=2, note=note_of, alike=True)

ROWS: tuple[Block, ...] = (
    _row(
        name="mse",
        doc="The mean of the squared differences of input and target; batchmean sums over the entries of a sample.",
        parameters=REDUCTIONS,
        expand=_mse,
        title="mean squared error",
        source="torch.nn.MSELoss; Goodfellow, Bengio, Courville: Deep Learning, eq. 5.4",
    ),
    _row(
        name="l1",
        doc="The mean of the absolute differences of input and target: one outlier pulls no harder than any other.",
        parameters=REDUCTIONS,
        expand=_l1,
        title="mean absolute error",
        source="torch.nn.L1Loss",
    ),
    _row(
        name="smooth_l1",
        doc="d²/(2β) where |d| is below β, and |d| − β/2 beyond: huber with δ = β, divided by β.",
        parameters=(
            *REDUCTIONS,
            Parameter(name="beta", kind="number", default=1, doc="where squares end; 0 makes it l1"),
        ),
        expand=_smooth_l1,
        title="smooth L1 loss",
        source="torch.nn.SmoothL1Loss; Girshick: Fast R-CNN (2015), eq. 3",
    ),
    _row(
        name="huber",
        doc="d²/2 where |d| is at most δ, and δ(|d| − δ/2) beyond.",
        parameters=(REDUCTION, Parameter(name="delta", kind="number", default=1, doc="where squares end")),
        expand=_huber,
        title="Huber loss",
        source="torch.nn.HuberLoss; Huber: Robust Estimation of a Location Parameter (1964)",
    ),
    _row(
        name="gaussian_nll",
        arity=3,
        alike=False,
        doc="½ (ln σ² + (μ − y)²/σ²), for a mean μ, a target y and a variance σ² that may be learned.",
        parameters=(
            Parameter(name="full", kind="flag", default=False, doc="whether the constant ½ ln 2π is added"),
            Parameter(name="epsilon", kind="number", default=EPSILON, doc="what the variance is lifted to"),
            REDUCTION,
        ),
        expand=_gaussian_nll,
        note=_gaussian_note,
        title="Gaussian negative log-likelihood",
        source="torch.nn.GaussianNLLLoss; Nix and Weigend (1994)",
    ),
)
