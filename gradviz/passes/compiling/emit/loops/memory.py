"""Where a program's own arrays lie in a language without allocation: small ones on the stack, others in a workspace."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from gradviz.passes.compiling.emit.expressions.parts import every_part
from gradviz.passes.compiling.emit.expressions.tree import Part, Read
from gradviz.passes.compiling.emit.loops.collapse import value_of
from gradviz.passes.compiling.emit.loops.program import Alias, Array, If, Loop, Program, Statement, Store
from gradviz.shape import size

STACK = 8192
"""Numbers that a function may hold on the stack: 64 kB, which the smallest stacks that are in use have."""

SMALL = 256
"""Numbers up to which an array lies on the stack in any case."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Where arrays lie.

    Args:
        stack: those that are the function's own.
        workspace: the others, each with where it begins in the memory that the caller gives.
        length: of that memory.
    """

    stack: tuple[Array, ...]
    workspace: Mapping[str, int]
    length: int


def memory_for(program: Program) -> Memory:
    """Give every array a place; in the workspace a place is taken again when what lies there is no longer read."""
    own = [array for array in program.arrays if array.numbers is None]
    if sum(size(array.shape) for array in own) <= STACK:
        return Memory(tuple(own), {}, 0)
    large = {array.name: size(array.shape) for array in own if size(array.shape) > SMALL}
    uses = _uses(program.body, large)
    places = _first_fit(large, uses)
    length = max(places[name] + large[name] for name in places) if places else 0
    return Memory(tuple(array for array in own if array.name not in large), places, length)


def _first_fit(large: Mapping[str, int], uses: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """The lowest stretch that is free from an array's first use to its last."""
    places: dict[str, int] = {}
    free: list[tuple[float, float]] = [(0, math.inf)]
    living: list[tuple[int, str]] = []
    for name in sorted(uses, key=lambda name: uses[name][0]):
        first, last = uses[name]
        while living and living[0][0] < first:
            _, dead = heappop(living)
            _release(free, places[dead], places[dead] + large[dead])
        at = next(at for at, (start, end) in enumerate(free) if start + large[name] <= end)
        start, end = free[at]
        places[name] = int(start)
        free[at : at + 1] = [(start + large[name], end)] * (start + large[name] < end)
        heappush(living, (last, name))
    return places


def _release(free: list[tuple[float, float]], start: float, end: float) -> None:
    """Give a stretch back to the free ones, which lie in order and nowhere touch."""
    at = bisect(free, (start, end))
    if at < len(free) and free[at][0] == end:
        end = free.pop(at)[1]
    if at and free[at - 1][1] == start:
        at -= 1
        start = free.pop(at)[0]
    free.insert(at, (start, end))


def _uses(body: Iterable[Statement], large: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The first and the last statement that mentions each array."""
    found: dict[str, tuple[int, int]] = {}
    homes: dict[str, str] = {}
    for at, statement in enumerate(body):
        if isinstance(statement, Alias):
            homes[statement.name] = homes.get(statement.array, statement.array)
        for name in (homes.get(name, name) for name in _arrays(statement)):
            if name in large:
                found[name] = found.get(name, (at, at))[0], at
    return found


def _arrays(statement: Statement) -> set[str]:
    """The arrays that a statement mentions, or what it encloses."""
    found: set[str] = set()
    left: list[Statement] = [statement]
    for one in left:
        if isinstance(one, Store):
            found.add(one.array)
        if isinstance(one, (Loop, If)):
            left.extend(one.body)
        value = value_of(one)
        if value is not None:
            found.update(part.array for part in every_part(value) if isinstance(part, (Read, Part)))
    return found
