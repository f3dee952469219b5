"""What runs a graph at many points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from gradviz.shape import Shape

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Runner:
    """A graph at many points.

    Args:
        run: `(arguments, answers)`: the arguments are single values, or have a first axis that counts the points; so
            have the answers (the value, then the gradients), which are written. There is at least one point.
            Arguments and answers have no memory in common.
        answers: their shapes at one point.
    """

    run: Callable[[Sequence[Array], Sequence[Array]], None]
    answers: tuple[Shape, ...]
