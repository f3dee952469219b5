"""The pieces of a maxout network over one input: the straight lines that compete, each drawn over all of the axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.data import Series
from gradviz.passes.evaluate import evaluate
from gradviz.training.predicting import prediction_of

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph
    from gradviz.training.data import Array
    from gradviz.training.problem import Problem

SHAPING = ("index", "reshape")
"""What may stand between the largest piece and the prediction: it moves numbers and changes none."""


def piece_series(problem: Problem, parameters: Mapping[str, Any], rows: Mapping[str, Array]) -> tuple[Series, ...]:
    """A thin line for each piece of the maxout unit that is the prediction; none for other networks.

    Args:
        problem: the network, of one input column.
        parameters: values of the parameters, by name.
        rows: the one input, where the lines are evaluated.
    """
    filled = {
        name: rows.get(name, np.repeat(array[:1], len(next(iter(rows.values()))), axis=0))
        for name, array in problem.data.arrays.items()
    }
    built = problem.evaluating(filled)
    pieces = _pieces(built.graph, prediction_of(built, problem))
    if not pieces:
        return ()
    x = tuple(np.ravel(next(iter(rows.values()))).tolist())
    found = evaluate(built.graph, {**problem.fixed, **parameters, **filled}, pieces)
    values = [np.asarray(one, dtype=np.float64).reshape(-1) for one in found]
    if any(len(one) != len(x) for one in values):
        return ()
    return tuple(
        Series("pieces" if not place else "", x, tuple(one.tolist()), "line", "faint")
        for place, one in enumerate(values)
    )


def _pieces(graph: Graph, place: int | None) -> tuple[int, ...]:
    """The nodes that compete in the maxout layer which the prediction is; none where it is another one."""
    while place is not None and graph.nodes[place].op.name in SHAPING:
        place = graph.nodes[place].operands[0]
    if place is None:
        return ()
    node = graph.nodes[place]
    layer = node.group is not None and node.group.kind == "maxout" and node.op.name == "maximum"
    return node.operands if layer else ()
