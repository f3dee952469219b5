"""Layers and losses as their calls, `mse(p, y)`: what a title says of a loss, and of what would be too long."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Graph, Group
from gradviz.graph.losses import Loss, losses_of
from gradviz.ops.op import INPUT
from gradviz.passes.raising import expression, setting
from gradviz.syntax.tree import Call, Expr, Name, postorder, substituted

FEW = 4
"""Operands of a call that are named."""
BUDGET = 120
"""Nodes of an expression around calls."""


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


def outer_call(subject: Subject) -> Math | None:
    """The output as the call of the outermost layer or loss that makes it; None where none does."""
    graph = subject.graph
    group = _outermost(graph.nodes[subject.output].group)
    if group is None:
        return None
    inside = _reached(graph, subject.output, group)
    names = [subject.names[i] for i in entering(graph, group, inside) if i in subject.names]
    return call_math(group.kind, names) if names else None


def entering(graph: Graph, group: Group, inside: Collection[int]) -> list[int]:
    """What enters a group: a loss's operands in the order of its call, a layer's in the order in which they are read.

    The cross-entropy of h and T reads the classes T first, and is `cross_entropy(h, T)` all the same.
    """
    held = set(inside)
    read = dict.fromkeys(operand for i in sorted(held) for operand in graph.nodes[i].operands)
    loss = next((loss for loss in losses_of(graph) if loss.group == group), None)
    order = dict.fromkeys(operand for operand in loss.operands if operand in read) if loss is not None else {}
    return [operand for operand in {**order, **read} if operand not in held]


def loss_expression(subject: Subject) -> Expr | None:
    """The output with each loss as the call that it is, `mse(p, y) + 0.01 l2(h.W)`; None where there is no loss."""
    graph, output = subject.graph, subject.output
    losses = {loss.output: loss for loss in losses_of(graph) if loss.group.parent is None}
    if output in losses:
        return _call_of(graph, losses[output])
    inputs = {i: name for i, name in subject.names.items() if graph.nodes[i].op is INPUT}
    marks = {i: f"loss {i}" for i in losses}
    tree = expression(graph, output, {**inputs, **marks}, BUDGET)
    used = {node.id for node in postorder(tree) if isinstance(node, Name)} if tree is not None else set()
    calls = {marks[i]: _call_of(graph, loss) for i, loss in losses.items() if marks[i] in used}
    known = {mark: call for mark, call in calls.items() if call is not None}
    return substituted(tree, known) if tree is not None and calls and len(known) == len(calls) else None


def _call_of(graph: Graph, loss: Loss) -> Expr | None:
    """`mse(p, y)`: operands by their names, or as they are written where they have none; None where that is long."""
    names = {i: node.name for i, node in enumerate(graph.nodes) if node.name}
    operands: list[Expr] = []
    for i in loss.operands:
        made = Name(names[i]) if i in names else expression(graph, i, names, BUDGET // 4)
        if made is None:
            return None
        operands.append(made)
    kept = [(name, setting(value)) for name, value in loss.group.settings]
    return Call(loss.group.kind, tuple(operands), tuple(kept))


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
