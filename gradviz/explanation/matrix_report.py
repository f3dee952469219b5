"""A Jacobian or a Hessian, and the subject that it is of, as a `MatrixReport`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.curvature import curvature_of, kinks_said
from gradviz.explanation.data import (
    Curvature,
    Definition,
    Labels,
    Math,
    MatrixPicture,
    MatrixReport,
    Remark,
    Shape,
    Value,
)
from gradviz.explanation.kinks import kink_remarks
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.matrix_entries import hessian_entries, jacobian_entries
from gradviz.explanation.matrix_pictures import picture_of, picture_of_entries
from gradviz.explanation.matrix_words import NUMBER, hessian_symbol, jacobian_symbol, labels, structure_says
from gradviz.explanation.subject import Subject
from gradviz.explanation.sweeps import title_of
from gradviz.explanation.values import to_value
from gradviz.ops.op import INPUT
from gradviz.passes.curvature import spectrum_of
from gradviz.passes.jacobian.colouring import coloured

if TYPE_CHECKING:
    from gradviz.passes.jacobian import Found, Operator
    from gradviz.passes.second import HessianAt

LABELLED = 36
"""Rows and columns up to which each has a name, and all numbers are kept."""
LISTED = 4_000_000
"""Nonzeros up to which they are listed for a picture."""
DENSE = 100_000_000
"""Bytes of a dense array from which the structured way is named."""
APART = 400
"""Rows of a Hessian up to which its eigenvalues are worked out."""


@dataclass(frozen=True, slots=True)
class Form:
    """A matrix formula, and what the names in it stand for."""

    formula: Math | None = None
    where: tuple[Definition, ...] = ()
    remarks: tuple[Remark, ...] = ()


NO_FORM = Form()


def jacobian_report(
    subject: Subject, found: Found, *, source: str = "", form: Form = NO_FORM, notes: Iterable[Remark] = ()
) -> MatrixReport:
    """The Jacobian of a subject's output by what is asked for, as plain data.

    Args:
        subject: what is differentiated.
        found: its Jacobian, by `subject.wanted` in order.
        source: the program as written.
        form: it in matrix form.
        notes: what is to be said first.
    """
    operator = found.operator
    picture, value = _seen(operator, found.known)
    kinks = kink_remarks(subject)
    entries, broken = jacobian_entries(subject, picture, on_kink=bool(kinks))
    return _report(
        subject,
        "Jacobian",
        shape=operator.shape,
        structure=str(operator.structure),
        nonzeros=int(operator.nnz),
        stored=int(operator.stored_bytes) if found.known else None,
        found=found.found,
        passes=found.passes,
        source=source,
        form=form,
        entries=entries,
        value=value,
        picture=picture,
        missing=tuple(found.missing),
        remarks=(*notes, *_kinks(kinks, subject), *broken),
    )


def hessian_report(
    subject: Subject, hessian: HessianAt, *, source: str = "", form: Form = NO_FORM, notes: Iterable[Remark] = ()
) -> MatrixReport:
    """The Hessian of a subject's output by what is asked for, as plain data.

    Args:
        subject: what is differentiated.
        hessian: its Hessian, by `subject.wanted` in order.
        source: the program as written.
        form: it in matrix form.
        notes: what is to be said first.
    """
    pattern, n = hessian.pattern, hessian.shape[0]
    made = not subject.missing and pattern.nonzeros <= LISTED and (pattern.places is not None or n <= APART)
    picture, value = _seen_hessian(hessian, made)
    entries, zeros, broken = hessian_entries(subject, hessian, picture)
    passes = _products(hessian) if made else 0
    pattern = pattern.without(zeros) if zeros else pattern
    if zeros and picture is not None:
        picture = _blanked(picture, zeros)
    return _report(
        subject,
        "Hessian",
        shape=(n, n),
        structure=pattern.structure,
        nonzeros=int(pattern.nonzeros),
        stored=8 * int(pattern.nonzeros) * (1 if pattern.places is None else 3) if made else None,
        found=_products_say(passes, n, made=made),
        passes=passes,
        source=source,
        form=form,
        entries=entries,
        value=value,
        picture=picture,
        curvature=_curvature(subject, hessian) if made and 0 < n <= APART else None,
        missing=subject.missing,
        remarks=(*notes, *kinks_said(subject), *broken),
    )


def _report(
    subject: Subject, kind: Any, *, shape: tuple[int, int], structure: str, stored: int | None, **facts: Any
) -> MatrixReport:
    """What both kinds have in common."""
    graph, of = subject.graph, subject.names[subject.output]
    wrt = tuple(subject.wanted.values())
    shapes = tuple(graph.nodes[i].shape for i in subject.wanted)
    columns = labels(list(zip(wrt, shapes, strict=True)), LABELLED)
    row_shape: Shape = (shape[1],) if kind == "Hessian" else graph.nodes[subject.output].shape
    form, entries = facts.pop("form"), facts["entries"]
    inputs = {subject.names[i]: i for i in subject.shown if graph.nodes[i].op is INPUT}
    alone = None
    if shape == (1, 1):
        alone = entries[0].formula if entries else Math("0", "0", "0") if structure == "zero" else None
        structure = structure if structure == "zero" else NUMBER
    remarks = (*facts.pop("remarks"), *form.remarks, *_size_remarks(kind, shape, structure), *_lost(facts["value"]))
    return MatrixReport(
        kind=kind,
        title=title_of(subject),
        labels=Labels({name: name_math(name) for name in subject.names.values()}),
        symbol=(jacobian_symbol if kind == "Jacobian" else hessian_symbol)(of, wrt),
        of=of,
        wrt=wrt,
        structure=structure,
        structure_says=_structure_says(kind, structure, of, wrt, (row_shape, *shapes), facts["nonzeros"], shape),
        rows=shape[0],
        columns=shape[1],
        row_shape=row_shape,
        column_shapes=shapes,
        row_labels=columns if kind == "Hessian" else labels([(of, row_shape)], LABELLED),
        column_labels=columns,
        dense_bytes=8 * shape[0] * shape[1],
        stored_bytes=stored,
        formula=form.formula or alone,
        where=form.where,
        inputs={name: to_value(subject.known[i]) if i in subject.known else None for name, i in inputs.items()},
        remarks=tuple(dict.fromkeys(remarks)),
        **facts,
    )


def _structure_says(
    kind: str,
    structure: str,
    of: str,
    wrt: tuple[str, ...],
    shapes: Sequence[Shape],
    nonzeros: int,
    size: tuple[int, int],
) -> str:
    """What the structure means; nothing where all are scalars and there is none."""
    scalars = not any(shapes[1:]) and (kind == "Hessian" or not shapes[0])
    whole = size[0] * size[1]
    if scalars and nonzeros == whole:
        return ""
    return structure_says(kind, structure, of, wrt, share=nonzeros / whole if whole else 0.0)


def _seen(operator: Operator, known: bool) -> tuple[MatrixPicture | None, Value | None]:
    """The picture, and the numbers of a small one."""
    small = known and max(operator.shape) <= LABELLED
    return picture_of(operator, known=known), to_value(operator.todense()) if small else None


def _seen_hessian(hessian: HessianAt, made: bool) -> tuple[MatrixPicture | None, Value | None]:
    """The same of a Hessian, whose numbers are made here."""
    n, pattern = hessian.shape[0], hessian.pattern
    if made:
        rows, columns, values = hessian.entries()
        return picture_of_entries(n, rows, columns, values), to_value(hessian.todense()) if n <= LABELLED else None
    if pattern.nonzeros > LISTED:
        return None, None
    return picture_of_entries(n, *pattern.listed, None), None


def _blanked(picture: MatrixPicture, zeros: Iterable[tuple[int, int]]) -> MatrixPicture:
    """The picture of a small matrix without entries that are zero everywhere."""
    gone = set(zeros)
    shares = tuple(
        tuple(0.0 if (i, j) in gone else share for j, share in enumerate(line)) for i, line in enumerate(picture.shares)
    )
    return MatrixPicture(shares, picture.values)


def _curvature(subject: Subject, hessian: HessianAt) -> Curvature | None:
    dense = hessian.todense()
    if not np.all(np.isfinite(dense)):
        return None
    return curvature_of(spectrum_of(dense), hessian.gradient, kinks_said(subject))


def _products(hessian: HessianAt) -> int:
    """How many products show all entries: one for each colour."""
    pattern = hessian.pattern
    if pattern.places is None:
        return pattern.size
    if not pattern.nonzeros:
        return 0
    return coloured(pattern.size, pattern.size, *pattern.places).passes


def _products_say(products: int, n: int, *, made: bool) -> str:
    if not made:
        return "by its structure alone, without numbers"
    if not products:
        return "without any product: the gradient does not change"
    fewer = f", not {n:,}" if products < n else ""
    return f"by {products:,} Hessian-vector product{'' if products == 1 else 's'}{fewer}"


def _size_remarks(kind: str, shape: tuple[int, int], structure: str) -> list[Remark]:
    """Of one that is too large to write out in full: how large, and the structured way."""
    if 8 * shape[0] * shape[1] <= DENSE or structure == "zero":
        return []
    entries = f"{shape[0] * shape[1]:,}"
    way = (
        "in Python, .matvec(v) and .rmatvec(u) multiply by it, and .to_scipy() gives its nonzeros"
        if kind == "Jacobian"
        else "in Python, .matvec(v) multiplies by it without forming it"
    )
    return [Remark("note", f"written out in full it would have {entries} entries, which nobody forms: {way}")]


def _lost(value: Value | None) -> list[Remark]:
    if value is None or bool(np.all(np.isfinite(value.entries))):
        return []
    return [Remark("warning", "some entries are NaN or infinite at this point")]


def _kinks(found: Mapping[int, Sequence[Remark]], subject: Subject) -> list[Remark]:
    return [
        Remark(remark.kind, f"at {name_math(subject.names[i]).unicode}: {remark.text}")
        for i, remarks in found.items()
        for remark in remarks
    ]
