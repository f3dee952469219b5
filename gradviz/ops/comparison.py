"""Comparisons and logic, for `where`. They answer 1 or 0, and no gradient flows through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.ops.cases import cases, condition
from gradviz.ops.notation import bracketed, comparison
from gradviz.ops.op import ATOM, Kink, Notation, Op, elementwise
from gradviz.ops.row import at, at_kink, nothing


def _row(name: str, doc: str, holds: Callable[..., Any], *, python: str, arity: int = 2, **fields: Any) -> Op:
    """A row of this family; `holds(sp, *xs)` is the condition in SymPy, `python` the one in Python."""
    operands = ", ".join(f"{{{i}}}" for i in range(arity))
    return Op(
        name=name,
        family="comparison",
        doc=doc,
        arity=arity,
        shape=elementwise,
        numpy=f"k.{name}({operands})",
        python=f"float({python})",
        symbol=lambda sp, *xs: cases(sp, 1, holds(sp, *xs), 0),
        partials=(nothing,) * arity,
        structure=("zero",),
        gate="stops",
        differentiable=False,
        **fields,
    )


def _logic(name: str, latex: Callable[..., str]) -> Notation:
    return Notation(text=name, latex=latex, latex_slots=(ATOM, ATOM))


AND = _logic("logical_and", lambda a, b: bracketed(rf"{a} \land {b}"))
OR = _logic("logical_or", lambda a, b: bracketed(rf"{a} \lor {b}"))
NOT = _logic("logical_not", lambda a: rf"\lnot {a}")

BOUNDARY = Kink(
    locus=lambda b, x, y: x - y,
    taken="the condition is at its boundary, and the branch that holds there is taken",
    allowed="none",
    says="What is chosen by the comparison may have a kink where its sides are equal; the branch that holds is taken.",
)

PAIRS = at((2.0, -3.5), (-0.25, [1.5, -4.0, -0.5]), ([[1.5], [2.0]], [3.0, -4.0, 1.25])) + at_kink((1.0, 1.0))
TRUTHS = at((1.0, 0.0), (1.0, 1.0), ([[0.0], [1.0]], [0.0, 1.0, 1.0]))

# fmt: off
ROWS: tuple[Op, ...] = (
    _row("greater", "1 where the first operand is greater, else 0.",
         lambda sp, a, b: sp.Gt(a, b), python="{0} > {1}",
         notation=comparison(">", ">"), mark=">", samples=PAIRS, kinks=(BOUNDARY,)),

    _row("less", "1 where the first operand is less, else 0.",
         lambda sp, a, b: sp.Lt(a, b), python="{0} < {1}",
         notation=comparison("<", "<"), mark="<", samples=PAIRS, kinks=(BOUNDARY,)),

    _row("greater_equal", "1 where the first operand is greater or equal, else 0.",
         lambda sp, a, b: sp.Ge(a, b), python="{0} >= {1}",
         notation=comparison(">=", r"\ge", unicode="≥"), mark=r"\ge", samples=PAIRS, kinks=(BOUNDARY,)),

    _row("less_equal", "1 where the first operand is less or equal, else 0.",
         lambda sp, a, b: sp.Le(a, b), python="{0} <= {1}",
         notation=comparison("<=", r"\le", unicode="≤"), mark=r"\le", samples=PAIRS, kinks=(BOUNDARY,)),

    _row("equal", "1 where the operands are equal, else 0.",
         lambda sp, a, b: sp.Eq(a, b), python="{0} == {1}",
         notation=comparison("==", "=", unicode="="), mark="=", samples=PAIRS, kinks=(BOUNDARY,)),

    _row("not_equal", "1 where the operands differ, else 0.",
         lambda sp, a, b: sp.Ne(a, b), python="{0} != {1}",
         notation=comparison("!=", r"\ne", unicode="≠"), mark=r"\ne", samples=PAIRS, kinks=(BOUNDARY,)),

    _row("logical_and", "1 where neither operand is 0, else 0.",
         lambda sp, a, b: sp.And(condition(sp, a), condition(sp, b)), python="{0} != 0 and {1} != 0",
         notation=AND, mark=r"\land", samples=TRUTHS),

    _row("logical_or", "1 where one of the operands is not 0, else 0.",
         lambda sp, a, b: sp.Or(condition(sp, a), condition(sp, b)), python="{0} != 0 or {1} != 0",
         notation=OR, mark=r"\lor", samples=TRUTHS),

    _row("logical_not", "1 where the operand is 0, else 0.",
         lambda sp, a: sp.Not(condition(sp, a)), python="{0} == 0", arity=1,
         notation=NOT, mark=r"\lnot", samples=at(0.0, 1.0, [[0.0, 1.0]])),
)
