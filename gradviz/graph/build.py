"""From the tree to the typed graph: names, shapes, values and definitions given their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradviz.errors import InternalError, NameProblem, UserError, nearest
from gradviz.graph.arrange import arranged, with_updates
from gradviz.graph.expressions import Builder
from gradviz.graph.given import Task, check_declared_values, evaluated, refuse_unknown, written_value
from gradviz.graph.graph import Graph, Term
from gradviz.graph.inference import Relearn, check_declared, with_lesson
from gradviz.graph.layers import Layers, check_parameters
from gradviz.graph.lettered import with_made
from gradviz.graph.losses import declared_by_losses
from gradviz.graph.names import base_of, names_of, output_of
from gradviz.graph.order import topological
from gradviz.graph.parts import Bench, Fixed, Part, Row, shape_of
from gradviz.graph.sizes import Learned, Letters, Sizes, given_shapes, sizes_of
from gradviz.graph.values import Value, as_value
from gradviz.ops.op import INPUT, Attribute, Size
from gradviz.shape import Shape
from gradviz.source import Span
from gradviz.syntax.tree import Assign, Note, Program

if TYPE_CHECKING:
    from gradviz.networks.leaf import Leaf


@dataclass(frozen=True, slots=True)
class Built:
    """A program as a graph.

    Args:
        graph: the nodes that the output needs; the inputs come first.
        output: the output's position.
        output_name: its name.
        inputs: the inputs' names in the order in which they first appear in the text.
        values: their values, given ones before written ones: numbers (exact where written so) or float64 arrays.
        missing: the inputs that have no value, without what layers make (that can be drawn).
        notes: how the text was read, where a person might have meant something else.
        letters: the letters in shapes and their sizes.
        program: what was built.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").
        leaves: what layers made and the output needs: parameters, noise and buffers, by the input's name.
        training: whether layers are built as they are trained.
    """

    graph: Graph
    output: int
    output_name: str
    inputs: tuple[str, ...]
    values: Mapping[str, Value]
    missing: tuple[str, ...]
    notes: tuple[Note, ...]
    letters: Letters
    program: Program
    declared: frozenset[tuple[str, str]] = frozenset()
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    training: bool = True


def build(
    program: Program,
    *,
    values: Mapping[str, Any] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    of: str | None = None,
    sizes: Mapping[str, int] | None = None,
    training: bool = True,
) -> Built:
    """A program as a typed graph.

    Args:
        program: what the parser read.
        values: numbers, arrays or nested lists (or trees of constants) by input name; they override the program's own.
        shapes: shapes of inputs by name, as if the program declared them.
        of: the name of the output; by default the last statement that is neither a constant nor a shape.
        sizes: sizes of letters in shapes that nothing else fixes; small distinct ones where none is given.
        training: whether layers are built as they are trained (dropout drops) or as they are used.

    Raises:
        NameProblem: a name is given twice, depends on itself, or is not there.
        ShapeError: shapes do not fit.
        ValueProblem: a value is for no input, or has the wrong shape.
        LimitError: the program is too large.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> built = build(parse("f = (x + y)*z; x = -2; y = 5"), values={"y": 6})
        >>> built.output_name, built.inputs, built.values, built.missing
        ('f', ('x', 'y', 'z'), {'x': -2, 'y': 6}, ('z',))
    """
    try:
        return _build(program, values or {}, shapes, of, sizes or {}, training)
    except UserError as error:
        if error.span is not None:
            error.located(program.source)
        raise


def _build(
    program: Program,
    given: Mapping[str, Any],
    shapes: Mapping[str, Shape] | None,
    of: str | None,
    sizes: Mapping[str, int],
    training: bool,
) -> Built:
    known = {*given, *(shapes or {})}
    names = names_of(program, of, known)
    base = "" if of is None or of in names.places else base_of(of, names.assigned)
    output_name = output_of(names, base or of)
    inner = of if base and of is not None else ""
    task = Task(program, names, output_name, given_shapes(shapes, names), of is not None, training, inner)
    refuse_unknown(given, task)
    found = {name: as_value(name, evaluated(name, value)) for name, value in given.items()}
    for name in names.places:
        if name in names.constant and name not in found and task.is_input(name):
            found[name] = written_value(names.assigned[name], task)
    check_declared_values(names, found)
    notes = dict.fromkeys(program.notes)
    run = _settled(task, found, Learned(preferred=sizes), notes)
    graph, letters = run.bench.graph, run.bench.sizes.letters
    fixed = {name: value for name, value in found.items() if not _varies(name, letters, graph)}
    asked = (*graph.leaves, *run.bench.sizes.inferred)
    letters = with_made(letters, graph, asked, lambda at: _settled(task, fixed, Learned(preferred=at), {}).bench.graph)
    return _finished(task, run, found, notes, letters)


def _varies(name: str, letters: Letters, graph: Graph) -> bool:
    """Whether a value belongs to one size of the letters only."""
    return name in letters.shapes or name in letters.sizes or name in graph.leaves


def _settled(task: Task, values: Mapping[str, Value], learned: Learned, notes: dict[Note, None]) -> _Run:
    """Build until nothing is left to find out about shapes and sizes."""
    while True:
        try:
            return _run(task, values, learned)
        except Relearn as again:
            # Each lesson is new, and there are only so many names and letters: this ends.
            before, learned = learned, with_lesson(learned, again.lesson)
            if learned == before:
                raise InternalError(f"nothing new was learnt: {again.lesson.says}") from again
            notes.setdefault(Note(again.lesson.says, again.span))


@dataclass(slots=True)
class _Run:
    """One attempt at building: the graph as it grows."""

    bench: Bench
    builder: Builder
    settings: set[str]
    """Names whose value a setting or an index took."""


def _run(task: Task, values: Mapping[str, Value], learned: Learned) -> _Run:
    """Build every statement, the output's first; what the output does not need is built for its errors alone."""
    sizes = sizes_of(task.names, values, task.shapes, learned)
    run = _attempt(task, values, sizes, settled=False)
    return _attempt(task, values, sizes, settled=True) if run.bench.doubtful else run


