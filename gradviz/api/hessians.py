"""Second derivatives: the Hessian of a scalar output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradviz.api import showing
from gradviz.api.first_values import Mode
from gradviz.api.inputs import Point, built_at, chosen, refuse_undefined, sizes_taken
from gradviz.api.reporting import hessian_facts, kind_word

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from gradviz.explanation.data import Curvature, Math, MatrixReport, Remark
    from gradviz.explanation.matrix_report import Form
    from gradviz.explanation.subject import Subject
    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.passes.curvature import Definiteness, Spectrum
    from gradviz.passes.second import HessianAt
    from gradviz.shape import Shape


@dataclass(frozen=True, eq=False)
class Hessian:
    """The second derivatives of a scalar output, by the entries of its inputs one after the other.

    Nothing is worked out before it is asked for.

    Args:
        of: the output's name.
        wrt: the names by which, in order.
        shapes: theirs.
        missing: inputs without a value.
        operator: the Hessian-vector product, and what is made with it.
    """

    of: str
    wrt: tuple[str, ...]
    shapes: tuple[Shape, ...]
    missing: tuple[str, ...]
    operator: HessianAt
    _built: Built
    _subject: Subject

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.operator.shape

    @property
    def structure(self) -> str:
        """Its kind, found without any number: "zero", "diagonal", "sparse", "dense" and so on.

        A matrix of one row and one column is "zero" or "a number".
        """
        return kind_word(self.operator.pattern.structure, self.shape)

    @property
    def nnz(self) -> int:
        """How many entries can differ from zero."""
        return self.operator.pattern.nonzeros

    @property
    def passes(self) -> int:
        """Hessian-vector products made so far."""
        return self.operator.passes

    @cached_property
    def found(self) -> str:
        """How its numbers are found, in words; without values, how its structure is.

        Raises:
            LimitError: it is too large.
        """
        if self.missing:
            return "its structure by tracing what depends on what; its numbers need values"
        self.operator.entries()
        passes, n = self.operator.entry_passes or 0, self.shape[0]
        if not passes:
            return "by tracing what depends on what: nothing does"
        fewer = f", not {n:,}" if passes < n else ""
        return f"by {passes:,} Hessian-vector product{'s' * (passes > 1)}{fewer}"

    @cached_property
    def value(self) -> NDArray[np.float64] | None:
        """The matrix at the point; None without values.

        Raises:
            LimitError: it is too large.
        """
        return None if self.missing else self.operator.todense()

    @cached_property
    def gradient(self) -> NDArray[np.float64] | None:
        """The gradient at the point, flattened as the rows are; None without values."""
        return None if self.missing else self.operator.gradient

    def matvec(self, direction: Any) -> NDArray[np.float64]:
        """H v for a flat direction, without the matrix: about the cost of two gradients.

        Raises:
            ShapeError: it has another length.
            ValueProblem: an input has no value.
        """
        return self.operator.matvec(direction)

    def todense(self) -> NDArray[np.float64]:
        """The matrix.

        Raises:
            LimitError: it is too large.
            ValueProblem: an input has no value.
        """
        return self.operator.todense()

    def to_scipy(self) -> Any:
        """A `scipy.sparse.csr_array` of the entries that can differ from zero.

        Raises:
            LimitError: there are too many.
            ValueProblem: an input has no value.
        """
        return self.operator.to_scipy()

    @cached_property
    def entries(self) -> Mapping[tuple[int, int], Math]:
        """Verified formulas by row and column in three notations; empty beyond six rows."""
        from gradviz.explanation.wording import TROUBLE, formula_math, reread
        from gradviz.passes.second_formulas import entry_formulas

        at = None if self.missing else self._subject.given
        try:
            found = entry_formulas(self.operator.second, reread, at)
        except TROUBLE:  # what is beyond SymPy has numbers and no formulas
            return {}
        return {place: formula_math(formula) for place, formula in found.items()}

    @property
    def formulas(self) -> tuple[tuple[str | None, ...], ...] | None:
        """The same as text, row by row; None where no entry has a formula, and for an entry that has none."""
        n = self.shape[0]
        if not self.entries:
            return None
        texts = {place: math.text for place, math in self.entries.items()}
        return tuple(tuple(texts.get((row, column)) for column in range(n)) for row in range(n))

    @cached_property
    def math(self) -> Math | None:
        """The whole in matrix form, in three notations; None where there is none."""
        return self._form.formula

    @property
    def formula(self) -> str | None:
        """The whole in matrix form as text (`2*A.T @ A`); None where there is none."""
        return None if self.math is None else self.math.text

    @property
    def where(self) -> Mapping[str, str]:
        """What the names of intermediates in `formula` stand for, as text."""
        return {made.name.text: made.expression.text for made in self._form.where}

    @cached_property
    def _form(self) -> Form:
        from gradviz.explanation.second_form import second_form

        return second_form(self._built, self._subject, self.operator.second)

    @cached_property
    def spectrum(self) -> Spectrum | None:
        """The eigenvalues and what they say; None without values.

        Raises:
            LimitError: it has more than 2000 rows.
            DomainProblem: an entry is NaN or infinite.
        """
        from gradviz.passes.curvature import refuse_large, spectrum_of

        if self.missing:
            return None
        refuse_large(self.shape[0])
        return spectrum_of(self.value)

    @property
    def eigenvalues(self) -> NDArray[np.float64] | None:
        """In increasing order; None without values."""
        return None if self.spectrum is None else self.spectrum.eigenvalues

    @property
    def definiteness(self) -> Definiteness | None:
        """Such as "positive definite", with eigenvalues below 1e-10 of the largest as zero; None without values."""
        return None if self.spectrum is None else self.spectrum.definiteness

    @property
    def condition(self) -> float | None:
        """The largest by the smallest magnitude of an eigenvalue; infinite if singular, None for the zero matrix."""
        return None if self.curvature is None else self.curvature.condition

    @property
    def curvature(self) -> Curvature | None:
        """All of that as plain data, with a sentence on what it means here; None without values."""
        from gradviz.explanation.curvature import curvature_of

        kinks = [remark for remark in self.remarks if remark.kind == "kink"]
        return None if self.spectrum is None else curvature_of(self.spectrum, self.gradient, kinks)

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """Notes on how the text was read; at a kink, which second derivative is taken."""
        from gradviz.explanation.curvature import kinks_said
        from gradviz.explanation.data import Remark

        notes = (*self._built.notes, *sizes_taken(self._built))
        said = [Remark("note", str(getattr(note, "message", note))) for note in notes]
        return (*said, *kinks_said(self._subject))

    @cached_property
    def report(self) -> MatrixReport:
        """Everything as plain data, worked out when it is first asked for."""
        return hessian_facts(self._built, self._subject, self.operator)

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

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"<Hessian of {self.of} by {', '.join(self.wrt)}: {rows}×{columns}, {self.structure}>"


def hessian(
    source: str | Graph,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    of: str | None = None,
    *,
    seed: int | None = None,
    mode: Mode = "training",
    name: str = "expression",
) -> Hessian:
    """The second derivatives of a scalar output.

    Args:
        source: an expression or a program, or a graph built by hand.
        wrt: the inputs by which; all if None. Rows and columns are their entries, in this order, row by row.
        at: values of inputs. Without a value for every input there are formulas and no numbers.
        of: the output's name.
        seed: random values for inputs that have none.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a shape or a value is wrong, or the output is an array.

    Example:
        >>> found = hessian("f = x^2*y", at={"x": 3, "y": 5})
        >>> found.value.tolist(), found.formulas, found.definiteness
        ([[10.0, 6.0], [6.0, 0.0]], (('2*y', '2*x'), ('2*x', '0')), 'indefinite')
    """
    built, subject, operator = prepared(source, wrt, at, of, seed, name, mode)
    return Hessian(
        of=built.output_name,
        wrt=tuple(subject.wanted.values()),
        shapes=operator.second.shapes,
        missing=subject.missing,
        operator=operator,
        _built=built,
        _subject=subject,
    )


def prepared(
    source: str | Graph,
    wrt: str | Iterable[str] | None,
    at: Point,
    of: str | None,
    seed: int | None = None,
    name: str = "expression",
    mode: Mode = "training",
) -> tuple[Built, Subject, HessianAt]:
    """What second derivatives start from: the program, what is asked for, and the Hessian-vector product.

    Raises:
        UserError: the text, a name, a shape or a value is wrong, or the output is an array.
    """
    from gradviz.explanation.subject import subject_of
    from gradviz.passes.second import hessian_of

    built = built_at(source, at, of, name=name, seed=seed, mode=mode)
    refuse_undefined(built)
    subject = subject_of(built.graph, built.output, built.output_name, built.values, chosen(wrt), None)
    return built, subject, hessian_of(built.graph, built.output, list(subject.wanted), subject.given)
