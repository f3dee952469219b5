"""What probably went wrong in gradient code, told from its numbers beside the right ones: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradviz.checking.numeric.factors import CLOSE, because, times_of
from gradviz.checking.numeric.function import Array


@dataclass(frozen=True, slots=True)
class Case:
    """One argument whose gradient is wrong.

    Args:
        name: of the argument.
        value: the argument.
        yours, numeric: its gradient by the code and by differences, in its shape; NaN in entries that were not
            compared.
        sizes: the lengths of axes of all arguments and of the output, with where they come from ("rows of X").
        others: the same two gradients of the other arguments.
    """

    name: str
    value: Array
    yours: Array
    numeric: Array
    sizes: Mapping[int, str] = field(default_factory=dict)
    others: Mapping[str, tuple[Array, Array]] = field(default_factory=dict)

    @property
    def both(self) -> tuple[Array, Array]:
        """The entries that were compared."""
        known = np.isfinite(self.numeric) & np.isfinite(self.yours)
        return self.yours[known], self.numeric[known]


@dataclass(frozen=True, slots=True)
class Cause:
    """A suspicion: its name, and the sentence it makes where it holds."""

    name: str
    says: Callable[[Case], str | None]


def near(a: Array, b: Array) -> bool:
    """Whether two arrays are equal but for rounding, measured by the larger entries."""
    if a.shape != b.shape or not a.size:
        return False
    size = float(max(np.max(np.abs(a)), np.max(np.abs(b))))
    return bool(np.all(np.abs(a - b) <= CLOSE * size)) and size > 0


def _zero(case: Case) -> str | None:
    yours, _ = case.both
    return f"{case.name}: the code gives zero everywhere" if yours.size and not np.any(yours) else None


def _sign(case: Case) -> str | None:
    yours, numeric = case.both
    return f"{case.name}: the sign is wrong everywhere" if near(-yours, numeric) else None


def _transposed(case: Case) -> str | None:
    if case.yours.ndim != 2 or case.yours.shape[0] != case.yours.shape[1]:
        return None
    turned = case.yours.T
    known = np.isfinite(case.numeric) & np.isfinite(turned)
    return f"{case.name}: the gradient is transposed" if near(turned[known], case.numeric[known]) else None


def _factor(case: Case) -> str | None:
    yours, numeric = case.both
    top = float(numeric @ yours)
    bottom = float(numeric @ numeric)
    if not yours.size or bottom == 0 or top == 0:
        return None
    ratio = top / bottom  # the code's over the right one
    if abs(ratio - 1) < 10 * CLOSE or not near(yours / ratio, numeric):
        return None
    return f"{case.name}: the code's gradient is {times_of(ratio)} everywhere{because(ratio, case.sizes)}"


def _decay(case: Case) -> str | None:
    known = np.isfinite(case.numeric) & np.isfinite(case.yours)
    difference, value = (case.numeric - case.yours)[known], np.asarray(case.value, dtype=np.float64)[known]
    bottom = float(value @ value)
    if value.size < 2 or bottom == 0:
        return None
    share = float(difference @ value) / bottom
    if not near(share * value, difference) or near(case.yours[known], 0 * value):
        return None
    what = "is missing" if share > 0 else "is too much"
    return (
        f"{case.name}: {abs(share):.4g} × {case.name} {what}: the gradient of a regularisation term (λ‖{case.name}‖²)"
    )


def _swapped(case: Case) -> str | None:
    for other, (yours, numeric) in case.others.items():
        if yours.shape == case.yours.shape and near(case.yours, numeric) and near(yours, case.numeric):
            return f"{case.name}: the gradients by {case.name} and {other} are swapped"
    return None


def _mask(case: Case) -> str | None:
    yours, numeric = case.both
    right = np.abs(yours - numeric) <= CLOSE * max(1e-300, float(np.max(np.abs(numeric), initial=0)))
    wrong = ~right
    if not np.any(wrong) or not np.any(right & (numeric != 0)):
        return None
    if np.all(numeric[wrong] == 0):
        return f"{case.name}: not zero where nothing flows, and right elsewhere: a mask is forgotten (relu, max)"
    if np.all(yours[wrong] == 0):
        return (
            f"{case.name}: right where it is not zero, but zero in {np.sum(wrong)} entries that are not: a term is lost"
        )
    return None


def _order(case: Case) -> str | None:
    yours, numeric = case.both
    if yours.size < 2 or not near(np.sort(yours), np.sort(numeric)):
        return None
    if near(yours[::-1], numeric):
        return f"{case.name}: the entries are right, in reversed order"
    return f"{case.name}: the entries are right, but in other places"


def _places(case: Case) -> str | None:
    """Only one row, one column or the diagonal is wrong, or right."""
    if case.yours.ndim != 2 or not np.all(np.isfinite(case.numeric)):
        return None
    size = float(np.max(np.abs(case.numeric)))
    wrong = np.abs(case.yours - case.numeric) > CLOSE * max(size, 1e-300)
    if not np.any(wrong) or np.all(wrong):
        return None
    rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
    if len(rows) == 1 and wrong.shape[0] > 1:
        return f"{case.name}: only row {rows[0]} is wrong"
    if len(columns) == 1 and wrong.shape[1] > 1:
        return f"{case.name}: only column {columns[0]} is wrong"
    if wrong.shape[0] == wrong.shape[1] and np.array_equal(wrong, np.eye(len(wrong), dtype=bool)):
        return f"{case.name}: only the diagonal is wrong"
    if wrong.shape[0] == wrong.shape[1] and np.array_equal(~wrong, np.eye(len(wrong), dtype=bool)):
        return f"{case.name}: only the diagonal is right"
    return None


def _scaled_axis(case: Case) -> str | None:
    """Each row (or column) is off by a factor of its own."""
    if case.yours.ndim != 2 or min(case.yours.shape) < 2 or not np.all(np.isfinite(case.numeric)):
        return None
    for axis, word in ((1, "row"), (0, "column")):
        bottom = np.sum(case.numeric**2, axis=axis, keepdims=True)
        if not np.all(bottom > 0):
            continue
        ratio = np.sum(case.numeric * case.yours, axis=axis, keepdims=True) / bottom
        if np.all(ratio != 0) and near(case.yours, ratio * case.numeric):
            return (
                f"{case.name}: every {word} is off by a factor of its own: a factor per {word} is missing or too much"
            )
    return None


def _constant(case: Case) -> str | None:
    yours, numeric = case.both
    difference = yours - numeric
    if difference.size < 2 or not near(difference, np.full_like(difference, difference[0])):
        return None
    return f"{case.name}: every entry is {abs(difference[0]):.4g} too {'large' if difference[0] > 0 else 'small'}"


def _label(case: Case) -> str | None:
    """One entry of each row is off by the same: the 1 of the label in the softmax loss's p − y."""
    yours, numeric = case.yours, case.numeric
    if yours.ndim != 2 or min(yours.shape) < 2 or not np.all(np.isfinite(numeric)):
        return None
    difference = yours - numeric
    wrong = np.abs(difference) > CLOSE * float(np.max(np.abs(difference)))
    if not np.all(wrong.sum(axis=1) == 1):
        return None
    off = difference[wrong]
    sums = np.abs(numeric.sum(axis=1)) <= CLOSE * np.max(np.abs(numeric))  # p − y sums to zero
    if not near(off, np.full_like(off, off[0])) or off[0] < 0 or not np.all(sums):
        return None
    shares = np.abs(off[0] - np.array([1.0, 1 / len(yours)])) <= CLOSE
    if not np.any(shares):
        return None
    return f"{case.name}: {off[0]:.4g} too large in one entry of each row: 1 is not subtracted at the label (p − y)"


CAUSES: tuple[Cause, ...] = (
    Cause("zero", _zero),
    Cause("sign", _sign),
    Cause("transposed", _transposed),
    Cause("swapped", _swapped),
    Cause("factor", _factor),
    Cause("regularisation", _decay),
    Cause("label", _label),
    Cause("mask", _mask),
    Cause("order", _order),
    Cause("places", _places),
    Cause("factor per row", _scaled_axis),
    Cause("constant", _constant),
)
"""The suspicions in the order in which they are tried; the first that holds of an argument is told."""


def suspected(case: Case) -> str | None:
    """The first suspicion that holds.

    Example:
        >>> right = np.array([1.0, 2.0, 3.0])
        >>> suspected(Case("w", right, 3 * right, right, {3: "the length of w"}))
        "w: the code's gradient is 3 times too large everywhere: 1/3 is missing (3 is the length of w)"
    """
    for cause in CAUSES:
        told = cause.says(case)
        if told is not None:
            return told
    return None
