"""OPTIMISERS: how a parameter follows its gradient. A row's lines are computed, explained and listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Option:
    """A number that a person may choose.

    Args:
        name: in the formulas and among the options.
        default: what stands where it is not chosen; None: it depends on the run (`doc` says how).
        least, most: its bounds; `open_least` and `open_most` exclude the bounds themselves.
        doc: what it is.
    """

    name: str
    default: float | None
    least: float = 0.0
    most: float = float("inf")
    doc: str = ""
    open_least: bool = False
    open_most: bool = False

    def allows(self, value: float) -> bool:
        """Whether a number lies within the bounds."""
        above = value > self.least if self.open_least else value >= self.least
        return above and (value < self.most if self.open_most else value <= self.most)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rule, in gradviz's own language.

    Args:
        name: what it makes: a state's name with 1 (`m1`) is that state's next value, `w1` the parameter's.
        expr: `beta1*m + (1 - beta1)*{g}`, where `{g}` is the gradient after clipping and weight decay.
        says: what it is for, in a few words.
        only_with: an option that must not be 0 for the line to be there; "" for none.
        only_without: one that must be 0.
    """

    name: str
    expr: str
    says: str
    only_with: str = ""
    only_without: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimiser:
    """One optimiser.

    Args:
        name: as it is chosen.
        title: as people write it.
        doc: one sentence.
        rate: its usual learning rate.
        options: its numbers.
        states: what it keeps for each entry of a parameter, all 0 at first; each with what it is.
        lines: the rule. It may use `w` (the parameter), `g` (its gradient), `eta` (the rate of this update), `t` (the
            update's number, from 1), `lambda` (the weight decay), the options and the states.
        decay: the usual weight decay.
        decoupled: whether the weight decay acts on the parameter itself and not on the gradient.
        source: the paper, and whose semantics it has.
    """

    name: str
    title: str
    doc: str
    rate: float
    options: tuple[Option, ...] = ()
    states: Mapping[str, str]
    lines: tuple[Line, ...]
    decay: float = 0.0
    decoupled: bool = False
    source: str


def _share(name: str, default: float, doc: str) -> Option:
    return Option(name, default, 0.0, 1.0, doc, open_most=True)


_EPSILON = "keeps the division from one by zero"
_DESCENT = (Line("w1", "w - eta*{g}", "one step against the gradient"),)
_BUFFER = Line("b1", "momentum*b + {g}", "the velocity: old gradients fade, the new one is added")
_ADAM = (
    Line("m1", "beta1*m + (1 - beta1)*{g}", "the running mean of the gradient"),
    Line("v1", "beta2*v + (1 - beta2)*{g}^2", "the running mean of its square"),
    Line("mhat", "m1/(1 - beta1^t)", "the mean, corrected for its start at 0"),
    Line("vhat", "v1/(1 - beta2^t)", "the same for the square"),
)
_ADAM_OPTIONS = (
    _share("beta1", 0.9, "how much of the mean of gradients is kept"),
    _share("beta2", 0.999, "how much of the mean of squares is kept"),
    Option("epsilon", 1e-8, doc=_EPSILON),
)
_ADAM_STATES = {"m": "running mean of the gradient", "v": "running mean of its square"}

