"""Programs of a value and its gradients, in several languages, for people to read and to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from gradviz.api.first_values import Mode
from gradviz.api.inputs import Point, build_source, check_dtype, chosen, values

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.shape import Shape


def code(
    source: str | Graph,
    to: str = "numpy",
    wrt: str | Iterable[str] | None = None,
    of: str | None = None,
    at: Point = None,
    shapes: Mapping[str, Shape] | None = None,
    dtype: DTypeLike = float,
    *,
    mode: Mode = "training",
    name: str = "expression",
) -> str:
    """The value and all gradients as a program that a person can read, learn from and run.

    One operation per line, forward and then backward: intermediates bear the program's names, `d_q` is the gradient by
    `q`, and a comment says which node it is. A program needs nothing but its language's own library: what is more than
    one expression is defined in it.

    Args:
        source: an expression or a program, or a graph built by hand.
        to: the language: numpy, python, torch, jax, latex and others; `gradviz code --help` lists them.
        wrt: the inputs whose gradients are wanted; all if None.
        of: the output's name.
        at: example values, for the shapes of inputs that the program does not give.
        shapes: or their shapes.
        dtype: of arrays: float64 or float32.
        mode: "training" writes networks as they are trained (dropout drops), "evaluation" as they are used.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name or a shape is wrong, or the language has no words for it.

    Example:
        >>> print(code("q = x + y; f = q*z", to="python"))
        def value_and_gradients(x, y, z):
            \"\"\"The value of f, and its gradients by x, y and z.\"\"\"
            # forward
            q = x + y  # add
            f = q * z  # mul
        <BLANKLINE>
            # backward: d_… is the gradient of f by …
            d_q = z    # gradient by q
            d_z = q    # gradient by z
            d_y = d_q  # gradient by y
            d_x = d_q  # gradient by x
        <BLANKLINE>
            return f, (d_x, d_y, d_z)
        <BLANKLINE>
    """
    import numpy as np

    from gradviz.passes.compile import job_for
    from gradviz.passes.compiling.emit.table import language_named

    language = language_named(to)
    check_dtype(dtype)
    built = build_source(source, values(at), of, name, shapes, mode)
    by = chosen(wrt)
    if by is None and not all(map(built.graph.differentiates, built.inputs)):
        by = tuple(filter(built.graph.differentiates, built.inputs))
    return language.write(job_for(_with_named_output(built), built.output, built.inputs, by, np.dtype(dtype)))


def _with_named_output(built: Built) -> Graph:
    """The graph, with the output's name on its node: `f` where the program gives it none."""
    from gradviz.graph.graph import Term
    from gradviz.ops.op import CONSTANT, INPUT

    node = built.graph.nodes[built.output]
    if node.name is not None or node.op in (INPUT, CONSTANT) or built.output_name in built.graph.names:
        return built.graph
    graph = built.graph.copy()
    graph.name(Term(graph, built.output), built.output_name)
    return graph
