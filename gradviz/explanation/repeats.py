"""Equal blocks: which groups differ in nothing but their names, so that a row of them is shown once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradviz.explanation.box import Closed
from gradviz.graph.graph import Graph, Group, Node

ROW = 4
"""Equal blocks in a row from which on they are shown once, with their count."""


def rows_of(
    closed: Closed, members: Mapping[str, Collection[int]], groups: Mapping[str, tuple[Group, ...]]
) -> list[list[str]]:
    """Rows of at least `ROW` equal groups, each read by the next alone, whatever leaves it: an LSTM's step has h and c.

    Args:
        closed: which nodes lie in closed groups.
        members: the nodes of each, by its name.
        groups: the groups, by name.
    """
    after: dict[str, str] = {}
    for name, exits in closed.leaving().items():
        readers = {reader for read in exits.values() for reader in read}
        if len(readers) == 1 and "" not in readers:
            after[name] = readers.pop()
    prints = Prints(closed.graph, set(closed.shown), members)
    steps = {
        name: step
        for name, then in after.items()
        if _alike(groups[name][0], groups[then][0]) and (step := prints.step(name, then)) is not None
    }
    begun = {after[name] for name in steps}
    rows = []
    for name in members:
        if name in steps and name not in begun:
            row = [name]
            while (last := row[-1]) in steps and after[last] not in row and steps[last] in (0, steps[name]):
                row.append(after[last])
            if len(row) >= ROW:
                rows.append(row)
    return rows


def _alike(one: Group, other: Group) -> bool:
    return (one.kind, one.note, one.parent) == (other.kind, other.note, other.parent)


@dataclass(frozen=True, slots=True)
class Print:
    """The structure of a group: `lines`, equal for equal ones; and the `counters` that may count steps."""

    lines: tuple[object, ...]
    counters: tuple[int, ...]


@dataclass(slots=True)
class Prints:
    """The structures of a graph's groups, worked out when they are asked for.

    Args:
        graph: what holds the nodes.
        varying: the nodes that hang on an input.
        members: the nodes of each group.
    """

    graph: Graph
    varying: Collection[int]
    members: Mapping[str, Iterable[int]]
    _made: dict[str, Print] = field(default_factory=dict)
    _fixed: dict[int, int] = field(default_factory=dict)
    _numbers: dict[Any, int] = field(default_factory=dict)

    def step(self, first: str, second: str) -> int | None:
        """By how much the second of two equal groups counts on: 0 where it does not; None if they are not equal.

        What they compute and every constant in it is the same. Only the places that they take out of something outside
        may differ, all by one and the same way: the steps of a recurrent network read x[0], x[1] and so on.
        """
        one, other = self._print(first), self._print(second)
        if one.lines != other.lines:
            return None
        by = {b - a for a, b in zip(one.counters, other.counters, strict=True)} - {0}
        if not by:
            return 0
        return by.pop() if by in ({1}, {-1}) else None

    def _print(self, name: str) -> Print:
        if name not in self._made:
            self._made[name] = self._printed(self.members[name])
        return self._made[name]

    def _printed(self, members: Iterable[int]) -> Print:
        place: dict[int, int] = {}
        outside: dict[int, int] = {}
        lines: list[object] = []
        counters: list[int] = []
        for i in sorted(members):
            node = self.graph.nodes[i]
            place[i] = len(place)
            operands = []
            for operand in node.operands:
                if operand in place:
                    operands.append(("in", place[operand]))
                elif operand in self.varying:
                    operands.append(("out", outside.setdefault(operand, len(outside))))
                else:
                    operands.append(("constant", self._constant(operand)))
            settings: object = node.attributes
            if node.op.name == "index" and operands[0][0] == "out":
                settings, counted = _uncounted(node)
                counters += counted
            lines.append((node.op.name, settings, node.shape, tuple(operands)))
        return Print(tuple(lines), tuple(counters))

    def _constant(self, id: int) -> int:
        """A number for a constant, or for what is made of constants: the same for equal ones."""
        pending = [id]
        while pending:
            i = pending[-1]
            node = self.graph.nodes[i]
            waiting = [operand for operand in node.operands if operand not in self._fixed]
            if waiting:
                pending += waiting
                continue
            pending.pop()
            parts = tuple(self._fixed[operand] for operand in node.operands)
            key = (node.op.name, repr(node.attributes), node.shape, parts)
            self._fixed[i] = self._numbers.setdefault(key, len(self._numbers))
        return self._fixed[id]


def _uncounted(node: Node) -> tuple[object, list[int]]:
    """An index's settings without the whole numbers among its items, and these."""
    items = node.settings["items"]
    listed = items if isinstance(items, tuple) else (items,)
    counted = [item for item in listed if isinstance(item, int) and not isinstance(item, bool)]
    kept = tuple("step" if isinstance(item, int) and not isinstance(item, bool) else item for item in listed)
    return kept, counted
