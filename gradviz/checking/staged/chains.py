"""Gradients that several lines make: `dx = …`, then `dx += …`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from gradviz.checking.staged.bench import Bench
from gradviz.checking.staged.lines import Target
from gradviz.checking.staged.work import Aim, Judged, Work

SUBSETS = 6
"""Contributions up to which a part of a gradient is compared with sums of several."""


@dataclass(slots=True)
class Chain:
    """The lines that make one gradient bit by bit: `dx = …`, then `dx += …`."""

    last: int
    additive: bool
    lines: list[Judged] = field(default_factory=list)
    matched: list[int] = field(default_factory=list)
    wrong: int = 0


def chain_of(work: Work, targets: Sequence[Target], start: int) -> Chain:
    """How far the lines go that change a name once it is assigned."""
    last, additive = start, True
    for i in range(start + 1, len(targets)):
        statement = work.listed[i]
        if targets[i].name != targets[start].name:
            continue
        if statement.sign == "=" and targets[i].mask is None:
            break
        last = i
        additive = additive and statement.sign in ("+=", "-=") and targets[i].mask is None
    return Chain(last, additive)


def is_contribution(bench: Bench, chain: Chain, aims: Sequence[Aim], value: int) -> bool:
    """Whether a part is one contribution that no part was before, or the sum of several; it is noted in the chain."""
    for aim in aims:
        edges = [edge.contribution for edge in aim.back.edges if edge.source == aim.node]
        left = [edge for edge in edges if edge not in chain.matched]
        for count in range(1, min(len(left), SUBSETS, len(edges) - 1) + 1):
            for some in combinations(left, count):
                if bench.alike(value, summed(bench, some)):
                    chain.matched += some
                    return True
    return False


def summed(bench: Bench, ids: Sequence[int]) -> int:
    """The sum of nodes."""
    total = ids[0]
    for id in ids[1:]:
        total = bench.folder.make("add", (total, id))
    return total
