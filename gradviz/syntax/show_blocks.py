"""How calls of layers and losses are written: `dense(X, 8, tanh)`, as people write them and so that they read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradviz.ops.op import REQUIRED
from gradviz.syntax import words
from gradviz.syntax.names import canonical
from gradviz.syntax.tree import Call, Expr, Number, Text

if TYPE_CHECKING:
    from gradviz.networks.block import Block

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TAKEN = frozenset({"and", "or", "not", "True", "False", "None"})


@dataclass(frozen=True, slots=True)
class Written:
    """A call of a layer or a loss as it is written: what stands by position, and what by keyword."""

    positional: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...]
    flags: frozenset[str]


def written(call: Call) -> Written | None:
    """How a call is written; None if it is no layer's or loss's.

    The settings that must be given stand by position, and a word directly behind them.

    Example:
        >>> from gradviz.syntax.parser import parse_expression
        >>> found = written(parse_expression("dense(x, units=8, activation=tanh, init=he)"))
        >>> [key for key, _ in found.keywords], len(found.positional)
        (['init'], 3)
    """
    row = words.block(call.function, len(call.operands), [key for key, _ in call.keywords])
    if row is None:
        return None
    given = dict(call.keywords)
    leading = (given.pop(row.parameters[0].name),) if row.leads and row.parameters[0].name in given else ()
    behind = _behind(row, given) if row.most == len(call.operands) else []
    flags = frozenset(parameter.name for parameter in row.parameters if parameter.kind == "flag")
    rest = tuple((key, value) for key, value in call.keywords if key in given and key not in behind)
    return Written((*leading, *call.operands, *(given[key] for key in behind)), rest, flags)


def _behind(row: Block, given: dict[str, Expr]) -> list[str]:
    """The settings that stand by position behind the operands."""
    found: list[str] = []
    for parameter in row.parameters[row.leads :]:
        needed = parameter.default == REQUIRED
        if parameter.name not in given or not (needed or (found and parameter.kind == "text")):
            break
        found.append(parameter.name)
        if not needed:
            break
    return found


def bare(text: Text) -> str:
    """A setting's text as a word where it is one that reads back, else in quotes.

    Example:
        >>> bare(Text("tanh")), bare(Text("normal 0.01"))
        ('tanh', '"normal 0.01"')
    """
    value = text.value
    plain = _WORD.fullmatch(value) is not None and canonical(value) == value and value not in _TAKEN
    return value if plain else f'"{value}"'


def shown(value: Expr, *, flag: bool) -> str | Expr:
    """A setting as text, where it is not written like any other expression."""
    if isinstance(value, Text):
        return bare(value)
    return str(bool(value.value)) if flag and isinstance(value, Number) else value
