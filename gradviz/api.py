"""The façade: parse, explain, compile, and the pipeline as a paragraph."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.errors import FileProblem, OptionProblem, UserError, ValueProblem, nearest
from gradviz.explanation.data import EdgeFacts, ExplanationData, NodeFacts, Value
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, Format, Rendered, format_of

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.passes.compile import Compiled
    from gradviz.shape import Shape
    from gradviz.syntax.tree import Expr, Program

COPIED = 64
"""Entries up to which random values are rounded."""

Point = Mapping[str, Any] | str | None
"""Values by input name, or the text of them: `x=-2,W=[[1,2],[3,4]]`."""


def parse(text: str, *, name: str = "expression", known: Iterable[str] = ()) -> Program:
    """The syntax tree of a program.

    Args:
        text: statements separated by newlines or `;`.
        name: under which errors speak of it.
        known: names that have values outside the text, so that `xy` is not taken apart if it is one of them.

    Raises:
        ParseError: the text is not in the language; the error points at the place.
    """
    from gradviz.syntax.parser import parse as read

    return read(text, name=name, known=tuple(known))


def explain(
    source: str | Graph,
    at: Point = None,
    wrt: str | Iterable[str] | None = None,
    of: str | None = None,
    upstream: Any = None,
    *,
    formulas: bool = True,
    seed: int | None = None,
    name: str = "expression",
) -> Explanation:
    """Explain an output: its graph, the values forward, the gradients backward, and why each is what it is.

    text → tree → graph → gradient graph → explanation: the text is parsed, the tree is built into a typed graph, the
    reverse pass makes a graph of the gradients, both are evaluated, every formula is verified against the numbers, and
    all of it is written down as plain data, which the renderers print and draw.

    Args:
        source: an expression or a program, or a graph built by hand.
        at: values of inputs, numbers or arrays; a mapping or a text. Without a value for every input, the explanation
            is symbolic and names what is missing.
        wrt: the inputs whose gradients are wanted; all if None.
        of: the output's name; by default a program's last statement, or a graph's last node.
        upstream: the gradient that comes into the output, in its shape; 1 (or ones) if None.
        formulas: whether gradient formulas are worked out.
        seed: random values for inputs that have none, of two decimals where there are few.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a shape or a value is wrong; the message says what to do.

    Example:
        >>> f = explain("f=(x+y)*z", at="x=-2,y=5,z=-4")
        >>> f.value, f.gradients["z"].formula, f.gradients["z"].value
        (-12.0, 'x + y', 3.0)
    """
    from gradviz.explanation.explain import explain_graph

    built = _built(source, values(at), of, name, None)
    if seed is not None and built.missing:
        built = _built(source, {**values(at), **_random(built, seed)}, of, name, None)
    _refuse_undefined(built)
    data = explain_graph(
        built.graph,
        built.output,
        output_name=built.output_name,
        source=built.program.source.text,
        values=built.values,
        wrt=_chosen(wrt),
        upstream=_number_or_array(upstream, "upstream"),
        formulas=formulas,
        notes=built.notes,
        letters={key: "×".join(map(str, shape)) for key, shape in built.letters.shapes.items()},
    )
    return Explanation(data)


def compile(
    source: str | Graph,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    shapes: Mapping[str, Shape] | None = None,
    dtype: DTypeLike = float,
    *,
    of: str | None = None,
) -> Compiled:
    """A plain function `fn(*values) -> (value, (gradient, …))`, straight-line code compiled once.

    Args:
        source: an expression or a program, or a graph built by hand.
        wrt: the inputs whose gradients are wanted; all if None.
        at: example values, for the shapes of inputs that the program does not give.
        shapes: or their shapes.
        dtype: of arrays: float64 or float32.
        of: the output's name.

    Returns:
        The function; `fn.inputs` names its arguments in order, `fn.batch` takes arrays of points, `fn.source` is its
        source text.

    Raises:
        UserError: the text, a name or a shape is wrong.

    Example:
        >>> f = compile("(x+y)*z")
        >>> f.inputs, f(-2, 5, -4)
        (('x', 'y', 'z'), (-12.0, (-4.0, -4.0, 3.0)))
    """
    from gradviz.passes.compile import compile_graph

    built = _built(source, values(at), of, "expression", shapes)
    return compile_graph(built.graph, built.output, built.inputs, _chosen(wrt), dtype)


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


@dataclass(frozen=True, slots=True)
class Gradient:
    """The gradient of the output by one input.

    Args:
        formula: in the inputs alone, as text that gradviz and SymPy read; None where none is shown.
        latex: the same for typesetting.
        value: a float, or an array in the input's shape; None without values.
    """

    formula: str | None
    latex: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` returns: plain data, and the ways to show it.

    Options of the `to_…` methods and of `save` are the fields of `gradviz.render.options.Options`: `detail`,
    `direction`, `theme`, `precision`, `engine`, `ascii`.
    """

    data: ExplanationData

    @property
    def value(self) -> Any:
        """The output's value: a float or an array; None without values."""
        return _plain(self.data.value)

    @property
    def gradients(self) -> Mapping[str, Gradient]:
        """The gradients by input name."""
        found = {
            name: Gradient(
                facts.formula.text if facts.formula else None,
                facts.formula.latex if facts.formula else None,
                _plain(facts.value),
            )
            for name, facts in self.data.gradients.items()
        }
        return MappingProxyType(found)

    @property
    def nodes(self) -> tuple[NodeFacts, ...]:
        """The nodes in topological order."""
        return self.data.nodes

    @property
    def edges(self) -> tuple[EdgeFacts, ...]:
        """The edges, one per operand."""
        return self.data.edges

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that have no value."""
        return self.data.missing

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        target = Path(path)
        content = self._render(format_of(str(target)), options)
        try:
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        except OSError as error:
            raise FileProblem(f"{str(target)!r} cannot be written: {(error.strerror or str(error)).lower()}") from None
        return target

    def to_text(self, **options: Any) -> str:
        """The explanation in words and columns, as the terminal shows it."""
        return str(self._render(FORMATS["text"], options))

    def to_svg(self, **options: Any) -> str:
        """The picture."""
        return str(self._render(FORMATS["svg"], options))

    def to_png(self, **options: Any) -> bytes:
        """The picture in pixels."""
        return bytes(self._render(FORMATS["png"], options))  # type: ignore[arg-type]  # binary formats give bytes

    def to_pdf(self, **options: Any) -> bytes:
        """The picture as vectors on a page."""
        return bytes(self._render(FORMATS["pdf"], options))  # type: ignore[arg-type]  # binary formats give bytes

    def to_dot(self, **options: Any) -> str:
        """The graph as Graphviz source."""
        return str(self._render(FORMATS["dot"], options))

    def to_json(self) -> str:
        """Every fact, by the schema of `gradviz/render/schema.json`."""
        return str(self._render(FORMATS["json"], {}))

    def to_latex(self, **options: Any) -> str:
        """The derivation as a LaTeX article."""
        return str(self._render(FORMATS["tex"], options))

    def to_markdown(self, **options: Any) -> str:
        """The explanation as Markdown with mathematics."""
        return str(self._render(FORMATS["md"], options))

    def _render(self, format: Format, chosen: Mapping[str, Any]) -> Rendered:
        known = [field.name for field in fields(Options)]
        for option in chosen:
            if option not in known:
                close = nearest(option, known)
                hint = f"did you mean {close!r}?" if close else f"the options are {', '.join(known)}"
                raise OptionProblem(f"there is no option {option!r}", hint=hint)
        return format.render(self.data, Options(**chosen))

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        shown = "symbolic" if self.data.value is None else f"value {self.value!r}"
        return f"<Explanation of {self.data.title.unicode}: {shown}>"


def _plain(value: Value | None) -> Any:
    if value is None:
        return None
    if not value.shape:
        return value.number
    import numpy as np

    return np.array(value.entries, dtype=np.float64).reshape(value.shape)


def _built(
    source: str | Graph, given: Mapping[str, Any], of: str | None, name: str, shapes: Mapping[str, Shape] | None
) -> Built:
    from gradviz.graph.build import build
    from gradviz.syntax.names import canonical

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


def _refuse_undefined(built: Built) -> None:
    """An output that is NaN or infinite is bad input: the first node that made one is named."""
    if built.missing:
        return
    from gradviz.passes.evaluate import evaluate
    from gradviz.passes.trace import domain_problem, value_trouble

    trouble = value_trouble(built.graph, evaluate(built.graph, built.values), [built.output])
    if trouble is not None:
        raise domain_problem(trouble).located(built.program.source)


def _chosen(wrt: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if wrt is None:
        return None
    names = (part.strip() for part in wrt.split(",")) if isinstance(wrt, str) else wrt
    return tuple(dict.fromkeys(name for name in names if name))


def _number_or_array(given: Any, name: str) -> Any:
    from gradviz.graph.given import evaluated
    from gradviz.graph.values import as_value

    if given is None:
        return None
    return as_value(name, evaluated(name, constant(given) if isinstance(given, str) else given))


def _random(built: Built, seed: int) -> dict[str, Any]:
    """Normal random numbers; few ones are rounded to two decimals, so that a person can copy them."""
    import numpy as np

    generator = np.random.default_rng(seed)
    nodes, places = built.graph.nodes, built.graph.inputs
    drawn = {name: generator.normal(size=nodes[places[name]].shape) for name in built.missing}
    return {name: np.round(array, 2) + 0.0 if np.size(array) <= COPIED else array for name, array in drawn.items()}
