"""The decision: refute, look at the domains, prove; else say how far both sides agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.checking.claim import Claim, Decision

if TYPE_CHECKING:
    from gradviz.checking.equality.refute import Examined

SURE = 6
"""At how many points both sides must have been seen the same before further points are spared."""


def decide(claim: Claim) -> Decision:
    """Whether a claim holds.

    Returns:
        "wrong" with a point where both sides certainly differ, or an open part of the truth's domain on which the
        answer is not defined; "right" with a proof, or to the digits that a decimal answer gives; else "not decided".

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> x = g.input("x")
        >>> made = decide(Claim(g, (2 * x).id, (x**2).id))
        >>> made.verdict, made.evidence.sentence
        ('wrong', 'At x = 1 the right value is 2, the answer gives 1.')
    """
    from gradviz.checking.equality import verdicts
    from gradviz.checking.equality.comparing import bench
    from gradviz.checking.equality.holes import open_hole
    from gradviz.checking.equality.prove import prove_by_structure
    from gradviz.checking.equality.prove.canonical import same_node
    from gradviz.checking.equality.refute import further, glanced, holes_only

    seen = glanced(bench(claim))
    if seen.counter is None:
        plain = len(seen.agreed) >= SURE and same_node(claim.graph, claim.truth, claim.answer)
        seen = holes_only(seen) if plain else further(seen)
    if claim.digits is not None and seen.counter is not None:
        return verdicts.by_digits(claim, claim.digits)
    if seen.counter is not None:
        return verdicts.different(seen)
    hole = open_hole(seen)
    if hole is not None:
        return verdicts.not_defined(seen, hole)
    if seen.bench.program.too_large and claim.digits is None:
        rule = prove_by_structure(claim) if claim.zero is None and not claim.fixed else None
        return verdicts.nowhere(seen) if rule is None else verdicts.proved(seen, rule)
    if not seen.counted:
        return _formally(claim, seen)
    return _proved(claim, seen)


def _formally(claim: Claim, seen: Examined) -> Decision:
    """Of a function that has no real value: its derivative's formula may have one, and is judged then."""
    from gradviz.checking.equality import verdicts
    from gradviz.checking.equality.prove import prove
    from gradviz.checking.equality.refute import examine

    moving = any(slot.moves for slot in seen.bench.slots)
    if claim.domain and moving and not seen.unclear and not seen.bench.program.too_large and claim.digits is None:
        formal = replace(claim, domain=())
        again = examine(formal)
        if again.counter is not None:
            return replace(verdicts.different(again), notes=(verdicts.NOT_REAL,))
        rule = prove(formal) if again.counted and not again.holes else None
        if rule is not None:
            return replace(verdicts.proved(again, rule), notes=(verdicts.NOT_REAL,))
    return verdicts.nowhere(seen)


def _proved(claim: Claim, seen: Examined) -> Decision:
    from gradviz.checking.equality import verdicts
    from gradviz.checking.equality.dropped import domain_left_open
    from gradviz.checking.equality.offkinks import off_kinks
    from gradviz.checking.equality.prove import prove
    from gradviz.checking.equality.refute import last_look

    if seen.settled_exactly:
        return verdicts.proved(seen, "both are the same exact number")
    rule = prove(claim)
    if rule is None:
        smooth = off_kinks(claim)
        rule = prove(smooth) if smooth is not None else None
        rule = f"{rule}, away from kinks" if rule is not None else None
    if rule is not None:
        return verdicts.domain_open(seen) if domain_left_open(seen) else verdicts.proved(seen, rule)
    last_look(seen)
    return verdicts.different(seen) if seen.counter is not None else verdicts.agreeing(seen)
