"""What a caller gives, made ready for the pipeline: values, names, a graph from a text or by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gradviz.errors import UserError, ValueProblem, nearest

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.shape import Shape
    from gradviz.syntax.tree import Expr

COPIED = 64
"""Entries up to which random values are rounded."""

Point = Mapping[str, Any] | str | None
"""Values by input name, or the text of them: `x=-2,W=[[1,2],[3,4]]`."""


def values(at: Point) -> dict[str, Any]:
    """Values by name; a text is read by the grammar, its numbers stay exact.

    Raises:
        ParseError: the text does not say `name=value,…`.

    Example:
        >>> sorted(values("x=-2,y=1/3"))
        ['x', 'y']
    """
    if at is None:
        return {}
    if not isinstance(at, str):
        return dict(at)
    from gradviz.graph.given import evaluated
    from gradviz.source import Source
    from gradviz.syntax.parser import parse_point

    source, found = Source(at, "values"), {}
    for name, tree in parse_point(at).items():
        try:
            found[name] = evaluated(name, tree)
        except UserError as error:
            # The value was computed on its own: the place that the error points at lies in this text.
            error.source, error.span = source, error.span or tree.span
            raise
    return found


def constant(text: str) -> Expr:
    """The tree of a constant such as `1/2` or `[[1, 0], [0, 1]]`.

    Raises:
        ParseError: the text is no expression.
    """
    from gradviz.syntax.parser import parse_expression

    return parse_expression(text)


def build_source(
    source: str | Graph, given: Mapping[str, Any], of: str | None, name: str, shapes: Mapping[str, Shape] | None
) -> Built:
    """A text or a graph made by hand as a typed graph with its values.

    Raises:
        UserError: the text, a name, a shape or a value is wrong.
    """
    from gradviz.graph.build import build
    from gradviz.syntax.names import canonical
    from gradviz.syntax.parser import parse

    if isinstance(source, str):
        given = {canonical(key): value for key, value in given.items()}
        shapes = None if shapes is None else {canonical(key): shape for key, shape in shapes.items()}
        return build(parse(source, name=name, known=tuple(given)), values=given, shapes=shapes, of=of)
    return _from_graph(source, given, of)


def _from_graph(graph: Graph, given: Mapping[str, Any], of: str | None) -> Built:
    """A graph made by hand, with its values checked for their names."""
    from gradviz.explanation.naming import free_name
    from gradviz.graph.build import Built
    from gradviz.graph.given import evaluated
    from gradviz.graph.sizes import Letters
    from gradviz.graph.values import as_value
    from gradviz.syntax.tree import Program

    if not len(graph):
        raise ValueProblem("the graph is empty", hint="make inputs with graph.input and combine them")
    output = len(graph) - 1 if of is None else graph[of].id
    inputs = tuple(graph.inputs)
    for key in given:
        if key not in inputs:
            close = nearest(key, inputs)
            hint = f"did you mean {close!r}?" if close else f"its inputs are {', '.join(inputs)}"
            raise ValueProblem(f"a value is given for {key!r}, which the graph does not have", hint=hint)
    found = {key: as_value(key, evaluated(key, value)) for key, value in {**graph.values, **given}.items()}
    return Built(
        graph=graph,
        output=output,
        output_name=graph.nodes[output].name or free_name("f", graph.names),
        inputs=inputs,
        values=found,
        missing=tuple(key for key in inputs if key not in found),
        notes=(),
        letters=Letters(),
        program=Program(()),
    )


def refuse_undefined(built: Built) -> None:
    """An output that is NaN or infinite is bad input: the first node that made one is named."""
    if built.missing:
        return
    from gradviz.passes.evaluate import evaluate
    from gradviz.passes.trace import domain_problem, value_trouble

    trouble = value_trouble(built.graph, evaluate(built.graph, built.values), [built.output])
    if trouble is not None:
        raise domain_problem(trouble).located(built.program.source)


def chosen(wrt: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """The names in `x, W`, or in a list of them, each once; None stays None."""
    if wrt is None:
        return None
    names = (part.strip() for part in wrt.split(",")) if isinstance(wrt, str) else wrt
    return tuple(dict.fromkeys(name for name in names if name))


def number_or_array(given: Any, name: str) -> Any:
    """A number or an array from what was given, a text of a constant too; None stays None."""
    from gradviz.graph.given import evaluated
    from gradviz.graph.values import as_value

    if given is None:
        return None
    return as_value(name, evaluated(name, constant(given) if isinstance(given, str) else given))


def random_values(built: Built, seed: int) -> dict[str, Any]:
    """Normal random numbers; few ones are rounded to two decimals, so that a person can copy them."""
    import numpy as np

    generator = np.random.default_rng(seed)
    nodes, places = built.graph.nodes, built.graph.inputs
    drawn = {name: generator.normal(size=nodes[places[name]].shape) for name in built.missing}
    return {name: np.round(array, 2) + 0.0 if np.size(array) <= COPIED else array for name, array in drawn.items()}
