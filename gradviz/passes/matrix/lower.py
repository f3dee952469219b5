"""Graph to matrix algebra: every node a matrix, a column, a row or a scalar, all shape questions settled."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, NamedConstant, Size
from gradviz.passes.matrix.algebra import Matrix, elementwise, identity, number, symbol, transpose
from gradviz.passes.matrix.case import Case
from gradviz.passes.matrix.lowering import RULES
from gradviz.passes.matrix.node import TooDeep
from gradviz.passes.matrix.vectors import NoMatrixForm, filled, size_of, spread
from gradviz.passes.raising import below, literal
from gradviz.shape import size
from gradviz.syntax.tree import Expr, Name

MAX_NODES = 600
"""Nodes that a formula may be lowered from."""
MAX_LITERAL = 9
"""Entries that an array of constants may have to be written out."""

NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Lowering:
    """A graph read into the matrix algebra.

    Args:
        graph: any graph; a gradient graph is one.
        names: the nodes that stay symbols, with their names. Inputs bear their own.
        symmetric: names of inputs that are symmetric matrices.

    Attributes:
        literals: what symbols that stand for written constants are, by name.

    Example:
        >>> g = Graph()
        >>> f = g.squared_norm(g.input("W", (2, 3)) @ g.input("x", (3,)))
        >>> lowered = Lowering(g, {0: "W", 1: "x"}).of([f.id])
        >>> lowered[f.id].is_scalar
        True
    """

    graph: Graph
    names: Mapping[int, str]
    symmetric: Collection[str] = ()
    literals: dict[str, Expr] = field(default_factory=dict)

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
        return Lowering(self.graph, others, self.symmetric, self.literals).of([id])[id]

    def _symbol(self, id: int) -> Matrix:
        node = self.graph.nodes[id]
        rows, columns = size_of(node.shape, self.names[id])
        return symbol(self.names[id], rows, columns, self._properties(id, node))

    def _properties(self, id: int, node: Node) -> frozenset[str]:
        """What is known of a named node's value from how it is made."""
        if node.op is INPUT:
            return frozenset({"symmetric"}) if node.name in self.symmetric else NOTHING
        found = set()
        if is_stochastic(node):
            found.add("stochastic")
        if len(node.shape) == 2 and node.shape[0] == node.shape[1] > 1:
            made = self.definition(id)
            if isinstance(made, Matrix) and transpose(made) is made:
                found.add("symmetric")
        return frozenset(found)

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
    """Whether a node's value sums to one along its last axis: a softmax does."""
    return node.op.name == "softmax" and node.settings["axis"] in (-1, len(node.shape) - 1) and bool(node.shape)


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
