"""Explanations as plain data: frozen, JSON-able, every formula already text and every array already numbers.

This is all that a renderer knows. It holds no graph, no NumPy, no SymPy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
Nested = float | list["Nested"]
"""A number, or lists of numbers nested as deep as the array has axes."""


@dataclass(frozen=True, slots=True)
class Math:
    """One formula in three notations.

    Args:
        text: ASCII that gradviz reads back, and SymPy too (functions that SymPy lacks are written out).
        unicode: for people and terminals: `x²·σ(u)`.
        latex: for typesetting, without delimiters; a minus after `=` is already `{-}`-safe.
    """

    text: str
    unicode: str
    latex: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What is shown of an array too large to print.

    Args:
        bins: means of up to 64 consecutive stretches.
        histogram: counts in equal classes from `low` to `high`.
        low, high: the range.
        zeros: the share of entries that are exactly zero, 0 to 1.
        finite: the share that is finite.
    """

    bins: tuple[float, ...]
    histogram: tuple[int, ...]
    low: float
    high: float
    zeros: float
    finite: float = 1.0


@dataclass(frozen=True, slots=True)
class Value:
    """A number or an array.

    Args:
        shape: `()` for a number.
        entries: all entries, row by row; one entry for a number.
        summary: present where there are more than 256 entries.
    """

    shape: Shape
    entries: tuple[float, ...]
    summary: Summary | None = None

    @property
    def number(self) -> float:
        """The number itself; for an array its only or first entry."""
        return self.entries[0]

    @property
    def magnitude(self) -> float:
        """The Euclidean norm, which a wire's width shows."""
        largest = max((abs(entry) for entry in self.entries), default=0.0)
        if largest in (0.0, float("inf")) or largest != largest:
            return largest
        return float(largest * sum((entry / largest) ** 2 for entry in self.entries) ** 0.5)

    def nested(self) -> Nested:
        """The entries as nested lists; a plain number for a scalar.

        Example:
            >>> Value((2, 2), (1.0, 2.0, 3.0, 4.0)).nested()
            [[1.0, 2.0], [3.0, 4.0]]
        """
        level: list[Nested] = list(self.entries)
        for axis in range(len(self.shape) - 1, -1, -1):
            size, rows = self.shape[axis], math.prod(self.shape[:axis])
            level = [level[i * size : (i + 1) * size] for i in range(rows)]
        return level[0]


@dataclass(frozen=True, slots=True)
class Curve:
    """A function gate's curve, in the unit square, y upwards.

    Args:
        points: runs of (x, y), one per unbroken piece.
        axis_x, axis_y: where y = 0 and x = 0 lie, if inside.
        point: the operating point, if there is a scalar value.
        slope: of the tangent there, in the square's units; None at a kink or without a value.
        kink: whether the operating point is a kink.
    """

    points: tuple[tuple[tuple[float, float], ...], ...]
    axis_x: float | None = None
    axis_y: float | None = None
    point: tuple[float, float] | None = None
    slope: float | None = None
    kink: bool = False


