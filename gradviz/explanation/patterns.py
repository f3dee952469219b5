"""Local derivatives of large graphs: one formula for each kind of operation, then put into names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import Backward, Edge, differentiate
from gradviz.passes.formula import Formula
from gradviz.passes.formulas import Formulary
from gradviz.passes.verify import sample
from gradviz.syntax.tree import Call, Expr, Name, postorder

PATTERNS = 200
"""Different kinds of operation that are worked out; beyond them there are only numbers."""

OUTPUT = "out"
"""The placeholder of the output; those of operands are o0, o1, … in program order."""

Key = tuple[Any, ...]


@dataclass(slots=True)
class Patterns:
    """The formulas by kind: the operation, its settings, and which operands are equal or constant.

    Args:
        reread: reads a tree back from its printed text, as for a `Formulary`.
    """

    reread: Callable[[Expr], Expr]
    _found: dict[Key, Formula | None] = field(default_factory=dict)

    def local(self, backward: Backward, edge: Edge, names: Mapping[int, str]) -> Formula | None:
        """The local derivative along an edge in the graph's names; None as in `Formulary.local`."""
        node = backward.graph.nodes[edge.target]
        if edge.local is None:
            return None
        varying = sorted({operand for operand in node.operands if operand in names})
        places = {operand: f"o{place}" for place, operand in enumerate(varying)}
        operands: list[Any] = []
        for operand in node.operands:
            value: Any = places.get(operand)
            if value is None:
                part = backward.graph.nodes[operand]
                value = part.settings.get("value") if part.op is CONSTANT else None
                if value is None or isinstance(value, tuple):
                    return None
            operands.append(value)
        # The type too: 1, 1.0 and True are equal as keys.
        key = (node.op.name, node.attributes, edge.slot, *((type(value), value) for value in operands))
        if key not in self._found:
            self._found[key] = self._work_out(node.op.name, node.attributes, edge.slot, operands)
        made = self._found[key]
        spoken = {places[operand]: names[operand] for operand in varying} | {OUTPUT: names[edge.target]}
        return None if made is None else _renamed(made, spoken)

    def _work_out(self, op: str, attributes: tuple[tuple[str, Any], ...], slot: int, operands: list[Any]) -> Any:
        if len(self._found) >= PATTERNS:
            return None
        graph = Graph()
        inputs: dict[str, Term] = {}
        for operand in sorted({operand for operand in operands if isinstance(operand, str)}):
            inputs[operand] = graph.input(operand)
        terms = [inputs[o] if isinstance(o, str) else graph.constant(o) for o in operands]
        output = graph.name(graph.apply(op, *terms, **dict(attributes)), OUTPUT)
        backward = differentiate(graph, output.id)
        edge = next((edge for edge in backward.edges if edge.slot == slot), None)
        if edge is None or edge.local is None:
            return None
        names = {term.id: name for name, term in inputs.items()} | {output.id: OUTPUT}
        samples = sample(backward.graph, names, [edge.local], None)
        return Formulary(backward, names, {}, samples, self.reread).local(edge)


def _renamed(formula: Formula, spoken: Mapping[str, str]) -> Formula | None:
    display, spelled = _spoken(formula.display, spoken), _spoken(formula.spelled, spoken)
    return None if display is None or spelled is None else Formula(display, spelled)


def _spoken(tree: Expr, spoken: Mapping[str, str]) -> Expr | None:
    """The tree with names for placeholders; a constant's name stays unless a person has taken it."""
    made: dict[int, Any] = {}
    for part in postorder(tree):
        match part:
            case Name(id=name):
                if name not in spoken and name in spoken.values():
                    return None
                made[id(part)] = Name(spoken.get(name, name))
            case Call(operands=operands):
                made[id(part)] = replace(part, operands=tuple(made[id(operand)] for operand in operands))
            case _:
                made[id(part)] = part
    return cast("Expr", made[id(tree)])
