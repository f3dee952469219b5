"""The same arithmetic in a graph: a mistaken derivative as nodes beside the answer, to be compared exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradviz.graph.folding import Folded, Folder
from gradviz.ops.op import Attribute, Number, Rule


class Nodes:
    """Combines nodes of one graph. Terms are those of a folding builder.

    Args:
        builder: extends the graph.
        dependent: see `Workshop`.
    """

    __slots__ = ("builder", "dependent")

    def __init__(self, builder: Folder, dependent: Any = None) -> None:
        self.builder, self.dependent = builder, dependent

    def at(self, node: int) -> Folded:
        """A node of the graph."""
        return self.builder.term(node)

    def constant(self, value: Number) -> Folded:
        """A number."""
        return self.builder.constant(value)

    def apply(self, name: str, *operands: Folded | Number, **settings: Attribute) -> Folded:
        """An operation on terms."""
        return self.builder.apply(name, *operands, **settings)

    def by_rule(
        self,
        rule: Rule,
        y: Folded,
        operands: Sequence[Folded],
        fixed: Sequence[bool],
        settings: Mapping[str, Attribute],
    ) -> Folded:
        """What a row's rule makes of the operation's output and operands."""
        made = rule(self.builder, y, *operands, **settings)
        return self.builder.term(self.builder.id_of(made))
