"""Case distinctions for SymPy, counted before it builds them: it multiplies out what a condition asks about."""

from __future__ import annotations

from collections.abc import Container
from itertools import chain, islice
from typing import Any

CASES = 4
"""Into how many cases what a condition asks about may fall."""
COMPARED = 120
"""How many expression nodes SymPy may compare pair by pair to shorten a greatest or least."""


def cases(sp: Any, value: Any, holds: Any, otherwise: Any) -> Any:
    """`value` where the condition holds, else `otherwise`.

    Raises:
        ValueError: the condition asks about too many case distinctions, which SymPy would multiply out.

    Example:
        >>> import sympy as sp
        >>> x = sp.Symbol("x", real=True)
        >>> cases(sp, 1, x > 0, 0)
        Piecewise((1, x > 0), (0, True))
    """
    check_asked(sp, holds)
    return sp.Piecewise((value, holds), (otherwise, True))


def check_asked(sp: Any, holds: Any, apart: Container[str] = ()) -> None:
    """Refuse a condition that asks about too many case distinctions.

    Args:
        sp: SymPy.
        holds: the condition.
        apart: names of functions that become case distinctions where they are written out.

    Raises:
        ValueError: it does.
    """
    total = 1
    for part in sp.sympify(holds).atoms(sp.Piecewise, sp.ITE, sp.Function):
        if isinstance(part, sp.Piecewise):
            total *= len(part.args)
        elif isinstance(part, sp.ITE):
            total *= CASES  # inside a case distinction it is simplified by truth table, which takes long
        elif part.func.__name__ in apart:
            total *= 2
        if total > CASES:
            raise ValueError("a condition about too many case distinctions")


def condition(sp: Any, truth: Any) -> Any:
    """The SymPy condition behind a term that is 1 where it holds and 0 elsewhere."""
    if isinstance(truth, sp.Piecewise) and len(truth.args) == 2:
        (first, holds), (last, _) = truth.args
        if (first, last) == (1, 0):
            return holds
        if (first, last) == (0, 1):
            return sp.Not(holds)
    return sp.Ne(truth, 0)


def greatest(sp: Any, *xs: Any) -> Any:
    """The maximum; of long expressions as it stands, without asking which of them can be left out."""
    return sp.Max(*xs, evaluate=_short(sp, xs))


def least(sp: Any, *xs: Any) -> Any:
    """The minimum, as `greatest`."""
    return sp.Min(*xs, evaluate=_short(sp, xs))


def _short(sp: Any, xs: tuple[Any, ...]) -> bool:
    parts = chain.from_iterable(sp.preorder_traversal(sp.sympify(x)) for x in xs)
    return len(list(islice(parts, COMPARED + 1))) <= COMPARED
