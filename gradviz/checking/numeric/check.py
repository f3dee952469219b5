"""The gradient check: gradient code beside differences of its function, entry by entry or along random directions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradviz.checking.numeric.comparing import Compared, compared
from gradviz.checking.numeric.differences import Slope, complex_step, slope
from gradviz.checking.numeric.function import Array, Watched, arguments_of
from gradviz.checking.numeric.probing import SINGLE, Probe, probe
from gradviz.checking.numeric.telling import report_of
from gradviz.checking.numeric.yours import Pulled, Yours, said_of, yours_of
from gradviz.errors import OptionProblem, ValueProblem
from gradviz.explanation.data.gradchecks import GradcheckReport

Mode = Literal["auto", "full", "fast"]
FULL, SAMPLED, DIRECTIONS, UPSTREAMS = 400, 40, 8, 2
"""Entries up to which all are compared by default; how many are otherwise, along how many directions; and how many
random upstream gradients an array output is given."""
MOST = 20_000
"""Entries that the full mode will compare."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was measured.

    Args:
        probe: the function.
        upstreams: what was sent back into the output.
        pulled: what the code made of each.
        entries: the positions in the flat vector that were compared.
        slopes: per upstream and entry, the estimate.
        results: the same, beside the code's numbers.
        directions: per random direction, the code's number, the estimate and both compared.
        again: entries that the complex step found wrong and differences confirmed, or not.
    """

    probe: Probe
    upstreams: tuple[Array, ...]
    pulled: tuple[Pulled, ...]
    entries: tuple[int, ...]
    slopes: tuple[tuple[Slope, ...], ...]
    results: tuple[tuple[Compared, ...], ...]
    directions: tuple[tuple[float, Slope, Compared], ...]


def check_gradient(
    function: Callable[..., Any],
    gradient: Callable[..., Any] | None,
    at: Any,
    *,
    wrt: Sequence[str] | None = None,
    mode: Mode = "auto",
    seed: int = 0,
    name: str = "",
) -> GradcheckReport:
    """Check gradient code.

    Args:
        function: `function(*arguments)` gives a number or an array.
        gradient: see `yours_of`.
        at: see `arguments_of`.
        wrt: see `arguments_of`.
        mode: "full" compares every entry, "fast" random directions and some entries; "auto": "full" where it is small.
        seed: of the random directions and entries.
        name: what the report calls the code.

    Raises:
        ValueProblem: the point or what the code gives is not made of numbers.
        OptionProblem: the mode is unknown, or full is too much.
    """
    if mode not in ("auto", "full", "fast"):
        raise OptionProblem(f"there is no mode {mode!r}", hint="the modes are auto, full, fast")
    given = arguments_of(function, at, wrt)
    watched = Watched(function, given.widened())
    size = given.size
    if mode == "full" and size > MOST:
        raise OptionProblem(f"there are {size:,} entries, and each takes many calls", hint='write mode="fast"')
    chosen: Literal["full", "fast"] = "full" if mode == "full" or (mode == "auto" and size <= FULL) else "fast"
    found = probe(watched, seed)
    if not np.all(np.isfinite(found.value)):
        raise ValueProblem("the function is not finite at this point", hint="check it at another point")
    code = yours_of(gradient, watched, given, found.shape)
    measured = _measured(watched, code, found, chosen, seed)
    return report_of(watched, code, measured, chosen, name or said_of(gradient, function))


def _measured(watched: Watched, code: Yours, found: Probe, mode: str, seed: int) -> Measured:
    generator = np.random.default_rng(seed)
    flat, size = watched.arguments.flat(), watched.arguments.size
    upstreams = _upstreams(code, found, generator)
    pulled = tuple(code.pulled(flat, upstream) for upstream in upstreams)
    entries = tuple(range(size)) if mode == "full" else _sample(watched, generator)
    slopes, results = [], []
    for upstream, answer in zip(upstreams, pulled, strict=True):
        yours = answer.flat(watched.arguments)
        single = 2e-4 if answer.single or found.epsilon >= SINGLE else 0.0
        estimates = [] if not found.steady else [_entry(watched, found, upstream, i) for i in entries]
        largest = max((abs(one.value) for one in estimates if np.isfinite(one.value)), default=0.0)
        judged = [compared(float(yours[i]), one, largest, single) for i, one in zip(entries, estimates, strict=False)]
        for k, (i, result) in enumerate(zip(entries, judged, strict=False)):
            if result.counts > 0 and np.isfinite(yours[i]):
                again = _again(watched, found, upstream, i, float(yours[i]), (largest, single))
                estimates[k], judged[k] = again or (estimates[k], result)
        slopes.append(tuple(estimates))
        results.append(tuple(judged))
    aimed = mode == "fast" and found.steady
    directions = _directions(watched, found, upstreams[0], pulled[0], generator) if aimed else ()
    return Measured(found, upstreams, pulled, entries, tuple(slopes), tuple(results), directions)


def _upstreams(code: Yours, found: Probe, generator: np.random.Generator) -> tuple[Array, ...]:
    if found.value.size == 1 or code.form == "of the sum":
        return (np.ones(found.shape),)
    return tuple(generator.normal(size=found.shape) for _ in range(UPSTREAMS))


def _sample(watched: Watched, generator: np.random.Generator) -> tuple[int, ...]:
    """Some entries of every argument; all of a small one."""
    chosen: list[int] = []
    for _, place in watched.arguments.places:
        count = place.stop - place.start
        few = range(count) if count <= SAMPLED else sorted(generator.choice(count, SAMPLED, replace=False).tolist())
        chosen += [place.start + int(k) for k in few]
    return tuple(chosen)


def _unit(size: int, i: int) -> Array:
    made = np.zeros(size)
    made[i] = 1.0
    return made


def _entry(watched: Watched, found: Probe, upstream: Array, i: int) -> Slope:
    direction, scale = _unit(watched.arguments.size, i), float(found.scales[i])
    if not found.analytic:
        return _by_differences(watched, found, upstream, direction, scale)

    def summed(x: Array) -> complex:
        return complex(np.sum(upstream * watched.quietly(x, found.shape)))

    value = complex_step(summed, watched.arguments.flat(), direction, scale)
    return (
        Slope(value, 8 * found.epsilon * abs(value))
        if np.isfinite(value)
        else _by_differences(watched, found, upstream, direction, scale)
    )


def _by_differences(watched: Watched, found: Probe, upstream: Array, direction: Array, scale: float) -> Slope:
    flat = watched.arguments.flat()

    def along(t: float) -> float:
        return float(np.sum(upstream * np.real(watched.quietly(flat + t * direction, found.shape))))

    return slope(along, scale, found.epsilon)


def _again(
    watched: Watched, found: Probe, upstream: Array, i: int, yours: float, sizes: tuple[float, float]
) -> tuple[Slope, Compared] | None:
    """A second look at an entry that seems wrong, by differences at other scales; what they say, if they say yes.

    The complex step is wrong where a function takes absolute values, and a step that suits most entries leads out of a
    logarithm's domain where one is tiny.
    """
    own, usual = abs(float(watched.arguments.flat()[i])), float(found.scales[i])
    for scale in dict.fromkeys([usual, own if 0 < own < usual else usual, usual * 1e-3]):
        estimate = _by_differences(watched, found, upstream, _unit(watched.arguments.size, i), scale)
        result = compared(yours, estimate, *sizes)
        if result.kink or (result.counts == 0 and estimate.uncertainty <= 1e-4 * abs(estimate.value)):
            return estimate, result
    return None


def _directions(
    watched: Watched, found: Probe, upstream: Array, answer: Pulled, generator: np.random.Generator
) -> tuple[tuple[float, Slope, Compared], ...]:
    """Random directions: each tells of all entries at once, and misses none but by a coincidence."""
    yours = answer.flat(watched.arguments)
    if not np.all(np.isfinite(yours)):
        return ()
    made = []
    single = 2e-4 if answer.single or found.epsilon >= SINGLE else 0.0
    for _ in range(DIRECTIONS):
        direction = generator.normal(size=yours.size) * found.scales
        direction /= max(float(np.linalg.norm(direction / found.scales)), 1e-300)
        told, size = float(yours @ direction), float(np.linalg.norm(yours * direction))
        for scale in (1.0, 1e-3):  # the shorter way passes fewer kinks
            estimate = _by_differences(watched, found, upstream, direction, scale)
            result = compared(told, estimate, size, single)
            if not result.counts:
                break
        made.append((told, estimate, result))
    return tuple(made)
