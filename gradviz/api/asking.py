"""Which questions answers are to: by input, by what they say themselves, entry by entry, or of an equation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradviz.api.inputs import Point, chosen, values
from gradviz.errors import NameProblem, OptionProblem, UserError

if TYPE_CHECKING:
    from gradviz.checking.reading.implicit import Equation
    from gradviz.checking.reading.question import Question
    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.syntax.tree import Expr

Answers = Mapping[str, str] | Sequence[str]
"""Answers by the input that they are differentiated by, or texts that say it themselves (`x = z`, `df/dy = z`)."""
Given = tuple[tuple[str, ...], str]
"""By what an answer is differentiated, if the caller says it, and its text."""


def answers_given(answer: str | None, answers: Answers | None, by: tuple[str, ...]) -> list[Given]:
    """The answers with what each is differentiated by.

    Raises:
        OptionProblem: there is none, or one is no text.
    """
    listed: list[Given] = [] if answer is None else [(by, answer)]
    if isinstance(answers, Mapping):
        listed += [(chosen(key) or (), text) for key, text in answers.items()]
    elif isinstance(answers, str):
        raise OptionProblem("several answers are a mapping or a list", hint='write answers={"x": "z"}, or answer="z"')
    elif answers is not None:
        listed += [(by, text) for text in answers]
    if not listed:
        raise OptionProblem("there is no answer to check", hint='write answer="2*x"')
    for _, text in listed:
        if not isinstance(text, str):
            raise UserError(f"an answer is a text, not {type(text).__name__}", hint='write answer="2*x"')
    return listed


def equation_of(source: str | Graph, given: Sequence[Given], of: str | None, at: Point, name: str) -> Equation | None:
    """The equation that a source is; None if it is a program. What the first answer says of it helps to tell."""
    from gradviz.checking.reading.implicit import read_equation
    from gradviz.checking.reading.posing import heading_of
    from gradviz.syntax.names import canonical

    if not isinstance(source, str):
        return None
    by, text = given[0]
    said = heading_of(text, (), ())
    above = canonical(of.strip()) if of else said.of or None
    below = by[0] if by else said.by[0] if said.by else None
    return read_equation(source, name=name, values=values(at), of=above, wrt=below)


def implicit_asked(equation: Equation, by: tuple[str, ...], text: str, of: str | None, order: int) -> Question:
    """The derivative along an equation's curve that an answer is to.

    Raises:
        OptionProblem: it is asked for by several variables.
    """
    from gradviz.checking.reading.implicit import implicit_question
    from gradviz.checking.reading.posing import heading_of

    said = heading_of(text, equation.built.inputs, ())
    if len(set(by)) > 1:
        raise OptionProblem("an implicit derivative is by one variable", hint="write wrt=x")
    below = by[0] if by else said.by[0] if said.by else None
    above = of or (said.of if said.of in equation.built.inputs else None)
    return implicit_question(equation, above, below, said.order if order == 1 and said.order and not by else order)


def questions_of(built: Built, given: Sequence[Given], order: int, upstream: Any) -> list[tuple[Question, str]]:
    """Each answer with its question; a list is one answer for each input, a list of lists one for each pair."""
    from gradviz.checking.reading.posing import pose
    from gradviz.checking.reading.vectors import asks_for_all, entries, rows

    found: list[tuple[Question, str]] = []
    for by, text in given:
        table = rows(text, by) if len(by) == order == 2 else None
        if table is not None:
            pairs = [(first, second) for first in by for second in by]
            cells = [cell for row in table for cell in row]
            found += [(pose(built, cell, pair, 2), cell) for pair, cell in zip(pairs, cells, strict=True)]
            continue
        whole = by if len(by) > 1 and order == 1 and len(given) == 1 else ()
        if not by and asks_for_all(text, built):
            whole = tuple(built.inputs)
        if whole:
            found += [(pose(built, one, (key,)), one) for key, one in zip(whole, entries(text, whole), strict=True)]
        else:
            several = len(by) > 1 and order == 1
            found.append((pose(built, text, () if several else by, order, upstream), text))
    return found


def refuse_twice(asked: Sequence[Question]) -> None:
    """Refuse two answers to one question.

    Raises:
        NameProblem: there are two.
    """
    met: set[tuple[str, ...]] = set()
    for question in asked:
        if question.wrt in met:
            raise NameProblem(f"{question.symbol.unicode} is answered twice", hint="give one answer to each question")
        met.add(question.wrt)


def point_trees(at: Point) -> Mapping[str, Expr]:
    """The values in a text as they are written (`x=pi/4`): a float of it would be rounded. None of a mapping's are."""
    from gradviz.syntax.parser import parse_point

    return parse_point(at) if isinstance(at, str) else {}
