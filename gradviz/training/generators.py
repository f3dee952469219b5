"""GENERATORS: small sets of rows made by a formula and a seed. The one list; nothing is downloaded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from gradviz.training.data import Array

Arrays = Mapping[str, Array]
MAX_ROWS = 10**7
MAX_CLASSES = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting of a generator: its name, what stands when nothing is chosen, what it is, and where it may lie."""

    name: str
    default: float
    doc: str
    least: float = -math.inf
    most: float = math.inf
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Generator:
    """A small set of rows with a name.

    Args:
        name: as `--data` takes it.
        doc: one sentence.
        formula: what is computed.
        arrays: what it makes, in pairs such as ("X", "n×2").
        make: `(random numbers, settings) -> arrays by name`; arrays in the order of `arrays`, the target last.
        settings: besides the seed, in the order in which they may be given without a name.
        classes: whether the target is a class index.
        labels: what the arrays are, where their names do not say it.
    """

    name: str
    doc: str
    formula: str
    arrays: tuple[tuple[str, str], ...]
    make: Callable[[np.random.Generator, Mapping[str, float]], Arrays]
    settings: tuple[Choice, ...]
    classes: bool
    labels: Mapping[str, str] = field(default_factory=dict)


SEED = Choice("seed", 0, "of the random numbers", 0, 2**63 - 1, whole=True)
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _n(default: int, doc: str = "rows") -> Choice:
    return Choice("n", default, doc, 1, MAX_ROWS, whole=True)


def _noise(default: float, doc: str = "standard deviation of the noise") -> Choice:
    return Choice("noise", default, doc, 0)


def _gate(truth: Callable[[Array, Array], Array]) -> Callable[[np.random.Generator, Mapping[str, float]], Arrays]:
    def make(random: np.random.Generator, chosen: Mapping[str, float]) -> Arrays:
        clean = CORNERS[np.arange(int(chosen["n"])) % 4]
        return {
            "X": clean + chosen["noise"] * random.normal(size=clean.shape),
            "y": truth(clean[:, 0], clean[:, 1]).astype(float),
        }

    return make


def _halves(n: int) -> tuple[int, int]:
    return n - n // 2, n // 2


def _labelled(parts: list[Array], noise: float, random: np.random.Generator) -> Arrays:
    """Points of each class in turn, with noise, shuffled."""
    points = np.concatenate(parts)
    labels = np.repeat(np.arange(len(parts), dtype=float), [len(part) for part in parts])
    points = points + noise * random.normal(size=points.shape)
    order = random.permutation(len(points))
    return {"X": points[order], "y": labels[order]}


def _arc(radius: float, start: float, end: float, count: int, *, closed: bool) -> Array:
    angles = np.linspace(start, end, count, endpoint=not closed)
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _circles(random: np.random.Generator, chosen: Mapping[str, float]) -> Arrays:
    outer, inner = _halves(int(chosen["n"]))
    rings = [
        _arc(1.0, 0, 2 * math.pi, outer, closed=True),
        _arc(chosen["factor"], 0, 2 * math.pi, inner, closed=True),
    ]
    return _labelled(rings, chosen["noise"], random)


def _moons(random: np.random.Generator, chosen: Mapping[str, float]) -> Arrays:
    upper, lower = _halves(int(chosen["n"]))
    above = _arc(1.0, 0, math.pi, upper, closed=False)
    below = np.array([1.0, 0.5]) - _arc(1.0, 0, math.pi, lower, closed=False)
    return _labelled([above, below], chosen["noise"], random)


