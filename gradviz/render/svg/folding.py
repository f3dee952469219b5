"""Folding: a long chain of one-operand gates shows its two ends, and one box with the product of the locals between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from gradviz.explanation.data import EdgeFacts, ExplanationData, Glyph, Math, NodeFacts, Value

LONGEST = 60
"""Nodes in a row that are all shown."""

KEPT = 2
"""Nodes shown at each end of a folded chain."""


def folded(data: ExplanationData) -> ExplanationData:
    """The explanation with every chain of more than `LONGEST` nodes folded; the same object if there is none.

    The last node of a folded stretch stands for the stretch: its box is `⋯`, and the edge into it carries the product
    of the local derivatives, so that upstream × local = contribution still holds.
    """
    nodes = {node.id: node for node in data.nodes}
    entering = _ends(data, [edge.target for edge in data.edges])
    leaving = _ends(data, [edge.source for edge in data.edges])
    chains = [chain for chain in _chains(data, entering, leaving) if len(chain) > LONGEST]
    if not chains:
        return data
    gone: set[str] = set()
    boxes: dict[str, NodeFacts] = {}
    bridges: dict[int, EdgeFacts] = {}
    dropped: set[int] = set()
    for chain in chains:
        stretch = chain[KEPT : len(chain) - KEPT]
        edges = [entering[id][0] for id in stretch]
        gone.update(stretch[:-1])
        boxes[stretch[-1]] = _box(nodes[stretch[-1]], len(stretch))
        bridges[edges[-1]] = _bridge([data.edges[i] for i in edges], nodes[chain[KEPT - 1]], nodes[stretch[-1]])
        dropped.update(edges[:-1])
    kept = [i for i in range(len(data.edges)) if i not in dropped]
    moved = {old: new for new, old in enumerate(kept)}
    firsts = {edges_before: bridge for bridge in bridges for edges_before in (_first(data, bridges[bridge]),)}
    renumbered = moved | {first: moved[bridge] for first, bridge in firsts.items()}
    shown = tuple(
        replace(
            boxes.get(node.id, node),
            ledger=tuple(renumbered[i] for i in boxes.get(node.id, node).ledger if i in renumbered),
        )
        for node in data.nodes
        if node.id not in gone
    )
    return replace(data, nodes=shown, edges=tuple(bridges.get(i, data.edges[i]) for i in kept))


def _first(data: ExplanationData, bridge: EdgeFacts) -> int:
    """The first edge of the stretch that a bridge replaces: the one that leaves its source."""
    return next(i for i, edge in enumerate(data.edges) if edge.source == bridge.source)


def _ends(data: ExplanationData, ids: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {node.id: [] for node in data.nodes}
    for i, id in enumerate(ids):
        found[id].append(i)
    return found


def _chains(data: ExplanationData, entering: dict[str, list[int]], leaving: dict[str, list[int]]) -> list[list[str]]:
    """The longest runs in which each node is the only operand of the next, and is used nowhere else."""
    following: dict[str, str] = {}
    # What an answer got wrong is never folded away.
    wrong = {node.id for node in data.nodes if node.mark == "wrong"}
    wrong |= {edge.source for edge in data.edges if edge.target in wrong}
    for node in data.nodes:
        ahead = leaving[node.id]
        if len(ahead) == 1 and len(entering[data.edges[ahead[0]].target]) == 1 and node.id not in wrong:
            following[node.id] = data.edges[ahead[0]].target
    inner = set(following.values())
    chains = []
    for node in data.nodes:
        if node.id in following and node.id not in inner:
            chain = [node.id]
            while chain[-1] in following:
                chain.append(following[chain[-1]])
            chains.append(chain)
    return chains


def _box(node: NodeFacts, count: int) -> NodeFacts:
    return replace(
        node,
        glyph=Glyph("box", r"\cdots"),
        caption=f"{count} steps folded",
        is_gate=False,
        expression=None,
        named=None,
        remarks=(),
    )


def _bridge(edges: Sequence[EdgeFacts], source: NodeFacts, target: NodeFacts) -> EdgeFacts:
    """One edge in place of a run of them."""
    locals_ = [edge.local_value for edge in edges]
    numbers = [value.number for value in locals_ if value is not None and not value.shape]
    product = Value((), (math.prod(numbers),)) if len(numbers) == len(edges) else None
    symbol = Math(
        f"d{target.name}/d{source.name}",
        f"∂{target.label.unicode}/∂{source.label.unicode}",
        rf"\frac{{\partial {target.label.latex}}}{{\partial {source.label.latex}}}",
    )
    last, first = edges[-1], edges[0]
    return EdgeFacts(
        source.id, target.id, 0, 0, all(edge.active for edge in edges), symbol, last.upstream, None, product, None,
        first.contribution, None, "",
    )  # fmt: skip
