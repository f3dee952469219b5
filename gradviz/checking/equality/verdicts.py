"""What was seen of a claim, as a decision with its evidence."""

from __future__ import annotations

from dataclasses import replace
from math import log10

import numpy as np

from gradviz.checking.claim import Claim, Decision
from gradviz.checking.equality import holes
from gradviz.checking.equality.comparing import Look, bench
from gradviz.checking.equality.digits import BITS, Closeness, half_unit, inside, margin_of, rounded_bench
from gradviz.checking.equality.kinks import at_kink
from gradviz.checking.equality.points import MOVES, moved
from gradviz.checking.equality.program import Point, precision
from gradviz.checking.equality.prove import SAME
from gradviz.checking.equality.prove.assisted import ran_out_of_time
from gradviz.checking.equality.refute import Examined, examine_bench
from gradviz.checking.equality.values import UNDEFINED, Value, ball, known, number, settled, surely_zero
from gradviz.checking.equality.wording import apart, enclosure, entry_text, place_text, point_text, shown, telling
from gradviz.explanation.data.checks import Evidence

NOTED = 3
"""How many single points a note names."""
MOST_DIGITS = 1200
NOT_REAL = "the function has no real value at any point tried; the formula of its derivative was judged"
READABLE = 6
"""Significant digits of a number in a sentence."""
LONG = 26
"""Numbers of more characters than that are not told apart in a sentence."""


def different(seen: Examined) -> Decision:
    """Wrong: a point where both sides certainly differ."""
    assert seen.counter is not None
    point, look = seen.counter
    slots = seen.bench.slots
    right, given = look.expected[look.entry], look.found[look.entry]
    expected, found = apart(right, given)
    entry = _entry(seen, look)
    where = place_text(point, slots)
    at = f"At {where} the" if where else "The"
    texts = _told_apart(right, given)
    of, into = (f"of entry {entry_text(entry)} ", f" in entry {entry_text(entry)}") if entry else ("", "")
    sentence = f"{at} right value {of}is {texts[0]}, the answer gives {texts[1]}."
    if max(map(len, texts)) > LONG or texts[0] == texts[1]:
        sentence = f"{at} answer is off by {_plain(_off(right, given))}{into}."
    return Decision(
        "wrong",
        Evidence("counterexample", sentence, "", point_text(point, slots), entry, expected, found),
    )


def _told_apart(right: Value, given: Value) -> tuple[str, str]:
    """Both numbers with as few digits as are worth reading, more where they would look the same."""
    digits = telling(right, given, READABLE)
    return _plain(shown(right, digits)), _plain(shown(given, digits))


def _off(right: Value, given: Value) -> str:
    with precision(1024):
        return shown(settled(number(given) - number(right)), 3)


def _plain(text: str) -> str:
    """A ball's centre: a sentence needs no radius."""
    return text.split(" ± ")[0]


def _entry(seen: Examined, look: Look) -> tuple[int, ...]:
    shape = seen.bench.claim.graph.nodes[seen.bench.claim.truth].shape
    return tuple(int(i) for i in np.unravel_index(look.entry, shape)) if shape else ()


def not_defined(seen: Examined, hole: tuple[Point, Look]) -> Decision:
    """Wrong: not defined on an open part of the truth's domain."""
    point, look = hole
    slots, entry = seen.bench.slots, _entry(seen, look)
    rule = holes.reason(seen.bench, seen.bench.claim.answer, point, look.bits)
    region = holes.region(seen)
    right = look.expected[look.entry]
    where = place_text(point, slots)
    sentence = f"The answer is not defined at {where}" if where else "The answer is not defined"
    into = f" in entry {entry_text(entry)}" if entry else ""
    sentence += f"{into} ({rule}); the right value there is {_plain(shown(right, READABLE))}"
    sentence += f": it is right for {region.replace('-', '−')} only." if region else "."
    return Decision(
        "wrong",
        Evidence("domain", sentence, rule, point_text(point, slots), entry, enclosure(right), None, region=region),
    )


