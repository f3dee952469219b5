"""Sizes as they are written: letters where the program has letters, carried from the inputs through the operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Graph, Node

Written = tuple[str, ...]
"""A shape as written: `("m", "2")`."""


@dataclass(slots=True)
class Sizes:
    """The written shapes of nodes, and which letters stand for one size.

    Args:
        shapes: by node.
        ties: a letter, and another one that it was found to equal.
    """

    shapes: dict[int, Written] = field(default_factory=dict)
    ties: dict[str, str] = field(default_factory=dict)

    def root(self, size: str) -> str:
        """The letter that stands for all those it equals."""
        while size in self.ties:
            size = self.ties[size]
        return size

    def meet(self, sizes: Iterable[str]) -> str:
        """One size written in several ways: a letter where there is one, and all letters tied."""
        listed = list(dict.fromkeys(sizes))
        letters = [size for size in listed if not size.isdigit()]
        if not letters:
            return listed[0] if listed else "1"
        for other in letters[1:]:
            if self.root(other) != self.root(letters[0]):
                self.ties[self.root(other)] = self.root(letters[0])
        return letters[0]


def sizes_of(subject: Subject, letters: Mapping[str, str]) -> Sizes:
    """The written shapes of all shown nodes and their operands.

    Args:
        subject: what is explained.
        letters: by name, the shape as written with letters ("N×d").
    """
    sizes, graph = Sizes(), subject.graph
    for i in sorted({*subject.shown, *subject.names}):
        node = graph.nodes[i]
        if i in subject.boxes:
            sizes.shapes[i] = _plain(node)
            continue
        for operand in node.operands:
            if operand not in sizes.shapes:
                sizes.shapes[operand] = _plain(graph.nodes[operand])
        declared = tuple(letters[node.name].split("×")) if node.name and node.name in letters else ()
        found = _carried(graph, node, sizes) if letters and node.operands else _plain(node)
        if len(declared) == len(found):
            found = tuple(sizes.meet(pair) for pair in zip(declared, found, strict=True))
        sizes.shapes[i] = found
    return sizes


def _plain(node: Node) -> Written:
    return tuple(map(str, node.shape))


def _carried(graph: Graph, node: Node, sizes: Sizes) -> Written:
    """A result's written shape: by the operation's equation, entry by entry, or that of an operand of its shape."""
    shapes = [graph.nodes[operand].shape for operand in node.operands]
    written = [sizes.shapes[operand] for operand in node.operands]
    made = node.op.contraction(tuple(shapes), **node.settings) if node.op.contraction else None
    if made is not None:
        left, _, right = made[1].partition("->")
        met: dict[str, list[str]] = {}
        for letters, sizes_there in zip(left.split(","), written, strict=True):
            for letter, size in zip(letters, sizes_there, strict=True):
                met.setdefault(letter, []).append(size)
        one = {letter: sizes.meet(found) for letter, found in met.items() if letter != "0"}
        plain = _plain(node)
        return tuple(one.get(letter, plain[i]) for i, letter in enumerate(right))
    if node.op.elementwise:
        return tuple(
            sizes.meet([size for size, n in _column(axis, shapes, written, len(node.shape)) if n == length])
            for axis, length in enumerate(node.shape)
        )
    return next((there for there, shape in zip(written, shapes, strict=True) if shape == node.shape), _plain(node))


def _column(
    axis: int, shapes: Sequence[tuple[int, ...]], written: Sequence[Written], rank: int
) -> Iterable[tuple[str, int]]:
    """What the operands have on one axis of a broadcast."""
    for shape, there in zip(shapes, written, strict=True):
        place = axis - (rank - len(shape))
        if place >= 0:
            yield there[place], shape[place]


def stand_ins(sizes: Sizes, written: Iterable[tuple[str, int]]) -> dict[str, int]:
    """A small number for each size, different ones where the sizes may differ: what shapes are tried with.

    A letter and a number are the same where they are equal at this point, since nothing tells them apart.

    Example:
        >>> stand_ins(Sizes(), [("m", 2), ("n", 2), ("4096", 4096), ("1", 1)])
        {'m': 2, 'n': 3, '4096': 4, '1': 1}
    """
    pairs = list(dict.fromkeys((sizes.root(size), n) for size, n in written))
    plain = {n for size, n in pairs if size.isdigit()}
    made: dict[str, int] = {}
    chosen: dict[str, int] = {}
    for size, n in pairs:
        key = str(n) if n in plain else size
        if key not in chosen:
            chosen[key] = 1 if key == "1" else 2 + len([other for other in chosen if other != "1"])
        made[size] = chosen[key]
    return made
