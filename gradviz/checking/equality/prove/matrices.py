"""Determinants and inverses of small matrices of fractions, by the rule of Sarrus and its like (Leibniz)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np

from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.powers import logarithm

LARGEST = 4
"""Rows of the largest matrix."""


def _determinant(field: Field, m: Any) -> Any:
    total: Any = field.zero
    n = len(m)
    if n > LARGEST:
        raise NotImplementedError
    for order in permutations(range(n)):
        swaps = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        term: Any = field.ratio((-1) ** swaps)
        for row, column in enumerate(order):
            term = term * m[row, column]
        total = total + term
    return total


def _stacked(x: Any, of: Callable[[Any], Any]) -> Any:
    parts = [of(part) for part in x.reshape(-1, *x.shape[-2:])]
    made = np.empty((len(parts), *np.shape(parts[0])), dtype=object)
    for i, part in enumerate(parts):
        made[i] = part
    return made.reshape((*x.shape[:-2], *np.shape(parts[0])))


def _inverse(field: Field, m: Any) -> Any:
    n = len(m)
    whole = _determinant(field, m)
    made = np.empty((n, n), dtype=object)
    for i in range(n):
        for j in range(n):
            minor = np.delete(np.delete(m, j, 0), i, 1)
            made[i, j] = _determinant(field, minor) * (-1) ** (i + j) / whole
    return made


def _cofactor(field: Field, x: Any, *directions: Any) -> Any:
    if directions:
        raise NotImplementedError

    def of(m: Any) -> Any:
        made = np.empty(m.shape, dtype=object)
        for i, j in np.ndindex(*m.shape):
            made[i, j] = _determinant(field, np.delete(np.delete(m, i, 0), j, 1)) * (-1) ** (i + j)
        return made

    return _stacked(x, of)


def _det(field: Field, x: Any) -> Any:
    return _stacked(x, lambda m: _determinant(field, m))


def _inv(field: Field, x: Any) -> Any:
    return _stacked(x, lambda m: _inverse(field, m))


def _solve(field: Field, a: Any, b: Any) -> Any:
    return np.matmul(_inv(field, a), b)


def _logdet(field: Field, x: Any) -> Any:
    return _stacked(x, lambda m: logarithm(_determinant(field, m)))


MATRICES: Mapping[str, Callable[..., Any]] = {
    "det": _det,
    "inv": _inv,
    "solve": _solve,
    "logdet": _logdet,
    "cofactor": _cofactor,
}
"""By row, what it is of arrays of fractions."""
