"""Trees and symbols as `Math`: one formula in ASCII, Unicode and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from gradviz.explanation.data import Math
from gradviz.explanation.spoken import remark_on, spelled_rule, spoken, spoken_rule
from gradviz.ops.op import NEGATION
from gradviz.passes.signs import leading_sign
from gradviz.syntax.names import RAISED
from gradviz.syntax.show import UNICODE, name_latex, name_unicode, to_latex, to_text, to_unicode
from gradviz.syntax.tree import Expr
from gradviz.syntax.write import precedence


def math_of(display: Expr, spelled: Expr | None = None) -> Math:
    """A tree in three notations; `spelled` is what the ASCII text says, where it says it in other words."""
    shown = spoken(display)
    return Math(
        to_text(leading_sign(display if spelled is None else spelled)),
        to_unicode(leading_sign(shown)),
        to_latex(shown),
    )


def rule_math(tree: Expr) -> Math:
    """A reverse rule, with words where it only spreads, gathers or places what comes back.

    Example:
        >>> from gradviz.syntax.tree import Call, Name
        >>> rule_math(Call("broadcast_to", (Name("g"),))).unicode
        'g for every entry'
    """
    said, remark = remark_on(tree)
    return with_words(math_of(spoken_rule(said), spelled_rule(said)), remark)


def with_words(math: Math, words: str) -> Math:
    """A formula with words behind it."""
    if not words:
        return math
    return Math(math.text + words, math.unicode + words, rf"{math.latex}\text{{{words}}}")


def unicode_of(tree: Expr) -> str:
    """A tree for people, where only a line of text is needed."""
    return to_unicode(leading_sign(spoken(tree)))


@lru_cache(maxsize=32_768)
def name_math(name: str) -> Math:
    """A name as mathematics."""
    return Math(name, name_unicode(name), name_latex(name))


def partial_math(top: str, bottom: str, copy: int = 0, held: Sequence[str] = ()) -> Math:
    """∂top/∂bottom; a copy's number stands above, ∂f/∂x⁽¹⁾, and what is held fixed behind a bar, ∂f/∂x|q.

    Example:
        >>> partial_math("f", "x", 2).unicode
        '∂f/∂x⁽²⁾'
    """
    above, below = name_math(top), name_math(bottom)
    mark = f"({copy})" if copy else ""
    raised = f"⁽{str(copy).translate(RAISED)}⁾" if copy else ""
    power = f"^{{({copy})}}" if copy else ""
    fraction = rf"\frac{{\partial {above.latex}}}{{\partial {below.latex}{power}}}"
    fixed = [name_math(name) for name in held]
    bar = "|" if held else ""
    return Math(
        f"d{top}/d{bottom}{mark}{bar}{','.join(held)}",
        f"∂{above.unicode}/∂{below.unicode}{raised}{bar}{','.join(name.unicode for name in fixed)}",
        rf"\left.{fraction}\right|_{{{','.join(name.latex for name in fixed)}}}" if held else fraction,
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


def entrywise_product(left: Math, right: Math) -> Math:
    """Two arrays multiplied entry by entry."""
    return Math(f"{left.text}*{right.text}", f"{left.unicode} ∘ {right.unicode}", rf"{left.latex} \circ {right.latex}")


def stands_alone(tree: Expr) -> bool:
    """Whether a formula needs no brackets as a factor.

    Example:
        >>> from gradviz.syntax.tree import Call, Name
        >>> x = Name("x")
        >>> stands_alone(Call("exp", (x,))), stands_alone(Call("neg", (x,))), stands_alone(Call("div", (x, x)))
        (True, False, False)
    """
    return precedence(leading_sign(spoken(tree)), UNICODE) > NEGATION


def total(terms: Iterable[Math]) -> Math:
    """Terms with plus signs between them."""
    listed = list(terms)
    return Math(
        " + ".join(t.text for t in listed), " + ".join(t.unicode for t in listed), " + ".join(t.latex for t in listed)
    )


def bracketed(math: Math) -> Math:
    """The formula in brackets."""
    return Math(f"({math.text})", f"({math.unicode})", rf"\left({math.latex}\right)")
