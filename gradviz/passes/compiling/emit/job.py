"""What is compiled or printed: all that is known before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradviz.passes.backward import Backward
from gradviz.passes.compiling.simplify import Plan
from gradviz.shape import Shape

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Job:
    """All that is known before anything is written.

    Args:
        back: the graph with its gradient.
        inputs: the arguments, by name and position.
        shapes: the arguments' shapes.
        targets: the output, then the gradients.
        plan: what has to be computed for the targets.
        dtype: of arrays.
        wrt: by what name each gradient is taken, in the order of the targets; empty where the targets are no gradients.
    """

    back: Backward
    inputs: Mapping[str, int]
    shapes: tuple[Shape, ...]
    targets: tuple[int, ...]
    plan: Plan
    dtype: np.dtype[Any]
    wrt: tuple[str, ...] = ()

    @property
    def scalar(self) -> bool:
        """Whether all that takes part is a number, the arguments too."""
        plan, nodes = self.plan, self.back.graph.nodes
        touched = {*self.inputs.values(), *plan.shapes, *plan.targets, *(step.id for step in plan.steps)}
        return all(nodes[i].shape == () for i in touched)
