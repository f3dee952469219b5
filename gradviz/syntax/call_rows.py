"""Calls read by their row: operands told from settings, settings by position and by keyword."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from gradviz.errors import ParseError, nearest
from gradviz.ops.op import REQUIRED, Op, Parameter
from gradviz.source import Span
from gradviz.syntax.arguments import Argument, Keyword, Tuple, operand, shown, wrong_count
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.tree import Array, Call, Expr, Name, Text

if TYPE_CHECKING:
    from gradviz.networks.block import Block

Row: TypeAlias = "Op | Block"
"""What a call is read by: both say how many operands there are, and which settings."""


def _arity(op: Row) -> tuple[int, int | None]:
    return (op.arity, op.arity) if isinstance(op.arity, int) else op.arity


def by_row(op: Row, function: Lexeme, arguments: Sequence[Argument], span: Span) -> Call:
    """A call of an operation, a layer or a loss.

    Raises:
        ParseError: the arguments do not fit; of a layer or loss the hint says how it is called.
    """
    try:
        return _read(op, function, arguments, span)
    except ParseError as error:
        if not isinstance(op, Op) and error.span == function.span:
            error.hint = f"write {op.usage()}"
        raise


def _read(op: Row, function: Lexeme, arguments: Sequence[Argument], span: Span) -> Call:
    positional: list[Expr | Tuple] = [item for item in arguments if not isinstance(item, Keyword)]
    settings: dict[str, Expr | Tuple] = {}
    for parameter in op.parameters:
        if parameter.kind == "text" and positional and isinstance(positional[0], Text):
            settings[parameter.name] = positional.pop(0)
    _check_keywords(op, function, arguments)
    least, most = _arity(op)
    end = len(positional) if most is None else most
    if not isinstance(op, Op):
        end = min(end, next((i for i, item in enumerate(positional) if isinstance(item, Text)), end))
    if len(positional) > end:
        _by_position(op, function, positional[end:], settings)
        del positional[end:]
    if not op.accepts(len(positional)):
        raise wrong_count(function, len(positional), (least, most))
    for item in arguments:
        if isinstance(item, Keyword):
            _by_keyword(item, settings)
    _complete(op, function, settings)
    keywords = tuple((p.name, _setting(p, settings[p.name])) for p in op.parameters if _given(settings, p.name))
    return Call(op.name, tuple(operand(item) for item in positional), keywords, span)


def _given(settings: Mapping[str, Expr | Tuple], name: str) -> bool:
    return name in settings and settings[name] != Name("None")


def _by_position(op: Row, function: Lexeme, extra: Sequence[Expr | Tuple], settings: dict[str, Expr | Tuple]) -> None:
    """Settings given by position after the operands: `leaky_relu(x, 0.1)`, `reshape(x, 2, 3)`."""
    free = [parameter for parameter in op.parameters if parameter.name not in settings]
    sizes = next((i for i, item in enumerate(extra) if _stands_alone(item)), len(extra))
    if free and free[0].kind in ("shape", "axes") and sizes > 1 and (sizes == len(extra) or not isinstance(op, Op)):
        items = tuple(operand(item) for item in extra[:sizes])
        settings[free[0].name] = Array(items, items[0].span.to(items[-1].span))
        free, extra = free[1:], extra[sizes:]
    if len(extra) > len(free):
        _, most = _arity(op)
        raise wrong_count(function, (most or 0) + len(extra), (_arity(op)[0], (most or 0) + len(free)))
    for value in extra:
        # A text is for the first setting that takes one: `mse(p, t, sum)`.
        takes = [p for p in free if p.kind == "text"] if isinstance(value, Text) else []
        taken = (takes or free)[0]
        settings[taken.name] = value
        free = [parameter for parameter in free if parameter is not taken]


def _stands_alone(item: Expr | Tuple) -> bool:
    """Whether an argument is no single size among several."""
    return isinstance(item, (Tuple, Array, Text))


def _check_keywords(op: Row, function: Lexeme, arguments: Sequence[Argument]) -> None:
    names = [parameter.name for parameter in op.parameters]
    for item in arguments:
        if isinstance(item, Keyword) and item.name not in names:
            close = nearest(item.name, names)
            has = f"its settings are {', '.join(names)}" if names else "it has none; compare with =="
            raise ParseError(
                f"{shown(function)} has no setting {item.name}",
                span=item.span,
                hint=f"did you mean {close}?" if close else has,
            )


def _by_keyword(item: Keyword, settings: dict[str, Expr | Tuple]) -> None:
    if item.name in settings:
        raise ParseError(f"the setting {item.name} is given twice", span=item.span, hint="give it once")
    settings[item.name] = item.value


def _complete(op: Row, function: Lexeme, settings: Mapping[str, Expr | Tuple]) -> None:
    missing = [p for p in op.parameters if p.default == REQUIRED and p.name not in settings]
    if missing:
        named = " and ".join(p.name for p in missing)
        raise ParseError(
            f"{shown(function)} needs {named}",
            span=function.span,
            hint=f"write {shown(function)}(…, {missing[0].name}=…)",
        )


def _setting(parameter: Parameter, value: Expr | Tuple) -> Expr:
    if isinstance(value, Tuple) and parameter.kind in ("shape", "axes", "axis"):
        return Array(value.items, value.span)
    if isinstance(value, Name) and (parameter.kind == "text" or value.id in ("fro", "inf")):
        return Text(value.id, value.span)
    return value if isinstance(value, Text) else operand(value)
