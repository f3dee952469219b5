"""The entries of a small Hessian as formulas, each verified like a gradient's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.ops.op import INPUT
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.formula import Formula
from gradviz.passes.formulas import Formulary
from gradviz.passes.second import SecondOrder
from gradviz.passes.simplify import Effort
from gradviz.passes.verify import sample
from gradviz.shape import size
from gradviz.syntax.tree import Expr, Number

MOST_ROWS = 6
"""Rows of a Hessian that is written out entry by entry."""
EFFORT = 30_000
"""Expression nodes that simplification may look at for one row."""
ZERO = Formula(Number(Fraction(0)), Number(Fraction(0)))

Entries = Mapping[tuple[int, int], Formula]


def entry_formulas(second: SecondOrder, reread: Callable[[Expr], Expr], at: Mapping[str, Any] | None = None) -> Entries:
    """The entries as formulas in the inputs alone, by row and column; those that have none are left out.

    Empty for more than `MOST_ROWS` rows.

    Args:
        second: the gradient graph.
        reread: reads a tree back from its printed text, as for a `Formulary`.
        at: the person's own point, if it is complete.
    """
    if sum(map(size, second.shapes)) > MOST_ROWS:
        return {}
    found: dict[tuple[int, int], Formula] = {}
    row = 0
    for id, shape in zip(second.wrt, second.shapes, strict=True):
        for index in np.ndindex(*shape):
            for column, formula in enumerate(_row(second, id, index, reread, at)):
                if formula is not None:
                    found[row, column] = formula
            row += 1
    return found


def _row(
    second: SecondOrder,
    id: int,
    index: tuple[int, ...],
    reread: Callable[[Expr], Expr],
    at: Mapping[str, Any] | None,
) -> list[Formula | None]:
    """The gradient of one entry of the gradient, flattened."""
    backward = second.backward
    gradient = backward.gradients.get(id)
    if gradient is None:
        return [ZERO] * sum(map(size, second.shapes))
    unit = np.zeros(backward.graph.nodes[gradient].shape)
    unit[index] = 1.0
    upstream = None if not unit.shape else unit
    again = differentiate(backward.graph, gradient, wrt=second.wrt, upstream=upstream)
    formulary = _formulary(again, reread, at)
    formulary.prepare(second.wrt)
    made: list[Formula | None] = []
    for by, shape in zip(second.wrt, second.shapes, strict=True):
        if by not in again.gradients:
            made += [ZERO] * size(shape)
        elif not shape:
            made.append(formulary.gradient(by))
        else:
            entries = formulary.entries(by)
            made += [entries.get(place) for place in np.ndindex(*shape)]
    return made


def _formulary(backward: Backward, reread: Callable[[Expr], Expr], at: Mapping[str, Any] | None) -> Formulary:
    graph = backward.graph
    inputs = {i: node.name for i, node in enumerate(graph.nodes) if node.op is INPUT and node.name}
    samples = sample(graph, inputs, list(dict.fromkeys(backward.gradients.values())), at)
    return Formulary(backward, inputs, inputs, samples, reread, Effort(nodes=EFFORT))
