"""What expressions are made of: every part, every place, and the same expression with its places changed."""

from __future__ import annotations

from collections.abc import Callable

from gradviz.passes.compiling.emit.expressions.tree import (
    Call,
    Choice,
    Expression,
    Infix,
    Part,
    Place,
    Prefix,
    Read,
    Whole,
)


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """What an expression is made of directly."""
    match expression:
        case Call(_, arguments):
            return arguments
        case Infix(_, left, right):
            return left, right
        case Prefix(_, operand):
            return (operand,)
        case Choice(test, yes, no):
            return test, yes, no
        case _:
            return ()


def every_part(expression: Expression) -> list[Expression]:
    """An expression and everything in it."""
    found = [expression]
    for part in found:
        found.extend(parts_of(part))
    return found


def rebuilt(expression: Expression, place: Callable[[Place], Place]) -> Expression:
    """The same expression with every place in it changed."""

    def again(part: Expression) -> Expression:
        match part:
            case Read(array, where):
                return Read(array, place(where))
            case Whole(where):
                return Whole(place(where))
            case Part(array, where, length, total):
                return Part(array, place(where), length, total)
            case Call(function, arguments):
                return Call(function, tuple(map(again, arguments)))
            case Infix(sign, left, right):
                return Infix(sign, again(left), again(right))
            case Prefix(sign, operand):
                return Prefix(sign, again(operand))
            case Choice(test, yes, no):
                return Choice(again(test), again(yes), again(no))
            case _:
                return part

    return again(expression)


def places_of(expression: Expression) -> list[Place]:
    """Every place in an expression."""
    return [part.place for part in every_part(expression) if isinstance(part, (Read, Whole, Part))]
