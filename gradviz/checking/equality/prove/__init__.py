"""Proofs that two nodes are equal wherever both are defined: by canonical form, by algebra, by SymPy in a worker."""

from __future__ import annotations

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.assisted import prove_assisted, start_anew
from gradviz.checking.equality.prove.canonical import same_node
from gradviz.checking.equality.prove.cases import by_cases, by_typical_entries
from gradviz.checking.equality.prove.domains import always_defined
from gradviz.passes.raising import below

SAME = "by the same canonical form"
"""The rule where both sides are one expression, written the same way."""


def prove(claim: Claim) -> str | None:
    """The rule by which a claim is proved, in words ("as rational functions with roots"); None where it is not.

    What is proved: at every real point where the truth, the answer and the domain's nodes all have a value (and the
    node `zero` is zero, and inputs are what they are fixed and declared to be), truth and answer are equal.

    Budgets count sizes, so that the same claim is proved, or not, on every machine.
    """
    start_anew()
    if claim.graph.nodes[claim.truth].shape != claim.graph.nodes[claim.answer].shape:
        return None
    if same_node(claim.graph, claim.truth, claim.answer):
        return SAME
    alike = by_typical_entries(claim)
    if alike is not None:
        return alike
    found = by_cases(claim)
    if found.rule is not None or found.complete:
        return found.rule
    return "by SymPy's simplify" if prove_assisted(claim) else None


def prove_by_structure(claim: Claim) -> str | None:
    """The rule by which a claim about arrays too large to be evaluated is proved: what `prove` tries first.

    Only where every operation always has a value: nothing can be seen at points.
    """
    start_anew()
    graph = claim.graph
    if graph.nodes[claim.truth].shape != graph.nodes[claim.answer].shape:
        return None
    if not all(always_defined(graph, i) for i in below(graph, (claim.truth, claim.answer, *claim.domain))):
        return None
    return SAME if same_node(graph, claim.truth, claim.answer) else by_typical_entries(claim)
