"""Why a contribution has its factors, its order and its transposes: for products of arrays and for broadcasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradviz.explanation.data import Math, Why
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.subject import Subject
from gradviz.explanation.why_copies import copied, reduced
from gradviz.explanation.why_inverse import INVERSES
from gradviz.explanation.why_products import multiplied
from gradviz.explanation.why_sizes import Sizes
from gradviz.explanation.why_telling import Story, Teller
from gradviz.graph.graph import Graph
from gradviz.passes.backward import Edge

TOLD = 400
"""Nodes beyond which only the first edge of each kind is explained."""

Place = tuple[int, int]
"""An edge's target and slot."""


def why_facts(subject: Subject, rules: Mapping[Place, Math | None], sizes: Sizes) -> dict[Place, Why]:
    """The reasons for the contributions of matrix products, reductions and broadcasts, by target and slot.

    The first edge of each kind, in the order of the backward pass, has the full story; the others refer to it.

    Args:
        subject: what is explained.
        rules: the contributions as formulas.
        sizes: the shapes as written, with letters where the program has them.
    """
    teller = Teller(subject, sizes)
    told: dict[object, Edge] = {}
    found: dict[Place, Why] = {}
    shown = set(subject.plain)
    order = sorted((e for e in subject.edges.values() if e.target in shown), key=lambda e: (-e.target, e.slot))
    for edge in order:
        if edge.source not in subject.names:
            continue
        story = _story(teller, edge, rules.get((edge.target, edge.slot)))
        if story is None:
            continue
        first = told.setdefault(story.kind, edge)
        if first is edge:
            found[edge.target, edge.slot] = story.tell()
        elif len(subject.shown) <= TOLD:
            found[edge.target, edge.slot] = replace(story.tell(), like=_reference(teller, first, edge))
    return found


def _story(teller: Teller, edge: Edge, rule: Math | None) -> Story | None:
    graph = teller.subject.graph
    node, source = graph.nodes[edge.target], graph.nodes[edge.source]
    if not node.shape and not source.shape:
        return None
    if node.op.elementwise:
        return copied(teller, edge, rule) if source.shape != node.shape else None
    if node.op.name in INVERSES:
        return INVERSES[node.op.name](teller, edge, rule)
    form = teller.form(edge.target)
    if form is None:
        return None
    if len(form.operands) > 1:
        return multiplied(teller, edge, rule, form)
    at, out = form.operands[0].indices, form.output.indices
    if set(at) - set(out):
        return reduced(teller, edge, rule, form)
    return copied(teller, edge, rule) if set(out) - set(at) else None


def _operands(graph: Graph, edge: Edge) -> list[int]:
    """The operand of an edge, then the others of its target."""
    operands = graph.nodes[edge.target].operands
    return [edge.source, *(operand for slot, operand in enumerate(operands) if slot != edge.slot)]


def _reference(teller: Teller, first: Edge, edge: Edge) -> str:
    """`as for q → W, with V for W and h for x`."""
    graph, names = teller.subject.graph, teller.subject.names
    pairs: dict[str, str] = {}
    for there, here in zip(*(_operands(graph, one) for one in (first, edge)), strict=False):
        if there in names and here in names:
            pairs.setdefault(names[there], names[here])
    said = [f"{name_math(new).unicode} for {name_math(old).unicode}" for old, new in pairs.items() if new != old]
    where = f"{name_math(names[first.target]).unicode} → {name_math(names[first.source]).unicode}"
    return f"as for {where}{', with ' if said else ''}{' and '.join(said)}"
