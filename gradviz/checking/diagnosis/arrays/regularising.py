"""Dropped ways that are known by another name: the regularisation term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradviz.checking.diagnosis.arrays.case import Case, Place
from gradviz.checking.diagnosis.arrays.slips import REGULARISATION_LOST, WAY_DROPPED, Slip
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.raising import below


def with_regularisation(case: Case, slips: Sequence[Slip]) -> list[Slip]:
    """The slips, dropped ways through a term of parameters alone under their own name."""
    direct = {place for place, edge in case.edges.items() if edge.source == case.wrt}
    penalty = {place for place in direct if _is_penalty(case, place[0])}
    return [_named(slip, penalty) for slip in slips]


def _named(slip: Slip, penalty: set[Place]) -> Slip:
    if slip.name != WAY_DROPPED or set(slip.alters) != penalty:
        return slip
    return replace(slip, name=REGULARISATION_LOST, prior=0.3)


def _is_penalty(case: Case, target: int) -> bool:
    """Whether a term of the output's sum depends on the input (and numbers) alone, and other terms on more."""
    graph = case.graph
    term = _term(graph, case.output, target)
    if term is None or graph.nodes[term].shape != ():
        return False
    arrays = {i for i in below(graph, [term]) if graph.nodes[i].op is INPUT and graph.nodes[i].shape}
    whole = {i for i in below(graph, [case.output]) if graph.nodes[i].op is INPUT and graph.nodes[i].shape}
    return arrays == {case.wrt} and whole != arrays


def _term(graph: Graph, output: int, target: int) -> int | None:
    """The term of the output's outermost sum in which a node lies; None where it lies in several, or there is none."""
    terms, stack = list[int](), [output]
    while stack:
        i = stack.pop()
        if graph.nodes[i].op.name in ("add", "sub"):
            stack.extend(graph.nodes[i].operands)
        else:
            terms.append(i)
    holding = [i for i in terms if target in below(graph, [i])]
    return holding[0] if len(holding) == 1 and len(terms) > 1 else None
