"""What must be known of a function before its differences mean anything: the same twice, how exact, how to step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gradviz.checking.numeric.differences import complex_step, noise_of, slope
from gradviz.checking.numeric.function import Array
from gradviz.checking.numeric.watching import Watched
from gradviz.errors import UserError
from gradviz.shape import Shape

DOUBLE, SINGLE, HALF = 2.3e-16, 1.2e-7, 1e-3
"""The relative rounding error of one number in each precision."""
JITTER = 1e-9
"""Two calls that differ by a smaller share of the value differ by rounding: sums in another order."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A function as it was found.

    Args:
        value: at the point.
        steady: whether it gives the same twice.
        epsilon: the relative rounding error of its values.
        analytic: whether it can be called with complex numbers, and is differentiable as a function of those.
        scales: for each entry, over which way the function may be expected to change.
        jitter: how far two values at the same point lie apart; so little that it counts as rounding.
        inside: whether it computes in single precision, though its values are not.
        exact: the gradient at this point, where it is known without differences.
    """

    value: Array
    steady: bool
    epsilon: float
    analytic: bool
    scales: Array
    jitter: float = 0.0
    inside: bool = False
    exact: Array | None = None

    @property
    def single(self) -> bool:
        """Whether it computes in single precision, or less."""
        return self.inside or self.epsilon >= SINGLE

    @property
    def shape(self) -> Shape:
        """Of its value."""
        return self.value.shape


def probe(watched: Watched, seed: int) -> Probe:
    """Look at a function.

    Args:
        watched: the function.
        seed: of the direction along which the complex step is tried.
    """
    flat = watched.arguments.flat()
    value = watched.value(flat)
    again = watched.value(flat)
    jitter = _jitter(value, again)
    steady = jitter <= JITTER * float(np.max(np.abs(value), initial=0.0))
    epsilon = {2: HALF, 4: SINGLE}.get(value.dtype.itemsize, DOUBLE) if value.dtype.kind == "f" else DOUBLE
    exact = np.asarray(value, dtype=np.float64)
    made = Probe(exact, steady, epsilon, False, scales_of(watched), jitter if steady else 0.0)
    if not steady or epsilon > DOUBLE or not np.all(np.isfinite(made.value)):
        return made
    made = replace(made, inside=_inside(watched, made, seed))
    return replace(made, analytic=not jitter and not made.inside and _analytic(watched, made, seed))


def _jitter(value: Array, again: Array) -> float:
    if value.shape != again.shape:
        return float("inf")
    if np.array_equal(value, again, equal_nan=value.dtype.kind in "fc"):
        return 0.0
    apart = np.abs(np.asarray(value, dtype=np.float64) - np.asarray(again, dtype=np.float64))
    return float(np.max(apart)) if np.all(np.isfinite(apart)) else float("inf")


def _inside(watched: Watched, made: Probe, seed: int) -> bool:
    """Whether values near the point are all numbers of single precision, and not all the same or short ones."""
    generator = np.random.default_rng(seed)
    flat = watched.arguments.flat()
    direction = generator.normal(size=flat.size) * made.scales
    seen = [watched.quietly(flat + t * direction, made.shape).ravel() for t in (1e-3, 2.3e-3, -1.7e-3)]
    values = np.unique(np.concatenate([np.real(one) for one in seen]).astype(np.float64))
    if len(values) < 3 or not np.all(np.isfinite(values)):
        return False
    with np.errstate(over="ignore"):
        return bool(np.array_equal(values.astype(np.float32).astype(np.float64), values))


def noise_at(watched: Watched, made: Probe, upstream: Array, seed: int) -> float:
    """How far the sum of upstream × output is from exact, measured along a random direction."""
    generator = np.random.default_rng(seed)
    flat = watched.arguments.flat()
    own = np.abs(flat)  # each entry moves by a share of its own size: a tiny one may be close to a domain's end
    reach = np.where(own > 0, own, np.minimum(made.scales, 1.0))
    direction = generator.uniform(-1.0, 1.0, size=flat.size) * reach

    def along(t: float) -> float:
        return float(np.sum(upstream * np.real(watched.quietly(flat + t * direction, made.shape))))

    jitter = made.jitter * float(np.sqrt(np.sum(np.square(upstream))))
    return max(noise_of(along, 1.0), jitter)


def scales_of(watched: Watched) -> Array:
    """Each entry's own size, or that of its array where it is smaller; one where all are zero."""
    arguments = watched.arguments
    found = np.ones(arguments.size)
    for i, place in arguments.places:
        entries = np.abs(np.asarray(arguments.values[i], dtype=np.float64)).ravel()
        typical = float(np.sqrt(np.mean(entries**2))) if entries.size else 0.0
        found[place] = np.maximum(entries, typical) if typical > 0 else 1.0
    return found


def _analytic(watched: Watched, made: Probe, seed: int) -> bool:
    """Whether the complex step agrees with differences along a random direction."""
    generator = np.random.default_rng(seed)
    flat = watched.arguments.flat()
    direction = generator.normal(size=flat.size) * made.scales
    upstream = generator.normal(size=made.shape)
    try:
        tried = np.asarray(watched.value(flat + 1e-25j * direction))
    except UserError:
        return False
    except Exception:  # a function that is not made for complex numbers may raise anything
        return False
    if tried.dtype.kind != "c" or tried.shape != made.shape or not np.all(np.isfinite(tried)):
        return False

    def summed(x: Array) -> complex:
        return complex(np.sum(upstream * watched.quietly(x, made.shape)))

    stepped = complex_step(summed, flat, direction, 1.0)
    found = slope(lambda t: float(np.real(summed(flat + t * direction))), 1.0, made.epsilon)
    return bool(abs(stepped - found.value) <= 10 * found.uncertainty + 1e-6 * abs(stepped))
