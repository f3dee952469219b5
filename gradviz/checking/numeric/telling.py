"""What was measured, as a report in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from gradviz.checking.numeric.comparing import Compared, band_of, verdict_of
from gradviz.checking.numeric.differences import Slope
from gradviz.checking.numeric.suspecting import causes_of
from gradviz.checking.numeric.watching import Watched
from gradviz.checking.numeric.yours import Yours
from gradviz.explanation.data.checks import VerdictWord
from gradviz.explanation.data.gradchecks import (
    GradcheckReport,
    GradientArgument,
    GradientDirection,
    GradientEntry,
)
from gradviz.explanation.narration import short

if TYPE_CHECKING:
    from gradviz.checking.numeric.check import Measured

SHOWN = 5
"""How many of the worst entries are told."""
FAINT = 1e-10
"""A gradient whose largest entry is smaller is near rounding (CS231n: stick around the active range of floats)."""


def report_of(
    watched: Watched, code: Yours, measured: Measured, mode: Literal["full", "fast"], name: str
) -> GradcheckReport:
    """The report of a gradient check.

    Args:
        watched: the function.
        code: the gradient code.
        measured: both, side by side.
        mode: whether all entries were compared.
        name: of the code.
    """
    arguments = tuple(_argument(watched, measured, k) for k in range(len(watched.arguments.wrt)))
    directions = tuple(
        GradientDirection(yours, found.value, result.error, found.uncertainty, result.kink)
        for yours, found, result in (measured.directions if mode == "fast" else ())
    )
    error = max((one.error for one in arguments if not one.sentence), default=0.0)
    error = max([error, *(result.counts for _, _, result in measured.directions)])
    error = float("inf") if _infinite(measured) else error
    verdict = _verdict(measured, arguments, error)
    causes = causes_of(watched, measured, arguments) if verdict == "wrong" else ()
    return GradcheckReport(
        function=name,
        verdict=verdict,
        band="wrong" if any(one.sentence for one in arguments) else band_of(error),
        sentence=_sentence(verdict, measured, arguments, error, name),
        error=error,
        method=_method(measured),
        mode=mode,
        arguments=arguments,
        directions=directions,
        causes=causes,
        notes=tuple(_notes(watched, code, measured, arguments, mode)),
        calls=watched.calls,
    )


def _argument(watched: Watched, measured: Measured, k: int) -> GradientArgument:
    """One argument: over all upstream gradients, the worst."""
    i, place = watched.arguments.places[k]
    name, shape = watched.arguments.names[i], watched.arguments.values[i].shape
    complaint = next((pulled.complaints[k] for pulled in measured.pulled if k in pulled.complaints), "")
    rows = [row for row in _rows(watched, measured) if place.start <= row[0] < place.stop]
    if complaint:
        return GradientArgument(name, shape, 0, 0, float("inf"), "wrong", (), complaint)
    kinks = len({at for at, _, _, result in rows if result.kink})
    error = max((_counts(result) for *_, result in rows), default=0.0)
    vague = any(result.vague for *_, result in rows) or (bool(rows) and all(result.kink for *_, result in rows))
    vague = vague or not measured.probe.steady
    worst = sorted(rows, key=lambda row: (-_counts(row[3]), -row[3].error))[:SHOWN]
    entries = tuple(
        GradientEntry(_index(at - place.start, shape), yours, found.value, result.error, found.uncertainty, result.kink)
        for at, yours, found, result in worst
    )
    verdict: VerdictWord = "not decided" if error == 0 and vague else verdict_of(error)
    return GradientArgument(name, shape, len({row[0] for row in rows}), kinks, error, verdict, entries)


def _rows(watched: Watched, measured: Measured) -> Iterator[tuple[int, float, Slope, Compared]]:
    """Every comparison: the place in the flat vector, the code's number, the estimate, and both compared."""
    for pulled, slopes, results in zip(measured.pulled, measured.slopes, measured.results, strict=True):
        yours = pulled.flat(watched.arguments)
        for at, found, result in zip(measured.entries, slopes, results, strict=False):
            yield at, float(yours[at]), found, result


def _counts(result: Compared) -> float:
    """The error that counts; at a kink, that of a number outside the slopes on its two sides."""
    return result.error if result.outside else result.counts


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.unravel_index(flat, shape)) if shape else ()


def _verdict(measured: Measured, arguments: tuple[GradientArgument, ...], error: float) -> VerdictWord:
    if any(one.sentence for one in arguments) or _infinite(measured):
        return "wrong"
    if not measured.probe.steady:
        return "not decided"
    found = verdict_of(error)
    if found != "right":
        return found
    if measured.directions and all(result.vague or result.kink for *_, result in measured.directions):
        return "not decided"
    return "not decided" if any(one.verdict == "not decided" for one in arguments) else "right"


