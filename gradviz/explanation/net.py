"""What is explained, seen whole: every node, open, with who reads it and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import INPUT
from gradviz.passes.backward import Edge
from gradviz.passes.raising import below

MOVES = frozenset({"transpose", "reshape", "broadcast_to", "index", "flip"})
"""Operations that only rearrange: what was a parameter before them is one after."""


@dataclass(frozen=True, slots=True)
class Net:
    """What is explained, seen whole: closed groups are open here.

    Args:
        subject: what is explained.
        order: the nodes that hang on an input and lead to the output, in topological order.
        readers: by node, the operations of these that read it, with the place of the operand.
        edges: the gradient's edges by target and slot.
    """

    subject: Subject
    order: tuple[int, ...]
    readers: Mapping[int, Sequence[tuple[int, int]]]
    edges: Mapping[tuple[int, int], Edge]

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes of the gradient graph; the forward graph's come first."""
        return self.subject.graph.nodes

    @property
    def known(self) -> Mapping[int, Any]:
        """The values by node."""
        return self.subject.known

    def gradient(self, i: int) -> Any | None:
        """The gradient by a node, if its value is known."""
        found = self.subject.backward.gradients.get(i)
        return None if found is None else self.known.get(found)

    def name(self, i: int) -> str:
        """What a node is called."""
        return self.nodes[i].name or self.subject.names.get(i) or f"n{i}"


def net_of(subject: Subject) -> Net:
    """The whole of what is explained."""
    nodes = subject.graph.nodes
    alive: dict[int, None] = {}
    for i in below(subject.graph, (subject.output,)):
        if nodes[i].op is INPUT or any([operand in alive for operand in nodes[i].operands]):
            alive[i] = None
    readers: dict[int, list[tuple[int, int]]] = {}
    for i in alive:
        for slot, operand in enumerate(nodes[i].operands):
            readers.setdefault(operand, []).append((i, slot))
    edges = {(edge.target, edge.slot): edge for edge in subject.backward.edges}
    return Net(subject, tuple(alive), readers, edges)


def held_by(graph: Graph, i: int) -> int | None:
    """The input that a node only rearranges; None where there is none."""
    while graph.nodes[i].op.name in MOVES:
        i = graph.nodes[i].operands[0]
    return i if graph.nodes[i].op is INPUT else None
