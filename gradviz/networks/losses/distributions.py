"""DISTRIBUTIONS: what a model may say about a target, and the cost −ln p(y|x; θ) that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from gradviz.ops.op import PI, Builder, Number, Term

Formula = Callable[..., Any]
"""`(b, y, *parameters) -> Term`, for one target; a parameter may be a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A parameter of a distribution.

    Args:
        name: of the parameter.
        default: what it is where it is not given; None: it must be.
        positive: whether it is above 0.
    """

    name: str
    default: Number | None = None
    positive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A loss that the cost is, up to a factor and something that does not depend on the model.

    Args:
        title: the loss in words.
        loss: `(site, y, *parameters without defaults) -> Term`, for one target, in operations and blocks.
        factor: cost = factor · loss + constant.
        constant: `(b, y) -> Term | Number`.
    """

    title: str
    loss: Formula
    factor: Fraction = Fraction(1)
    constant: Formula = lambda b, y: 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One distribution of a target y, given the parameters that a model puts out.

    Args:
        name: as the language calls it.
        doc: one sentence.
        quantities: its parameters.
        density: p(y | θ) of one target: a density, or a probability.
        cost: −ln of it, in a form that is computed well.
        known: the loss that it is at the parameters' defaults.
        link: what makes a free number into its first parameter.
        target: what y may be: "number", "probability", "classes" or "count".
        source: of the density.
    """

    name: str
    doc: str
    quantities: tuple[Quantity, ...]
    density: Formula
    cost: Formula
    known: Known
    link: str
    target: str
    source: str


def _two_pi(b: Builder, variance: Term | Number) -> Term:
    return 2 * b.constant(PI) if _is_one(variance) else 2 * b.constant(PI) * variance


def _is_one(x: Term | Number) -> bool:
    return isinstance(x, (int, float, Fraction)) and x == 1


def _squared(b: Builder, y: Term, mean: Term, variance: Term | Number) -> Term:
    """(y − μ)²/(2σ²)."""
    return (y - mean) ** 2 / (2 * variance)


def _away(b: Builder, y: Term, mean: Term, scale: Term | Number) -> Term:
    """|y − μ|/b."""
    away: Term = b.abs(y - mean)
    return away if _is_one(scale) else away / scale


def _log(b: Builder, x: Term | Number) -> Any:
    return b.log(b.constant(x) if isinstance(x, (int, float, Fraction)) else x)


def _entropy(b: Builder, y: Term, p: Term) -> Term:
    other = 1 - y
    return -(y * b.log_clamped(p) + other * b.log_clamped(1 - p))


ROWS: tuple[Distribution, ...] = (
    Distribution(
        name="normal",
        doc="The target lies around the mean, with errors of a variance (1 if none is given).",
        quantities=(Quantity(name="mean"), Quantity(name="variance", default=1, positive=True)),
        density=lambda b, y, mean, variance: b.exp(-_squared(b, y, mean, variance)) / b.sqrt(_two_pi(b, variance)),
        cost=lambda b, y, mean, variance: _squared(b, y, mean, variance) + b.log(_two_pi(b, variance)) / 2,
        known=Known(
            title="squared error",
            loss=lambda site, y, mean: site.block("mse", mean, y),
            factor=Fraction(1, 2),
            constant=lambda b, y: b.log(2 * b.constant(PI)) / 2,
        ),
        link="identity",
        target="number",
        source="Deep Learning, eq. 3.21 and section 6.2.2.1",
    ),
    Distribution(
        name="bernoulli",
        doc="The target is 1 with probability p, else 0.",
        quantities=(Quantity(name="p", positive=True),),
        density=lambda b, y, p: p**y * (1 - p) ** (1 - y),
        cost=_entropy,
        known=Known(title="binary cross-entropy", loss=lambda site, y, p: site.block("bce", p, y)),
        link="sigmoid",
        target="probability",
        source="Deep Learning, eq. 3.16 and section 6.2.2.2",
    ),
    Distribution(
        name="categorical",
        doc="The target is class k with probability p_k.",
        quantities=(Quantity(name="p", positive=True),),
        density=lambda b, y, p: b.prod(p**y, axis=-1),
        cost=lambda b, y, p: -b.sum(y * b.log_clamped(p), axis=-1),
        known=Known(title="cross-entropy", loss=lambda site, y, p: site.block("cross_entropy", site.log(p), y)),
        link="softmax",
        target="classes",
        source="Deep Learning, section 6.2.2.3",
    ),
    Distribution(
        name="laplace",
        doc="The target lies around the mean, with a sharp peak and heavy tails of a scale (1 if none is given).",
        quantities=(Quantity(name="mean"), Quantity(name="scale", default=1, positive=True)),
        density=lambda b, y, mean, scale: b.exp(-_away(b, y, mean, scale)) / (2 * scale),
        cost=lambda b, y, mean, scale: _away(b, y, mean, scale) + _log(b, 2 * scale),
        known=Known(
            title="absolute error",
            loss=lambda site, y, mean: site.block("l1", mean, y),
            constant=lambda b, y: b.log(b.constant(2)),
        ),
        link="identity",
        target="number",
        source="Deep Learning, eq. 3.26",
    ),
    Distribution(
        name="poisson",
        doc="The target is a count, with a rate that is its mean.",
        quantities=(Quantity(name="rate", positive=True),),
        density=lambda b, y, rate: rate**y * b.exp(-rate) / b.gamma(y + 1),
        cost=lambda b, y, rate: rate - b.xlogy(y, rate) + b.loggamma(y + 1),
        known=Known(
            title="loss λ − y·ln(λ) of PyTorch's PoissonNLLLoss",
            loss=lambda site, y, rate: rate - site.xlogy(y, rate),
            constant=lambda b, y: b.loggamma(y + 1),
        ),
        link="exp",
        target="count",
        source="torch.nn.PoissonNLLLoss with log_input=False; McCullagh and Nelder, section 6.2",
    ),
)

DISTRIBUTIONS: Mapping[str, Distribution] = MappingProxyType({row.name: row for row in ROWS})
