"""Gradient code's numbers beside estimates of the right ones: entry by entry, and along random directions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gradviz.checking.numeric.comparing import Compared, Sizes, compared
from gradviz.checking.numeric.differences import Along, Slope, complex_step, slope
from gradviz.checking.numeric.function import Array
from gradviz.checking.numeric.probing import DOUBLE, SINGLE, Probe
from gradviz.checking.numeric.watching import Watched

CHECK = 1e-4
"""The step, in units of the scale, of the two differences that a complex step is checked by."""
CLOSER = 0.1
"""The share of the scale at which differences must deny the code's number again before it is called wrong."""
DISAGREE = 0.05
"""The share of an error by which estimates at two scales must differ for neither to be trusted."""
LOOKS = 40
"""Wrong entries that are looked at a second time: if none of so many was pardoned, no other will be."""
SINGLE_SHARE = 2e-4
"""The share of a gradient's largest entry within which numbers in single precision may differ."""
FEW = 0.25
"""The share of an argument's entries that must be wrong before code in single precision is called so."""
FLOOR = 64 * DOUBLE
"""Of the function's value over the scale: what a few roundings make in a derivative."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a gradient is measured with: the function, what was found out about it, and one upstream gradient.

    Args:
        watched: the function.
        probe: what was found out.
        upstream: what is sent back into its output.
        noise: how far the sum of upstream × output is from exact.
        flat: the point.
    """

    watched: Watched
    probe: Probe
    upstream: Array
    noise: float
    flat: Array

    def summed(self, x: Array) -> complex:
        """The sum of upstream × output; complex at a complex point."""
        return complex(np.sum(self.upstream * self.watched.quietly(x, self.probe.shape)))

    def by_differences(self, along: Along, scale: float) -> Slope:
        """The estimate from a sweep of step sizes."""
        return slope(along, scale, self.probe.epsilon, self.noise)

    def on(self, i: int) -> Along:
        """The function of one entry's change."""

        def along(t: float) -> float:
            moved = self.flat.copy()
            moved[i] += t
            return self.summed(moved).real

        return along

    def towards(self, direction: Array) -> Along:
        """The function of a way along a direction."""
        return lambda t: self.summed(self.flat + t * direction).real

    def confirmed(self, stepped: float, along: Along, scale: float) -> bool:
        """Whether differences at two steps allow what the complex step says: it is wrong where `abs` is taken.

        At a kink whose sides are alike their mean would allow zero: there the bend does not shrink with the step.
        """
        if not np.isfinite(stepped):
            return False
        found, size, bends, middle = [], 0.0, [], along(0.0)
        for h in (CHECK * scale, 2 * CHECK * scale):
            up, down = along(h), along(-h)
            size = max(size, abs(up), abs(down))
            found.append((up - down) / (2 * h))
            bends.append(abs(up + down - 2 * middle) / h)
        rounding = 2 * max(self.noise, DOUBLE * size) / (CHECK * scale)
        doubt = abs(found[0] - found[1]) + rounding
        if bends[0] > 10 * rounding and bends[1] < 1.5 * bends[0]:
            return False
        return abs(stepped - (4 * found[0] - found[1]) / 3) <= 10 * doubt + 1e-6 * abs(stepped)


def entry(bench: Bench, i: int) -> tuple[Slope, bool]:
    """The derivative by one entry, and whether it was found in two ways that agree."""
    scale, probe = float(bench.probe.scales[i]), bench.probe
    if probe.exact is not None:
        value = float(probe.exact[i] * bench.upstream.ravel()[0])
        return Slope(value, 8 * DOUBLE * abs(value)), False
    along = bench.on(i)
    if probe.analytic:
        start = bench.flat.astype(np.complex128)
        start[i] += 1e-25j * scale
        value = bench.summed(start).imag / (1e-25 * scale)
        if bench.confirmed(value, along, scale):
            return Slope(value, 8 * DOUBLE * abs(value)), True
    return bench.by_differences(along, scale), False


def entries_of(
    bench: Bench, chosen: tuple[int, ...], yours: Array, single: bool
) -> tuple[tuple[Slope, ...], tuple[Compared, ...]]:
    """Every chosen entry: the estimate, and the code's number beside it."""
    estimates, sure = [], []
    for i in chosen:
        found, twice = entry(bench, i)
        estimates.append(found)
        sure.append(twice)
    measures = _sizes(bench, chosen, estimates, single)
    judged, left = [], LOOKS
    for k, i in enumerate(chosen):
        result = compared(float(yours[i]), estimates[k], measures[k])
        if result.counts > 0 and not sure[k] and left and np.isfinite(yours[i]):
            again = _again(bench, i, float(yours[i]), estimates[k], measures[k])
            left -= again is None
            estimates[k], result = again or (estimates[k], result)
        judged.append(result)
    return tuple(estimates), tuple(judged if bench.probe.epsilon < SINGLE else _doubted(judged))


