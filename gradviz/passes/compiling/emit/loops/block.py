"""Writes statements into loops: `with block.loops((2, 3)) as (i, j): block.store(…)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from gradviz.passes.compiling.emit.expressions.tree import Call, Constant, Expression, Infix, Name, Part, Place, Whole
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.loops.program import (
    Array,
    Change,
    Do,
    If,
    Let,
    LetWhole,
    Loop,
    Start,
    Statement,
    Store,
)
from gradviz.passes.compiling.emit.loops.value import (
    ZERO,
    Places,
    Value,
    broadcast_place,
    offset,
    stored,
    strides,
)
from gradviz.shape import Shape, size

COUNTERS = ("i", "j", "k", "l", "m", "n", "p", "q", "r", "s")
NOTHING = Constant(0)


@dataclass(slots=True)
class Block:
    """A program under way.

    Args:
        names: where identifiers come from; the user's have been taken before.
        statements: what has been written into the innermost block that is open.
        arrays: the arrays that were made.
    """

    names: Identifiers
    statements: list[Statement] = field(default_factory=list)
    arrays: list[Array] = field(default_factory=list)
    _counters: list[str] = field(default_factory=list)
    _depth: int = 0
    _helpers: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def loops(self, sizes: Sequence[int]) -> Iterator[Places]:
        """A loop for each size, one in the other; a counter's place for each. An axis of size 1 needs no loop."""
        outer, depth = self.statements, self._depth
        counters = [self._counter() if n != 1 else "" for n in sizes]
        self.statements = []
        yield tuple(Place(((counter, 1),)) if counter else ZERO for counter in counters)
        body = tuple(self.statements)
        for counter, n in reversed(list(zip(counters, sizes, strict=True))):
            body = body if n == 1 else (Loop(counter, n, body),)
        self.statements, self._depth = outer, depth
        if 0 not in sizes:
            self.statements.extend(body)

    @contextmanager
    def where(self, test: Expression) -> Iterator[None]:
        """What is done only where a test holds."""
        outer = self.statements
        self.statements = []
        yield
        body = tuple(self.statements)
        self.statements = outer
        self.statements.append(If(test, body))

    def _counter(self) -> str:
        while len(self._counters) <= self._depth:
            place = len(self._counters)
            wanted = COUNTERS[place] if place < len(COUNTERS) else f"i{place}"
            self._counters.append(self.names.take(wanted))
        self._depth += 1
        return self._counters[self._depth - 1]

    def helper(self, wanted: str) -> str:
        """An identifier in a loop's body, which may be used again in other loops; outside of loops a new one."""
        if not self._depth:
            return self.names.take(wanted)
        if wanted not in self._helpers:
            self._helpers[wanted] = self.names.take(wanted)
        return self._helpers[wanted]

    def array(self, name: str, shape: Shape) -> str:
        """A new array of the program's own."""
        self.arrays.append(Array(name, shape))
        return name

    def let(self, name: str, value: Expression, note: str = "") -> Name:
        """A number that stays."""
        self.statements.append(Let(name, value, note))
        return Name(name)

    def whole(self, wanted: str, value: Expression) -> Place:
        """A whole number, as a place that indices may be made of."""
        name = self.helper(wanted)
        self.statements.append(LetWhole(name, value))
        return Place(((name, 1),))

    def start(self, name: str, value: Expression) -> Name:
        """A number that will be changed."""
        self.statements.append(Start(name, value))
        return Name(name)

    def change(self, name: Name, how: str, value: Expression) -> None:
        """Change such a number."""
        self.statements.append(Change(name.text, how, value))

    def larger(self, name: Name, value: Expression, function: str) -> None:
        """Let such a number become the larger (or smaller) one."""
        self.change(name, "=", Call(function, (name, value)))

    def run(self, function: str, *arguments: Expression) -> None:
        """A function of the runtime that writes into the last array but its scratch."""
        self.statements.append(Do(Call(function, arguments)))

    def in_order(self, value: Value) -> Value:
        """A value that lies in an array as a whole, copied there if it does not yet."""
        if value.array:
            return value
        target = Target(self, self.array(self.names.fresh(), value.shape), value.shape)
        with self.loops(value.shape) as places:
            target.put(places, value.at(places))
        return target.value if value.shape else stored(target.name, ())


@dataclass(slots=True)
class Target:
    """Where a step's value goes: an array, or a number with a name.

    Args:
        block: where statements go.
        name: of the array or number.
        shape: of the value.
        note: the comment of a number that is said in one statement.
    """

    block: Block
    name: str
    shape: Shape
    note: str = ""

    @property
    def value(self) -> Value:
        """What was written, to be read."""
        if self.shape == ():
            return Value((), lambda places: Name(self.name))
        return stored(self.name, self.shape)

    def put(self, places: Places, value: Expression, how: str = "=") -> None:
        """An entry of the array, written or changed."""
        self.block.statements.append(Store(self.name, offset(places, strides(self.shape)), how, value))

    def give(self, places: Places, value: Expression) -> None:
        """An entry of an array; a number as such."""
        if self.shape:
            self.put(places, value)
        else:
            self.block.let(self.name, value, self.note)

    def fill(self, value: Value) -> None:
        """All entries, each by its own expression."""
        with self.block.loops(self.shape) as places:
            self.give(places, value.at(places))

    def clear(self) -> None:
        """Zeros."""
        with self.block.loops(self.shape) as places:
            self.put(places, NOTHING)

    @contextmanager
    def running(self, places: Places, wanted: str, start: Expression) -> Iterator[Name]:
        """A number that is changed and then given to the entry: under the number's own name where it is one."""
        if self.shape:
            name = self.block.start(self.block.helper(wanted), start)
            yield name
            self.put(places, name)
        else:
            yield self.block.start(self.name, start)


def times(parts: Sequence[Expression]) -> Expression:
    """A product."""
    first, *others = parts
    for other in others:
        first = Infix("*", first, other)
    return first


def whole(n: int) -> Expression:
    """A whole number."""
    return Whole(Place(constant=n))


def part_of(value: Value, places: Places) -> Part:
    """What lies in an array in order, from the entry at the first axes' places on; those may be broadcast."""
    lead = len(value.shape) - 2 if len(value.shape) > 1 else 0
    own = broadcast_place(places, value.shape[:lead])
    return Part(value.array, offset(own, strides(value.shape)[:lead]), size(value.shape[lead:]), value.size)
