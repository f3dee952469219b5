"""Trees and symbols as `Math`: one formula in ASCII, Unicode and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

from gradviz.explanation.data import Math
from gradviz.passes.signs import leading_sign
from gradviz.syntax.show import name_latex, name_unicode, to_latex, to_text, to_unicode
from gradviz.syntax.tree import Expr

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def math_of(display: Expr, spelled: Expr | None = None) -> Math:
    """A tree in three notations; `spelled` is what the ASCII text says, where it says it in other words."""
    return Math(
        to_text(leading_sign(display if spelled is None else spelled)),
        to_unicode(leading_sign(display)),
        to_latex(display),
    )


def name_math(name: str) -> Math:
    """A name as mathematics."""
    return Math(name, name_unicode(name), name_latex(name))


def partial_math(top: str, bottom: str, copy: int = 0) -> Math:
    """∂top/∂bottom; a copy's number stands above: ∂f/∂x⁽¹⁾.

    Example:
        >>> partial_math("f", "x", 2).unicode
        '∂f/∂x⁽²⁾'
    """
    mark = f"({copy})" if copy else ""
    raised = f"⁽{str(copy).translate(SUPERSCRIPTS)}⁾" if copy else ""
    power = f"^{{({copy})}}" if copy else ""
    return Math(
        f"d{top}/d{bottom}{mark}",
        f"∂{name_unicode(top)}/∂{name_unicode(bottom)}{raised}",
        rf"\frac{{\partial {name_latex(top)}}}{{\partial {name_latex(bottom)}{power}}}",
    )


def equation(parts: Iterable[Math]) -> Math:
    """Several formulas with equals signs between them."""
    listed = list(parts)
    return Math(
        " = ".join(part.text for part in listed),
        " = ".join(part.unicode for part in listed),
        " = ".join(f"{{{p.latex}}}" if p.latex.startswith("-") else p.latex for p in listed),
    )


def product(factors: Iterable[Math]) -> Math:
    """Factors (already in brackets where they need them) with multiplication signs between them."""
    listed = list(factors)
    return Math(
        "*".join(f.text for f in listed),
        " · ".join(f.unicode for f in listed),
        r" \cdot ".join(f.latex for f in listed),
    )


def total(terms: Iterable[Math]) -> Math:
    """Terms with plus signs between them."""
    listed = list(terms)
    return Math(
        " + ".join(t.text for t in listed), " + ".join(t.unicode for t in listed), " + ".join(t.latex for t in listed)
    )


def bracketed(math: Math) -> Math:
    """The formula in brackets."""
    return Math(f"({math.text})", f"({math.unicode})", rf"\left({math.latex}\right)")
