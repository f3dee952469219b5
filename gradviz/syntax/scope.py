"""What a program defines and where: the names that a reader must know before it can read a product or a call."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from gradviz.errors import NameProblem, ParseError
from gradviz.source import Source
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.names import is_single_letter


@dataclass(frozen=True, slots=True)
class Head:
    """The left side of a statement.

    Args:
        target: the name that is given a meaning.
        parameters: the names in parentheses behind it.
        end: how many pieces the head takes.
    """

    target: Lexeme
    parameters: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known when a statement's body is read.

    Every statement shares the three tables: a program may have ten thousand names and as many definitions.

    Args:
        source: the text.
        values: the names that have a meaning.
        functions: how many arguments each definition takes.
        letters: the single letters of the text.
        parameters: the arguments of the statement that is read; they hide what else bears their names.
    """

    source: Source
    values: frozenset[str] = frozenset()
    functions: Mapping[str, int] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()

    def is_value(self, word: str) -> bool:
        """Whether a word is the name of a value."""
        return word in self.values or word in self.parameters

    def is_function(self, word: str) -> bool:
        """Whether a word is the name of a definition."""
        return word in self.functions and word not in self.parameters

    def __contains__(self, word: object) -> bool:
        """Whether a word is the name of a value, a letter of the text, or e."""
        return word in self.values or word in self.letters or word in self.parameters or word == "e"


def statements(lexemes: list[Lexeme]) -> list[list[Lexeme]]:
    """The pieces of each statement that is not empty."""
    found: list[list[Lexeme]] = [[]]
    for piece in lexemes:
        if piece.kind == "SEP":
            found.append([])
        else:
            found[-1].append(piece)
    return [statement for statement in found if statement]


def head(statement: list[Lexeme], source: Source) -> Head | None:
    """The head of a statement, or None if it is a bare expression.

    Raises:
        NameProblem: a parameter is given twice.
    """
    kinds = [piece.kind for piece in statement[:2]]
    if len(kinds) < 2 or kinds[0] != "WORD":
        return None
    if kinds[1] in ("EQUALS", "COLON"):
        return Head(statement[0], (), 1)
    if kinds[1] != "LPAR":
        return None
    end, names, twice = 2, dict[str, None](), list[Lexeme]()
    while end + 1 < len(statement) and statement[end].kind == "WORD" and statement[end + 1].kind in ("COMMA", "RPAR"):
        piece = statement[end]
        if piece.word in names:
            twice.append(piece)
        names[piece.word] = None
        end += 2
        if statement[end - 1].kind == "RPAR":
            break
    else:
        return None
    if end >= len(statement) or statement[end].kind != "EQUALS":
        return None
    if twice:  # in a definition only: `outer(x, x)*2` is a call
        raise NameProblem(
            f"the argument {twice[0].text} is given twice", span=twice[0].span, hint="rename one of them", source=source
        )
    return Head(statement[0], tuple(names), end)


def survey(parts: list[list[Lexeme]], heads: list[Head | None], known: Collection[str], source: Source) -> Scope:
    """Everything that the program's statements and the values given outside make known."""
    called = _called(parts, heads)
    values, functions = set(known), {}
    for item in heads:
        if item is None:
            continue
        if item.parameters and item.target.word in called:
            functions[item.target.word] = len(item.parameters)
        else:
            values.add(item.target.word)
            values.update(item.parameters)
    letters = {piece.word for part in parts for piece in part if piece.kind == "WORD" and is_single_letter(piece.word)}
    return Scope(source, frozenset(values), functions, frozenset(letters))


def _called(parts: list[list[Lexeme]], heads: list[Head | None]) -> set[str]:
    """The words that stand before `(` in some body."""
    found = set()
    for part, item in zip(parts, heads, strict=True):
        body = part[item.end if item else 0 :]
        for piece, following in itertools.pairwise(body):
            if piece.kind == "WORD" and following.kind == "LPAR":
                found.add(piece.word)
    return found


def within(scope: Scope, item: Head | None) -> Scope:
    """The scope inside a statement: a definition's arguments hide whatever else bears their names."""
    if item is None or not item.parameters:
        return scope
    return replace(scope, parameters=frozenset(item.parameters))


def check_only(parts: list[list[Lexeme]], source: Source) -> None:
    """Refuse more than one statement where one expression is wanted."""
    if len(parts) > 1:
        raise ParseError(
            "one expression is wanted here, not several statements",
            span=parts[1][0].span.to(parts[1][-1].span),
            hint="give the statements as a program",
            source=source,
        )
