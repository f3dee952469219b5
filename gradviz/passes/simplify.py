"""Textbook form: candidates under a budget, each to be verified, and the reader's cost that chooses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gradviz.syntax.tree import Call, Expr, Index, Name, Number, Slice, postorder

PLAIN_SIZE, FACTOR_SIZE, LIGHT_SIZE, TERM_BUDGET = 3, 70, 160, 40
"""Expression sizes up to which nothing can be simpler, one factors, applies light rules; how many terms
an expansion may have."""

COSTS = {
    "neg": 0.1,
    "mul": 0.6,
    "hadamard": 0.6,
    "add": 1.0,
    "sub": 1.0,
    "pow": 0.8,
    "div": 1.4,
    "sqrt": 1.2,
    "where": 4.0,
}


@dataclass(slots=True)
class Effort:
    """What may still be spent on simplification: expression nodes handed to rules, and seconds as a backstop.

    The nodes decide in every ordinary case, so that the same input gives the same formula on every machine.
    """

    nodes: int = 30_000
    seconds: float = 20.0
    spread: float = float("inf")
    """Nodes of an expression for each unit of what its formula may cost, beyond which none is looked for."""
    started: float = field(default_factory=time.monotonic)

    def spend(self, size: int) -> bool:
        """Take `size` from what is left; False if it is not there any more."""
        self.nodes -= size
        return self.nodes > 0 and time.monotonic() - self.started < self.seconds


def cost(tree: Expr) -> float:
    """What a formula costs its reader: about one for each thing that is written.

    Example:
        >>> from gradviz.syntax.tree import Name
        >>> cost(Call("mul", (Name("x"), Name("y")))) < cost(Call("div", (Name("x"), Name("y"))))
        True
    """
    total = 0.0
    for node in postorder(tree):
        match node:
            case Number(value=value):
                digits = len(str(value.numerator))
                total += 0.7 + 0.3 * digits
            case Name():
                total += 1.0
            case Index():
                total += 0.5
            case Call(function="sub", operands=(Call(), Number(value=value))) if value == 1:
                total += 2.0  # a teacher writes −σ(1 − σ), not σ(σ − 1)
            case Call(function=function):
                total += COSTS.get(function, 1.5)
            case Slice():
                total += 1.0
            case _:
                total += 1.0
    return total


Form = Callable[[Any], Any]
"""A rule: an expression in, an equal one out."""


def candidates(expr: Any, effort: Effort, more: tuple[Form, ...] = ()) -> Iterator[Any]:
    """Forms of an expression, the expression itself first; each equal to it wherever the rules hold.

    A rule that SymPy cannot carry out is left out. `more` are rules that hold for this graph.
    """
    from gradviz.passes.symbolic import tree_size

    yield expr
    size = tree_size(expr)
    if size > LIGHT_SIZE:
        yield from (made for rule in more if (made := _try(rule, expr)) is not None and made != expr)
    if size <= PLAIN_SIZE or size > LIGHT_SIZE or not effort.spend(size):
        return
    base = [expr]
    folded = _try(fold_sigmoids, expr)
    if folded is not None and folded != expr:
        yield folded
        base.append(folded)
    for start in base:
        for rule in (*more, *_rules(start, tree_size(start))):
            if not effort.spend(size):
                return
            made = _try(rule, start)
            if made is not None and made != start:
                yield made


def _rules(expr: Any, size: int) -> Iterator[Form]:
    import sympy as sp

    yield sp.factor_terms
    yield sp.powsimp
    terms = _terms(expr)
    if size > FACTOR_SIZE or terms > TERM_BUDGET:
        return
    yield sp.factor
    if expr.has(sp.Pow):
        yield sp.together
        yield sp.cancel
        yield lambda e: sp.factor(sp.cancel(e))
    yield sp.expand
    yield lambda e: sp.factor(sp.expand(e))
    if expr.has(sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tan):
        yield pythagoras
    if expr.has(sp.log):
        yield lambda e: sp.factor(sp.expand(e, deep=False))


def _try(rule: Form, expr: Any) -> Any | None:
    import sympy as sp

    try:
        return rule(expr)
    except (sp.PolynomialError, ArithmeticError, TypeError, ValueError, NotImplementedError, AttributeError):
        return None  # a form that SymPy cannot reach is simply no candidate
    except RecursionError:
        return None


def _terms(expr: Any) -> int:
    """About how many terms its expansion has: sums add, products multiply."""
    if expr.is_Add:
        return min(10**6, sum(_terms(arg) for arg in expr.args))
    if expr.is_Mul:
        total = 1
        for arg in expr.args:
            total = min(10**6, total * _terms(arg))
        return total
    if expr.is_Pow and expr.exp.is_Integer:
        return int(min(10**6, _terms(expr.base) ** min(abs(int(expr.exp)), 20)))
    return 1


def fold_sigmoids(expr: Any) -> Any:
    """1/(1 + e^(−u)) as σ(u), and e^(−u)/(1 + e^(−u))² as σ(u)·(1 − σ(u)).

    Whatever is rational in e^u, and has 1 + e^u in it, is rational in σ(u).
    """
    import sympy as sp

    from gradviz.passes.symbolic import opaque, tree_size

    arguments = []
    for part in sorted(expr.atoms(sp.Add), key=lambda a: (tree_size(a), str(a))):
        one, rest = part.as_coeff_Add()
        if one == 1 and isinstance(rest, sp.exp):
            arguments.append(rest.args[0])
    for power in arguments:
        if not expr.has(sp.exp(power) + 1):
            continue
        s = sp.Dummy("s", positive=True)
        replaced = expr.xreplace({sp.exp(power) + 1: 1 / s})
        replaced = replaced.xreplace({sp.exp(power): (1 - s) / s, sp.exp(-power): s / (1 - s)})
        replaced = replaced.replace(
            lambda e, power=power: isinstance(e, sp.exp) and (e.args[0] / power).is_Integer,
            lambda e, power=power, s=s: ((1 - s) / s) ** (e.args[0] / power),
        )
        expr = _sign_of_complement(sp.factor(replaced), s).xreplace({s: opaque("sigmoid")(-power)})
    return expr


def _sign_of_complement(expr: Any, s: Any) -> Any:
    """−(s − 1) written as 1 − s: SymPy's factor makes the first coefficient positive."""
    import sympy as sp

    if not expr.is_Mul:
        return expr
    made, sign = [], sp.Integer(1)
    for factor in expr.args:
        base, exponent = factor.as_base_exp()
        if exponent.is_Integer and base == s - 1:
            made.append((1 - s) ** exponent)
            sign *= (-1) ** exponent
        else:
            made.append(factor)
    return sp.Mul(sign, *made)


def pythagoras(expr: Any) -> Any:
    """Squares of cosines as 1 − sin² (and cosh² as 1 + sinh²), then factored."""
    import sympy as sp

    def rewrite(e: Any) -> Any:
        inner, half = e.base.args[0], e.exp // 2
        square = 1 - sp.sin(inner) ** 2 if isinstance(e.base, sp.cos) else 1 + sp.sinh(inner) ** 2
        return square**half * e.base ** (e.exp % 2)

    replaced = expr.replace(
        lambda e: e.is_Pow and isinstance(e.base, (sp.cos, sp.cosh)) and e.exp.is_Integer and e.exp > 1, rewrite
    )
    return sp.factor(sp.expand(replaced))
