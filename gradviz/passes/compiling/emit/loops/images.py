"""Kernels slid over images: loops over places, and inside them over what lies under the kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from gradviz.ops.images import pair
from gradviz.passes.compiling.emit.expressions.tree import Expression, Infix, Place, Whole
from gradviz.passes.compiling.emit.loops.block import NOTHING, Block, Target, times, whole
from gradviz.passes.compiling.emit.loops.value import Value
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import Shape


@dataclass(frozen=True, slots=True)
class Grid:
    """Where windows lie on an image: `row·down + i − top` is the image's row under the window's row i."""

    stride: tuple[int, int]
    padding: tuple[int, int]
    image: Shape

    @contextmanager
    def under(self, block: Block, row: Place, column: Place, i: Place, j: Place) -> Iterator[tuple[Place, Place]]:
        """The image's row and column there; nothing is done where they lie in the padding."""
        places = row * self.stride[0] + i + -self.padding[0], column * self.stride[1] + j + -self.padding[1]
        if not any(self.padding):
            yield places
            return
        down, across = (block.whole(name, Whole(at)) for name, at in zip(("row", "column"), places, strict=True))
        with block.where(Infix("and", _within(down, self.image[0]), _within(across, self.image[1]))):
            yield down, across


def _within(place: Place, n: int) -> Expression:
    return Infix("and", Infix(">=", Whole(place), whole(0)), Infix("<", Whole(place), whole(n)))


def _grid(step: Step, image: Shape) -> Grid:
    settings = dict(step.settings)
    return Grid(pair(settings["stride"], "stride"), pair(settings["padding"], "padding", 0), image[-2:])


def correlate(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """For each place the inner product of a kernel with what lies under it."""
    (x, w), block = operands, target.block
    grid = _grid(step, x.shape)
    with block.loops(step.shape) as places, target.running(places, "sum", NOTHING) as total:
        *lead, out, row, column = places
        with block.loops(w.shape[1:]) as (channel, i, j), grid.under(block, row, column, i, j) as under:
            block.change(total, "+=", times([x.at((*lead, channel, *under)), w.at((out, channel, i, j))]))


def correlate_transpose(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Each entry lays down its kernel where its window was."""
    (g, w), block = operands, target.block
    grid = _grid(step, step.shape)
    target.clear()
    with block.loops(g.shape) as places:
        *lead, out, row, column = places
        with block.loops(w.shape[1:]) as (channel, i, j), grid.under(block, row, column, i, j) as under:
            target.put((*lead, channel, *under), times([g.at(places), w.at((out, channel, i, j))]), "+=")


def correlate_kernel(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """What lay under each entry of a kernel, weighted by what came of it."""
    (x, g), block = operands, target.block
    grid = _grid(step, x.shape)
    with (
        block.loops(step.shape) as (out, channel, i, j),
        target.running((out, channel, i, j), "sum", NOTHING) as total,
        block.loops((*g.shape[:-3], *g.shape[-2:])) as seen,
    ):
        *lead, row, column = seen
        with grid.under(block, row, column, i, j) as under:
            block.change(total, "+=", times([x.at((*lead, channel, *under)), g.at((*lead, out, row, column))]))
