"""Implicit problems: an equation between two variables, and the slope of its curve, −F_x/F_y."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.checking.reading.question import MAX_ORDER, Question
from gradviz.checking.reading.sides import Side, alone, sides, unwrapped
from gradviz.errors import NameProblem, OptionProblem, ParseError, ShapeError, nearest
from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import equation, math_of, name_math
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph, Term
from gradviz.graph.order import free_names
from gradviz.passes.backward import Backward, differentiate
from gradviz.source import Source, Span
from gradviz.syntax import words
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.names import canonical, is_single_letter
from gradviz.syntax.names import pieces as name_pieces
from gradviz.syntax.parser import parse, parse_expression
from gradviz.syntax.scan import scan
from gradviz.syntax.scope import head
from gradviz.syntax.tree import Assign, Call, Expr, Program, Statement

NAMES = ("F", "G", "Phi", "F0")
"""What the difference of both sides is called: the first that is free."""


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation as a problem.

    Args:
        built: the difference of its sides, which is zero on the curve.
        left, right: its sides.
        title: both as mathematics.
    """

    built: Built
    left: Expr
    right: Expr
    title: Math


def read_equation(
    text: str,
    *,
    name: str = "expression",
    values: Mapping[str, Any] | None = None,
    of: str | None = None,
    wrt: str | None = None,
) -> Equation | None:
    """The equation that a program is, or None if it is an ordinary program.

    A statement is an equation if no name stands alone on its left side, or if that name stands on its right side too.

    Args:
        text: the program; beside the equation it may hold constants and definitions.
        name: what errors call it.
        values: of inputs.
        of: the variable that depends on the other, if that was said.
        wrt: the other, if that was said: then `x = y^2` is an equation too, and with both `xy = 1`.

    Raises:
        UserError: a side cannot be read.

    Example:
        >>> found = read_equation("x^2 + y^2 = 25")
        >>> found.title.unicode, found.built.inputs
        ('x² + y² = 25', ('x', 'y'))
        >>> read_equation("f = x^2") is None
        True
    """
    source = Source(text, name)
    place = _place(source, of, wrt)
    if place is None:
        return None
    both = sides(unwrapped(text[place.start : place.end]))
    if len(both) != 2 or any(side.empty for side in both):
        raise ParseError(
            "an equation has one = with something on each side",
            span=place,
            hint="write x^2 + y^2 = 25",
            source=source,
        )
    known = {*_letters(source), *(values or {}), *filter(None, (of, wrt))}
    left, right = (_side(text, side, place, name, known) for side in both)
    rest = text[: place.start] + " " * (place.end - place.start) + text[place.end :]
    others: tuple[Statement, ...] = ()
    if re.sub(r"#[^\n]*", "", rest).strip(" \t\r\n;$"):
        others = parse(rest, name=name, known=tuple(known)).statements
    program = _program(left, right, others, source, place, known)
    built = build(program, values=values or {}, of=program.statements[-1].name)
    return Equation(built, left, right, equation((math_of(left), math_of(right))))


def _place(source: Source, of: str | None, wrt: str | None) -> Span | None:
    """Where the statement stands that is an equation; None if there is none."""
    start = 0
    for line in source.text.replace("\n", ";").split(";"):
        span = Span(start, start + len(line))
        start += len(line) + 1
        plain = line.split("#")[0]
        parts = sides(unwrapped(plain))
        if len(parts) > 1 and _is_equation(plain, parts, of, wrt):
            return Span(span.start, span.start + len(plain))
    return None


def _is_equation(line: str, parts: list[Side], of: str | None, wrt: str | None) -> bool:
    pieces = scan(Source(unwrapped(line)))
    found = head(pieces, Source(line)) if pieces else None
    if found is None or (found.parameters and words.function(found.target.word)):
        return True
    if found.parameters or any(piece.kind == "COLON" for piece in pieces[:2]):
        return False
    target = found.target.word
    right = {piece.word for piece in _words(Source(alone(unwrapped(line), parts[1].span)))}
    if target in right:
        return True
    if of is None:
        return target == wrt == "x" and "y" in right  # by x is asked for: then x = y^2 does not define it
    return of != target and ((target == wrt and of in right) or of in name_pieces(target))


def _letters(source: Source) -> set[str]:
    """The single letters of a text, which `xy` may be made of."""
    return {piece.word for piece in _words(source) if is_single_letter(piece.word)}


def _words(source: Source) -> list[Lexeme]:
    return [piece for piece in scan(source) if piece.kind == "WORD"]


def _side(text: str, side: Side, place: Span, name: str, known: set[str]) -> Expr:
    span = Span(place.start + side.span.start, place.start + side.span.end)
    return parse_expression(alone(text, span).replace("$", " "), name=name, known=known)


