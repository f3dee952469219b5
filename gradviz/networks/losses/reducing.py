"""What all losses share: their reductions, PyTorch's deprecated arguments, and which shapes fit together."""

from __future__ import annotations

from typing import Any

from gradviz.errors import OptionProblem, ShapeError, nearest
from gradviz.networks.block import Site
from gradviz.ops.op import Attribute, Parameter, Term
from gradviz.shape import Shape, describe, show, size

REDUCTION = Parameter(
    name="reduction",
    kind="text",
    default="mean",
    doc="mean (over all terms), sum, none, or batchmean (the sum divided by the number of samples)",
)
SIZE_AVERAGE = Parameter(
    name="size_average", kind="flag", default=None, doc="deprecated in PyTorch: false means a sum and no mean"
)
REDUCE = Parameter(
    name="reduce", kind="flag", default=None, doc="deprecated in PyTorch: false means no reduction at all"
)
REDUCTIONS: tuple[Parameter, ...] = (SIZE_AVERAGE, REDUCE, REDUCTION)
"""The settings that every loss has, in PyTorch's order."""

WORDS = ("none", "mean", "sum", "batchmean")


def word_of(reduction: Attribute, size_average: Attribute = None, reduce: Attribute = None) -> str:
    """The reduction that is meant; the deprecated arguments overrule it, as in `torch.nn._reduction`.

    Raises:
        OptionProblem: there is no such reduction.

    Example:
        >>> word_of("mean", size_average=False), word_of("sum", reduce=False), word_of("sum")
        ('sum', 'none', 'sum')
    """
    if size_average is not None or reduce is not None:
        if reduce is not None and not reduce:
            return "none"
        return "mean" if size_average is None or size_average else "sum"
    word = "none" if reduction is None else reduction
    if word not in WORDS:
        close = nearest(str(word), WORDS)
        raise OptionProblem(
            f"there is no reduction {word!r}",
            hint=f"did you mean {close!r}?" if close else 'write reduction="mean", "sum", "none" or "batchmean"',
        )
    return str(word)


def reduced(
    site: Site,
    terms: Term,
    samples: int,
    *,
    reduction: Attribute = "mean",
    size_average: Attribute = None,
    reduce: Attribute = None,
) -> Term:
    """The terms of a loss as its value.

    Args:
        site: where it is built.
        terms: one number for each entry, or for each sample.
        samples: how many samples there are: what `batchmean` divides by.
        reduction: a word, as in PyTorch.
        size_average: PyTorch's deprecated flag, None if it is not given.
        reduce: the other one.

    Raises:
        OptionProblem: there is no such reduction.
        ShapeError: there is nothing to take the mean of.
    """
    word = word_of(reduction, size_average, reduce)
    _explain_deprecated(site, word, size_average, reduce)
    if word == "none" or not terms.shape:
        return terms
    if word == "sum":
        return site.sum(terms)
    if samples == 0 or size(terms.shape) == 0:
        raise ShapeError(f"there is nothing to take the mean of in {describe(terms.shape)}", hint="give some samples")
    if word == "mean":
        return site.mean(terms)
    return site.sum(terms) / samples if samples != 1 else site.sum(terms)


def _explain_deprecated(site: Site, word: str, size_average: Attribute, reduce: Attribute) -> None:
    given = [("size_average", size_average), ("reduce", reduce)]
    said = [f"{name}={str(bool(value)).lower()}" for name, value in given if value is not None]
    if said:
        names = " and ".join(said)
        verb, overrules = ("is", "overrules") if len(said) == 1 else ("are", "overrule")
        site.note(f'{names} {verb} PyTorch\'s old way to say reduction="{word}", and {overrules} what reduction says')


def batch(shape: Shape) -> int:
    """How many samples there are: the first axis; a scalar is one.

    Example:
        >>> batch((5, 3)), batch(())
        (5, 1)
    """
    return shape[0] if shape else 1


def alike(
    site: Site, loss: str, first: Term, target: Term, called: tuple[str, str] = ("the input", "the target")
) -> Shape:
    """The shape of two operands that are compared entry by entry; one of them may be a single number.

    PyTorch warns and broadcasts; a column against a vector then gives an N×N table and a wrong loss without an error.

    Raises:
        ShapeError: the shapes differ.
    """
    if first.shape == target.shape:
        return first.shape
    if () in (first.shape, target.shape):
        many = first.shape or target.shape
        site.note(f"{loss} compares one number with each of the {size(many)} entries of the other operand")
        return many
    raise ShapeError(
        f"{loss} compares entry by entry: {called[0]} is {describe(first.shape)}, {called[1]} {describe(target.shape)}",
        hint=_same_entries(first.shape, target.shape, called[1].removeprefix("the ")),
    )


def _same_entries(first: Shape, target: Shape, word: str) -> str:
    if [n for n in first if n != 1] == [n for n in target if n != 1]:
        hint = f"both hold the same entries: write reshape({word}, {show_list(first)})"
        return f"{hint}; broadcasting would compare each with every other"
    return f"give a {word} of shape {show(first)}"


def show_list(shape: Shape) -> str:
    """A shape as the language writes it.

    Example:
        >>> show_list((5, 1))
        '[5, 1]'
    """
    return f"[{', '.join(map(str, shape))}]"


def note_of(shapes: tuple[Shape, ...], **settings: Any) -> str:
    """A loss in a few words: its reduction.

    Example:
        >>> note_of(((3, 5), (3, 5)), reduction="mean"), note_of(((3, 5), (3, 5)), reduction="batchmean")
        ('mean of 15', 'sum over 3 samples, divided by 3')
    """
    try:
        word = word_of(settings.get("reduction"), settings.get("size_average"), settings.get("reduce"))
    except OptionProblem:
        return ""
    shape = max(shapes, key=len, default=())
    count = size(shape)
    if not shape or word == "none":
        return ""
    samples = f"{batch(shape)} samples, divided by {batch(shape)}"
    return {"mean": f"mean of {count}", "sum": f"sum of {count}", "batchmean": f"sum over {samples}"}[word]


def sample_note(shapes: tuple[Shape, ...], **settings: Any) -> str:
    """The same for a loss with one term for each sample, its classes along the second axis.

    Example:
        >>> sample_note(((4, 3), (4,)), reduction="mean")
        'mean over 4 samples'
    """
    try:
        word = word_of(settings.get("reduction"), settings.get("size_average"), settings.get("reduce"))
    except OptionProblem:
        return ""
    shape = shapes[0]
    if len(shape) < 2 or word == "none":
        return ""
    count = size((shape[0], *shape[2:]))
    said = "sum" if word == "sum" else "mean"
    return f"{said} over {count} samples"
