"""Programs of loops: loops that become one, memory that is used again, views, places."""

from __future__ import annotations

import random

import pytest

from gradviz.ops.table import OPS
from gradviz.passes.compiling.emit.expressions.tree import Name, Place, Read
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.loops.block import Block
from gradviz.passes.compiling.emit.loops.collapse import collapsed
from gradviz.passes.compiling.emit.loops.memory import STACK, memory_for
from gradviz.passes.compiling.emit.loops.program import Alias, Array, Loop, Program, Result, Statement, Store
from gradviz.passes.compiling.emit.loops.value import Value, broadcast_place, stored
from gradviz.passes.compiling.emit.loops.views import VIEWS, picks, splitting
from gradviz.passes.compiling.simplify import Step

ROW, COLUMN, LAYER = (Place(((name, 1),)) for name in "ijk")


def nest(write: Place, read: Place) -> tuple[Statement, ...]:
    """`for i < 4: for j < 3: y[write] = x[read]`."""
    inner = Loop("j", 3, (Store("y", write, "=", Read("x", read)),))
    return (Loop("i", 4, (inner,)),)


def test_loops_that_walk_in_order_become_one() -> None:
    order = ROW * 3 + COLUMN
    assert collapsed(nest(order, order + 5)) == (Loop("i", 12, (Store("y", ROW, "=", Read("x", ROW + 5)),)),)


@pytest.mark.parametrize("read", [COLUMN * 4 + ROW, COLUMN, ROW], ids=["transposed", "a row", "a column"])
def test_loops_that_jump_stay_two(read: Place) -> None:
    nested = nest(ROW * 3 + COLUMN, read)
    assert collapsed(nested) == nested


def test_an_entry_that_stands_still_is_no_jump() -> None:
    assert collapsed(nest(ROW * 3 + COLUMN, Place())) == (Loop("i", 12, (Store("y", ROW, "=", Read("x", Place())),)),)


def test_three_loops_become_as_few_as_can_be() -> None:
    body = Store("y", ROW * 6 + COLUMN * 2 + LAYER, "=", Read("x", COLUMN * 2 + LAYER))
    (outer,) = collapsed((Loop("i", 5, (Loop("j", 3, (Loop("k", 2, (body,)),)),)),))
    assert outer == Loop("i", 5, (Loop("j", 6, (Store("y", ROW * 6 + COLUMN, "=", Read("x", COLUMN)),)),))


def test_places_add_and_cancel() -> None:
    assert (ROW * 2 + COLUMN) + (ROW * -2 + 3) == COLUMN + 3
    assert Place() == (ROW + 1) * 0
    assert broadcast_place((ROW, COLUMN, LAYER), (1, 4)) == (Place(), LAYER)


def copy(to: str, source: str, size: int) -> Statement:
    return Loop("i", size, (Store(to, ROW, "=", Read(source, ROW)),))


def chain(sizes: dict[str, int], body: tuple[Statement, ...]) -> Program:
    arrays = tuple(Array(name, (size,)) for name, size in sizes.items())
    return Program("f", "f", (), Result("", (), Name("s")), (), arrays, body, False)


def test_small_arrays_lie_on_the_stack() -> None:
    memory = memory_for(chain({"a": STACK // 2, "b": STACK // 2}, (copy("a", "b", 4),)))
    assert not memory.workspace
    assert [array.name for array in memory.stack] == ["a", "b"]


def test_what_is_dead_makes_room() -> None:
    n = STACK
    body = (copy("a", "x", n), copy("b", "a", n), copy("c", "b", n), copy("d", "c", n // 2), copy("t", "d", 2))
    memory = memory_for(chain({"a": n, "b": n, "c": n, "d": n // 2, "t": 2}, body))
    assert memory.workspace == {"a": 0, "b": n, "c": 0, "d": n}
    assert memory.length == 2 * n
    assert [array.name for array in memory.stack] == ["t"]


def test_another_name_keeps_an_array_alive() -> None:
    n = STACK
    body = (copy("a", "x", n), Alias("d_a", "a", ""), copy("b", "x", n), copy("y", "d_a", n), copy("c", "b", n))
    memory = memory_for(chain({"a": n, "b": n, "c": n}, body))
    assert memory.workspace == {"a": 0, "b": n, "c": 0}


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_given_what_another_still_reads(seed: int) -> None:
    draw = random.Random(seed)
    sizes = {f"a{place}": draw.randint(STACK // 20, STACK // 4) for place in range(60)}
    names = list(sizes)
    reads = [draw.choice(names[max(0, place - 9) : place + 1]) for place in range(len(names))]
    memory = memory_for(chain(sizes, tuple(copy(name, x, 2) for name, x in zip(names, reads, strict=True))))
    last = {name: max([place, *(at for at, x in enumerate(reads) if x == name)]) for place, name in enumerate(names)}
    for place, name in enumerate(names):
        living = [other for other in names[:place] if last[other] >= place]
        taken = sorted((memory.workspace[other], memory.workspace[other] + sizes[other]) for other in living)
        lowest = 0
        for start, end in taken:
            lowest = lowest if lowest + sizes[name] <= start else max(lowest, end)
        assert memory.workspace[name] == lowest
    assert memory.length == max(memory.workspace[name] + sizes[name] for name in names)


def test_a_reshape_that_joins_axes_of_a_turned_matrix_copies_it() -> None:
    block = Block(Identifiers())
    turn = Step(1, OPS["transpose"], (0,), (("axes", None),), (3, 2))
    flatten = Step(2, OPS["reshape"], (1,), (("shape", (6,)),), (6,))
    turned = VIEWS["transpose"](block, turn, stored("x", (2, 3)))
    assert turned.at((ROW, COLUMN)) == Read("x", ROW + COLUMN * 3)
    assert not block.statements
    flat = VIEWS["reshape"](block, flatten, turned)
    assert len(block.statements) == 1
    assert flat.at((ROW,)) == Read(flat.array, ROW)


def test_a_reshape_that_splits_axes_copies_nothing() -> None:
    block = Block(Identifiers())
    column = Value((6,), lambda places: Read("x", places[0] * 4))
    made = VIEWS["reshape"](block, Step(1, OPS["reshape"], (0,), (("shape", (2, 1, 3)),), (2, 1, 3)), column)
    assert made.at((ROW, COLUMN, LAYER)) == Read("x", ROW * 12 + LAYER * 4)
    assert not block.statements


def test_index_items_count_from_the_end_and_backwards() -> None:
    pick = picks((-1, ("slice", None, None, -2)), (3, 5, 7))
    assert pick((ROW, COLUMN)) == (Place(constant=2), ROW * -2 + 4, COLUMN)


@pytest.mark.parametrize(("old", "new"), [((2, 3), (3, 2)), ((4, 2), (2, 4)), ((2, 3), (6,)), ((2, 3, 1), (6, 1))])
def test_axes_that_are_joined_cannot_be_split(old: tuple[int, ...], new: tuple[int, ...]) -> None:
    assert splitting(old, new) is None