def _attempt(task: Task, values: Mapping[str, Value], sizes: Sizes, *, settled: bool) -> _Run:
    names, graph = task.names, Graph()
    bench = Bench(graph, task.program.source, sizes, set(), settled)

    def make_input(name: str, span: Span) -> Part:
        if name in sizes.letters.sizes and name not in names.shapes and name != task.output_name:
            return Fixed(Size(name, sizes.letters.sizes[name].size))
        if name not in sizes.shapes:
            bench.undeclared.add(name)
        return graph.input(name, sizes.shapes.get(name, ()), values.get(name), names.places.get(name, span))

    settings: set[str] = set()

    def lookup(name: str) -> Attribute:
        if name in sizes.letters.sizes:
            return sizes.letters.sizes[name].size
        known = values.get(name)
        if not isinstance(known, (int, float, Fraction)):
            return None
        settings.add(name)
        return known

    layers = Layers(bench, names, values, task.training)
    run = _Run(bench, Builder(bench, names, task.own | frozenset(values), make_input, lookup, layers), settings)
    starts = [task.output_name, *names.assigned]
    for name in topological(starts, names.uses, names.assigned, names.defined):
        if name in names.assigned and not task.is_input(name):
            _statement(run, names.assigned[name], task)
    for name in (task.output_name, *names.arguments):
        if name not in run.builder.scope:
            run.builder.scope[name] = make_input(name, names.places[name])
    check_parameters(graph, names, values, task.shapes)
    return run


def _statement(run: _Run, statement: Assign, task: Task) -> None:
    bench, name = run.bench, statement.name
    assert statement.expression is not None
    part = run.builder.build(statement.expression, name)
    if isinstance(part, Fixed) or (isinstance(part, Row) and name == task.output_name):
        part = bench.term(part, statement.expression.span)
    run.builder.scope[name] = part
    target = part.vector if isinstance(part, Row) else part
    named = bench.graph.names.get(name) == target.id  # a layer's group bears the statement's name, its result too
    if not named and (isinstance(part, Term) or (target.node.name is None and target.node.op is not INPUT)):
        bench.graph.name(target, name)
    if name in task.names.shapes:
        note = task.names.shapes[name]
        lesson = check_declared(name, note, shape_of(part), bench.sizes)
        if lesson is not None:
            raise Relearn(lesson, note.span)


def _finished(task: Task, run: _Run, values: Mapping[str, Value], notes: dict[Note, None], letters: Letters) -> Built:
    """What the output needs, the inputs in the order of the text."""
    graph, names = run.bench.graph, task.names
    output_name = task.inner or task.output_name
    output = _position(graph, output_name, task.output_name)
    needed = with_updates(graph, output)
    made = {name: i for name, i in graph.inputs.items() if needed[i] or name in names.arguments}
    inputs = [name for name in dict.fromkeys([*names.places, *made]) if name in made and name not in graph.leaves]
    inputs += [name for name in graph.leaves if name in made]
    ordered, output = arranged(graph, output, [made[name] for name in inputs])
    merged = {name: values[name] for name in inputs if name in values}
    for name, letter in letters.sizes.items():
        if letter.resolved and letter.source != name and name in names.places and name not in names.shapes:
            notes.setdefault(Note(f"{name} is the size {letter.size} that the shapes give it", names.places[name]))
    ordered.values = dict(merged)
    notes = notes | run.bench.notes
    if not task.asked:
        notes |= dict.fromkeys(_unused(task, run, ordered))
    if not inputs:
        said = f"{task.output_name} names no input: there is nothing to differentiate"
        notes.setdefault(Note(said, names.places.get(task.output_name)))
    return Built(
        graph=ordered,
        output=output,
        output_name=output_name,
        inputs=tuple(inputs),
        values=merged,
        missing=tuple(name for name in inputs if name not in merged and name not in ordered.leaves),
        notes=tuple(notes),
        letters=letters,
        program=task.program,
        declared=frozenset((name, word) for name, word in names.declared if name in inputs)
        | declared_by_losses(ordered),
        leaves=ordered.leaves,
        training=task.training,
    )


def _position(graph: Graph, name: str, made_by: str) -> int:
    """Where the output stands.

    Raises:
        NameProblem: its layer makes nothing of that name.
    """
    if name not in graph.names:
        made = [other for other in graph.names if other.startswith(f"{made_by}.")]
        close = nearest(name, made)
        listed = f"it makes {', '.join(made)}" if made else f"{made_by} is no layer"
        raise NameProblem(
            f"{made_by} makes nothing named {name!r}", hint=f"did you mean {close!r}?" if close else listed
        )
    return graph.names[name]


def _unused(task: Task, run: _Run, graph: Graph) -> list[Note]:
    """A note for each name that the output does not depend on."""
    names, letters = task.names, run.bench.sizes.letters.sizes
    idle = [
        name for name in names.places if name not in graph.names and name not in letters and name not in names.defined
    ]
    rows = {name for name, part in run.builder.scope.items() if isinstance(part, Row)}
    return [
        Note(
            f"{name} is used as a setting, and settings are not differentiated"
            if name in run.settings
            else f"{task.output_name} does not depend on {name}",
            names.places[name],
        )
        for name in idle
        if name not in rows
    ]
