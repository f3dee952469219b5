"""The gradient check: gradient code beside differences of its function, entry by entry or along random directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from gradviz.checking.numeric.comparing import Compared
from gradviz.checking.numeric.differences import Slope
from gradviz.checking.numeric.function import Array, arguments_of
from gradviz.checking.numeric.measuring import Bench, directions_of, entries_of
from gradviz.checking.numeric.probing import Probe, noise_at, probe
from gradviz.checking.numeric.telling import report_of
from gradviz.checking.numeric.watching import Watched
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
        same: whether the gradient code gives the same twice.
    """

    probe: Probe
    upstreams: tuple[Array, ...]
    pulled: tuple[Pulled, ...]
    entries: tuple[int, ...]
    slopes: tuple[tuple[Slope, ...], ...]
    results: tuple[tuple[Compared, ...], ...]
    directions: tuple[tuple[float, Slope, Compared], ...]
    same: bool = True


def check_gradient(
    function: Callable[..., Any],
    gradient: Callable[..., Any] | None,
    at: Any,
    *,
    wrt: Sequence[str] | None = None,
    mode: Mode = "auto",
    seed: int = 0,
    name: str = "",
    exact: Callable[..., Mapping[str, Any]] | None = None,
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
        exact: the right gradient by name, of arguments by keyword, where it is known without differences; the function
            then gives a number.

    Raises:
        ValueProblem: the point or what the code gives is not made of numbers.
        OptionProblem: the mode is unknown, or full is too much.
    """
    if mode not in ("auto", "full", "fast"):
        raise OptionProblem(f"there is no mode {mode!r}", hint="the modes are auto, full, fast")
    given = arguments_of(function, at, wrt)
    watched = Watched(function, given.widened())
    size = given.size
    if mode == "full" and size > MOST and exact is None:
        raise OptionProblem(f"there are {size:,} entries, and each takes many calls", hint='write mode="fast"')
    whole = mode == "full" or (mode == "auto" and (size <= FULL or exact is not None))
    chosen: Literal["full", "fast"] = "full" if whole else "fast"
    found = probe(watched, seed)
    if exact is not None:
        known = exact(**dict(zip(given.names, watched.arguments.moved(given.flat()), strict=True)))
        parts = [np.asarray(known[given.names[i]], dtype=np.float64).ravel() for i in given.wrt]
        found = replace(found, exact=np.concatenate(parts), analytic=False)
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
    if not found.steady:
        return Measured(found, upstreams, pulled, entries, ((),) * len(pulled), ((),) * len(pulled), ())
    slopes, results = [], []
    directions: tuple[tuple[float, Slope, Compared], ...] = ()
    for k, (upstream, answer) in enumerate(zip(upstreams, pulled, strict=True)):
        bench = Bench(watched, found, upstream, noise_at(watched, found, upstream, seed), flat)
        yours, single = answer.flat(watched.arguments), answer.single or found.single
        estimates, judged = entries_of(bench, entries, yours, single)
        slopes.append(estimates)
        results.append(judged)
        if mode == "fast" and k == 0:
            directions = directions_of(bench, yours, single, DIRECTIONS, generator)
    twice = code.pulled(flat, upstreams[0]).flat(watched.arguments)
    once = pulled[0].flat(watched.arguments)
    same = bool(np.allclose(once, twice, rtol=1e-9, atol=1e-12 * _largest(once), equal_nan=True))
    return Measured(found, upstreams, pulled, entries, tuple(slopes), tuple(results), directions, same)


def _largest(values: Array) -> float:
    known = np.abs(values[np.isfinite(values)])
    return float(np.max(known, initial=0.0))


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
