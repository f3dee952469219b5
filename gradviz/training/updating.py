"""An optimiser's lines for one entry: each as a formula, with this case's numbers put in, and what it gives."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradviz.errors import UserError
from gradviz.explanation.data import ExplanationData, Math, UpdateLine
from gradviz.explanation.mathematics import equation, math_of, name_math, partial_math
from gradviz.explanation.narration import short
from gradviz.explanation.values import to_value
from gradviz.syntax.tree import Expr, Index, Name, Number, postorder, substituted
from gradviz.training.optimisers import Line
from gradviz.training.rules import lines, rule_options, traced
from gradviz.training.schedules import SCHEDULES, parts

if TYPE_CHECKING:
    from gradviz.training.settings import Resolved
    from gradviz.training.stepping import Moment

SHOWN: Mapping[str, str] = {"momentum": "mu"}
"""Names in rules that are shown by a letter."""
HATS: Mapping[str, str] = {"mhat": "m", "vhat": "v"}
"""Names in rules that are letters with a hat."""


SHORT = 48
"""Signs up to which the gradient's formula is shown in the inputs alone; a longer one names what it is made of."""


@dataclass(frozen=True, slots=True)
class Follow:
    """The entry that is followed: its parameter, and its place in it."""

    parameter: str
    index: tuple[int, ...]


def entry_tree(follow: Follow) -> Expr:
    """The followed entry as the language writes it."""
    name = Name(follow.parameter)
    return Index(name, tuple(Number(Fraction(at)) for at in follow.index)) if follow.index else name


def entry_math(follow: Follow) -> Math:
    """The followed entry: `h.W[0, 1]`."""
    return math_of(entry_tree(follow)) if follow.index else name_math(follow.parameter)


def gradient_formula(explanation: ExplanationData, follow: Follow) -> Math | None:
    """The verified formula of the gradient by the followed parameter: its entry's own, or that of the whole array."""
    facts = explanation.gradients.get(follow.parameter)
    if facts is None:
        return None
    if follow.index and facts.formula is None:
        return next((entry.formula for entry in facts.entries if entry.index == follow.index), facts.named)
    formulas = [formula for formula in (facts.formula, facts.named) if formula is not None]
    return next((formula for formula in formulas if len(formula.unicode) <= SHORT), formulas[-1] if formulas else None)


def update_lines(
    settings: Resolved, moment: Moment, follow: Follow, explanation: ExplanationData
) -> tuple[UpdateLine, ...]:
    """Everything from the gradient to the new value, in order."""
    made = [_gradient_line(moment, follow, explanation)]
    made += _rate_lines(settings, moment)
    if settings.clip is not None:
        made.append(_norm_line(moment))
    values = {
        "w": moment.before[follow.parameter],
        "g": moment.gradients[follow.parameter],
        **moment.states[follow.parameter],
    }
    numbers = {"eta": moment.rate, "t": moment.step, "norm": moment.norm}
    found = traced(settings, {**values, **numbers})
    known: dict[str, float] = {**rule_options(settings), **numbers}
    known |= {name: _entry(value, follow) for name, value in {**values, **found}.items()}
    rule = lines(settings)
    names = _display(rule, follow, moment.states[follow.parameter])
    return (*made, *(_line(line, known, names, follow) for line in rule))


def _entry(value: Any, follow: Follow) -> float:
    return float(np.asarray(value)[follow.index])


def _gradient_line(moment: Moment, follow: Follow, explanation: ExplanationData) -> UpdateLine:
    """`g = ∂L/∂w = …`: of an array, the formula of the whole, and its entry."""
    value = _entry(moment.gradients[follow.parameter], follow)
    facts = explanation.gradients.get(follow.parameter)
    top = explanation.numerator or name_math(explanation.output)
    symbol = partial_math(top.text, follow.parameter) if facts is None else facts.symbol
    formula = gradient_formula(explanation, follow)
    members = [Math("g", "g", "g"), symbol, *([formula] if formula is not None else [])]
    whole = _entry_of(symbol, follow) if follow.index else equation(members)
    says = "the gradient of the batch's loss" if moment.rows else "the gradient of the loss"
    return UpdateLine(whole, _put_in(formula, moment, follow, value), to_value(value), says)


