"""Collapsing: which groups are closed, and what stands for each: one box per node that leaves it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gradviz.explanation.box import Box, Closed, boxes_of
from gradviz.explanation.repeats import rows_of
from gradviz.graph.graph import Graph, Group
from gradviz.ops.op import INPUT

Depth = int | Literal["layers"] | None
"""How many levels of groups are open; `layers`: all that are nothing but further groups; None: what fits."""

FITS = 60
"""Nodes up to which everything is shown open."""
STEPS = 3
"""Groups with the same parameters from which on they are steps, which are shown as one box each."""
LONG = 8
"""Steps in a row up to which each is shown; where there are more, what holds them is one box."""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """What is shown of a graph.

    Args:
        shown: the nodes, in topological order; each of `boxes` stands for more than itself.
        boxes: by output.
        hidden: the inputs within boxes.
        depth: the depth that was chosen because the whole would be too large; None otherwise.
        steps: the groups that were closed without being asked for because they have the same parameters.
    """

    shown: tuple[int, ...]
    boxes: Mapping[int, Box] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()
    depth: int | None = None
    steps: tuple[Group, ...] = ()


Closing = Callable[[Group | None], Group | None]
"""Of a node's group, the closed group that hides the node, if one does."""


def collapsed(
    graph: Graph, shown: Sequence[int], output: int, depth: Depth = None, closed: Collection[str] = ()
) -> Collapsed:
    """Close groups.

    Args:
        graph: what holds the nodes.
        shown: the nodes that are shown where all is open, in topological order.
        output: the node that is explained.
        depth: how many levels stay open.
        closed: names of groups that are closed at any depth.

    Example:
        >>> from gradviz.graph.site import GraphSite
        >>> site = GraphSite(Graph())
        >>> x = site.graph.input("x")
        >>> with site.group("h", "dense"):
        ...     h = site.tanh(x * site.parameter("w", ()))
        >>> collapsed(site.graph, range(4), h.id, 0).shown
        (0, 3)
    """
    deepest = max((len(lineage(graph.nodes[i].group)) for i in shown), default=0)
    if not deepest:
        return Collapsed(tuple(shown))
    if depth == "layers":
        return _closed(graph, shown, output, _layers(graph, shown))
    if depth is not None:
        return _closed(graph, shown, output, _at_depth(depth, closed))
    return _fitting(graph, shown, output, deepest, closed)


def _fitting(graph: Graph, shown: Sequence[int], output: int, deepest: int, closed: Collection[str]) -> Collapsed:
    """What is shown where nobody says how deep: rows of equal blocks stay closed, and as much is open as fits."""
    steps = _steps(graph, shown)
    held = {*closed, *(step.name for step in steps)}
    whole = _closed(graph, shown, output, _at_depth(deepest, held))
    long = _long_rows(whole, steps)
    if long:
        held |= long
        whole = _closed(graph, shown, output, _at_depth(deepest, held))
    whole = replace(whole, steps=steps)
    if len(whole.shown) <= FITS:
        return whole
    for level in range(deepest):
        held |= _repeated(_closed(graph, shown, output, _at_depth(level, held)))
    for level in range(deepest, -1, -1):
        found = _closed(graph, shown, output, _at_depth(level, held))
        if len(found.shown) <= FITS or level == 0:
            return replace(found, depth=level)
    return whole


def _long_rows(made: Collapsed, steps: Sequence[Group]) -> set[str]:
    """The groups that hold more boxes of steps than a row can show, as a recurrent layer does that returns them all."""
    names = {step.name for step in steps}
    found: dict[str, set[str]] = {}
    for box in made.boxes.values():
        if box.group.name in names and box.group.parent is not None:
            found.setdefault(box.group.parent.name, set()).add(box.group.name)
    return {name for name, steps in found.items() if len(steps) > LONG}


def _repeated(made: Collapsed) -> set[str]:
    """The groups that are shown as one box with others like them."""
    return {group.name for box in made.boxes.values() if len(box.groups) > 1 for group in box.groups}


