"""A Hessian times a direction, without the Hessian."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gradviz.api.directions import directions
from gradviz.api.first_values import Mode
from gradviz.api.hessian import prepared
from gradviz.api.inputs import Point, chosen, values
from gradviz.errors import ValueProblem

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph


def hvp(
    source: str | Graph,
    along: Any,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    of: str | None = None,
    *,
    mode: Mode = "training",
) -> Any:
    """A Hessian times a direction, by one forward sweep over the gradient: no matrix is formed.

    Args:
        source: an expression or a program, or a graph built by hand.
        along: the direction by input name, a mapping or a text, or one array where there is one input. In the input's
            shape, or one number for all of its entries; inputs that are not named do not move.
        wrt: the inputs by which; those named in `along` if None.
        at: a value for every input.
        of: the output's name.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.

    Returns:
        An array (a float for a scalar) where there is one input; else by input name.

    Raises:
        UserError: the text, a name, a shape or a value is wrong, a value is missing, or the output is an array.

    Example:
        >>> hvp("f = x^2*y", along={"x": 1, "y": 0}, at={"x": 3, "y": 5})
        {'x': 10.0, 'y': 6.0}
    """
    import numpy as np

    named = isinstance(along, (Mapping, str))
    by = chosen(wrt) if wrt is not None or not named else tuple(values(along)) or None
    built, subject, operator = prepared(source, by, at, of, mode=mode)
    names = tuple(subject.wanted.values())
    if not named and len(names) != 1:
        raise ValueProblem(
            f"one direction is given for {len(names)} inputs: {', '.join(names)}",
            hint="give it by name, along={…}, or name one input in wrt",
        )
    moved = directions(built.graph, along if named else {names[0]: along}, names)
    given = [moved.get(name, np.zeros(shape)[()]) for name, shape in zip(names, operator.second.shapes, strict=True)]
    found = [np.array(part) if np.ndim(part) else float(part) for part in operator.product(given)]
    return found[0] if len(names) == 1 else dict(zip(names, found, strict=True))
