"""Calls as people write them to calls of the table's operations: settings told from operands, special words turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from gradviz.errors import ParseError
from gradviz.ops.op import Op
from gradviz.ops.table import OPS
from gradviz.source import Span
from gradviz.syntax import words
from gradviz.syntax.arguments import Argument, Keyword, Tuple, operand, wrong_count
from gradviz.syntax.call_rows import by_row
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.tree import Call, Expr, Name, Number

__all__ = ["Keyword", "Tuple", "operand", "plain_call", "resolve"]


def resolve(function: Lexeme, arguments: Sequence[Argument], span: Span) -> Expr:
    """The call of an operation that a function word with its arguments means.

    Raises:
        ParseError: too many or too few operands, an unknown or missing setting.
    """
    word = function.word
    if word.startswith("root "):
        return _root(_plain(function, arguments, 1)[0], _atom(word.removeprefix("root "), function.span), span)
    name = words.function(word) or word
    base = words.log_base(word)
    if base is not None:
        return _log(_plain(function, arguments, 1)[0], _atom(base, function.span), span)
    if name in _SPECIAL:
        return _SPECIAL[name](function, arguments, span)
    keywords = [item.name for item in arguments if isinstance(item, Keyword)]
    block = words.block(word, len(arguments) - len(keywords), keywords)
    if block is not None:
        return by_row(block, function, arguments, span)
    return by_row(_row(name, arguments), function, arguments, span)


def plain_call(function: Lexeme, arguments: Sequence[Argument], count: int, span: Span) -> Call:
    """A call of one of the program's own definitions."""
    return Call(function.word, tuple(_plain(function, arguments, count)), (), span)


def _atom(text: str, span: Span) -> Expr:
    return Number(Fraction(text), span) if text.isdecimal() else Name(text, span)


def _plain(function: Lexeme, arguments: Sequence[Argument], count: int) -> list[Expr]:
    operands = [operand(argument) for argument in arguments]
    if len(operands) != count:
        raise wrong_count(function, len(operands), (count, count))
    return operands


def _row(name: str, arguments: Sequence[Argument]) -> Op:
    """The row: `max` of several operands is elementwise, of one a reduction."""
    several = sum(not isinstance(argument, Keyword) for argument in arguments) > 1
    return OPS[{"max": "maximum", "min": "minimum"}.get(name, name) if several else name]


def _log(x: Expr, base: Expr, span: Span) -> Call:
    return Call("log", (x,), (), span) if base == Name("e") else Call("log_base", (x, base), (), span)


def _logarithm(function: Lexeme, arguments: Sequence[Argument], span: Span) -> Expr:
    values = [item.value if isinstance(item, Keyword) and item.name == "base" else item for item in arguments]
    if len(values) == 2:
        x, base = _plain(function, values, 2)
        return Call("log_base", (x, base), (), span)
    return Call("log", tuple(_plain(function, values, 1)), (), span)


def _root(x: Expr, degree: Expr, span: Span) -> Call:
    if degree in (Number(Fraction(2)), Number(Fraction(3))):
        return Call("sqrt" if degree == Number(Fraction(2)) else "cbrt", (x,), (), span)
    inverse = Call("div", (Number(Fraction(1), degree.span), degree), (), degree.span)
    return Call("power", (x, inverse), (), span)


def _rooted(function: Lexeme, arguments: Sequence[Argument], span: Span) -> Expr:
    x, degree = _plain(function, arguments, 2)
    return _root(x, degree, span)


def _polygamma(function: Lexeme, arguments: Sequence[Argument], span: Span) -> Expr:
    """`polygamma(n, x)`: the order comes first, as in SymPy."""
    if len(arguments) == 2 and not any(isinstance(item, Keyword) for item in arguments):
        n, x = _plain(function, arguments, 2)
        return Call("polygamma", (x,), (("n", n),), span)
    return by_row(OPS["polygamma"], function, arguments, span)


def _cases(function: Lexeme, arguments: Sequence[Argument], span: Span) -> Expr:
    """`Piecewise((a, c), (b, True))` as nested `where`."""
    cases = [item for item in arguments if isinstance(item, Tuple) and len(item.items) == 2]
    hint = "write Piecewise((value, condition), (otherwise, True))"
    if not cases or len(cases) != len(arguments):
        raise ParseError("each case is a value and its condition", span=span, hint=hint)
    value, condition = cases[-1].items
    if condition != Number(Fraction(1)):
        raise ParseError("the last case needs the condition True", span=cases[-1].span, hint=hint)
    made = value
    for case in reversed(cases[:-1]):
        made = Call("where", (case.items[1], case.items[0], made), (), span)
    return made


def _filled(name: str, least: int, most: int) -> Callable[[Lexeme, Sequence[Argument], Span], Expr]:
    """`ones(n)`, `ones(m, n)` and NumPy's `ones((m, n))`: the sizes are the operands."""

    def resolved(function: Lexeme, arguments: Sequence[Argument], span: Span) -> Expr:
        listed = list(arguments)
        if len(listed) == 1 and isinstance(listed[0], Tuple):
            listed = list(listed[0].items)
        sizes = tuple(operand(argument) for argument in listed)
        if not least <= len(sizes) <= most:
            raise wrong_count(function, len(sizes), (least, most))
        return Call(name, sizes, (), span)

    return resolved


_SPECIAL: Mapping[str, Callable[[Lexeme, Sequence[Argument], Span], Expr]] = {
    "Piecewise": _cases,
    "log": _logarithm,
    "polygamma": _polygamma,
    "root": _rooted,
    "ones": _filled("ones", 1, 8),
    "zeros": _filled("zeros", 1, 8),
    "eye": _filled("eye", 1, 1),
}
