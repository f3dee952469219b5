"""Two loops that walk through memory in order, one in the other, are one: `for i: for j: y[3*i + j] = …`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from gradviz.passes.compiling.emit.expressions.parts import places_of, rebuilt
from gradviz.passes.compiling.emit.expressions.tree import Expression, Place
from gradviz.passes.compiling.emit.loops.program import (
    Alias,
    Change,
    Do,
    If,
    Let,
    LetWhole,
    Loop,
    Say,
    Start,
    Statement,
    Store,
)


def collapsed(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements, with loops made one where every index in them allows it."""
    return tuple(_collapsed(statement) for statement in statements)


def _collapsed(statement: Statement) -> Statement:
    if isinstance(statement, If):
        return replace(statement, body=collapsed(statement.body))
    if not isinstance(statement, Loop):
        return statement
    outer = replace(statement, body=collapsed(statement.body))
    inner = outer.body[0] if len(outer.body) == 1 else None
    if not isinstance(inner, Loop):
        return outer
    used = [dict(place.terms) for place in _places(inner.body)]
    if any(own.get(outer.counter, 0) != inner.count * own.get(inner.counter, 0) for own in used):
        return outer

    def one(place: Place) -> Place:
        kept = [(name, n) for name, n in place.terms if name != outer.counter]
        return Place(tuple((outer.counter if name == inner.counter else name, n) for name, n in kept), place.constant)

    return Loop(outer.counter, outer.count * inner.count, tuple(_changed(part, one) for part in inner.body))


def _places(statements: Sequence[Statement]) -> list[Place]:
    """Every place in statements and what they enclose."""
    found: list[Place] = []
    left = list(statements)
    for statement in left:
        if isinstance(statement, Store):
            found.append(statement.place)
        if isinstance(statement, (Loop, If)):
            left.extend(statement.body)
        value = value_of(statement)
        if value is not None:
            found.extend(places_of(value))
    return found


def value_of(statement: Statement) -> Expression | None:
    """The expression in a statement."""
    match statement:
        case Say() | Alias() | Loop():
            return None
        case If(test, _):
            return test
        case Do(call):
            return call
        case _:
            return statement.value


def _changed(statement: Statement, place: Callable[[Place], Place]) -> Statement:
    """A statement with every place in it changed."""
    match statement:
        case Let() | LetWhole() | Start() | Change():
            return replace(statement, value=rebuilt(statement.value, place))
        case Store():
            return replace(statement, place=place(statement.place), value=rebuilt(statement.value, place))
        case Do(call):
            return Do(rebuilt(call, place))
        case If(test, body):
            return If(rebuilt(test, place), tuple(_changed(part, place) for part in body))
        case Loop():
            return replace(statement, body=tuple(_changed(part, place) for part in statement.body))
        case _:
            return statement
