"""What the values of a loss's operands must be: class numbers, probabilities, distributions, ±1, counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.networks.losses.classification import class_axis
from gradviz.networks.losses.distributions import DISTRIBUTIONS
from gradviz.shape import Shape

ROUNDING = 1e-6
"""By how much the sum of a distribution may differ from 1."""

Demand = str
"""What values must be: "number" (anything), "classes" (numbers of classes), "distribution", "probability" (of a target,
mostly 0 or 1), "share" (a probability that a model puts out), "signs" (±1), "count", "weights" (the target of kl_div)
or "positive" (a variance, a rate)."""


def demands(kind: str, shapes: Sequence[Shape], distribution: str = "") -> tuple[Demand, ...]:
    """What each operand of a loss must be.

    Args:
        kind: the loss: a block's name.
        shapes: of its operands.
        distribution: of `nll_of`.

    Example:
        >>> demands("cross_entropy", ((4, 3), (4,))), demands("bce", ((4,), (4,)))
        (('number', 'classes'), ('share', 'probability'))
    """
    if kind == "nll_of":
        return _of_distribution(shapes, distribution)
    if kind in ("cross_entropy", "nll", "hinge") and len(shapes) == 2:
        same = shapes[0] == shapes[1]
        return ("number", {"cross_entropy": "distribution", "hinge": "signs"}[kind] if same else "classes")
    if kind == "kl_div":
        return ("number", "weights")
    if kind == "gaussian_nll":
        return ("number", "number", "positive")
    return {"bce": ("share", "probability"), "bce_with_logits": ("number", "probability")}.get(
        kind, ("number",) * len(shapes)
    )


def _of_distribution(shapes: Sequence[Shape], distribution: str) -> tuple[Demand, ...]:
    row = DISTRIBUTIONS.get(distribution)
    if row is None:
        return ("number",) * len(shapes)
    if row.target == "classes":
        return ("distribution" if shapes[0] == shapes[1] else "classes", "distribution")
    first = {"bernoulli": "share", "poisson": "positive"}.get(row.name, "number")
    return (row.target, first, *("positive",) * (len(shapes) - 2))


def check_targets(
    kind: str, values: Sequence[Any], *, names: Sequence[str] = (), distribution: str = "", first: int = 0
) -> None:
    """Refuse values that a loss cannot mean: the error names the row, counted from `first`.

    Args:
        kind: the loss: a block's name.
        values: of its operands (input, target, …), as arrays or numbers.
        names: what the operands are called in messages ("input", "target" if they have no names).
        distribution: of `nll_of`.
        first: the number of the first row, where the values are a part of more.

    Raises:
        ValueProblem: a class number that is not whole or out of range, a probability outside [0, 1], a distribution
            that does not sum to 1, a target of hinge other than ±1, a count that is none, a variance of 0 or below.

    Example:
        >>> check_targets("cross_entropy", ([[1.0, 2.0, 0.5]], [3]))
        Traceback (most recent call last):
            ...
        gradviz.errors.ValueProblem: row 0 of the target is 3, and there are 3 classes
        hint: classes are counted from 0: the last one is 2
    """
    arrays = [np.asarray(value, dtype=np.float64) for value in values]
    shapes = [array.shape for array in arrays]
    usual = _usual(kind, distribution)
    called = [names[i] if i < len(names) and names[i] else usual[i] for i in range(len(arrays))]
    scores = max(shapes, key=len, default=())
    count = scores[class_axis(scores)] if scores else 0
    for name, array, demand in zip(called, arrays, demands(kind, shapes, distribution), strict=False):
        CHECKS[demand](name, array, count, first)


def _usual(kind: str, distribution: str) -> tuple[str, ...]:
    """What operands without a name are called: of `nll_of` what was observed is y, as its call has it."""
    if kind != "nll_of":
        return ("the input", "the target", "the variance")
    row = DISTRIBUTIONS.get(distribution)
    return ("y", *(f"the {quantity.name}" for quantity in row.quantities)) if row else ("y", *["the parameter"] * 2)


def _refuse(name: str, array: Any, wrong: Any, first: int, says: str, hint: str) -> None:
    """An error at the first entry that is wrong."""
    places = np.argwhere(wrong)
    if not len(places):
        return
    place = tuple(int(i) for i in places[0])
    where = name
    if place:
        where = f"row {place[0] + first} of {name}"
    if len(place) > 1:
        where = f"row {place[0] + first}, column {', '.join(map(str, place[1:]))} of {name}"
    raise ValueProblem(f"{where} is {float(array[place]):g}, {says}", hint=hint)


def _classes(name: str, array: Any, count: int, first: int) -> None:
    _refuse(name, array, array != np.floor(array), first, "which is no class number", "classes are numbers 0, 1, 2, …")
    says = f"and there are {count} classes"
    hint = f"classes are counted from 0: the last one is {count - 1}"
    _refuse(name, array, (array < 0) | (array >= count), first, says, hint)


def _probability(name: str, array: Any, count: int, first: int) -> None:
    wrong = ~((array >= 0) & (array <= 1))
    _refuse(name, array, wrong, first, "which is no probability", "probabilities lie between 0 and 1")


def _distribution(name: str, array: Any, count: int, first: int) -> None:
    _probability(name, array, count, first)
    sums = array.sum(axis=class_axis(array.shape)) if array.ndim else array
    for place in np.argwhere(~(np.abs(sums - 1) <= ROUNDING)):
        where = f"row {int(place[0]) + first} of {name} sums" if len(place) else f"the entries of {name} sum"
        total = f"{float(sums[tuple(place)]):.6g}"
        raise ValueProblem(
            f"{where} to {total}, not to 1", hint="a distribution over the classes sums to 1: divide by the sum"
        )


def _signs(name: str, array: Any, count: int, first: int) -> None:
    _refuse(name, array, np.abs(array) != 1, first, "not 1 or −1", "hinge takes targets 1 and −1, or class numbers")


def _count(name: str, array: Any, count: int, first: int) -> None:
    wrong = (array < 0) | (array != np.floor(array))
    _refuse(name, array, wrong, first, "which is no count", "counts are 0, 1, 2, …")


def _positive(name: str, array: Any, count: int, first: int) -> None:
    _refuse(name, array, ~(array >= 0), first, "and must not be negative", "exp or softplus makes a number positive")


def _weights(name: str, array: Any, count: int, first: int) -> None:
    _refuse(name, array, ~(array >= 0), first, "which is no probability", "log probabilities go with log_target=true")


def _number(name: str, array: Any, count: int, first: int) -> None:
    """Anything will do."""


CHECKS: Mapping[Demand, Callable[[str, Any, int, int], None]] = {
    "classes": _classes,
    "probability": _probability,
    "share": _probability,
    "distribution": _distribution,
    "signs": _signs,
    "count": _count,
    "weights": _weights,
    "positive": _positive,
    "number": _number,
}
