"""A whole graph's Jacobian as sweeps over its edges: forward for a product, backward for the transpose's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.passes.jacobian.operator import Array, Entries, Operator, Places, Stored, Word, fullness, refuse_dense

CHUNK = 32
"""Columns that go through the graph together."""


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """An edge with its local Jacobian: by the node `source`, of the node `target`."""

    source: int
    target: int
    local: Operator


@dataclass(frozen=True, slots=True, eq=False)
class Swept(Operator):
    """What is left unmultiplied: the local Jacobians of the edges between inputs and output, in topological order.

    Args:
        links: the edges.
        sources: the nodes by which, in the order of the columns.
        output: the node of which.
        sizes: entries of every node that occurs.
        count: nonzeros, where they were traced; all entries if None.
        narrowest: fewest entries that everything goes through.
    """

    links: tuple[Link, ...]
    sources: tuple[int, ...]
    output: int
    sizes: Mapping[int, int]
    count: int | None = None
    narrowest: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Entries of the output by entries of the inputs."""
        return self.sizes[self.output], sum(self.sizes[i] for i in self.sources)

    @property
    def structure(self) -> Word:
        """Low rank behind a bottleneck; else by how full it is."""
        if self.narrowest is not None and self.narrowest < min(self.shape):
            return "low rank"
        return fullness(self.nnz, *self.shape)

    @property
    def nnz(self) -> int:
        """As traced."""
        return self.rows * self.columns if self.count is None else self.count

    @property
    def stored(self) -> Stored:
        """Those of the edges."""
        return tuple(array for link in self.links for array in link.local.stored)

    def matmat(self, block: Array) -> Array:
        """Forward: the tangents of every node, from those of the inputs."""
        held: dict[int, Array] = {}
        start = 0
        for i in self.sources:
            held[i] = block[start : start + self.sizes[i]]
            start += self.sizes[i]
        last = {link.source: place for place, link in enumerate(self.links)}
        for place, link in enumerate(self.links):
            part = link.local.matmat(held[link.source])
            held[link.target] = held[link.target] + part if link.target in held else part
            if last[link.source] == place and link.source != self.output:
                del held[link.source]
        return held.get(self.output, np.zeros((self.rows, block.shape[1])))

    def rmatmat(self, block: Array) -> Array:
        """Backward: the gradients of every node, from that of the output."""
        held = {self.output: block}
        for link in reversed(self.links):
            part = link.local.rmatmat(held[link.target])
            held[link.source] = held[link.source] + part if link.source in held else part
        empty = {i: np.zeros((self.sizes[i], block.shape[1])) for i in self.sources if i not in held}
        return np.concatenate([empty[i] if i in empty else held[i] for i in self.sources])

    def entries(self) -> Entries:
        """All, zeros too."""
        rows, columns = np.indices(self.shape).reshape(2, -1)
        return rows, columns, self.todense().ravel()

    def todense(self) -> Array:
        """By as many sweeps as the shorter side is long."""
        refuse_dense(*self.shape)
        if self.columns <= self.rows:
            return in_chunks(self.matmat, np.arange(self.columns), self.columns)
        return in_chunks(self.rmatmat, np.arange(self.rows), self.rows).T


def in_chunks(sweep: Any, colours: Places, count: int) -> Array:
    """One sweep per colour, some at a time: with ones where the entries have that colour. Colour −1 is left out."""
    made: list[Array] = []
    for start in range(0, count, CHUNK):
        width = min(CHUNK, count - start)
        chosen = np.flatnonzero((colours >= start) & (colours < start + width))
        seeds = np.zeros((len(colours), width))
        seeds[chosen, colours[chosen] - start] = 1
        with np.errstate(all="ignore"):
            made.append(sweep(seeds))
    return np.concatenate(made, axis=1) if made else np.zeros((len(sweep(np.zeros((len(colours), 1)))), 0))


def bottleneck(links: Sequence[Link], sources: Sequence[int], output: int, sizes: Mapping[int, int]) -> int:
    """The fewest entries through which every path goes: a node that all open edges pass.

    A node is one if no edge leads past it: when the edges are walked in order of targets, none that began before it
    ends after it.
    """
    reach: dict[int, int] = {}
    for link in links:
        reach[link.source] = max(reach.get(link.source, 0), link.target)
    narrow = min(sizes[output], sum(sizes[i] for i in sources))
    nodes = sorted({link.target for link in links} | set(sources))
    furthest = -1
    last_source = max(sources)
    for i in nodes:
        if furthest <= i and i >= last_source:
            narrow = min(narrow, sizes[i])
        furthest = max(furthest, reach.get(i, i))
    return narrow