def _entry_of(symbol: Math, follow: Follow) -> Math:
    """`g = (∂L/∂W)[0, 1]`."""
    inside = ", ".join(map(str, follow.index))
    latex = rf"g = \left({symbol.latex}\right)_{{{inside}}}"
    return Math(f"g = ({symbol.text})[{inside}]", f"g = ({symbol.unicode})[{inside}]", latex)


def _put_in(formula: Math | None, moment: Moment, follow: Follow, value: float) -> Math:
    """The gradient's formula with numbers, where all that it names are numbers; else just its value."""
    scalars = {**moment.others, **moment.batch, **moment.before}
    known = {name: float(found) for name, found in scalars.items() if np.ndim(found) == 0}
    if formula is None or follow.index:
        return _number(value)
    try:
        tree = _parsed(formula.text, tuple(scalars))
    except UserError:
        return _number(value)
    named = {part.id for part in postorder(tree) if isinstance(part, Name)}
    return numbered(tree, known) if named and named <= known.keys() else _number(value)


def _number(value: float) -> Math:
    return numbered(Name("x"), {"x": value})


def _rate_lines(settings: Resolved, moment: Moment) -> list[UpdateLine]:
    """Where the learning rate of this update comes from, if it is not constant."""
    rows = parts(settings.schedule)
    row, k, eta = rows[0], moment.step - 1, settings.rate
    if len(rows) > 1 and k >= int(settings.options[row.warms]):
        row, k = rows[1], k - int(settings.options[rows[0].warms])
    if row is SCHEDULES["constant"]:
        return []
    tree = _parsed(row.formula, ("eta", "k", "batch"))
    values = {**settings.options, "eta": eta, "k": float(k), "T": float(settings.updates), "batch": settings.batch}
    shown = substituted(tree, {"eta": Name("eta_0")})
    formula = _assigned(Math("eta", "η", r"\eta"), math_of(shown), arrow=" = ")
    told = f"the learning rate after {k} update{'s' * (k != 1)} ({row.name})"
    return [UpdateLine(formula, numbered(tree, values), to_value(moment.rate), told)]


def _norm_line(moment: Moment) -> UpdateLine:
    """The norm of the whole gradient, which clipping compares with its limit."""
    sizes = [float(np.linalg.norm(gradient)) for gradient in moment.gradients.values()]
    shown = sizes if len(sizes) <= 4 else []
    squares = Math(
        f"sqrt({' + '.join(f'{short(size)}^2' for size in shown)})",
        f"√({' + '.join(f'{short(size)}²' for size in shown)})",
        rf"\sqrt{{{' + '.join(f'{short(size)}^2' for size in shown)}}}",
    )
    names = Math("norm", "‖∇‖", r"\|\nabla\|")
    numbers = squares if shown else _number(moment.norm)
    return UpdateLine(names, numbers, to_value(moment.norm), "the length of the gradient by all parameters together")


def _display(rule: Iterable[Line], follow: Follow, states: Mapping[str, Any]) -> dict[str, Expr]:
    """What each name of a rule is shown as: the parameter's own name, a state's letter before and after its update.

    A letter that the parameter itself bears gets the parameter's name as its index.
    """
    shown: dict[str, Expr] = {"w": entry_tree(follow), "w1": entry_tree(follow)}
    taken = {follow.parameter}
    for name in [*states, "g", "c", "d", "a", "r", "u"]:
        letter = "v" if name == "b" and "v" not in states else name
        shown[name] = Name(f"{letter}_{follow.parameter}" if letter in taken else letter)
    shown |= {f"{state}1": shown[state] for state in states}
    return shown | {name: Name(letter) for name, letter in SHOWN.items()}


