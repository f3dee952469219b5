"""What one initialiser is, and the rows of the table: INITIALISERS is in `initialisers.py`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gradviz.ops.op import Parameter

Distribution = Literal["constant", "normal", "uniform", "bernoulli"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialiser:
    """One way to make first values.

    Args:
        name: as it is written, `he_normal`.
        aliases: other words for it.
        doc: one sentence.
        distribution: what is drawn: a constant, a normal or uniform distribution around 0, or zeros and ones.
        parameters: the numbers that may stand after the name (`normal 0.01`).
        spread: `(fan_in, fan_out, *numbers)` → the constant's value, the normal's standard deviation, the uniform's
            bound a (it is drawn from −a to a), or the probability of a one.
        formula: the spread as people write it, in Unicode; `latex` the same in LaTeX.
        source: paper and equation.
    """

    name: str
    aliases: tuple[str, ...] = ()
    doc: str
    distribution: Distribution
    parameters: tuple[Parameter, ...] = ()
    spread: Callable[..., float]
    formula: str
    latex: str
    source: str = ""


LECUN = "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, equation 16"
GLOROT = "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
HE = "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, equation 10"


def _constant(name: str, value: float, doc: str) -> Initialiser:
    return Initialiser(
        name=name,
        doc=doc,
        distribution="constant",
        spread=lambda fan_in, fan_out: value,
        formula=f"{value:g}",
        latex=f"{value:g}",
    )


def _number(name: str, default: float, doc: str) -> tuple[Parameter, ...]:
    return (Parameter(name=name, kind="number", default=default, doc=doc),)


ROWS: tuple[Initialiser, ...] = (
    _constant("zeros", 0.0, "All zeros: right for biases; weights that are all equal would stay equal."),
    _constant("ones", 1.0, "All ones: right for gains."),
    Initialiser(
        name="constant",
        doc="One number for all.",
        distribution="constant",
        parameters=_number("value", 0.0, "the number"),
        spread=lambda fan_in, fan_out, value: value,
        formula="value",
        latex=r"\text{value}",
    ),
    Initialiser(
        name="normal",
        aliases=("gaussian",),
        doc="Normal with mean 0 and a standard deviation of your own, whatever the layer's size.",
        distribution="normal",
        parameters=_number("std", 0.01, "the standard deviation"),
        spread=lambda fan_in, fan_out, std: std,
        formula="std",
        latex=r"\sigma",
    ),
    Initialiser(
        name="uniform",
        doc="Uniform between −bound and bound, whatever the layer's size.",
        distribution="uniform",
        parameters=_number("bound", 0.1, "the largest magnitude"),
        spread=lambda fan_in, fan_out, bound: bound,
        formula="bound",
        latex="a",
    ),
    Initialiser(
        name="lecun_normal",
        aliases=("lecun",),
        doc="Keeps the variance of a linear layer's values: each is a sum of fan-in terms.",
        distribution="normal",
        spread=lambda fan_in, fan_out: math.sqrt(1 / fan_in),
        formula="√(1/fan_in)",
        latex=r"\sqrt{\frac{1}{n_{\text{in}}}}",
        source=LECUN,
    ),
    Initialiser(
        name="lecun_uniform",
        doc="LeCun's variance 1/fan_in, drawn uniformly.",
        distribution="uniform",
        spread=lambda fan_in, fan_out: math.sqrt(3 / fan_in),
        formula="√(3/fan_in)",
        latex=r"\sqrt{\frac{3}{n_{\text{in}}}}",
        source=LECUN,
    ),
    Initialiser(
        name="xavier_normal",
        aliases=("glorot_normal",),
        doc="Xavier Glorot's variance 2/(fan_in + fan_out), drawn from a normal distribution.",
        distribution="normal",
        spread=lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
        formula="√(2/(fan_in + fan_out))",
        latex=r"\sqrt{\frac{2}{n_{\text{in}} + n_{\text{out}}}}",
        source=f"{GLOROT}, equation 12",
    ),
    Initialiser(
        name="xavier_uniform",
        aliases=("xavier", "glorot", "glorot_uniform"),
        doc="Keeps the variance of values going forward and of gradients going back, as nearly as both can be.",
        distribution="uniform",
        spread=lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)),
        formula="√(6/(fan_in + fan_out))",
        latex=r"\sqrt{\frac{6}{n_{\text{in}} + n_{\text{out}}}}",
        source=f"{GLOROT}, equation 16",
    ),
    Initialiser(
        name="he_normal",
        aliases=("he", "kaiming", "kaiming_normal"),
        doc="LeCun's variance doubled, because relu sets half of the values to 0.",
        distribution="normal",
        spread=lambda fan_in, fan_out: math.sqrt(2 / fan_in),
        formula="√(2/fan_in)",
        latex=r"\sqrt{\frac{2}{n_{\text{in}}}}",
        source=HE,
    ),
    Initialiser(
        name="he_uniform",
        aliases=("kaiming_uniform",),
        doc="He's variance 2/fan_in, drawn uniformly.",
        distribution="uniform",
        spread=lambda fan_in, fan_out: math.sqrt(6 / fan_in),
        formula="√(6/fan_in)",
        latex=r"\sqrt{\frac{6}{n_{\text{in}}}}",
        source=HE,
    ),
    Initialiser(
        name="bernoulli",
        doc="Ones with a probability, zeros otherwise: the mask of a dropout.",
        distribution="bernoulli",
        parameters=_number("probability", 0.5, "of a one"),
        spread=lambda fan_in, fan_out, probability: probability,
        formula="probability",
        latex="p",
    ),
)
