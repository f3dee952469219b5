"""Where conditions, absolute values and roots change along a line: breakpoints, and points between and beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from flint import fmpq

from gradviz.checking.equality.comparing import Bench
from gradviz.checking.equality.lines import BITS, DEPTH, SHALLOW, Ends, Line, around, first_cells
from gradviz.checking.equality.program import Point, Program, compiled
from gradviz.checking.equality.simplest import simplest
from gradviz.checking.equality.values import ONE, UNDECIDED, UNDEFINED, Value, Word, number, settled, surely_zero

BISECTIONS = 50
MAX_LOCI = 64

Locus = Callable[..., list[Value]]


def _shifts(*by: int) -> Locus:
    return lambda x, *_: [x - k for k in by]


def _differences(*xs: Value) -> list[Value]:
    return [a - b for k, a in enumerate(xs) for b in xs[k + 1 :]]


def _below(a: Value, b: Value) -> list[Value]:
    return [b]


_ITSELF, _POLE = _shifts(0), _below

LOCI: Mapping[str, Locus] = MappingProxyType(
    dict.fromkeys(("abs", "sign", "relu", "leaky_relu", "elu", "selu", "cbrt"), _ITSELF)
    | dict.fromkeys(("log", "log2", "log10", "sqrt", "log_clamped", "inverse_clamped"), _ITSELF)
    | dict.fromkeys(("asin", "acos", "atanh", "asec", "acsc", "acoth"), _shifts(-1, 1))
    | dict.fromkeys(("greater", "less", "greater_equal", "less_equal", "equal", "not_equal"), _differences)
    | dict.fromkeys(("maximum", "minimum"), _differences)
    | dict.fromkeys(("div", "ratio"), _POLE)
    | {
        "pow": _ITSELF,
        "xlogy": lambda a, x: [x],
        "log1p": _shifts(-1),
        "acosh": _shifts(1),
        "asech": _shifts(0, 1),
        "acsch": _ITSELF,
        "log_base": lambda x, base: [x, base, base - 1],
        "hard_sigmoid": _shifts(-3, 3),
    }
)
"""What is zero where an operation on numbers has a kink, a jump, a pole or the end of its domain."""


@dataclass(frozen=True, slots=True)
class Loci:
    """The places in a program where something may change.

    Args:
        program: what the operands need.
        steps: operands of operations, with what is zero there.
        deep: of every sign, whether the place is searched for in small cells too: not so a mere pole.
    """

    program: Program
    steps: tuple[tuple[tuple[int, ...], Locus], ...]
    deep: tuple[bool, ...]

    def signs(self, point: Point) -> list[int]:
        """Of each, whether it is above (1) or below (−1) zero, exactly zero (0), unclear (2), or not defined (3)."""
        found, stands = self.program.run(point, BITS), self.program.stands
        return [sign for operands, locus in self.steps for sign in _signs([found[stands[i]] for i in operands], locus)]


def _signs(operands: list[Any], locus: Locus) -> list[int]:
    numbers = list(map(number, operands))
    count = len(locus(*([ONE] * len(numbers))))
    if any(type(value) is Word for value in numbers):
        return [2 if UNDECIDED in numbers and UNDEFINED not in numbers else 3] * count
    return [_sign(settled(value)) for value in locus(*numbers)]


def _sign(value: Value) -> int:
    return 0 if surely_zero(value) else 1 if value > 0 else -1 if value < 0 else 2


def loci_of(bench: Bench, among: Collection[int]) -> Loci:
    """The places at some of a claim's nodes, those without arrays and those that are not constant."""
    graph = bench.claim.graph
    seen: set[Any] = set()
    steps: list[tuple[tuple[int, ...], Locus]] = []
    varying: set[int] = {i for _, i in bench.program.inputs}
    for i, _, operands in bench.program.steps:
        node = graph.nodes[i]
        if any(operand in varying for operand in operands):
            varying.add(i)
        locus = LOCI.get(node.op.name)
        if locus is None or i not in among or any(graph.nodes[operand].shape for operand in operands):
            continue
        key = (locus, operands)
        if any(operand in varying for operand in operands) and key not in seen and len(steps) < MAX_LOCI:
            seen.add(key)
            steps.append((operands, locus))
    deep = [locus is not _POLE for operands, locus in steps for _ in locus(*([ONE] * len(operands)))]
    return Loci(compiled(graph, [i for operands, _ in steps for i in operands]), tuple(steps), tuple(deep))


def breakpoints(line: Line, bench: Bench, loci: Loci) -> list[Ends]:
    """Where something changes along a line, in order: brackets, of no width where the place is a simple fraction."""
    return sorted(set(_brackets(line, bench, loci)))


def _brackets(line: Line, bench: Bench, loci: Loci) -> Iterator[Ends]:
    def signs(t: Value) -> list[int]:
        bench.meter.spend(loci.program.work, BITS)
        return loci.signs(line.at(t))

    def sign(k: int, t: Value) -> int:
        return signs(t)[k]

    looks, count = line.looks, 1000
    # Near cells go deep before far ones do: of sin(x) there is no end of zeros.
    queue = [(place // 2, place, cell, 0) for place, cell in enumerate(first_cells(line.reach))]
    while queue and looks > 0 and not bench.worn:
        rank, _, cell, depth = heappop(queue)
        looks -= 1
        flagged = [k for k, there in enumerate(signs(around(cell))) if there == 2]
        if not flagged:
            continue
        low, high = signs(cell[0]), signs(cell[1])
        looks -= 2
        further = False
        for k in flagged:
            pair = {low[k], high[k]}
            if pair == {-1, 1} and depth >= SHALLOW:
                looks -= 10
                yield _bisected(cell, partial(sign, k))
            elif 0 in pair and depth >= SHALLOW:
                yield from ((end, end) for end, there in zip(cell, (low, high), strict=True) if there[k] == 0)
            else:
                further |= depth < (DEPTH if loci.deep[k] else SHALLOW)
        if further:
            half = (cell[0] + cell[1]) / 2
            for part in ((cell[0], half), (half, cell[1])):
                count += 1
                heappush(queue, (rank + 1, count, part, depth + 1))


def _bisected(cell: Ends, sign: Callable[[Value], int]) -> Ends:
    low, high = cell
    left = sign(low)
    for step in range(BISECTIONS):
        middle = simplest(low + (high - low) / 8, high - (high - low) / 8) if step % 2 else (low + high) / 2
        here = sign(middle)
        if here == 0:
            return middle, middle
        if here not in (1, -1):
            break
        low, high = (middle, high) if here == left else (low, middle)
    short = simplest(low, high)
    return (short, short) if sign(short) == 0 else (low, high)


def beside(brackets: Sequence[Ends]) -> list[Value]:
    """Simple fractions between neighbouring breakpoints, close to each of them, and beyond the last ones."""
    if not brackets:
        return []
    first, last = brackets[0][0], brackets[-1][1]
    made = [first - _room(first), last + _room(last)]
    for (_, low), (high, _) in pairwise(brackets):
        if low < high:
            gap = high - low
            made += [simplest(low + gap / 4, high - gap / 4)]
            made += [simplest(low + gap / 200, low + gap / 50), simplest(high - gap / 50, high - gap / 200)]
    near = [simplest(low - _room(low) / 50, low - _room(low) / 200) for low, _ in brackets[:1]]
    return made + near + [simplest(high + _room(high) / 200, high + _room(high) / 50) for _, high in brackets[-1:]]


def _room(x: Value) -> Value:
    return fmpq(max(1, abs(x).ceil()))