def lineage(group: Group | None) -> tuple[Group, ...]:
    """A group and those that it lies in, the outermost first."""
    found: list[Group] = []
    while group is not None:
        found.append(group)
        group = group.parent
    return tuple(reversed(found))


def _at_depth(depth: int, closed: Collection[str]) -> Closing:
    def closing(group: Group | None) -> Group | None:
        line = lineage(group)
        return next((one for level, one in enumerate(line) if level >= depth or one.name in closed), None)

    return closing


def _layers(graph: Graph, shown: Sequence[int]) -> Closing:
    """Groups that hold operations of their own are closed; what only holds further groups is open."""
    own = {node.group.name for i in shown if (node := graph.nodes[i]).group is not None and node.op is not INPUT}

    def closing(group: Group | None) -> Group | None:
        return next((one for one in lineage(group) if one.name in own), None)

    return closing


def _steps(graph: Graph, shown: Sequence[int]) -> tuple[Group, ...]:
    """Groups side by side that read the same parameters, as the steps of a recurrent network do."""
    found: dict[str, Group] = {}
    for groups in _parameters(graph, shown).values():
        alike: dict[tuple[str, Group | None], dict[str, Group]] = {}
        for group in groups:
            if group is not None:
                alike.setdefault((group.kind, group.parent), {})[group.name] = group
        for named in alike.values():
            if len(named) >= STEPS:
                found.update(named)
    return tuple(found.values())


def _parameters(graph: Graph, shown: Sequence[int]) -> dict[int, list[Group | None]]:
    """By parameter that a layer made, the groups of the operations that read it."""
    nodes = graph.nodes
    made = {
        graph.names[name] for name, leaf in graph.leaves.items() if leaf.role == "parameter" and name in graph.names
    }
    found: dict[int, list[Group | None]] = {}
    for i in shown:
        for operand in nodes[i].operands:
            if operand in made:
                found.setdefault(operand, []).append(nodes[i].group)
    return found


def _closed(graph: Graph, shown: Sequence[int], output: int, closing: Closing) -> Collapsed:
    owner = {i: group for i in shown if (group := closing(graph.nodes[i].group)) is not None}
    if not owner:
        return Collapsed(tuple(shown))
    _free_inputs(graph, shown, output, owner)
    names = {i: group.name for i, group in owner.items()}
    parts = Closed(graph, shown, output, names, _common(graph, shown, owner, closing))
    members: dict[str, list[int]] = {}
    for i, name in names.items():
        members.setdefault(name, []).append(i)
    groups: dict[str, tuple[Group, ...]] = {group.name: (group,) for group in owner.values()}
    for row in rows_of(parts, members, groups):
        first = row[0]
        groups[first] = tuple(groups[name][0] for name in row)
        for name in row[1:]:
            names.update(dict.fromkeys(members[name], first))
    boxes = boxes_of(parts, groups)
    away = {*names, *parts.common}
    kept = tuple(i for i in shown if i not in away or i in boxes)
    hidden = tuple(i for i in shown if i in away and graph.nodes[i].op is INPUT)
    return Collapsed(kept, boxes, hidden)


def _common(graph: Graph, shown: Sequence[int], owner: Mapping[int, Group], closing: Closing) -> frozenset[int]:
    """Parameters of an open group that nothing but closed groups in it reads, and several of them: theirs in common."""
    found = set()
    for i, groups in _parameters(graph, shown).items():
        around = graph.nodes[i].group
        if i in owner or around is None:
            continue
        readers = {None if (one := closing(group)) is None else one.name for group in groups}
        within = all(around in lineage(group) for group in groups)
        if within and None not in readers and len(readers) > 1:
            found.add(i)
    return frozenset(found)


def _free_inputs(graph: Graph, shown: Sequence[int], output: int, owner: dict[int, Group]) -> None:
    """An input that something outside its group reads, as a penalty on weights does, stands outside."""
    for i in shown:
        for operand in graph.nodes[i].operands:
            held = owner.get(operand)
            if held is None or graph.nodes[operand].op is not INPUT:
                continue
            reader = owner.get(i)
            if reader is None or reader.name != held.name:
                del owner[operand]
    if graph.nodes[output].op is INPUT:
        owner.pop(output, None)
