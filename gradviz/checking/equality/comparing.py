"""Both sides of a claim at one point: the same, different, or one of them not defined; and what is so all around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gradviz.checking.claim import Claim
from gradviz.checking.equality.curve import Curve, curve_of
from gradviz.checking.equality.kinks import CHANGES
from gradviz.checking.equality.points import MOVES, moved, widened
from gradviz.checking.equality.program import Point, Program, compiled, precision
from gradviz.checking.equality.slots import Slot, slots_of
from gradviz.checking.equality.values import (
    UNDECIDED,
    UNDEFINED,
    Value,
    known,
    number,
    settled,
    surely_not_zero,
)
from gradviz.passes.evaluate import needed_for

BUDGET = 1_500_000
"""How many steps on numbers all that is looked at for one claim may take together."""

State = Literal["same", "different", "hole", "outside", "unclear"]
"""A "hole" is where the answer is certainly not defined and the truth is; "outside", the point does not count."""

LEVELS = ((64, 24), (256, 100), (1024, 400))
"""Precisions, and the radius (2^−…, relative) of the ball in which something is confirmed at each."""


@dataclass(frozen=True, slots=True)
class Look:
    """Both sides at one point.

    Args:
        state: what they are.
        entry: the entry (counted flat) that is different or a hole.
        expected, found: all entries.
        bits: the precision.
    """

    state: State
    entry: int
    expected: Sequence[Value]
    found: Sequence[Value]
    bits: int


@dataclass(slots=True)
class Meter:
    """What was done of what may be done, in steps on numbers; more bits make a step longer."""

    left: int = BUDGET

    def spend(self, work: int, bits: int) -> None:
        """Note a look."""
        self.left -= work * (64 + bits) // 128


@dataclass(frozen=True, slots=True)
class Bench:
    """A claim made ready.

    Args:
        claim: what is to be decided.
        program: truth, answer, then what must be defined.
        slots: its inputs.
        curve: where points must lie; None if they are free.
        changing: operands of the truth's and the function's own conditions: where they change over is a kink.
        meter: what was done of what may be.
    """

    claim: Claim
    program: Program
    slots: tuple[Slot, ...]
    curve: Curve | None = None
    changing: tuple[tuple[int, ...], ...] = ()
    meter: Meter = field(default_factory=Meter)

    @property
    def worn(self) -> bool:
        """Whether nothing more should be looked at."""
        return self.meter.left <= 0

    def look(self, point: Point, bits: int) -> Look:
        """Both sides at a point."""
        self.meter.spend(self.program.work, bits)
        expected, found, *domain = self.program.values(point, bits)
        return compare(expected, found, domain, bits)

    def confirmed(self, point: Point, seen: Look) -> bool:
        """Whether what was seen at a point is so in a whole ball around it, so that it is no matter of a kink."""
        slots = self.slots
        if self.curve is not None and self.curve.solved is not None:
            other = self.curve.beside(point)
            return other is not None and self.look(other, 256).state == seen.state
        if not any(slot.moves for slot in slots):
            slots = tuple(replace(slot, kind="free") if not slot.count else slot for slot in slots)
            if not any(slot.moves for slot in slots):
                return True
        return self._around(point, seen, slots)

    def _around(self, point: Point, seen: Look, slots: tuple[Slot, ...]) -> bool:
        for bits, shift in LEVELS:
            if bits < seen.bits:
                continue
            wide = self.look(widened(point, slots, bits, shift), bits)
            if wide.state == seen.state:
                return True
        # In a ball x − x is not 0. Points on all sides, each moved its own way, do not all lie on one kink either.
        free = all(slot.kind in ("free", "given", "numbers") for slot in slots)
        for bits in (256, 1024) if free else ():
            if all(self.look(moved(point, slots, move), bits).state == seen.state for move in MOVES):
                return True
        # At a question's own point, the end of a domain (√x at 0) is no kink: nothing can be said around it.
        return slots is not self.slots and wide.state in ("unclear", "hole", "outside")


def bench(claim: Claim, apart: Collection[int] = ()) -> Bench:
    """A claim made ready to be tried; the nodes `apart` are not taken for equal ones elsewhere."""
    wanted = (claim.truth, claim.answer, *claim.domain)
    program = compiled(claim.graph, wanted, apart)
    if claim.zero is None:
        return Bench(claim, program, slots_of(claim, program), None, _changing(claim, program))
    slots = slots_of(claim, compiled(claim.graph, (*wanted, claim.zero)))
    return Bench(
        claim, program, slots, curve_of(compiled(claim.graph, (claim.zero,)), slots), _changing(claim, program)
    )


def _changing(claim: Claim, program: Program) -> tuple[tuple[int, ...], ...]:
    counts = [CHANGES.get(claim.graph.nodes[i].op.name, 0) for i, _, _ in program.steps]
    if not any(counts):
        return ()
    needed = needed_for(claim.graph, [claim.truth, *claim.domain])
    mine = {program.stands[i] for i, wanted in enumerate(needed) if wanted}
    steps = zip(counts, program.steps, strict=True)
    return tuple(operands[:count] for count, (i, _, operands) in steps if count and i in mine)


def compare(expected: Sequence[Value], found: Sequence[Value], domain: Sequence[Sequence[Value]], bits: int) -> Look:
    """What both sides are at a point, entry by entry: a difference counts first, then a hole."""
    state: State = "outside"
    place = 0
    for part in domain:
        if UNDEFINED in part:
            return Look("outside", 0, expected, found, bits)
        if UNDECIDED in part:
            return Look("unclear", 0, expected, found, bits)
    with precision(bits):
        for i, (right, given) in enumerate(zip(expected, found, strict=True)):
            one = _entry(right, given)
            if RANK[one] > RANK[state]:
                state, place = one, i
                if one == "different":
                    break
    return Look(state, place, expected, found, bits)


RANK: dict[State, int] = {"outside": 0, "same": 1, "unclear": 2, "hole": 3, "different": 4}


def _entry(right: Value, given: Value) -> State:
    if not known(right):
        return "outside" if right is UNDEFINED else "unclear"
    if not known(given):
        return "hole" if given is UNDEFINED else "unclear"
    return "different" if surely_not_zero(settled(number(right) - number(given))) else "same"
