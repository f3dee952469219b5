"""How steep an activation can be and where it saturates, read off its row's own local derivative."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.ops.op import Attribute, Op
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

if TYPE_CHECKING:
    from numpy.typing import NDArray

TENTH = 0.1
"""A slope below this share of the greatest is said to be saturated."""
GONE = 1e-4
"""Far out, the slope of what saturates is below this share of the greatest (a leaky relu's is not)."""
FAR = (25.0, 50.0, 100.0, 1e3, 1e6)
"""How far out the slopes are looked at."""
SAMPLES, ROUNDS = 2001, 4
"""Points in the row's plot range, and how often the neighbourhood of the greatest slope is sampled again."""

Settings = tuple[tuple[str, Attribute], ...]


@dataclass(frozen=True, slots=True)
class Slopes:
    """The slopes of a function of one number.

    Args:
        greatest: the greatest |f′|; infinity where there is none.
        at: where it is; infinite where it is only approached, far out.
        left, right: it is saturated below and above these: |f′| stays under a tenth of the greatest. NaN: nowhere.
        dead: the slope is exactly zero on one side only, as a relu's is: a unit there is dead, not saturated.
        single: in the row's plot range it is that steep at one place alone.
    """

    greatest: float
    at: float
    left: float
    right: float
    dead: bool
    single: bool = True

    @property
    def bounded(self) -> bool:
        """Whether there is a greatest slope."""
        return math.isfinite(self.greatest)

    @property
    def saturates(self) -> bool:
        """Whether it is flat far out on one side at least."""
        return not (math.isnan(self.left) and math.isnan(self.right))


def sampled(op: Op, settings: Settings, xs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The values and slopes of a function of one number at many places, by the row's expression and partial."""
    graph = Graph()
    x = graph.input("x", xs.shape)
    attributes: dict[str, Any] = dict(settings)
    y = graph.apply(op.name, x, **attributes)
    back = differentiate(graph, y.id)
    value, slope = evaluate(back.graph, {"x": xs}, [y.id, back.gradients[x.id]])
    return np.asarray(value), np.asarray(slope)


@lru_cache(maxsize=256)
def slopes_of(name: str, settings: Settings = ()) -> Slopes:
    """The slopes of a row of the table.

    Example:
        >>> slopes_of("sigmoid").greatest, slopes_of("tanh").greatest, slopes_of("exp").greatest
        (0.25, 1.0, inf)
        >>> slopes_of("relu").dead, slopes_of("sigmoid").dead, slopes_of("leaky_relu").saturates
        (True, False, False)
    """
    op = OPS[name]
    low, high = map(float, op.plot_range)
    greatest, at = _greatest(op, settings, low, high)
    tails = [_steepness(op, settings, sign * np.array(FAR)) for sign in (-1.0, 1.0)]
    beyond = max(float(np.max(tail)) for tail in tails)
    if math.isfinite(greatest) and beyond > greatest and all(_settles(tail) for tail in tails):
        greatest, at = beyond, math.copysign(math.inf, float(np.max(tails[1]) - np.max(tails[0])))
    if not math.isfinite(greatest) or beyond > greatest or _pole(op, settings, greatest, low, high):
        return Slopes(math.inf, at, math.nan, math.nan, dead=False)
    if greatest == 0:
        return Slopes(0.0, at, math.nan, math.nan, dead=False)
    flat = [bool(tail[-1] < GONE * greatest and np.all(tail < TENTH * greatest)) for tail in tails]
    zero = [bool(np.all(tail == 0)) for tail in tails]
    left = _edge(op, settings, greatest, -1.0, at) if flat[0] else math.nan
    right = _edge(op, settings, greatest, 1.0, at) if flat[1] else math.nan
    dead = bool(op.kinks) and zero[0] != zero[1]
    return Slopes(greatest, at, left, right, dead=dead, single=_single(op, settings, greatest, low, high))


def _steepness(op: Op, settings: Settings, xs: NDArray[np.float64]) -> NDArray[np.float64]:
    """|f′|, infinite where it is not a number."""
    slopes: Any = np.abs(sampled(op, settings, xs)[1])
    return np.where(np.isnan(slopes), math.inf, slopes)


def _settles(tail: NDArray[np.float64]) -> bool:
    """Whether the slope comes to a value far out."""
    return bool(np.isfinite(tail).all() and abs(tail[-1] - tail[-2]) <= 1e-9 * max(1.0, tail[-1]))


def _single(op: Op, settings: Settings, greatest: float, low: float, high: float) -> bool:
    """Whether the places in the row's range that are nearly as steep as the steepest lie close together."""
    near = _steepness(op, settings, np.linspace(low, high, SAMPLES)) >= greatest * (1 - 1e-4)
    places = np.nonzero(near)[0]
    return len(places) == 0 or int(places[-1] - places[0]) < SAMPLES // 10


def _pole(op: Op, settings: Settings, greatest: float, low: float, high: float) -> bool:
    """Whether a little outside of the row's plot range the slope is steeper yet: the range ends before a pole."""
    wide = (high - low) / 10
    xs = np.concatenate([np.linspace(low - wide, low, 101), np.linspace(high, high + wide, 101)])
    return bool(np.max(_steepness(op, settings, xs)) > 1.2 * greatest)


def _greatest(op: Op, settings: Settings, low: float, high: float) -> tuple[float, float]:
    """The greatest slope in the row's range; infinite where it grows each time that one looks closer."""
    greatest, at, before = 0.0, 0.0, 0.0
    for number in range(ROUNDS):
        xs = np.linspace(low, high, SAMPLES)
        if number == 0:
            xs = np.unique(np.append(xs, 0.0))
        slopes = _steepness(op, settings, xs)
        best = int(np.argmax(slopes))
        if slopes[best] > greatest:
            greatest, at = float(slopes[best]), float(xs[best])
        if number and greatest > 1.2 * before:
            return math.inf, at
        step = (high - low) / (SAMPLES - 1)
        low, high, before = at - 2 * step, at + 2 * step, greatest
    return greatest, at


def _edge(op: Op, settings: Settings, greatest: float, sign: float, at: float) -> float:
    """Beyond which place on one side the slope stays under a tenth of the greatest, by bisection."""
    start = at if math.isfinite(at) else 0.0 if sign * at < 0 else math.copysign(30.0, -at)
    xs = start + sign * np.linspace(0.0, 30.0, 6001)
    steep = np.nonzero(_steepness(op, settings, xs) >= TENTH * greatest)[0]
    if not len(steep) or steep[-1] == len(xs) - 1:
        return math.nan
    near, far = float(xs[steep[-1]]), float(xs[steep[-1] + 1])
    for _ in range(50):
        middle = (near + far) / 2
        steep_there = bool(_steepness(op, settings, np.array([middle]))[0] >= TENTH * greatest)
        near, far = (middle, far) if steep_there else (near, middle)
    return round(far, 12) + 0.0
