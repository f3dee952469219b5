"""The local derivative: its formula and number, and a small picture of its Jacobian."""

from __future__ import annotations

from gradviz.explanation.data import EdgeFacts, JacobianFacts, Math
from gradviz.render.svg.box import Box, beside, centred, stacked
from gradviz.render.svg.ink import joined, plain_number
from gradviz.render.svg.structure import pattern
from gradviz.render.svg.view import View

LOCAL, WORD = 12.5, 11.5
"""The sizes of type of local derivatives and of words."""


def local_said(edge: EdgeFacts, view: View, head: str, size: float, *, parentheses: bool = False) -> Box:
    """The local derivative, `formula = number`, after a head (`∂q/∂x`, or nothing).

    A negative number that stands alone, or a sum, gets parentheses if asked, because it is a factor then.
    """
    formula, value, ink = edge.local_formula, edge.local_value, view.ink
    number = value.number if value is not None and not value.shape else None
    if number is None:
        said = _factor(formula, view, parentheses) if formula is not None else ""
        return ink.math("=".join(part for part in (head, said) if part), size, "local")
    bare = formula is None or plain_number(formula)
    left = "".join(
        f"{part}=" for part in (head, "" if formula is None or bare else _factor(formula, view, parentheses)) if part
    )
    digits = ink.number(number, size, "local", parentheses=parentheses and bare)
    return joined([ink.math(left, size, "local"), digits], size)


def _factor(formula: Math, view: View, parentheses: bool) -> str:
    latex = view.noted(formula)
    return rf"\left({latex}\right)" if parentheses and latex == formula.latex and is_loose(formula.text) else latex


def is_loose(text: str) -> bool:
    """Whether a formula begins with a sign or is a sum, outside all brackets."""
    depth, before = 0, ""
    for sign in text.replace(" ", ""):
        depth += (sign in "([") - (sign in ")]")
        if sign in "+-" and depth == 0 and (not before or before not in "*/eE"):
            return True
        before = sign
    return False


def local_box(edge: EdgeFacts, view: View) -> Box:
    """The local derivative of an edge, with its Jacobian's picture where there is one."""
    symbol = local_said(edge, view, edge.symbol.latex, LOCAL)
    if edge.jacobian is None:
        return symbol
    return _with_jacobian(symbol, edge.jacobian, view)


def _with_jacobian(symbol: Box, facts: JacobianFacts, view: View) -> Box:
    ink = view.ink
    said = [f"{facts.size} {facts.structure}"]
    if not facts.letters and facts.rows * facts.columns > 64 and facts.nonzeros < facts.rows * facts.columns:
        said.append(f"kept: {_count(facts.nonzeros)} of {_count(facts.rows * facts.columns)} entries")
    elif facts.structure not in ("dense", "zero") and facts.rows * facts.columns > 4:
        said[0] += ", never formed"
    head = [centred(symbol), centred(pattern(facts, ink))]
    if len(said) == 1:
        return beside([*head, centred(ink.word(said[0], WORD, "local"))], 5)
    return stacked([beside(head, 6), *(ink.word(text, WORD, "local") for text in said)], 4, "right")


def _count(number: int) -> str:
    if number < 100_000:
        return str(number)
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if number >= size:
            return f"{number / size:.3g} {name}"
    return f"{number / 1000:.3g} thousand"
