"""What must be known of a function before its differences mean anything: the same twice, how exact, how to step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.checking.numeric.differences import complex_step, slope
from gradviz.checking.numeric.function import Array, Watched
from gradviz.errors import UserError
from gradviz.shape import Shape

DOUBLE, SINGLE, HALF = 2.3e-16, 1.2e-7, 1e-3
"""The relative rounding error of one number in each precision."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A function as it was found.

    Args:
        value: at the point.
        steady: whether it gives the same twice.
        epsilon: the relative rounding error of its values.
        analytic: whether it can be called with complex numbers, and is differentiable as a function of those.
        scales: for each entry, over which way the function may be expected to change.
    """

    value: Array
    steady: bool
    epsilon: float
    analytic: bool
    scales: Array

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
    steady = value.shape == again.shape and bool(np.array_equal(value, again, equal_nan=value.dtype.kind in "fc"))
    epsilon = {2: HALF, 4: SINGLE}.get(value.dtype.itemsize, DOUBLE) if value.dtype.kind == "f" else DOUBLE
    made = Probe(np.asarray(value, dtype=np.float64), steady, epsilon, False, scales_of(watched))
    if not steady or epsilon > DOUBLE or not np.all(np.isfinite(made.value)):
        return made
    analytic = _analytic(watched, made, seed)
    return Probe(made.value, steady, epsilon, analytic, made.scales)


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
