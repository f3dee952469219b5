"""Chosen nodes of a graph as one plain function of its inputs, compiled once for many calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.passes.backward import Backward
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.straight.arrays import array_function
from gradviz.passes.compiling.emit.straight.floats import float_function
from gradviz.passes.compiling.simplify import simplify
from gradviz.passes.evaluate import evaluate

LARGEST = 20_000
"""Steps up to which a function is worth compiling; more are evaluated node by node."""

Targets = Callable[..., tuple[Any, ...]]


def target_function(graph: Graph, inputs: Sequence[str], targets: Sequence[int]) -> Targets:
    """A function of the inputs' values, in order, that returns the targets' values.

    Args:
        graph: it is not changed.
        inputs: the names of the arguments; every input that the targets need is among them.
        targets: the nodes.

    Example:
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> target_function(g, ["x", "y"], [(x * y).id, (x + y).id])(3.0, 4.0)
        (12.0, 7.0)
    """
    if not targets:
        return lambda *values: ()
    places = {name: graph.names[name] for name in inputs}
    shapes = tuple(graph.nodes[i].shape for i in places.values())
    made = simplify(graph, list(targets))
    if len(made.steps) > LARGEST:
        return lambda *values: tuple(evaluate(graph, dict(zip(inputs, values, strict=True)), targets))
    whole = Backward(graph, targets[0], targets[0], {}, ())
    job = Job(whole, places, shapes, tuple(targets), made, np.dtype(np.float64))
    function, _ = float_function(job) if job.scalar else array_function(job)

    def flat(*values: Any) -> tuple[Any, ...]:
        first, others = function(*values)
        return (first, *others)

    return flat
