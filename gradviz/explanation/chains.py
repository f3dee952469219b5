"""The chain rule written out in the graph's own names: `∂f/∂q · ∂q/∂x = z · 1`, one term per contribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gradviz.explanation.data import Chain, Math
from gradviz.explanation.mathematics import bracketed, math_of, partial_math, product, total
from gradviz.explanation.subject import Subject
from gradviz.explanation.symbols import local_symbol
from gradviz.syntax.tree import Call, Expr

if TYPE_CHECKING:
    from gradviz.passes.backward import Edge
    from gradviz.passes.formula import Formula

TERMS = 6
"""Contributions beyond which a chain is not written out."""


def chain_of(
    subject: Subject,
    edges: Sequence[Edge],
    locals_: Mapping[tuple[int, int], Formula],
    upstreams: Mapping[int, Formula],
) -> Chain | None:
    """The chain of one scalar input; None if there is nothing to write, or too much.

    Args:
        subject: what is explained.
        edges: the edges that leave the input.
        locals_: local derivatives by target and slot.
        upstreams: gradients in the graph's names, numbers included, by node.
    """
    if any(edge.target not in subject.names or edge.target in subject.boxes for edge in edges):
        return None  # it leads into a closed group
    if not edges or len(edges) > TERMS or subject.graph.nodes[edges[0].source].shape:
        return None
    symbols: list[Math] = []
    factors: list[Math] = []
    for edge in edges:
        local = locals_.get((edge.target, edge.slot))
        if local is None or subject.graph.nodes[edge.target].shape:
            return None
        step = local_symbol(subject, edge.target, edge.slot)
        if edge.target == subject.output and subject.numerator == subject.names[subject.output]:
            symbols.append(step)
            factors.append(factor(local.display, alone=len(edges) == 1))
            continue
        arriving = partial_math(subject.numerator, subject.names[edge.target])
        above = upstreams.get(edge.target)
        symbols.append(product((arriving, step)))
        factors.append(product((arriving if above is None else factor(above.display), factor(local.display))))
    return Chain(total(symbols), total(factors))


def factor(tree: Expr, *, alone: bool = False) -> Math:
    """A tree as one factor of a product: sums and signs in brackets."""
    loose = isinstance(tree, Call) and tree.function in ("add", "sub", "neg")
    math = math_of(tree)
    return bracketed(math) if loose and not alone else math


def constant(value: float) -> Formula | None:
    """A whole number as a formula, for gradients that are one."""
    from gradviz.passes.formula import Formula, numeral

    if not float(value).is_integer() or abs(value) > 10**6:
        return None
    tree: Expr = numeral(abs(int(value)))
    tree = Call("neg", (tree,)) if value < 0 else tree
    return Formula(tree, tree)
