"""In which memory each array lies: the third stage, for code that writes into arrays which are there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradviz.passes.compiling.schedule import Schedule
from gradviz.shape import Shape


@dataclass(frozen=True, slots=True)
class Buffer:
    """Memory that is there before the first call and is used again in every one.

    Args:
        name: its identifier.
        shape: of the array in it.
        kind: "number" for the function's own type, "truth" for masks.
    """

    name: str
    shape: Shape
    kind: str = "number"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where the values of a schedule lie.

    Args:
        schedule: what is computed.
        buffers: all of them.
        homes: by position in the graph, the buffer in which a step's value lies; none for views and plain numbers.
    """

    schedule: Schedule
    buffers: tuple[Buffer, ...]
    homes: Mapping[int, Buffer]


def allocate(schedule: Schedule, given: Mapping[int, str] | None = None) -> Allocation:
    """Give every array of a schedule a place, and take a place again when what lies there is dead.

    Args:
        schedule: with one operation per statement.
        given: identifiers of arrays of the caller's, by the target that is to be written into each.
    """
    raise NotImplementedError  # the arrays fill this in
