"""Local derivatives written down once: what a row's partial does to scalars, as a few operations to be made again.

A partial is a Python function over the `Builder` protocol. On scalars it does the same at every node of its operation,
unless it asks whether an operand is a constant; so it is run once, on terms that only write down what is asked of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gradviz.errors import InternalError
from gradviz.graph.arithmetic import Arithmetic
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.graph.peephole import RULES, WAKES
from gradviz.ops.op import Attribute, Op, Rule
from gradviz.ops.table import OPS
from gradviz.shape import Shape

if TYPE_CHECKING:
    from gradviz.graph.rewriting import Settings


SIGNS, ANYTHING = frozenset({"constant", "neg"}), frozenset({"anything"})


class Step(NamedTuple):
    """One operation of a recipe.

    Args:
        op: its row; None for a constant.
        operands: places: the output of the node that is differentiated is 0, then its operands, then the steps so far.
        settings: of the operation.
        value: of the constant.
        stirring: the place of the operand that decides whether it may be simplified, where the other is a constant that
            does not do so by itself (`y` in `y²`); None: all of them.
    """

    op: Op | None
    operands: tuple[int, ...] = ()
    settings: Settings = ()
    value: Any = None
    stirring: int | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A local derivative as operations on scalars.

    Args:
        steps: in the order in which the rule asks for them.
        result: the place of the derivative.
        unit: whether it is the number one.
        turned: the operation that it is on the same operands, where that is all (cos of sin).
    """

    steps: tuple[Step, ...]
    result: int
    unit: bool = False
    turned: Op | None = None

    def follow(self, builder: Folder, node: int, operands: tuple[int, ...]) -> int:
        """The local derivative at a node: the same nodes as the rule itself would make."""
        if not self.steps:
            return operands[self.result - 1] if self.result else node
        if self.turned is not None:
            return builder.settle(self.turned, operands, (), ())
        places = [node, *operands]
        for op, wanted, settings, value, stirring in self.steps:
            if op is None:
                made = builder.fill(value, ())
            elif len(wanted) == 1:
                made = builder.settle(op, (places[wanted[0]],), settings, ())
            elif len(wanted) == 2:
                ids = (places[wanted[0]], places[wanted[1]])
                made = builder.settle(op, ids, settings, (), None if stirring is None else places[stirring])
            else:
                made = builder.settle(op, tuple([places[place] for place in wanted]), settings, ())
            places.append(made)
        return places[self.result]


@lru_cache(maxsize=1024)
def recipes(partials: tuple[Rule, ...], arity: int) -> tuple[Recipe | None, ...]:
    """The local derivatives of an operation without settings; None where one has to be asked at every node.

    Example:
        >>> slope, = recipes(OPS["sin"].partials, 1)
        >>> [step.op.name for step in slope.steps]
        ['cos']
    """
    return tuple([_written(rule, arity) for rule in partials])


def _written(rule: Rule, arity: int) -> Recipe | None:
    pen = _Pen(arity + 1)
    try:
        result = pen.place_of(rule(pen, *(_Place(pen, place) for place in range(arity + 1))))
    except _AsksMore:
        return None
    unit = [Step(None, value=1)] == pen.steps and result == arity + 1
    last = pen.steps[-1] if len(pen.steps) == 1 else None
    same = last is not None and last.operands == tuple(range(1, arity + 1)) and not last.settings
    return Recipe(tuple(pen.steps), result, unit, last.op if last is not None and same and result > arity else None)


class _AsksMore(Exception):
    """The rule asks what differs from node to node."""


@dataclass(slots=True, eq=False)
class _Place(Arithmetic):
    """A scalar term that is only written down."""

    pen: _Pen
    place: int

    @property
    def shape(self) -> Shape:
        """Of scalars."""
        return ()

    @property
    def fixed(self) -> bool:
        """Not known here."""
        raise _AsksMore

    def _apply(self, name: str, *operands: Any, **attributes: Any) -> _Place:
        return self.pen.apply(name, *operands, **attributes)


class _Pen:
    """A builder that writes down what it is asked for."""

    def __init__(self, leaves: int) -> None:
        self.leaves = leaves
        self.steps: list[Step] = []

    def constant(self, value: Any, shape: Shape = ()) -> _Place:
        """A constant."""
        if shape:
            raise _AsksMore
        return self._write(Step(None, value=value))

    def apply(self, name: str, *operands: Any, **attributes: Attribute) -> _Place:
        """An elementwise operation; what else there is may answer with an array."""
        op = OPS[name]
        places = tuple([self.place_of(operand) for operand in operands])
        if not op.elementwise:
            raise _AsksMore
        settings = tuple((p.name, attributes.get(p.name, p.default)) for p in op.parameters)
        if len(attributes) > len(settings):
            raise InternalError(f"a rule gives {name} the settings {sorted(attributes)}")
        return self._write(Step(op, places, settings, stirring=None if settings else self._stirring(op, places)))

    def _stirring(self, op: Op, places: tuple[int, ...]) -> int | None:
        """Asks the simplification about an input in the place of the operand that is not a constant.

        Only where it looks at nothing but numbers and signs, so that its answer is the same for all that are neither.
        """
        if len(places) != 2 or not WAKES.get(op.name, ANYTHING) <= SIGNS:
            return None
        graph = Graph()
        steps = [self.steps[place - self.leaves] if place >= self.leaves else None for place in places]
        values = [step.value if step is not None and step.op is None else None for step in steps]
        terms = [graph.input(f"x{k}") if value is None else graph.constant(value) for k, value in enumerate(values)]
        if values.count(None) != 1:
            return None
        if RULES[op.name](Folder(graph), (), (terms[0].id, terms[1].id), ()) is not None:
            return None
        return places[values.index(None)]

    def __getattr__(self, name: str) -> Callable[..., _Place]:
        if name.startswith("_") or name not in OPS:
            raise AttributeError(name)
        return lambda *operands, **attributes: self.apply(name, *operands, **attributes)

    def place_of(self, operand: Any) -> int:
        """The place of an operand; a number becomes a constant."""
        return operand.place if isinstance(operand, _Place) else self.constant(operand).place

    def _write(self, step: Step) -> _Place:
        self.steps.append(step)
        return _Place(self, self.leaves + len(self.steps) - 1)
