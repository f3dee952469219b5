"""Activations of networks that work entry by entry, and maxout."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from gradviz.ops.cases import cases, greatest, least
from gradviz.ops.maxout import MAXOUT
from gradviz.ops.notation import function
from gradviz.ops.op import PI, Kink, Op, Parameter
from gradviz.ops.row import at, at_kink, one, unary, unchanged, wrong

_row = partial(unary, family="activations")

ANYWHERE = at(0.3, -1.2, [[2.5, 0.8], [-3.0, -0.1]])

PERCENT = Fraction(1, 100)
SLOPE = Parameter(name="slope", kind="number", default=PERCENT, doc="the slope below 0")
ALPHA = Parameter(name="alpha", kind="number", default=1, doc="the depth on the left")

SCALE, DEPTH, LEFT = Fraction("1.0507009873554805"), Fraction("1.6732632423543772"), Fraction("1.7580993408473766")
"""selu's λ, α and λα: mean 0 and variance 1 are a fixed point of a layer. Klambauer et al. 2017, arXiv 1706.02515."""
CUBIC = Fraction("0.044715")
"""The coefficient of gelu's tanh form. Hendrycks and Gimpel 2016, arXiv 1606.08415."""


def _corner(taken: str, allowed: str) -> Kink:
    says = f"There is a corner at 0; of the slopes {allowed} there, {taken} is taken."
    return Kink(locus=lambda b, x, **_: x, taken=taken, allowed=allowed, says=says)


ELU_CORNER = Kink(
    locus=lambda b, x, alpha: b.constant(1) if alpha == 1 else x,
    taken="alpha",
    allowed="between alpha and 1",
    says="Unless alpha is 1 there is a corner at 0; the slope from the left, alpha, is taken.",
)
HARD_CORNERS = Kink(
    locus=lambda b, x: (x + 3) * (x - 3),
    taken="0",
    allowed="[0, 1/6]",
    says="There are corners at −3 and 3; of the slopes between 0 and 1/6, 0 is taken.",
)


def _normal(b: Any, x: Any) -> Any:
    """Φ, the normal distribution function."""
    return (1 + b.erf(x / b.sqrt(b.constant(2)))) / 2


def _density(b: Any, x: Any) -> Any:
    """φ = Φ′, the bell curve."""
    return b.exp(-(x**2) / 2) / b.sqrt(2 * b.constant(PI))


def _root(b: Any) -> Any:
    return b.sqrt(2 / b.constant(PI))


def _bent(b: Any, x: Any) -> Any:
    """The tanh in gelu's tanh form: 2Φ(x) − 1, nearly."""
    return b.tanh(_root(b) * (x + CUBIC * x**3))


def _gelu_tanh(b: Any, y: Any, x: Any) -> Any:
    t = _bent(b, x)
    return (1 + t) / 2 + x * (1 - t**2) / 2 * _root(b) * (1 + 3 * CUBIC * x**2)


def _silu(b: Any, y: Any, x: Any) -> Any:
    s = b.sigmoid(x)
    return s * (1 + x * (1 - s))


def _mish(b: Any, y: Any, x: Any) -> Any:
    t = b.tanh(b.softplus(x))
    return t + x * b.sigmoid(x) * (1 - t**2)


def _mish_without_inner(b: Any, y: Any, x: Any) -> Any:
    t = b.tanh(b.softplus(x))
    return t + x * (1 - t**2)


