"""NumPy that writes into memory which is there already: the function's body, and the memory that it works in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.passes.compiling.allocate import NOTHING, allocate
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.inplace.memory import MemoryWriter
from gradviz.passes.compiling.fuse import fuse
from gradviz.passes.compiling.schedule import schedule
from gradviz.passes.compiling.simplify import Plan
from gradviz.passes.templates import SCOPE

ALIGNED = 64
"""Bytes: blocks of memory begin where a cache line does."""


@dataclass(frozen=True, slots=True)
class Program:
    """A function that works in memory that it is given.

    Args:
        body: `(*memory, *inputs, *given arrays) -> (numbers…)`, one number for each target that has no array.
        memory: makes the arrays that the body works in. They hold nothing between calls, and serve one at a time.
        source: of both.
        blocks: the bytes of each block of memory.
    """

    body: Callable[..., tuple[Any, ...]]
    memory: Callable[[], tuple[Any, ...]]
    source: str
    blocks: tuple[int, ...]


def buffered(
    plan: Plan, inputs: Mapping[int, str], dtype: np.dtype[Any], given: Sequence[int], lent: Mapping[int, int] = NOTHING
) -> Program:
    """A plan as a function that writes what is wanted into arrays of the caller's.

    The arrays must share no memory with the arguments or each other, and be contiguous. Warnings about numbers outside
    a function's domain are the caller's to keep quiet.

    Args:
        plan: what is computed.
        inputs: the arguments in order, by position in the graph; each with a name that it should have if it can.
        dtype: of all arrays and numbers.
        given: the places in `plan.targets` of those that are written into arrays.
        lent: arguments that are written over, by position in the graph: by the targets at these places. What is neither
            given nor lent is a number, and is returned.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> from gradviz.passes.compiling.simplify import simplify
        >>> g = Graph()
        >>> x = g.input("x", (2,))
        >>> made = buffered(simplify(g, [(g.sin(x) * x).id]), {x.id: "x"}, np.dtype(float), [0])
        >>> out = np.empty(2)
        >>> made.body(*made.memory(), np.array([1.0, 2.0]), out), out.round(3).tolist()
        ((), [0.841, 1.819])
    """
    wanted = [plan.targets[place] for place in given]
    names = Identifiers()
    homeward = {i: plan.targets[place] for i, place in lent.items()}
    found = allocate(schedule(fuse(plan), largest=1), frozenset(wanted), dtype.itemsize, homeward)
    writer = MemoryWriter(found, names, dtype)
    head, ground = names.take("fn"), names.take("memory")
    parameters = {i: names.take(name) for i, name in inputs.items()}
    outs = [names.take(f"out_{place + 1}") for place in range(len(wanted))]
    writer.begin(parameters)
    for i, out in zip(wanted, outs, strict=True):
        if i in found.given:
            writer.targets.setdefault(i, out)
    for step in found.schedule.statements:
        writer.write(step)
    for i, out in zip(wanted, outs, strict=True):
        writer.store(i, out)
    writer.bring_home(homeward, parameters)
    settled = {*given, *lent.values()}
    numbers = [writer.number(i) for place, i in enumerate(plan.targets) if place not in settled]
    body = _body(head, (*writer.memory, *parameters.values(), *outs), writer.lines, numbers)
    text = f"{body}\n\n{writer.memory_source(ground)}"
    space = {**SCOPE, **writer.constants, "block": _block}
    exec(compile(text, "<gradviz>", "exec"), space)
    return Program(space[head], space[ground], text, found.blocks)


def _body(name: str, parameters: Sequence[str], lines: Sequence[str], numbers: Sequence[str]) -> str:
    answer = f"({', '.join(numbers)}{',' * (len(numbers) == 1)})"
    whole = [f"def {name}({', '.join(parameters)}):", *(f"    {line}" for line in lines), f"    return {answer}"]
    return "\n".join([*whole, ""])


def cut(memory: Sequence[Any], count: int) -> list[Any]:
    """A program's memory for the first so many of its points, where every array in it has one entry for each point."""
    return [array[:count] if array.ndim else array for array in memory]


def _block(count: int) -> Any:
    """So many bytes, from where a cache line begins."""
    whole = np.empty(count + ALIGNED, np.uint8)
    start = -whole.__array_interface__["data"][0] % ALIGNED
    return whole[start : start + count]
