"""The four facts on every edge."""

from __future__ import annotations

from gradviz.explanation.data import EdgeFacts, Math, Value
from gradviz.explanation.jacobians import jacobian_facts
from gradviz.explanation.mathematics import math_of, partial_math
from gradviz.explanation.naming import free_name
from gradviz.explanation.subject import Subject
from gradviz.explanation.values import to_value
from gradviz.explanation.wording import Wording, formula_math
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.raising import expression
from gradviz.passes.simplify import cost
from gradviz.syntax.tree import Expr, Name

RULE_COST = 24.0
"""What the rule of an array edge may cost its reader."""


def edge_facts(subject: Subject, wording: Wording) -> tuple[EdgeFacts, ...]:
    """The edges between shown nodes, in the order of the nodes' operands."""
    return tuple(_edge(subject, wording, target, slot) for target in subject.shown for slot in subject.varying(target))


def _edge(subject: Subject, wording: Wording, target: int, slot: int) -> EdgeFacts:
    graph = subject.graph
    node = graph.nodes[target]
    source = node.operands[slot]
    copy = node.operands[: slot + 1].count(source) if node.operands.count(source) > 1 else 0
    edge = subject.edges.get((target, slot))
    local = wording.locals_.get((target, slot))
    arrays = bool(node.shape or graph.nodes[source].shape)
    return EdgeFacts(
        source=subject.ids[source],
        target=subject.ids[target],
        slot=slot,
        copy=copy,
        active=edge is not None,
        symbol=partial_math(subject.names[target], subject.names[source], copy),
        upstream=_value(subject, edge.upstream if edge else None),
        local_formula=formula_math(local) if local is not None else None,
        local_value=_value(subject, edge.local if edge else None),
        jacobian=jacobian_facts(graph, node, slot) if arrays else None,
        contribution=_value(subject, edge.contribution if edge else None),
        rule=_rule(subject, target, slot) if edge is not None and edge.local is None else None,
        verb=node.op.gate_with(subject.varying(target)),
    )


def _value(subject: Subject, id: int | None) -> Value | None:
    return to_value(subject.known[id]) if id is not None and id in subject.known else None


def _rule(subject: Subject, target: int, slot: int) -> Math | None:
    """The contribution as a formula in the graph's names, `g` being the upstream gradient: the row's reverse rule."""
    node = subject.graph.nodes[target]
    vjp = node.op.vjp(slot)
    if vjp is None:
        return None
    graph = Graph()
    operands: dict[int, int] = {}
    for operand in dict.fromkeys(node.operands):
        part = subject.graph.nodes[operand]
        known = part.op is CONSTANT
        term = graph.constant(part.settings["value"], part.shape) if known else graph.input(f"o{operand}", part.shape)
        operands[operand] = term.id
    output, upstream = graph.input("output", node.shape).id, graph.input("upstream", node.shape).id
    names = {id: subject.names[operand] for operand, id in operands.items() if operand in subject.names}
    names |= {output: subject.names[target], upstream: free_name("g", set(subject.names.values()))}
    builder = Folder(graph)
    given = [builder.term(i) for i in (upstream, output, *(operands[operand] for operand in node.operands))]
    id = builder.id_of(vjp(builder, *given, **node.settings))
    tree: Expr | None = Name(names[id]) if id in names else expression(graph, id, names, 40)
    return math_of(tree) if tree is not None and cost(tree) <= RULE_COST else None
