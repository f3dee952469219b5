"""In which memory each array lies: the third stage, for code that writes into arrays which are there already.

A value lies over an operand's that dies where it is made, if the operation allows it; else where something lies that is
dead; else in memory of its own. What is wanted lies in arrays of the caller's. Views take no memory, and keep what they
look at alive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gradviz.passes.compiling.memory.choosing import truths_of
from gradviz.passes.compiling.memory.way import Way
from gradviz.passes.compiling.memory.ways import way_of
from gradviz.passes.compiling.schedule import Schedule
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import Shape, size


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array in memory that is there before the first call and is used again in every one.

    Args:
        number: which one.
        shape: of the array.
        kind: "number" for the function's own type, "truth" for masks (a byte for each entry).
        block: the block of memory in which it lies, from its beginning on; −1 for an argument's own memory.
    """

    number: int
    shape: Shape
    kind: str
    block: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where the values of a schedule lie.

    Args:
        schedule: what is computed.
        ways: how each step's value is made, by position in the graph.
        buffers: all of them.
        blocks: the bytes of each block of memory.
        homes: by position in the graph, the buffer in which a step's value lies; none for views, for plain numbers, for
            what is made afresh and for what is written into an array of the caller's.
        scratch: by position in the graph, the buffers that a step needs while it is made.
        given: the steps that are written into arrays of the caller's.
    """

    schedule: Schedule
    ways: Mapping[int, Way]
    buffers: tuple[Buffer, ...]
    blocks: tuple[int, ...]
    homes: Mapping[int, Buffer]
    scratch: Mapping[int, tuple[Buffer, ...]]
    given: frozenset[int]


NOTHING: Mapping[int, int] = MappingProxyType({})


def allocate(
    schedule: Schedule, given: Collection[int] = (), itemsize: int = 8, lent: Mapping[int, int] = NOTHING
) -> Allocation:
    """Give every array of a schedule a place, and take a place again when what lies there is dead.

    Args:
        schedule: with one operation per statement.
        given: targets that are written into arrays of the caller's.
        itemsize: bytes of a number.
        lent: arguments that may be written over when they are dead, each by the target that belongs there in the end.
    """
    truths = truths_of(schedule.plan)
    ways = {step.id: way_of(schedule.plan, step, truths) for step in schedule.statements}
    written = frozenset(i for i in given if i in ways and ways[i].lines)
    last = _last_uses(schedule, ways)
    ground = _Ground(itemsize)
    shapes = schedule.plan.shapes
    homes = {i: Buffer(-1 - n, shapes[i], "number", -1) for n, i in enumerate(lent) if i in shapes}
    owners = {lent[i]: home.number for i, home in homes.items()}
    scratch: dict[int, tuple[Buffer, ...]] = {}
    dying: dict[int, list[int]] = {}
    for i, place in last.items():
        dying.setdefault(place, []).append(i)
    for place, step in enumerate(schedule.statements):
        way = ways[step.id]
        kind = "truth" if step.id in truths else "number"
        over = None
        if way.lines and step.id not in written:
            over = _over(step, way, kind, [i for i in step.operands if last[i] == place], homes, ways, owners)
            homes[step.id] = homes[over] if over is not None else ground.take(step.shape, kind)
        if way.scratch:
            scratch[step.id] = tuple(ground.take(*wanted) for wanted in way.scratch)
            for buffer in scratch[step.id]:
                ground.free(buffer)
        for i in dying.get(place, ()):
            if i in homes and i != over:
                ground.free(homes[i])
    return Allocation(schedule, ways, tuple(ground.buffers), tuple(ground.blocks), homes, scratch, written)


def _last_uses(schedule: Schedule, ways: Mapping[int, Way]) -> dict[int, int]:
    """The place of the last statement that reads what lies in a value's memory, through views too."""
    last = dict(schedule.last_use)
    for step in reversed(schedule.statements):
        for slot in ways[step.id].views:
            operand = step.operands[slot]
            last[operand] = max(last[operand], last[step.id])
    return last


def _over(
    step: Step,
    way: Way,
    kind: str,
    dying: Collection[int],
    homes: Mapping[int, Buffer],
    ways: Mapping[int, Way],
    owners: Mapping[int, int],
) -> int | None:
    """The operand over which the result is written: it dies here, and nothing else that is read here looks at it.

    An argument's memory comes before scratch, so that its new value ends where it belongs; another target is not
    written there.
    """
    if any(operand in ways and ways[operand].views for operand in step.operands):
        return None
    found: list[int] = []
    for slot, operand in enumerate(step.operands):
        home = homes.get(operand)
        if home is None or operand not in dying or (home.shape, home.kind) != (step.shape, kind):
            continue
        anywhere = all(place in way.over for place, other in enumerate(step.operands) if other == operand)
        elsewhere = home.block < 0 and step.id in owners and owners[step.id] != home.number
        if slot in way.over and anywhere and not elsewhere:
            found.append(operand)
    return min(found, key=lambda operand: homes[operand].block >= 0, default=None)


@dataclass(slots=True)
class _Ground:
    """Memory that is given out and taken back."""

    itemsize: int
    buffers: list[Buffer] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    vacant: dict[int, list[int]] = field(default_factory=dict)
    known: dict[tuple[Shape, str, int], Buffer] = field(default_factory=dict)

    def take(self, shape: Shape, kind: str) -> Buffer:
        """A buffer of that shape: in the smallest vacant block that is large enough, else in the largest, made larger.

        Of blocks that are alike the one that was freed last: it lies in the cache.
        """
        needed = size(shape) * (1 if kind == "truth" else self.itemsize)
        if self.vacant:
            held = min((n for n in self.vacant if n >= needed), default=max(self.vacant))
            block = self.vacant[held].pop()
            if not self.vacant[held]:
                del self.vacant[held]
            self.blocks[block] = max(held, needed)
        else:
            block = len(self.blocks)
            self.blocks.append(needed)
        return self._buffer(shape, kind, block)

    def _buffer(self, shape: Shape, kind: str, block: int) -> Buffer:
        found = self.known.get((shape, kind, block))
        if found is None:
            found = self.known[shape, kind, block] = Buffer(len(self.buffers), shape, kind, block)
            self.buffers.append(found)
        return found

    def free(self, buffer: Buffer) -> None:
        """Nobody needs what lies in it any more."""
        if buffer.block < 0:
            return
        self.vacant.setdefault(self.blocks[buffer.block], []).append(buffer.block)
