"""What a network says of new rows, and its loss at other parameters: as in evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.errors import ShapeError, ValueProblem
from gradviz.passes.evaluate import evaluate
from gradviz.training.finding import compared_nodes
from gradviz.training.problem import Problem

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.training.data import Array


def data_inputs(problem: Problem) -> tuple[str, ...]:
    """The inputs that rows of data are bound to, without the target."""
    return tuple(name for name in problem.data.arrays if name != problem.target)


def prediction_of(built: Built, problem: Problem) -> int | None:
    """The node that the loss compares with the target, which may have no name; None where none is found."""
    if problem.prediction in built.graph.names:
        return built.graph.names[problem.prediction]
    return compared_nodes(built.graph, built.output, tuple(problem.data.arrays), problem.parameters)[0]


def predict(problem: Problem, parameters: Mapping[str, Any], arrays: Mapping[str, Array]) -> Array:
    """The prediction for other rows than those that were trained on, as in evaluation.

    The program is built anew for the number of rows; a graph made by hand keeps its own number, and the rows go through
    it in portions of that many.

    Args:
        problem: the network.
        parameters: values of the parameters and buffers, by name.
        arrays: the rows by data input; all of the same number.

    Returns:
        The prediction, whose first axis counts the rows.

    Raises:
        UserError: the rows do not fit the program, or no prediction is found in it.
    """
    rows = _filled(problem, arrays)
    try:
        return _through(problem, parameters, rows)
    except ShapeError:
        count, size = len(next(iter(rows.values()))), problem.data.rows
        portions = [np.minimum(np.arange(at, at + size), count - 1) for at in range(0, count, size)]
        parts = [_through(problem, parameters, {name: row[at] for name, row in rows.items()}) for at in portions]
        return np.concatenate(parts)[:count]


def _filled(problem: Problem, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The rows, and for the target, which plays no part, as many copies of its first row."""
    count = min(len(array) for array in arrays.values())
    return {
        name: arrays[name] if name in arrays else np.repeat(array[:1], count, axis=0)
        for name, array in problem.data.arrays.items()
    }


def _through(problem: Problem, parameters: Mapping[str, Any], rows: Mapping[str, Array]) -> Array:
    built = problem.evaluating(rows)
    place = prediction_of(built, problem)
    if place is None:
        raise ValueProblem("no prediction is found in the program: nothing is compared with a target")
    (found,) = evaluate(built.graph, {**problem.fixed, **parameters, **rows}, [place])
    array = np.asarray(found, dtype=np.float64)
    if not array.ndim or len(array) != len(next(iter(rows.values()))):
        raise ValueProblem("the prediction does not have a row for each row of the data")
    return array


def loss_over_all(problem: Problem, parameters: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], float]:
    """The loss over all rows as a function of some of the parameters; the others stay as they are.

    Example:
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> from gradviz.training.data import Data
        >>> built = build(parse("L = mean((w*x - y)^2); x : 2; y : 2"))
        >>> data = Data({"x": np.array([1.0, 2.0]), "y": np.array([2.0, 4.0])})
        >>> loss = loss_over_all(Problem("", built, data, ("w",), {}, {}), {"w": 1.0})
        >>> loss({"w": 2.0}), loss({})
        (0.0, 2.5)
    """
    from gradviz.passes.compile import compile_graph

    known = {**problem.data.arrays, **problem.fixed, **parameters}
    built = problem.evaluating(problem.data.arrays)
    names = tuple(built.graph.inputs)
    function = compile_graph(built.graph, built.output, names, wrt=())

    def loss(chosen: Mapping[str, Any]) -> float:
        value, _ = function(*(chosen.get(name, known.get(name)) for name in names))
        return float(np.asarray(value).reshape(-1)[0])

    return loss