@dataclass(frozen=True, slots=True)
class Glyph:
    """What stands for a node: an input's pin, a circle with a sign, a square with a curve, or a box with a formula."""

    kind: Literal["pin", "circle", "curve", "box"]
    latex: str = ""
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that belongs to a node or to the whole: a kink, a tie, a note on how the text was read."""

    kind: Literal["kink", "note", "assumption", "warning"]
    text: str


@dataclass(frozen=True, slots=True)
class JacobianFacts:
    """The local Jacobian of an array edge, which is never formed.

    Args:
        structure: its kind: "diagonal", "Kronecker", …
        rows, columns: its size (entries of the output by entries of the operand).
        nonzeros: how many entries can differ from zero.
        pattern: a small picture of it, rows of 0 and 1; schematic where the real one is larger.
    """

    structure: str
    rows: int
    columns: int
    nonzeros: int
    pattern: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """Everything known of one node.

    Args:
        id: unique; the name where it is a plain identifier.
        name: the user's, or a short one made up.
        label: the name as mathematics.
        op: the operation's name in the table; "input" for inputs.
        caption: the word above the glyph: the gate's verb, else the function's name ("" for inputs).
        is_gate: the caption is a gate's verb (drawn in the gradient's colour), not a function's name.
        expression: the operation in its operands' names (`x + y`); None for inputs.
        value, gradient: None where there are no values, or where no gradient was asked for.
        formula: the gradient of the output by this node in the inputs alone, verified; None where none is shown.
        named: the same in terms of the graph's own names, short (`z`, `q`); None where none is shown.
        ledger: positions in `edges` of the contributions that sum to the gradient, in order.
        letters: the shape as written, where letters stand for sizes ("N×d"); else "".
        symbol: `∂f/∂q` as mathematics.
        sentence: what the gate does to the gradient, or what the function's slope is; "" for inputs.
        sum_sentence: at a fan-out, the contributions and their sum in words; else "".
    """

    id: str
    name: str
    label: Math
    op: str
    caption: str
    is_gate: bool
    glyph: Glyph
    expression: Math | None
    shape: Shape
    value: Value | None
    gradient: Value | None
    formula: Math | None
    named: Math | None
    ledger: tuple[int, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_input: bool = False
    is_output: bool = False
    letters: str = ""
    symbol: Math | None = None
    sentence: str = ""
    sum_sentence: str = ""


@dataclass(frozen=True, slots=True)
class EdgeFacts:
    """One operand's way into an operation, with the four facts.

    Args:
        source, target: node ids.
        slot: the operand's place, from 0.
        copy: 1, 2, … where the same source enters the target more than once, else 0.
        active: whether a gradient comes back along it (asked for, and differentiable).
        symbol: `∂q/∂x` as mathematics (with x⁽¹⁾ for copies).
        upstream: the gradient of the output by the target.
        local_formula: the local derivative in the graph's names; None for edges that are no elementwise operation.
        local_value: its value(s), in the target's shape; None where the Jacobian is not elementwise.
        jacobian: for arrays; None between scalars.
        contribution: upstream × local.
        rule: for arrays that are not elementwise, the contribution in words or a formula (`outer(g, x)`), else None.
        verb: the gate's word ("swaps", "distributes", "" where there is none).
    """

    source: str
    target: str
    slot: int
    copy: int
    active: bool
    symbol: Math
    upstream: Value | None
    local_formula: Math | None
    local_value: Value | None
    jacobian: JacobianFacts | None
    contribution: Value | None
    rule: Math | None
    verb: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The gradient's formula at one entry of a small array input: `∂f/∂W[0,1]`."""

    index: tuple[int, ...]
    formula: Math


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain rule written out along one input's contributions: `∂f/∂q · ∂q/∂x = z · 1`.

    One term per contribution: the two factors as symbols, and as formulas.
    """

    symbols: Math
    factors: Math


@dataclass(frozen=True, slots=True)
class GradientFacts:
    """The gradient of the output by one input.

    Args:
        name: the input's.
        symbol: `∂f/∂x` as mathematics.
        formula: in the inputs alone; nested brackets for small arrays (`[[2*x[0], …], …]`); None where none is shown.
        entries: the entries of an array's formula, empty for scalars and large arrays.
        chain: by the graph's own names; None where there is none.
        value: None without values.
        shape: of the input, and so of the gradient.
    """

    name: str
    symbol: Math
    formula: Math | None
    entries: tuple[Entry, ...]
    chain: Chain | None
    value: Value | None
    shape: Shape

    @property
    def latex(self) -> str:
        """The formula in LaTeX ("" where none is shown)."""
        return self.formula.latex if self.formula else ""


@dataclass(frozen=True, slots=True)
class ExplanationData:
    """The whole explanation of one output.

    Args:
        source: the program as written.
        title: the output and its expression, `f = (x + y)·z`, as mathematics (definitions inlined while that is short).
        output: the output's name; `output_id` its node.
        inputs: values by input name, None where missing.
        nodes: in topological order, without constants (they are part of the expressions and glyphs).
        edges: in the order of the nodes' operands; from inputs and operations only.
        gradients: by input name, in the order asked for.
        value: of the output.
        upstream: the seed, and whether the user gave it.
        missing: inputs without a value.
        remarks: on how the text was read, assumptions, kinks.
        numerator: what the gradients are of, as mathematics: the output's name, or `L` where an upstream gradient was
            given (it is the gradient of something further on).
    """

    source: str
    title: Math
    output: str
    output_id: str
    inputs: Mapping[str, Value | None]
    nodes: tuple[NodeFacts, ...]
    edges: tuple[EdgeFacts, ...]
    gradients: Mapping[str, GradientFacts]
    value: Value | None
    upstream: Value | None
    upstream_given: bool = False
    missing: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    schema: int = 1
    numerator: Math | None = None

    def node(self, id: str) -> NodeFacts:
        """The node of that id.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(id)

    def incoming(self, id: str) -> tuple[EdgeFacts, ...]:
        """The edges into a node, by slot."""
        return tuple(edge for edge in self.edges if edge.target == id)
