"""What an operation does when some of its operands have one value per point: the leading axis is left alone.

A rule takes the step and its operands, and gives the values at all points. The rules save time only: an operation
without one is done point by point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.ops import kernels
from gradviz.passes.compiling.simplify import Step
from gradviz.passes.templates import Settings, array_function
from gradviz.shape import Shape

Array = Any
"""An array; NumPy's own types of what its functions return say no more."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A value: the same at all points, or one per point along the first axis.

    Args:
        value: all of it.
        shape: at one point.
        many: whether there is one per point.
    """

    value: Any
    shape: Shape
    many: bool

    def at(self, point: int) -> Any:
        """The value at a point."""
        return self.value[point] if self.many else self.value

    def aligned(self, rank: int) -> Any:
        """The value, with axes of one entry after the first, so that it broadcasts as one of that rank does."""
        if not self.many or len(self.shape) == rank:
            return self.value
        return self.value.reshape(len(self.value), *[1] * (rank - len(self.shape)), *self.shape)


def elementwise(step: Step, operands: Sequence[Operand]) -> Array:
    """An operation entry by entry."""
    rank = max(len(operand.shape) for operand in operands)
    function = array_function(step.op.name, len(operands), step.settings)
    return np.asarray(function(*[operand.aligned(rank) for operand in operands]))


def _along_axes(step: Step, operands: Sequence[Operand]) -> Array:
    """A reduction or a scan along axes, which are counted behind the points'."""
    (x,) = operands
    settings: dict[str, Any] = dict(step.settings)
    axis, rank = settings["axis"], len(x.shape)
    chosen: Any = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    moved = tuple(1 + one % rank for one in chosen)
    settings["axis"] = moved if axis is None or isinstance(axis, tuple) else moved[0]
    return _applied(step.op.name, [x.value], tuple(settings.items()))


def _applied(name: str, values: Sequence[Any], settings: Settings) -> Array:
    return np.asarray(array_function(name, len(values), settings)(*values))


def _matmul(step: Step, operands: Sequence[Operand]) -> Array:
    a, b = operands
    rank = max(len(a.shape), len(b.shape))
    if rank > 2:
        return np.matmul(a.aligned(rank), b.aligned(rank))
    if len(a.shape) == len(b.shape) == 1:
        return _dot(step, operands)
    if len(b.shape) == 1 and b.many:
        # Of all points at once, a matrix times vectors is one product of matrices.
        return b.value @ a.value.T if not a.many else np.matmul(a.value, b.value[..., np.newaxis])[..., 0]
    if len(a.shape) == 1 and a.many and b.many:
        return np.matmul(a.value[:, np.newaxis, :], b.value)[:, 0, :]
    return np.matmul(a.value, b.value)


def _dot(step: Step, operands: Sequence[Operand]) -> Array:
    first, second = (("n" if operand.many else "") + "i" for operand in operands)
    return np.einsum(f"{first},{second}->n", *[operand.value for operand in operands])


def _outer(step: Step, operands: Sequence[Operand]) -> Array:
    a, b = (operand.value.reshape(-1, *_flat(operand)) for operand in operands)
    return a[:, :, np.newaxis] * b[:, np.newaxis, :]


def _flat(operand: Operand) -> tuple[int]:
    return (int(np.prod(operand.shape, dtype=int)),)


def _squared_norm(step: Step, operands: Sequence[Operand]) -> Array:
    flat = operands[0].value.reshape(-1, *_flat(operands[0]))
    return np.einsum("ni,ni->n", flat, flat)


def _transpose(step: Step, operands: Sequence[Operand]) -> Array:
    (x,) = operands
    axes: Any = dict(step.settings)["axes"]
    if axes is not None:
        return np.asarray(x.value.transpose(0, *[1 + axis % len(x.shape) for axis in axes]))
    return np.asarray(x.value[:, np.newaxis] if len(x.shape) == 1 else x.value.swapaxes(-1, -2))


def _reshape(step: Step, operands: Sequence[Operand]) -> Array:
    value = operands[0].value
    return value.reshape(len(value), *step.shape)


def _broadcast_to(step: Step, operands: Sequence[Operand]) -> Array:
    value = operands[0].aligned(len(step.shape))
    return np.broadcast_to(value, (len(value), *step.shape))


def _sum_to(step: Step, operands: Sequence[Operand]) -> Array:
    value = operands[0].value
    rank = len(operands[0].shape)
    return kernels.sum_to(value, (len(value), *[1] * (rank - len(step.shape)), *step.shape)).reshape(-1, *step.shape)


def _index(step: Step, operands: Sequence[Operand]) -> Array:
    items: Any = dict(step.settings)["items"]
    return np.asarray(kernels.index(operands[0].value, (EVERY, *items)))


def _scatter(step: Step, operands: Sequence[Operand]) -> Array:
    value = operands[0].value
    items: Any = dict(step.settings)["items"]
    return np.asarray(kernels.scatter(value, (EVERY, *items), (len(value), *step.shape)))


EVERY = ("slice", None, None, None)

Rule = Callable[[Step, Sequence[Operand]], Array]

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        ("sum", "mean", "max", "min", "prod", "var", "cumsum", "softmax", "log_softmax", "logsumexp"), _along_axes
    ),
    "matmul": _matmul,
    "dot": _dot,
    "outer": _outer,
    "squared_norm": _squared_norm,
    "transpose": _transpose,
    "reshape": _reshape,
    "broadcast_to": _broadcast_to,
    "sum_to": _sum_to,
    "index": _index,
    "scatter": _scatter,
}
"""By the operation's name. Where an operand is a number, or a vector beside more than a matrix, none is used."""


def point_by_point(step: Step, operands: Sequence[Operand], count: int) -> Array:
    """Any operation: at one point after the other. A singular matrix gives NaN."""
    function = array_function(step.op.name, len(operands), step.settings)
    found = np.empty((count, *step.shape), np.result_type(*[operand.value for operand in operands]))
    for point in range(count):
        try:
            found[point] = function(*[operand.at(point) for operand in operands])
        except np.linalg.LinAlgError:
            found[point] = np.nan
    return found


def at_all_points(step: Step, operands: Sequence[Operand], count: int) -> Array:
    """The values of a step at all points, of which at least one operand has many."""
    if step.op.elementwise:
        return elementwise(step, operands)
    rule = RULES.get(step.op.name)
    ranks = {len(operand.shape) for operand in operands}
    if rule is None or 0 in ranks or (1 in ranks and max(ranks) > 2):
        return point_by_point(step, operands, count)
    return rule(step, operands)
