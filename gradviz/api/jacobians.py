"""Jacobians of whole programs: structured, multiplied without being formed, dense only when asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradviz.api import showing
from gradviz.api.first_values import Mode
from gradviz.api.inputs import Point, built_at, chosen, refuse_undefined
from gradviz.api.reporting import jacobian_facts, jacobian_form, kind_word
from gradviz.errors import NameProblem, ValueProblem, nearest

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from gradviz.explanation.data import Math, MatrixReport
    from gradviz.explanation.matrix_report import Form
    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.passes.jacobian import Found, Operator
    from gradviz.shape import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Jacobian:
    """The derivatives of every entry of an output by every entry of some inputs, by structure.

    Rows are the output's entries, columns those of the inputs one after the other, both in row-major order.

    Args:
        of: the output's name.
        wrt: the inputs' names, in the order of the columns.
        row_shape, column_shapes: the shapes whose entries the rows and columns are.
        result: the operator, and how it was found.
    """

    of: str
    wrt: tuple[str, ...]
    row_shape: Shape
    column_shapes: tuple[Shape, ...]
    result: Found
    _built: Built

    @property
    def operator(self) -> Operator:
        """The matrix by what it does."""
        return self.result.operator

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.operator.shape

    @property
    def column_shape(self) -> Shape:
        """The shape of the columns: the input's, or how many there are where there are several inputs."""
        return self.column_shapes[0] if len(self.column_shapes) == 1 else (self.shape[1],)

    @property
    def structure(self) -> str:
        """Its kind, such as "diagonal", "Kronecker", "selection", "sparse" or "dense", found without any number.

        A matrix of one row and one column is "zero" or "a number".
        """
        return kind_word(self.operator.structure, self.shape)

    @property
    def nnz(self) -> int:
        """How many entries can differ from zero."""
        return self.operator.nnz

    @property
    def passes(self) -> int:
        """The sweeps through the graph that its entries take; 0 where multiplying structures is enough."""
        return self.result.passes

    @property
    def found(self) -> str:
        """How it was found, in words."""
        return self.result.found

    @property
    def missing(self) -> tuple[str, ...]:
        """Inputs without a value that its entries depend on; with any, there is structure and no number."""
        return self.result.missing

    @property
    def dense_bytes(self) -> int:
        """What all of its entries would take."""
        return 8 * self.shape[0] * self.shape[1]

    @property
    def stored_bytes(self) -> int | None:
        """What is kept of it takes; None without numbers."""
        return None if self.missing else self.operator.stored_bytes

    def matvec(self, vector: Any) -> NDArray[np.float64]:
        """J v: how the output moves when the inputs move by `vector`; flat. The matrix is not formed.

        Args:
            vector: flat, or in the input's shape.

        Raises:
            ValueProblem: it has another length, or an input has no value.
        """
        return self._numbers().matvec(vector)

    def rmatvec(self, vector: Any) -> NDArray[np.float64]:
        """Jᵀ u: an upstream gradient pulled back to the inputs; flat. The matrix is not formed.

        Args:
            vector: flat, or in the output's shape.

        Raises:
            ValueProblem: it has another length, or an input has no value.
        """
        return self._numbers().rmatvec(vector)

    def todense(self) -> NDArray[np.float64]:
        """The matrix.

        Raises:
            LimitError: it has more than a hundred million entries.
            ValueProblem: an input has no value.
        """
        return self._numbers().todense()

    def to_scipy(self) -> Any:
        """A `scipy.sparse.csr_array` of the entries that can differ from zero.

        Raises:
            LimitError: there are more than fifty million.
            ValueProblem: an input has no value.
        """
        return self._numbers().to_scipy()

    def pattern(self, cells: int = 64) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """The matrix scaled down: the share of nonzeros in each cell, and its entry of largest magnitude.

        Args:
            cells: rows and columns at most.

        Returns:
            Both in the same shape; no values without numbers.
        """
        from gradviz.passes.jacobian import pattern

        return pattern(self.operator, cells, known=self.result.known)

    def _numbers(self) -> Operator:
        """The operator, if its numbers are known."""
        if self.missing:
            verb = "has no value" if len(self.missing) == 1 else "have no values"
            example = ", ".join(f'"{name}": …' for name in self.missing)
            symbol = f"∂{self.of}/∂{', '.join(self.wrt)}"
            raise ValueProblem(
                f"{', '.join(self.missing)} {verb}, and the entries of {symbol} depend on that",
                hint=f"give values: at={{{example}}}; the structure, the shape and the nonzeros need none",
            )
        return self.operator

    @property
    def math(self) -> Math | None:
        """The whole in matrix form, in three notations; None where there is none."""
        return self._form().formula

    @property
    def formula(self) -> str | None:
        """The whole in matrix form as text (`diag(1 - y^2) @ W`); None where there is none."""
        found = self.math
        return None if found is None else found.text

    @property
    def where(self) -> Mapping[str, str]:
        """What the names of intermediates in `formula` stand for, as text."""
        return {made.name.text: made.expression.text for made in self._form().where}

    def _form(self) -> Form:
        return jacobian_form(self._built, self.wrt)

    @property
    def report(self) -> MatrixReport:
        """Everything as plain data, worked out when it is asked for."""
        return jacobian_facts(self._built, self.wrt, self.result)

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        return showing.save(self.report, path, options)

    def to_text(self, **options: Any) -> str:
        """In words and columns, as the terminal shows it."""
        return showing.text_in(self.report, "text", options)

    def to_svg(self, **options: Any) -> str:
        """The picture."""
        return showing.text_in(self.report, "svg", options)

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __matmul__(self, vector: Any) -> NDArray[np.float64]:
        return self.matvec(vector)

    def __repr__(self) -> str:
        rows, columns = self.shape
        by = ", ".join(self.wrt)
        return f"<Jacobian of {self.of} by {by}: {rows}×{columns}, {self.structure}, {self.nnz} nonzeros>"


