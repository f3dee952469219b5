"""In which way the value of a step is made: written into memory that is there, looked at as a view, or made afresh.

The way follows from the row: its NumPy expression is a tree of ufuncs, each of which can write into given memory; sums,
products of matrices and changes of layout have ways of their own. Whatever is left is made afresh in every call.
"""

from __future__ import annotations

from gradviz.passes.compiling.memory.choosing import comparing_way, selecting_way
from gradviz.passes.compiling.memory.layouts import SPECIAL
from gradviz.passes.compiling.memory.ufuncs import elementwise_way
from gradviz.passes.compiling.memory.way import Way
from gradviz.passes.compiling.simplify import Plan, Step


def way_of(plan: Plan, step: Step, truths: frozenset[int]) -> Way:
    """The way of a step.

    Args:
        plan: where it stands.
        step: the step.
        truths: the masks among all steps.
    """
    if step.id in truths:
        return comparing_way(step)
    special = SPECIAL.get(step.op.name)
    found = special(plan, step) if special is not None else None
    if found is not None:
        return found
    if not step.shape:
        return Way(value=step.op.numpy)
    if step.op.name == "where":
        return selecting_way(plan, step, truths)
    found = elementwise_way(plan, step) if step.op.elementwise else None
    return Way(value=step.op.numpy, views=frozenset(range(len(step.operands)))) if found is None else found
