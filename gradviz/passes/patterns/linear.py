"""Linear maps one after another with nothing between them: they are one linear map, and can be written as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gradviz.graph.graph import Graph, Group, Term
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.patterns.rewriting import Replacement, rewritten
from gradviz.passes.raising import below

Side = Literal["left", "right"]
SIDES: tuple[Side, ...] = ("left", "right")


@dataclass(frozen=True, slots=True)
class Map:
    """One linear map, with a bias perhaps: W x + b, or X W + b.

    Args:
        product: the matrix product.
        weights: the operand that is the map.
        operand: what is mapped.
        bias: what is added; None for nothing.
        result: the node that is all of it.
    """

    product: int
    weights: int
    operand: int
    bias: int | None
    result: int


@dataclass(frozen=True, slots=True)
class Stack:
    """Linear maps in a row, the first one first; each maps what the one before gives.

    Args:
        side: where the matrices stand: W x, or X W.
        maps: one after another.
    """

    side: Side
    maps: tuple[Map, ...]

    @property
    def result(self) -> int:
        """The node that is all of it."""
        return self.maps[-1].result

    @property
    def operand(self) -> int:
        """What goes into the first."""
        return self.maps[0].operand


def stacks(graph: Graph, output: int) -> tuple[Stack, ...]:
    """The rows of two linear maps or more that an output is made of; each as long as it can be.

    A map's matrix is an input, a constant, or the transpose of one; a bias likewise.

    Example:
        >>> g = Graph()
        >>> U, W, x = g.input("U", (1, 3)), g.input("W", (3, 2)), g.input("x", (2,))
        >>> [len(stack.maps) for stack in stacks(g, (U @ (W @ x)).id)]
        [2]
    """
    order = below(graph, (output,))
    return tuple(stack for side in SIDES for stack in _rows(graph, order, side))


def _rows(graph: Graph, order: Sequence[int], side: Side) -> list[Stack]:
    """The stacks whose matrices stand on one side."""
    maps = {i: found for i in order if (found := _map(graph, i, side)) is not None}
    for found in list(maps.values()):
        if found.bias is not None:
            maps.pop(found.product, None)  # the product alone is less than the map with its bias
    inside = {found.operand for found in maps.values() if found.operand in maps}
    made = []
    for last in maps.values():
        row = [last]
        while row[-1].operand in maps:
            row.append(maps[row[-1].operand])
        stack = Stack(side, tuple(reversed(row)))
        if last.result not in inside and len(row) > 1 and not _is_weights_first(graph, stack):
            made.append(stack)
    return made


def _is_weights_first(graph: Graph, stack: Stack) -> bool:
    """Whether it is the data that look like a map here: X (W₁ W₂) maps nothing twice, though W₂ (W₁ X) does.

    Only names tell the two apart: everybody calls data x or X, and weights w or W.
    """
    names = [graph.nodes[step.weights].name or "" for step in stack.maps]
    operand = graph.nodes[stack.operand].name or ""
    return operand[:1] in ("w", "W") or any(name[:1] in ("x", "X") for name in names)


def _map(graph: Graph, id: int, side: Side) -> Map | None:
    """The linear map that a node is the result of: a product, or a product and a bias."""
    node = graph.nodes[id]
    if node.op.name == "add":
        for slot, product in enumerate(node.operands):
            bias = node.operands[1 - slot]
            if _given(graph, bias) and graph.nodes[product].shape == node.shape:
                found = _map(graph, product, side) if graph.nodes[product].op.name == "matmul" else None
                if found is not None:
                    return Map(product, found.weights, found.operand, bias, id)
    if node.op.name != "matmul":
        return None
    weights, operand = node.operands if side == "left" else reversed(node.operands)
    if len(graph.nodes[weights].shape) != 2 or not _given(graph, weights):
        return None
    return Map(id, weights, operand, None, id)


def _given(graph: Graph, id: int) -> bool:
    """Whether a node is an input or a constant, or the transpose of one."""
    node = graph.nodes[id]
    return node.op in (INPUT, CONSTANT) or (node.op.name == "transpose" and _given(graph, node.operands[0]))


def layers(graph: Graph, output: int) -> tuple[Map, ...]:
    """The maps with a bias that an output is made of and that lie in no group: linear layers written out."""
    order = below(graph, (output,))
    found = {i: map for side in SIDES for i in order if (map := _map(graph, i, side)) is not None}
    return tuple(map for i, map in found.items() if map.bias is not None and graph.nodes[i].group is None)


def grouped(graph: Graph, output: int) -> tuple[Graph, tuple[str, ...]]:
    """The graph with each linear layer as a group of its own, its weights and bias inside where nothing else uses them.

    Returns:
        A graph with the same nodes at the same places, and the names of the groups.
    """
    readers = Counter(operand for node in graph.nodes for operand in node.operands)
    made, names = graph.copy(), list[str]()
    for number, found in enumerate(layers(graph, output), 1):
        rows, columns = graph.nodes[found.weights].shape
        flips = graph.nodes[found.product].operands[0] == found.weights
        size = f"{columns} → {rows}" if flips else f"{rows} → {columns}"
        group = Group(graph.nodes[found.result].name or f"linear{number}", "linear", size)
        inside = [found.product, found.result]
        inside += [i for i in (found.weights, found.bias) if i is not None and readers[i] == 1]
        for i in inside:
            made.nodes[i] = replace(made.nodes[i], group=group)
        names.append(group.name)
    return made, tuple(names)


def merged(graph: Graph, output: int) -> tuple[Graph, int]:
    """The graph with every stack as one map: W₂(W₁ x + b₁) + b₂ is (W₂ W₁) x + (W₂ b₁ + b₂)."""
    found = {stack.result: stack for stack in stacks(graph, output)}

    def replacement(stack: Stack) -> Replacement:
        return lambda made, place: _one(made, place, stack)

    return rewritten(graph, output, {id: replacement(stack) for id, stack in found.items()})


def _one(made: Graph, place: Mapping[int, int], stack: Stack) -> Term:
    def term(id: int) -> Term:
        return Term(made, place[id])

    first, *rest = stack.maps
    matrix, bias = term(first.weights), None if first.bias is None else term(first.bias)
    for step in rest:
        weights = term(step.weights)
        matrix = _times(stack.side, weights, matrix)
        bias = None if bias is None else _times(stack.side, weights, bias)
        if step.bias is not None:
            bias = term(step.bias) if bias is None else bias + term(step.bias)
    mapped = _times(stack.side, matrix, term(stack.operand))
    whole: Term = mapped if bias is None else mapped + bias
    return whole


def _times(side: Side, weights: Term, other: Term) -> Term:
    made: Term = weights @ other if side == "left" else other @ weights
    return made


def widths(graph: Graph, stack: Stack) -> Sequence[int]:
    """The sizes that the maps lead through, `2, 3, 1`."""
    shapes = [graph.nodes[step.weights].shape for step in stack.maps]
    inner, outer = (1, 0) if stack.side == "left" else (0, 1)
    return [shapes[0][inner], *(shape[outer] for shape in shapes)]
