"""Operations that move nothing: their entries are the operand's, at other indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gradviz.ops.axes import axes_of, permutation
from gradviz.ops.images import pair
from gradviz.passes.compiling.emit.expressions.tree import Place
from gradviz.passes.compiling.emit.loops.block import Block
from gradviz.passes.compiling.emit.loops.value import ZERO, Places, Value, broadcast_place, stored
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import Shape, size

View = Callable[[Block, Step, Value], Value]
"""The value of a step that is a view, by its operand's."""


def _transpose(block: Block, step: Step, x: Value) -> Value:
    order = dict(step.settings)["axes"]
    if len(x.shape) == 1 and order is None:
        return Value(step.shape, lambda places: x.at(places[1:]))
    turned = permutation(order, len(x.shape))
    return Value(step.shape, lambda places: x.at(tuple(places[turned.index(i)] for i in range(len(turned)))))


def _broadcast(block: Block, step: Step, x: Value) -> Value:
    return Value(step.shape, lambda places: x.at(broadcast_place(places, x.shape)))


def _flip(block: Block, step: Step, x: Value) -> Value:
    turned = axes_of(dict(step.settings)["axis"], len(x.shape))

    def at(places: Places) -> Any:
        return x.at(tuple(place * -1 + (step.shape[i] - 1) if i in turned else place for i, place in enumerate(places)))

    return Value(step.shape, at)


def _index(block: Block, step: Step, x: Value) -> Value:
    pick = picks(dict(step.settings)["items"], x.shape)
    return Value(step.shape, lambda places: x.at(pick(places)))


def picks(items: Any, shape: Shape) -> Callable[[Places], Places]:
    """From an index into what was picked to the index into an array of the shape."""

    def pick(places: Places) -> Places:
        left = list(places)
        picked = []
        for i, n in enumerate(shape):
            item = items[i] if i < len(items) else ("slice", None, None, None)
            if isinstance(item, tuple):
                start, _, step = slice(*item[1:]).indices(n)
                picked.append(left.pop(0) * step + start)
            else:
                picked.append(Place(constant=int(item) % n))
        return tuple(picked)

    return pick


def _windows(block: Block, step: Step, x: Value) -> Value:
    down, across = pair(dict(step.settings)["stride"], "stride")

    def at(places: Places) -> Any:
        *lead, row, column, i, j = places
        return x.at((*lead, row * down + i, column * across + j))

    return Value(step.shape, at)


def _reshape(block: Block, step: Step, x: Value) -> Value:
    split = splitting(x.shape, step.shape)
    if x.array or split is None:
        return stored(block.in_order(x).array, step.shape) if step.shape else _entry(block.in_order(x))
    return Value(step.shape, lambda places: x.at(split(places)))


def _entry(x: Value) -> Value:
    """The only entry of an array, as a number."""
    return replace(stored(x.array, ()), array="")


def splitting(old: Shape, new: Shape) -> Callable[[Places], Places] | None:
    """From an index in the new shape to one in the old, where no two old axes are made one; None where they are.

    Example:
        >>> split = splitting((6, 1), (2, 3))
        >>> split((Place((("i", 1),)), Place((("j", 1),)))) if split else None
        (Place(terms=(('i', 3), ('j', 1)), constant=0), Place(terms=(), constant=0))
        >>> splitting((2, 3), (6,)) is None
        True
    """
    taken: list[tuple[int, ...]] = []
    left = [i for i, n in enumerate(new) if n != 1]
    for n in old:
        axes: list[int] = []
        while left and size(tuple(new[i] for i in axes)) < n:
            axes.append(left.pop(0))
        if size(tuple(new[i] for i in axes)) != n:
            return None
        taken.append(tuple(axes))

    def split(places: Places) -> Places:
        made = []
        for axes in taken:
            place = ZERO
            for i in axes:
                place = place * new[i] + places[i]
            made.append(place)
        return tuple(made)

    return split


VIEWS: Mapping[str, View] = {
    "broadcast_to": _broadcast,
    "flip": _flip,
    "index": _index,
    "reshape": _reshape,
    "transpose": _transpose,
    "windows": _windows,
}
"""By the operation's name."""
