"""A layer or loss as its call, `lstm(X)`: what stands where everything that it computes would be too long."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Graph, Group

FEW = 4
"""Operands of a call that are named."""


def call_math(kind: str, names: Sequence[str]) -> Math:
    """`mse(q, y)`: a kind of group on what enters it.

    Example:
        >>> call_math("mse", ["q", "y"]).unicode
        'mse(q, y)'
    """
    said = [name_math(name) for name in names[:FEW]]
    more = len(names) > FEW
    latex = r",\,".join([n.latex for n in said] + [r"\ldots"] * more)
    return Math(
        f"{kind}({', '.join([n.text for n in said] + ['...'] * more)})",
        f"{kind}({', '.join([n.unicode for n in said] + ['…'] * more)})",
        f"{upright(kind)}({latex})",
    )


def upright(kind: str) -> str:
    """A kind in LaTeX, as a word."""
    return rf"\mathrm{{{kind}}}".replace("_", r"\_").replace(" ", r"\ ")


def entering(graph: Graph, inside: Collection[int]) -> list[int]:
    """What enters a region, in the order in which it is read: first q and then y for (q − y)²."""
    held = set(inside)
    read = dict.fromkeys(operand for i in sorted(held) for operand in graph.nodes[i].operands)
    return [operand for operand in read if operand not in held]


def outer_call(subject: Subject) -> Math | None:
    """The output as the call of the outermost layer or loss that makes it; None where none does."""
    graph = subject.graph
    group = _outermost(graph.nodes[subject.output].group)
    if group is None:
        return None
    inside = _reached(graph, subject.output, group)
    names = [subject.names[i] for i in entering(graph, inside) if i in subject.names]
    return call_math(group.kind, names) if names else None


def _outermost(group: Group | None) -> Group | None:
    while group is not None and group.parent is not None:
        group = group.parent
    return group


def _reached(graph: Graph, output: int, group: Group) -> set[int]:
    """The nodes of a group that the output is made of."""
    found, waiting = {output}, [output]
    while waiting:
        for operand in graph.nodes[waiting.pop()].operands:
            if operand not in found and _outermost(graph.nodes[operand].group) == group:
                found.add(operand)
                waiting.append(operand)
    return found
