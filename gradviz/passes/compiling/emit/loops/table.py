"""How each operation that is neither elementwise nor a view becomes loops. The one list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gradviz.passes.compiling.emit.loops import images, matrices, moving, norms, reductions, sums
from gradviz.passes.compiling.emit.loops.block import Target
from gradviz.passes.compiling.emit.loops.value import Value
from gradviz.passes.compiling.simplify import Step

Lowering = Callable[[Target, Step, Sequence[Value]], None]
"""Writes the loops of a step that put its value into the target."""

LOWERINGS: Mapping[str, Lowering] = {
    "cofactor": matrices.cofactors,
    "concat": moving.concat,
    "correlate": images.correlate,
    "correlate_kernel": images.correlate_kernel,
    "correlate_transpose": images.correlate_transpose,
    "cumsum": reductions.running_sum,
    "det": matrices.determinant,
    "diag": moving.diagonal,
    "einsum": sums.contract_equation,
    "fold": moving.fold,
    "inv": matrices.inverse,
    "log_softmax": reductions.log_softmax,
    "logdet": matrices.determinant,
    "logsumexp": reductions.log_sum,
    "max": reductions.largest,
    "maxout": reductions.groups_largest,
    "min": reductions.largest,
    "norm": norms.norm,
    "one_hot": moving.one_hot,
    "prod": reductions.product,
    "prod_others": reductions.product_of_others,
    "scatter": moving.scatter,
    "scatter_add": moving.scatter_add,
    "softmax": reductions.softmax,
    "solve": matrices.solve,
    "squared_norm": norms.squared_norm,
    "stack": moving.stack,
    "sum_to": reductions.sum_to,
    "take": moving.take,
    "top_singular": matrices.top_singular,
    "trace": moving.trace,
    "var": reductions.variance,
}
"""By the operation's name. Those whose row has a `contraction` need no line."""


def lowering_of(step: Step) -> Lowering | None:
    """The loops for a step; None where its row is new to this table."""
    found = LOWERINGS.get(step.op.name)
    return sums.contract if found is None and step.op.contraction is not None else found
