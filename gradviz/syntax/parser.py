"""Text to tree: `parse` for programs, `parse_expression` for one expression, `parse_point` for values by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import chain, count
from typing import Any

from gradviz.errors import NameProblem, ParseError, UserError
from gradviz.ops.op import CONSTANTS
from gradviz.source import Source
from gradviz.syntax import scope as scopes
from gradviz.syntax.brackets import match_brackets
from gradviz.syntax.building import build
from gradviz.syntax.expected import explain
from gradviz.syntax.grammar import Refused, Start, derive
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.limits import MAX_NOTES, limit_powers, measure
from gradviz.syntax.names import canonical
from gradviz.syntax.part import Building
from gradviz.syntax.reading import read_body
from gradviz.syntax.scan import scan
from gradviz.syntax.scope import Head, Scope
from gradviz.syntax.shapes import declared_word, read_shape
from gradviz.syntax.tree import Assign, Define, Expr, Name, Note, Program, Statement

OUTPUT_NAMES = ("f", "y", "L", "out", "result")
"""Names that an expression without one is given: the first that is free."""


def parse(text: str, *, name: str = "expression", known: Collection[str] = ()) -> Program:
    """Read a program.

    Args:
        text: statements separated by newlines or `;`; see the language's description in README.md.
        name: what errors call the text, such as a file's name.
        known: names whose values are given outside the text.

    Returns:
        The program, with notes on readings that could surprise. Every call in it is an operation of the table, a
        definition of the program, or one of the pseudo-operations `juxtapose` and `power`.

    Raises:
        ParseError: it is not in the language; the error has the place and what to do.
        NameProblem: a name before `(` is neither a function nor a factor.
        LimitError: it is too long, too deep, or holds a number or power out of range.

    Example:
        >>> parse("f = (x + y)*z").statements[0].name
        'f'
    """
    source = Source(text, name)
    try:
        return _program(source, scopes.statements(_pieces(source)), known)
    except UserError as error:
        raise error.located(source) from None


def parse_expression(text: str, *, name: str = "expression", known: Collection[str] = ()) -> Expr:
    """Read one expression; arguments and errors as for `parse`.

    Example:
        >>> parse_expression("2x")
        Call(function='mul', operands=(Number(value=Fraction(2, 1)), Name(id='x')), keywords=())
    """
    source = Source(text, name)
    try:
        parts = scopes.statements(_pieces(source))
        if not parts:
            raise _empty(source)
        scopes.check_only(parts, source)
        scope = scopes.survey(parts, [None], [canonical(word) for word in known], source)
        return _expression(parts[0], scope, [])
    except UserError as error:
        raise error.located(source) from None


def parse_point(text: str, *, name: str = "values") -> dict[str, Expr]:
    """Read values by name, such as `x=-2,y=5,W=[[1,2],[3,4]]`.

    Raises:
        ParseError: it is not a list of `name=value`.
        NameProblem: a name is given twice.

    Example:
        >>> sorted(parse_point("x=-2, w_1=1/3"))
        ['w1', 'x']
    """
    source = Source(text, name)
    try:
        pieces = _split_at_commas(_pieces(source))
        program = _program(source, scopes.statements(pieces), ())
        return _bindings(program, source)
    except UserError as error:
        raise error.located(source) from None


def _bindings(program: Program, source: Source) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for statement in program.statements:
        named = canonical(source.text[statement.name_span.start : statement.name_span.end]) == statement.name
        if isinstance(statement, Define) or statement.shape or statement.arguments or not named:
            raise ParseError("a value is given as name=value", span=statement.span, hint="write x=-2,y=5")
        if statement.expression is None:
            raise ParseError("this name has no value", span=statement.span, hint="write x=-2,y=5")
        if statement.name in found:
            raise NameProblem(f"{statement.name} is given twice", span=statement.name_span, hint="give it once")
        found[statement.name] = statement.expression
    return found


def _pieces(source: Source) -> list[Lexeme]:
    measure(source)
    return match_brackets(scan(source), source)


def _split_at_commas(pieces: list[Lexeme]) -> list[Lexeme]:
    """Commas outside brackets end a binding."""
    depth, made = 0, []
    for piece in pieces:
        depth += (piece.kind in ("LPAR", "LSQB")) - (piece.kind in ("RPAR", "RSQB"))
        made.append(replace(piece, kind="SEP") if piece.kind == "COMMA" and not depth else piece)
    return made


def _program(source: Source, parts: list[list[Lexeme]], known: Collection[str]) -> Program:
    if not parts:
        raise _empty(source)
    heads = [scopes.head(part, source) for part in parts]
    scope = scopes.survey(parts, heads, [canonical(word) for word in known], source)
    _check_named(parts, heads, source)
    notes: list[Note] = []
    made = [_statement(part, head, scope, notes) for part, head in zip(parts, heads, strict=True)]
    made = [*map(_declaration, made[:-1]), made[-1]]
    return Program(tuple(_named(made, scope)), source, tuple(notes[:MAX_NOTES]))


def _empty(source: Source) -> ParseError:
    return ParseError(f"the {source.name} is empty", hint="write something like f = (x + y)*z")


def _statement(part: list[Lexeme], head: Head | None, scope: Scope, notes: list[Note]) -> Statement:
    span = part[0].span.to(part[-1].span)
    if head is None:
        return Assign("", _expression(part, scope, notes), None, (), span, part[0].span)
    inner = scopes.within(scope, head)
    pieces = [*_head_pieces(part, head), *read_body(part[head.end :], inner, notes)]
    parts = _build(pieces, inner, notes, "statement")
    target = head.target
    expression = None if isinstance(parts[-1], Lexeme) else parts[-1]
    if expression is not None:
        limit_powers(expression)
    if head.parameters and target.word in scope.functions and expression is not None:
        return Define(target.word, head.parameters, expression, span, target.span)
    shapes = [read_shape(piece) for piece in parts if isinstance(piece, Lexeme) and piece.kind == "SHAPE"]
    words = [declared_word(piece) for piece in parts if isinstance(piece, Lexeme) and piece.kind == "SHAPE"]
    shape = shapes[0] if shapes else None
    return Assign(target.word, expression, shape, head.parameters, span, target.span, "".join(words[:1]))


def _declaration(statement: Statement) -> Statement:
    """A name on its own before other statements declares it, as `a : n` does, with any shape."""
    match statement:
        case Assign(name="", expression=Name(id=name)) if name not in CONSTANTS:
            return replace(statement, name=name, expression=None)
    return statement


def _head_pieces(part: list[Lexeme], head: Head) -> list[Lexeme]:
    names = [replace(piece, kind="NAME") if piece.kind == "WORD" else piece for piece in part[1 : head.end]]
    return [replace(part[0], kind="TARGET"), *names]


def _expression(part: list[Lexeme], scope: Scope, notes: list[Note]) -> Expr:
    made: Expr = _build(read_body(part, scope, notes), scope, notes, "expression")
    limit_powers(made)
    return made


def _build(pieces: list[Lexeme], scope: Scope, notes: list[Note], start: Start) -> Any:
    """The syntax tree of an expression, or the list of a statement's parts."""
    try:
        tree = derive(pieces, start)
    except Refused as refused:
        raise explain(pieces, refused.place, refused.wanted, scope.source) from None
    return build(tree, Building(pieces, scope, notes))


def _check_named(parts: list[list[Lexeme]], heads: list[Head | None], source: Source) -> None:
    """Refuse several statements without a name that declare nothing.

    Unless the first does not even parse: that is said instead.

    Raises:
        ParseError: several statements have no name.
    """
    last = len(parts) - 1
    heads_of = enumerate(zip(parts, heads, strict=True))
    bare = [part for i, (part, head) in heads_of if head is None and (i == last or not _is_word(part))]
    if len(bare) > 1:
        span = bare[0][0].span.to(bare[0][-1].span)
        raise ParseError("this statement has no name", span=span, hint="write q = … before it", source=source)


def _is_word(part: list[Lexeme]) -> bool:
    return len(part) == 1 and part[0].kind == "WORD"


def _named(made: list[Statement], scope: Scope) -> list[Statement]:
    """Give a statement without a name the first name that is free."""
    taken = scope.values | set(scope.functions) | scope.letters
    free = (name for name in chain(OUTPUT_NAMES, (f"f{i}" for i in count(1))) if name not in taken)
    return [statement if statement.name else replace(statement, name=next(free)) for statement in made]
