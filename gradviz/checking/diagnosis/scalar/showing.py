"""What the words of a diagnosis show: which nodes go by their names, and trees as a person writes them."""

from __future__ import annotations

from fractions import Fraction

from gradviz.checking.diagnosis.scalar.steps import Derivation
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.syntax.tree import Call, Expr, Number


def names_in(graph: Graph, output: int) -> dict[int, str]:
    """The nodes that are shown by their names: the inputs, and all others but the function itself."""
    return {i: node.name for i, node in enumerate(graph.nodes) if node.name and (i != output or node.op is INPUT)}


def extended(graph: Graph, derivation: Derivation) -> tuple[Folder, Folded | None]:
    """A builder on a copy of a graph; of an implicit problem, with the other variable's derivative y′ as an input."""
    copy = graph.copy()
    dependent = next((step.place for step in derivation.steps if step.kind == "dependent"), None)
    if dependent is None:
        return Folder(copy), None
    name = f"{copy.nodes[dependent].name}'"
    while name in copy.names:
        name += "'"
    made = copy.input(name)
    builder = Folder(copy)
    return builder, builder.term(made.id)


def tidied(tree: Expr, decimals: bool) -> Expr:
    """A tree with fractions as a person writes them, and |−3| as 3.

    Args:
        tree: is not deep (it was raised within a budget).
        decimals: whether the person writes decimals.
    """
    if isinstance(tree, Number):
        value = tree.value
        if decimals or value.denominator == 1:
            return tree
        over = Call("div", (Number(Fraction(abs(value.numerator))), Number(Fraction(value.denominator))))
        return Call("neg", (over,)) if value < 0 else over
    if not isinstance(tree, Call):
        return tree
    if tree.function == "abs" and isinstance(tree.operands[0], Number):
        return tidied(Number(abs(tree.operands[0].value)), decimals)
    return Call(tree.function, tuple(tidied(part, decimals) for part in tree.operands), tree.keywords)


def size(tree: Expr) -> int:
    """How many nodes a tree has."""
    count, stack = 0, [tree]
    while stack:
        one = stack.pop()
        count += 1
        if isinstance(one, Call):
            stack.extend(one.operands)
    return count