def _line(line: Line, known: Mapping[str, float], names: Mapping[str, Expr], follow: Follow) -> UpdateLine:
    tree = _parsed(line.expr, tuple(known))
    left = names.get(line.name) or Name(line.name)
    updates = line.name.endswith("1")
    formula = _assigned(_hatted(math_of(left)), _hatted(math_of(substituted(tree, names))), " ← " if updates else " = ")
    # What gradviz reads back keeps the rule's own names.
    formula = replace(formula, text=f"{line.name} = {line.expr}")
    return UpdateLine(formula, numbered(tree, known), to_value(known[line.name]), line.says)


def _assigned(left: Math, right: Math, arrow: str) -> Math:
    typeset = r" \leftarrow " if arrow == " ← " else " = "
    return Math(
        f"{left.text} = {right.text}", f"{left.unicode}{arrow}{right.unicode}", f"{left.latex}{typeset}{right.latex}"
    )


def _hatted(formula: Math) -> Math:
    """`mhat` as m̂."""
    for name, letter in HATS.items():
        formula = Math(
            formula.text,
            formula.unicode.replace(name, f"{letter}̂"),
            formula.latex.replace(rf"\mathrm{{{name}}}", rf"\hat{{{letter}}}"),
        )
    named = {"norm": Math("", "‖∇‖", r"\|\nabla\|")}
    for name, shown in named.items():
        formula = Math(
            formula.text,
            formula.unicode.replace(name, shown.unicode),
            formula.latex.replace(rf"\mathrm{{{name}}}", shown.latex),
        )
    return formula


def _parsed(text: str, known: tuple[str, ...]) -> Expr:
    from gradviz.syntax.parser import parse

    expression = getattr(parse(f"made = {text}", name="rule", known=known).statements[-1], "expression", None)
    return cast("Expr", expression)


def numbered(tree: Expr, values: Mapping[str, float]) -> Math:
    """A formula with numbers in the place of names, of four significant digits.

    Example:
        >>> numbered(_parsed("w - eta*g", ("w", "g")), {"w": 2.0, "eta": 1e-8, "g": -0.25}).unicode
        '2 − 10⁻⁸·(−0.25)'
    """
    marked: dict[str, float] = {}
    found: dict[str, Expr] = {}
    for name, value in values.items():
        if math.isfinite(value) and "e" not in f"{value:.4g}":
            found[name] = Number(Fraction(f"{value:.4g}"))
        else:
            mark = MARK + len(marked)
            marked[str(mark)] = abs(value)
            found[name] = Number(Fraction(-mark if value < 0 else mark))
    return _with_powers(math_of(substituted(tree, found)), marked)


MARK = 918_273_645_000
"""Stands in a tree, counted up, for numbers that are written with a power of ten: signs are set around it as needed."""


def _with_powers(formula: Math, marked: Mapping[str, float]) -> Math:
    """The marks in a formula as numbers with powers of ten."""
    text, unicode, latex = formula.text, formula.unicode, formula.latex
    for mark, value in marked.items():
        digits, _, power = f"{value:.4g}".partition("e")
        typeset = rf"{digits}{{\times}}10^{{{int(power)}}}" if power else rf"\mathrm{{{short(value)}}}"
        text = text.replace(mark, f"{value:.4g}")
        unicode = unicode.replace(mark, short(value))
        latex = latex.replace(mark, typeset.removeprefix(r"1{\times}"))
    return Math(text, _ROOT.sub(r"√\1", _DOUBLE.sub(r"(\1)\2", unicode)), latex)


_ROOT = re.compile(r"√\(([\d.]+)\)")
_DOUBLE = re.compile(r"\(\((−[\d.]+)\)([²³]|[⁰¹²³⁴-⁹]+)\)")
"""A power whose base is in brackets needs none around itself."""