# fmt: off
ROWS: tuple[Op, ...] = (
    _row("sigmoid", "σ(x) = 1/(1 + e⁻ˣ), which squashes to between 0 and 1. Its slope is at most 1/4.",
         lambda b, y, x: y * (1 - y),
         numpy="k.sigmoid({0})", python="k.scalar_sigmoid({0})", symbol=lambda sp, x: 1 / (1 + sp.exp(-x)),
         notation=function(r"\sigma", unicode="σ"), aliases=("logistic", "expit"),
         values="positive", samples=ANYWHERE, plot_range=(-6.0, 6.0), mistakes=(
             wrong("input for output",  lambda b, y, x: x * (1 - x), "x(1 − x) in place of σ(x)(1 − σ(x))"),
             wrong("1 − σ lost",        unchanged,                   "the factor 1 − σ is missing"),
             wrong("σ lost",            lambda b, y, x: 1 - y,       "the factor σ is missing"),
             wrong("tanh's derivative", lambda b, y, x: 1 - y**2,    "that is tanh's derivative"),
             wrong("sign of σ′",        lambda b, y, x: y * (y - 1), "the sign is wrong"),
         )),

    _row("relu", "max(0, x): lets the positive pass and stops the rest.",
         lambda b, y, x: b.where(x > 0, 1, 0),
         numpy="np.maximum({0}, 0.0)", python="max({0}, 0.0)", symbol=lambda sp, x: greatest(sp, 0, x),
         notation=function(r"\operatorname{ReLU}", unicode="ReLU"), aliases=("ReLU",),
         gate="routes", kinks=(_corner("0", "[0, 1]"),),
         values="nonnegative", samples=ANYWHERE + at_kink(0.0), mistakes=(
             wrong("mask forgotten",           one,                                  "below 0 nothing comes back"),
             wrong("mask on the wrong side",   lambda b, y, x: b.where(x < 0, 1, 0), "let through where x < 0"),
             wrong("multiplied by the output", unchanged,                            "the mask is 1, not x itself"),
         )),

    _row("leaky_relu", "x above 0 and slope·x below, so that no gradient dies.",
         lambda b, y, x, slope: b.where(x > 0, 1, slope),
         parameters=(SLOPE,),
         numpy="k.leaky_relu({0}, {slope})", python="({0} if {0} > 0 else {slope} * {0})",
         symbol=lambda sp, x, slope: cases(sp, x, x > 0, sp.sympify(slope) * x),
         notation=function(r"\operatorname{LReLU}", unicode="LReLU"), kinks=(_corner("slope", "[slope, 1]"),),
         samples=at(0.3, [[2.5, -0.8]], slope=PERCENT) + at(-1.5, slope=2) + at_kink(0.0, slope=PERCENT), mistakes=(
             wrong("relu's derivative", lambda b, y, x, slope: b.where(x > 0, 1, 0),     "below 0 the slope is not 0"),
             wrong("mask forgotten",    one,                                             "below 0 the slope is not 1"),
             wrong("sides swapped",     lambda b, y, x, slope: b.where(x > 0, slope, 1), "the two slopes are swapped"),
         )),

    _row("elu", "x above 0 and α(eˣ − 1) below: smooth for α = 1.",
         lambda b, y, x, alpha: b.where(x > 0, 1, y + alpha),
         parameters=(ALPHA,),
         numpy="k.elu({0}, {alpha})", python="k.scalar_elu({0}, {alpha})",
         symbol=lambda sp, x, alpha: cases(sp, x, x > 0, sp.sympify(alpha) * (sp.exp(x) - 1)),
         notation=function(r"\operatorname{ELU}", unicode="ELU"), kinks=(ELU_CORNER,),
         samples=at(0.3, -1.2, [[2.5, -0.8]], alpha=1) + at(-1.5, 0.5, alpha=2) + at_kink(0.0, alpha=2), mistakes=(
             wrong("relu's derivative", lambda b, y, x, alpha: b.where(x > 0, 1, 0), "below 0 it is α·eˣ, not 0"),
             wrong("α lost",            lambda b, y, x, alpha: b.where(x > 0, 1, y), "below 0 it is y + α, not y"),
         )),

    _row("selu", "elu with the two constants that keep mean 0 and variance 1 through layers.",
         lambda b, y, x: b.where(x > 0, SCALE, y + LEFT),
         numpy=f"{float(SCALE)} * k.elu({{0}}, {float(DEPTH)})",
         python=f"{float(SCALE)} * k.scalar_elu({{0}}, {float(DEPTH)})",
         symbol=lambda sp, x: cases(sp, sp.sympify(SCALE) * x, x > 0, sp.sympify(LEFT) * (sp.exp(x) - 1)),
         notation=function(r"\operatorname{SELU}", unicode="SELU"), kinks=(_corner("1.758", "[1.051, 1.758]"),),
         samples=ANYWHERE + at_kink(0.0), mistakes=(
             wrong("constants lost",    lambda b, y, x: b.where(x > 0, 1, b.exp(x)), "both constants are missing"),
             wrong("relu's derivative", lambda b, y, x: b.where(x > 0, 1, 0),        "that is relu's derivative"),
         )),

    _row("gelu", "x·Φ(x), Φ being the normal distribution function; the exact form.",
         lambda b, y, x: _normal(b, x) + x * _density(b, x),
         numpy="k.gelu({0})", python="0.5 * {0} * math.erfc(-0.7071067811865476 * {0})",
         symbol=lambda sp, x: x * (1 + sp.erf(x / sp.sqrt(2))) / 2,
         notation=function(r"\operatorname{GELU}", unicode="GELU"),
         samples=ANYWHERE, mistakes=(
             wrong("second term lost", lambda b, y, x: _normal(b, x),      "the product rule's x·φ(x) is missing"),
             wrong("first term lost",  lambda b, y, x: x * _density(b, x), "the product rule's Φ(x) is missing"),
         )),

    _row("gelu_tanh", "The approximation of gelu by tanh.",
         _gelu_tanh,
         numpy="k.gelu_tanh({0})", python="k.scalar_gelu_tanh({0})",
         symbol=lambda sp, x: x * (1 + sp.tanh(sp.sqrt(2 / sp.pi) * (x + sp.sympify(CUBIC) * x**3))) / 2,
         notation=function(r"\operatorname{GELU}_{\tanh}", unicode="GELUₜ"),
         samples=ANYWHERE, mistakes=(
             wrong("second term lost", lambda b, y, x: (1 + _bent(b, x)) / 2, "the product rule's x·φ(x) is missing"),
         )),

    _row("softplus", "ln(1 + eˣ), a smooth relu. Its slope is the sigmoid.",
         lambda b, y, x: b.sigmoid(x),
         numpy="k.softplus({0})", python="k.scalar_softplus({0})", symbol=lambda sp, x: sp.log(1 + sp.exp(x)),
         notation=function(r"\operatorname{softplus}"),
         values="positive", samples=ANYWHERE, mistakes=(
             wrong("inner slope lost", lambda b, y, x: b.sigmoid(-x),                     "the factor eˣ is missing"),
             wrong("twice",            lambda b, y, x: b.sigmoid(x) * (1 - b.sigmoid(x)), "differentiated twice"),
         )),

    _row("silu", "x·σ(x), also called swish.",
         _silu,
         numpy="k.silu({0})", python="{0} * k.scalar_sigmoid({0})", symbol=lambda sp, x: x / (1 + sp.exp(-x)),
         notation=function(r"\operatorname{SiLU}", unicode="SiLU"), aliases=("swish", "SiLU"),
         samples=ANYWHERE, plot_range=(-6.0, 4.0), mistakes=(
             wrong("second term lost", lambda b, y, x: b.sigmoid(x),           "the product rule's x·σ′(x) is missing"),
             wrong("first term lost",  lambda b, y, x: y * (1 - b.sigmoid(x)), "the product rule's σ(x) is missing"),
         )),

    _row("mish", "x·tanh(ln(1 + eˣ)).",
         _mish,
         numpy="k.mish({0})", python="{0} * math.tanh(k.scalar_softplus({0}))",
         symbol=lambda sp, x: x * sp.tanh(sp.log(1 + sp.exp(x))),
         notation=function(r"\operatorname{mish}"),
         samples=ANYWHERE, plot_range=(-6.0, 4.0), mistakes=(
             wrong("second term lost", lambda b, y, x: b.tanh(b.softplus(x)), "the product rule's other term is lost"),
             wrong("inner slope lost", _mish_without_inner,                   "softplus's own slope σ(x) is lost"),
         )),

    _row("hard_sigmoid", "(x + 3)/6 kept between 0 and 1: a sigmoid of three straight lines.",
         lambda b, y, x: b.where(b.logical_and(x > -3, x < 3), Fraction(1, 6), 0),
         numpy="np.clip(({0} + 3) / 6, 0.0, 1.0)", python="k.scalar_clip(({0} + 3) / 6, 0.0, 1.0)",
         symbol=lambda sp, x: least(sp, greatest(sp, (x + 3) / 6, 0), 1),
         notation=function(r"\operatorname{hard\sigma}", unicode="hardσ"), kinks=(HARD_CORNERS,),
         samples=at(0.3, -1.2, [[4.5, 0.8], [-3.5, -0.1]]) + at_kink(-3.0, 3.0), plot_range=(-6.0, 6.0), mistakes=(
             wrong("limits ignored", lambda b, y, x: b.constant(Fraction(1, 6)),   "beyond ±3 the slope is 0"),
             wrong("sixth lost",     lambda b, y, x: b.logical_and(x > -3, x < 3), "the factor 1/6 is missing"),
         )),

    MAXOUT,
)
