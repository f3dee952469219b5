"""Refuting first: both sides in balls at many points; a ball of the difference that excludes zero is a proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flint import fmpq

from gradviz.checking.claim import Claim
from gradviz.checking.equality.comparing import Bench, Look, bench
from gradviz.checking.equality.kinks import at_kink
from gradviz.checking.equality.lines import Line, defined_points, lines
from gradviz.checking.equality.loci import Loci, beside, breakpoints, loci_of
from gradviz.checking.equality.points import moved, points
from gradviz.checking.equality.program import Point, compiled
from gradviz.checking.equality.readable import simplified
from gradviz.checking.equality.values import Value

POINTS, FEWEST = 40, 6
"""How many points are tried; below how many that count more are searched for."""
WORK = 40_000
"""How many steps times entries all points together may take at the first precision."""
LINES = 5
"""Along how many lines breakpoints are searched for."""
UNCLEAR = 12
"""How many points that are unclear are looked at again with more bits."""
LATER = ((256, 10), (1024, 4))
"""Higher precisions, and at how many points they are tried before a proof is."""
LAST = (1024, 4096)
"""The precisions of the last look, where nothing was proved: the second one at one point."""


@dataclass(slots=True)
class Examined:
    """What was seen of a claim.

    Args:
        bench: the claim made ready.
        counter: the point where both sides certainly differ, with what was seen; None if there is none.
        agreed: points where both are the same, as far as could be seen.
        holes: points where the answer is certainly not defined and the truth is.
        kinks: points where both differ, but only there: at a kink.
        tried: how many points were looked at.
        unclear: at how many nothing could be said.
        first: the first point that was tried.
        spare: a point where both sides certainly differ, all around it too, but which lies on a kink.
        axis: of a claim with a single number as its input, where something changes along it; None if it was not asked.
    """

    bench: Bench
    counter: tuple[Point, Look] | None = None
    agreed: list[tuple[Point, Look]] = field(default_factory=list)
    holes: list[tuple[Point, Look]] = field(default_factory=list)
    kinks: list[tuple[Point, Look]] = field(default_factory=list)
    tried: int = 0
    unclear: int = 0
    axis: list[tuple[Value, Value]] | None = None
    first: Point | None = None
    spare: tuple[Point, Look] | None = None

    @property
    def points(self) -> list[Point]:
        """The points at which something was seen."""
        return [point for point, _ in (*self.agreed, *self.holes)]

    @property
    def settled_exactly(self) -> bool:
        """Whether nothing is free, and both sides are the same exact numbers."""
        if any(slot.moves or slot.kind == "numbers" for slot in self.bench.slots) or self.kinks or self.holes:
            return False
        return bool(self.agreed) and all(exact(look) for _, look in self.agreed)

    @property
    def counted(self) -> int:
        """At how many points the truth is defined."""
        return len(self.agreed) + len(self.holes) + len(self.kinks)


def examine(claim: Claim) -> Examined:
    """Try a claim at points until one refutes it.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> x = g.input("x")
        >>> seen = examine(Claim(g, g.abs(x).id, x.id))
        >>> seen.counter[0]
        {'x': -1}
    """
    return examine_bench(bench(claim))


def examine_bench(ready: Bench) -> Examined:
    """Try a claim that was made ready."""
    return further(glanced(ready))


def glanced(ready: Bench) -> Examined:
    """The first look: many points, few bits; most wrong answers end here."""
    made = Examined(ready)
    _plainly(made)
    made.counter = made.counter or made.spare
    return made


def further(made: Examined) -> Examined:
    """Where the first look refuted nothing: breakpoints, narrow domains, more bits."""
    for stage in (_at_breakpoints, _where_defined, _more_closely):
        if made.counter is None:
            stage(made)
            made.counter = made.counter or made.spare
    return made


def holes_only(made: Examined) -> Examined:
    """Where both sides are known to be equal wherever they are defined: places where only the answer may not be."""
    _beside(made, loci_of(made.bench, own_nodes(made.bench)))
    made.counter = made.counter or made.spare
    return made


def own_nodes(ready: Bench) -> set[int]:
    """The nodes that the answer alone needs."""
    claim, stands = ready.claim, ready.program.stands
    shared = compiled(claim.graph, (claim.truth, *claim.domain))
    others = {stands[i] for i in shared.stands}
    return {i for i in stands.values() if i not in others}


def _plainly(made: Examined) -> None:
    if made.bench.program.too_large:
        return
    count = _affordable(made.bench)
    curve = made.bench.curve
    _try_all(made, points(made.bench.slots, count) if curve is None else curve.points(count))


def _affordable(ready: Bench) -> int:
    return max(FEWEST, min(POINTS, WORK // max(1, ready.program.work)))


def _try_all(made: Examined, every: Iterator[Point]) -> None:
    again: list[Point] = []
    for point in every:
        if _try(made, point, 64) == "unclear":
            again.append(point)
        if made.counter is not None or made.bench.worn:
            return
    for point in again[:UNCLEAR]:
        for bits in (256, 1024):
            if _try(made, point, bits) != "unclear":
                break
        else:
            made.unclear += 1
        if made.counter is not None:
            return


def _try(made: Examined, point: Point, bits: int) -> str:
    look = made.bench.look(point, bits)
    if made.first is None:
        made.first = point
    made.tried += bits == 64
    if look.state == "different":
        if made.bench.confirmed(point, look):
            _refuted(made, point, look)
        else:
            made.kinks.append((point, look))
    elif look.state == "hole":
        made.holes.append((point, look))
    elif look.state == "same":
        made.agreed.append((point, look))
    return look.state


def _refuted(made: Examined, point: Point, look: Look) -> None:
    """A point on a kink is kept for the case that there is no other."""
    if at_kink(made.bench, point):
        made.spare = made.spare or (point, look)
    else:
        made.counter = simplified(made.bench, point, look)


def _free_lines(made: Examined) -> list[Line]:
    slots = made.bench.slots
    if made.bench.curve is not None or not any(slot.moves for slot in slots):
        return []
    return list(lines(slots))


def _at_breakpoints(made: Examined) -> None:
    _beside(made, loci_of(made.bench, set(made.bench.program.stands.values())))


def _beside(made: Examined, loci: Loci) -> None:
    """Points between and beside the places where something changes."""
    if not loci.steps or made.bench.program.too_large:
        return
    every = _free_lines(made)[:LINES]
    for line in every:
        found = breakpoints(line, made.bench, loci)
        if len(every) == 1:
            made.axis = found
        _try_all(made, map(line.at, beside(found)))
        _try_all(made, (line.at(low) for low, high in found if low == high))
        if made.counter is not None or made.bench.worn:
            return


def _where_defined(made: Examined) -> None:
    """Where few points counted, points where the truth is certainly defined."""
    if made.counted >= FEWEST or made.bench.program.too_large:
        return
    for line in _free_lines(made):
        _try_all(made, iter(_near(made)))
        if made.counter is not None or made.counted >= FEWEST:
            return
        _try_all(made, iter(defined_points(line, made.bench, FEWEST)))
        if made.counter is not None or made.counted >= 2 * FEWEST or made.bench.worn:
            return


def _near(made: Examined) -> list[Point]:
    """Points close to the few that count, for domains that are narrow."""
    known = [point for point, _ in (*made.agreed, *made.kinks, *made.holes)][:2]
    shifts = [fmpq(sign, 1000**k) for k in range(1, 6) for sign in (1, -1)]
    return [moved(point, made.bench.slots, shift) for point in known for shift in shifts]


def _more_closely(made: Examined) -> None:
    """The same points with more bits, the first ones and then some from everywhere."""
    for bits, count in LATER:
        closely(made, bits, count)
        if made.counter is not None:
            return


def closely(made: Examined, bits: int, count: int) -> None:
    """Look again at points where both sides seemed the same."""
    if not made.agreed:
        return
    chosen = made.agreed[:: max(1, len(made.agreed) // count)][:count]
    for point, seen in chosen:
        if seen.bits >= bits or exact(seen) or made.bench.worn:
            continue
        look = made.bench.look(point, bits)
        if look.state == "different" and made.bench.confirmed(point, look):
            made.counter = (point, look)
            return
        if look.state == "same":
            place = next(i for i, (other, _) in enumerate(made.agreed) if other is point)
            made.agreed[place] = (point, look)


def last_look(made: Examined) -> None:
    """All points with many bits, one with more still: where no proof was found."""
    closely(made, LAST[0], len(made.agreed))
    if made.counter is None:
        closely(made, LAST[1], 1)


def exact(seen: Look) -> bool:
    """Whether both sides are exact numbers, so that more bits say no more."""
    return not any(type(value).__name__ == "arb" for value in (*seen.expected, *seen.found))
