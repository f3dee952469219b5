"""Trees made anew from the leaves up: transposes by their name, letters by their sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from gradviz.graph.order import is_transpose_mark
from gradviz.syntax.tree import Call, Expr, Name, Number, Slice, children, postorder, rebuilt


def mapped(tree: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """A tree with every node put through `change`, parts before the whole; what does not change is shared."""
    made: dict[int, Any] = {}
    for node in postorder(tree):
        kept = all(made[id(part)] is part for part in children(node))
        whole = node if kept else rebuilt(node, made)
        made[id(node)] = whole if isinstance(whole, Slice) else change(whole)
    found: Expr = made[id(tree)]
    return found


def transposed(tree: Expr, own: Collection[str]) -> Expr:
    """The tree with `A^T` as the transpose that it is, for people to read.

    Example:
        >>> from gradviz.syntax.parser import parse_expression
        >>> transposed(parse_expression("W^T"), ["W"])
        Call(function='transpose', operands=(Name(id='W'),), keywords=())
    """

    def change(node: Expr) -> Expr:
        if isinstance(node, Call) and node.function == "power" and is_transpose_mark(node.operands[1], own):
            return Call("transpose", node.operands[:1], span=node.span)
        return node

    return mapped(tree, change)


def sized(tree: Expr, sizes: Mapping[str, int | Fraction], own: Collection[str]) -> Expr:
    """The tree with letters (of sizes, say) as the numbers that they stand for.

    Example:
        >>> from gradviz.syntax.parser import parse_expression
        >>> sized(parse_expression("x/N"), {"N": 3}, ["x"]).operands[1]
        Number(value=Fraction(3, 1))
    """

    def change(node: Expr) -> Expr:
        if isinstance(node, Name) and node.id in sizes and node.id not in own:
            return Number(Fraction(sizes[node.id]), node.span)
        return node

    return mapped(tree, change)
