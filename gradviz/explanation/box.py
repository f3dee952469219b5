"""Boxes: one node for each output of a closed group, with what lies in it and what enters it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gradviz.graph.graph import Graph, Group
from gradviz.ops.op import INPUT


@dataclass(frozen=True, slots=True)
class Box:
    """One node that stands for a closed group, or for a row of equal ones.

    Args:
        output: the node whose value and gradient the box has.
        groups: the group; or the equal groups in a row that it stands for.
        entries: the nodes outside that enter it, and other boxes of the same group that it hangs on.
        inside: the nodes between, the output and hidden inputs among them, in topological order.
        main: whether it is the last that leaves the group.
        shared: whether operations of `inside` belong to another box too.
    """

    output: int
    groups: tuple[Group, ...]
    entries: tuple[int, ...]
    inside: tuple[int, ...]
    main: bool = True
    shared: bool = False

    @property
    def group(self) -> Group:
        """The group, or the first of a row."""
        return self.groups[0]


@dataclass(frozen=True, slots=True)
class Closed:
    """Which of a graph's nodes lie in closed groups.

    Args:
        graph: what holds the nodes.
        shown: the nodes that are shown where all is open, in topological order.
        output: the node that is explained.
        names: by node, the name of the closed group that it lies in.
        common: parameters that lie in every closed group that reads them, as those of a recurrent network's steps do.
    """

    graph: Graph
    shown: Sequence[int]
    output: int
    names: dict[int, str]
    common: Collection[int] = ()

    def leaving(self) -> dict[str, dict[int, set[str]]]:
        """By group, the nodes that leave it, with the groups that read them ("" for none)."""
        found: dict[str, dict[int, set[str]]] = {}
        for i in self.shown:
            for operand in self.graph.nodes[i].operands:
                name = self.names.get(operand)
                if name is not None and self.names.get(i) != name:
                    found.setdefault(name, {}).setdefault(operand, set()).add(self.names.get(i, ""))
        if self.output in self.names:
            found.setdefault(self.names[self.output], {}).setdefault(self.output, set()).add("")
        return found


def boxes_of(closed: Closed, groups: Mapping[str, tuple[Group, ...]]) -> dict[int, Box]:
    """The boxes by output; `groups` are those that each name stands for."""
    nodes, varying = closed.graph.nodes, set(closed.shown)
    boxes: dict[int, Box] = {}
    for name, exits in closed.leaving().items():
        parts = {i: _part(closed, i, name, exits, varying) for i in sorted(exits)}
        counted: dict[int, int] = {}
        for inside, _ in parts.values():
            for i in inside:
                counted[i] = counted.get(i, 0) + (nodes[i].op is not INPUT)
        for i, (inside, entries) in parts.items():
            shared = any(counted[k] > 1 for k in inside)
            boxes[i] = Box(i, groups[name], entries, inside, i == max(exits), shared)
    return boxes


def _part(
    closed: Closed, output: int, name: str, exits: Collection[int], varying: Collection[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What lies between one output of a group and what enters it, and the latter."""
    inside, entries = {output}, set()
    pending = [output]
    while pending:
        for operand in closed.graph.nodes[pending.pop()].operands:
            if operand not in varying or operand in inside:
                continue
            if operand in closed.common:
                inside.add(operand)
            elif closed.names.get(operand) != name or operand in exits:
                entries.add(operand)
            else:
                inside.add(operand)
                pending.append(operand)
    return tuple(sorted(inside)), tuple(sorted(entries))