def nowhere(seen: Examined) -> Decision:
    """Not decided: no point that counts."""
    slots = seen.bench.slots
    point = seen.first
    if not any(slot.moves for slot in slots) and point is not None and not seen.unclear:
        node = _undefined_node(seen, point)
        where = place_text(point, slots)
        why = holes.reason(seen.bench, node, point, 64)
        what = "derivative" if node == seen.bench.claim.truth else "function"
        sentence = f"The {what} is not defined{' at ' + where if where else ''}: {why}."
        return Decision("not decided", Evidence("domain", sentence, why, point_text(point, slots)))
    if seen.bench.program.too_large:
        sentence = f"It is too large to be evaluated exactly: about {seen.bench.program.work:,} operations on numbers."
        return Decision("not decided", Evidence("agreement", sentence))
    if seen.unclear:
        sentence = f"At none of {seen.tried} points could both sides be evaluated closely enough to compare them."
        return Decision("not decided", Evidence("agreement", sentence))
    if seen.bench.curve is not None:
        sentence = "No point was found on the curve where both sides are real numbers."
        return Decision("not decided", Evidence("domain", sentence))
    sentence = f"No point was found, of {seen.tried} tried, where the function and its derivative are real numbers."
    return Decision("not decided", Evidence("domain", sentence))


def _undefined_node(seen: Examined, point: Point) -> int:
    claim = seen.bench.claim
    for i, part in zip(claim.domain, seen.bench.program.values(point, 64)[2:], strict=True):
        if any(not known(value) for value in part):
            return i
    return claim.truth


def proved(seen: Examined, rule: str) -> Decision:
    """Right, by a proof."""
    return Decision("right", Evidence("proof", said_of(rule), rule), notes(seen))


def said_of(rule: str) -> str:
    """A proof's rule in a sentence.

    Example:
        >>> said_of("as polynomials"), said_of(SAME)
        ('Proved: they are equal as polynomials.', 'Proved: both are the same expression.')
    """
    if rule == SAME:
        return "Proved: both are the same expression."
    return f"Proved: {rule if rule.startswith('both ') else f'they are equal {rule}'}."


def domain_open(seen: Examined) -> Decision:
    """Not decided: equal wherever both are defined, but the answer may have gaps that were not found."""
    sentence = "Both are equal wherever both are defined; whether the answer is defined everywhere is not clear."
    return Decision("not decided", Evidence("domain", sentence, "equal wherever both are defined"), notes(seen))


def notes(seen: Examined) -> tuple[str, ...]:
    """Single points at which the answer is not defined, or has another value."""
    made: dict[str, str] = {}
    for point, look in (*seen.holes, *seen.kinks):
        where, place = place_text(point, seen.bench.slots), look.entry
        right = _plain(shown(look.expected[place]))
        if look.state == "hole" and at_kink(seen.bench, point) and _jumps(seen, point, look):
            continue  # the derivative's value there is a matter of convention
        if look.state == "hole":
            made.setdefault(where, f"the answer is not defined at {where}, where the right value is {right}")
        else:
            given = _plain(shown(look.found[place]))
            made.setdefault(where, f"only at {where} the answer gives {given}, where {right} is taken")
    return tuple(made.values())[:NOTED]


NEAR = 100
"""A truth that changes by more than that part of its size on a short way jumps."""


def _jumps(seen: Examined, point: Point, look: Look) -> bool:
    """Whether the truth has another value right beside a point."""
    right = look.expected[look.entry]
    for move in MOVES[2:]:
        beside = seen.bench.look(moved(point, seen.bench.slots, move), look.bits).expected[look.entry]
        if not known(beside) or abs(ball(beside) - ball(right)) * NEAR > 1 + abs(ball(right)):
            return True
    return False


