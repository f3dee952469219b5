"""Lines as a module: one function, and its parts where it would be too long for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gradviz.passes.compiling.emit.straight.lines import Line


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
UNSAID: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Function:
    """A function to be written.

    Args:
        name, parameters: its head.
        parts: its body; if there are several, each becomes a function of the shelf.
        answer: the expression that it returns.
        shelf: the identifier of the list in which the parts find the parameters and leave what others need.
        places: how long that list is.
        part_names: the identifiers of the parts, if there are several.
    """

    name: str
    parameters: tuple[str, ...]
    parts: tuple[Sequence[Line], ...]
    answer: str
    shelf: str = ""
    places: int = 0
    part_names: tuple[str, ...] = ()


def source_of(function: Function, guard: Guard = PLAIN, comments: Mapping[int, str] = UNSAID) -> str:
    """The function's source text; its parts come before it.

    Args:
        function: what is written.
        guard: what stands around its lines.
        comments: what to say beside a line, by node.
    """
    return "\n\n".join(definitions(function, guard, comments))


def definitions(function: Function, guard: Guard = PLAIN, comments: Mapping[int, str] = UNSAID) -> Iterator[str]:
    """The same piece by piece: each part, and the function at the end. Args as for `source_of`."""
    shelf = function.shelf
    if not function.part_names:
        (lines,) = function.parts
        yield _define(function.name, function.parameters, _body(lines, comments), function, guard)
        return
    for name, lines in zip(function.part_names, function.parts, strict=True):
        yield "\n".join([f"def {name}({shelf}):", *(f"    {line}" for line in _body(lines, comments)), ""])
    empty = function.places - len(function.parameters)
    filled = f"{shelf} = [{', '.join(function.parameters)}] + [None] * {empty}"
    calls = [f"{name}({shelf})" for name in function.part_names]
    yield _define(function.name, function.parameters, [filled, *calls], function, guard)


def _body(lines: Iterable[Line], comments: Mapping[int, str]) -> list[str]:
    if not comments:
        return [f"{line.name} = {line.text}" for line in lines]
    said = [(f"{line.name} = {line.text}", comments.get(line.id)) for line in lines]
    return [f"{text}  # {comment}" if comment else text for text, comment in said]


def _define(name: str, parameters: Sequence[str], body: Sequence[str], function: Function, guard: Guard) -> str:
    lines = [f"def {name}({', '.join(parameters)}):", *(f"    {line}" for line in guard.opening)]
    lines += ["    " * depth + block for depth, block in enumerate(guard.blocks, 1)]
    indent = "    " * (len(guard.blocks) + 1)
    lines += [f"{indent}{line}" for line in body]
    lines += [f"{indent}return {function.answer}", *(f"    {line}" for line in guard.closing)]
    return "\n".join(lines) + "\n"
