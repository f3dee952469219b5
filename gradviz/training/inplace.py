"""An optimiser's lines as one function that updates arrays where they lie.

The lines are a graph of a few operations. Those that depend on numbers alone (1 − β₁ᵗ) are worked out as floats; every
other one is a ufunc that writes into an array which nobody needs any more, or into a scratch array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import InternalError
from gradviz.passes.compiling.simplify import Plan, Step, simplify
from gradviz.passes.templates import SCOPE, number_literal, scalar_expression
from gradviz.training.rules import built_rule, lines, program_of, rule_options, states_of
from gradviz.training.settings import Resolved

UFUNCS = {"add": "np.add", "sub": "np.subtract", "mul": "np.multiply", "div": "np.divide", "pow": "np.power"}
UFUNCS |= {"sqrt": "np.sqrt", "neg": "np.negative", "minimum": "np.minimum", "maximum": "np.maximum"}
"""The operations that a rule may use on arrays; a row that needs another one adds its ufunc here."""

BLOCK = 16384
"""Entries that are updated at once: all arrays of a block together fit a core's second-level cache."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Update:
    """A compiled rule.

    Args:
        function: `(w, g, *states, *scratch, eta, t, norm)`, all arrays flat and of one length; it writes the new
            parameters and states into `w` and `states`, and leaves `g` as it is.
        states: the states' names.
        scratch: how many scratch arrays it wants.
        source: of the function.
    """

    function: Callable[..., None]
    states: tuple[str, ...]
    scratch: int
    source: str


def update_of(settings: Resolved) -> Update:
    """The rule for these settings, compiled."""
    built = built_rule(program_of(lines(settings)))
    states = states_of(settings)
    targets = {"w": built.graph.names["w1"], **{state: built.graph.names[f"{state}1"] for state in states}}
    made = simplify(built.graph, list(targets.values()))
    places = {i: name for name, i in built.graph.inputs.items() if name in ("w", "g", *states)}
    numbers = {i: _number(name, rule_options(settings)) for name, i in built.graph.inputs.items() if i not in places}
    writer = _Writer(made, dict(places), numbers, dict(zip(targets, made.targets, strict=True)))
    body = writer.write()
    scratch = [f"s{i}" for i in range(writer.scratch)]
    head = ", ".join(["w", "g", *(f"state_{state}" for state in states), *scratch, "eta", "t", "norm"])
    source = f"def update({head}):\n" + "".join(f"    {line}\n" for line in body)
    space: dict[str, Any] = dict(SCOPE)
    exec(compile(source, "<gradviz update>", "exec"), space)
    return Update(space["update"], states, writer.scratch, source)


def _number(name: str, options: Mapping[str, float]) -> str:
    return number_literal(float(options[name])) if name in options else name


@dataclass(slots=True)
class _Writer:
    """Writes a rule's steps; `arrays` says in which array each value lies, `numbers` the text of each float."""

    plan: Plan
    places: dict[int, str]
    numbers: dict[int, str]
    targets: dict[str, int]
    scratch: int = 0
    free: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def write(self) -> list[str]:
        """All lines."""
        self.places = {i: _array_name(name) for i, name in self.places.items()}
        self.numbers |= {i: number_literal(float(value)) for i, value in self.plan.constants.items()}
        last = self._last_uses()
        for place, step in enumerate(self.plan.steps):
            if any(operand in self.places for operand in step.operands):
                self._array_step(place, step, last)
            else:
                self._number_step(step)
        self._bring_home()
        return self.body

    def _last_uses(self) -> dict[int, int]:
        """The place of the step that reads a value last; targets are needed beyond the end, and so is the gradient."""
        last = {operand: place for place, step in enumerate(self.plan.steps) for operand in step.operands}
        last |= dict.fromkeys(self.targets.values(), len(self.plan.steps))
        return last | {i: len(self.plan.steps) for i, name in self.places.items() if name == "g"}

    def _number_step(self, step: Step) -> None:
        operands = [self.numbers[operand] for operand in step.operands]
        name = f"n{step.id}"
        self.body.append(f"{name} = {scalar_expression(step.op, operands, step.settings)}")
        self.numbers[step.id] = name

    def _array_step(self, place: int, step: Step, last: Mapping[int, int]) -> None:
        function, operands = self._call(step)
        dying = [i for i in dict.fromkeys(step.operands) if i in self.places and last[i] <= place]
        homes = [self.places[i] for i in dying]
        # An array of the caller's is taken before a scratch one: a state's new value then lies where it belongs.
        own = [name for name in homes if not name.startswith("s")] or [n for n in homes if n.startswith("state_")]
        out = (own or homes or [self._fresh()])[0]
        self.body.append(f"{function}({', '.join(operands)}, out={out})")
        for i in dying:
            name = self.places.pop(i)
            if name != out:
                self.free.append(name)
        self.places[step.id] = out

    def _call(self, step: Step) -> tuple[str, list[str]]:
        operands = [self.places.get(i) or self.numbers[i] for i in step.operands]
        if step.op.name == "pow" and self.plan.constants.get(step.operands[1]) == 2.0:
            return "np.multiply", [operands[0], operands[0]]
        if step.op.name not in UFUNCS:
            raise InternalError(f"a rule uses {step.op.name}, which has no ufunc")
        return UFUNCS[step.op.name], operands

    def _fresh(self) -> str:
        if self.free:
            return self.free.pop()
        self.scratch += 1
        return f"s{self.scratch - 1}"

    def _bring_home(self) -> None:
        """New values into the arrays of the old ones; values that lie in each other's homes step aside first."""
        homes = {name: _array_name(name) for name in self.targets}
        moves = {homes[name]: self.places[i] for name, i in self.targets.items() if self.places[i] != homes[name]}
        for home, lies in dict(moves).items():
            if lies in moves:
                aside = self._fresh()
                self.body.append(f"np.copyto({aside}, {lies})")
                moves[home] = aside
        self.body += [f"np.copyto({home}, {lies})" for home, lies in moves.items()]


def _array_name(name: str) -> str:
    return name if name in ("w", "g") else f"state_{name}"


class FlatUpdate:
    """A compiled rule with its scratch arrays, over flat parameters of any length.

    Args:
        settings: the optimiser.
        entries: of all parameters together.
        dtype: of the arrays.
    """

    __slots__ = ("_blocks", "_function", "states", "values")

    def __init__(self, settings: Resolved, entries: int, dtype: np.dtype[Any]) -> None:
        made = update_of(settings)
        self._function = made.function
        self.states = made.states
        self.values: dict[str, Array] = {state: np.zeros(entries, dtype) for state in made.states}
        size = min(entries, BLOCK)
        scratch = [np.empty(size, dtype) for _ in range(made.scratch)]
        self._blocks = [
            (
                slice(start, min(start + size, entries)),
                [values[start : start + size] for values in self.values.values()],
                [array[: min(size, entries - start)] for array in scratch],
            )
            for start in range(0, entries, max(size, 1))
        ]

    def __call__(self, w: Array, g: Array, eta: float, t: int, norm: float) -> None:
        """One update of all parameters, in place."""
        function = self._function
        for block, states, scratch in self._blocks:
            function(w[block], g[block], *states, *scratch, eta, t, norm)
