"""Marks on the nodes of a picture: which step of an answer is wrong, which are right, which follow from a wrong one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import cast, get_args

from gradviz.explanation.collapsing import Depth, collapsed
from gradviz.explanation.data import ExplanationData
from gradviz.explanation.data.explanation import NodeMark
from gradviz.explanation.shown_names import identifiers, names_of
from gradviz.explanation.subject import shown_nodes
from gradviz.graph.graph import Graph

RANK: Mapping[str, int] = {"": 0, "right": 1, "follows": 2, "wrong": 3}
"""Where several marks fall on one node, such as a closed group, the highest is shown."""


def marked(data: ExplanationData, marks: Mapping[str, str]) -> ExplanationData:
    """An explanation with marks on its nodes.

    Args:
        data: the explanation; it is not changed.
        marks: "wrong", "right" or "follows" by node id. Ids that the picture does not have are passed over: what was
            judged may lie in a part of the program that is not shown.

    Raises:
        ValueError: there is no such mark.

    Example:
        >>> from gradviz.explanation.explain import explain_graph
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> built = build(parse("f=(x+y)*z"))
        >>> data = explain_graph(built.graph, built.output, output_name=built.output_name)
        >>> [(node.id, node.mark) for node in marked(data, {"q": "wrong"}).nodes if node.mark]
        [('q', 'wrong')]
    """
    for mark in marks.values():
        if mark not in get_args(NodeMark):
            raise ValueError(f"there is no mark {mark!r}")
    nodes = tuple(
        replace(node, mark=cast("NodeMark", marks[node.id])) if marks.get(node.id, node.mark) != node.mark else node
        for node in data.nodes
    )
    return replace(data, nodes=nodes)


def node_ids(
    graph: Graph, output: int, output_name: str, depth: Depth = None, closed: Collection[str] = ()
) -> dict[int, str]:
    """The ids that the nodes have in the picture of an output, by position in the graph.

    A node within a closed group has the id of the box that holds it. What the picture leaves out has none: constants,
    what is made of constants alone, and what the output does not depend on.

    Args:
        graph: the forward graph, or any graph that continues it.
        output: the node explained.
        output_name: its name, unless the node has one.
        depth: how many levels of groups are open, as `explain_graph` takes it.
        closed: the groups that are closed at any depth.

    Example:
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> built = build(parse("f=(x+y)*z"))
        >>> sorted(node_ids(built.graph, built.output, built.output_name).values())
        ['f', 'q', 'x', 'y', 'z']
    """
    everything = shown_nodes(graph, output)
    made = collapsed(graph, everything, output, depth, closed)
    names = names_of(graph, everything, made, output, output_name)
    spelled = identifiers(names)
    found = {i: spelled[i] for i in made.shown}
    for i, box in made.boxes.items():
        for inside in box.inside:
            found.setdefault(inside, spelled[i])
    return found


def strongest(marks: Collection[tuple[str, str]]) -> dict[str, str]:
    """One mark for each node, from pairs of node id and mark; pairs without an id are left out.

    Example:
        >>> strongest([("q", "right"), ("q", "wrong"), ("", "wrong")])
        {'q': 'wrong'}
    """
    found: dict[str, str] = {}
    for id, mark in marks:
        if id and RANK[mark] >= RANK[found.get(id, "")]:
            found[id] = mark
    return found
