"""Losses for classes: from logits or log probabilities, with class numbers or distributions as targets."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from gradviz.errors import OptionProblem, ShapeError
from gradviz.networks.block import Block, Site
from gradviz.networks.losses.reducing import REDUCTIONS, alike, batch, note_of, reduced, sample_note
from gradviz.networks.losses.regression import setting
from gradviz.networks.wording import said
from gradviz.ops.op import Attribute, Parameter, Term
from gradviz.ops.table import OPS
from gradviz.shape import Shape, describe

SMOOTHING = Parameter(
    name="label_smoothing", kind="number", default=0, doc="the share of every target that is spread over all classes"
)
LOG_TARGET = Parameter(name="log_target", kind="flag", default=False, doc="whether the target holds log probabilities")
MARGIN = Parameter(name="margin", kind="number", default=1, doc="by how much the right side must win")


def class_axis(shape: Shape) -> int:
    """Where the classes run: along the only axis, or the second one, as in PyTorch."""
    return min(len(shape), 2) - 1


def without_classes(shape: Shape) -> Shape:
    """The shape of one number for each sample.

    Example:
        >>> without_classes((4, 3)), without_classes((3,)), without_classes((4, 3, 7, 7))
        ((4,), (), (4, 7, 7))
    """
    axis = class_axis(shape)
    return (*shape[:axis], *shape[axis + 1 :])


def is_index(loss: str, scores: Shape, target: Shape) -> bool:
    """Whether a target holds class numbers; otherwise it holds a distribution for each sample.

    Raises:
        ShapeError: it fits neither way.
    """
    if not scores:
        raise ShapeError(f"{loss} needs a score for each class, not a scalar", hint="give C numbers, or N×C of them")
    if scores[class_axis(scores)] == 0:
        raise ShapeError(f"{loss} needs at least one class", hint=f"the classes run along axis {class_axis(scores)}")
    if target in (scores, without_classes(scores)):
        return target != scores
    classes = scores[class_axis(scores)]
    index = without_classes(scores)
    hint = f"give {describe(index)} of class numbers, or {describe(scores)} of probabilities"
    if target == (*index, 1):
        hint = f"class numbers stand in {describe(index)}: write reshape(target, [{', '.join(map(str, index))}])"
    raise ShapeError(
        f"the target of {loss} is {describe(target)}, the input {describe(scores)} ({classes} classes)", hint=hint
    )


def one_hot(site: Site, target: Term, scores: Shape) -> Term:
    """Class numbers as distributions in the shape of the scores."""
    axis = class_axis(scores)
    made: Term = site.one_hot(target, classes=scores[axis])
    last = len(scores) - 1
    if axis == last:
        return made
    order = (*range(axis), last, *range(axis, last))
    turned: Term = site.transpose(made, axes=order)
    return turned


def _cross_entropy(site: Site, logits: Term, target: Term, label_smoothing: Attribute = 0, **how: Attribute) -> Term:
    share = setting(label_smoothing, "cross_entropy", "label_smoothing")
    if share > 1:
        raise OptionProblem(
            f"label_smoothing of cross_entropy is at most 1, not {said(share)}", hint="write label_smoothing=0.1"
        )
    axis = class_axis(logits.shape)
    index = is_index("cross_entropy", logits.shape, target.shape)
    _applied_twice(site, logits)
    along = _written(logits.shape)
    log_p = site.log_softmax(logits, axis=along)
    y = one_hot(site, target, logits.shape) if index else target
    if share:
        exact = Fraction(repr(share)) if isinstance(share, float) else Fraction(share)
        y = (1 - exact) * y + exact / logits.shape[axis]
    terms = -site.sum(y * log_p, axis=along)
    return reduced(site, terms, _samples(logits.shape), **how)


def _applied_twice(site: Site, logits: Term) -> None:
    made = site.made_by(logits)
    if made == "softmax":
        site.note(
            "softmax is applied twice: cross_entropy takes logits and applies it itself. Of probabilities it makes an "
            "almost flat distribution, and the gradient is small even where the answer is wrong. Leave softmax out"
        )
    elif made == "log_softmax":
        site.note("cross_entropy applies log_softmax itself; a second one changes nothing. Leave it out, or use nll")
    elif made == "sigmoid":
        site.note("cross_entropy takes logits, and sigmoid leaves numbers between 0 and 1: leave it out")


def _nll(site: Site, log_p: Term, target: Term, **how: Attribute) -> Term:
    if not is_index("nll", log_p.shape, target.shape):
        raise ShapeError(
            f"the target of nll is {describe(target.shape)}, as the input is: it takes class numbers",
            hint=f"give {describe(without_classes(log_p.shape))} of class numbers; distributions go with cross_entropy",
        )
    _no_log(site, log_p)
    # A choice, and no product with zeros: ln 0 = −∞ of a class does no harm where that class is not the true one.
    picked = site.where(one_hot(site, target, log_p.shape), log_p, 0)
    return reduced(site, -site.sum(picked, axis=_written(log_p.shape)), _samples(log_p.shape), **how)


def _no_log(site: Site, log_p: Term) -> None:
    made = site.made_by(log_p)
    if made == "softmax":
        site.note(
            "nll takes log probabilities, and softmax gives probabilities: use log_softmax, "
            "or cross_entropy of the logits"
        )
    elif made in OPS and OPS[made].values:
        site.note(f"nll takes log probabilities, which are never above 0, and {made} gives nothing below 0")


def _kl_div(site: Site, log_q: Term, p: Term, log_target: Attribute = False, **how: Attribute) -> Term:
    samples = batch(alike(site, "kl_div", log_q, p))
    crossed = log_q - p if log_target else log_q * p
    terms = -(site.exp(p) * crossed) if log_target else site.xlogy(p, p) - crossed
    if log_q.shape and how.get("reduction", "mean") == "mean" and how.get("size_average") is how.get("reduce") is None:
        site.note('kl_div with reduction="mean" divides by all entries; the divergence itself is reduction="batchmean"')
    return reduced(site, terms, samples, **how)


def _hinge(site: Site, scores: Term, target: Term, margin: Attribute = 1, **how: Attribute) -> Term:
    least = setting(margin, "hinge", "margin")
    if scores.shape == target.shape:
        return reduced(site, site.relu(least - scores * target), batch(scores.shape), **how)
    is_index("hinge", scores.shape, target.shape)
    axis = _written(scores.shape)
    y = one_hot(site, target, scores.shape)
    right = site.sum(y * scores, axis=axis, keepdims=True)
    terms = site.sum((1 - y) * site.relu(scores - right + least), axis=axis)
    return reduced(site, terms, _samples(scores.shape), **how)


def _written(shape: Shape) -> int:
    """The axis of the classes as a person writes it: the last one is −1."""
    axis = class_axis(shape)
    return -1 if axis == len(shape) - 1 else axis


def _samples(shape: Shape) -> int:
    return shape[0] if len(shape) > 1 else 1


def _hinge_note(shapes: tuple[Shape, ...], **settings: Attribute) -> str:
    return note_of(shapes, **settings) if shapes[0] == shapes[1] else sample_note(shapes, **settings)


_row = partial(Block, family="loss", arity=2)

ROWS: tuple[Block, ...] = (
    _row(
        name="cross_entropy",
        doc="−Σ y ln p with p = softmax(logits): from logits; the target holds class numbers or distributions.",
        parameters=(*REDUCTIONS, SMOOTHING),
        expand=_cross_entropy,
        note=sample_note,
        title="softmax and cross-entropy",
        source="torch.nn.CrossEntropyLoss; Deep Learning, section 6.2.2.3; label smoothing: Szegedy et al. (2016)",
    ),
    _row(
        name="nll",
        doc="The log probability of the true class, with a minus: from log probabilities and class numbers.",
        parameters=REDUCTIONS,
        expand=_nll,
        note=sample_note,
        title="negative log-likelihood",
        source="torch.nn.NLLLoss",
    ),
    _row(
        name="kl_div",
        doc="p (ln p − ln q), for ln q as input and p as target; batchmean is the divergence itself.",
        parameters=(*REDUCTIONS, LOG_TARGET),
        expand=_kl_div,
        note=note_of,
        title="Kullback-Leibler divergence",
        source="torch.nn.KLDivLoss; Deep Learning, eq. 3.50",
    ),
    _row(
        name="hinge",
        doc="max(0, 1 − t s) for targets ±1; for class numbers Σ max(0, s_j − s_y + 1) over the wrong classes j.",
        parameters=(*REDUCTIONS, MARGIN),
        expand=_hinge,
        note=_hinge_note,
        title="hinge loss",
        source="CS231n, lecture 3 (multiclass SVM loss); PyTorch's MultiMarginLoss divides it by the number of classes",
    ),
)
