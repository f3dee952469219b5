"""The Jacobian of one vector by another as a matrix formula, such as `diag(1 − y ∘ y) W`."""

from __future__ import annotations

from gradviz.explanation.assumptions import relied_remarks
from gradviz.explanation.data import Definition, Remark
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.matrix_report import NO_FORM, Form
from gradviz.explanation.subject import Subject
from gradviz.explanation.wording import TROUBLE, formula_math
from gradviz.graph.build import Built
from gradviz.ops.op import INPUT
from gradviz.passes.matrix.family import family_of
from gradviz.passes.matrix.jacobians import jacobian_form

LARGEST = 400
"""Nodes up to which a matrix form is looked for."""


def first_form(built: Built, subject: Subject) -> Form:
    """The Jacobian in matrix form with what the names in it stand for; nothing by several inputs, or of matrices."""
    nodes, wanted = built.graph.nodes, list(subject.wanted)
    if len(wanted) != 1 or nodes[wanted[0]].op is not INPUT or len(subject.shown) > LARGEST:
        return NO_FORM
    shapes = nodes[built.output].shape, nodes[wanted[0]].shape
    if any(len(shape) > 1 for shape in shapes) or not any(shapes):
        return NO_FORM
    users = [i for i in subject.shown if nodes[i].name is not None and nodes[i].op is not INPUT]
    try:
        made = jacobian_form(
            built.graph,
            built.output,
            wanted[0],
            names=subject.names,
            users=users,
            family=family_of(built),
            declared=built.declared,
        )
    except TROUBLE:  # what is beyond the rules has entries and numbers
        return NO_FORM
    if made.failed:
        text = "a matrix formula did not agree with the numbers and is not shown"
        return Form(remarks=(Remark("warning", f"{text}; this is a bug in gradviz, please report it"),))
    if made.formula is None:
        return NO_FORM
    # What the output itself is, the title says.
    where = tuple(
        Definition(name_math(name), formula_math(formula))
        for name, formula in made.where.items()
        if name != subject.names[subject.output]
    )
    by_input = {name: built.graph.nodes[i].shape for name, i in built.graph.inputs.items()}
    return Form(formula_math(made.formula), where, remarks=relied_remarks("Jacobian's formula", made.relied, by_input))
