"""Gradients in matrix form, for the nodes of one explanation."""

from __future__ import annotations

from collections.abc import Collection

from gradviz.explanation.data import Definition
from gradviz.explanation.mathematics import math_of, name_math
from gradviz.explanation.subject import Subject
from gradviz.ops.op import INPUT
from gradviz.passes.formula import Formula
from gradviz.passes.matrix.family import Family
from gradviz.passes.matrix.found import Forms
from gradviz.passes.matrix.setting import closure
from gradviz.passes.raising import below

MOST = 60
"""Gradients that are brought to matrix form; inputs come first."""


def matrix_forms(
    subject: Subject, order: Collection[int], family: Family | None, declared: Collection[tuple[str, str]]
) -> Forms:
    """The gradients by arrays, and by scalars that arrays go into, in matrix form.

    Args:
        subject: what is explained.
        order: the nodes with a gradient, the most wanted first.
        family: the program at other sizes, where its shapes have letters.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").
    """
    graph = subject.graph
    wanted = [i for i in order if i in subject.names and _holds_arrays(subject, i)][:MOST]
    if not wanted:
        return Forms()
    from gradviz.passes.matrix.forms import gradient_forms

    given = {graph.names[name] for name in graph.names}
    users = [i for i in subject.names if i in given and graph.nodes[i].op is not INPUT]
    return gradient_forms(subject.backward, wanted, names=subject.names, users=users, family=family, declared=declared)


def _holds_arrays(subject: Subject, id: int) -> bool:
    nodes = subject.graph.nodes
    return bool(nodes[id].shape) or any(nodes[i].shape for i in below(subject.graph, [subject.backward.gradients[id]]))


def definitions(forms: Forms, formula: Formula) -> tuple[Definition, ...]:
    """What the names of intermediates in a formula stand for, and the names in that."""
    used = closure([formula], forms.where)
    return tuple(
        Definition(name_math(name), math_of(known.display, known.spelled))
        for name, known in forms.where.items()
        if name in used
    )
