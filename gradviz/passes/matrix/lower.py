"""Graph to matrix algebra: every node a matrix, a column, a row or a scalar, all shape questions settled."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, NamedConstant, Size
from gradviz.passes.matrix.algebra import (
    Matrix,
    elementwise,
    identity,
    is_zero,
    number,
    ones,
    product,
    symbol,
    transpose,
)
from gradviz.passes.matrix.case import Case
from gradviz.passes.matrix.expand import expand
from gradviz.passes.matrix.lowering import RULES
from gradviz.passes.matrix.node import TooDeep
from gradviz.passes.matrix.vectors import NoMatrixForm, filled, size_of, spread
from gradviz.passes.raising import below, literal
from gradviz.shape import Shape, size
from gradviz.syntax.tree import Expr, Name

MAX_NODES = 600
"""Nodes that a formula may be lowered from."""
BALANCING = frozenset(["sub", "mul", "div", "ratio"])
"""Operations by which values may come to sum to zero or one, or are scaled after that."""
MAX_LITERAL = 9
"""Entries that an array of constants may have to be written out."""


@dataclass(slots=True)
class Lowering:
    """A graph read into the matrix algebra.

    Args:
        graph: any graph; a gradient graph is one.
        names: the nodes that stay symbols, with their names. Inputs bear their own.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").

    Attributes:
        literals: what symbols that stand for written constants are, by name.
        known: what has been found out about the values of named nodes.

    Example:
        >>> g = Graph()
        >>> f = g.squared_norm(g.input("W", (2, 3)) @ g.input("x", (3,)))
        >>> lowered = Lowering(g, {0: "W", 1: "x"}).of([f.id])
        >>> lowered[f.id].is_scalar
        True
    """

    graph: Graph
    names: Mapping[int, str]
    declared: Collection[tuple[str, str]] = ()
    literals: dict[str, Expr] = field(default_factory=dict)
    known: dict[int, frozenset[str]] = field(default_factory=dict)

    def of(self, ids: Iterable[int]) -> dict[int, Matrix | NoMatrixForm]:
        """Each wanted node in the algebra, or why it has no matrix form."""
        wanted = list(ids)
        order = below(self.graph, wanted, self.names)
        if len(order) > MAX_NODES:
            reason = NoMatrixForm(f"{len(order):,} operations are too many for one formula")
            return dict.fromkeys(wanted, reason)
        done: dict[int, Matrix | NoMatrixForm] = {}
        for i in order:
            try:
                done[i] = self._symbol(i) if i in self.names else self._node(i, done)
            except NoMatrixForm as reason:
                done[i] = reason
            except (RecursionError, TooDeep):
                done[i] = NoMatrixForm("the formula is too deep")
        return {i: done[i] for i in wanted}

    def definition(self, id: int) -> Matrix | NoMatrixForm:
        """What a named node stands for, in the other names."""
        others = {i: name for i, name in self.names.items() if i != id}
        return Lowering(self.graph, others, self.declared, self.literals, self.known).of([id])[id]

    def _symbol(self, id: int) -> Matrix:
        rows, columns = size_of(self.graph.nodes[id].shape, self.names[id])
        return symbol(self.names[id], rows, columns, self._properties(id))

    def _properties(self, id: int) -> frozenset[str]:
        """What is known of a named node's value from how it is made; of what it is made of first."""
        for i in sorted(self.names):
            if i <= id and i not in self.known:
                self.known[i] = frozenset(self._found_out(i, self.graph.nodes[i]))
        return self.known[id]

    def _found_out(self, id: int, node: Node) -> Iterator[str]:
        last = sums_along_last(node.shape)
        if node.op is INPUT:
            yield from (word for name, word in self.declared if name == node.name and (last or word != "stochastic"))
            return
        if is_stochastic(node) and last:
            yield "stochastic"
        square = len(node.shape) == 2 and node.shape[0] == node.shape[1] > 1
        balanced = node.op.name in BALANCING and last
        made = self.definition(id) if square or balanced else None
        if not isinstance(made, Matrix):
            return
        if square and transpose(made) is made:
            yield "symmetric"
        sums = _along_last(made) if balanced else made
        if balanced and is_zero(sums):
            yield "centred"
        elif balanced and sums is ones(sums.rows):
            yield "stochastic"

    def _node(self, id: int, done: Mapping[int, Matrix | NoMatrixForm]) -> Matrix:
        node = self.graph.nodes[id]
        if node.op is CONSTANT:
            return self._constant(node)
        operands: list[Matrix] = []
        for operand in node.operands:
            made = done[operand]
            if isinstance(made, NoMatrixForm):
                raise made
            operands.append(made)
        size_of(node.shape, node.name or "an intermediate")
        case = Case(self.graph, node, tuple(operands), tuple(self.graph.nodes[i].shape for i in node.operands), done)
        rule = RULES.get(node.op.name)
        if rule is not None:
            return rule(case)
        if not node.op.elementwise:
            raise NoMatrixForm(f"{node.op.name} is no operation of matrix algebra")
        spreads = [spread(x, shape, node.shape) for x, shape in zip(operands, case.shapes, strict=True)]
        return elementwise(node.op.name, *spreads, attributes=node.attributes)

    def _constant(self, node: Node) -> Matrix:
        value: Any = node.attributes[0][1]
        if isinstance(value, tuple):
            return self._array(node, value)
        if isinstance(value, NamedConstant) and not isinstance(value, Size):
            self.literals[value.name] = Name(value.name)
            return filled(symbol(value.name, 1, 1), node.shape)
        return filled(number(exact(value)), node.shape)

    def _array(self, node: Node, value: tuple[Any, ...]) -> Matrix:
        """An array of constants: the identity, one number everywhere, or a small one written out."""
        rows, columns = size_of(node.shape, "a constant")
        entries = _flat(value)
        if len(set(entries)) == 1:
            return filled(number(exact(entries[0])), node.shape)
        if rows == columns and entries == [int(i // columns == i % columns) for i in range(rows * columns)]:
            return identity(rows)
        if size(node.shape) > MAX_LITERAL:
            raise NoMatrixForm(f"an array of {size(node.shape)} numbers stands in it")
        name = str(value)
        self.literals[name] = literal(value)
        return symbol(name, rows, columns)


def is_stochastic(node: Node) -> bool:
    """Whether a node's value sums to one along its last axis: a softmax does, and class numbers as zeros and ones."""
    if node.op.name == "one_hot":
        return True
    return node.op.name == "softmax" and node.settings["axis"] in (-1, len(node.shape) - 1) and bool(node.shape)


def _along_last(x: Matrix) -> Matrix:
    """The sums of a matrix's rows, or of a single column."""
    try:
        return expand(product(transpose(ones(x.rows)), x) if x.is_column else product(x, ones(x.columns)))
    except ZeroDivisionError:
        return x


def sums_along_last(shape: Shape) -> bool:
    """Whether "stochastic" means in the algebra what it means in the graph: of a single column, that its sum is one."""
    return shape[-1:] not in ((), (1,))


def exact(value: Any) -> Fraction:
    """A number of the graph as an exact one.

    Raises:
        NoMatrixForm: it is infinite or not a number.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise NoMatrixForm(f"{value} stands in it")
    return Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)


def _flat(value: Any) -> list[Any]:
    return [entry for part in value for entry in _flat(part)] if isinstance(value, tuple) else [value]
