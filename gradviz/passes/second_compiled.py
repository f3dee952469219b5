"""The Hessian-vector product as one plain function of point and direction, compiled once for many calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.passes.compiling.targets import target_function
from gradviz.passes.evaluate import needed_for
from gradviz.passes.second import second_order

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph


class HessianProduct(Protocol):
    """A plain function of the inputs' values and then of a direction, that returns `(H v by the first, …)`.

    Attributes:
        inputs: the names of its first arguments, the point.
        wrt: the names by which the Hessian is taken: of its further arguments, the direction, and of its answers.
    """

    inputs: tuple[str, ...]
    wrt: tuple[str, ...]

    def __call__(self, *point_and_direction: Any) -> tuple[Any, ...]:
        """The Hessian at a point times a direction."""
        ...


def compile_product(graph: Graph, output: int, inputs: Sequence[str], wrt: Sequence[str]) -> HessianProduct:
    """The Hessian of a scalar node times a direction as a function; the Hessian is never formed.

    The gradient's graph is carried forward along the direction (Pearlmutter 1994): what point and direction need of
    each other is computed once, and a call takes one and a half to three times the operations of a gradient; of
    nested sines (f ← sin(x·f)·f) 3.15 times.

    A chain of products takes 11/3 times: for each factor a gradient takes three products (p ← p·x, back r ← r·x, and
    the entry r·p), and the tangent of a product is two more and a sum; so p and r with their tangents take four
    each, and of the entry the tangent alone three. The gradient of the directional derivative (reverse over forward)
    takes as many there and on networks, and was nowhere found to take fewer.

    Args:
        graph: it is not changed.
        output: a scalar, or an array of one entry.
        inputs: the names of the arguments that are the point, in order.
        wrt: the names of the nodes by which.

    Raises:
        ShapeError: the output has several entries.
        ValueProblem: the output needs an input that is not among the arguments.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> product = compile_product(g, (x**2 * y).id, ("x", "y"), ("x", "y"))
        >>> product(3.0, 5.0, 1.0, 0.0)
        (10.0, 6.0)
    """
    second = second_order(graph, output, [graph.names[name] for name in wrt])
    extended = second.tangents.graph
    moves = [extended.nodes[second.tangents.directions[i]].name or "" for i in second.wrt]
    found = list(dict.fromkeys(i for i in second.products if i is not None))
    needed = needed_for(extended, found)
    absent = [
        name for name, i in extended.inputs.items() if i < len(needed) and needed[i] and name not in (*inputs, *moves)
    ]
    if absent:
        raise ValueProblem(f"the output needs {', '.join(absent)}, which is not among the function's arguments")
    arguments = [*inputs, *moves]
    function = target_function(extended, arguments, found)
    places = {i: place for place, i in enumerate(found)}
    zeros = [np.zeros(shape) for shape in second.shapes]

    def spread(*point_and_direction: Any) -> tuple[Any, ...]:
        if len(point_and_direction) != len(arguments):
            raise TypeError(f"{len(arguments)} values are needed, not {len(point_and_direction)}: {arguments}")
        answers = function(*point_and_direction)
        return tuple(
            [
                (zero.copy() if zero.shape else 0.0) if i is None else answers[places[i]]
                for i, zero in zip(second.products, zeros, strict=True)
            ]
        )

    # Where every product is a node of its own, nothing stands between the caller and the compiled code.
    made: Any = function if second.products == tuple(found) else spread
    made.inputs, made.wrt = tuple(inputs), tuple(wrt)
    return cast("HessianProduct", made)
