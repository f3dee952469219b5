"""A program as mathematics on one line."""

from __future__ import annotations

from gradviz.checking.reading.implicit import read_equation
from gradviz.errors import UserError
from gradviz.explanation.data.values import Math
from gradviz.explanation.mathematics import name_math
from gradviz.syntax.parser import parse, parse_point
from gradviz.syntax.show import to_latex, to_text, to_unicode
from gradviz.syntax.tree import Assign, Name

MOST = 6
"""Statements of a title; a longer program is known by its last one."""


def program_math(source: str, at: str = "") -> Math | None:
    """A program's statements side by side; None where it cannot be read.

    Example:
        >>> program_math("q = x + y; f = q*z").unicode
        'q = x + y, f = q·z'
    """
    try:
        equation = read_equation(source)
        if equation is not None:
            return equation.title
        program = parse(source, known=tuple(parse_point(at)) if at else ())
    except UserError:
        return None
    written = [one for one in program.statements if isinstance(one, Assign) and one.expression is not None]
    shown = written if len(written) <= MOST else written[-1:]
    texts, signs, latex = [], [], []
    for one in shown:
        assert one.expression is not None
        name, expression = name_math(one.name), one.expression
        arguments = ", ".join(one.arguments)
        call = Math(*(f"({arguments})",) * 3) if arguments else Math("", "", "")
        texts.append(f"{name.text}{call.text} = {to_text(expression)}")
        signs.append(f"{name.unicode}{call.unicode} = {to_unicode(expression)}")
        latex.append(f"{name.latex}{_arguments_latex(one.arguments)} = {to_latex(expression)}")
    return Math("; ".join(texts), ", ".join(signs), r",\; ".join(latex))


def _arguments_latex(arguments: tuple[str, ...]) -> str:
    return f"({', '.join(to_latex(Name(one)) for one in arguments)})" if arguments else ""