ROWS: tuple[Optimiser, ...] = (
    Optimiser(
        name="gd",
        title="gradient descent",
        doc="Steps against the gradient over all rows.",
        rate=1e-3,
        states={},
        lines=_DESCENT,
        source="Cauchy 1847; torch.optim.SGD",
    ),
    Optimiser(
        name="sgd",
        title="stochastic gradient descent",
        doc="Steps against the gradient over a few rows at a time.",
        rate=1e-3,
        states={},
        lines=_DESCENT,
        source="Robbins & Monro 1951, A stochastic approximation method; torch.optim.SGD",
    ),
    Optimiser(
        name="momentum",
        title="momentum",
        doc="Keeps a velocity, so that steps in one direction add up and zigzags cancel.",
        rate=1e-3,
        options=(_share("momentum", 0.9, "how much of the velocity is kept"),),
        states={"b": "velocity"},
        lines=(_BUFFER, Line("w1", "w - eta*b1", "one step along the velocity")),
        source="Polyak 1964, Some methods of speeding up the convergence of iteration methods; torch.optim.SGD",
    ),
    Optimiser(
        name="nesterov",
        title="Nesterov momentum",
        doc="Momentum that looks one step ahead.",
        rate=1e-3,
        options=(_share("momentum", 0.9, "how much of the velocity is kept"),),
        states={"b": "velocity"},
        lines=(
            _BUFFER,
            Line("a", "{g} + momentum*b1", "the gradient, and the velocity of the step ahead"),
            Line("w1", "w - eta*a", "one step along it"),
        ),
        source="Nesterov 1983; in the form of Sutskever et al. 2013; torch.optim.SGD(nesterov=True)",
    ),
    Optimiser(
        name="adagrad",
        title="AdaGrad",
        doc="Divides each entry's step by the root of the sum of its squared gradients.",
        rate=1e-2,
        options=(Option("epsilon", 1e-10, doc=_EPSILON),),
        states={"s": "sum of the squared gradients"},
        lines=(
            Line("s1", "s + {g}^2", "the squared gradients so far"),
            Line("w1", "w - eta*{g}/(sqrt(s1) + epsilon)", "a step that is shorter where gradients were large"),
        ),
        source="Duchi, Hazan & Singer 2011, Adaptive subgradient methods; torch.optim.Adagrad",
    ),
    Optimiser(
        name="rmsprop",
        title="RMSProp",
        doc="Divides each entry's step by the root of the running mean of its squared gradient.",
        rate=1e-2,
        options=(
            _share("alpha", 0.99, "how much of the mean of squares is kept"),
            Option("epsilon", 1e-8, doc=_EPSILON),
            _share("momentum", 0.0, "how much of a velocity is kept; 0: there is none"),
        ),
        states={"v": "running mean of the squared gradient", "b": "velocity"},
        lines=(
            Line("v1", "alpha*v + (1 - alpha)*{g}^2", "the running mean of the squared gradient"),
            Line("r", "{g}/(sqrt(v1) + epsilon)", "the gradient at its usual size"),
            Line("b1", "momentum*b + r", "the velocity", only_with="momentum"),
            Line("w1", "w - eta*b1", "one step along the velocity", only_with="momentum"),
            Line("w1", "w - eta*r", "one step against it", only_without="momentum"),
        ),
        source="Tieleman & Hinton 2012, Neural networks for machine learning, lecture 6e; torch.optim.RMSprop",
    ),
    Optimiser(
        name="adam",
        title="Adam",
        doc="Steps along the mean of the gradient, divided by the root of the mean of its square.",
        rate=1e-3,
        options=_ADAM_OPTIONS,
        states=_ADAM_STATES,
        lines=(*_ADAM, Line("w1", "w - eta*mhat/(sqrt(vhat) + epsilon)", "a step of about the learning rate")),
        source="Kingma & Ba 2015, Adam, algorithm 1; torch.optim.Adam",
    ),
    Optimiser(
        name="adamw",
        title="AdamW",
        doc="Adam, with a weight decay that does not pass through the division.",
        rate=1e-3,
        options=_ADAM_OPTIONS,
        states=_ADAM_STATES,
        lines=(
            *_ADAM,
            Line("u", "w - eta*lambda*w", "the weight decay, on the parameter itself", only_with="lambda"),
            Line("w1", "u - eta*mhat/(sqrt(vhat) + epsilon)", "a step of about the learning rate", only_with="lambda"),
            Line(
                "w1", "w - eta*mhat/(sqrt(vhat) + epsilon)", "a step of about the learning rate", only_without="lambda"
            ),
        ),
        decay=1e-2,
        decoupled=True,
        source="Loshchilov & Hutter 2019, Decoupled weight decay regularization, algorithm 2; torch.optim.AdamW",
    ),
)


OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType({row.name: row for row in ROWS})
"""The rows by name."""
