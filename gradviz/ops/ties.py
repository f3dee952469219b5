"""What minimum and maximum send back, and where they have a tie."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import combinations
from operator import add, mul
from typing import Any

from gradviz.ops.op import Kink, SlotRule


def share(beats: Callable[[Any, Any], Any]) -> SlotRule:
    """The local derivatives: 1 for the winner, 0 for the others.

    At a tie a constant wins, so that max(0, x) sends nothing back at 0; variables share the gradient equally.

    Args:
        beats: `>` for maximum, `<` for minimum.
    """

    def rule(slot: int, b: Any, y: Any, *xs: Any) -> Any:
        x, others = xs[slot], [other for i, other in enumerate(xs) if i != slot]
        fixed = [other for other in others if other.fixed]
        free = [other for other in others if not other.fixed]
        if len(others) == len(free) == 1:
            return b.where(beats(x, free[0]), 1, b.where(b.equal(x, free[0]), 1 / b.constant(2), 0))
        if not free:
            return b.where(reduce(b.logical_and, [beats(x, other) for other in fixed]), 1, 0)
        winners = reduce(add, [b.equal(each, y) for each in (x, *free)])
        wins = [b.equal(x, y), *(beats(x, other) for other in fixed)]
        return b.where(reduce(b.logical_and, wins), 1 / winners, 0)

    return rule


def tie(sign: int) -> Kink:
    """The kink of maximum (`sign` 1) or minimum (−1): where two operands are equal and none beats them."""

    def locus(b: Any, *xs: Any) -> Any:
        if len(xs) == 2:
            return xs[0] - xs[1]
        best = b.apply("maximum" if sign > 0 else "minimum", *xs)
        return reduce(mul, [b.abs(p - q) + sign * (best - p) for p, q in combinations(xs, 2)])

    extreme = "largest" if sign > 0 else "smallest"
    return Kink(
        locus=locus,
        taken="shared equally",
        allowed="[0, 1]",
        says=f"The {extreme} operands are equal: a constant wins, variables share equally.",
    )
