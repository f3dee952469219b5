"""Values of a graph's nodes in float64: numbers as Python floats, arrays as ndarrays."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from gradviz.errors import ValueProblem
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.constants import constant_array
from gradviz.passes.templates import array_function, scalar_function
from gradviz.shape import show


def evaluate(graph: Graph, values: Mapping[str, Any], ids: Iterable[int] | None = None) -> list[Any]:
    """The values of nodes, given those of the inputs.

    Only what the asked nodes need is computed. Where a number leaves a function's domain the value is NaN or infinite,
    without an exception or a warning. Complex values are allowed, for complex-step differentiation.

    Args:
        graph: what to evaluate.
        values: numbers or arrays by input name; the graph's own values stand where there is none.
        ids: the nodes whose values are wanted; all if None.

    Returns:
        One value per node asked for, in order: a float (or complex) for a scalar, else a float64 (or complex128)
        array in the node's shape.

    Raises:
        ValueProblem: an input that is needed has no value, or one of the wrong shape.

    Example:
        >>> g = Graph()
        >>> f = g.input("x") * g.input("y")
        >>> evaluate(g, {"x": 3, "y": -2}, [f.id])
        [-6.0]
    """
    wanted = list(range(len(graph))) if ids is None else list(ids)
    needed = needed_for(graph, wanted)
    given = _given(graph, {**graph.values, **values}, needed)
    found: list[Any] = [None] * len(needed)
    steps = [(i, node) for i, node in enumerate(graph.nodes[: len(needed)]) if needed[i]]
    if all([type(value) is float for value in given.values()]) and not any([node.shape for _, node in steps]):
        _run(graph, steps, given, found)
    else:
        with _quiet():
            _run(graph, steps, given, found)
    return [found[i] for i in wanted]


def _run(graph: Graph, steps: Sequence[tuple[int, Node]], given: Mapping[int, Any], found: list[Any]) -> None:
    for i, node in steps:
        found[i] = given[i] if node.op is INPUT else _value(graph, node, found)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without NumPy's warnings: values outside a function's domain are NaN or infinite, as they should be."""
    import numpy as np

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def is_finite(value: Any) -> bool:
    """Whether a value that `evaluate` gave is a finite number, or an array of finite numbers."""
    if isinstance(value, float):
        return math.isfinite(value)
    import numpy as np

    return bool(np.all(np.isfinite(value)))


def needed_for(graph: Graph, wanted: Sequence[int]) -> bytearray:
    """For each node up to the last one wanted, whether a wanted one depends on it."""
    needed = bytearray(max(wanted, default=-1) + 1)
    for i in wanted:
        needed[i] = 1
    for i in range(len(needed) - 1, -1, -1):
        if needed[i]:
            for operand in graph.nodes[i].operands:
                needed[operand] = 1
    return needed


def _given(graph: Graph, values: Mapping[str, Any], needed: bytearray) -> dict[int, Any]:
    """The inputs' values by position, checked."""
    asked = {name: i for name, i in graph.inputs.items() if i < len(needed) and needed[i]}
    missing = [name for name in asked if values.get(name) is None]
    if missing:
        example = ", ".join(f"{name}=…" for name in missing)
        verb = "has no value" if len(missing) == 1 else "have no values"
        raise ValueProblem(f"{', '.join(missing)} {verb}", hint=f"give values: {example}")
    return {i: checked_value(name, values[name], graph.nodes[i].shape) for name, i in asked.items()}


def checked_value(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    """A value for an input: a float or complex number for a scalar, else an array in its shape.

    Raises:
        ValueProblem: it is not made of numbers, has another shape, or is out of range.
    """
    try:
        if not shape and isinstance(value, (int, float, Fraction)):
            return float(value)
        return _checked_array(name, value, shape)
    except OverflowError as error:
        raise ValueProblem(f"the value of {name} is out of range", hint="numbers go up to about 1.8e308") from error


def _checked_array(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    import numpy as np

    try:
        array = np.asarray(value)
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    except (TypeError, ValueError) as error:
        raise ValueProblem(f"the value of {name} is not a number or an array of numbers") from error
    if array.shape != shape:
        raise ValueProblem(
            f"the value of {name} has the shape {show(array.shape)}, but {name} is {_article(shape)}",
            hint=f"give {'one number' if not shape else 'numbers in the shape ' + show(shape)}",
        )
    return array if shape else array.item()


def _article(shape: tuple[int, ...]) -> str:
    return show(shape) if shape else "a scalar"


def _value(graph: Graph, node: Node, found: list[Any]) -> Any:
    if node.op is CONSTANT:
        value: Any = node.attributes[0][1]
        return constant_array(value, node.shape) if node.shape or isinstance(value, tuple) else float(value)
    operands = [found[operand] for operand in node.operands]
    if node.shape == () and all([isinstance(operand, float) for operand in operands]):
        function = scalar_function(node.op.name, len(operands), node.attributes)
        return _scalar(function, node, operands)
    return _array(node, operands)


def _scalar(function: Callable[..., Any], node: Node, operands: list[Any]) -> Any:
    """By Python's arithmetic; where that raises or leaves the reals, by NumPy's, which gives infinity or NaN."""
    try:
        value = function(*operands)
    except (ArithmeticError, ValueError, TypeError):
        value = None
    if value is None or isinstance(value, complex):
        with _quiet():
            return _array(node, operands)
    return value if type(value) is float else float(value)


def _array(node: Node, operands: list[Any]) -> Any:
    import numpy as np

    function = array_function(node.op.name, len(operands), node.attributes)
    arrays = [np.float64(operand) if isinstance(operand, float) else operand for operand in operands]
    try:
        value = np.asarray(function(*arrays))
    except np.linalg.LinAlgError:
        value = np.full(node.shape, np.nan)
    if value.dtype.kind != "c":
        value = np.asarray(value, dtype=np.float64)
    return value if node.shape else value.reshape(()).item()
