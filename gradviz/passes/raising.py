"""Graph to syntax tree: a node's expression in its operands' names, or inlined down to chosen nodes."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from fractions import Fraction
from typing import Any

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, Attribute, NamedConstant
from gradviz.syntax.tree import Array, Call, Expr, Index, Name, Number, Slice, Text

TREE_BUDGET = 400
"""How many nodes a raised tree may have."""
SPREADS = frozenset(["broadcast_to", "reshape"])
"""Operations that repeat or rearrange the entries of their operand."""


def number(value: int | float | Fraction) -> Expr:
    """A number as a tree: exact, π and e by name.

    Example:
        >>> number(-0.5)
        Number(value=Fraction(-1, 2))
    """
    if isinstance(value, NamedConstant):
        return Name(value.name)
    if isinstance(value, float) and not math.isfinite(value):
        return Call("neg", (Name("inf"),)) if value < 0 else Name("nan" if math.isnan(value) else "inf")
    return Number(Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value))


def literal(value: Any) -> Expr:
    """A constant's value as a tree; nested tuples become arrays."""
    if isinstance(value, tuple):
        return Array(tuple(literal(item) for item in value))  # as deep as the array has axes, so never deep
    return number(value)


def expression(graph: Graph, id: int, stop: Mapping[int, str], budget: int = TREE_BUDGET) -> Expr | None:
    """The tree of a node, inlined down to the nodes in `stop`, which appear by their names.

    A product of arrays entry by entry is marked as one (`hadamard`), which reads `*` in text and `∘` elsewhere. The
    node itself is opened even if it is in `stop`. None if the tree would have more than `budget` nodes
    (shared nodes are counted, and written, as often as they are used).

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> y = g.input("y")
        >>> expression(g, (x + y).id, g_names := {0: "x", 1: "y"})
        Call(function='add', operands=(Name(id='x'), Name(id='y')), keywords=())
    """
    order = below(graph, (id,), stop, opened=id)
    sizes: dict[int, int] = {}
    trees: dict[int, Expr] = {}
    for i in order:
        node = graph.nodes[i]
        if i != id and i in stop:
            sizes[i], trees[i] = 1, Name(stop[i])
            continue
        sizes[i] = 1 + sum(sizes[operand] for operand in node.operands)
        if sizes[i] > budget:
            return None
        operands = tuple(_operand(graph, node, operand, trees) for operand in node.operands)
        trees[i] = _of_arrays(graph, node, operands) or _open(node, operands)
    return trees[id]


def _of_arrays(graph: Graph, node: Node, operands: tuple[Expr, ...]) -> Expr | None:
    """A product that only its operands' shapes tell how to write; None for every other operation."""
    if node.op.name == "mul" and not any(is_one_number(graph, operand) for operand in node.operands):
        return Call("hadamard", operands)
    return _row_product(graph, node, operands)


def is_one_number(graph: Graph, id: int) -> bool:
    """Whether a node is a number, or an array that repeats one: 2 x is no product of arrays, entry by entry."""
    node = graph.nodes[id]
    while node.shape and node.op.name in SPREADS:
        node = graph.nodes[node.operands[0]]
    return not node.shape or (node.op is CONSTANT and not isinstance(node.settings["value"], tuple))


def _row_product(graph: Graph, node: Node, operands: tuple[Expr, ...]) -> Expr | None:
    """A product with a vector on its left, which lies down as the language has it: xᵀ W, and xᵀ W y of that."""
    if node.op.name not in ("matmul", "dot") or len(graph.nodes[node.operands[0]].shape) != 1:
        return None
    left, right = operands
    before = graph.nodes[node.operands[0]]
    lies = before.op.name == "matmul" and len(graph.nodes[before.operands[0]].shape) == 1 and isinstance(left, Call)
    if lies:
        return Call("matmul", (left, right))
    return Call("matmul", (Call("transpose", (left,)), right)) if node.op.name == "matmul" else None


def below(graph: Graph, ids: Iterable[int], stop: Container[int] = (), *, opened: int | None = None) -> list[int]:
    """The nodes that `ids` depend on, themselves included, in topological order; not past `stop`."""
    seen: set[int] = set()
    stack = list(ids)
    while stack:
        i = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        if i == opened or i not in stop:
            stack.extend(graph.nodes[i].operands)
    return sorted(seen)


def _operand(graph: Graph, node: Node, operand: int, trees: Mapping[int, Expr]) -> Expr:
    """An operand's tree; a number that fills an array says so where its shape matters."""
    filled = graph.nodes[operand]
    if filled.op is CONSTANT and filled.shape and not node.op.elementwise:
        value: Any = filled.settings["value"]
        if not isinstance(value, tuple) and value in (0, 1):
            return Call("ones" if value else "zeros", tuple(number(size) for size in filled.shape))
        if not isinstance(value, tuple):
            return Call("broadcast_to", (number(value),), (("shape", setting(filled.shape)),))
    return trees[operand]


def _open(node: Node, operands: tuple[Expr, ...]) -> Expr:
    if node.op is INPUT:
        return Name(node.name or "?")
    if node.op is CONSTANT:
        return literal(node.settings["value"])
    if node.op.name == "index":
        return Index(operands[0], tuple(_item(item) for item in _tuple(node.settings["items"])))
    if node.op.name == "diag" and isinstance(operands[0], Call) and operands[0].function == "ones":
        return Call("eye", operands[0].operands)
    defaults = {parameter.name: parameter.default for parameter in node.op.parameters}
    keywords = tuple((key, setting(value)) for key, value in node.attributes if value != defaults.get(key))
    return Call(node.op.name, operands, keywords)


def _tuple(value: Attribute) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _item(item: Any) -> Expr | Slice:
    if isinstance(item, tuple):
        start, stop, step = (None if part is None else number(part) for part in item[1:4])
        return Slice(start, stop, step)
    return number(item)


def setting(value: Any) -> Expr:
    """An operation's or a layer's setting (an `Attribute`) as a tree."""
    if isinstance(value, str):
        return Text(value)
    if value is None or isinstance(value, bool):
        return Name(str(value))
    return Array(tuple(setting(item) for item in value)) if isinstance(value, tuple) else number(value)
