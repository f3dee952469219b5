"""What programs of loops have in common in every language with braces: statements as lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gradviz.passes.compiling.emit.expressions.translate import place_text, write
from gradviz.passes.compiling.emit.expressions.tree import Expression
from gradviz.passes.compiling.emit.expressions.vocabulary import Vocabulary
from gradviz.passes.compiling.emit.loops.program import (
    Alias,
    Change,
    Do,
    If,
    Let,
    LetWhole,
    Loop,
    Say,
    Start,
    Statement,
    Store,
)

ALIGNED = 60
"""Characters of a line up to which its comment is put below its neighbours'."""
LINE = 96
"""Characters of a line of numbers or words, about."""
LONGEST = 110
"""Characters of a line that is not broken."""


@dataclass(frozen=True, slots=True)
class Braces:
    """How a language with braces declares things.

    Args:
        language: how expressions are written.
        indent: of a block.
        constant: the words before a number that stays.
        variable: before a number that changes.
        whole: before a whole number that stays.
        alias: the words before another name for an array.
        loop: the head of a loop: `{counter}`, `{count}`.
    """

    language: Vocabulary
    indent: str
    constant: str
    variable: str
    whole: str
    alias: str
    loop: str

    def text(self, expression: Expression) -> str:
        """An expression."""
        return write(expression, self.language).text

    def lines(self, body: Iterable[Statement], depth: int = 1) -> Iterator[str]:
        """Statements, each block indented."""
        pad = self.indent * depth
        before: Statement = Say("")
        for place, statement in enumerate(body):
            if place and _opens(before, statement):
                yield ""
            before = statement
            match statement:
                case Say(text):
                    yield f"{pad}// {text}"
                case Let(name, value, note):
                    said = f"  // {note}" if note else ""
                    yield f"{pad}{self.constant} {name} = {self.text(value)};{said}"
                case Alias(name, array, note):
                    yield f"{pad}{self.alias} {name} = {array};  // {note}"
                case LetWhole(name, value):
                    yield f"{pad}{self.whole} {name} = {self.text(value)};"
                case Start(name, value):
                    yield f"{pad}{self.variable} {name} = {self.text(value)};"
                case Change(name, how, value):
                    yield f"{pad}{name} {how} {self.text(value)};"
                case Store(array, at, how, value):
                    yield f"{pad}{array}[{place_text(at).text}] {how} {self.text(value)};"
                case Do(call):
                    yield f"{pad}{self.text(call)};"
                case Loop(counter, count, inner):
                    yield f"{pad}{self.loop.format(counter=counter, count=count)} {{"
                    yield from self.lines(inner, depth + 1)
                    yield f"{pad}}}"
                case If(test, inner):
                    yield f"{pad}if ({self.text(test)}) {{"
                    yield from self.lines(inner, depth + 1)
                    yield f"{pad}}}"


def _opens(before: Statement, statement: Statement) -> bool:
    """Whether a paragraph begins: what is said of a loop nest, or the first of numbers that are said beside."""
    beside = isinstance(statement, Alias) or (isinstance(statement, Let) and bool(statement.note))
    return isinstance(statement, Say) or (beside and not isinstance(before, (Let, Alias, Say)))


def aligned(lines: Iterable[str]) -> list[str]:
    """The lines with the comments of neighbours one below the other."""
    made: list[str] = []
    run: list[tuple[str, str]] = []

    def flush() -> None:
        width = max((len(code) for code, _ in run if len(code) <= ALIGNED), default=0)
        made.extend(f"{code:{width}}  // {comment}" for code, comment in run)
        run.clear()

    for line in lines:
        code, mark, comment = line.partition("  // ")
        if mark and code.strip():
            run.append((code, comment))
        else:
            flush()
            made.append(line)
    flush()
    return made


def wrapped(items: Iterable[str], end: str = "") -> list[str]:
    """Items with commas between, in lines of about one length; `end` stands after the last."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > LINE:
            lines.append("")
        lines[-1] += f"{item}, "
    lines[-1] = lines[-1].removesuffix(", ") + end
    return [line.rstrip() for line in lines]


def call(head: str, items: Sequence[str], tail: str, indent: str, last: str = "") -> list[str]:
    """`head`, items with commas between, `tail`: in one line, or the items below it, indented.

    Args:
        head: what comes before them.
        items: what is listed.
        tail: what comes after them.
        indent: of the items below.
        last: stands after the last item where they are below.
    """
    line = f"{head}{', '.join(items)}{tail}"
    if len(line) <= LONGEST:
        return [line]
    return [head.rstrip(), *(f"{indent}{line}" for line in wrapped(items, last)), tail.lstrip()]


def sentence(text: str) -> list[str]:
    """A sentence of a header, in lines; not broken at its no-break spaces."""
    lines = textwrap.wrap(text, LINE, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
