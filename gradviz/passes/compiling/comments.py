"""What generated source calls its values: the user's names, `d_q` for gradients, and a comment on each line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import Backward
from gradviz.passes.compiling.simplify import Note

LONGEST_NAME = 30


def titles_for(back: Backward) -> dict[int, str]:
    """The identifiers that nodes would like to have: named ones, and the gradients of named ones."""
    nodes = back.graph.nodes
    titles: dict[int, str] = {}
    for source, gradient in back.gradients.items():
        name = nodes[source].name
        if name is not None and gradient not in back.gradients and nodes[gradient].op is not CONSTANT:
            titles.setdefault(gradient, f"d_{name}")
    named = {i: node.name for i, node in enumerate(nodes) if node.name is not None and node.op is not INPUT}
    return titles | named


def comments_for(
    back: Backward, wanted: Collection[int], notes: Mapping[int, Note] = MappingProxyType({})
) -> Mapping[int, str]:
    """For each wanted node, what it is: `q`, `add`, `gradient by q`, `contribution to x along q`.

    Args:
        back: the graph with its gradient.
        wanted: nodes, or steps of a plan that are no nodes.
        notes: for steps that are no nodes, what they stand for.
    """
    known = _words(back, {notes[i].node if i in notes else i for i in wanted})
    return {i: notes[i].prefix + known[notes[i].node] if i in notes else known[i] for i in wanted}


def _words(back: Backward, wanted: Collection[int]) -> dict[int, str]:
    nodes = back.graph.nodes
    words: dict[int, str] = {}
    for edge in back.edges:
        ends = f"{_called(back, edge.source)} along {_called(back, edge.target)}"
        words.setdefault(edge.contribution, f"contribution to {ends}")
        if edge.local is not None:
            words.setdefault(edge.local, f"local derivative by {ends}")
    words |= {gradient: f"gradient by {_called(back, source)}" for source, gradient in back.gradients.items()}
    forward = set(back.gradients) | {back.output}
    words |= {i: _called(back, i) for i in wanted if i in forward or nodes[i].name is not None}
    return {i: words.get(i, nodes[i].op.name) for i in wanted}


def _called(back: Backward, id: int) -> str:
    """A node's name, or its operation and place."""
    node = back.graph.nodes[id]
    if node.name is None:
        return f"node {id} ({node.op.name})"
    return "".join(letter if letter.isprintable() else "?" for letter in node.name[:LONGEST_NAME])
