"""What a caller gives, made ready for the pipeline: values, names, a graph from a text or by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from numbers import Integral
from typing import TYPE_CHECKING, Any

from gradviz.api.first_values import Mode, check_mode, with_first_values
from gradviz.errors import NameProblem, OptionProblem, UserError, ValueProblem, nearest
from gradviz.source import Source

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
    if isinstance(at, Mapping):
        return _by_name(at)
    if not isinstance(at, str):
        raise ValueProblem(
            f"values are given by name, not as {type(at).__name__}", hint='write at={"x": -2} or at="x=-2,y=5"'
        )
    from gradviz.graph.given import evaluated
    from gradviz.syntax.parser import parse_point

    source, found = Source(at, "values"), {}
    for name, tree in parse_point(at).items():
        with _pointed(source, tree):
            found[name] = evaluated(name, tree)
    return found


@contextmanager
def _pointed(source: Source, tree: Expr) -> Iterator[None]:
    """A value is computed on its own: the place that an error points at lies in the text that says the value."""
    try:
        yield
    except UserError as error:
        error.source, error.span = source, error.span or tree.span
        raise


def _by_name(given: Mapping[str, Any]) -> dict[str, Any]:
    """Values (or shapes) under the one spelling of their names.

    Raises:
        ValueProblem: a key is no text, or two of them are one name.
    """
    from gradviz.syntax.names import canonical

    found: dict[str, Any] = {}
    for key, value in given.items():
        if not isinstance(key, str):
            raise ValueProblem(f"values are given by name, and {key!r} is none", hint='write at={"x": -2}')
        name = canonical(key.strip())
        if name in found:
            raise ValueProblem(f"{name} is given twice", hint="give it once; x_1, x1 and x₁ are one name")
        found[name] = value
    return found


def constant(text: str) -> Expr:
    """The tree of a constant such as `1/2` or `[[1, 0], [0, 1]]`.

    Raises:
        ParseError: the text is no expression.
    """
    from gradviz.syntax.parser import parse_expression

    return parse_expression(text)


def build_source(
    source: str | Graph,
    given: Mapping[str, Any],
    of: str | None,
    name: str,
    shapes: Mapping[str, Shape] | None,
    mode: Mode = "training",
) -> Built:
    """A text or a graph made by hand as a typed graph with its values.

    Raises:
        UserError: the text, a name, a shape or a value is wrong.
    """
    from gradviz.graph.build import build
    from gradviz.graph.graph import Graph
    from gradviz.syntax.parser import parse

    of, training = _output_name(of), check_mode(mode)
    if isinstance(source, str):
        sizes = None if shapes is None else _by_name(_mapping(shapes))
        known = (*given, *(sizes or {}))
        return build(parse(source, name=name, known=known), values=given, shapes=sizes, of=of, training=training)
    if not isinstance(source, Graph):
        raise UserError(
            f"an expression is a text or a gradviz.Graph, not {type(source).__name__}", hint='write "f = (x + y)*z"'
        )
    if training != source.training:
        raise OptionProblem(
            f"this graph was made for {'training' if source.training else 'evaluation'}, not {mode}",
            hint=f"make it by gradviz.Graph(training={training})",
        )
    return _from_graph(source, given, of)


def built_at(
    source: str | Graph,
    at: Point,
    of: str | None,
    *,
    name: str = "expression",
    seed: int | None = None,
    shapes: Mapping[str, Shape] | None = None,
    mode: Mode = "training",
) -> Built:
    """A text or a graph as a typed graph at a point; with a seed, random values where none are given.

    What layers make has its first values, if all other inputs have values.

    Raises:
        UserError: the text, a name, a shape or a value is wrong.
    """
    check_seed(seed)
    built = build_source(source, values(at), of, name, shapes, mode)
    if seed is not None and built.missing:
        built = build_source(source, {**values(at), **random_values(built, seed)}, of, name, shapes, mode)
    return with_first_values(built, seed)


def check_seed(seed: Any) -> None:
    """Refuse what random values cannot start from.

    Raises:
        OptionProblem: it is no whole number from 0 up.
    """
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0):
        raise OptionProblem(f"the seed is a whole number from 0 up, not {seed!r}", hint="write seed=0")


def _mapping(shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
    if not isinstance(shapes, Mapping):
        raise ValueProblem(
            f"shapes are given by name, not as {type(shapes).__name__}", hint='write shapes={"W": (2, 3)}'
        )
    return shapes


def _output_name(of: str | None) -> str | None:
    from gradviz.syntax.names import canonical

    if of is None:
        return None
    if not isinstance(of, str):
        raise UserError(f"the output is named by a text, not by {type(of).__name__}", hint='write of="f"')
    return canonical(of.strip())


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
    if of is not None and of not in graph.names:
        close = nearest(of, graph.names)
        hint = f"did you mean {close!r}?" if close else f"its names are {', '.join(graph.names)}"
        raise NameProblem(f"the graph has no name {of!r}", hint=hint)
    output = len(graph) - 1 if of is None else graph.names[of]
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
        missing=tuple(key for key in inputs if key not in found and key not in graph.leaves),
        notes=(),
        letters=Letters(),
        program=Program(()),
        leaves=graph.leaves,
        training=graph.training,
    )


def refuse_undefined(built: Built) -> None:
    """An output that is NaN or infinite is bad input: the first node that made one is named."""
    if built.missing:
        return
    from gradviz.passes.evaluate import evaluate, is_finite

    found = evaluate(built.graph, built.values)
    value = found[built.output]
    if value is None or is_finite(value):
        return
    from gradviz.passes.trace import domain_problem, value_trouble

    trouble = value_trouble(built.graph, found, [built.output])
    if trouble is not None:
        raise domain_problem(trouble).located(built.program.source)


def chosen(wrt: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """The names in `x, W`, or in a list of them, each once; None stays None.

    Raises:
        UserError: one is no text, or there is none.
    """
    from gradviz.syntax.names import canonical

    if wrt is None:
        return None
    names = wrt.split(",") if isinstance(wrt, str) else list(wrt) if isinstance(wrt, Iterable) else [wrt]
    if not all(isinstance(name, str) for name in names):
        raise UserError("the inputs in wrt are given by name", hint='write wrt="x,W" or wrt=["x", "W"]')
    found = tuple(dict.fromkeys(canonical(name.strip()) for name in names if name.strip()))
    if not found:
        raise UserError("wrt names no input", hint='leave it out for all inputs, or write wrt="x,W"')
    return found


def number_or_array(given: Any, name: str) -> Any:
    """A number or an array from what was given, a text of a constant too; None stays None."""
    from gradviz.graph.given import evaluated
    from gradviz.graph.values import as_value

    if given is None:
        return None
    if not isinstance(given, str):
        return as_value(name, evaluated(name, given))
    tree = constant(given)
    with _pointed(Source(given, "expression"), tree):
        return as_value(name, evaluated(name, tree))


def _shares(array: Any) -> Any:
    """Shares of one along the last axis; few ones in whole hundredths."""
    import numpy as np

    shares = np.exp(array)
    shares /= shares.sum(axis=-1, keepdims=True)
    if shares.size > COPIED:
        return shares
    hundredths = np.floor(100 * shares)
    order = np.argsort(np.argsort(hundredths - 100 * shares, axis=-1), axis=-1)
    hundredths += order < 100 - hundredths.sum(axis=-1, keepdims=True)
    return hundredths / 100


DRAWN: Mapping[str, Callable[[Any], Any]] = {"symmetric": lambda array: (array + array.T) / 2, "stochastic": _shares}
"""Random numbers made what an input is declared to be."""


def random_values(built: Built, seed: int) -> dict[str, Any]:
    """Normal random numbers; few ones are rounded to two decimals, so that a person can copy them."""
    import numpy as np

    from gradviz.api.targets import drawn_for

    generator = np.random.default_rng(seed)
    nodes, places = built.graph.nodes, built.graph.inputs
    drawn = {name: generator.normal(size=nodes[places[name]].shape) for name in built.missing}
    for name, word in sorted(built.declared):
        if name in drawn:
            drawn[name] = DRAWN[word](drawn[name]) if word in DRAWN else drawn_for(word, drawn[name])
    return {name: np.round(array, 2) + 0.0 if np.size(array) <= COPIED else array for name, array in drawn.items()}


def sizes_taken(built: Built) -> tuple[str, ...]:
    """What is said of letters that nothing gives a size: the explanation is an example then."""
    found = open_sizes(built)
    if not found:
        return ()
    taken = ", ".join(f"{letter} = {size}" for letter, size in found.items())
    return (f"nothing gives a size for {', '.join(found)}: numbers and entries are for {taken}",)


def open_sizes(built: Built) -> dict[str, int]:
    """The letters in shapes that nothing gives a size, and the sizes that represent them."""
    return {letter: found.size for letter, found in built.letters.sizes.items() if not found.resolved}


def check_dtype(dtype: object) -> None:
    """Refuse what is neither float64 nor float32.

    Raises:
        OptionProblem: it is another type, or none.
    """
    import numpy as np

    shown: object = dtype
    known = False
    with suppress(TypeError):
        shown = np.dtype(dtype)  # type: ignore[call-overload]  # whatever a caller gives
        known = shown in (np.dtype(np.float64), np.dtype(np.float32))
    if not known:
        raise OptionProblem(
            f"functions are compiled for float64 or float32, not {shown}", hint='write dtype="float64" or "float32"'
        )
