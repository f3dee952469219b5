"""Backpropagation's own mistakes, which belong to no operation's row: wrong contributions along one edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.checking.diagnosis.arrays.replay import Alter, Spot
from gradviz.graph.folding import Folded
from gradviz.shape import size

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


SATURATING = frozenset({"sigmoid", "tanh", "erf", "hard_sigmoid", "softplus", "atan"})
"""Operations that flatten out; their slope is the factor by which gradients vanish."""
TERMS = frozenset({"add", "sub"})


def along(spot: Spot, g: Folded) -> Any:
    """The right contribution for some upstream gradient."""
    b, node = spot.builder, spot.node
    partial = node.op.partial(spot.slot)
    if partial is not None:
        pulled = g * partial(b, spot.y, *spot.xs, **node.settings)
        return fitted(spot, b.term(b.fit(pulled.id, node.shape)))
    rule = node.op.vjp(spot.slot)
    assert rule is not None, node.op.name
    return rule(b, g, spot.y, *spot.xs, **node.settings)


def fitted(spot: Spot, pulled: Folded) -> Folded:
    """An array in the operation's shape, summed to the operand's."""
    return pulled if pulled.shape == spot.shape else spot.builder.sum_to(pulled, shape=spot.shape)


def _ones(spot: Spot) -> Any:
    return along(spot, spot.builder.constant(1, spot.node.shape))


def _is_one(spot: Spot) -> bool:
    return spot.builder.number(spot.upstream) == 1


def _unary(spot: Spot) -> bool:
    node = spot.node
    if not node.op.elementwise:
        return node.op.name in ("softmax", "log_softmax")
    return len(node.operands) == 1 or (node.op.name == "pow" and spot.slot == 0)


def _unsummed(spot: Spot) -> Any:
    return spot.g * _partial(spot)


def _partial(spot: Spot) -> Any:
    partial = spot.node.op.partial(spot.slot)
    assert partial is not None, spot.node.op.name
    return partial(spot.builder, spot.y, *spot.xs, **spot.node.settings)


def _broadcast(spot: Spot) -> bool:
    return spot.node.op.elementwise and spot.shape != spot.node.shape


def _averaged(spot: Spot) -> Any:
    count = size(spot.node.shape) // max(1, size(spot.shape))
    return fitted(spot, spot.builder.term(spot.builder.fit(_unsummed(spot).id, spot.node.shape))) / count


def _along_rows(spot: Spot) -> bool:
    return _broadcast(spot) and len(spot.shape) == 1 and len(spot.node.shape) == 2


def _wrong_axis(spot: Spot) -> Any:
    whole = spot.builder.term(spot.builder.fit(_unsummed(spot).id, spot.node.shape))
    return spot.builder.sum(whole, axis=1)


def _matrices(spot: Spot) -> bool:
    return all(len(x.shape) == 2 for x in spot.xs)


def _is(name: str, *more: Callable[[Spot], bool]) -> Callable[[Spot], bool]:
    return lambda spot: spot.node.op.name == name and all(each(spot) for each in more)


def _by_matrix(spot: Spot) -> bool:
    return len(spot.shape) == 2 and len(spot.other.shape) == 1


def _plain_order(spot: Spot) -> Any:
    return spot.other @ spot.g if spot.slot == 0 else spot.g @ spot.other


def _as_matrices(spot: Spot) -> Any:
    turned = spot.builder.transpose(spot.other)
    return spot.g @ turned if spot.slot == 0 else turned @ spot.g


def _label_lost(spot: Spot) -> Any:
    """The softmax alone: p where p − y belongs."""
    b, axis = spot.builder, spot.node.settings["axis"]
    if spot.node.op.name == "softmax":
        return -(spot.y * b.sum(spot.g * spot.y, axis=axis, keepdims=True))
    return -(b.exp(spot.y) * b.sum(spot.g, axis=axis, keepdims=True))


def _softmax(spot: Spot) -> bool:
    return spot.node.op.name in ("softmax", "log_softmax")


def _local_varies(spot: Spot) -> bool:
    return not _partial(spot).fixed if spot.node.op.elementwise else True


def _squared(spot: Spot) -> bool:
    return spot.slot == 0 and spot.builder.number(spot.node.operands[1]) == 2


def _is_product(spot: Spot) -> bool:
    node = spot.node
    return node.op.name in ("mul", "matmul", "dot") and node.operands[0] != node.operands[1]


def _kept(spot: Spot) -> Any:
    """The operand itself left as a factor in what comes back to it."""
    made = along(spot, spot.g)
    return made @ spot.x if len(spot.shape) == 2 and spot.node.op.name == "matmul" else made * spot.x


def _twice(spot: Spot) -> Any:
    return along(spot, along(spot, spot.g))


def _only_positive(spot: Spot) -> Any:
    b = spot.builder
    return b.where(spot.g > 0, spot.g, b.constant(0, spot.node.shape))


def _own_diagonal(spot: Spot) -> Any:
    """The diagonal of softmax's Jacobian, and nothing of what comes back."""
    if spot.node.op.name == "softmax":
        return spot.y * (1 - spot.y)
    return 1 - spot.builder.exp(spot.y)


