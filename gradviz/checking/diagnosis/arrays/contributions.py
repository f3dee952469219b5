"""Wrong contributions along one edge, and where they can be made: what the table of structural mistakes is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.checking.diagnosis.arrays.replay import Spot
from gradviz.graph.folding import Folded
from gradviz.shape import size

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


def ones(spot: Spot) -> Any:
    """The local derivative alone."""
    return along(spot, spot.builder.constant(1, spot.node.shape))


def is_one(spot: Spot) -> bool:
    """Whether what comes back is 1."""
    return spot.builder.number(spot.upstream) == 1


def is_unary(spot: Spot) -> bool:
    """Whether it is a function of one operand."""
    node = spot.node
    if not node.op.elementwise:
        return node.op.name in ("softmax", "log_softmax")
    return len(node.operands) == 1 or (node.op.name == "pow" and spot.slot == 0)


def unsummed(spot: Spot) -> Any:
    """What comes back times the local derivative, before it is summed to the operand's shape."""
    return spot.g * partial(spot)


def partial(spot: Spot) -> Any:
    """The local derivative of an elementwise operation."""
    partial = spot.node.op.partial(spot.slot)
    assert partial is not None, spot.node.op.name
    return partial(spot.builder, spot.y, *spot.xs, **spot.node.settings)


def is_broadcast(spot: Spot) -> bool:
    """Whether the operand was repeated."""
    return spot.node.op.elementwise and spot.shape != spot.node.shape


def averaged(spot: Spot) -> Any:
    """The copies' gradients, averaged."""
    count = size(spot.node.shape) // max(1, size(spot.shape))
    return fitted(spot, spot.builder.term(spot.builder.fit(unsummed(spot).id, spot.node.shape))) / count


def along_rows(spot: Spot) -> bool:
    """Whether a vector was repeated for every row."""
    return is_broadcast(spot) and len(spot.shape) == 1 and len(spot.node.shape) == 2


def wrong_axis(spot: Spot) -> Any:
    """The copies' gradients, summed over axis 1."""
    whole = spot.builder.term(spot.builder.fit(unsummed(spot).id, spot.node.shape))
    return spot.builder.sum(whole, axis=1)


def has_matrices(spot: Spot) -> bool:
    """Whether all operands are matrices."""
    return all(len(x.shape) == 2 for x in spot.xs)


def named(name: str, *more: Callable[[Spot], bool]) -> Callable[[Spot], bool]:
    """Whether it is an operation of a name for which more holds."""
    return lambda spot: spot.node.op.name == name and all(each(spot) for each in more)


def by_matrix(spot: Spot) -> bool:
    """Whether it is by the matrix of a product with a vector."""
    return len(spot.shape) == 2 and len(spot.other.shape) == 1


def plain_order(spot: Spot) -> Any:
    """The factors the other way round, nothing transposed."""
    return spot.other @ spot.g if spot.slot == 0 else spot.g @ spot.other


def as_matrices(spot: Spot) -> Any:
    """A product entry by entry, taken back as one of matrices."""
    turned = spot.builder.transpose(spot.other)
    return spot.g @ turned if spot.slot == 0 else turned @ spot.g


def label_lost(spot: Spot) -> Any:
    """The softmax alone: p where p − y belongs."""
    b, axis = spot.builder, spot.node.settings["axis"]
    if spot.node.op.name == "softmax":
        return -(spot.y * b.sum(spot.g * spot.y, axis=axis, keepdims=True))
    return -(b.exp(spot.y) * b.sum(spot.g, axis=axis, keepdims=True))


def is_softmax(spot: Spot) -> bool:
    """Whether it is a softmax or its logarithm."""
    return spot.node.op.name in ("softmax", "log_softmax")


def local_varies(spot: Spot) -> bool:
    """Whether the local derivative depends on anything."""
    return not partial(spot).fixed if spot.node.op.elementwise else True


def is_squared(spot: Spot) -> bool:
    """Whether it is a square."""
    return spot.slot == 0 and spot.builder.number(spot.node.operands[1]) == 2


def is_product(spot: Spot) -> bool:
    """Whether it is a product of two different things."""
    node = spot.node
    return node.op.name in ("mul", "matmul", "dot", "outer") and node.operands[0] != node.operands[1]


def kept(spot: Spot) -> Any:
    """The operand itself left as a factor in what comes back to it."""
    made = along(spot, spot.g)
    return made @ spot.x if len(spot.shape) == 2 and spot.node.op.name == "matmul" else made * spot.x


def twice(spot: Spot) -> Any:
    """The local derivative applied twice."""
    return along(spot, along(spot, spot.g))


def only_positive(spot: Spot) -> Any:
    """What comes back where that is positive."""
    b = spot.builder
    return b.where(spot.g > 0, spot.g, b.constant(0, spot.node.shape))


def own_diagonal(spot: Spot) -> Any:
    """The diagonal of softmax's Jacobian, and nothing of what comes back."""
    if spot.node.op.name == "softmax":
        return spot.y * (1 - spot.y)
    return 1 - spot.builder.exp(spot.y)
