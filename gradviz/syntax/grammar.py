"""Pieces to a parse tree, by the tables that `generate` made of `grammar.lark`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.tables import ENDS, RULES, STATES

Start = Literal["statement", "expression"]

END = "$END"
"""The terminal after the last piece."""


class Tree(NamedTuple):
    """A part that a rule of the grammar made.

    Args:
        data: the rule's name.
        children: the parts that it was made of; a terminal is its place among the pieces.
    """

    data: str
    children: list[Tree | int]


class Refused(Exception):
    """The grammar does not go on: the place among the pieces, and what it would have taken."""

    def __init__(self, place: int, wanted: frozenset[str]) -> None:
        super().__init__(place)
        self.place = place
        self.wanted = wanted


def derive(pieces: Sequence[Lexeme], start: Start) -> Tree:
    """The parse tree; its terminals are the places of the pieces.

    An LALR(1) automaton with a stack of its own, so depth costs no recursion.

    Raises:
        Refused: a piece does not fit, or the end comes too early.
    """
    begin, end = ENDS[start]
    states, made = [begin], list[Tree | int]()
    for place, kind in enumerate([*(piece.kind for piece in pieces), END]):
        while (action := _action(states[-1], kind, place)) < 0:
            _reduce(~action, states, made)
            if kind == END and states[-1] == end:
                return _whole(made)
        states.append(action)
        made.append(place)
    raise AssertionError("the tables take the end for a piece")


def _action(state: int, kind: str, place: int) -> int:
    """The state after a piece; for a rule that ends before it, the complement of its number."""
    row: Mapping[str, int] = STATES[state]
    try:
        return row[kind]
    except KeyError:
        raise Refused(place, frozenset(filter(str.isupper, row))) from None


def _reduce(number: int, states: list[int], made: list[Tree | int]) -> None:
    """Make one part of the last parts, by a rule that has ended."""
    origin, size, name, opened = RULES[number]
    parts = made[-size:]
    del states[-size:], made[-size:]
    if opened:
        parts = _opened(parts, opened)
    made.append(parts[0] if not name and len(parts) == 1 else Tree(name or origin, parts))
    states.append(STATES[states[-1]][origin])


def _opened(parts: list[Tree | int], opened: tuple[int, ...]) -> list[Tree | int]:
    """The parts, with what repetitions hold in their place; the first list is taken over: long ones are cheap."""
    flat: list[Tree | int] = []
    for place, part in enumerate(parts):
        if place not in opened:
            flat.append(part)
            continue
        assert isinstance(part, Tree)
        flat = flat + part.children if flat else part.children
    return flat


def _whole(made: list[Tree | int]) -> Tree:
    (tree,) = made
    assert isinstance(tree, Tree)
    return tree
