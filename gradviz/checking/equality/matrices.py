"""Square matrices and singular values in balls."""

from __future__ import annotations

from functools import reduce
from math import factorial
from typing import Any

import numpy as np
from flint import acb, acb_mat, arb_mat, fmpq, fmpq_mat

from gradviz.checking.equality.arrays import Array, each, filled, of, settle
from gradviz.checking.equality.scalars import SCALARS
from gradviz.checking.equality.values import (
    UNDECIDED,
    UNDEFINED,
    VANISHING,
    ZERO,
    Value,
    Word,
    ball,
    number,
    settled,
    surely_not_zero,
    surely_zero,
)

_log = SCALARS["log"]
EXACT_SIZE = 12
"""Up to which size exact matrices are solved exactly."""
EXPANDED = 3
"""Up to which size cofactors are taken minor by minor; of larger matrices they are det(A) A⁻ᵀ, if that is certain."""


def _exact(x: Array) -> Any | None:
    if x.shape[-1] <= EXACT_SIZE and all(type(number(value)) is fmpq for value in x.flat):
        return fmpq_mat([[number(value) for value in row] for row in x])
    return None


def _word(*arrays: Array) -> Word | None:
    words = [value for x in arrays for value in x.flat if type(value) is Word and value is not VANISHING]
    return None if not words else UNDEFINED if UNDEFINED in words else UNDECIDED


def determinant(x: Array) -> Value:
    """The determinant of one matrix."""
    if not x.size:
        return fmpq(1)
    word = _word(x)
    if word is not None:
        return word
    exact = _exact(x)
    return settled((_balls(x) if exact is None else exact).det())


def det(x: Array) -> Array:
    """The determinant of each matrix of a stack."""
    return of([determinant(x[place]) for place in np.ndindex(*x.shape[:-2])], x.shape[:-2])


def logdet(x: Array) -> Array:
    """The logarithm of the determinant, where that is positive."""
    return each(_log, det(x))


def _solved(a: Array, c: Array) -> Array:
    """The solution of one matrix's equations."""
    word = _word(a, c)
    if word is None:
        size = determinant(a)
        word = UNDEFINED if surely_zero(size) else None if surely_not_zero(size) else UNDECIDED
    if word is not None:
        return filled(c.shape, word)
    left, right = _exact(a), _exact(c)
    if left is None or right is None:
        left, right = _balls(a), _balls(c)
    try:
        made = left.solve(right)
    except ZeroDivisionError:  # the algorithm met a pivot that holds 0, though the determinant does not
        return filled(c.shape, UNDECIDED)
    return of([settled(value) for value in made.entries()], c.shape)


def solve(a: Array, c: Array) -> Array:
    """The solution of each system of a stack; a vector is one column."""
    if c.ndim == 1:
        return solve(a, c[:, np.newaxis])[..., 0]
    lead = np.broadcast_shapes(a.shape[:-2], c.shape[:-2])
    left, right = (np.broadcast_to(part, (*lead, *part.shape[-2:])) for part in (a, c))
    made = np.empty(right.shape, dtype=object)
    for place in np.ndindex(*lead):
        made[place] = _solved(left[place], right[place])
    return made


def inv(x: Array) -> Array:
    """The inverse of each matrix of a stack."""
    n = x.shape[-1]
    unit = of([fmpq(int(i == k)) for i in range(n) for k in range(n)], (n, n))
    return solve(x, unit)


def cofactor(x: Array, *directions: Array) -> Array:
    """Cofactors by minors; along directions by polarisation: their value is a polynomial of degree n − 1."""
    n = x.shape[-1]
    lead = np.broadcast_shapes(x.shape[:-2], *(part.shape[:-2] for part in directions))
    spread = [np.broadcast_to(part, (*lead, n, n)) for part in (x, *directions)]
    made = np.empty((*lead, n, n), dtype=object)
    for place in np.ndindex(*lead):
        made[place] = _polarised([part[place] for part in spread])
    return made


def _polarised(parts: list[Array]) -> Array:
    x, *directions = parts
    n, along = x.shape[-1], len(directions)
    if along >= max(n, 1):
        return filled(x.shape, ZERO)
    if not along:
        return _minors(x)
    own = n - 1 - along
    sources = [x] * own + directions
    total = filled(x.shape, ZERO)
    for chosen in range(1, 1 << len(sources)):
        some = [sources[i] for i in range(len(sources)) if chosen >> i & 1]
        signed = _minors(settle(reduce(lambda a, b: a + b, some), x.shape))
        total = settle(total + signed if (len(sources) - len(some)) % 2 == 0 else total - signed, x.shape)
    return settle(total / fmpq(factorial(own)), x.shape)


def _minors(x: Array) -> Array:
    n = x.shape[-1]
    size = determinant(x)
    if n > EXPANDED and surely_not_zero(size):
        return each(SCALARS["mul"], inv(x).T, filled((), size))
    made = np.empty((n, n), dtype=object)
    for i, k in np.ndindex(n, n):
        minor = determinant(np.delete(np.delete(x, i, 0), k, 1))
        made[i, k] = minor if (i + k) % 2 == 0 else -minor
    return made


def _balls(x: Array) -> Any:
    return arb_mat([[ball(value) for value in row] for row in x])


def top_singular(x: Array) -> Array:
    """The matrix u vᵀ of the first singular vectors; zeros at a zero matrix."""
    if all(surely_zero(value) for value in x.flat):
        return filled(x.shape, ZERO)
    return top_pair(x)[1]


def top_pair(x: Array) -> tuple[Value, Array]:
    """The largest singular value and u vᵀ, by certified eigenvalues of xᵀx; undecided unless it stands alone."""
    words = [value for value in x.flat if type(value) is Word and value is not VANISHING]
    if words:
        return words[0], filled(x.shape, UNDEFINED if UNDEFINED in words else UNDECIDED)
    matrix = _balls(x)
    try:
        values, vectors = acb_mat(matrix.transpose() * matrix).eig(right=True)
    except ValueError:
        return UNDECIDED, filled(x.shape, UNDECIDED)
    sizes = [value.real for value in values]
    best = next((i for i, a in enumerate(sizes) if all(a > b for k, b in enumerate(sizes) if k != i)), None)
    if best is None or not sizes[best] > 0:
        return UNDECIDED, filled(x.shape, UNDECIDED)
    sigma = sizes[best].sqrt()
    vector = acb_mat([[vectors[i, best]] for i in range(x.shape[1])])
    length = (vector.transpose() * vector)[0, 0]
    made = acb_mat(matrix) * vector * vector.transpose()
    scale = acb(sigma) * length
    entries = [(made[i, k] / scale).real for i in range(x.shape[0]) for k in range(x.shape[1])]
    return settled(sigma), of([settled(value) for value in entries], x.shape)
