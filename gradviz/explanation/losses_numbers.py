"""What is said of losses for numbers, and of penalties: the rule with the numbers of the case, and outliers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.explanation.loss_case import Case, counted, shown, twice
from gradviz.explanation.narration import short
from gradviz.ops.op import CONSTANT
from gradviz.shape import size

OUTLIER = 4.0
"""How many times as far off as any other an entry is that is called an outlier."""
FEWEST = 3
"""Entries that there must be for one of them to be an outlier."""


def mse(case: Case) -> Iterator[str]:
    """Squared error: twice the difference."""
    x, t = case.names
    given = shown(2 * (case.values[0] - case.values[1]) / case.divisor) if case.known else ""
    rule = _over(case, f"2({x} − {t})")
    yield f"{case.title}: a square gives back twice what it squares, {_divided(case)}{x} gets {rule}{given}"
    yield from _other_reduction(case)
    if case.known:
        yield from _outlier(case, lambda away: away)


def _divided(case: Case) -> str:
    """What the reduction divides by: `and the mean divides by 6, so `."""
    if case.divisor == 1:
        return "so "
    mean = case.graph.nodes[case.loss.output].op.name == "mean"
    return (
        f"and the mean divides by {case.by}, so " if mean else f"and the sum is divided by the {case.by} samples, so "
    )


def _other_reduction(case: Case) -> Iterator[str]:
    """Where samples have several entries: what dividing by entries and dividing by samples make of each other."""
    shape = case.graph.nodes[case.loss.operands[0]].shape
    samples, whole = (shape[0], size(shape)) if len(shape) > 1 else (1, 1)
    if min(samples, whole // max(samples, 1)) < 2 or case.divisor not in (samples, whole):
        return
    n, d, entries = case.count(samples), case.count(whole // samples), case.count(whole).strip("()")
    if case.divisor == whole:
        yield (
            f'that is PyTorch\'s mean, over all {entries} entries; reduction="batchmean" divides by the {n} samples '
            f"alone, and its loss and gradient are {d} times these"
        )
    else:
        yield (
            f"that is the mean over {n} samples of sums over {d} entries; PyTorch's mean, over all {entries}, "
            f"divides loss and gradient by another {d}"
        )


def l1(case: Case) -> Iterator[str]:
    """Absolute error: the sign alone."""
    x, t = case.names
    given = case.known and shown(np.sign(case.values[0] - case.values[1]) / case.divisor)
    yield (
        f"{case.title}: {x} gets the sign of its error alone, {_over(case, f'sign({x} − {t})')}{given or ''}: "
        "however far off an entry is, it pulls no harder than the others"
    )
    if case.known:
        yield from _outlier(case, np.sign)


def huber(case: Case) -> Iterator[str]:
    """Huber and smooth L1: squares inside, straight lines outside."""
    x, t = case.names
    limit = _limit(case)
    if limit is None:
        yield from l1(case)
        return
    scale = limit if case.loss.group.kind == "huber" else 1.0
    inside = case.over(f"{x} − {t}") if scale == limit else f"({x} − {t})/{_times(short(limit), case)}"
    yield (
        f"{case.title}: inside ±{short(limit)} a square, which gives back {inside}; "
        f"outside a straight line, which gives back ±{_fraction(scale, case)}"
    )
    if case.known:
        away = case.values[0] - case.values[1]
        beyond = int(np.sum(np.abs(away) > limit))
        yield f"{counted(beyond, np.size(away), 'difference')} {x} − {t} lie{'s' * (beyond == 1)} outside"
        yield from _outlier(case, lambda away: np.clip(away, -limit, limit))


def _limit(case: Case) -> float | None:
    """Where a square turns into a line: the constant that the distances are compared with."""
    for i in case.loss.nodes:
        node = case.graph.nodes[i]
        if node.op.name in ("less", "less_equal"):
            value = case.graph.nodes[node.operands[1]]
            found = value.settings.get("value") if value.op is CONSTANT else None
            return float(found) if isinstance(found, (int, float, Fraction)) else None
    return None


def gaussian(case: Case) -> Iterator[str]:
    """A Gaussian with a variance: what pulls at the mean, and what at the variance."""
    mean, target, variance = case.names
    off = f"({mean} − {target})"
    pull = _over(case, f"1/({twice(variance)}) − {off}²/({twice(variance)}²)")
    yield (
        f"{case.title}: {mean} gets {off}/{_times(variance, case)}, a squared error that counts less where the "
        f"variance is large; {variance} gets {pull}, which is 0 where {variance} = {off}²"
    )
    yield from unlimited(case, 0, 1)


def unlimited(case: Case, mean: int, target: int) -> Iterator[str]:
    """What a learned variance, the last of the operands, does where the mean fits the target."""
    if (
        not case.known
        or case.made_by(2) == CONSTANT.name
        or not _shrinking(*(case.values[i] for i in (mean, target, 2)))
    ):
        return
    m, y, v = (case.names[i] for i in (mean, target, 2))
    single = case.values[2].size == 1
    itself = case.title.partition(" = ")[0]
    pushes = f"{m} fits {y} almost exactly, so" if single else f"where {m} fits {y} almost exactly,"
    if any(case.graph.nodes[i].op.name == "stop_gradient" for i in case.loss.nodes):
        yield (
            f"{pushes} the gradient pushes {v} towards 0, and {itself} by itself falls until {v} is at its floor, "
            f"epsilon. A penalty such as λ/{v} ends that sooner"
        )
    else:
        yield (
            f"{pushes} the gradient pushes {v} towards 0; ln {v} has no lower end, so {itself} by itself falls "
            f"without limit. A penalty such as λ/{v}, or a floor under {v}, ends that"
        )


def _shrinking(mean: Any, target: Any, variance: Any) -> bool:
    """Whether the squared errors that share a variance are far below it, for some variance."""
    off = np.asarray((mean - target) ** 2)
    wide = variance[..., np.newaxis] if 0 < variance.ndim < off.ndim and len(off) == len(variance) else variance
    wide = wide.reshape((1,) * (off.ndim - wide.ndim) + wide.shape)
    shared = tuple(axis for axis in range(off.ndim) if wide.shape[axis] == 1)
    return bool(np.any((off.mean(axis=shared, keepdims=True) < wide / 100) & (wide > 0)))


def kl_div(case: Case) -> Iterator[str]:
    """Divergence: the target is the weight."""
    x, t = case.names
    logs = any(case.graph.nodes[i].op.name == "exp" for i in case.loss.nodes)
    p = f"e^{t}" if logs else t
    value = None if not case.known else -(np.exp(case.values[1]) if logs else case.values[1]) / case.divisor
    yield f"{case.title}: {x} holds logarithms, and gets {_over(case, f'−{p}')}{'' if value is None else shown(value)}"


def l1_penalty(case: Case) -> Iterator[str]:
    """The same force on every weight."""
    (w,) = case.names
    value = shown(np.sign(case.values[0])) if case.known else ""
    yield f"{case.title}: every weight is pulled to 0 with the same force, sign({w}){value}"


def l2_penalty(case: Case) -> Iterator[str]:
    """A force that grows with the weight."""
    (w,) = case.names
    value = shown(2 * case.values[0]) if case.known else ""
    yield (
        f"{case.title}: Σ w² pulls every weight to 0 in proportion to it, {twice(w)}{value}; "
        "with the ½ that many books put before it, it would be half of that"
    )


def _over(case: Case, text: str) -> str:
    if case.divisor == 1:
        return text
    bare = text.startswith(("2(", "sign(")) or " " not in text
    return f"{text}/{case.by}" if bare else f"({text})/{case.by}"


def _times(factor: str, case: Case) -> str:
    """A factor below the line beside the divisor: (2·v)."""
    return factor if case.divisor == 1 else f"({case.by}·{factor})"


def _fraction(top: float, case: Case) -> str:
    return short(top) if case.divisor == 1 else f"{short(top)}/{case.by}"


def _outlier(case: Case, pull: Callable[[Any], Any]) -> Iterator[str]:
    """One entry that is much farther off than the others: its share of the gradient, here and under the other losses.

    Args:
        case: the loss.
        pull: what it makes of the differences in its gradient, up to a factor.
    """
    away = np.asarray(case.values[0] - case.values[1], dtype=np.float64)
    far = np.sort(np.abs(away), axis=None)[::-1]
    if far.size < FEWEST or far[0] <= OUTLIER * far[1]:
        return
    top = int(np.argmax(np.abs(away)))
    pulls = {"mse": away, "huber": np.clip(away, -1, 1), "l1": np.sign(away)}
    own, kind = _share(pull(away), top), case.loss.group.kind
    place = ", ".join(str(int(i)) for i in np.unravel_index(top, away.shape))
    x, t = (float(np.broadcast_to(v, away.shape).ravel()[top]) for v in case.values[:2])
    first, second = (name for name in pulls if name != {"smooth_l1": "huber"}.get(kind, kind))
    yield (
        f"entry {place} ({short(x)} against {short(t)}) is an outlier, and makes up {own} of the gradient; "
        f"with {first} it would be {_share(pulls[first], top)}, with {second} {_share(pulls[second], top)}"
    )


def _share(gradient: Any, top: int) -> str:
    """How much of a gradient's size one entry makes up: `95 %`."""
    sizes = np.abs(gradient).ravel()
    return f"{100 * float(sizes[top] / sizes.sum()):.0f} %"
