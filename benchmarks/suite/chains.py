"""The chains whose symbolic gradient is measured, each written once for every library, and the lean graph beside them.

Written out as trees they explode (nested chains as 4ⁿ), or their gradients grow as n² (products); as graphs that share
their parts both are linear.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Build = Callable[[Any, Sequence[Any]], Any]
"""The output from the inputs: `functions` has `sin` and `tanh`, terms understand `+`, `-` and `*`."""

LAYERS = (2, 8, 8, 1)
DATUM = (0.5, -0.25)


@dataclass(frozen=True, slots=True)
class Chain:
    """An expression to differentiate.

    Args:
        title: for people.
        build: see `Build`.
        point: where gradients are compared, a number for each input.
        exploding: that its gradient is too large for libraries that write trees.
    """

    title: str
    build: Build
    point: tuple[float, ...]
    exploding: bool = False


def nest(depth: int) -> Chain:
    """The nested chain f ← sin(x·f)·f."""

    def build(functions: Any, values: Sequence[Any]) -> Any:
        (x,) = values
        f = x
        for _ in range(depth):
            f = functions.sin(x * f) * f
        return f

    return Chain(f"f ← sin(x·f)·f, {depth} times", build, (1.3,), exploding=depth > 12)


def speelpenning(count: int) -> Chain:
    """The product of all variables."""

    def build(_: Any, values: Sequence[Any]) -> Any:
        f = values[0]
        for value in values[1:]:
            f = f * value
        return f

    point = tuple(1 + 0.01 * math.sin(3 * i) for i in range(count))
    return Chain(f"x₁·x₂·…, {count} variables", build, point, exploding=count > 60)


def perceptron() -> Chain:
    """The squared error of a small network, written out number by number."""
    count = sum((before + 1) * after for before, after in pairwise(LAYERS))

    def build(functions: Any, values: Sequence[Any]) -> Any:
        given = iter(values)
        signals: list[Any] = list(DATUM)
        for depth, units in enumerate(LAYERS[1:], start=2):
            sums = []
            for _ in range(units):
                total = next(given)
                for signal in signals:
                    total = total + next(given) * signal
                sums.append(total)
            signals = sums if depth == len(LAYERS) else [functions.tanh(total) for total in sums]
        error = signals[0] - 1.0
        return error * error

    point = tuple(0.4 * math.sin(1 + 7 * i) for i in range(count))
    return Chain(f"a {'-'.join(map(str, LAYERS))} tanh perceptron, {count} parameters", build, point)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a `Lean` graph."""

    graph: Lean
    id: int

    def __add__(self, other: Any) -> Place:
        return self.graph.term("add", self, other)

    def __sub__(self, other: Any) -> Place:
        return self.graph.term("sub", self, other)

    def __mul__(self, other: Any) -> Place:
        return self.graph.term("mul", self, other)

    __radd__ = __add__
    __rmul__ = __mul__


@dataclass(slots=True)
class Lean:
    """The least that a symbolic gradient takes in plain Python: tuples in a list, equal ones shared, no shapes.

    It knows five operations, no names and no errors: the yardstick for what the language itself costs.
    """

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def node(self, *row: Any) -> int:
        """The position of a row."""
        found = self.known.get(row)
        if found is None:
            found = self.known[row] = len(self.rows)
            self.rows.append(row)
        return found

    def term(self, word: str, *operands: Any) -> Place:
        """An operation on terms and numbers."""
        return Place(self, self.node(word, *[self._id(operand) for operand in operands]))

    def _id(self, operand: Any) -> int:
        return operand.id if isinstance(operand, Place) else self.node("number", operand)

    def input(self, position: int) -> Place:
        """A variable."""
        return self.term_of(self.node("input", position))

    def term_of(self, id: int) -> Place:
        """A node as a term."""
        return Place(self, id)

    def sin(self, x: Place) -> Place:
        """The sine."""
        return self.term("sin", x)

    def tanh(self, x: Place) -> Place:
        """The hyperbolic tangent."""
        return self.term("tanh", x)

    def gradient(self, output: Place, inputs: Sequence[Place]) -> list[int]:
        """The gradient's nodes."""
        rows, node = self.rows, self.node
        one = node("number", 1.0)
        slopes: dict[int, int] = {output.id: one}

        def arrive(at: int, what: int) -> None:
            if rows[at][0] != "number":
                slopes[at] = node("add", slopes[at], what) if at in slopes else what

        def times(a: int, b: int) -> int:
            return b if a == one else node("mul", a, b)

        for i in range(output.id, -1, -1):
            slope = slopes.get(i)
            if slope is None:
                continue
            word, *operands = rows[i]
            if word == "mul":
                arrive(operands[0], times(slope, operands[1]))
                arrive(operands[1], times(slope, operands[0]))
            elif word == "add":
                arrive(operands[0], slope)
                arrive(operands[1], slope)
            elif word == "sub":
                arrive(operands[0], slope)
                arrive(operands[1], node("neg", slope))
            elif word == "sin":
                arrive(operands[0], times(slope, node("cos", operands[0])))
            elif word == "tanh":
                arrive(operands[0], times(slope, node("sub", one, node("mul", i, i))))
        return [slopes[place.id] for place in inputs]

    def values(self, point: Sequence[float], wanted: Sequence[int]) -> list[float]:
        """The numbers of some nodes."""
        found: list[float] = []
        for word, *operands in self.rows:
            if word == "input":
                found.append(point[operands[0]])
            elif word == "number":
                found.append(operands[0])
            else:
                found.append(MEANINGS[word](*[found[operand] for operand in operands]))
        return [found[i] for i in wanted]


MEANINGS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "neg": lambda a: -a,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
}
