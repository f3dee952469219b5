"""Something else that an answer may be: a derivative that was not asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradviz.checking.diagnosis.scalar.numbers import Values, evaluated
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.graph.graph import Graph

LIKELY = -2.25
"""From which score on something may explain an answer that does not vary while the derivative does."""


@dataclass(frozen=True, slots=True)
class Other:
    """Something else that an answer may be.

    Args:
        name, prior, says: of the mistake.
        values: at the points.
        make: its node, put into a graph that holds the question's.
        node: the node of the forward graph to which it belongs.
    """

    name: str
    prior: float
    says: str
    values: Values
    make: Callable[[Graph], tuple[Graph, int]]
    node: int | None = None


def valued(problem: Problem, graph: Graph, node: int) -> Values:
    """A node of an extended graph at the problem's points."""
    known = dict(problem.known)
    with np.errstate(all="ignore"):
        evaluated(graph, [node], known)
    return np.broadcast_to(known[node], (problem.count,))


def there(node: int) -> Callable[[Graph], tuple[Graph, int]]:
    """A node that is in the question's graph already."""
    return lambda graph: (graph, node)
