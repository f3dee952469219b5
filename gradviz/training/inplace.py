"""An optimiser's lines as one function that updates arrays where they lie.

The lines are a graph of a few operations, compiled as every graph of arrays is (`passes/compiling`): the arguments `w`
and the states lend their memory to their own new values. What depends on numbers alone (1 − β₁ᵗ) is worked out as a
float.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.ops.table import OPS
from gradviz.passes.compiling.emit.inplace.buffers import Program, buffered, cut
from gradviz.passes.compiling.memory.bench import Bench
from gradviz.passes.compiling.simplify import Plan, Step, simplify
from gradviz.passes.templates import scalar_function
from gradviz.training.rules import built_rule, lines, program_of, rule_options, states_of
from gradviz.training.settings import Resolved

BLOCK = 16384
"""Entries that are updated at once: all arrays of a block together fit a core's second-level cache."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Update:
    """A compiled rule.

    Args:
        program: `(*memory, g, *states, w, eta, t, norm)`, all arrays flat and of one length; it writes the new
            parameters and states into `w` and `states`, and leaves `g` as it is.
        states: the states' names.
    """

    program: Program
    states: tuple[str, ...]


def update_of(settings: Resolved, entries: int, dtype: np.dtype[Any]) -> Update:
    """The rule for these settings, compiled for so many entries or fewer."""
    states = states_of(settings)
    arrays = ("g", *states, "w")
    built = built_rule(program_of(lines(settings)), tuple((name, (entries,)) for name in arrays))
    names = built.graph.names
    places = [names[f"{name}1"] for name in ("w", *states)]
    options = {names[name]: float(value) for name, value in rule_options(settings).items() if name in names}
    made = _scaled_once(_with_numbers(simplify(built.graph, places), options))
    # A rule may name neither t nor the norm; they are arguments all the same.
    inputs = {names.get(name, -1 - at): name for at, name in enumerate((*arrays, "eta", "t", "norm"))}
    lent = {names[name]: at for at, name in enumerate(("w", *states))}
    return Update(buffered(made, inputs, dtype, (), lent), states)


def _with_numbers(plan: Plan, values: Mapping[int, float]) -> Plan:
    """A plan in which some inputs are numbers that are known: what depends on them alone is worked out."""
    constants: dict[int, Any] = {**plan.constants, **values}
    steps = []
    for step in plan.steps:
        if step.shape or not all(isinstance(constants.get(i), float) for i in step.operands):
            steps.append(step)
            continue
        function = scalar_function(step.op.name, len(step.operands), step.settings)
        constants[step.id] = float(function(*(constants[i] for i in step.operands)))
    return replace(plan, steps=tuple(steps), constants=constants)


def _scaled_once(plan: Plan) -> Plan:
    """A plan in which arrays are multiplied by the reciprocals of numbers, and by all numbers that follow at once.

    The numbers of a rule are near 1 (1 − β₁ᵗ), so that no reciprocal leaves the range of floats.
    """
    bench = Bench(plan)
    factors: dict[int, tuple[int, int]] = {}
    for step in plan.steps:
        scaled = _factor(bench, step)
        if scaled is None:
            bench.keep(step)
            continue
        array, factor = scaled
        if array in factors:
            array, before = factors[array]
            factor = bench.make(OPS["mul"], (factor, before), ())
        factors[step.id] = array, factor
        bench.keep(Step(step.id, OPS["mul"], (factor, array), (), step.shape))
    return replace(plan, steps=tuple(bench.made.values()), constants=bench.constants, shapes=bench.shapes)


def _factor(bench: Bench, step: Step) -> tuple[int, int] | None:
    """A step as an array times a number."""
    if step.op.name not in ("mul", "div"):
        return None
    array, number = step.operands
    if step.op.name == "mul" and not bench.shape(array):
        array, number = number, array
    if bench.shape(number) or not bench.shape(array):
        return None
    if step.op.name == "mul":
        return array, number
    return array, bench.make(OPS["div"], (bench.number(1.0), number), ())


class FlatUpdate:
    """A compiled rule with its states and scratch arrays, over the flat gradient of all parameters.

    Args:
        settings: the optimiser.
        g: the gradient; it is read at each update.
        cuts: where the parameters may lie in pieces of memory, in order: the first entry of each piece.
    """

    __slots__ = ("_pieces", "states", "values")

    def __init__(self, settings: Resolved, g: Array, cuts: Sequence[int] = (0,)) -> None:
        made = update_of(settings, max(1, min(g.size, BLOCK)), g.dtype)
        self.states = made.states
        self.values: dict[str, Array] = {state: np.zeros(g.size, g.dtype) for state in made.states}
        memory, arrays = made.program.memory(), [g, *self.values.values()]

        def at(start: int, end: int) -> Any:
            return partial(made.program.body, *cut(memory, end - start), *(array[start:end] for array in arrays))

        self._pieces = [
            [(slice(start - first, end - first), at(start, end)) for start, end in _blocks(first, after)]
            for first, after in pairwise([*cuts, g.size])
        ]

    def __call__(self, pieces: Iterable[Array], eta: float, t: int, norm: float) -> None:
        """One update of all parameters, in place.

        Args:
            pieces: the parameters' memory, flat, cut as was said.
            eta: the rate.
            t: the update's number, from 1 on.
            norm: the gradient's.
        """
        for w, blocks in zip(pieces, self._pieces, strict=True):
            for block, update in blocks:
                update(w[block], eta, t, norm)


def _blocks(first: int, after: int) -> list[tuple[int, int]]:
    return [(start, min(start + BLOCK, after)) for start in range(first, after, BLOCK)]
