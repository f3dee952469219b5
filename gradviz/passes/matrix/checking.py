"""Checking the algebra by numbers: what a formula is worth, and whether a constructor kept the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import InternalError
from gradviz.passes.matrix.leaves import is_letter, letter_value
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.templates import array_function

Values = NDArray[np.float64]
Value = Callable[[Matrix], Values]
Constructor = TypeVar("Constructor", bound=Callable[..., Matrix])


class WrongRule(InternalError):
    """A constructor's result is worth something else than what it was asked for."""


class Evaluation:
    """Formulas' values at one point, each node computed once. Called with a formula, it gives a 2-D array."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.known: dict[Matrix, Values] = {}

    def __call__(self, matrix: Matrix) -> Values:
        """The value of `matrix`, of shape (rows, columns)."""
        if matrix not in self.known:
            with np.errstate(all="ignore"):
                self.known[matrix] = self._computed(matrix)
        return self.known[matrix]

    def _computed(self, matrix: Matrix) -> Values:
        if is_letter(matrix):
            found = np.asarray(float(letter_value(matrix)))
        elif matrix.op == "symbol":
            found = np.asarray(self.values[matrix.data[0]], dtype=float)
        else:
            found = np.asarray(MEANINGS[matrix.op](matrix, *(self(arg) for arg in matrix.args)), dtype=float)
        return found.reshape(matrix.rows, matrix.columns)


def value_of(matrix: Matrix, values: Mapping[str, Any]) -> Values:
    """What a formula is worth where its symbols have these values.

    Args:
        matrix: the formula.
        values: an array per symbol's name; a vector may come 1-D, a scalar as a number.

    Returns:
        An array of shape (rows, columns), NaN or infinite where the formula is not defined.

    Example:
        >>> from gradviz.passes.matrix.algebra import product, symbol, transpose
        >>> x = symbol("x", 2, 1)
        >>> value_of(product(transpose(x), x), {"x": [3, 4]})
        array([[25.]])
    """
    return Evaluation(values)(matrix)


_CHECKED: ContextVar[Evaluation | None] = ContextVar("_CHECKED", default=None)


@contextmanager
def checked(values: Mapping[str, Any]) -> Iterator[Evaluation]:
    """A context in which every constructor compares its result with the plain meaning of what it was asked for.

    Args:
        values: an array per symbol's name, with the properties that the symbols claim.

    Yields:
        The evaluation at that point.

    Raises:
        WrongRule: where a result is worth something else.
    """
    evaluation = Evaluation(values)
    token = _CHECKED.set(evaluation)
    try:
        yield evaluation
    finally:
        _CHECKED.reset(token)


def rule(meaning: Callable[..., Any]) -> Callable[[Constructor], Constructor]:
    """Declares what a constructor's result is worth: `meaning(value, *its arguments)`, `value` giving the operands'."""

    def declare(constructor: Constructor) -> Constructor:
        @wraps(constructor)
        def guarded(*args: Any, **keywords: Any) -> Matrix:
            made = constructor(*args, **keywords)
            evaluation = _CHECKED.get()
            if evaluation is not None:
                _compare(evaluation, made, meaning, constructor.__name__, args, keywords)
            return made

        return guarded  # type: ignore[return-value]

    return declare


def _compare(
    evaluation: Evaluation,
    made: Matrix,
    meaning: Callable[..., Any],
    name: str,
    args: tuple[Any, ...],
    keywords: Mapping[str, Any],
) -> None:
    got = evaluation(made)
    with np.errstate(all="ignore"):
        want = np.asarray(meaning(evaluation, *args, **keywords), dtype=float)
    if want.shape != got.shape:
        raise WrongRule(f"{name} made {made!r} of shape {got.shape} where {want.shape} was meant")
    told = np.isfinite(want)
    if not told.all():
        told &= np.isfinite(got)  # an infinite entry spreads through sums of products: there, nothing is told
    size = 1 + np.abs(want[told]).max(initial=0)
    if not np.allclose(got[told], want[told], rtol=1e-7, atol=1e-9 * size):
        raise WrongRule(f"{name} made {made!r}, worth\n{got}\nwhere\n{want}\nwas meant")


def powered(base: Values, power: Any) -> Values:
    """`base` to a rational power, entry by entry; NaN where there is no real one."""
    if power.denominator == 1 and power > 0:
        return base ** int(power)
    return base ** float(power)


def _scaled(matrix: Matrix, *args: Values) -> Any:
    coefficient, powers, has_body = matrix.data
    found: Any = np.full((1, 1), float(coefficient))
    for base, power in zip(args, powers, strict=False):
        found = found * powered(base, power)
    return found * args[-1] if has_body else found


def _sum(matrix: Matrix, *args: Values) -> Any:
    total = np.zeros((matrix.rows, matrix.columns))
    for coefficient, arg in zip(matrix.data, args, strict=True):
        total = total + float(coefficient) * arg
    return total


def _chain(_: Matrix, *args: Values) -> Any:
    found = args[0]
    for arg in args[1:]:
        found = found @ arg
    return found


def _hadamard(matrix: Matrix, *args: Values) -> Any:
    found: Any = 1.0
    for base, power in zip(args, matrix.data, strict=True):
        found = found * powered(base, power)
    return found


def _applied(matrix: Matrix, *args: Values) -> Any:
    name, attributes = matrix.data
    return array_function(name, len(args), attributes)(*args)


def inverted(x: Values) -> Values:
    """The inverse, NaN where there is none."""
    return np.asarray(array_function("inv", 1, ())(x))


MEANINGS: dict[str, Callable[..., Any]] = {
    "scaled": _scaled,
    "ones": lambda matrix: np.ones((matrix.rows, 1)),
    "identity": lambda matrix: np.eye(matrix.rows),
    "diagonal": lambda _, v: np.diag(v[:, 0]),
    "elementwise": _applied,
    "function": _applied,
    "inverse": lambda _, x: inverted(x),
    "transpose": lambda _, x: x.T,
    "diagonal_of": lambda _, x: np.diag(x),
    "hadamard": _hadamard,
    "chain": _chain,
    "trace": lambda _, x: np.trace(x),
    "determinant": lambda _, x: array_function("det", 1, ())(x),
    "logdet": lambda _, x: array_function("logdet", 1, ())(x),
    "sum": _sum,
}
"""What each kind of node but a symbol is worth, from its operands' values."""
