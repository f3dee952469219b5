"""The cost that follows from a distribution: −ln p(y|x; θ)."""

from __future__ import annotations

from typing import Any

from gradviz.errors import OptionProblem, ShapeError, nearest
from gradviz.networks.block import Block, Site
from gradviz.networks.losses.classification import class_axis, is_index, one_hot, without_classes
from gradviz.networks.losses.distributions import DISTRIBUTIONS, Distribution
from gradviz.networks.losses.reducing import REDUCTION, alike, batch, note_of, reduced, sample_note
from gradviz.ops.op import REQUIRED, Attribute, Number, Parameter, Term
from gradviz.shape import Shape, describe, show

NAME = Parameter(name="distribution", kind="text", default=REQUIRED, doc=f"of the target: {', '.join(DISTRIBUTIONS)}")
ALIASES = {"gaussian": "normal", "gauss": "normal", "softmax": "categorical", "multinoulli": "categorical"}


def distribution_of(name: Attribute) -> Distribution:
    """The distribution of that name.

    Raises:
        OptionProblem: there is none.

    Example:
        >>> distribution_of("Gaussian").name
        'normal'
    """
    word = str(name).lower()
    row = DISTRIBUTIONS.get(ALIASES.get(word, word))
    if row is None:
        close = nearest(word, DISTRIBUTIONS)
        known = ", ".join(DISTRIBUTIONS)
        raise OptionProblem(
            f"there is no distribution {name!r}", hint=f"did you mean {close!r}?" if close else f"there are: {known}"
        )
    return row


def _nll_of(
    site: Site, y: Term, *parameters: Term, distribution: Attribute = "normal", reduction: Attribute = "mean"
) -> Term:
    row = distribution_of(distribution)
    theta = _complete(row, parameters)
    if row.target == "classes":
        return _categorical(site, row, y, parameters[0], reduction)
    shape = alike(site, f"nll_of({row.name})", y, parameters[0], ("y", f"the {row.quantities[0].name}"))
    for quantity, value in zip(row.quantities[1:], parameters[1:], strict=False):
        if value.shape not in ((), shape, (*shape[:-1], 1)):
            raise ShapeError(
                f"the {quantity.name} of {row.name} is {describe(value.shape)}, y {describe(shape)}",
                hint=f"give one number, or shape {show(shape)}",
            )
    return reduced(site, row.cost(site, y, *theta), batch(shape), reduction=reduction)


def _complete(row: Distribution, parameters: tuple[Term, ...]) -> tuple[Term | Number, ...]:
    names = [quantity.name for quantity in row.quantities]
    needed = sum(quantity.default is None for quantity in row.quantities)
    if not needed <= len(parameters) <= len(names):
        signature = ", ".join([f'nll_of("{row.name}", y', *names[:needed]]) + ")"
        raise ShapeError(
            f"{row.name} has the parameters {', '.join(names)}, and {len(parameters)} are given",
            hint=f"write {signature}",
        )
    defaults = [quantity.default for quantity in row.quantities[len(parameters) :]]
    return (*parameters, *(value for value in defaults if value is not None))


def _categorical(site: Site, row: Distribution, y: Term, p: Term, reduction: Attribute) -> Term:
    index = is_index("nll_of(categorical)", p.shape, y.shape)
    if class_axis(p.shape) != len(p.shape) - 1:
        raise ShapeError(
            f"the probabilities of categorical are {describe(p.shape)}", hint="give C numbers, or N×C for a batch"
        )
    terms = row.cost(site, one_hot(site, y, p.shape) if index else y, p)
    return reduced(site, terms, batch(without_classes(p.shape)), reduction=reduction)


def _note(shapes: tuple[Shape, ...], *, distribution: Attribute = "", **settings: Any) -> str:
    word = str(distribution).lower()
    word = ALIASES.get(word, word)
    if len(shapes) < 2:
        return word
    over = sample_note((shapes[1],), **settings) if word == "categorical" else note_of(shapes[:2], **settings)
    return f"{word}, {over}" if over else word


ROWS: tuple[Block, ...] = (
    Block(
        name="nll_of",
        family="likelihood",
        doc="−ln p(y|x; θ), the cost that follows from a distribution of the target with parameters from the model.",
        arity=(2, 3),
        parameters=(NAME, REDUCTION),
        call='nll_of("normal", y, μ, …)',
        expand=_nll_of,
        note=_note,
        title="negative log-likelihood",
        source="Deep Learning, section 6.2.1.1: the model's distribution decides the cost",
    ),
)
