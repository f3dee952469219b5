"""Exact numbers put into a tree in the place of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradviz.syntax.tree import Array, Call, Expr, Index, Name, Number, Slice, postorder

Values = Mapping[str, Fraction]


def put_in(expr: Expr, values: Values, used: set[str] | None = None) -> Expr:
    """A tree with numbers in the place of names.

    Example:
        >>> from gradviz.syntax.parser import parse_expression
        >>> from gradviz.syntax.show import to_unicode
        >>> to_unicode(put_in(parse_expression("cos(a x)^a + ab", known=("a", "ab")), {"a": Fraction(-3)}))
        'cos(−3·x)⁻³ + ab'
    """
    made: dict[int, Any] = {}
    for node in postorder(expr):
        made[id(node)] = _replaced(node, made, values, used)
    found: Expr = made[id(expr)]
    return found


def _replaced(node: Expr | Slice, made: Mapping[int, Any], values: Values, used: set[str] | None) -> Expr | Slice:
    match node:
        case Name(id=name) if name in values:
            if used is not None:
                used.add(name)
            return number_tree(values[name])
        case Call():
            operands = tuple(made[id(one)] for one in node.operands)
            # Beside something stands a number for a name: no matrix product any more, and easier to read with a sign.
            put = any(
                new is not old and isinstance(old, Name) for new, old in zip(operands, node.operands, strict=True)
            )
            function = "mul" if node.function == "juxtapose" and put else node.function
            return replace(
                node,
                function=function,
                operands=operands,
                keywords=tuple((key, made[id(one)]) for key, one in node.keywords),
            )
        case Index():
            return replace(node, base=made[id(node.base)], items=tuple(made[id(one)] for one in node.items))
        case Array():
            return replace(node, items=tuple(made[id(one)] for one in node.items))
        case Slice():
            start, stop, step = (None if one is None else made[id(one)] for one in (node.start, node.stop, node.step))
            return Slice(start, stop, step, node.span)
        case _:
            return node


def number_tree(value: Fraction) -> Expr:
    """A number as the parser reads it: what is no decimal is a division."""
    if _is_decimal(value):
        return Number(value)
    return Call("div", (Number(Fraction(value.numerator)), Number(Fraction(value.denominator))))


def _is_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
