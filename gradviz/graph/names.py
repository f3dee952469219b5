"""What a program's names stand for: inputs, intermediates and definitions, their order, and the faults among them."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass

from gradviz.errors import NameProblem, nearest
from gradviz.graph.order import calls, free_names, topological, uses_of
from gradviz.networks.words import block_of
from gradviz.source import Span
from gradviz.syntax.tree import Assign, Call, Define, Expr, Program


@dataclass(frozen=True, slots=True)
class Annotation:
    """A shape as written, and where."""

    shape: tuple[int | str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Names:
    """A program's names.

    Args:
        assigned: what each assigned name is, constants included.
        constant: the assigned names that are constants, so inputs with a value.
        defined: the definitions with arguments.
        shapes: the annotations.
        uses: the names that each assigned name and each definition is written in.
        places: each name's first place, in the order of the text; arguments of `f(x, y) = …` included.
        arguments: the names on the left of `f(x, y) = …`.
        letters: the letters that stand in annotations.
        declared: names and the words behind their shapes, such as ("S", "symmetric").
    """

    assigned: Mapping[str, Assign]
    constant: frozenset[str]
    defined: Mapping[str, Define]
    shapes: Mapping[str, Annotation]
    uses: Mapping[str, tuple[str, ...]]
    places: Mapping[str, Span]
    arguments: tuple[str, ...]
    letters: frozenset[str]
    declared: frozenset[tuple[str, str]] = frozenset()

    def is_input(self, name: str) -> bool:
        """Whether a name is an input: given a constant, or given nothing."""
        return name in self.constant or (name not in self.assigned and name not in self.defined)


def names_of(program: Program, of: str | None = None, outside: Collection[str] = ()) -> Names:
    """Read a program's statements.

    Args:
        program: what to read.
        of: the name of the output; a definition of that name becomes a statement about its arguments.
        outside: names that have a value or a shape from elsewhere.

    Raises:
        NameProblem: a name is given twice or in terms of itself.
    """
    assigned: dict[str, Assign] = {}
    defined: dict[str, Define] = {}
    shapes: dict[str, Annotation] = {}
    for statement in _statements(program, of):
        if isinstance(statement, Define):
            _once(statement.name, statement.name_span, *([defined] if statement.name == of else [assigned, defined]))
            defined[statement.name] = statement
            continue
        if statement.expression is not None:
            _once(statement.name, statement.name_span, *([assigned] if statement.name == of else [assigned, defined]))
            assigned[statement.name] = statement
        if statement.shape is not None:
            _once(statement.name, statement.name_span, shapes)
            shapes[statement.name] = Annotation(statement.shape, statement.span)
    own = frozenset(assigned) | frozenset(shapes) | frozenset(outside)
    uses = uses_of(assigned, defined, own)
    order = topological([*assigned, *defined], uses, assigned, defined)
    constant = _constants(uses, order, assigned, defined)
    arguments = tuple(name for statement in assigned.values() for name in statement.arguments)
    return Names(
        assigned=assigned,
        constant=constant,
        defined=defined,
        shapes=shapes,
        uses=uses | _layers(uses, assigned, constant),
        places=_places(program, assigned, defined, own),
        arguments=tuple(dict.fromkeys(arguments)),
        declared=frozenset((s.name, s.declared) for s in program.statements if isinstance(s, Assign) and s.declared),
        letters=frozenset(size for shape in shapes.values() for size in shape.shape if isinstance(size, str)),
    )


def _statements(program: Program, of: str | None) -> Iterator[Assign | Define]:
    """The statements; a definition that nothing calls, or that is the output, is a statement about its arguments."""
    called = {call.function for statement in program.statements for call in calls(_expression(statement))}
    for statement in program.statements:
        if isinstance(statement, Define) and (statement.name == of or statement.name not in called):
            yield Assign(
                statement.name, statement.body, None, statement.parameters, statement.span, statement.name_span
            )
        if not isinstance(statement, Define) or statement.name in called:
            yield statement


def _expression(statement: Assign | Define) -> Expr | None:
    return statement.body if isinstance(statement, Define) else statement.expression


def _once(name: str, span: Span, *taken: Collection[str]) -> None:
    if any(name in names for names in taken):
        raise NameProblem(
            f"{name!r} is given twice", span=span, hint="each name stands for one thing; call the second something else"
        )


def _places(
    program: Program, assigned: Mapping[str, Assign], defined: Mapping[str, Define], own: Collection[str]
) -> dict[str, Span]:
    places: dict[str, Span] = {}
    for statement in program.statements:
        left = statement.parameters if isinstance(statement, Define) else statement.arguments
        only_called = statement.name in defined and statement.name not in assigned
        places.setdefault(statement.name, statement.name_span)
        for argument in () if only_called else left:
            places.setdefault(argument, statement.name_span)
        for name in free_names(_expression(statement), own, left if only_called else ()):
            places.setdefault(name.id, name.span)
    return places


def _constants(
    uses: Mapping[str, tuple[str, ...]], order: list[str], assigned: Mapping[str, Assign], defined: Mapping[str, Define]
) -> frozenset[str]:
    """The assigned names that depend on definitions and numbers alone, and are no layers or losses."""
    plain: dict[str, bool] = {}
    for name in order:
        plain[name] = name in uses and all(used in defined and plain[used] for used in uses[name])
        plain[name] = plain[name] and not has_block(_expression(assigned.get(name) or defined[name]))
    return frozenset(name for name in assigned if plain[name])


def has_block(expr: Expr | None) -> bool:
    """Whether a layer or a loss is called in a tree."""
    return any(is_block(call) for call in calls(expr))


def is_block(call: Call) -> bool:
    """Whether a call that is no definition's is one of a layer or a loss."""
    return block_of(call.function, len(call.operands), [key for key, _ in call.keywords]) is not None


def base_of(name: str, known: Container[str]) -> str:
    """The name of the layer that a dotted name belongs to: its longest beginning that is known; "" if there is none.

    Example:
        >>> base_of("net.h1.W", {"net"}), base_of("x", {"x"})
        ('net', '')
    """
    while "." in name:
        name = name.rpartition(".")[0]
        if name in known:
            return name
    return ""


def _layers(
    uses: Mapping[str, tuple[str, ...]], assigned: Mapping[str, Assign], constant: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """What the parameters that the program names depend on: the statement that makes the layer.

    Raises:
        NameProblem: a parameter is given an expression.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys([*assigned, *(used for names in uses.values() for used in names)]):
        base = base_of(name, assigned)
        if base and base not in constant:
            found[name] = (base,)
        if base and name in assigned and name not in constant:
            raise NameProblem(
                f"{name} is made by {base}, and can be given numbers, but no expression",
                span=assigned[name].name_span,
                hint=f"write {name} = [[…]] with numbers, or call the expression something else",
            )
    return found


def output_of(names: Names, of: str | None) -> str:
    """The name of the output: `of`, or the last statement that is neither a constant nor a shape.

    Raises:
        NameProblem: the program has no such name, or nothing to compute.
    """
    if of is not None:
        if of not in names.places or (of in names.defined and of not in names.assigned):
            close = nearest(of, names.places)
            listed = ", ".join(sorted(names.places))
            raise NameProblem(
                f"the program has no name {of!r}",
                hint=f"did you mean {close!r}?" if close else f"its names are {listed}",
            )
        return of
    if not names.assigned:
        raise NameProblem("the program computes nothing", hint="write an expression, as in f = x*y")
    computed = [name for name in names.assigned if name not in names.constant]
    return (computed or list(names.assigned))[-1]
