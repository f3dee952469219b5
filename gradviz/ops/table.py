"""OPS: every operation by name. The one list; a new row in a family is in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gradviz.ops import (
    activations,
    arithmetic,
    clamped,
    comparison,
    exponential,
    extremes,
    hyperbolic,
    linear_algebra,
    lookup,
    matmul,
    matrices,
    normalising,
    norms,
    piecewise,
    products,
    reductions,
    selecting,
    shaping,
    special,
    trigonometric,
    windows,
)
from gradviz.ops.op import Op

FAMILIES: tuple[tuple[Op, ...], ...] = (
    arithmetic.ROWS,
    comparison.ROWS,
    (*exponential.ROWS, *clamped.ROWS),
    trigonometric.ROWS,
    hyperbolic.ROWS,
    piecewise.ROWS,
    special.ROWS,
    activations.ROWS,
    (*matmul.ROWS, *linear_algebra.ROWS, *matrices.ROWS, *norms.ROWS, *windows.CORRELATIONS),
    (*reductions.ROWS, *products.ROWS, *extremes.ROWS, *normalising.ROWS),
    (*shaping.ROWS, *selecting.ROWS, *windows.ROWS, *lookup.ROWS),
)
"""The families, in the order in which `gradviz ops` lists them."""


def join(families: tuple[tuple[Op, ...], ...]) -> Mapping[str, Op]:
    """The rows of families by name.

    Raises:
        ValueError: two rows have the same name.
    """
    table: dict[str, Op] = {}
    for op in (op for family in families for op in family):
        if op.name in table:
            raise ValueError(f"the operation {op.name!r} stands in the table twice")
        table[op.name] = op
    return MappingProxyType(table)


OPS: Mapping[str, Op] = join(FAMILIES)


def words(ops: Mapping[str, Op]) -> Mapping[str, Op]:
    """The rows by name and alias.

    Raises:
        ValueError: an alias is another row's name or alias.
    """
    found = dict(ops)
    for op in ops.values():
        for alias in op.aliases:
            if found.setdefault(alias, op) is not op:
                raise ValueError(f"the alias {alias!r} of {op.name!r} is taken")
    return MappingProxyType(found)


FUNCTIONS: Mapping[str, Op] = words(OPS)
"""Every word that the language accepts before `(`: names and aliases."""
