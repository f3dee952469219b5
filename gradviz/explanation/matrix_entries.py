"""The symbolic entries of small Jacobians and Hessians: all that can differ from zero, or none."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.explanation.data import Entry, MatrixPicture, Remark
from gradviz.explanation.subject import Subject
from gradviz.explanation.wording import LARGE, TROUBLE, formula_math, reread
from gradviz.passes.formula import Formula
from gradviz.passes.row_formulas import Rows
from gradviz.passes.second import HessianAt
from gradviz.passes.second_formulas import entry_formulas

WRITTEN, MOST = 9, 36
"""Rows and columns, and entries, up to which they are written as formulas."""

Entries = tuple[tuple[Entry, ...], tuple[Remark, ...]]
"""The entries that are not identically zero, and what is to be said of those that failed."""

Zeros = tuple[tuple[int, int], ...]
"""Rows and columns of entries that are zero everywhere."""


def jacobian_entries(subject: Subject, picture: MatrixPicture | None, *, on_kink: bool) -> Entries:
    """The entries of the Jacobian of a subject's output by what is asked for.

    Args:
        subject: what is differentiated.
        picture: where entries can differ from zero; it is small where each cell is one entry.
        on_kink: whether the point is on a kink.
    """
    if picture is None or _too_large(subject, picture):
        return (), ()
    at = None if subject.missing else dict(subject.given)
    rows = Rows(subject.graph, subject.output, list(subject.wanted), reread, at, on_kink)
    found: list[Entry] = []
    try:
        for number, shares in enumerate(picture.shares):
            formulas = rows.row(number) if any(shares) else {}
            if formulas is None:
                return (), _failure() if rows.failed else ()
            found += _entries(number, formulas)
    except TROUBLE as trouble:
        return (), (_broken(trouble),)
    return tuple(found), ()


def hessian_entries(
    subject: Subject, hessian: HessianAt, picture: MatrixPicture | None
) -> tuple[tuple[Entry, ...], Zeros, tuple[Remark, ...]]:
    """The entries of the Hessian of a subject's output by what is asked for.

    Returns:
        The entries that are not identically zero, the places of those that turned out to be though their pattern does
        not show it (terms cancel), and what is to be said of those that failed.
    """
    if picture is None or _too_large(subject, picture):
        return (), (), ()
    try:
        formulas = entry_formulas(hessian.second, reread, None if subject.missing else dict(subject.given))
    except TROUBLE as trouble:
        return (), (), (_broken(trouble),)
    n = hessian.shape[0]
    if any(picture.shares[i][j] and (i, j) not in formulas for i in range(n) for j in range(n)):
        return (), (), ()
    rows = [{j: formulas[i, j] for j in range(n) if (i, j) in formulas} for i in range(n)]
    entries = tuple(entry for i, row in enumerate(rows) for entry in _entries(i, row))
    kept = {entry.index for entry in entries}
    cells = ((i, j) for i in range(n) for j in range(n))
    return entries, tuple(cell for cell in cells if picture.shares[cell[0]][cell[1]] and cell not in kept), ()


def _too_large(subject: Subject, picture: MatrixPicture) -> bool:
    rows, columns = len(picture.shares), len(picture.shares[0])
    return max(rows, columns) > WRITTEN or rows * columns > MOST or len(subject.shown) > LARGE


def _entries(row: int, formulas: Mapping[int, Formula]) -> list[Entry]:
    made = [Entry((row, column), formula_math(formula)) for column, formula in formulas.items()]
    return [entry for entry in made if entry.formula.text != "0"]


def _failure() -> tuple[Remark, ...]:
    text = "a formula of an entry did not agree with the numbers and is not shown"
    return (Remark("warning", f"{text}; this is a bug in gradviz, please report it"),)


def _broken(trouble: Exception) -> Remark:
    return Remark(
        "warning",
        f"working out the entries' formulas failed ({type(trouble).__name__}), so that only numbers are shown; "
        "this is a bug in gradviz, please report it",
    )
