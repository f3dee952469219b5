"""What can be done wrongly to a derivative as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

from gradviz.checking.diagnosis.scalar.numbers import Values
from gradviz.checking.diagnosis.scalar.slips import BASE


@dataclass(frozen=True, slots=True)
class Whole:
    """One such mistake.

    Args:
        name, says: of the mistake; `{f}`, `{x}` stand for the output and the variable.
        prior: how likely it is.
        make: the answer from the derivative and the function: `(f′, f)`.
        undo: the derivative from the answer: `(answer, f)`.
    """

    name: str
    prior: float
    says: str
    make: Callable[[Any, Any], Any]
    undo: Callable[[Values, Values], Values]

    @property
    def score(self) -> float:
        """The log of its likelihood."""
        return log(self.prior) - BASE


# fmt: off
WHOLE: tuple[Whole, ...] = (
    Whole("overall sign", 0.6, "The sign of the whole derivative is wrong",
          lambda d, f: -d, lambda a, f: -a),
    Whole("reciprocal", 0.2, "This is 1 over the derivative: d{x}/d{f} in place of d{f}/d{x}",
          lambda d, f: 1 / d, lambda a, f: 1 / a),
    Whole("negative reciprocal", 0.04, "This is −1 over the derivative: the slope of the normal",
          lambda d, f: -1 / d, lambda a, f: -1 / a),
    Whole("divided by f", 0.1, "This is {f}′/{f}, the derivative of ln {f}",
          lambda d, f: d / f, lambda a, f: a * f),
    Whole("times f", 0.08, "The derivative was multiplied by {f} itself at the end",
          lambda d, f: d * f, lambda a, f: a / f),
    Whole("of 1/f", 0.08, "This is the derivative of 1/{f}",
          lambda d, f: -d / f**2, lambda a, f: -a * f**2),
    Whole("doubled", 0.06, "The whole derivative is twice too large",
          lambda d, f: 2 * d, lambda a, f: a / 2),
    Whole("halved", 0.06, "The whole derivative is only half as large as it should be",
          lambda d, f: d / 2, lambda a, f: 2 * a),
)
# fmt: on
