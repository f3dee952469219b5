"""What one benchmark is: the same work done by several peers, whose answers must agree before anything is timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Absent(Exception):
    """A peer cannot take part: it is not installed, or cannot do this case. The message says why."""


@dataclass(frozen=True)
class Ready:
    """A peer that is ready to be timed.

    Args:
        call: what is timed, as `call(*arguments)`; nothing of the frame stands in between.
        arguments: in the containers that serve the peer best.
        answer: from what `call` returned to all numbers that must agree, flat and in the same order for every peer;
            None where there are no numbers (a process that only starts).
    """

    call: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    answer: Callable[[Any], NDArray[np.float64]] | None = None


@dataclass(frozen=True)
class Case:
    """One benchmark.

    Args:
        title: what is done, for people.
        peers: by name, what makes a peer ready: it imports its library, and raises `Absent` where it cannot take part.
            The time to make it ready is reported too.
        reference: the peer that ratios refer to.
        target: what gradviz is to reach, in words, with the ratio to the reference as a number if there is one.
        at_most: gradviz's ratio to the reference that is the target; None: to be faster than the peers in `beats`.
        seconds: how long gradviz's call may take on an idle machine.
        beats: peers that gradviz is to be at least as fast as.
        tolerance: how far answers may be apart, relative to the largest number of the reference's.
        slow: that one call takes long (a whole process, seconds): fewer rounds, one call per round.
    """

    title: str
    peers: Mapping[str, Callable[[], Ready]]
    reference: str
    target: str = ""
    at_most: float | None = None
    beats: tuple[str, ...] = ()
    tolerance: float = 1e-6
    slow: bool = False
    notes: tuple[str, ...] = ()
    seconds: float | None = None


def module(name: str) -> Any:
    """A peer's library.

    Raises:
        Absent: it is not installed.
    """
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec(name.partition(".")[0]) is None:
        raise Absent(f"{name} is not installed")
    return import_module(name)
