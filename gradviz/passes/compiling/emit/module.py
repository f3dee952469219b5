"""Lines as a module: one function, cut into several where it would be too long for Python's compiler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.lines import Line

LONGEST_FUNCTION = 500
"""Lines of one generated function; Python's compiler needs more than linear time for much longer ones."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands around a function's lines.

    Args:
        opening: statements before them, at the function's level.
        blocks: statements that they are indented under, outermost first.
        closing: lines after the blocks, at the function's level.
    """

    opening: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


PLAIN = Guard()


@dataclass(frozen=True, slots=True)
class Function:
    """A function to be written.

    Args:
        name, parameters: its head.
        lines: its body.
        answer: the expression that it returns.
        answer_reads: the names in it.
        comments: what to say beside a line, by node.
    """

    name: str
    parameters: tuple[str, ...]
    lines: tuple[Line, ...]
    answer: str
    answer_reads: frozenset[str]
    comments: Mapping[int, str]


def source_of(function: Function, names: Identifiers, guard: Guard = PLAIN) -> str:
    """The function's source text; the parts of a long one come before it."""
    if len(function.lines) <= LONGEST_FUNCTION:
        body = [_assignment(line, function.comments) for line in function.lines]
        return _define(function.name, function.parameters, body, function.answer, guard)
    parts = [
        function.lines[start : start + LONGEST_FUNCTION] for start in range(0, len(function.lines), LONGEST_FUNCTION)
    ]
    last_use = _last_uses(parts, function.answer_reads)
    texts, calls = [], []
    for place, part in enumerate(parts):
        name = names.take(f"{function.name}_part_{place + 1}")
        text, call = _part(name, part, place, last_use, function.comments)
        texts.append(text)
        calls.append(call)
    return "\n\n".join([*texts, _define(function.name, function.parameters, calls, function.answer, guard)])


def _last_uses(parts: Sequence[Sequence[Line]], at_the_end: frozenset[str]) -> dict[str, int]:
    """By name, the last part that reads it."""
    last: dict[str, int] = {}
    for place, part in enumerate(parts):
        for line in part:
            for name in line.reads:
                last[name] = place
    return last | dict.fromkeys(at_the_end, len(parts))


def _part(
    name: str, lines: Sequence[Line], place: int, last_use: Mapping[str, int], comments: Mapping[int, str]
) -> tuple[str, str]:
    """A part as a function of what it reads, giving what later parts read; and the statement that calls it."""
    made = {line.name for line in lines}
    reads = list(dict.fromkeys(read for line in lines for read in line.reads if read not in made))
    gives = [line.name for line in lines if last_use.get(line.name, -1) > place]
    body = [_assignment(line, comments) for line in lines]
    answer = f"({', '.join(gives)},)" if gives else "()"
    text = _define(name, tuple(reads), body, answer, PLAIN)
    call = f"{name}({', '.join(reads)})"
    return text, f"({', '.join(gives)},) = {call}" if gives else call


def _assignment(line: Line, comments: Mapping[int, str]) -> str:
    comment = comments.get(line.id, "")
    return f"{line.name} = {line.text}" + (f"  # {comment}" if comment else "")


def _define(name: str, parameters: Sequence[str], body: Sequence[str], answer: str, guard: Guard) -> str:
    lines = [f"def {name}({', '.join(parameters)}):", *(f"    {line}" for line in guard.opening)]
    lines += ["    " * depth + block for depth, block in enumerate(guard.blocks, 1)]
    indent = "    " * (len(guard.blocks) + 1)
    lines += [f"{indent}{line}" for line in body]
    lines += [f"{indent}return {answer}", *(f"    {line}" for line in guard.closing)]
    return "\n".join(lines) + "\n"
