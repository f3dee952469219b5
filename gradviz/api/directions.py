"""Directions as a caller gives them: by name, each in its input's shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gradviz.api.inputs import Point, values
from gradviz.errors import ShapeError, ValueProblem, nearest

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph


def directions(graph: Graph, along: Point, names: Iterable[str]) -> dict[str, Any]:
    """The directions by name: floats for scalars, arrays in their shapes; one number fills an array.

    Args:
        graph: where the names have shapes.
        along: numbers or arrays by name, or the text of them.
        names: what can have a direction.

    Raises:
        ValueProblem: a name has none, or a value is not made of numbers.
        ShapeError: a direction has another shape than what it moves.
    """
    import numpy as np

    from gradviz.graph.given import evaluated
    from gradviz.graph.values import as_value
    from gradviz.shape import show

    known, found = tuple(names), {}
    chosen = values(along)
    if not chosen:
        raise ValueProblem("no direction is given", hint='write along={"x": 1}; inputs that are not named do not move')
    for name, given in chosen.items():
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else f"directions are for {', '.join(known) or 'nothing here'}"
            raise ValueProblem(f"a direction is given for {name!r}, and the output has no such input", hint=hint)
        label = f"the direction of {name}"
        array = np.asarray(as_value(label, evaluated(label, given)), dtype=np.float64)
        shape = graph.nodes[graph.names[name]].shape
        if array.shape not in ((), shape):
            raise ShapeError(
                f"{label} has the shape {show(array.shape)}, but {name} is {show(shape) if shape else 'a scalar'}",
                hint=f"give numbers in the shape {show(shape)}, or one number for all entries"
                if shape
                else "give one number",
            )
        found[name] = np.broadcast_to(array, shape).copy() if shape else float(array)
    return found


def filled(graph: Graph, along: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said of directions that one number was given for, though their input is an array."""
    import numpy as np

    from gradviz.shape import show

    shapes = {name: graph.nodes[graph.names[name]].shape for name in along}
    return tuple(
        f"the direction of {name} ({show(shapes[name])}) is {float(np.asarray(given)):g} in every entry"
        for name, given in along.items()
        if shapes[name] and isinstance(given, (int, float))
    )
