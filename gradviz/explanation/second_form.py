"""The Hessian by one vector as a matrix formula, such as `2 AᵀA`."""

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
from gradviz.passes.matrix.jacobians import hessian_form
from gradviz.passes.second import SecondOrder

LARGEST = 400
"""Nodes up to which a matrix form is looked for."""

WITHHELD = (
    "a matrix formula did not agree with the numbers and is not shown; this is a bug in gradviz, please report it"
)


def second_form(built: Built, subject: Subject, second: SecondOrder) -> Form:
    """The Hessian in matrix form with what the names in it stand for; nothing by several inputs, or by a matrix."""
    if len(second.wrt) != 1 or len(second.shapes[0]) != 1 or len(subject.shown) > LARGEST:
        return NO_FORM
    nodes = subject.graph.nodes
    users = [i for i in subject.shown if nodes[i].name is not None and nodes[i].op is not INPUT]
    (wrt,) = second.wrt
    if nodes[wrt].op is not INPUT:
        return NO_FORM
    try:
        made = hessian_form(
            second.backward,
            wrt,
            names=subject.names,
            users=users,
            family=family_of(built),
            declared=built.declared,
        )
    except TROUBLE:  # what is beyond the rules has numbers and no formula
        return NO_FORM
    if made.failed:
        return Form(remarks=(Remark("warning", WITHHELD),))
    if made.formula is None:
        return NO_FORM
    where = tuple(Definition(name_math(name), formula_math(formula)) for name, formula in made.where.items())
    by_input = {name: built.graph.nodes[i].shape for name, i in built.graph.inputs.items()}
    return Form(formula_math(made.formula), where, remarks=relied_remarks("Hessian's formula", made.relied, by_input))
