"""Calls as people write them to calls of the table's operations: settings told from operands, special words turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradviz.errors import ParseError, nearest
from gradviz.ops.op import REQUIRED, Op, Parameter
from gradviz.ops.table import OPS
from gradviz.source import Span
from gradviz.syntax import words
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.tree import Array, Call, Expr, Name, Number, Text


@dataclass(frozen=True, slots=True)
class Tuple:
    """`(a, b)`: not an expression, but what a shape or a case of `Piecewise` is written as."""

    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Keyword:
    """`axis=0` among a call's arguments."""

    name: str
    value: Expr | Tuple
    span: Span


Argument = Expr | Tuple | Keyword


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
    return _by_row(_row(name, arguments), function, arguments, span)


def plain_call(function: Lexeme, arguments: Sequence[Argument], count: int, span: Span) -> Call:
    """A call of one of the program's own definitions."""
    return Call(function.word, tuple(_plain(function, arguments, count)), (), span)


def operand(argument: Argument) -> Expr:
    """An argument that must be an expression.

    Raises:
        ParseError: it is a list in parentheses or a setting.
    """
    if isinstance(argument, Tuple):
        raise ParseError("a list of values stands in square brackets", span=argument.span, hint="write [a, b]")
    if isinstance(argument, Text):
        raise ParseError(
            "text in quotes is only for settings such as einsum's equation",
            span=argument.span,
            hint="give a number, a name or an array",
        )
    if isinstance(argument, Keyword):
        raise ParseError(f"there is no setting {argument.name} here", span=argument.span, hint="give operands only")
    return argument


def _atom(text: str, span: Span) -> Expr:
    return Number(Fraction(text), span) if text.isdecimal() else Name(text, span)


def _shown(function: Lexeme) -> str:
    return function.text or function.word


def _plain(function: Lexeme, arguments: Sequence[Argument], count: int) -> list[Expr]:
    operands = [operand(argument) for argument in arguments]
    if len(operands) != count:
        raise _count(function, len(operands), (count, count))
    return operands


def _count(function: Lexeme, given: int, arity: tuple[int, int | None]) -> ParseError:
    least, most = arity
    wanted = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
    noun = "operand" if wanted == "1" else "operands"
    names = ", ".join("abcdefgh"[: max(least, 1)]) if least > 1 else "x"
    return ParseError(
        f"{_shown(function)} takes {wanted} {noun}, not {given}",
        span=function.span,
        hint=f"write {_shown(function)}({names})",
    )


def _row(name: str, arguments: Sequence[Argument]) -> Op:
    """The row: `max` of several operands is elementwise, of one a reduction."""
    several = sum(not isinstance(argument, Keyword) for argument in arguments) > 1
    return OPS[{"max": "maximum", "min": "minimum"}.get(name, name) if several else name]


def _arity(op: Op) -> tuple[int, int | None]:
    return (op.arity, op.arity) if isinstance(op.arity, int) else op.arity


def _by_row(op: Op, function: Lexeme, arguments: Sequence[Argument], span: Span) -> Call:
    positional: list[Expr | Tuple] = [item for item in arguments if not isinstance(item, Keyword)]
    settings: dict[str, Expr | Tuple] = {}
    for parameter in op.parameters:
        if parameter.kind == "text" and positional and isinstance(positional[0], Text):
            settings[parameter.name] = positional.pop(0)
    _check_keywords(op, function, arguments)
    least, most = _arity(op)
    if most is not None and len(positional) > most:
        _by_position(op, function, positional[most:], settings)
        del positional[most:]
    if not op.accepts(len(positional)):
        raise _count(function, len(positional), (least, most))
    for item in arguments:
        if isinstance(item, Keyword):
            _by_keyword(item, settings)
    _complete(op, function, settings)
    keywords = tuple((p.name, _setting(p, settings[p.name])) for p in op.parameters if _given(settings, p.name))
    return Call(op.name, tuple(operand(item) for item in positional), keywords, span)


def _given(settings: Mapping[str, Expr | Tuple], name: str) -> bool:
    return name in settings and settings[name] != Name("None")


def _by_position(op: Op, function: Lexeme, extra: Sequence[Expr | Tuple], settings: dict[str, Expr | Tuple]) -> None:
    """Settings given by position after the operands: `leaky_relu(x, 0.1)`, `reshape(x, 2, 3)`."""
    free = [parameter for parameter in op.parameters if parameter.name not in settings]
    if free and free[0].kind in ("shape", "axes") and len(extra) > 1 and not any(isinstance(e, Tuple) for e in extra):
        items = tuple(operand(item) for item in extra)
        settings[free[0].name] = Array(items, items[0].span.to(items[-1].span))
        return
    if len(extra) > len(free):
        _, most = _arity(op)
        raise _count(function, (most or 0) + len(extra), (_arity(op)[0], (most or 0) + len(free)))
    for parameter, value in zip(free, extra, strict=False):
        settings[parameter.name] = value


def _check_keywords(op: Op, function: Lexeme, arguments: Sequence[Argument]) -> None:
    names = [parameter.name for parameter in op.parameters]
    for item in arguments:
        if isinstance(item, Keyword) and item.name not in names:
            close = nearest(item.name, names)
            has = f"its settings are {', '.join(names)}" if names else "it has none; compare with =="
            raise ParseError(
                f"{_shown(function)} has no setting {item.name}",
                span=item.span,
                hint=f"did you mean {close}?" if close else has,
            )


def _by_keyword(item: Keyword, settings: dict[str, Expr | Tuple]) -> None:
    if item.name in settings:
        raise ParseError(f"the setting {item.name} is given twice", span=item.span, hint="give it once")
    settings[item.name] = item.value


def _complete(op: Op, function: Lexeme, settings: Mapping[str, Expr | Tuple]) -> None:
    missing = [p for p in op.parameters if p.default == REQUIRED and p.name not in settings]
    if missing:
        named = " and ".join(p.name for p in missing)
        raise ParseError(
            f"{_shown(function)} needs {named}",
            span=function.span,
            hint=f"write {_shown(function)}(…, {missing[0].name}=…)",
        )


def _setting(parameter: Parameter, value: Expr | Tuple) -> Expr:
    if isinstance(value, Tuple) and parameter.kind in ("shape", "axes", "axis"):
        return Array(value.items, value.span)
    if isinstance(value, Name) and (parameter.kind == "text" or value.id in ("fro", "inf")):
        return Text(value.id, value.span)
    return value if isinstance(value, Text) else operand(value)


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
    return _by_row(OPS["polygamma"], function, arguments, span)


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
            raise _count(function, len(sizes), (least, most))
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
