"""What one mistake in a step of a derivation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradviz.checking.diagnosis.scalar.steps import Here

Rule = Callable[[Here], Any]
Outer = Callable[[Here, Any], Any]


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong way to do one step.

    Args:
        name: of the mistake.
        prior: how likely it is, the most frequent being 1.
        family: mistakes of one family at one place are told together.
        says: the fact, as the rest of a sentence that begins with the place; `{u}`, `{du}`, `{v}`, `{dv}`, `{c}` and
            `{y}` stand for the parts, their derivatives, the constant and the step itself.
        slope: the wrong derivative of the step; None for a right one (of a misread value).
        value: the wrong value of a misread step.
        count: how many mistakes it is.
        score: the log of its likelihood among all.
    """

    name: str
    prior: float
    family: str
    says: str
    slope: Rule
    value: Rule | None = None
    count: int = 1
    score: float = 0.0


def slip(name: str, prior: float, family: str, slope: Rule, says: str) -> Slip:
    """A mistake that leaves the value alone: a row of the tables."""
    return Slip(name, prior, family, says, slope)
