"""Case distinctions without the cases of a tie: shorter forms that hold everywhere but on the kink."""

from __future__ import annotations

from typing import Any


def drop_ties(expr: Any) -> Any:
    """`1 if x > y, ½ if x = y, else 0` without its middle.

    Only an equality whose two sides are compared by > or < as well is a tie. Only for programs that do not ask for
    equality themselves.
    """
    import sympy as sp

    compared = {frozenset(e.args) for e in expr.atoms(sp.StrictGreaterThan, sp.StrictLessThan)}
    return expr.xreplace({e: sp.false for e in expr.atoms(sp.Equality) if frozenset(e.args) in compared})


def one_winner(expr: Any) -> Any:
    """The winner's share without counting winners, as if no two were equal: x₀ > max(x₁, x₂) for x₀ = max(x₀, …)."""
    import sympy as sp

    counted = expr.replace(_counts_winners, lambda e: sp.S.One)
    won = {e: made for e in counted.atoms(sp.Equality) if (made := _beats_the_others(e)) is not None}
    return reachable(counted.xreplace(won))


def reachable(expr: Any) -> Any:
    """Without the cases that divide by a count of nothing: where nobody wins, nobody is asked for a share."""
    import sympy as sp

    def undefined(e: Any) -> bool:
        return isinstance(e, sp.Piecewise) and len(e.args) == 2 and e.args[1][0] is sp.zoo

    return expr.replace(undefined, lambda e: e.args[0][0])


def _counts_winners(e: Any) -> bool:
    """Whether it is a sum of `1 if x = y else 0`: a program that asks for no equality counts nothing but winners."""
    return bool(e.is_Add) and all(_indicates(term) for term in e.args)


def _indicates(e: Any) -> bool:
    import sympy as sp

    if not isinstance(e, sp.Piecewise) or len(e.args) != 2:
        return False
    (value, condition), (otherwise, _) = e.args
    return bool(value == 1 and otherwise == 0 and isinstance(condition, sp.Equality))


def _beats_the_others(e: Any) -> Any | None:
    """x₀ = max(x₀, x₁) as x₀ > x₁; false where SymPy has found that x₀ never wins, and left it out."""
    import sympy as sp

    difference = e.lhs - e.rhs
    for best in sorted(difference.atoms(sp.Max, sp.Min), key=str):
        factor = difference.coeff(best)
        one = sp.expand(best - difference / factor) if factor in (1, -1) else None
        if one is None or one.has(best):
            continue
        if one not in best.args:
            return sp.false
        others = best.func(*(arg for arg in best.args if arg != one))
        return one > others if isinstance(best, sp.Max) else one < others
    return None
