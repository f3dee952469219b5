"""Points that lie on a kink: there a derivative is a matter of convention, and no point to show to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.checking.equality.program import Point, entries
from gradviz.checking.equality.values import Value, known, number, surely_zero

if TYPE_CHECKING:
    from gradviz.checking.equality.comparing import Bench

BITS = 64
CHANGES: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("abs", "sign", "relu", "leaky_relu", "elu", "selu"), 1)
    | dict.fromkeys(("greater", "less", "greater_equal", "less_equal", "equal", "not_equal"), 2)
    | dict.fromkeys(("maximum", "minimum"), 2)
)
"""Operations that change over where their operand is 0 (1), or where their first two are equal (2)."""
LARGEST = 4_000
"""Of arrays with more entries no kink is looked for."""


def at_kink(ready: Bench, point: Point) -> bool:
    """Whether a condition of the truth or of the function changes over at a point.

    Example:
        >>> from flint import fmpq
        >>> from gradviz.checking.claim import Claim
        >>> from gradviz.checking.equality.comparing import bench
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> x = g.input("x")
        >>> ready = bench(Claim(g, g.sign(x).id, x.id))
        >>> at_kink(ready, {"x": fmpq(0)}), at_kink(ready, {"x": fmpq(1)})
        (True, False)
    """
    steps = ready.changing
    if not steps:
        return False
    found = ready.program.run(point, BITS)
    return any(_changes([found[i] for i in operands]) for operands in steps)


def _changes(operands: list[Any]) -> bool:
    first, *others = operands
    if not others:
        return any(surely_zero(entry) for entry in entries(first))
    second = others[0]
    a, b = entries(first), entries(second)
    if max(len(a), len(b)) > LARGEST:
        return False
    if len(a) != len(b):
        a, b = (a * len(b), b) if len(a) == 1 else (a, b * len(a)) if len(b) == 1 else ([], [])
    return any(_same(one, other) for one, other in zip(a, b, strict=True))


def _same(a: Value, b: Value) -> bool:
    return known(a) and known(b) and surely_zero(number(a) - number(b))