def _doubted(judged: list[Compared]) -> list[Compared]:
    """In single precision steps must be long, and kinks lie in their way: a few odd entries tell nothing there."""
    wrong = sum(one.counts > 0 for one in judged)
    if wrong > FEW * len(judged):
        return judged
    return [replace(one, counts=0.0, vague=True) if 0 < one.counts < float("inf") else one for one in judged]


def _sizes(bench: Bench, chosen: tuple[int, ...], estimates: list[Slope], single: bool) -> list[Sizes]:
    """What the differences of each entry are measured by: its argument's largest entry, and the largest of all."""
    known = np.array([abs(one.value) if np.isfinite(one.value) else 0.0 for one in estimates])
    whole = float(np.max(known, initial=0.0))
    share = SINGLE_SHARE if single else 0.0
    value = abs(bench.summed(bench.flat))
    spots, made = np.array(chosen, dtype=int), [Sizes(0.0, 0.0)] * len(chosen)
    for _, place in bench.watched.arguments.places:
        inside = np.flatnonzero((spots >= place.start) & (spots < place.stop))
        largest = float(np.max(known[inside], initial=0.0))
        for k in inside:
            floor = FLOOR * value / float(bench.probe.scales[spots[k]])
            made[k] = Sizes(largest, whole, share, floor)
    return made


def _again(bench: Bench, i: int, yours: float, first: Slope, sizes: Sizes) -> tuple[Slope, Compared] | None:
    """A second look at an entry that seems wrong, by differences at other scales.

    A step that suits most entries leads out of a logarithm's domain where one is tiny, and over a kink where one is
    near.

    Returns:
        What pardons the code's number, or says that nothing is known; None: it is wrong at every scale.
    """
    own, usual = abs(float(bench.flat[i])), float(bench.probe.scales[i])
    start = [usual] if bench.probe.analytic or bench.probe.exact is not None else []
    trusted, apart, denied = 1e-2 if sizes.single else 1e-4, 0.0, True
    deniers = (
        [usual * CLOSER, usual * CLOSER**2, usual * CLOSER**3] if sizes.single else [usual * CLOSER]
    )  # kinks lie in long steps' way
    for scale in dict.fromkeys([*start, *deniers, own if 0 < own < usual else usual * 1e-2, usual * 1e-3]):
        estimate = bench.by_differences(bench.on(i), scale)
        result = compared(yours, estimate, sizes)
        if result.kink or (result.counts == 0 and estimate.uncertainty <= trusted * abs(estimate.value)):
            return estimate, result
        apart = max(apart, _apart(first, estimate))
        denied = denied and (scale not in deniers or result.counts > 0)
    if not denied or apart > DISAGREE * abs(yours - first.value):
        return Slope(first.value, first.uncertainty + apart), Compared(compared(yours, first, sizes).error, 0.0, True)
    return None


def _apart(a: Slope, b: Slope) -> float:
    """How far two estimates lie apart beyond what they claim to know: a kink lies in the way of one."""
    if not (np.isfinite(a.value) and np.isfinite(b.value)):
        return 0.0
    return max(0.0, abs(a.value - b.value) - 5 * (a.uncertainty + b.uncertainty))


def directions_of(
    bench: Bench, yours: Array, single: bool, count: int, generator: np.random.Generator
) -> tuple[tuple[float, Slope, Compared], ...]:
    """Random directions: each tells of all entries at once, and misses none but by a coincidence."""
    if not np.all(np.isfinite(yours)):
        return ()
    made = []
    for _ in range(count):
        direction = generator.normal(size=yours.size) * bench.probe.scales
        direction /= max(float(np.linalg.norm(direction / bench.probe.scales)), 1e-300)
        told, size = float(yours @ direction), float(np.linalg.norm(yours * direction))
        share = SINGLE_SHARE if single else 0.0
        sizes = Sizes(size, size, share, FLOOR * abs(bench.summed(bench.flat)))
        made.append((told, *_along(bench, direction, told, sizes)))
    return tuple(made)


def _along(bench: Bench, direction: Array, told: float, sizes: Sizes) -> tuple[Slope, Compared]:
    along = bench.towards(direction)
    if bench.probe.analytic:
        value = complex_step(bench.summed, bench.flat, direction, 1.0)
        if bench.confirmed(value, along, 1.0):
            estimate = Slope(value, 8 * DOUBLE * max(abs(value), sizes.largest))
            return estimate, compared(told, estimate, sizes)
    estimate = bench.by_differences(along, 1.0)
    result = compared(told, estimate, sizes)
    if result.counts or result.vague or result.kink:
        closer = bench.by_differences(along, 1e-3)  # the shorter way passes fewer kinks
        nearer = compared(told, closer, sizes)
        if not (nearer.counts or nearer.vague or nearer.kink):
            return closer, nearer
        if _apart(estimate, closer) > DISAGREE * abs(told - estimate.value):
            return estimate, Compared(result.error, 0.0, True)
    return estimate, result