def _program(
    left: Expr, right: Expr, others: tuple[Statement, ...], source: Source, place: Span, known: set[str]
) -> Program:
    taken = known | {one.name for one in others} | {one.id for side in (left, right) for one in free_names(side, ())}
    name = next(name for name in NAMES if name not in taken)
    kept = tuple(one for one in others if not (isinstance(one, Assign) and one.name == ""))
    difference = Call("sub", (left, right), span=place)
    return Program((*kept, Assign(name, difference, span=place, name_span=place)), source)


def implicit_question(found: Equation, of: str | None = None, wrt: str | None = None, order: int = 1) -> Question:
    """The derivative of one variable of an equation by another, along the curve.

    dy/dx = −F_x/F_y, and each further one is the total derivative of the last: ∂s/∂x + ∂s/∂y · dy/dx (implicit function
    theorem; Courant and John, Introduction to Calculus and Analysis II, 3.1).

    Args:
        found: the equation.
        of: the variable that depends on the other; by default y, or the only other one.
        wrt: the other; by default x, or the only other one.
        order: how often is differentiated.

    Raises:
        NameProblem: there is no such variable, or it is not clear which is meant.
        OptionProblem: the order is out of range.
        ShapeError: the equation is between arrays.
    """
    built = found.built
    below, above = _variables(built, canonical(of) if of else None, canonical(wrt) if wrt else None)
    if not 1 <= order <= MAX_ORDER:
        raise OptionProblem(f"the order is a whole number from 1 to {MAX_ORDER}, not {order}", hint="write order=2")
    x, y = built.graph.names[below], built.graph.names[above]
    if any(built.graph.nodes[i].shape for i in (x, y, built.output)):
        raise ShapeError("an implicit derivative is of a number by a number, and here are arrays", hint="use scalars")
    first = differentiate(built.graph, built.output, wrt=[x, y])
    graph = first.graph
    slope = -(_partial(graph, first, x) / _partial(graph, first, y))
    passes, slopes = [first], [slope.id]
    while len(slopes) < order:
        made = differentiate(graph, slopes[-1], wrt=[x, y])
        graph = made.graph
        total = _partial(graph, made, x) + _partial(graph, made, y) * Term(graph, slopes[0])
        passes.append(made)
        slopes.append(total.id)
    return Question(
        built,
        (below,) * order,
        "derivative",
        graph,
        slopes[-1],
        tuple(passes),
        slope_symbol(above, below, order),
        built.output,
        tuple(slopes),
        above,
    )


def _partial(graph: Graph, made: Backward, by: int) -> Term:
    return Term(graph, made.gradients[by]) if by in made.gradients else graph.constant(0)


def _variables(built: Built, of: str | None, wrt: str | None) -> tuple[str, str]:
    """By which variable, and of which."""
    free = [name for name in built.inputs if name not in built.values] or list(built.inputs)
    for name in (of, wrt):
        if name is not None and name not in built.inputs:
            close = nearest(name, built.inputs)
            raise NameProblem(
                f"the equation has no variable {name!r}",
                hint=f"did you mean {close!r}?" if close else f"it has {', '.join(built.inputs)}",
            )
    if len(built.inputs) < 2:
        raise NameProblem("an implicit derivative needs two variables", hint="write an equation such as x^2 + y^2 = 25")
    wrt = wrt or _other(free, of, "x") or _other(list(built.inputs), of, "x")
    of = of or _other(free, wrt, "y") or _other(list(built.inputs), wrt, "y")
    if wrt is None or of is None or wrt == of:
        raise NameProblem(
            "it is not clear which variable depends on which",
            hint="say it: --of y --wrt x, or write the answer as dy/dx = …",
        )
    return wrt, of


def _other(names: list[str], taken: str | None, usual: str) -> str | None:
    left = [name for name in names if name != taken]
    if usual in left:
        return usual
    return left[0] if len(left) == 1 else None


def slope_symbol(above: str, below: str, order: int = 1) -> Math:
    """dy/dx, d²y/dx² in three notations.

    Example:
        >>> slope_symbol("y", "x", 2).unicode
        'd²y/dx²'
    """
    top, bottom = name_math(above), name_math(below)
    raised = "" if order == 1 else str(order).translate(str.maketrans("23456", "²³⁴⁵⁶"))
    power = "" if order == 1 else f"^{order}"
    brace = "" if order == 1 else f"^{{{order}}}"
    return Math(
        f"d{power}{top.text}/d{bottom.text}{power}",
        f"d{raised}{top.unicode}/d{bottom.unicode}{raised}",
        rf"\frac{{d{brace}{top.latex}}}{{d{bottom.latex}{brace}}}",
    )
