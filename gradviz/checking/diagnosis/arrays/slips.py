"""Every mistake that can be made on the way back: rows' own, structural ones, dropped ways, one made everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradviz.checking.diagnosis.arrays.case import Case, Place
from gradviz.checking.diagnosis.arrays.contributions import fitted
from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE, Alter, Spot, altered
from gradviz.checking.diagnosis.arrays.structural import TABLE
from gradviz.ops.op import Mistake, Op

WAY_DROPPED = "path dropped"
NOT_SUMMED = "contributions not summed"
REGULARISATION_LOST = "regularisation term lost"
NOTHING_LEFT = -0.5
"""What a row's mistake is worth by which nothing comes back: it says less than that a way was dropped."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake at a place (or the same one at several).

    Args:
        name: of the mistake.
        node: where it was made.
        alters: the wrong contributions, by place.
        says: one clause; the place is said beside it.
        prior: the log of how likely it is.
        wrong: the wrong contributions' nodes, given the right upstream, by place; None where nothing comes back.
        row: whether it is one of the operation's own.
    """

    name: str
    node: int
    alters: Mapping[Place, Alter]
    says: str
    prior: float
    wrong: Mapping[Place, int | None]
    row: bool = False

    @property
    def count(self) -> int:
        """How many mistakes it counts as: one made everywhere counts as one and one more."""
        return 1 if len({place[0] for place in self.alters}) == 1 or self.name == NOT_SUMMED else 2


def row_alter(op: Op, mistake: Mistake) -> Alter:
    """A row's wrong rule as a wrong contribution."""

    def elementwise(spot: Spot) -> object:
        local = mistake.rule(spot.builder, spot.y, *spot.xs, **spot.node.settings)
        pulled = spot.g * local
        whole = spot.builder.term(spot.builder.fit(spot.builder.id_of(pulled), spot.node.shape))
        return fitted(spot, whole)

    def pulled_back(spot: Spot) -> object:
        return mistake.rule(spot.builder, spot.g, spot.y, *spot.xs, **spot.node.settings)

    return elementwise if op.elementwise else pulled_back  # type: ignore[return-value]


def slips_at(case: Case, place: Place, upstream: int, right: int, least: float = -math.inf) -> list[Slip]:
    """The mistakes that can be made along one edge and make a difference there; equal ones once.

    Args:
        case: the sweep.
        place: the edge.
        upstream: what comes back into it.
        right: the right contribution for that.
        least: what a mistake must be worth.
    """
    found: list[Slip] = []
    seen = {right: 1.0}
    for name, alter, says, prior, row in _rules(case, place, upstream):
        if prior < least:
            continue
        try:
            wrong = altered(case.builder, place, upstream, alter)
        except IMPOSSIBLE:
            continue
        if wrong is None or seen.get(wrong, prior) > prior:
            continue
        worth = prior + NOTHING_LEFT if case.builder.number(wrong) == 0 else prior
        seen[wrong] = max(prior, seen.get(wrong, prior))
        found.append(Slip(name, place[0], {place: alter}, says, worth, {place: wrong}, row))
    return found


def _rules(case: Case, place: Place, upstream: int) -> Iterator[tuple[str, Alter, str, float, bool]]:
    target, slot = place
    op = case.builder.node(target).op
    spot = Spot(case.builder, target, slot, upstream)
    fitting = [one for one in TABLE if one.fits(spot)]
    yield from ((one.name, one.alter, one.says, one.prior, False) for one in fitting if one.prior > 0)
    for mistake in op.mistakes:
        if mistake.slot == slot:
            yield mistake.name, row_alter(op, mistake), mistake.says, 0.0, True
    yield from ((one.name, one.alter, one.says, one.prior, False) for one in fitting if one.prior <= 0)


def all_slips(case: Case) -> list[Slip]:
    """The mistakes along every edge of the right sweep, dropped ways, and each mistake made everywhere."""
    single = [
        slip for place, edge in case.edges.items() for slip in slips_at(case, place, edge.upstream, edge.contribution)
    ]
    return [*single, *dropped(case), *everywhere(single)]


def dropped(case: Case) -> list[Slip]:
    """At every node that several operations use: one way dropped, and all but one."""
    arriving: dict[int, list[Place]] = {}
    for place, edge in case.edges.items():
        arriving.setdefault(edge.source, []).append(place)
    found: list[Slip] = []
    for source, places in arriving.items():
        if len(places) < 2:
            continue
        uses = list(dict.fromkeys(place[0] for place in places))
        for place in places:
            found.append(_without(source, [place], WAY_DROPPED, -0.3))
        for use in uses if len(uses) > 1 else ():
            through = [place for place in places if place[0] == use]
            if len(through) > 1:
                found.append(_without(source, through, WAY_DROPPED, -0.3))
            if len(places) - len(through) > 1 and len(uses) > 2:
                found.append(_without(source, [p for p in places if p[0] != use], NOT_SUMMED, -0.6))
    return found


def _nothing(spot: Spot) -> None:
    return None


def _without(source: int, places: list[Place], name: str, prior: float) -> Slip:
    says = "not all of its uses are counted" if name == NOT_SUMMED else "one of its uses is not counted"
    return Slip(name, source, dict.fromkeys(places, _nothing), says, prior, dict.fromkeys(places))


def everywhere(single: list[Slip]) -> list[Slip]:
    """One misconception at all places where it can be had: at both operands of an operation, and at all operations."""
    here: dict[tuple[str, int], list[Slip]] = {}
    all_: dict[str, list[Slip]] = {}
    for slip in single:
        here.setdefault((slip.name, slip.node), []).append(slip)
        all_.setdefault(slip.name, []).append(slip)
    both = [_together(group) for group in here.values() if len(group) > 1]
    return [*both, *(_together(group) for group in all_.values() if len({slip.node for slip in group}) > 1)]


def _together(group: list[Slip]) -> Slip:
    return Slip(
        group[0].name,
        max(slip.node for slip in group),
        {place: alter for slip in group for place, alter in slip.alters.items()},
        group[0].says,
        group[0].prior - 0.1,
        {place: wrong for slip in group for place, wrong in slip.wrong.items()},
        group[0].row,
    )
