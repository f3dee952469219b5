"""One node of a graph."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.ops.op import Attribute, Op
from gradviz.shape import Shape
from gradviz.source import Span


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that belong together and can be shown as one box: a layer, a loss, a recognised sigmoid.

    Args:
        name: unique in its graph; of a group within another dotted (`net.h1`).
        kind: what it is: a block's name ("dense", "mse"), an operation's ("sigmoid"), or "block".
        note: its settings in a few words ("2 → 3, tanh").
        parent: the group that it lies in.
        settings: of a block's call, those that are not the usual ones.
    """

    name: str
    kind: str
    note: str = ""
    parent: Group | None = None
    settings: tuple[tuple[str, Attribute], ...] = ()


@dataclass(slots=True, unsafe_hash=True)  # not frozen: that makes a node five times as slow to build
class Node:
    """One operation applied to earlier nodes. It is shared by graphs, and never assigned to.

    Args:
        op: its row of the table.
        operands: the positions of its operands in the graph; a repeated operand is listed twice.
        attributes: the operation's settings, in the order of its parameters. A constant's value is `value`.
        shape: of its value.
        name: the user's name for it, if any.
        span: where in the program it was written.
        group: the innermost group that it lies in.
    """

    op: Op
    operands: tuple[int, ...]
    attributes: tuple[tuple[str, Attribute], ...]
    shape: Shape
    name: str | None = None
    span: Span | None = None
    group: Group | None = None

    @property
    def settings(self) -> dict[str, Attribute]:
        """The attributes as a dictionary."""
        return dict(self.attributes)
