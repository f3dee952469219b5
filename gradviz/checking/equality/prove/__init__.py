"""Proofs that two nodes are equal wherever both are defined: by canonical form, by algebra, by SymPy in a worker."""

from __future__ import annotations

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.assisted import prove_assisted
from gradviz.checking.equality.prove.canonical import same_node
from gradviz.checking.equality.prove.cases import by_cases


def prove(claim: Claim) -> str | None:
    """The rule by which a claim is proved, in words ("as rational functions with roots"); None where it is not.

    What is proved: at every real point where the truth, the answer and the domain's nodes all have a value (and the
    node `zero` is zero, and inputs are what they are fixed and declared to be), truth and answer are equal.

    Budgets count sizes, so that the same claim is proved, or not, on every machine.
    """
    if claim.graph.nodes[claim.truth].shape != claim.graph.nodes[claim.answer].shape:
        return None
    if same_node(claim.graph, claim.truth, claim.answer):
        return "by the same canonical form"
    found = by_cases(claim)
    if found.rule is not None or found.complete:
        return found.rule
    return "by SymPy's simplify" if prove_assisted(claim) else None