def jacobian(
    source: str | Graph,
    of: str | None = None,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    *,
    shapes: Mapping[str, Shape] | None = None,
    seed: int | None = None,
    mode: Mode = "training",
    name: str = "expression",
) -> Jacobian:
    """The Jacobian of an output by inputs, as an operator that knows its structure.

    Args:
        source: an expression or a program, or a graph built by hand.
        of: the output's name; by default a program's last statement, or a graph's last node.
        wrt: the names by which, inputs or named intermediate results; columns follow in this order. All inputs if None.
        at: values of inputs. Without a value that the entries need, there is structure and no number.
        shapes: shapes of inputs that neither the program nor values give.
        seed: random values for inputs that have none.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a shape or a value is wrong.

    Example:
        >>> found = jacobian("relu(x)", wrt="x", at={"x": [1, -2, 3]})
        >>> found.structure, found.shape, found.nnz, found.matvec([1, 1, 1]).tolist()
        ('diagonal', (3, 3), 3, [1.0, 0.0, 1.0])
    """
    from gradviz.passes.jacobian import jacobian_of

    built = built_at(source, at, of, name=name, seed=seed, mode=mode, shapes=shapes)
    refuse_undefined(built)
    places = wanted(built, chosen(wrt))
    nodes = built.graph.nodes
    return Jacobian(
        of=built.output_name,
        wrt=tuple(places),
        row_shape=nodes[built.output].shape,
        column_shapes=tuple(nodes[i].shape for i in places.values()),
        result=jacobian_of(built.graph, built.output, list(places.values()), built.values),
        _built=built,
    )


def wanted(built: Built, names: tuple[str, ...] | None) -> dict[str, int]:
    """The nodes by which, by name: those that are named, or all inputs.

    Raises:
        NameProblem: nothing has that name.
        ValueProblem: there is no input at all.
    """
    graph = built.graph
    if names is None:
        found = {name: graph.inputs[name] for name in built.inputs if graph.differentiates(name)}
        if not found:
            raise ValueProblem("there is no input to differentiate by", hint="use a name in the expression, such as x")
        return found
    for name in names:
        if name not in graph.names:
            close = nearest(name, graph.names)
            hint = f"did you mean {close!r}?" if close else f"there are {', '.join(graph.names)}"
            raise NameProblem(f"there is no {name!r} to differentiate by", hint=hint)
    return {name: graph.names[name] for name in names}
