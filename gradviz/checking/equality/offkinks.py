"""A claim without its kinks: at single points where a condition changes over, the sides of a claim need not agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradviz.checking.claim import Claim
from gradviz.checking.equality.kinks import CHANGES
from gradviz.graph.graph import Graph, Term
from gradviz.passes.evaluate import needed_for

MOST = 12
"""How many conditions may be left out of a claim."""


def off_kinks(claim: Claim) -> Claim | None:
    """The same claim where no condition of the truth changes over; None if there is none, or too many.

    That is what a claim is about: at a kink the derivative is a matter of convention. What only the answer tells apart
    stays in.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> made = off_kinks(Claim(g, g.sign(x).id, g.where(x > 0, 1, -1).id))
        >>> [made.graph.nodes[i].op.name for i in made.domain]
        ['div']
    """
    needed = needed_for(claim.graph, [claim.truth, *claim.domain])
    found: set[tuple[int, ...]] = set(_changing(claim.graph, needed))
    if not found or len(found) > MOST:
        return None
    graph = claim.graph.copy()
    added = []
    for places in sorted(found):
        first, *others = (Term(graph, i) for i in places)
        added.append((1 / (first - others[0] if others else first)).id)
    return replace(claim, graph=graph, domain=(*claim.domain, *added))


def _changing(graph: Graph, needed: bytearray) -> Iterator[tuple[int, ...]]:
    for i, wanted in enumerate(needed):
        count = CHANGES.get(graph.nodes[i].op.name, 0) if wanted else 0
        if count:
            yield graph.nodes[i].operands[:count]
