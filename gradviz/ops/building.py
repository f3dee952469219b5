"""Terms that the rules of several array operations build."""

from __future__ import annotations

from gradviz.ops.axes import kept
from gradviz.ops.op import Attribute, Builder, Term
from gradviz.shape import Shape


def identity(b: Builder, n: int) -> Term:
    """The identity matrix."""
    return b.diag(b.constant(1, (n,)))


def column(b: Builder, x: Term) -> Term:
    """Vectors (the last axis) as matrices of one column."""
    return b.reshape(x, shape=(*x.shape, 1))


def row_of(b: Builder, x: Term) -> Term:
    """Vectors (the last axis) as matrices of one row."""
    return b.reshape(x, shape=(*x.shape[:-1], 1, x.shape[-1]))


def per_matrix(b: Builder, g: Term) -> Term:
    """One number per matrix of a stack, with two axes of size 1 so that it multiplies the matrices."""
    return b.reshape(g, shape=(*g.shape, 1, 1)) if g.shape else g


def expanded(b: Builder, g: Term, shape: Shape, axis: Attribute) -> Term:
    """A reduction's result or gradient with its axes back at size 1, ready to broadcast against `shape`."""
    wide = kept(shape, axis)
    return g if g.shape == wide or not g.shape else b.reshape(g, shape=wide)


def spread(b: Builder, g: Term, x: Term, axis: Attribute) -> Term:
    """The same, repeated to the operand's shape."""
    return b.broadcast_to(expanded(b, g, x.shape, axis), shape=x.shape)


def shared(b: Builder, won: Term, axis: Attribute = None) -> Term:
    """Ones where something won, divided by the number of winners along the axes: what ties share."""
    return won / b.sum(won, axis=axis, keepdims=axis is not None)


def gap(b: Builder, x: Term, axis: Attribute = None) -> Term:
    """How far the largest entry along the axes is above the next, where that is least: 0 at a tie."""
    top = b.max(x, axis=axis, keepdims=True)
    won = b.equal(x, top)
    second = b.max(b.where(won, float("-inf"), x), axis=axis, keepdims=True)
    return b.min(b.where(b.sum(won, axis=axis, keepdims=True) > 1, 0, top - second))