def _spirals(random: np.random.Generator, chosen: Mapping[str, float]) -> Arrays:
    n, k = int(chosen["n"]), int(chosen["classes"])
    arms = []
    for arm in range(k):
        along = np.linspace(0.1, 1.0, n // k + (arm < n % k))
        angle = 2 * math.pi * (chosen["turns"] * along + arm / k)
        arms.append(along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    return _labelled(arms, chosen["noise"], random)


def _curve(
    function: Callable[[Array, Mapping[str, float]], Array], low: float, high: float
) -> Callable[[np.random.Generator, Mapping[str, float]], Arrays]:
    def make(random: np.random.Generator, chosen: Mapping[str, float]) -> Arrays:
        x = np.linspace(low, high, int(chosen["n"]))
        return {"x": x, "y": function(x, chosen) + chosen["noise"] * random.normal(size=x.shape)}

    return make


def _heights(random: np.random.Generator, chosen: Mapping[str, float]) -> Arrays:
    height = np.round(170 + 9 * random.normal(size=int(chosen["n"])), 1)
    weight = 0.9 * (height - 170) + 68 + chosen["noise"] * random.normal(size=height.shape)
    return {"x": height, "y": np.round(weight, 1)}


PLANE = (("X", "n×2"), ("y", "n, classes 0 and 1"))
LINE = (("x", "n"), ("y", "n"))
GATE = (_n(4, "rows; the four corners in turn"), _noise(0.0))

_LIST = (
    Generator(
        "and",
        "The four corners of the unit square; 1 where both are 1.",
        "y = x₁ ∧ x₂",
        PLANE,
        _gate(np.minimum),
        GATE,
        True,
    ),
    Generator(
        "or",
        "The four corners of the unit square; 1 where one or both are 1.",
        "y = x₁ ∨ x₂",
        PLANE,
        _gate(np.maximum),
        GATE,
        True,
    ),
    Generator(
        "xor",
        "The four corners of the unit square; 1 where exactly one is 1.",
        "y = x₁ ⊕ x₂",
        PLANE,
        _gate(lambda a, b: np.abs(a - b)),
        GATE,
        True,
    ),
    Generator(
        "circles",
        "Two rings about the origin, the outer one class 0, the inner one class 1.",
        "X = r·(cos t, sin t) + noise, r = 1 or factor",
        PLANE,
        _circles,
        (_n(100), _noise(0.05), Choice("factor", 0.5, "radius of the inner ring", 0, 1)),
        True,
    ),
    Generator(
        "moons",
        "Two half circles that reach into each other.",
        "X = (cos t, sin t) or (1 − cos t, 1/2 − sin t), 0 ≤ t ≤ π, + noise",
        PLANE,
        _moons,
        (_n(100), _noise(0.1)),
        True,
    ),
    Generator(
        "spirals",
        "Arms of a spiral, one for each class.",
        "X = s·(cos a, sin a) + noise, a = 2π(turns·s + class/classes), 0.1 ≤ s ≤ 1",
        (("X", "n×2"), ("y", "n, classes from 0")),
        _spirals,
        (
            _n(150),
            _noise(0.02),
            Choice("classes", 3, "how many arms", 2, MAX_CLASSES, whole=True),
            Choice("turns", 1.0, "how often each arm goes round"),
        ),
        True,
    ),
    Generator(
        "line",
        "Points along a straight line.",
        "y = slope·x + intercept + noise, −1 ≤ x ≤ 1",
        LINE,
        _curve(lambda x, chosen: chosen["slope"] * x + chosen["intercept"], -1.0, 1.0),
        (_n(20), _noise(0.1), Choice("slope", 2.0, "of the line"), Choice("intercept", 1.0, "of the line")),
        False,
    ),
    Generator(
        "sine",
        "One period of a sine.",
        "y = sin x + noise, −π ≤ x ≤ π",
        LINE,
        _curve(lambda x, _: np.sin(x), -math.pi, math.pi),
        (_n(100), _noise(0.0)),
        False,
    ),
    Generator(
        "square",
        "A parabola.",
        "y = x² + noise, −1 ≤ x ≤ 1",
        LINE,
        _curve(lambda x, _: x**2, -1.0, 1.0),
        (_n(50), _noise(0.0)),
        False,
    ),
    Generator(
        "heights",
        "Heights in cm and weights in kg of people who do not exist: made up, nobody was measured.",
        "x = 170 + 9·z, y = 68 + 0.9·(x − 170) + noise, z normal",
        LINE,
        _heights,
        (_n(50), _noise(6.0)),
        False,
        {"x": "height", "y": "weight"},
    ),
)

GENERATORS: Mapping[str, Generator] = MappingProxyType({generator.name: generator for generator in _LIST})
