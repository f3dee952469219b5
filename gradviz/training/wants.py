"""What a program waits for: its inputs as the text shows them, before any size is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gradviz.graph.names import Names, names_of
from gradviz.graph.order import calls
from gradviz.networks.table import BLOCKS
from gradviz.syntax.tree import Call, Define, Name, Program

Kind = Literal["", "value", "classes", "two"]
"""What a loss compares an input with: nothing known, a value, a class (index or distribution), one of two classes."""

TARGETS: Mapping[str, Kind] = MappingProxyType(
    {"cross_entropy": "classes", "nll": "classes", "bce": "two", "bce_with_logits": "two"}
)
"""The losses whose target is a class; that of every other loss is a value."""


@dataclass(frozen=True, slots=True)
class Want:
    """An input of a program.

    Args:
        name: of the input.
        shape: as declared, letters included; None where the text does not say.
        valued: whether the program gives it a value.
        target: what a loss makes of it.
        fed: whether a layer or a loss takes it as data, so that it cannot be meant to be trained.
    """

    name: str
    shape: tuple[int | str, ...] | None
    valued: bool
    target: Kind = ""
    fed: bool = False


def wants_of(program: Program, of: str | None = None) -> tuple[Want, ...]:
    """The inputs of a program in the order of its text; what layers make is not among them.

    Raises:
        NameProblem: a name is given twice or in terms of itself.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> [(want.name, want.shape) for want in wants_of(parse("X : N x 2; f = sum(X@w); w = [1, 2]"))]
        [('X', ('N', 2)), ('w', None)]
    """
    names = names_of(program, of)
    targets, fed = _targets(program), _fed(program)
    return tuple(
        Want(
            name,
            names.shapes[name].shape if name in names.shapes else None,
            name in names.constant,
            targets.get(name, ""),
            name in fed or name in targets,
        )
        for name in names.places
        if names.is_input(name) and name not in names.letters and not _made(name, names)
    )


def _made(name: str, names: Names) -> bool:
    """Whether a layer makes the input: `h.W`, where h is a layer."""
    return name.partition(".")[0] in names.assigned and "." in name


def _calls(program: Program) -> Iterable[tuple[str, Call]]:
    """The calls of layers and losses, with the name that their row has in the table."""
    rows = {name: block.name for block in BLOCKS.values() for name in (block.name, *block.aliases)}
    for statement in program.statements:
        body = statement.body if isinstance(statement, Define) else statement.expression
        yield from ((rows[call.function], call) for call in calls(body) if call.function in rows)


def _targets(program: Program) -> dict[str, Kind]:
    """The inputs that stand as the second operand of a loss."""
    found: dict[str, Kind] = {}
    for row, call in _calls(program):
        if BLOCKS[row].family == "loss" and len(call.operands) > 1 and isinstance(call.operands[1], Name):
            found[call.operands[1].id] = TARGETS.get(row, "value")
    return found


def _fed(program: Program) -> set[str]:
    """The inputs that are a layer's operand."""
    return {
        operand.id
        for row, call in _calls(program)
        if BLOCKS[row].family == "layer"
        for operand in call.operands[:1]
        if isinstance(operand, Name)
    }
