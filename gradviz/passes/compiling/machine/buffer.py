"""Arrays that a compiled function reads and writes in place, call after call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.passes.compiling.emit.job import Job

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Buffer:
    """Arrays that a compiled function reads and writes in place.

    Args:
        arguments: written by the caller, in the order of the function's inputs.
        results: after `run()`: the value, then the gradients.
        run: computes. In machine code it makes no object.
    """

    arguments: NDArray[np.float64]
    results: NDArray[np.float64]
    run: Callable[[], None]


def plain_buffer(function: Callable[..., Any], job: Job) -> Buffer:
    """A buffer for a function in Python."""
    arguments, results = np.zeros(len(job.inputs)), np.zeros(len(job.targets))

    def run() -> None:
        value, gradients = function(*arguments.tolist())
        results[0] = value
        results[1:] = gradients

    return Buffer(arguments, results, run)