def agreeing(seen: Examined) -> Decision:
    """Not decided: how far both sides agree."""
    if not seen.agreed:
        return Decision("not decided", Evidence("agreement", _nothing_seen(seen)), notes(seen))
    digits = min(_digits(look) for _, look in seen.agreed)
    count = len(seen.agreed)
    points = "1 point" if count == 1 else f"{count} points"
    told = "exactly" if digits >= MOST_DIGITS else f"to {digits} digits"
    end = "there was no time to prove that it is equal" if ran_out_of_time() else "that it is equal was not proved"
    sentence = f"The answer agrees {told} at {points}; {end}."
    return Decision("not decided", Evidence("agreement", sentence, digits=digits, points=count), notes(seen))


def _nothing_seen(seen: Examined) -> str:
    """Why nothing can be said where both sides agree nowhere."""
    point = seen.kinks[0][0] if seen.kinks else None
    if point is None:
        return f"At none of {seen.tried} points could both sides be evaluated closely enough to compare them."
    where = place_text(point, seen.bench.slots)
    at = f" at {where}" if where else ""
    if at_kink(seen.bench, point):
        return f"There is a kink{at}: the derivative jumps there."
    return f"Both sides seem to differ{at}, but that could not be confirmed around it."


def _digits(look: Look) -> int:
    """To how many significant digits both sides agree for certain."""
    worst = MOST_DIGITS
    with precision(look.bits):
        for right, given in zip(look.expected, look.found, strict=True):
            if not (known(right) and known(given)):
                continue
            gap = settled(number(right) - number(given))
            if surely_zero(gap):
                continue
            size = abs(ball(right)).abs_upper()
            off = abs(ball(gap)).abs_upper()
            relative = off / size if size > 0 else off
            exponent = _tenth(relative)
            worst = min(worst, max(0, -exponent))
    return worst


def _tenth(value: object) -> int:
    """The power of ten just above a positive ball."""
    middle, radius, exponent = (int(part) for part in value.mid_rad_10exp(3))  # type: ignore[attr-defined]
    return exponent + int(log10(max(1, middle + radius))) + 1


def by_digits(claim: Claim, digits: int) -> Decision:
    """A decimal answer, judged by the digits that it gives."""
    seen = examine_bench(rounded_bench(claim, digits, margin_of(claim)))
    given = f"to the {digits} digits given" if digits > 1 else "to the digit given"
    if seen.counter is not None:
        point, look = seen.counter
        exact = replace(bench(claim).look(point, BITS), entry=look.entry)
        made = different(replace(seen, counter=(point, exact)))
        sentence = made.evidence.sentence[:-1] + f": that is not right {given}."
        return replace(made, evidence=replace(made.evidence, sentence=sentence))
    hole = holes.open_hole(seen)
    if hole is not None:
        return not_defined(seen, hole)
    count = len(seen.agreed)
    if not count or seen.unclear or not _all_close(claim, digits, seen):
        sentence = f"Whether the answer is right {given} is not clear: it is off by about as much as rounding may be."
        return Decision("not decided", Evidence("agreement", sentence, digits=digits, points=count))
    sentence = f"The answer is right {given}{f' at {count} points' if count > 1 else ''}."
    return Decision("right", Evidence("agreement", sentence, digits=digits, points=count), notes(seen))


def _all_close(claim: Claim, digits: int, seen: Examined) -> bool:
    plain, wide, closeness = bench(claim), rounded_bench(claim, digits, half_unit), Closeness(claim, digits)
    return all(_close(plain.look(p, BITS), wide.look(p, BITS), closeness.at(p)) for p, _ in seen.agreed)


def _close(plain: Look, wide: Look, off: list[Value]) -> bool:
    rows = zip(plain.expected, wide.found, plain.found, off, strict=True)
    return all(inside(right, found, given, most) for right, found, given, most in rows if right is not UNDEFINED)