TABLE: tuple[Structural, ...] = (
    Structural(
        UPSTREAM_FORGOTTEN,
        lambda spot: not _is_one(spot),
        _ones,
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
        lambda spot: _unary(spot) and spot.node.op.name not in SATURATING and _local_varies(spot),
        lambda spot: spot.g,
        "its derivative is forgotten: the gradient went through as if it were the identity",
        -1.0,
    ),
    Structural(
        "factor 2 lost", _is("pow", _squared), lambda spot: spot.g * spot.x, "the factor 2 of (x²)′ = 2x is lost", 0.2
    ),
    Structural(
        "broadcast not summed",
        _broadcast,
        _unsummed,
        "the operand was broadcast forward, so its gradient must be summed over the copies; it was not",
        -0.2,
    ),
    Structural(
        "broadcast averaged", _broadcast, _averaged, "the copies' gradients were averaged; they must be summed", -0.5
    ),
    Structural(
        "summed over the wrong axis",
        _along_rows,
        _wrong_axis,
        "the gradient was summed over axis 1; the copies lie along axis 0",
        -0.7,
    ),
    Structural(
        "elementwise for matrix product",
        _is("matmul"),
        lambda spot: spot.g * spot.other,
        "multiplied entry by entry where the matrix product belongs",
        -1.0,
    ),
    Structural(
        "order swapped and transpose missing",
        _is("matmul", _matrices),
        _plain_order,
        "the factors are the wrong way round, and the transpose is missing",
        -1.0,
    ),
    Structural(
        "outer product missing",
        _is("matmul", _by_matrix),
        lambda spot: spot.g if spot.slot == 1 else spot.other,
        "the outer product of the gradient and the vector is missing: only the vector is left",
        -0.7,
    ),
    Structural(
        "outer product missing",
        _is("matmul", _by_matrix),
        lambda spot: spot.g,
        "the outer product with the vector is missing: only the gradient is left",
        -0.8,
    ),
    Structural(
        "matrix product for elementwise",
        _is("mul", _matrices),
        _as_matrices,
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
        "label not subtracted", _softmax, _label_lost, "p alone came back: the label is not subtracted (p − y)", 0.0
    ),
    Structural(
        "variable not removed",
        _is_product,
        _kept,
        "the variable stays as a factor: the derivative of a product by one factor is the other one alone",
        -1.1,
    ),
    Structural(
        "derivative twice",
        lambda spot: _unary(spot) and spot.shape == spot.node.shape and _local_varies(spot),
        _twice,
        "its derivative is multiplied in twice",
        -1.1,
    ),
    Structural(
        "mask on the wrong side",
        lambda spot: spot.node.op.name == "relu",
        _only_positive,
        "the mask is of what comes back; it must be of the input",
        -0.3,
    ),
    Structural(
        "diagonal only",
        _softmax,
        _own_diagonal,
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
