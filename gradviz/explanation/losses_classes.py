"""What is said of losses for classes: which term survives, and how softmax and logarithm cancel."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.explanation.loss_case import Case, counted, listed, shown
from gradviz.explanation.narration import short
from gradviz.ops.kernels import log_softmax, sigmoid, softmax
from gradviz.ops.kernels.classes import LEAST, one_hot

CLOSE = 1e-9
"""How exactly a cancellation must hold in this case's numbers before they are shown."""
ONE = 1e-6
"""How exactly a target must sum to 1."""


def cross_entropy(case: Case) -> Iterator[str]:
    """Logits: the cancellation, in the numbers of one sample."""
    z, t = case.names
    yield (
        f"{case.title} with {case.p} = softmax({z}): the gradient by {z} is {case.over(f'{case.p} − {case.y}')}, "
        f"where {case.y} is {'the class as zeros and a single 1' if _index(case) else t}{_smoothing(case)}. "
        "Softmax and logarithm cancel"
    )
    sample = _sample(case, 0)
    if sample is None:
        p, y = case.p, case.y
        yield (
            f"the logarithm sends back g = −{y}/{p}; softmax makes {p} ∘ (g − Σ g {p}) of it, which is "
            f"−{y} + {p} Σ {y}; the entries of {y} sum to 1, so {p} − {y} is left"
        )
        return
    logits, y, where = sample
    y = _smoothed(case, y)
    yield from _step_by_step(case, softmax(logits, -1), y, log_softmax(logits, -1), where)


def _step_by_step(case: Case, p: Any, y: Any, log_p: Any, where: str) -> Iterator[str]:
    """One sample's way back: −y/p, then softmax's Jacobian; said only where it holds in its numbers."""
    left, cost = f"{case.p} − {case.y}", float(-np.sum(y * log_p))
    if abs(float(y.sum()) - 1) > ONE:
        return
    if not bool(np.all(p > 0)):
        yield (
            f"{where}{case.p}{shown(p)}: a probability below the smallest number is 0 here, and its logarithm would be "
            f"−∞. Computed from logits the loss is still exact, {short(cost)}, and so is {left}{shown(p - y)}"
        )
        return
    back = -y / p
    through = p * (back - float(back @ p))
    if not np.allclose(through, p - y, rtol=0, atol=CLOSE):
        return
    yield f"{where}{case.p}{shown(p)} and {case.y}{shown(y)}: {_surviving(case, p, y)}{short(cost)}"
    total = f"Σ g {case.p}"
    yield (
        f"{where}the logarithm sends back g = −{case.y}/{case.p}{shown(back)}; softmax makes {case.p} ∘ (g − {total}) "
        f"of it, and {total} = {short(float(back @ p))}, so what is left is {left}{shown(p - y)}"
    )


def _surviving(case: Case, p: Any, y: Any) -> str:
    """The sum, and that one term alone is not 0."""
    places, whole = np.flatnonzero(y), f"−Σ {case.y} ln {case.p}"
    if len(places) != 1:
        return f"{whole} = "
    return f"only the true class's term survives in {whole} = −ln {short(float(p[places[0]]))} = "


def nll(case: Case) -> Iterator[str]:
    """Log probabilities: one entry of each sample."""
    x = case.names[0]
    each = f"−1/{case.by}" if case.divisor != 1 else "−1"
    yield (
        f"{case.title}: only the true class's entry counts, so each sample sends {each} to that entry of {x}, "
        "and 0 to the others"
    )
    node = case.graph.nodes[case.loss.operands[0]]
    if node.op.name == "log_softmax":
        yield (
            f"{x} is a log_softmax, which turns this into {case.over(f'{case.p} − {case.y}')} for the logits, "
            f"{case.y} being the class as zeros and a single 1: nll of log_softmax is cross_entropy"
        )


def bce(case: Case) -> Iterator[str]:
    """Probabilities; with a sigmoid before it, the cancellation."""
    p, t = case.names
    known = case.values if case.known else None
    if case.made_by(0) == "sigmoid":
        yield (
            f"{case.title}: the logarithms give ({p} − {t})/({p}(1 − {p})), and the sigmoid that {p} comes from "
            f"multiplies by {p}(1 − {p}): the two cancel, and {case.over(f'{p} − {t}')}"
            + ("" if known is None else shown((known[0] - known[1]) / case.divisor))
            + " is left"
        )
    else:
        yield (
            f"{case.title}: {p} gets {case.over(f'−{t}/{p} + (1 − {t})/(1 − {p})')}, which grows without limit "
            "where the model is sure of what is wrong"
        )
    if known is not None:
        cut = ((known[0] <= LEAST) & (known[1] > 0)) | ((1 - known[0] <= LEAST) & (known[1] < 1))
        count = int(np.sum(cut))
        if count:
            yield (
                f"{counted(count, np.size(cut), 'entry')} of {p} {'is' if count == 1 else 'are'} exactly 0 or 1 and "
                "wrong: the logarithm is cut off at −100 there and sends nothing back. bce_with_logits has no such cut"
            )


