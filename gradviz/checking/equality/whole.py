"""The operations on whole arrays, in balls.

Most rows' NumPy expressions work on objects as they stand (sums, products, layout); what compares, takes roots or
solves stands in the table here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np
from flint import fmpq

from gradviz.checking.equality import matrices
from gradviz.checking.equality.arithmetic import GREATEST, LEAST, square_root, strict
from gradviz.checking.equality.arrays import Array, each, filled, of, settle
from gradviz.checking.equality.scalars import SCALARS
from gradviz.checking.equality.values import UNDECIDED, UNDEFINED, VANISHING, ZERO, Value, Word, number, settled
from gradviz.ops import axes

Whole = Callable[..., Array]

_max, _min, _root, _mul, _div = strict(GREATEST), strict(LEAST), strict(square_root), SCALARS["mul"], SCALARS["div"]
_exp, _log = SCALARS["exp"], SCALARS["log"]


# Reductions


def _lines(x: Array, axis: Any) -> Array:
    """The reduced axes as one, behind the others."""
    taken = axes.axes_of(axis, x.ndim)
    rest = [i for i in range(x.ndim) if i not in taken]
    return x.transpose(*rest, *taken).reshape((*(x.shape[i] for i in rest), -1))


def _reduced(x: Array, axis: Any, keepdims: Any, function: Callable[[list[Value]], Value]) -> Array:
    lines = _lines(x, axis)
    made = of([function(list(lines[place])) for place in np.ndindex(*lines.shape[:-1])], lines.shape[:-1])
    return made.reshape(axes.reduced((x.shape,), axis, keepdims))


def _sum(values: list[Value]) -> Value:
    return settled(reduce(lambda a, b: settled(a + b), values, ZERO))


def _shifted_exp(values: list[Value]) -> tuple[Value, list[Value]]:
    top = next((value for value in values if type(value) is Word and value is not VANISHING), None)
    if top is not None:
        top = UNDEFINED if UNDEFINED in values else UNDECIDED
        return top, [top] * len(values)
    numbers = [number(value) for value in values]
    top = reduce(lambda a, b: b if b > a else a, numbers)
    return top, [_exp(settled(value - top)) for value in numbers]


def _log_sum(values: list[Value]) -> Value:
    top, powers = _shifted_exp(values)
    return settled(top + _log(_sum(powers)))


def _softmax(x: Array, axis: int) -> Array:
    def line(values: list[Value]) -> list[Value]:
        _, powers = _shifted_exp(values)
        total = _sum(powers)
        return [_div(power, total) for power in powers]

    return _along(x, axis, line)


def _log_softmax(x: Array, axis: int) -> Array:
    def line(values: list[Value]) -> list[Value]:
        total = _log_sum(values)
        return [settled(value - total) for value in values]

    return _along(x, axis, line)


def _along(x: Array, axis: int, line: Callable[[list[Value]], list[Value]]) -> Array:
    """A function of the lines along an axis, each giving a line."""
    turned = np.moveaxis(x, axis, -1)
    made = np.empty(turned.shape, dtype=object)
    for place in np.ndindex(*turned.shape[:-1]):
        made[place] = of(line(list(turned[place])), turned.shape[-1:])
    return np.moveaxis(made, -1, axis)


def _var(x: Array, axis: Any, keepdims: Any, ddof: int) -> Array:
    def line(values: list[Value]) -> Value:
        mean = _div(_sum(values), fmpq(len(values)))
        off = [settled(value - mean) for value in values]
        return _div(_sum([_mul(part, part) for part in off]), fmpq(len(values) - ddof))

    return _reduced(x, axis, keepdims, line)


def _maxout(x: Array, pieces: int) -> Array:
    groups = x.reshape(*x.shape[:-1], x.shape[-1] // pieces, pieces)
    return _reduced(groups, -1, False, lambda values: reduce(_max, values))


# Norms


def _norm(x: Array, ord: Any) -> Array:
    entries = list(x.flat)
    if ord in (None, "fro") or (ord == 2 and x.ndim < 2):
        return filled((), _root(_sum([_mul(value, value) for value in entries])))
    if ord == 2:
        return filled((), matrices.top_pair(x)[0])
    sizes = each(SCALARS["abs"], x)
    if x.ndim >= 2:
        return _reduced(_reduced(sizes, 0 if ord == 1 else 1, False, _sum), None, False, lambda s: reduce(_max, s))
    return filled((), _sum(list(sizes.flat)) if ord == 1 else reduce(_max, list(sizes.flat)))


# Picking


def _one_hot(x: Array, classes: int) -> Array:
    numbers = of([fmpq(i) for i in range(classes)], (classes,))
    return each(SCALARS["equal"], x[..., np.newaxis], numbers)


def _row(index: Value, count: int) -> int | Word:
    """The row that an index names: certainly none is undefined."""
    value = number(index)
    if type(value) is Word:
        return value
    if type(value) is not fmpq:
        return UNDEFINED if not value.contains_integer() else UNDECIDED
    return int(value.p) if value.q == 1 and 0 <= value < count else UNDEFINED


def _take(x: Array, indices: Array) -> Array:
    made = np.empty((*indices.shape, *x.shape[1:]), dtype=object)
    for place in np.ndindex(*indices.shape):
        row = _row(indices[place], len(x))
        made[place] = filled(x.shape[1:], row) if isinstance(row, Word) else x[row]
    return made


def _scatter_add(x: Array, indices: Array, count: int) -> Array:
    rest = x.shape[indices.ndim :]
    made = filled((count, *rest), ZERO)
    for place in np.ndindex(*indices.shape):
        row = _row(indices[place], count)
        if row is UNDECIDED:
            return filled(made.shape, UNDECIDED)
        if not isinstance(row, Word):
            made[row] = settle(made[row] + x[place], rest)[()]
    return made


WHOLE: Mapping[str, Whole] = MappingProxyType(
    {
        "max": lambda x, axis, keepdims: _reduced(x, axis, keepdims, lambda values: reduce(_max, values)),
        "min": lambda x, axis, keepdims: _reduced(x, axis, keepdims, lambda values: reduce(_min, values)),
        "mean": lambda x, axis, keepdims: _reduced(
            x, axis, keepdims, lambda values: _div(_sum(values), fmpq(len(values)))
        ),
        "var": _var,
        "maxout": _maxout,
        "softmax": _softmax,
        "log_softmax": _log_softmax,
        "logsumexp": lambda x, axis, keepdims: _reduced(x, axis, keepdims, _log_sum),
        "norm": _norm,
        "top_singular": matrices.top_singular,
        "det": matrices.det,
        "logdet": matrices.logdet,
        "cofactor": matrices.cofactor,
        "inv": matrices.inv,
        "solve": matrices.solve,
        "one_hot": _one_hot,
        "take": _take,
        "scatter_add": _scatter_add,
    }
)
"""By operation: `(*arrays, **settings)`. The others go by their NumPy expression."""
