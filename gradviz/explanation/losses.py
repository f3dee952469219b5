"""What is said about the losses in a graph: the rule that sends the gradient back, with the numbers of the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gradviz.explanation import losses_classes as classes
from gradviz.explanation import losses_numbers as numbers
from gradviz.explanation.data import Remark
from gradviz.explanation.likelihoods import likelihood
from gradviz.explanation.loss_case import Case, case_of
from gradviz.explanation.narration import short
from gradviz.explanation.subject import Subject
from gradviz.explanation.wording import TROUBLE
from gradviz.graph.losses import Loss, losses_of

MOST = 4
"""Losses of one graph that are told of."""

TELLERS: Mapping[str, Callable[[Case], Iterator[str]]] = {
    "mse": numbers.mse,
    "l1": numbers.l1,
    "smooth_l1": numbers.huber,
    "huber": numbers.huber,
    "gaussian_nll": numbers.gaussian,
    "kl_div": numbers.kl_div,
    "l1_penalty": numbers.l1_penalty,
    "l2": numbers.l2_penalty,
    "cross_entropy": classes.cross_entropy,
    "nll": classes.nll,
    "bce": classes.bce,
    "bce_with_logits": classes.bce_with_logits,
    "hinge": classes.hinge,
    "nll_of": likelihood,
}
"""By block, the sentences on it."""


def loss_remarks(subject: Subject) -> tuple[Remark, ...]:
    """Remarks on the losses, penalties and likelihoods that the output depends on."""
    found = [loss for loss in losses_of(subject.graph) if loss.output in subject.names or loss.output == subject.output]
    return tuple(remark for loss in found[:MOST] if loss.operands for remark in _remarks(subject, loss))


def _remarks(subject: Subject, loss: Loss) -> tuple[Remark, ...]:
    """What is told of one loss; a failure costs that alone, and is told."""
    try:
        return tuple(Remark("note", text) for text in _told(subject, loss))
    except TROUBLE as trouble:
        text = f"no more is said of the loss {loss.group.name}: that failed ({type(trouble).__name__})"
        return (Remark("warning", f"{text}; this is a bug in gradviz, please report it"),)


def _told(subject: Subject, loss: Loss) -> Iterator[str]:
    """The sentences on one loss; the first says what comes back into it, where that is not 1."""
    case = case_of(subject, loss)
    factor = subject.scalar(subject.backward.gradients.get(loss.output))
    for place, text in enumerate(TELLERS[loss.group.kind](case)):
        comes = (
            ""
            if factor is None or factor == 1.0
            else f" {short(factor)} comes back into it, and multiplies all of this"
        )
        yield f"{text.rstrip(':.')}.{comes}" if comes and not place else text
