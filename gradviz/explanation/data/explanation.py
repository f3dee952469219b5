"""One output explained: nodes, edges with their four facts, gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gradviz.explanation.data.network import GradientFlow, GroupFacts, Neurons
    from gradviz.explanation.data.reports import Definition, MatrixReport
    from gradviz.explanation.data.values import Entry, Math, Remark, Shape, Value
    from gradviz.explanation.data.why import Why

NodeMark = Literal["", "wrong", "right", "follows"]
"""What a judged answer says of a node."""


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
class JacobianFacts:
    """The local Jacobian of an array edge, which is never formed.

    Args:
        structure: its kind: "diagonal", "Kronecker", …
        rows, columns: its size (entries of the output by entries of the operand).
        nonzeros: how many entries can differ from zero.
        pattern: a small picture of it, rows of 0 and 1; schematic where the real one is larger.
        letters: its size in letters ("N×(N·d)"), where nothing gives them a size: `rows` and so on are examples then.
    """

    structure: str
    rows: int
    columns: int
    nonzeros: int
    pattern: tuple[tuple[int, ...], ...]
    letters: str = ""

    @property
    def size(self) -> str:
        """Its size in words: `2×4`, or in letters."""
        return self.letters or f"{self.rows}×{self.columns}"


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
        group: the id of the innermost group that it lies in; "" for none.
        mark: what a judged answer says of it: the step at it is "wrong", or "right", or "follows" correctly from
            something that is wrong; "" where nothing was judged.
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
    group: str = ""
    mark: NodeMark = ""


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
        rule: for arrays that are not elementwise, the contribution in words or a formula (`outer(g, x)`); for
            elementwise ones the same where no value is known (`∂f/∂q ∘ w`); else None.
        verb: the gate's word ("swaps", "distributes", "" where there is none).
        why: why the contribution is made as it is: of matrix products and of broadcasts; None elsewhere.
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
    why: Why | None = None


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
        formula: in the inputs alone: of an array in matrix form (`2 (W x) xᵀ`), else, where it is small, as nested
            brackets (`[[2*x[0], …], …]`); None where none is shown.
        entries: the entries of a small array's formula, where it has no matrix form or it is small enough to add them.
        chain: by the graph's own names; None where there is none.
        value: None without values.
        shape: of the input, and so of the gradient.
        named: of an array, its matrix form by the names of intermediates (`2 r xᵀ`), where that is shorter.
        where: what those names stand for.
        by_index: why there is no matrix form, in a sentence; "" where there is one, and for scalars.
        bracketed: whether `formula` is nothing but `entries` in brackets.
        untold: why there is neither a formula nor a form by names; "" where there is one.
    """

    name: str
    symbol: Math
    formula: Math | None
    entries: tuple[Entry, ...]
    chain: Chain | None
    value: Value | None
    shape: Shape
    named: Math | None = None
    where: tuple[Definition, ...] = ()
    by_index: str = ""
    bracketed: bool = False
    untold: str = ""

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
        second: the Hessian by the inputs asked for, where the second order was asked for.
        groups: layers, losses and other groups of nodes, an outer one before those inside it.
        neurons: the classic picture of a small network of dense layers.
        flow: how the gradient flows through the layers, where there are at least two.
        hidden: the inputs within closed groups, which are no nodes, by name.
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
    second: MatrixReport | None = None
    groups: tuple[GroupFacts, ...] = ()
    neurons: Neurons | None = None
    flow: GradientFlow | None = None
    hidden: Mapping[str, Math] = field(default_factory=dict)

    def node(self, id: str) -> NodeFacts:
        """The node of that id.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(id)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What names in the gradients' formulas stand for that no node bears, such as δ1; each once."""
        borne = {node.label.latex for node in self.nodes}
        found = {made.name.latex: made for facts in self.gradients.values() if facts.named for made in facts.where}
        return tuple(made for name, made in found.items() if name not in borne)

    def incoming(self, id: str) -> tuple[EdgeFacts, ...]:
        """The edges into a node, by slot."""
        return tuple(edge for edge in self.edges if edge.target == id)
