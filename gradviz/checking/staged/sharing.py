"""A claim about what two nodes share: what both are made of may be anything, if they are equal for whatever it is."""

from __future__ import annotations

from gradviz.checking.claim import Claim, Decision
from gradviz.checking.staged.masking import RULE, equal_by_cases, floored, with_masks
from gradviz.explanation.data.checks import Evidence
from gradviz.graph.graph import Graph
from gradviz.graph.node import Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.raising import below
from gradviz.shape import size

SAME = Decision("right", Evidence("proof", "Both are the same expression.", rule="the same expression"))
"""What is said of a line that makes the very node that it should."""
BY_CASES = Decision("right", Evidence("proof", f"Both are equal {RULE}.", rule=RULE))
"""What is said of a mask that is right."""
SMALL = 600
"""Entries of all arrays together up to which a proof is tried; beyond, a line is said to agree, not proved."""
STOCHASTIC = frozenset({"one_hot", "softmax"})
"""Operations whose rows sum to 1."""


def cut(claim: Claim) -> Claim | None:
    """The claim with the largest parts that both sides share as free inputs; None if they share nothing but inputs.

    If it holds, so does the claim: it says the same of any values that these parts might have.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> x = g.input("x")
        >>> q = g.sin(x)
        >>> made = cut(Claim(g, (q * 2).id, (q + q).id))
        >>> [node.op.name for node in made.graph.nodes if not node.operands]
        ['input', 'constant']
    """
    nodes = claim.graph.nodes
    shared = set(below(claim.graph, [claim.truth])) & set(below(claim.graph, [claim.answer]))
    leaves = (INPUT, CONSTANT)
    atoms = {i for i in shared if nodes[i].op not in leaves and floored(claim.graph, i) is None}
    if not atoms or claim.truth in atoms or claim.answer in atoms:
        return None
    made, moved = Graph(), dict[int, int]()
    declared = set(claim.declared)
    for i in below(claim.graph, [claim.truth, claim.answer], atoms):
        node = nodes[i]
        if i in atoms:
            name = f"part{i}"
            moved[i] = made.input(name, node.shape).id
            if node.op.name in STOCHASTIC and node.settings.get("axis", -1) in (-1, len(node.shape) - 1):
                declared.add((name, "stochastic"))
        elif node.op is INPUT:
            moved[i] = made.input(node.name or f"part{i}", node.shape).id
        else:
            made.nodes.append(Node(node.op, tuple(moved[k] for k in node.operands), node.attributes, node.shape))
            moved[i] = len(made.nodes) - 1
    return Claim(made, moved[claim.truth], moved[claim.answer], declared=frozenset(declared))


def decided(claim: Claim, *, likely: bool) -> Decision:
    """A claim about a line: proved given what both sides share, else by the whole procedure if it is small enough.

    Args:
        claim: about the line.
        likely: whether both sides have the same values where they were tried.
    """
    from gradviz.checking.equality.decide import decide

    if not likely:
        return decide(claim)
    claim = with_masks(claim)
    if claim.truth == claim.answer:
        return BY_CASES
    shared = cut(claim)
    if equal_by_cases(claim) or (shared is not None and equal_by_cases(shared)):
        return BY_CASES
    if shared is not None and _size(shared) <= SMALL:
        given = decide(shared)
        if given.verdict == "right":
            return given
    return decide(claim) if _size(claim) <= SMALL else _agreeing(claim)


def _size(claim: Claim) -> int:
    """The entries of all arrays on the way to both sides."""
    nodes = claim.graph.nodes
    return sum(size(nodes[i].shape) for i in below(claim.graph, [claim.truth, claim.answer]))


def _agreeing(claim: Claim) -> Decision:
    """Tried at many points, not proved."""
    from gradviz.checking.equality import verdicts
    from gradviz.checking.equality.refute import examine

    seen = examine(claim)
    return verdicts.different(seen) if seen.counter is not None else verdicts.agreeing(seen)
