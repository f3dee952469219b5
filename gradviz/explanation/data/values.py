"""What every explanation is made of: formulas as text, arrays as numbers, sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
Nested = float | list["Nested"]
"""A number, or lists of numbers nested as deep as the array has axes."""


@dataclass(frozen=True, slots=True)
class Math:
    """One formula in three notations.

    Args:
        text: ASCII that gradviz reads back, and SymPy too (functions that SymPy lacks are written out).
        unicode: for people and terminals: `x²·σ(u)`.
        latex: for typesetting, without delimiters; a minus after `=` is already `{-}`-safe.
    """

    text: str
    unicode: str
    latex: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What is shown of an array too large to print.

    Args:
        bins: means of up to 64 consecutive stretches.
        histogram: counts in equal classes from `low` to `high`.
        low, high: the range.
        zeros: the share of entries that are exactly zero, 0 to 1.
        finite: the share that is finite.
    """

    bins: tuple[float, ...]
    histogram: tuple[int, ...]
    low: float
    high: float
    zeros: float
    finite: float = 1.0


@dataclass(frozen=True, slots=True)
class Value:
    """A number or an array.

    Args:
        shape: `()` for a number.
        entries: all entries, row by row; one entry for a number.
        summary: present where there are more than 256 entries.
    """

    shape: Shape
    entries: tuple[float, ...]
    summary: Summary | None = None

    @property
    def number(self) -> float:
        """The number itself; for an array its only or first entry."""
        return self.entries[0]

    @property
    def magnitude(self) -> float:
        """The Euclidean norm, which a wire's width shows."""
        largest = max((abs(entry) for entry in self.entries), default=0.0)
        if largest in (0.0, float("inf")) or largest != largest:
            return largest
        return float(largest * sum((entry / largest) ** 2 for entry in self.entries) ** 0.5)

    def nested(self) -> Nested:
        """The entries as nested lists; a plain number for a scalar.

        Example:
            >>> Value((2, 2), (1.0, 2.0, 3.0, 4.0)).nested()
            [[1.0, 2.0], [3.0, 4.0]]
        """
        level: list[Nested] = list(self.entries)
        for axis in range(len(self.shape) - 1, -1, -1):
            size, rows = self.shape[axis], math.prod(self.shape[:axis])
            level = [level[i * size : (i + 1) * size] for i in range(rows)]
        return level[0]


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that belongs to a node or to the whole: a kink, a tie, a note on how the text was read."""

    kind: Literal["kink", "note", "assumption", "warning"]
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The gradient's formula at one entry of a small array input: `∂f/∂W[0,1]`."""

    index: tuple[int, ...]
    formula: Math
