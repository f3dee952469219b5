"""A Hessian times a direction, without the Hessian: at one point, or compiled for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gradviz.api.directions import directions
from gradviz.api.first_values import Mode
from gradviz.api.hessians import prepared
from gradviz.api.inputs import Point, build_source, chosen, values
from gradviz.errors import NameProblem, ValueProblem, nearest

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph
    from gradviz.passes.second_compiled import HessianProduct
    from gradviz.shape import Shape


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


def compile_hvp(
    source: str | Graph,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    shapes: Mapping[str, Shape] | None = None,
    *,
    of: str | None = None,
    mode: Mode = "training",
) -> HessianProduct:
    """`hvp` as a plain function `fn(*values, *direction) -> (H v by the first input, …)`, compiled once for many calls.

    A call takes about two to four gradients, whatever the number of inputs: what iterative methods (Newton and
    conjugate gradients, Lanczos) ask for again and again.

    Args:
        source: an expression or a program, or a graph built by hand.
        wrt: the inputs by which; all that `compile` differentiates by if None.
        at: example values, for the shapes of inputs that the program does not give.
        shapes: or their shapes.
        of: the output's name.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.

    Returns:
        The function: first the point, a value for each of `fn.inputs`, then the direction, one for each of `fn.wrt`;
        the answers are in the order and in the shapes of `fn.wrt`.

    Raises:
        UserError: the text, a name or a shape is wrong, or the output is an array.

    Example:
        >>> product = compile_hvp("f = x^2*y")
        >>> product.inputs, product.wrt
        (('x', 'y'), ('x', 'y'))
        >>> product(3.0, 5.0, 1.0, 0.0)
        (10.0, 6.0)
    """
    from gradviz.passes.second_compiled import compile_product

    built = build_source(source, values(at), of, "expression", shapes, mode)
    by = chosen(wrt) or tuple(filter(built.graph.differentiates, built.inputs))
    for name in by:
        if name not in built.graph.names:
            close = nearest(name, built.graph.names)
            raise NameProblem(f"nothing is named {name!r}", hint=f"did you mean {close!r}?" if close else None)
    return compile_product(built.graph, built.output, tuple(built.inputs), by)
