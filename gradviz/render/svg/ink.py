"""Ink writes formulas, numbers and words in the colours of one theme and with one precision."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.explanation.data import Math
from gradviz.render.numbers import number_latex
from gradviz.render.svg import typeset
from gradviz.render.svg.box import Box, beside, stacked
from gradviz.render.svg.theme import Role, Theme


@dataclass(frozen=True, slots=True)
class Ink:
    """A theme and a number of significant digits."""

    theme: Theme
    precision: int = 4

    def math(self, latex: str, size: float, role: Role) -> Box:
        """A formula."""
        return typeset.formula(latex, size, self.theme[role])

    def word(self, text: str, size: float, role: Role = "soft") -> Box:
        """One line of words."""
        return typeset.words(text, size, self.theme[role])

    def paragraph(self, text: str, size: float, role: Role, width: float) -> Box:
        """Words in as many lines as they need."""
        return stacked(typeset.lines(text, size, self.theme[role], width), 2.0)

    def number(self, value: float, size: float, role: Role, *, parentheses: bool = False) -> Box:
        """A number; `parentheses` puts them around a negative one."""
        return self.math(self.digits(value, parentheses=parentheses), size, role)

    def digits(self, value: float, *, parentheses: bool = False) -> str:
        """A number in LaTeX."""
        return number_latex(value, self.precision, parentheses=parentheses)


def fraction(top: str, bottom: str) -> str:
    """∂top/∂bottom in LaTeX."""
    return rf"\frac{{\partial {top}}}{{\partial {bottom}}}"


def plain_number(formula: Math) -> bool:
    """Whether the formula is just a number, so that nothing is said by writing its value after it."""
    try:
        float(formula.text.replace(" ", "").strip("()"))
    except ValueError:
        return False
    return True


def joined(boxes: list[Box], size: float) -> Box:
    """Parts of one formula, set apart so that the parts are found again, as close as if set in one."""
    return beside(boxes, -2 * typeset.MARGIN * size)
