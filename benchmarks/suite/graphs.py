"""The scalar graphs that are measured, each written once for every library.

`build(functions, values)` makes the output from the inputs with `+ - * /` on them and `functions.sin`, `.exp` and
`.tanh`: a module such as `math` or `torch`, a `gradviz.Graph`, or whatever else has these three.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Build = Callable[[Any, Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class ScalarGraph:
    """A function of numbers.

    Args:
        title: for people.
        build: see above.
        point: where it is evaluated.
    """

    title: str
    build: Build
    point: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names for its inputs."""
        return tuple(f"x{i}" for i in range(len(self.point)))


def _product(functions: Any, values: Sequence[Any]) -> Any:
    x, y, z = values
    return (x + y) * z


def _sigmoid(functions: Any, values: Sequence[Any]) -> Any:
    w0, x0, w1, x1, w2 = values
    return 1.0 / (1.0 + functions.exp(-(w0 * x0 + w1 * x1 + w2)))


def _chain(functions: Any, values: Sequence[Any]) -> Any:
    x, *weights = values
    for weight in weights:
        x = functions.sin(x * weight) + x
    return x


Move = tuple[str, int, int]
"""An operation and the places of its operands among the inputs and the earlier results."""

CALLS = ("sin", "tanh", "exp")
WINDOW = 40
"""How far back an operand may lie that was used before."""

WORDS = ("add", "sub", "mul", "mul", "sin", "tanh", "exp", "div")


def moves(inputs: int, operations: int, seed: int) -> list[Move]:
    """A random straight-line program in which every result is used, and which stays near 1 at any length.

    `exp` is taken of sines and hyperbolic tangents only, and nothing is divided by anything else than an `exp`: so
    nothing overflows, and no divisor is near zero.
    """
    dice = random.Random(seed)
    made: list[Move] = []
    word = ["input"] * inputs
    unused = list(range(inputs))
    powers: list[int] = []
    while len(made) + len(unused) - 1 < operations:
        move = _move(dice, word, unused, powers)
        made.append(move)
        word.append(move[0])
        unused = [place for place in unused if place not in move[1:]] + [len(word) - 1]
        if move[0] == "exp":
            powers.append(len(word) - 1)
    while len(unused) > 1:
        made.append(("add", unused[0], unused[1]))
        word.append("add")
        unused = [*unused[2:], len(word) - 1]
    return made


def _move(dice: random.Random, word: Sequence[str], unused: Sequence[int], powers: Sequence[int]) -> Move:
    chosen = dice.choice(WORDS)
    place = dice.choice(unused) if dice.random() < 0.8 else _recent(dice, word)
    if chosen == "exp" and word[place] not in ("sin", "tanh"):
        chosen = "sin"
    if chosen == "div" and not powers:
        chosen = "tanh"
    if chosen in CALLS:
        return chosen, place, place
    if chosen == "div":
        return chosen, place, dice.choice(powers[-WINDOW:])
    if chosen == "mul" and word[place] not in ("sin", "tanh", "input"):
        chosen = "sub"  # one factor is bounded: otherwise products grow with the length
    other = _recent(dice, word)
    while other == place:
        other = _recent(dice, word)
    return chosen, place, other


def _recent(dice: random.Random, word: Sequence[str]) -> int:
    return dice.randrange(max(0, len(word) - WINDOW), len(word))


def random_build(program: Sequence[Move]) -> Build:
    """The function that a straight-line program says."""

    def build(functions: Any, values: Sequence[Any]) -> Any:
        found = list(values)
        for word, a, b in program:
            found.append(_applied(functions, word, found[a], found[b]))
        return found[-1]

    return build


def _applied(functions: Any, word: str, a: Any, b: Any) -> Any:
    if word == "add":
        return a + b
    if word == "sub":
        return a - b
    if word == "mul":
        return a * b
    if word == "div":
        return a / b
    return getattr(functions, word)(a)


def _points(count: int, seed: int) -> tuple[float, ...]:
    dice = random.Random(seed)
    return tuple(dice.uniform(0.3, 1.2) * dice.choice((-1, 1)) for _ in range(count))


def random_graph(operations: int, inputs: int = 10, seed: int = 7) -> ScalarGraph:
    """A random straight-line program of that many operations."""
    program = moves(inputs, operations, seed)
    build = random_build(program)
    return ScalarGraph(f"{inputs} inputs, {len(program):,} operations", build, _points(inputs, seed + 1))


def chain(steps: int) -> ScalarGraph:
    """Again and again x ← sin(x·w) + x, each time with a weight of its own."""
    dice = random.Random(3)
    weights = tuple(0.02 * dice.uniform(-1, 1) for _ in range(steps))
    return ScalarGraph(f"a chain, {steps + 1:,} inputs", _chain, (0.7, *weights))


GRAPHS: Mapping[str, ScalarGraph] = MappingProxyType(
    {
        "product": ScalarGraph("(x + y)·z, 3 inputs", _product, (-2.0, 5.0, -4.0)),
        "sigmoid": ScalarGraph("the sigmoid circuit, 5 inputs", _sigmoid, (2.0, -1.0, -3.0, -2.0, -3.0)),
        "random100": random_graph(100),
        "chain": chain(2500),
    }
)
"""The graphs of the benchmarks, by name."""
