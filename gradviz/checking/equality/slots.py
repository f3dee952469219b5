"""What the inputs of a claim may be: free numbers, numbers that are given, row and class numbers, declared arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np

from gradviz.checking.claim import Claim
from gradviz.checking.equality.arrays import of
from gradviz.checking.equality.namespace import exact
from gradviz.checking.equality.program import Program
from gradviz.graph.graph import Graph
from gradviz.shape import Shape

Kind = Literal["free", "given", "numbers", "symmetric", "stochastic"]

PICKED: Mapping[str, tuple[int, str]] = {"one_hot": (0, "classes"), "take": (1, ""), "scatter_add": (1, "count")}
"""Operations one of whose operands is a row or class number: its slot, and the setting that says how many there are."""
CARRIED = frozenset({"reshape", "transpose", "index", "flip", "concat", "stack", "broadcast_to", "stop_gradient"})
"""Operations through which numbers pass as they are."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One input.

    Args:
        name: its name.
        shape: its shape.
        kind: what it may be. "numbers" are whole, from 0 to `count` − 1.
        count: see there.
        value: of a given one.
    """

    name: str
    shape: Shape
    kind: Kind
    count: int = 0
    value: Any = None

    @property
    def size(self) -> int:
        """How many entries it has."""
        return prod(self.shape)

    @property
    def moves(self) -> bool:
        """Whether it can be moved a little."""
        return self.kind not in ("given", "numbers")


def slots_of(claim: Claim, program: Program) -> tuple[Slot, ...]:
    """The inputs that a claim's nodes need, in the order of the graph."""
    counts = _counts(claim.graph, [i for i, _, _ in program.steps])
    words: dict[str, set[str]] = {}
    for name, word in claim.declared:
        words.setdefault(name, set()).add(word)
    return tuple(
        _slot(name, claim.graph.nodes[i].shape, claim.fixed.get(name), words.get(name, set()), counts.get(i, 0))
        for name, i in program.inputs
    )


def _slot(name: str, shape: Shape, value: Any, words: set[str], count: int) -> Slot:
    classes = max((int(word.split()[1]) for word in words if word.startswith("classes ")), default=count)
    if value is not None:
        return Slot(name, shape, "given", classes, given(value, shape))
    if classes:
        return Slot(name, shape, "numbers", classes)
    kind: Kind = "symmetric" if "symmetric" in words else "stochastic" if "stochastic" in words else "free"
    return Slot(name, shape, kind)


def given(value: Any, shape: Shape) -> Any:
    """A given number or array as values of that shape."""
    array = np.asarray(value, dtype=object)
    entries = [exact(entry) for entry in np.broadcast_to(array, shape).flat]
    return of(entries, shape) if shape else entries[0]


def _counts(graph: Graph, ids: Iterable[int]) -> dict[int, int]:
    """By node, how many rows or classes its numbers may name."""
    found: dict[int, int] = {}
    for i in sorted(ids, reverse=True):
        node = graph.nodes[i]
        if node.op.name in PICKED:
            slot, setting = PICKED[node.op.name]
            count = node.settings[setting] if setting else graph.nodes[node.operands[0]].shape[0]
            found[node.operands[slot]] = _fewest(found.get(node.operands[slot]), int(str(count)))
        elif i in found and node.op.name in CARRIED:
            for operand in node.operands:
                found[operand] = _fewest(found.get(operand), found[i])
    return found


def _fewest(known: int | None, count: int) -> int:
    return count if known is None else min(known, count)
