"""One node of a graph."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.ops.op import Attribute, Op
from gradviz.shape import Shape
from gradviz.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """One operation applied to earlier nodes.

    Args:
        op: its row of the table.
        operands: the positions of its operands in the graph; a repeated operand is listed twice.
        attributes: the operation's settings, in the order of its parameters. A constant's value is `value`.
        shape: of its value.
        name: the user's name for it, if any.
        span: where in the program it was written.
    """

    op: Op
    operands: tuple[int, ...]
    attributes: tuple[tuple[str, Attribute], ...]
    shape: Shape
    name: str | None = None
    span: Span | None = None

    @property
    def settings(self) -> dict[str, Attribute]:
        """The attributes as a dictionary."""
        return dict(self.attributes)
