"""The losses in a graph: which nodes they are made of, what they compare, and what the values of that must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.graph.graph import Graph
from gradviz.graph.node import Group, Node
from gradviz.ops.op import INPUT
from gradviz.shape import Shape

FAMILIES = frozenset(["loss", "penalty", "likelihood"])
LIKELIHOOD = "nll_of"
MOST_OPERANDS = 3
"""Operands that a loss can have: an input, a target, and a variance."""
WITH_VARIANCE = frozenset({"gaussian_nll", LIKELIHOOD})
"""Losses that can have all of them."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss of a graph.

    Args:
        group: its group; `group.kind` is the block's name.
        nodes: what it is made of, in order; the last one is its value.
        operands: what it is given, in the block's order (input, target; for `nll_of` target, parameters).
    """

    group: Group
    nodes: tuple[int, ...]
    operands: tuple[int, ...]

    @property
    def output(self) -> int:
        """The node of its value."""
        return self.nodes[-1]

    @property
    def distribution(self) -> str:
        """Of `nll_of`, the distribution: the first word of the group's note."""
        from gradviz.networks.losses.distributions import DISTRIBUTIONS

        word = self.group.note.split(",")[0]
        return word if self.group.kind == LIKELIHOOD and word in DISTRIBUTIONS else ""

    def demands(self, graph: Graph) -> tuple[str, ...]:
        """What the values of each operand must be (`gradviz.networks.losses.targets`)."""
        from gradviz.networks.losses.targets import demands

        shapes = [graph.nodes[i].shape for i in self.operands]
        if self.group.kind == "kl_div" and any(graph.nodes[i].op.name == "exp" for i in self.nodes):
            return ("number", "number")  # log_target: the target holds logarithms
        return demands(self.group.kind, shapes, self.distribution)


def losses_of(graph: Graph) -> tuple[Loss, ...]:
    """The losses, penalties and likelihoods of a graph, in the order in which they are computed.

    Example:
        >>> from gradviz.graph.site import GraphSite
        >>> g = Graph()
        >>> f = GraphSite(g).block("mse", g.input("p", (3,)), g.input("t", (3,)))
        >>> [(loss.group.kind, loss.operands) for loss in losses_of(g)]
        [('mse', (0, 1))]
    """
    made: dict[Group, list[int]] = {}
    for i, node in enumerate(graph.nodes):
        group = _loss_group(node.group)
        if group is not None and node.operands:
            made.setdefault(group, []).append(i)
    return tuple(Loss(group, tuple(nodes), _operands(graph, group, nodes)) for group, nodes in made.items())


def _loss_group(group: Group | None) -> Group | None:
    """The loss that a node's group is, or lies in."""
    if group is None:
        return None
    from gradviz.networks.table import BLOCKS

    while group is not None:
        row = BLOCKS.get(group.kind)
        if row is not None and row.family in FAMILIES:
            return group
        group = group.parent
    return None


def _operands(graph: Graph, group: Group, nodes: list[int]) -> tuple[int, ...]:
    """What comes from outside, in the order of its first use, which is that of the operands but for class numbers."""
    from gradviz.networks.table import BLOCKS

    uses = list(_uses(graph, group, nodes))
    found = list(dict.fromkeys(operand for _, operand in uses))
    if group.kind in WITH_VARIANCE and len(found) < MOST_OPERANDS and (with_variance := _with_variance(graph, uses)):
        return with_variance
    if len(found) == 1 and BLOCKS[group.kind].least == 2:
        found *= 2
    target = next((graph.nodes[i].operands[0] for i in nodes if graph.nodes[i].op.name == "one_hot"), None)
    place = 0 if group.kind == LIKELIHOOD else 1
    if target is None and group.kind == LIKELIHOOD:
        logs = {graph.nodes[i].operands[0] for i in nodes if graph.nodes[i].op.name == "log_clamped"}
        target = next((i for i in found if i not in logs), None)
    if target in found and len(found) > 1:
        found.remove(target)
        found.insert(place, target)
    return tuple(found)


def _uses(graph: Graph, group: Group, nodes: list[int]) -> Iterator[tuple[int, int]]:
    """Which node of a loss uses which one from outside."""
    own = set(nodes)
    for i in nodes:
        for operand in graph.nodes[i].operands:
            if operand not in own and graph.nodes[operand].group is not group:
                yield i, operand


def _with_variance(graph: Graph, uses: list[tuple[int, int]]) -> tuple[int, ...]:
    """The operands of a loss with a variance (or a scale), one of them given twice: a difference, and what else."""
    away = next((i for i, _ in uses if graph.nodes[i].op.name == "sub"), None)
    pair = tuple(operand for i, operand in uses if i == away)
    others = [operand for i, operand in uses if i != away]
    return (*pair, others[0]) if len(pair) == 2 and others else ()


def declared_by_losses(graph: Graph) -> frozenset[tuple[str, str]]:
    """What losses say of inputs that they are given directly: pairs such as ("T", "stochastic"), ("t", "classes 3").

    Example:
        >>> from gradviz.graph.site import GraphSite
        >>> g = Graph()
        >>> f = GraphSite(g).block("cross_entropy", g.input("z", (4, 3)), g.input("t", (4,)))
        >>> declared_by_losses(g)
        frozenset({('t', 'classes 3')})
    """
    return frozenset(_declared(graph))


def _declared(graph: Graph) -> Iterator[tuple[str, str]]:
    for node in graph.nodes:
        if node.op.name == "one_hot" and (name := _input_name(graph, node)):
            yield name, f"classes {node.settings['classes']}"
    for loss in losses_of(graph):
        for operand, demand in zip(loss.operands, loss.demands(graph), strict=False):
            target = graph.nodes[operand]
            if target.op is not INPUT or demand in ("number", "classes"):
                continue
            if demand != "distribution":
                yield target.name or "", demand
            elif _along_last(target.shape):
                yield target.name or "", "stochastic"


def _along_last(shape: Shape) -> bool:
    """Whether a distribution in this shape runs along the last axis, which "stochastic" means."""
    return len(shape) in (1, 2)


def _input_name(graph: Graph, node: Node) -> str | None:
    operand = graph.nodes[node.operands[0]]
    return operand.name if operand.op is INPUT else None


def check_losses(graph: Graph, values: Mapping[int, Any], names: Mapping[int, str] | None = None) -> None:
    """Refuse values that a loss cannot mean, such as a class number out of range.

    Args:
        graph: the graph.
        values: by node; operands without one are not looked at.
        names: what operands are called in the message; the nodes' own names by default.

    Raises:
        ValueProblem: the first value that is wrong, with its row.
    """
    from gradviz.networks.losses import check_targets

    for loss in losses_of(graph):
        wanted = loss.demands(graph)
        if all(demand == "number" for demand in wanted):
            continue
        called = [(names or {}).get(i) or graph.nodes[i].name or "" for i in loss.operands]
        given: list[Any] = []
        for i, demand in zip(loss.operands, wanted, strict=False):
            # An operand without a value takes part by its shape alone, with numbers that pass.
            given.append(values[i] if i in values else _passing(graph.nodes[i].shape, demand))
        check_targets(loss.group.kind, given, names=called, distribution=loss.distribution)


def _passing(shape: Shape, demand: str) -> Any:
    import numpy as np

    if demand == "distribution" and shape:
        return np.full(shape, 1.0 / shape[min(len(shape), 2) - 1])
    return np.full(shape, 0.0 if demand == "classes" else 1.0)
