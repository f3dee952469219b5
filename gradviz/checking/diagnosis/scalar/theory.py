"""An explanation that fits an answer at the sample points: to be confirmed, ranked and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradviz.checking.diagnosis.finding import Finding
from gradviz.graph.folding import Folder


@dataclass(frozen=True, slots=True)
class Mark:
    """One mistake of a theory: the node where it was made, None for the whole; its name, the reading, the stage."""

    place: int | None
    name: str
    reading: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Theory:
    """One explanation.

    Args:
        count, score: for ranking.
        key: what tells it from others: the same mistakes at the same places have the same key.
        sides: two nodes of the builder's graph (which holds the answer) that are equal if the explanation is right.
        tell: says it.
        likely: whether it may explain an answer that does not vary while the derivative does.
        marks: its mistakes, by which theories are recognised that say the same; none where that is not known.
    """

    count: int
    score: float
    key: tuple[object, ...]
    sides: Callable[[Folder], tuple[int, int]]
    tell: Callable[[], Finding]
    likely: bool = True
    marks: tuple[Mark, ...] = ()
