"""Backpropagation's own mistakes, which belong to no operation's row: wrong contributions along one edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from gradviz.checking.diagnosis.arrays.contributions import (
    SATURATING,
    TERMS,
    along,
    along_rows,
    as_matrices,
    averaged,
    by_matrix,
    fitted,
    has_matrices,
    is_broadcast,
    is_one,
    is_product,
    is_softmax,
    is_squared,
    is_unary,
    kept,
    label_lost,
    local_varies,
    named,
    ones,
    only_positive,
    own_diagonal,
    plain_order,
    twice,
    unsummed,
    wrong_axis,
)
from gradviz.checking.diagnosis.arrays.replay import Alter, Spot

UPSTREAM_FORGOTTEN = "upstream forgotten"
DERIVATIVE_LOST = "inner derivative lost"


@dataclass(frozen=True, slots=True)
class Structural:
    """A mistake that can be made along many kinds of edge.

    Args:
        name: of the mistake.
        fits: whether it can be made along an edge.
        alter: the wrong contribution.
        says: one clause.
        prior: the log of how likely it is, beside 0 for a row's own mistake.
    """

    name: str
    fits: Callable[[Spot], bool]
    alter: Alter
    says: str
    prior: float = -1.0


TABLE: tuple[Structural, ...] = (
    Structural(
        UPSTREAM_FORGOTTEN,
        lambda spot: not is_one(spot),
        ones,
        "the upstream gradient is left out: only the local derivative came back",
        -1.0,
    ),
    Structural(
        "saturating derivative forgotten",
        lambda spot: spot.node.op.name in SATURATING,
        lambda spot: spot.g,
        "its derivative is forgotten: the gradient went through as if it were the identity",
        -0.5,
    ),
    Structural(
        DERIVATIVE_LOST,
        lambda spot: is_unary(spot) and spot.node.op.name not in SATURATING and local_varies(spot),
        lambda spot: spot.g,
        "its derivative is forgotten: the gradient went through as if it were the identity",
        -1.0,
    ),
    Structural(
        "left standing",
        lambda spot: is_unary(spot) and spot.node.op.name not in ("softmax", "log_softmax", "pow"),
        lambda spot: spot.g * spot.y,
        "the function itself stands where its derivative belongs",
        -1.0,
    ),
    Structural(
        "factor 2 lost",
        named("pow", is_squared),
        lambda spot: spot.g * spot.x,
        "the factor 2 of (x²)′ = 2x is lost",
        0.2,
    ),
    Structural(
        "broadcast not summed",
        is_broadcast,
        unsummed,
        "the operand was broadcast forward, so its gradient must be summed over the copies; it was not",
        -0.2,
    ),
    Structural(
        "broadcast averaged", is_broadcast, averaged, "the copies' gradients were averaged; they must be summed", -0.5
    ),
    Structural(
        "summed over the wrong axis",
        along_rows,
        wrong_axis,
        "the gradient was summed over axis 1; the copies lie along axis 0",
        -0.7,
    ),
    Structural(
        "elementwise for matrix product",
        named("matmul"),
        lambda spot: spot.g * spot.other,
        "multiplied entry by entry where the matrix product belongs",
        -1.0,
    ),
    Structural(
        "order swapped and transpose missing",
        named("matmul", has_matrices),
        plain_order,
        "the factors are the wrong way round, and the transpose is missing",
        -1.0,
    ),
    Structural(
        "outer product missing",
        named("matmul", by_matrix),
        lambda spot: spot.g if spot.slot == 1 else spot.other,
        "the outer product of the gradient and the vector is missing: only the vector is left",
        -0.7,
    ),
    Structural(
        "outer product missing",
        named("matmul", by_matrix),
        lambda spot: spot.g,
        "the outer product with the vector is missing: only the gradient is left",
        -0.8,
    ),
    Structural(
        "matrix product for elementwise",
        named("mul", has_matrices),
        as_matrices,
        "multiplied as matrices where the product is entry by entry",
        -1.0,
    ),
    Structural(
        "mask forgotten",
        lambda spot: spot.node.op.name in ("maximum", "minimum"),
        lambda spot: fitted(spot, spot.g),
        "the mask is forgotten: nothing comes back where the other operand wins",
        0.1,
    ),
    Structural(
        "mask on the wrong side",
        lambda spot: spot.node.op.name in ("maximum", "minimum") and spot.shape == spot.node.shape,
        lambda spot: spot.g - along(spot, spot.g),
        "the mask is on the wrong side: let through where the other operand wins",
        0.0,
    ),
    Structural(
        "factor lost",
        lambda spot: spot.node.op.name in ("matmul", "dot") and spot.node.shape == () and spot.shape != (),
        lambda spot: spot.builder.term(spot.builder.fit(spot.upstream, spot.shape)),
        "the other vector is lost: only what came back is left",
        -0.5,
    ),
    Structural(
        "label not subtracted", is_softmax, label_lost, "p alone came back: the label is not subtracted (p − y)", 0.0
    ),
    Structural(
        "variable not removed",
        is_product,
        kept,
        "the variable stays as a factor: the derivative of a product by one factor is the other one alone",
        -1.1,
    ),
    Structural(
        "derivative twice",
        lambda spot: is_unary(spot) and spot.shape == spot.node.shape and local_varies(spot),
        twice,
        "its derivative is multiplied in twice",
        -1.1,
    ),
    Structural(
        "mask on the wrong side",
        lambda spot: spot.node.op.name == "relu",
        only_positive,
        "the mask is of what comes back; it must be of the input",
        -0.3,
    ),
    Structural(
        "diagonal only",
        is_softmax,
        own_diagonal,
        "only the diagonal of its Jacobian came back, without the upstream gradient",
        -1.4,
    ),
    Structural(
        "sign slipped",
        lambda spot: spot.node.op.name in TERMS,
        lambda spot: along(spot, -spot.g),
        "this term's gradient has the wrong sign",
        -1.5,
    ),
    Structural(
        "factor 2 added",
        lambda spot: spot.node.op.name in ("matmul", "dot", "mul"),
        lambda spot: 2 * along(spot, spot.g),
        "a factor 2 came in that does not belong there",
        -2.5,
    ),
    Structural(
        "halved",
        lambda spot: spot.node.op.name in ("matmul", "dot", "mul", "squared_norm"),
        lambda spot: Fraction(1, 2) * along(spot, spot.g),
        "half of it is lost",
        -2.5,
    ),
)
"""All of them; the sweep in the tests injects every one."""
