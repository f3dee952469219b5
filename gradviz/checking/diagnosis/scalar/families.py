"""Mistakes that say the same thing twice: one fact, seen from two places or in two readings, is told once.

At cos(4x) the inner derivative 4 is missing, and at 4x the coefficient: whoever lost it lost one factor. Two theories
are kin where they differ only in such marks; of kin the one is kept that a person would say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from types import MappingProxyType

from gradviz.checking.diagnosis.scalar.algebra import below
from gradviz.checking.diagnosis.scalar.theory import Mark, Theory
from gradviz.graph.graph import Graph

MOST = 80
"""How many theories are compared with each other, the likeliest."""
WIDEST = 3
"""In how many marks kin may differ."""

OVERALL, SOLVED, INNER = "overall sign", "minus lost in solving", "inner derivative lost"
FACTORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "lost": frozenset(
            {
                INNER,
                "coefficient lost",
                "coefficient misread",
                "factor lost",
                "factor of the coefficient lost",
                "y′ forgotten",
            }
        ),
        "inverted": frozenset({"divided by the inner slope", "coefficient inverted"}),
        "kept": frozenset({"times the inner function", "left standing"}),
        "twice": frozenset({"inner derivative twice", "coefficient squared"}),
    }
)
"""What is done to a factor of the inner derivative, at the function around it or inside: the function is named."""

VAGUE = frozenset(
    {
        OVERALL,
        "sign of a term",
        "sign of first term",
        "sign of the inner slope",
        "sign of the power",
        "coefficient's sign",
        "order reversed",
        "sign of y′",
        "minus added",
        "minus misread",
        "plus misread",
    }
)
"""Signs that are wrong for no reason that is said; a wrong sign with a reason on the same way is told instead."""
REASONED = frozenset({"minus lost", SOLVED})
"""Signs with a reason, besides those of the rows ("sign of cos′")."""
STRONG, AS_WRITTEN = 20.0, 0.8
"""By how much, in logarithms, the better way to say something is likelier; and what counts a reading as written."""


def merged(theories: Sequence[Theory], graph: Graph) -> list[Theory]:
    """One theory of every family, as likely as the likeliest of it; the others as they are, in order.

    Args:
        theories: the likeliest first.
        graph: in which the places lie.
    """
    within = _within(graph)
    kept: list[Theory] = []
    for theory in _plain(theories)[:MOST]:
        for at, other in enumerate(kept):
            verdict = _kin(other, theory, within)
            if verdict is not None:
                best = theory if verdict + theory.score - other.score > 0 else other
                kept[at] = replace(best, count=min(theory.count, other.count), score=max(theory.score, other.score))
                break
        else:
            kept.append(theory)
    return kept


RESIDUE = ("after", "arithmetic")
"""Slips after right rules: what is said where no rule was broken."""
MISCOUNTED = "miscounted"


def _plain(theories: Sequence[Theory]) -> list[Theory]:
    """Without slips after right rules where a wrong rule says as much, and not less likely."""
    rules = [one for one in theories if one.key[0] not in RESIDUE and all(m.name != MISCOUNTED for m in one.marks)]
    if rules and rules[0].score >= theories[0].score:
        return rules
    slips = [one for one in theories if all(m.name != MISCOUNTED for m in one.marks)]
    return slips or list(theories)


Within = Callable[[int, int], bool]


def _within(graph: Graph) -> Within:
    """Whether one node lies below another, or is it."""
    known: dict[int, frozenset[int]] = {}

    def within(inner: int, outer: int) -> bool:
        if outer not in known:
            known[outer] = frozenset(below(graph, outer))
        return inner in known[outer]

    return within


def _kin(one: Theory, other: Theory, within: Within) -> float | None:
    """None if the theories say different things; else by how much the second is the better way to say it."""
    if not one.marks or not other.marks or one.count != other.count:
        return None
    left, right = ([mark for mark in a.marks if mark not in b.marks] for a, b in ((one, other), (other, one)))
    if _whole_sign(one) and all(mark.name in VAGUE for mark in other.marks):
        return -STRONG
    if _whole_sign(other) and all(mark.name in VAGUE for mark in one.marks):
        return STRONG
    if len(left) != len(right) or not 0 < len(left) <= WIDEST:
        return None
    for turned in permutations(right):
        found = [_better(a, b, within) for a, b in zip(left, turned, strict=True)]
        if None not in found:
            return sum(each for each in found if each is not None)
    return None


def _whole_sign(theory: Theory) -> bool:
    return [mark.name for mark in theory.marks] == [OVERALL]


def _better(a: Mark, b: Mark, within: Within) -> float | None:
    """As `_kin`, of two marks; 0 leaves it to their likelihood."""
    if a.stage != b.stage:
        return None
    if a.place is not None and a.place == b.place:
        if a.reading != b.reading:
            return AS_WRITTEN * (_distance(a.reading) - _distance(b.reading))
        if a.name == b.name:
            return 0.0
    for names in FACTORS.values():
        found = _by_factor(a, b, names, within)
        if found is not None:
            return STRONG * found
    found = _by_sign(a, b, within)
    return None if found is None else STRONG * found


def _distance(reading: str) -> int:
    """0 for what is read as it was written."""
    return int(reading in ("powers", "products"))


def _by_factor(a: Mark, b: Mark, names: frozenset[str], within: Within) -> int | None:
    """Something done to a factor: told at the outermost place. A lost factor −1 may look like a wrong sign."""
    if a.name in names and b.name in names and a.place is not None and b.place is not None:
        return -1 if within(b.place, a.place) else 1 if within(a.place, b.place) else None
    if INNER not in names:
        return None
    if a.name in names and _is_lost_minus(a, b, within):
        return -1
    return 1 if b.name in names and _is_lost_minus(b, a, within) else None


def _is_lost_minus(factor: Mark, sign: Mark, within: Within) -> bool:
    """Whether a sign is wrong for the factor −1 that was lost."""
    if sign.name == OVERALL or factor.place is None or sign.place is None:
        return sign.name == OVERALL
    if factor.name != INNER or not (sign.name in VAGUE or sign.name == "minus lost"):
        return False
    return within(sign.place, factor.place) or (sign.name in VAGUE and within(factor.place, sign.place))


def _by_sign(a: Mark, b: Mark, within: Within) -> int | None:
    """A sign with a reason before one of the whole, that before one at a place without a reason."""
    if not (_is_sign(a.name) and _is_sign(b.name)):
        return None
    if a.place is not None and b.place is not None and not (within(a.place, b.place) or within(b.place, a.place)):
        return None
    vague = _vagueness(a.name) - _vagueness(b.name)
    if not vague and _vagueness(a.name) == 0 and a.place != b.place:
        return None
    return (vague > 0) - (vague < 0)


def _vagueness(name: str) -> int:
    return -1 if name == SOLVED else 1 if name == OVERALL else 2 if name in VAGUE else 0


def _is_sign(name: str) -> bool:
    return name in VAGUE or name in REASONED or name.startswith("sign of ")