def bce_with_logits(case: Case) -> Iterator[str]:
    """Logits: the cancellation of sigmoid and logarithm."""
    (z, t), p = case.names, case.p
    yield (
        f"{case.title} with {p} = σ({z}): the logarithms give ({p} − {t})/({p}(1 − {p})), the sigmoid multiplies by "
        f"{p}(1 − {p}); the two cancel, and {case.over(f'{p} − {t}')} is left"
    )
    if case.known:
        found = sigmoid(case.values[0])
        if listed(found):
            back = shown((found - case.values[1]) / case.divisor)
            yield f"{p} = {listed(found)}, so {z} gets {case.over(f'{p} − {t}')}{back}"


def hinge(case: Case) -> Iterator[str]:
    """Margins: what is right by enough sends nothing."""
    t = case.names[1]
    if not _index(case):
        yield (
            f"{case.title}: an entry that is right by the margin sends nothing back; every other one sends "
            f"{_each(t, case)}"
        )
        if case.known:
            short_of = int(np.sum(case.values[0] * case.values[1] < _margin(case)))
            entries = counted(short_of, np.size(case.values[0]), "entry")
            yield f"{entries} fall{'s' * (short_of == 1)} short of the margin"
        return
    each = f"1/{case.by}" if case.divisor != 1 else "1"
    yield (
        f"{case.title}: each wrong class that comes within the margin of the true one gets {each}, and the true class "
        f"gets −{each} for each of them; all others get nothing"
    )
    sample = _sample(case, 0)
    if sample is not None:
        scores, y, where = sample
        margins = (scores - float(scores @ y) + _margin(case)) * (1 - y)
        count = int(np.sum(margins > 0))
        wrong = counted(count, len(scores) - 1, "wrong class")
        comes = "comes" if count == 1 or len(scores) == 2 else "come"
        yield f"{where}the scores are {listed(scores)}, and {wrong} {comes} within the margin"


def _each(t: str, case: Case) -> str:
    return f"−{t}/{case.by}" if case.divisor != 1 else f"−{t}"


def _margin(case: Case) -> float:
    """The constant that scores are compared with."""
    for i in case.loss.nodes:
        node = case.graph.nodes[i]
        if node.op.name == "relu":
            inner = case.graph.nodes[node.operands[0]]
            for operand in inner.operands:
                value = case.graph.nodes[operand].settings.get("value")
                if isinstance(value, (int, float, Fraction)):
                    return float(value)
    return 1.0


def _index(case: Case) -> bool:
    return case.graph.nodes[case.loss.operands[0]].shape != case.graph.nodes[case.loss.operands[1]].shape


def _share(case: Case) -> float:
    """What label smoothing adds to each class; 0 without it."""
    for i in case.loss.nodes:
        node = case.graph.nodes[i]
        if node.op.name == "add" and node.shape:
            share = case.graph.nodes[node.operands[1]].settings.get("value")
            if isinstance(share, (int, float, Fraction)):
                return float(share)
    return 0.0


def _smoothing(case: Case) -> str:
    """That the target is smoothed."""
    share = _share(case)
    return f", smoothed so that every class has {short(share)} of it" if share else ""


def _smoothed(case: Case, y: Any) -> Any:
    """The target as the loss uses it."""
    share = _share(case)
    return (1 - share * len(y)) * y + share


def _sample(case: Case, row: int) -> tuple[Any, Any, str] | None:
    """One sample: its scores, its target as a distribution, and how to speak of it; None without values."""
    if not case.known:
        return None
    scores, target = case.values
    if scores.ndim > 2:
        return None
    if scores.ndim == 2:
        scores, target = scores[row], target[row]
    if not listed(scores):
        return None
    y = one_hot(target, len(scores)) if np.ndim(target) == 0 else target
    where = f"row {row}: " if case.values[0].ndim == 2 and len(case.values[0]) > 1 else ""
    return scores, np.asarray(y, dtype=np.float64), where