def _infinite(measured: Measured) -> int:
    """How many entries of the code's gradient are no finite numbers, compared or not."""
    parts = [part for part in measured.pulled[0].parts if part is not None]
    return sum(int(part.size - np.count_nonzero(np.isfinite(part))) for part in parts)


def _sentence(
    verdict: VerdictWord, measured: Measured, arguments: tuple[GradientArgument, ...], error: float, name: str
) -> str:
    for one in arguments:
        if one.sentence:
            return f"{one.name}: {one.sentence}"
    infinite = _infinite(measured)
    if infinite:
        entries = "one entry" if infinite == 1 else f"{infinite:,} entries"
        return f"the gradient is not finite (nan or inf) in {entries}, though the function is"
    if not measured.probe.steady:
        return "the function gives other numbers when it is called again, so that its differences tell nothing"
    if verdict == "right":
        return f"{name} agrees with the function{_within(error)}"
    if verdict == "wrong":
        worst = max(arguments, key=lambda one: one.error)
        where = f" by {worst.name}" if worst.error >= error else ""
        return f"the gradient{where} is off by a relative error of {short(error)}"
    if error > 0:
        return (
            f"a relative error of {short(error)} is too much for a smooth function, and too little for a plain mistake"
        )
    if any(one.kinks and one.kinks == one.checked for one in arguments):
        return "the point lies on a kink of the function in every entry: move it a little, and check again"
    return "the differences are too uncertain to tell"


def _within(error: float) -> str:
    return (
        f": the largest relative error is {short(error)}" if error > 0 else " to all the digits that differences give"
    )


def _method(measured: Measured) -> str:
    if not measured.probe.steady:
        return "none"
    if measured.probe.exact is not None:
        return "gradviz's own derivative"
    if measured.probe.analytic:
        return "complex step"
    return "central differences, extrapolated over a sweep of step sizes"


def _notes(
    watched: Watched, code: Yours, measured: Measured, arguments: tuple[GradientArgument, ...], mode: str
) -> Iterator[str]:
    made = watched.arguments
    if not measured.probe.steady:
        yield "turn off what is random (dropout, noise), or fix its seed inside the function, and check again"
    for who, names in (
        ("the function", watched.mutated),
        ("the gradient code", code.watched.mutated - watched.mutated),
    ):
        for name in sorted(names):
            yield f"{who} changes {name} in place: work on a copy (it was given one here)"
    if not measured.same:
        yield "the gradient code gives other numbers when it is called again: turn off what is random in it"
    if measured.probe.jitter:
        yield "the function's value differs by rounding from call to call: sums are taken in another order"
    if measured.probe.single:
        yield "the function computes in single precision, where differences have few digits: use float64 for the check"
    elif any(pulled.single for pulled in measured.pulled):
        yield "the gradient is in single precision: errors up to 10⁻⁴ of its largest entry are not counted"
    integers = [name for i, name in enumerate(made.names) if i not in made.wrt and made.values[i].dtype.kind != "f"]
    others = [name for i, name in enumerate(made.names) if i not in made.wrt and name not in integers]
    for held, why in ((integers, "integers are not differentiated by"), (others, "not asked for")):
        if held:
            yield f"{', '.join(held)} {'is' if len(held) == 1 else 'are'} held fixed: {why}"
    if code.form == "of the sum":
        yield "the output is an array, the gradient has its argument's shape: read as the gradient of the output's sum"
    kinks = sum(one.kinks for one in arguments)
    outside = any(result.outside for results in measured.results for result in results)
    if kinks:
        entries = "one entry" if kinks == 1 else f"{kinks} entries"
        told = "and the code's number lies between them in none" if outside else "which is left out of the verdict"
        yield f"the function has a kink here, in {entries}: the slopes on its two sides differ, {told}"
    lost = len({at for at, _, found, _ in _rows(watched, measured) if not np.isfinite(found.value)})
    if lost:
        entries = "one entry" if lost == 1 else f"{lost} entries"
        yield f"the function has no slope here in {entries}: it jumps, or is infinitely steep, or not defined around"
    yield from _faint(measured)
    if mode == "fast":
        compared, size = sum(one.checked for one in arguments), made.size
        yield (
            f"compared {compared:,} of {size:,} entries one by one, and all of them along "
            f"{len(measured.directions)} random directions: a wrong entry shows in each of these unless it is tiny"
        )


def _faint(measured: Measured) -> Iterator[str]:
    known = [
        abs(found.value)
        for slopes in measured.slopes
        for found in slopes
        if np.isfinite(found.value) and not found.kink
    ]
    if not known:
        return
    if max(known) == 0:
        yield "the derivative is zero in every entry that was compared: this point tells little (dead units?)"
    elif max(known) < FAINT:
        yield f"the largest derivative is {short(max(known))}, near rounding: scale the function up for the check"
