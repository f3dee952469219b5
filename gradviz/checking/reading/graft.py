"""One graph's nodes put into another, so that both sides of a claim lie in one graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradviz.errors import InternalError
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.evaluate import needed_for


def graft(target: Graph, source: Graph, wanted: Sequence[int], places: Mapping[str, int]) -> list[int]:
    """Copy what some nodes of one graph need to the end of another.

    Args:
        target: grows.
        source: it is not changed.
        wanted: nodes of `source`.
        places: by the name of an input of `source`, the node of `target` that it stands for.

    Returns:
        Where the wanted nodes stand in `target`.

    Example:
        >>> g, h = Graph(), Graph()
        >>> x = g.input("x")
        >>> q = g.name(x * 2, "q")
        >>> graft(g, h, [(h.input("q") ** 2).id], {"q": q.id})
        [4]
        >>> g.nodes[4].operands[0] == q.id
        True
    """
    needed = needed_for(source, wanted)
    moved: dict[int, int] = {}
    for i, node in enumerate(source.nodes[: len(needed)]):
        if not needed[i]:
            continue
        if node.op is INPUT:
            name = node.name or ""
            if name not in places:
                raise InternalError(f"nothing stands for the input {name}")
            moved[i] = places[name]
            continue
        copied = type(node)(node.op, tuple(moved[k] for k in node.operands), node.attributes, node.shape)
        target.nodes.append(copied)
        moved[i] = len(target.nodes) - 1
    return [moved[i] for i in wanted]
