"""What a loss compares: the prediction and the target, read from its graph."""

from __future__ import annotations

from collections.abc import Collection

from gradviz.graph.graph import Graph
from gradviz.graph.node import Group
from gradviz.networks.table import BLOCKS
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import reached


def compared(graph: Graph, output: int, data: Collection[str], parameters: Collection[str]) -> tuple[str, str]:
    """The names of the prediction and of the target.

    The first loss of the program tells: its first operand is the prediction. Where there is no loss from the table, the
    first difference between something that is trained and a data input does.

    Args:
        graph: the program.
        output: its loss.
        data: the data inputs.
        parameters: the trained ones.

    Returns:
        Names of nodes; "" where none is found, or where it has no name.

    Example:
        >>> g = Graph()
        >>> w, x, y = g.input("w"), g.input("x"), g.input("y")
        >>> p = g.name(w * x, "p")
        >>> compared(g, ((p - y) ** 2).id, ["x", "y"], ["w"])
        ('p', 'y')
    """
    prediction, target = compared_nodes(graph, output, data, parameters)
    names = ["" if i is None else graph.nodes[i].name or "" for i in (prediction, target)]
    return names[0], names[1]


def compared_nodes(
    graph: Graph, output: int, data: Collection[str], parameters: Collection[str]
) -> tuple[int | None, int | None]:
    """The same as positions in the graph, where the prediction may have no name; None where none is found."""
    trained = reached(graph, output, [graph.names[name] for name in parameters])
    places = {graph.names[name] for name in data if name in graph.names}
    pair = _by_loss(graph, output, places, trained) or _by_difference(graph, output, places, trained)
    return (None, None) if pair is None else pair


def _by_loss(graph: Graph, output: int, data: set[int], trained: bytearray) -> tuple[int, int | None] | None:
    first: Group | None = None
    operands: list[int] = []
    for i in range(output + 1):
        loss = _loss_of(graph.nodes[i].group)
        if loss is None or (first is not None and loss != first):
            continue
        first = loss
        operands += [o for o in graph.nodes[i].operands if _loss_of(graph.nodes[o].group) != loss]
    operands = [i for i in operands if graph.nodes[i].op is not CONSTANT]
    predictions = [i for i in operands if trained[i] and i not in data]
    targets = [i for i in operands if i in data]
    if not predictions:
        return None
    return predictions[0], targets[0] if targets else None


def _loss_of(group: Group | None) -> Group | None:
    """The outermost loss that a group lies in."""
    found = None
    while group is not None:
        if group.kind in BLOCKS and BLOCKS[group.kind].family == "loss":
            found = group
        group = group.parent
    return found


def _by_difference(graph: Graph, output: int, data: set[int], trained: bytearray) -> tuple[int, int] | None:
    for i in range(output + 1):
        node = graph.nodes[i]
        if node.op.name != "sub":
            continue
        left, right = node.operands
        for prediction, target in ((left, right), (right, left)):
            if trained[prediction] and target in data and graph.nodes[prediction].op is not INPUT:
                return prediction, target
    return None
