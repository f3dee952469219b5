"""Reports beside the explanation: a whole Jacobian or Hessian, a directional derivative, and what each way costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gradviz.explanation.data.values import Entry, Math, Remark, Shape, Value


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that a formula uses, and what it stands for."""

    name: Math
    expression: Math


@dataclass(frozen=True, slots=True)
class MatrixPicture:
    """A matrix scaled down to cells, each standing for the entries that fall into it.

    Args:
        shares: row by row, the share of the entries in a cell that can differ from zero, 0 to 1.
        values: at the point, the entry of largest magnitude in each cell; None without a point.
    """

    shares: tuple[tuple[float, ...], ...]
    values: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Curvature:
    """What a Hessian says of the function at a point.

    Args:
        definiteness: "positive definite", "positive semidefinite", "indefinite", …
        says: a sentence: "every direction curves upwards: a strict local minimum if the gradient is zero".
        lowest, highest: the extreme eigenvalues.
        condition: the ratio of the largest to the smallest absolute eigenvalue; infinity for a singular matrix, None
            for the zero matrix.
    """

    definiteness: str
    says: str
    lowest: float
    highest: float
    condition: float | None


@dataclass(frozen=True, slots=True)
class Labels:
    """Names as people read them: λ for lambda.

    Args:
        known: names as mathematics; any other name stands as it is.
    """

    known: Mapping[str, Math] = field(default_factory=dict)

    def of(self, name: str) -> Math:
        """A name as mathematics."""
        return self.known.get(name) or _plain(name)

    def unicode(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names as text."""
        return tuple(self.of(name).unicode for name in names)

    def spelled(self, values: Mapping[str, Value | None] | None) -> dict[str, Value | None]:
        """Values by name, the names as text."""
        return {self.of(name).unicode: value for name, value in (values or {}).items()}

    def typeset(self, values: Mapping[str, Value | None] | None) -> dict[str, Value | None]:
        """Values by name, the names in LaTeX."""
        return {self.of(name).latex: value for name, value in (values or {}).items()}


def _plain(name: str) -> Math:
    """A name of which nothing else is known."""
    escaped = name.replace("_", r"\_")
    latex = name if len(name) == 1 else rf"\text{{{escaped}}}"
    return Math(name, name, latex)


@dataclass(frozen=True, slots=True)
class MatrixReport:
    """A Jacobian, or a Hessian (the Jacobian of the gradient).

    Args:
        kind: which of the two.
        source: the program as written.
        title: `q = W x`.
        symbol: `∂q/∂x`, `∂²f/∂x²`.
        of: the name of what is differentiated.
        wrt: the names by which, in order; columns (a Hessian's rows too) are their entries one after the other.
        structure: its kind: "diagonal", "Kronecker", …
        structure_says: one sentence on what that means here.
        rows, columns: its size.
        row_shape, column_shapes: the shapes whose entries they are; of a Hessian the row shape is `(columns,)`.
        row_labels, column_labels: what each row and column stands for (`q[0]`, `W[0,1]`); empty beyond 36.
        nonzeros: how many entries can differ from zero.
        dense_bytes: what a dense array of it would take (float64).
        stored_bytes: what its numbers take as they are kept; None where nothing is kept (products only).
        found: one sentence on how it was found: "by composing the structures of 3 operations", "by 3 passes, not 1000".
        passes: forward or reverse passes that were made for the numbers.
        formula: in matrix form (`diag(1 − y²) W`, `2 Aᵀ A`); None where there is none.
        where: what the names in `formula` stand for.
        entries: the symbolic entries of a small one, those that are not identically zero.
        value: all entries of a small one at the point.
        picture: None where a size is 0.
        curvature: of a Hessian at a point that is small enough to take apart.
        inputs: values by input name, None where missing.
        missing: inputs without a value.
        remarks: notes, assumptions, warnings.
        labels: names as mathematics, where they are read otherwise than written (λ for lambda).
    """

    kind: Literal["Jacobian", "Hessian"]
    source: str
    title: Math
    symbol: Math
    of: str
    wrt: tuple[str, ...]
    structure: str
    structure_says: str
    rows: int
    columns: int
    row_shape: Shape
    column_shapes: tuple[Shape, ...]
    row_labels: tuple[Math, ...]
    column_labels: tuple[Math, ...]
    nonzeros: int
    dense_bytes: int
    stored_bytes: int | None
    found: str
    passes: int
    formula: Math | None
    where: tuple[Definition, ...]
    entries: tuple[Entry, ...]
    value: Value | None
    picture: MatrixPicture | None
    curvature: Curvature | None = None
    inputs: Mapping[str, Value | None] | None = None
    missing: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    schema: int = 1
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class CostFacts:
    """What derivatives of one graph cost each way, in scalar operations counted on the graph itself.

    Args:
        inputs, outputs: entries of what is differentiated by, and of what is differentiated.
        value: operations of one evaluation.
        tangent: operations of one forward-mode sweep beside it (one direction).
        cotangent: operations of one reverse sweep beside it (one upstream gradient).
        forward_mode: the whole Jacobian by forward sweeps: value + inputs × tangent.
        reverse_mode: by reverse sweeps: value + outputs × cotangent.
        numerical: by forward differences: (inputs + 1) × value.
        cheapest: which of the two modes is cheaper here, or "equal".
        says: sentences for people.
        seconds: measured, by "value", "tangent", "cotangent", "numerical"; None where nothing was measured.
    """

    inputs: int
    outputs: int
    value: int
    tangent: int
    cotangent: int
    forward_mode: int
    reverse_mode: int
    numerical: int
    cheapest: Literal["forward", "reverse", "equal"]
    says: tuple[str, ...]
    seconds: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class SweepStep:
    """One node's line in a forward or reverse sweep: `q = W x`, and `q̇ = Ẇ x + W ẋ`.

    Args:
        name: the node's, as mathematics.
        expression: the operation in its operands' names; None for inputs.
        value: the node's.
        rule: what carries the direction (or the upstream gradient) through it, in the graph's names; None for inputs.
        carried: the tangent (forward) or the gradient (reverse); None where it is not known, or nobody asked for it.
    """

    name: Math
    expression: Math | None
    value: Value | None
    rule: Math | None
    carried: Value | None


@dataclass(frozen=True, slots=True)
class SweepReport:
    """A directional derivative (`jvp`, forward mode) or a gradient pulled back (`vjp`, reverse mode), step by step.

    Args:
        kind: which of the two.
        source, title: the program, and `f = …` as mathematics.
        of: the output's name.
        given: the direction by input name, or the upstream gradient by the output's name.
        steps: in the order of the sweep.
        results: the tangent by the output's name, or the gradients by input name.
        formulas: their formulas, where there are any: `2 qᵀ W ẋ`.
        cost: what this way costs here, and what the others would.
        inputs, missing, remarks: as in an explanation.
        labels: names as mathematics, where they are read otherwise than written (λ for lambda).
    """

    kind: Literal["jvp", "vjp"]
    source: str
    title: Math
    of: str
    given: Mapping[str, Value]
    steps: tuple[SweepStep, ...]
    results: Mapping[str, Value | None]
    formulas: Mapping[str, Math]
    cost: CostFacts
    value: Value | None = None
    inputs: Mapping[str, Value | None] | None = None
    missing: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    schema: int = 1
    labels: Labels = Labels()
