"""The question: which derivative is asked for, as a node of the graph that our own differentiation makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Literal

import numpy as np

from gradviz.checking.reading.exact import exact
from gradviz.errors import LimitError, NameProblem, OptionProblem, nearest
from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import name_math, partial_math
from gradviz.graph.build import Built
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import Backward, differentiate
from gradviz.shape import Shape
from gradviz.syntax.names import RAISED
from gradviz.syntax.tree import Expr

Kind = Literal["derivative", "gradient", "Jacobian", "Hessian"]
MAX_ORDER, MAX_ENTRIES = 6, 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """One derivative that is asked for.

    Args:
        built: the program. Its nodes keep their positions in `graph`.
        wrt: the inputs by which, one after the other ("x", "x" for the second derivative by x).
        kind: "derivative" of a number by a number, "gradient" of a number by an array, "Jacobian" of an array (its axes
            are the output's, then the input's), "Hessian" of a number (the gradient's axes, then the input's).
        graph: the program's graph, then the derivations.
        target: the derivative asked for.
        passes: the derivations in order: the first one differentiates the output, the next one the result.
        symbol: what is asked for as mathematics (`∂f/∂x`).
        zero: of an implicit problem, the node that is zero on the curve.
        slopes: of an implicit problem, the nodes of dy/dx, d²y/dx², … up to the one asked for.
        of: of an implicit problem, the variable that depends on the other.
        pulled: whether an upstream gradient was given.
        point: values of inputs as they were written, where they are expressions (`pi/4`).
    """

    built: Built
    wrt: tuple[str, ...]
    kind: Kind
    graph: Graph
    target: int
    passes: tuple[Backward, ...]
    symbol: Math
    zero: int | None = None
    slopes: tuple[int, ...] = ()
    of: str = ""
    pulled: bool = False
    point: Mapping[str, Expr] = field(default_factory=dict)

    @property
    def order(self) -> int:
        """How often is differentiated."""
        return len(self.wrt)

    @property
    def shape(self) -> Shape:
        """The shape of the derivative asked for."""
        return self.graph.nodes[self.target].shape


def question(built: Built, wrt: str | Sequence[str], order: int = 1, upstream: Any | None = None) -> Question:
    """The derivative of a program's output.

    Args:
        built: the program.
        wrt: an input, or as many as `order` says.
        order: how often by the same input.
        upstream: what comes back into an array output: the gradient is asked for then, and not the Jacobian.

    Raises:
        NameProblem: there is no such input.
        OptionProblem: the order is out of range.
        LimitError: the Jacobian or Hessian has too many entries.
    """
    names = (wrt,) * order if isinstance(wrt, str) else tuple(wrt)
    if not 1 <= order <= MAX_ORDER or not names:
        raise OptionProblem(f"the order is a whole number from 1 to {MAX_ORDER}, not {order}", hint="write order=2")
    for name in names:
        _check_input(built, name)
    graph, node = built.graph.copy(), built.output
    passes: list[Backward] = []
    shape = graph.nodes[node].shape
    for name in names:
        seed = upstream if not passes else None
        made, node = _derived(graph, node, built.graph.names[name], seed)
        passes.append(made)
        graph = made.graph
    return Question(
        built,
        names,
        _kind(shape, built, names, upstream is not None),
        graph,
        node,
        tuple(passes),
        _symbol(built, names),
        pulled=upstream is not None,
    )


def _check_input(built: Built, name: str) -> None:
    if name in built.inputs:
        return
    close = nearest(name, built.inputs)
    listed = f"the inputs are {', '.join(built.inputs)}" if built.inputs else "it has no inputs"
    raise NameProblem(f"there is no input {name!r}", hint=f"did you mean {close!r}?" if close else listed)


def _kind(shape: Shape, built: Built, names: Sequence[str], pulled: bool) -> Kind:
    inner = built.graph.nodes[built.graph.names[names[0]]].shape
    if shape and not pulled:
        return "Jacobian"
    if len(names) > 1 and inner:
        return "Hessian"
    return "gradient" if inner else "derivative"


def _derived(graph: Graph, node: int, by: int, upstream: Any | None) -> tuple[Backward, int]:
    """The derivative of a node by an input: the output's axes first, the input's behind them."""
    outer, inner = graph.nodes[node].shape, graph.nodes[by].shape
    if not outer or upstream is not None:
        # A constant node of exact numbers: what is given as floats is the decimals that it is written as.
        given = None if upstream is None else graph.constant(exact(upstream))
        made = differentiate(graph, node, wrt=[by], upstream=given)
        return made, _gradient(made, by)
    if prod(outer) * max(1, prod(inner)) > MAX_ENTRIES:
        raise LimitError(
            f"this derivative has more than {MAX_ENTRIES:,} entries",
            hint="ask for one entry of the output, or give an upstream",
        )
    rows: list[int] = []
    made = differentiate(graph, node, wrt=[by])
    for index in np.ndindex(*outer):
        seed = np.zeros(outer)
        seed[index] = 1
        made = differentiate(made.graph, node, wrt=[by], upstream=seed)
        rows.append(_gradient(made, by))
    stacked = made.graph.stack(*[Term(made.graph, i) for i in rows], axis=0)
    if len(outer) != 1:
        stacked = made.graph.reshape(stacked, shape=(*outer, *inner))
    return made, stacked.id


def _gradient(made: Backward, by: int) -> int:
    """The node of the gradient; zero where nothing depends on it."""
    if by in made.gradients:
        return made.gradients[by]
    return made.graph.constant(0, made.graph.nodes[by].shape).id


def _symbol(built: Built, names: Sequence[str]) -> Math:
    top = built.output_name
    if len(names) == 1:
        return partial_math(top, names[0])
    above = name_math(top)
    counted = {name: names.count(name) for name in names}

    def raised(count: int) -> str:
        return "" if count == 1 else str(count).translate(RAISED)

    below = [(name_math(name), count) for name, count in counted.items()]
    power = "" if len(names) == 1 else f"^{{{len(names)}}}"
    latex_below = r" \, ".join(rf"\partial {m.latex}" + (f"^{{{c}}}" if c > 1 else "") for m, c in below)
    return Math(
        f"d^{len(names)} {above.text} / " + " ".join(f"d{m.text}" + (f"^{c}" if c > 1 else "") for m, c in below),
        f"∂{raised(len(names))}{above.unicode}/" + "".join(f"∂{m.unicode}{raised(c)}" for m, c in below),
        rf"\frac{{\partial{power} {above.latex}}}{{{latex_below}}}",
    )


def renamed(asked: Question, symbol: Math) -> Question:
    """The same question under another symbol (`dy/dx`)."""
    return replace(asked, symbol=symbol)
