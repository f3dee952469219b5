"""Where a minus sign stands in a line of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from gradviz.syntax.tree import Call, Expr, Number, postorder, rebuilt

PRODUCTS = frozenset(["mul", "div", "hadamard"])
"""Operations whose sign stands before their first factor."""


def leading_sign(tree: Expr) -> Expr:
    """The same tree with minus signs moved to the front factor, as in a line of text: −x·y rather than −(x·y).

    Example:
        >>> from gradviz.syntax.show import to_text
        >>> from gradviz.syntax.tree import Name
        >>> to_text(leading_sign(Call("neg", (Call("mul", (Name("x"), Name("y"))),))))
        '-x*y'
    """
    made: dict[int, Any] = {}
    for part in postorder(tree):
        made[id(part)] = _fronted(part, made) if isinstance(part, Call) else rebuilt(part, made)
    return cast("Expr", made[id(tree)])


def _fronted(call: Call, made: Mapping[int, Any]) -> Expr:
    operands = tuple(made[id(operand)] for operand in call.operands)
    if call.function != "neg":
        return replace(call, operands=operands)
    heads: list[Call] = []
    inner = operands[0]
    while isinstance(inner, Call) and inner.function in PRODUCTS:
        heads.append(inner)
        inner = inner.operands[0]
    front: Expr = Number(-inner.value) if isinstance(inner, Number) else Call("neg", (inner,))
    for head in reversed(heads):
        front = replace(head, operands=(front, head.operands[1]))
    return front
