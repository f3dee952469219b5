"""What signs say about others: x > 1 makes x + 1 positive, and x ≤ −1 impossible."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """Between which numbers something lies; `open_…`: the end itself is not reached. None: no end is known."""

    low: Fraction | None = None
    open_low: bool = False
    high: Fraction | None = None
    open_high: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no such number."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def above(self, end: Fraction, opened: bool) -> Range:
        """That, and above an end."""
        if self.low is None or end > self.low or (end == self.low and opened):
            return Range(end, opened, self.high, self.open_high)
        return self

    def below(self, end: Fraction, opened: bool) -> Range:
        """That, and below an end."""
        if self.high is None or end < self.high or (end == self.high and opened):
            return Range(self.low, self.open_low, end, opened)
        return self

    def word(self, at: Fraction) -> str | None:
        """How its numbers compare with one."""
        if self.low is not None and (self.low > at or (self.low == at and self.open_low)):
            return ">"
        if self.high is not None and (self.high < at or (self.high == at and self.open_high)):
            return "<"
        return ">=" if self.low == at else "<=" if self.high == at else None


def direction(a: Any, ring: Any) -> tuple[Any, Fraction, Fraction]:
    """A polynomial as scale·(d − end): d has no constant term and the leading coefficient 1."""
    zero = (0,) * ring.nvars()
    constant = a[zero]
    rest = a - constant
    scale = rest.leading_coefficient()
    end = -constant / scale
    return rest / scale, Fraction(int(scale.p), int(scale.q)), Fraction(int(end.p), int(end.q))


def narrowed(known: Range, scale: Fraction, end: Fraction, word: str) -> Range:
    """A range, and the sign of scale·(d − end)."""
    if word == "=":
        return known.above(end, False).below(end, False)
    opened = word in "<>"
    return known.above(end, opened) if (word[0] == ">") == (scale > 0) else known.below(end, opened)


FLIPPED = {">": "<", ">=": "<=", "=": "=", "<=": ">=", "<": ">"}
