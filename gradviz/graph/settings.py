"""A call's operands and settings told apart, and the settings read: exact numbers, axes, shapes, texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from gradviz.errors import ParseError, UserError, nearest
from gradviz.graph.exact import fold, tidy
from gradviz.ops.op import CONSTANTS, REQUIRED, Attribute, Op, Parameter
from gradviz.source import Span
from gradviz.syntax.tree import Array, Call, Expr, Name, Number, Text, postorder

if TYPE_CHECKING:
    from gradviz.networks.block import Block

Lookup = Callable[[str], Attribute]
"""The constant that a name stands for, or None."""


@dataclass(frozen=True, slots=True)
class Split:
    """A call of an operation: what it works on, and its settings as written."""

    operands: tuple[Expr, ...]
    settings: Mapping[str, tuple[Expr, ...]]


def usage(op: Op | Block) -> str:
    """How an operation is called.

    Example:
        >>> from gradviz.ops.table import OPS
        >>> usage(OPS["log_base"])
        'log_base(x, y)'
    """
    from gradviz.networks.block import Block

    if isinstance(op, Block):
        return op.usage()
    least, most = (op.arity, op.arity) if isinstance(op.arity, int) else op.arity
    letters = ["x", "y", "z", "u", "v", "w"]
    words = letters[: max(least, 2) if most is None else most] + (["…"] if most is None else [])
    words += [p.name if p.default == REQUIRED else f"{p.name}={_shown(p.default)}" for p in op.parameters]
    return f"{op.notation.text if op.notation.form == 'function' and op.notation.text else op.name}({', '.join(words)})"


def _shown(value: Attribute) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def wrong_call(op: Op | Block, message: str, span: Span) -> UserError:
    """An error about a call, with the usage line."""
    return ParseError(message, span=span, hint=f"write {usage(op)}")


def split(op: Op | Block, call: Call) -> Split:
    """A call's operands, and its settings by name; those given by position stand after the operands.

    Raises:
        ParseError: too few or too many operands, an unknown setting, or one given twice.
    """
    operands, rest = _operands(op, call.operands)
    if not op.accepts(len(operands)):
        raise wrong_call(op, f"{op.name} takes {_count(op)}, not {len(operands)}", call.span)
    settings: dict[str, tuple[Expr, ...]] = {}
    free = list(op.parameters)
    while rest and free:
        parameter = free.pop(0)
        many = not free and parameter.kind in ("shape", "axes")
        settings[parameter.name], rest = (rest, ()) if many else (rest[:1], rest[1:])
    if rest:
        most = len(call.operands) - len(rest)
        raise wrong_call(op, f"{op.name} takes at most {most} arguments, not {len(call.operands)}", call.span)
    known = [parameter.name for parameter in op.parameters]
    for name, value in call.keywords:
        if name not in known:
            close = nearest(name, known)
            asked = f"; did you mean {close!r}?" if close else ""
            raise wrong_call(op, f"{op.name} has no setting {name!r}{asked}", value.span)
        if name in settings:
            raise wrong_call(op, f"the setting {name!r} is given twice", value.span)
        settings[name] = (value,)
    for parameter in op.parameters:
        if parameter.default == REQUIRED and parameter.name not in settings:
            raise wrong_call(op, f"{op.name} needs the setting {parameter.name!r}", call.span)
    return Split(operands, settings)


def _operands(op: Op | Block, written: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """Operands and positional settings. A text is never an operand: einsum's equation may come first."""
    most = op.arity if isinstance(op.arity, int) else op.arity[1]
    texts = tuple(expr for expr in written if isinstance(expr, Text))
    others = tuple(expr for expr in written if not isinstance(expr, Text))
    if most is None:
        return others, texts
    return others[:most], (texts + others[most:] if texts and written[0] is texts[0] else written[most:])


def _count(op: Op | Block) -> str:
    least, most = (op.arity, op.arity) if isinstance(op.arity, int) else op.arity
    words = {1: "one operand", 2: "two operands", 3: "three operands"}
    if most is None:
        return f"at least {words.get(least, f'{least} operands')}"
    return words.get(most, f"{most} operands") if least == most else f"{least} to {most} operands"


def setting(parameter: Parameter, written: tuple[Expr, ...], lookup: Lookup) -> Attribute:
    """A setting's value as its kind asks.

    Raises:
        ParseError: it is something else; the place is the argument.
    """
    first, what = written[0], f"the setting {parameter.name!r}"
    reading: Attribute
    match parameter.kind, first:
        case _, Name(id="None" | "none") if parameter.default is None:
            return None
        case _, Text(value=text):
            reading = text
        case "text", Name(id=word):
            reading = word
        case (("number" | "text"), Name(id="inf" | "fro" as word)) if lookup(word) is None:
            reading = word
        case "flag", Name(id="True" | "true" | "False" | "false" as word):
            return word.lower() == "true"
        case (("axes" | "shape"), Array(items=items)) if len(written) == 1:
            return tuple(whole_number(item, what, lookup) for item in items)
        case "shape", _:
            return tuple(whole_number(item, what, lookup) for item in written)
        case "axes", _ if len(written) > 1:
            return tuple(whole_number(item, what, lookup) for item in written)
        case (("axis" | "axes" | "integer"), _):
            return whole_number(first, what, lookup)
        case "flag", _:
            return bool(number(first, what, lookup))
        case _:
            return number(first, what, lookup)
    if parameter.kind != "text" and not isinstance(parameter.default, str) and reading not in ("inf", "fro"):
        raise ParseError(f"{what} must be a known number", span=first.span, hint="write a number here")
    return reading


def whole_number(expr: Expr, what: str, lookup: Lookup) -> int:
    """A constant whole number, such as an index.

    Raises:
        ParseError: it is not one; the place is the expression.
    """
    value = number(expr, what, lookup)
    if value != int(value):
        raise ParseError(f"{what} must be a whole number", span=expr.span, hint="write a number such as 0, 1 or 2")
    return int(value)


def number(expr: Expr, what: str, lookup: Lookup) -> int | float | Fraction:
    """The exact number that an expression of constants stands for; iterative.

    Raises:
        ParseError: it is no constant.
    """
    problem = ParseError(f"{what} must be a known number", span=expr.span, hint="write a number here")
    found: list[int | float | Fraction] = []
    for node in postorder(expr):
        match node:
            case Number(value=value):
                found.append(tidy(value, node.span))
            case Name(id=name):
                known = lookup(name)
                known = CONSTANTS.get(name) if known is None else known
                if not isinstance(known, (int, float, Fraction)):
                    raise problem
                found.append(known)
            case Call(function=function, operands=operands) if not node.keywords:
                taken = tuple(found[len(found) - len(operands) :])
                del found[len(found) - len(operands) :]
                folded = fold(function, taken, node.span)
                if folded is None:
                    raise problem
                found.append(folded)
            case _:
                raise problem
    return found[0]
