"""The operations as plain facts, read off their rows: formula, local derivatives, gate, kinks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import math_of, name_math, rule_math
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import REQUIRED, Op
from gradviz.ops.table import FAMILIES
from gradviz.passes.raising import expression

NAMES = ("x", "y", "z", "u", "v", "w")
OUTPUT, UPSTREAM = "f", "g"


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """How a gradient goes back to one operand.

    Args:
        operand: its name.
        partial: the local derivative, for elementwise operations.
        contribution: what the operand gets from the upstream gradient `g`, for the others.
        structure: of the local Jacobian.
    """

    operand: str
    partial: Math | None
    contribution: Math | None
    structure: str


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """One row of the table, as text. The output is `f`; local derivatives are written in the operands and `f`."""

    name: str
    family: str
    doc: str
    aliases: tuple[str, ...]
    formula: Math
    locals: tuple[LocalFacts, ...]
    gate: str
    gate_constant: str
    settings: tuple[tuple[str, str, str], ...]
    kinks: tuple[tuple[str, str], ...]
    mistakes: tuple[str, ...]


def catalogue() -> tuple[OperationFacts, ...]:
    """Every operation, in the table's order."""
    return tuple(facts_of(op) for family in FAMILIES for op in family)


def facts_of(op: Op) -> OperationFacts:
    """One operation's facts.

    Example:
        >>> from gradviz.ops.table import OPS
        >>> facts_of(OPS["tanh"]).locals[0].partial.unicode
        '1 − f²'
    """
    graph, operands, settings = _example(op)
    output = graph.name(graph.apply(op.name, *operands, **settings), OUTPUT)
    names = {term.id: term.node.name or "" for term in operands}
    formula = expression(graph, output.id, names)
    return OperationFacts(
        name=op.name,
        family=op.family,
        doc=op.doc,
        aliases=op.aliases,
        formula=Math(op.name, op.name, op.name) if formula is None else math_of(formula),
        locals=tuple(_local(op, slot, graph, output, operands, settings) for slot in range(len(operands))),
        gate=op.gate,
        gate_constant=op.gate_constant,
        settings=tuple((p.name, "required" if p.default == REQUIRED else str(p.default), p.doc) for p in op.parameters),
        kinks=tuple((kink.says, kink.taken) for kink in op.kinks),
        mistakes=tuple(dict.fromkeys(mistake.says for mistake in op.mistakes)),
    )


def _example(op: Op) -> tuple[Graph, list[Term], Mapping[str, Any]]:
    """A graph with inputs that fit the operation: scalars if it is elementwise, else like a sample (of matrices)."""
    graph = Graph()
    if op.elementwise or not op.samples:
        count = op.arity if isinstance(op.arity, int) else max(op.arity[0], 2 if op.arity[1] is None else 1)
        settings = dict(op.samples[0].attributes) if op.samples else {}
        return graph, [graph.input(name) for name in NAMES[:count]], _settings(op, settings)
    matrices = (sample for sample in op.samples if all(len(_shape(operand)) == 2 for operand in sample.operands))
    sample = next(matrices, op.samples[0])
    shapes = [_shape(operand) for operand in sample.operands]
    return graph, [graph.input(NAMES[i], shape) for i, shape in enumerate(shapes)], dict(sample.attributes)


def _settings(op: Op, sample: Mapping[str, Any]) -> Mapping[str, Any]:
    """The defaults, and the sample's settings where there is no default."""
    return {p.name: sample[p.name] for p in op.parameters if p.default == REQUIRED and p.name in sample}


def _shape(operand: Any) -> tuple[int, ...]:
    shape: list[int] = []
    while isinstance(operand, (list, tuple)):
        shape.append(len(operand))
        operand = operand[0] if operand else ()
    return tuple(shape)


def _local(
    op: Op, slot: int, graph: Graph, output: Term, operands: list[Term], settings: Mapping[str, Any]
) -> LocalFacts:
    given = output.node.settings
    names = {term.id: term.node.name or "" for term in (*operands, output)}
    operand = names[operands[slot].id]
    structure = op.structure_of(slot)
    grown = graph.copy()
    upstream = grown.input(UPSTREAM, output.shape)
    builder = Folder(grown)
    terms = [builder.term(term.id) for term in (output, *operands)]
    partial, vjp = op.partial(slot), op.vjp(slot)
    if partial is not None:
        made = builder.id_of(partial(builder, *terms, **given))
        return LocalFacts(operand, _written(grown, made, names), None, structure)
    if vjp is None:
        return LocalFacts(operand, None, None, structure)
    made = builder.id_of(vjp(builder, builder.term(upstream.id), *terms, **given))
    return LocalFacts(operand, None, _written(grown, made, {**names, upstream.id: UPSTREAM}), structure)


def _written(graph: Graph, id: int, names: Mapping[int, str]) -> Math | None:
    if id in names:
        return name_math(names[id])
    tree = expression(graph, id, names)
    return None if tree is None else rule_math(tree)
