"""Values that no fraction is, such as π/4 and √2: they enter a claim as the expressions that they are written as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradviz.checking.claim import Claim
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.question import Question
from gradviz.graph.build import build
from gradviz.graph.given import evaluated
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT, NamedConstant
from gradviz.syntax.tree import Assign, Expr, Program


def is_rounded(value: Any) -> bool:
    """Whether a value is a float that was computed, or may have been.

    Example:
        >>> is_rounded(0.7853981633974483), is_rounded(2)
        (True, False)
    """
    return isinstance(value, float) and not isinstance(value, NamedConstant)


def written(asked: Question, name: str) -> Expr | None:
    """The expression that an input's value is written as, where the value itself is rounded; None where it is not."""
    value = asked.built.values[name]
    if not is_rounded(value):
        return None
    if name in asked.point:
        return asked.point[name]
    for one in asked.built.program.statements:
        # A value given from outside wins over the program's: then that is not how it is written.
        if isinstance(one, Assign) and one.name == name and one.expression is not None:
            return one.expression if evaluated(name, one.expression) == value else None
    return None


def pinned(claim: Claim, trees: Mapping[str, Expr]) -> Claim:
    """A claim with expressions of constants in the place of some inputs.

    Args:
        claim: it is not changed.
        trees: by the input's name.
    """
    if not trees:
        return claim
    graph = Graph()
    places: dict[str, int] = {}
    for name, tree in trees.items():
        made = build(Program((Assign("value", tree, span=tree.span, name_span=tree.span),)))
        places[name] = graft(graph, made.graph, [made.output], {})[0]
    for node in claim.graph.nodes:
        if node.op is INPUT and node.name is not None and node.name not in places:
            places[node.name] = graph.input(node.name, node.shape).id
    zero = () if claim.zero is None else (claim.zero,)
    truth, answer, *others = graft(graph, claim.graph, [claim.truth, claim.answer, *claim.domain, *zero], places)
    return replace(
        claim,
        graph=graph,
        truth=truth,
        answer=answer,
        domain=tuple(others[: len(claim.domain)]),
        zero=others[-1] if zero else None,
        fixed={name: value for name, value in claim.fixed.items() if name not in trees},
    )
