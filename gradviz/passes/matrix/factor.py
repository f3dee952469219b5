"""Common factors: take out of a sum what several of its terms begin with, end with or contain."""

from __future__ import annotations

from gradviz.passes.matrix.algebra import Matrix, scaled, split
from gradviz.passes.matrix.budget import Budget
from gradviz.passes.matrix.common import Common, commons
from gradviz.passes.matrix.cost import cost

TERMS = 24
"""Longer sums are left alone."""
CANDIDATES = 64
"""How many common factors of one sum are tried."""
DEEPER = 3
"""For how many of the best the sum that is left is factored in turn before choosing."""


def factor(x: Matrix, memo: dict[Matrix, Matrix] | None = None, budget: Budget | None = None) -> Matrix:
    """Take common factors out of a sum, greedily, as long as it gets shorter.

    Args:
        x: a sum, or a number times scalars times one; anything else is returned as it is.
        memo: what has been factored already, within one search.
        budget: what the search may still build.

    Returns:
        An equal formula that costs no more.
    """
    memo, budget = {} if memo is None else memo, Budget() if budget is None else budget
    if x in memo:
        return memo[x]
    best = x
    for _ in range(TERMS):
        found = _step(best, memo, budget)
        if found is None:
            break
        best = found
    memo[x] = best
    return best


def _step(x: Matrix, memo: dict[Matrix, Matrix], budget: Budget) -> Matrix | None:
    """The best single common factor, or None when nothing makes it shorter."""
    coefficient, scalars, body = split(x)
    if x.is_scalar and len(scalars) == 1:
        (body, power), scalars = next(iter(scalars.items())), {}
        if power != 1:
            return None
    if body is None or body.op != "sum" or not 2 <= len(body.args) <= TERMS:
        return None

    def outside(inner: Matrix) -> Matrix:
        return scaled(coefficient, scalars, inner, x.rows, x.columns)

    tried: list[tuple[float, int, Common, Matrix]] = []
    for common in commons(body):
        if len(tried) >= CANDIDATES or not budget.take(len(body.args) + 4):
            break
        found = outside(common.whole(common.inner))
        tried.append((cost(found), len(tried), common, found))
    tried.sort(key=lambda entry: entry[:2])
    finals = [entry[3] for entry in tried[:DEEPER]]
    for _, _, common, _ in tried[:DEEPER]:
        if common.inner.size >= x.size:
            continue  # it must end
        inner = factor(common.inner, memo, budget)
        if inner is not common.inner:
            finals.append(outside(common.whole(inner)))
    shorter = [found for found in finals if cost(found) < cost(x) - 1e-9]
    return min(shorter, key=cost, default=None)  # the first one on a tie: the order of a sum's terms is structural
