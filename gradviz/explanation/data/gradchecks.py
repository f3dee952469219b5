"""Gradient code checked against differences of its function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data.checks import VerdictWord
from gradviz.explanation.data.values import Shape

Band = Literal["good", "acceptable with kinks", "doubtful", "wrong"]
"""The lecture's bands of the relative error: below 1e-7, 1e-4, 1e-2, and above (CS231n, neural-networks-3)."""


@dataclass(frozen=True, slots=True)
class GradientEntry:
    """One entry of a gradient beside its numeric estimate.

    Args:
        index: its place; () of a number.
        yours, numeric: what the code says, and what the differences say.
        error: relative, |yours − numeric| / max(|yours|, |numeric|).
        uncertainty: of the numeric estimate, absolute.
        kink: whether the function has a kink so near that the estimate was left out of the verdict.
    """

    index: tuple[int, ...]
    yours: float
    numeric: float
    error: float
    uncertainty: float
    kink: bool = False


@dataclass(frozen=True, slots=True)
class GradientArgument:
    """One argument of the function, and how its gradient fared.

    Args:
        name: as the function calls it.
        shape: of the argument.
        checked: how many entries were compared one by one.
        kinks: how many of those were left out because of a kink.
        error: the largest relative error that counts; 0 where none was compared.
        verdict: of this argument alone.
        worst: the entries with the largest errors, worst first.
        sentence: what is to be said of it alone ("the gradient has the shape 3×2, the argument 2×3"); may be "".
    """

    name: str
    shape: Shape
    checked: int
    kinks: int
    error: float
    verdict: VerdictWord
    worst: tuple[GradientEntry, ...] = ()
    sentence: str = ""

    @property
    def size(self) -> int:
        """How many entries it has."""
        made = 1
        for length in self.shape:
            made *= length
        return made


@dataclass(frozen=True, slots=True)
class GradientDirection:
    """A directional derivative along a random direction: the code's gradient times it, beside the difference."""

    yours: float
    numeric: float
    error: float
    uncertainty: float
    kink: bool = False


@dataclass(frozen=True, slots=True)
class GradcheckReport:
    """What a gradient check found.

    Args:
        function: its name.
        verdict: whether the gradient code is right.
        band: of the largest error that counts.
        sentence: the verdict in one sentence.
        error: the largest relative error that counts.
        method: how the numeric side was found ("complex step", "central differences, extrapolated").
        mode: "full" compares entries, "fast" random directions and a sample of entries.
        arguments: one by one.
        directions: of the fast mode.
        causes: what probably went wrong, the likeliest first, a sentence each.
        notes: what was found out about the function, and what to do about it.
        calls: how often the function was called.
    """

    function: str
    verdict: VerdictWord
    band: Band
    sentence: str
    error: float
    method: str
    mode: Literal["full", "fast"]
    arguments: tuple[GradientArgument, ...]
    directions: tuple[GradientDirection, ...] = ()
    causes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    calls: int = 0
