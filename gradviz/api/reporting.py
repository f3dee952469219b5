"""From results to reports: a Jacobian or a Hessian with its formula, its entries and its picture, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gradviz.api.inputs import sizes_taken
from gradviz.errors import OptionProblem

if TYPE_CHECKING:
    from gradviz.explanation.data import MatrixReport, Remark
    from gradviz.explanation.matrix_report import Form
    from gradviz.explanation.subject import Subject
    from gradviz.graph.build import Built
    from gradviz.passes.jacobian import Found
    from gradviz.passes.second import HessianAt


def jacobian_facts(built: Built, wrt: Iterable[str], found: Found) -> MatrixReport:
    """The report of a Jacobian that was found."""
    from gradviz.explanation.first_form import first_form
    from gradviz.explanation.matrix_report import jacobian_report

    subject = _subject(built, tuple(wrt))
    form = first_form(built, subject)
    return jacobian_report(subject, found, source=built.program.source.text, form=form, notes=_notes(built))


def jacobian_form(built: Built, wrt: Iterable[str]) -> Form:
    """The matrix form of a Jacobian, where there is one, and what the names in it stand for."""
    from gradviz.explanation.first_form import first_form

    return first_form(built, _subject(built, tuple(wrt)))


def kind_word(structure: str, shape: tuple[int, int]) -> str:
    """The word for a structure; a single number has none, but that it is zero.

    Example:
        >>> kind_word("diagonal", (1, 1)), kind_word("diagonal", (2, 2))
        ('a number', 'diagonal')
    """
    from gradviz.explanation.matrix_words import NUMBER

    return NUMBER if shape == (1, 1) and structure != "zero" else structure


def hessian_facts(built: Built, subject: Subject, operator: HessianAt) -> MatrixReport:
    """The report of a Hessian at a point, or without one."""
    from gradviz.explanation.matrix_report import hessian_report
    from gradviz.explanation.second_form import second_form

    form = second_form(built, subject, operator.second)
    return hessian_report(subject, operator, source=built.program.source.text, form=form, notes=_notes(built))


def second_report(built: Built, wrt: tuple[str, ...] | None, upstream: Any, order: int) -> MatrixReport | None:
    """The second derivatives for an explanation of that order; None for the first.

    Raises:
        OptionProblem: the order is another, or there is an upstream gradient, for which there is no place.
        ShapeError: the output is an array.
    """
    if order not in (1, 2):
        raise OptionProblem(f"explanations are of order 1 or 2, not {order!r}", hint="order=2 adds the Hessian")
    if order == 1:
        return None
    if upstream is not None:
        raise OptionProblem(
            "second derivatives are of the output itself, not of what lies upstream",
            hint="leave the upstream gradient out, or write it into the expression: L = 2*f",
        )
    from gradviz.passes.second import hessian_of

    subject = _subject(built, wrt)
    operator = hessian_of(built.graph, built.output, list(subject.wanted), subject.given)
    return hessian_facts(built, subject, operator)


def _subject(built: Built, wrt: tuple[str, ...] | None) -> Subject:
    from gradviz.explanation.subject import subject_of

    return subject_of(built.graph, built.output, built.output_name, built.values, wrt, None)


def _notes(built: Built) -> list[Remark]:
    from gradviz.explanation.data import Remark

    return [Remark("note", str(getattr(note, "message", note))) for note in (*built.notes, *sizes_taken(built))]
