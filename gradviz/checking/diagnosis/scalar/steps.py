"""A derivation: the steps by which a person differentiates an expression, each on earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Protocol

from gradviz.ops.op import Attribute, Op
from gradviz.ops.table import OPS

Kind = Literal[
    "variable", "dependent", "constant", "minus", "multiple", "sum", "difference", "product", "quotient", "power",
    "exponential", "tower", "function", "operation",
]  # fmt: skip
"""In implicit problems y is dependent: it varies with x. `c·u` is a multiple, `uᶜ` a power, `cᵘ` an exponential, `uᵛ` a
tower, `g(u)` with one operand that varies a function; whatever else is an operation."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a constant: a node of the graph, or a number; perhaps under the fraction bar."""

    node: int | None = None
    number: Fraction = Fraction(1)
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation.

    Args:
        kind: see `Kind`.
        place: the node of the graph to which it belongs.
        parts: the steps that it works on.
        constant: the factors of the coefficient, exponent or base; of a constant its own node.
        op, settings: of a function or operation.
        operands: of a function, its operands, the one that varies as None; the others are nodes.
        negative: of a power, whether its exponent is a negative number.
    """

    kind: Kind
    place: int
    parts: tuple[int, ...] = ()
    constant: tuple[Factor, ...] = ()
    op: Op | None = None
    settings: tuple[tuple[str, Attribute], ...] = ()
    operands: tuple[int | None, ...] = ()
    negative: bool = False

    @property
    def slot(self) -> int:
        """The operand that varies, of a function."""
        return self.operands.index(None)


@dataclass(frozen=True, slots=True)
class Derivation:
    """Steps, each after those that it works on; the last one is the whole.

    Args:
        steps: in order.
        variable: the input by which is differentiated, as a node of the graph.
        reading: in which reading of the expression.
        penalty: how much less likely (in logarithms) a person reads it so.
    """

    steps: tuple[Step, ...]
    variable: int
    reading: str
    penalty: float


class Workshop(Protocol):
    """What combines terms: arrays over sample points, or nodes of a graph.

    `dependent` is the derivative of the variable that depends on the other: y′ in an implicit problem.
    """

    dependent: Any

    def at(self, node: int) -> Any:
        """The term of a node of the graph."""
        ...

    def constant(self, value: Any) -> Any:
        """A number as a term."""
        ...

    def apply(self, name: str, *operands: Any, **settings: Attribute) -> Any:
        """An operation on terms."""
        ...

    def by_rule(self, rule: Any, y: Any, operands: Any, fixed: Any, settings: Any) -> Any:
        """What a row's rule makes of terms."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """A value and its derivative."""

    value: Any
    slope: Any


@dataclass(frozen=True, slots=True)
class Here:
    """Where a rule is applied: a step, and the pairs of what it works on. `u` and `v` are the first two."""

    b: Workshop
    step: Step
    parts: tuple[Pair, ...]
    variable: Any
    wrong_outer: Any = None

    @property
    def u(self) -> Any:
        """The first part's value."""
        return self.parts[0].value

    @property
    def du(self) -> Any:
        """The first part's derivative."""
        return self.parts[0].slope

    @property
    def v(self) -> Any:
        """The second part's value."""
        return self.parts[1].value

    @property
    def dv(self) -> Any:
        """The second part's derivative."""
        return self.parts[1].slope

    @property
    def c(self) -> Any:
        """The constant: coefficient, exponent or base."""
        return self.constant()

    def constant(self, without: int | None = None) -> Any:
        """The constant, without one of its factors."""
        made: Any = None
        for i, factor in enumerate(self.step.constant):
            if i == without:
                continue
            term = self.b.constant(factor.number) if factor.node is None else self.b.at(factor.node)
            if made is None:
                made = 1 / term if factor.inverted else term
            else:
                made = made / term if factor.inverted else made * term
        return self.b.constant(1) if made is None else made

    def outer(self, u: Any) -> Any:
        """The value of a power, exponential or function at any operand."""
        match self.step.kind:
            case "power":
                return u**self.c
            case "exponential":
                return self.c**u
            case _:
                assert self.step.op is not None
                return self.b.apply(self.step.op.name, *self._operands(u), **dict(self.step.settings))

    def outer_slope(self, u: Any) -> Any:
        """Its derivative by the operand: the right one, unless a slip says otherwise."""
        if self.wrong_outer is not None:
            return self.wrong_outer(self, u)
        match self.step.kind:
            case "power":
                c = self.c
                return c * u ** (c - 1)
            case "exponential":
                c = self.c
                return c**u * self.b.apply("log", c)
            case _:
                assert self.step.op is not None
                return self.by_row(self.step.op.partial(self.step.slot), u)

    def by_row(self, rule: Any, u: Any) -> Any:
        """What a row's rule makes of the step with an operand `u`."""
        op = OPS["pow"] if self.step.op is None else self.step.op
        operands = self._operands(u)
        fixed = [operand is not u for operand in operands]
        return self.b.by_rule(rule, self.outer(u), operands, fixed, dict(self.step.settings)) if op else None

    def _operands(self, u: Any) -> list[Any]:
        match self.step.kind:
            case "power":
                return [u, self.c]
            case "exponential":
                return [self.c, u]
            case _:
                return [u if node is None else self.b.at(node) for node in self.step.operands]

    def fn(self, name: str, u: Any) -> Any:
        """A function of one operand."""
        return self.b.apply(name, u)


def right_step(here: Here) -> Pair:
    """The value and derivative of a step, as they should be."""
    match here.step.kind:
        case "variable":
            return Pair(here.variable, here.b.constant(1))
        case "dependent":
            return Pair(here.b.at(here.step.place), here.b.dependent)
        case "constant":
            return Pair(here.c, here.b.constant(0))
        case "minus":
            return Pair(-here.u, -here.du)
        case "multiple":
            c = here.c
            return Pair(c * here.u, c * here.du)
        case "sum":
            return Pair(here.u + here.v, here.du + here.dv)
        case "difference":
            return Pair(here.u - here.v, here.du - here.dv)
        case "product":
            return Pair(here.u * here.v, here.du * here.v + here.u * here.dv)
        case "quotient":
            return Pair(here.u / here.v, (here.du * here.v - here.u * here.dv) / here.v**2)
        case "tower":
            y = here.u**here.v
            return Pair(y, y * (here.dv * here.fn("log", here.u) + here.v * here.du / here.u))
        case "operation":
            return _operation(here)
        case _:
            return Pair(here.outer(here.u), here.outer_slope(here.u) * here.du)


def _operation(here: Here) -> Pair:
    slopes = [row_slope(here, slot, None) * part.slope for slot, part in enumerate(here.parts)]
    total = slopes[0]
    for slope in slopes[1:]:
        total = total + slope
    return Pair(operation_value(here), total)


def operation_value(here: Here) -> Any:
    """The value of an operation on all parts."""
    assert here.step.op is not None
    return here.b.apply(here.step.op.name, *(part.value for part in here.parts), **dict(here.step.settings))


def row_slope(here: Here, slot: int, rule: Any) -> Any:
    """The local derivative by one operand of an operation: by a rule, or the right one."""
    op = here.step.op
    assert op is not None
    chosen = op.partial(slot) if rule is None else rule
    operands = [part.value for part in here.parts]
    fixed = [False] * len(operands)
    return here.b.by_rule(chosen, operation_value(here), operands, fixed, dict(here.step.settings))
