"""A written-out circuit taken as the gate that it is: 1/(1 + exp(−x)) as σ, so that one mistake at σ is one mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.graph.node import Node
from gradviz.passes.backward import differentiate, reached
from gradviz.passes.patterns.rewriting import Replacement, gates_in


def gated(case: Case) -> Case | None:
    """The same case with every recognised circuit of the program as a gate; None where there is none.

    The gates are added behind what is there, so that points and the answer stay as they are; `origins` says which
    node of the program each stands for. A circuit that the derivative is taken inside of stays as it is.
    """
    if case.row is not None or case.builder.number(case.seed) != 1 or case.graph.nodes[case.output].shape:
        return None
    graph = case.graph.copy()
    gates = gates_in(graph, case.output, [case.wrt])
    if not gates:
        return None
    places = _placed(graph, case.output, gates)
    output, wrt = places[case.output], places.get(case.wrt, case.wrt)
    program = len(graph)
    back = differentiate(graph, output, wrt=[wrt])
    if wrt not in back.gradients:
        return None
    active = reached(back.graph, back.output, [wrt])
    return replace(
        case,
        builder=Folder(back.graph),
        program=program,
        output=output,
        wrt=wrt,
        seed=back.seed,
        edges={(edge.target, edge.slot): edge for edge in back.edges if active[edge.source]},
        gradients=back.gradients,
        truth=back.gradients[wrt],
        origins={new: old for old, new in places.items()},
    )


def _placed(graph: Graph, output: int, gates: Mapping[int, Replacement]) -> dict[int, int]:
    """Where each node of the program stands with the gates in it; the nodes of the circuits stay for those who ask."""
    places: dict[int, int] = {}
    for i in range(output + 1):
        node = graph.nodes[i]
        if i in gates:
            start = len(graph)
            places[i] = made = gates[i](graph, places).id
            if made >= start:
                graph.nodes[made] = replace(graph.nodes[made], name=node.name, span=node.span)
        elif any(places[operand] != operand for operand in node.operands):
            operands = tuple(places[operand] for operand in node.operands)
            graph.nodes.append(Node(node.op, operands, node.attributes, node.shape, node.name, node.span, node.group))
            places[i] = len(graph) - 1
        else:
            places[i] = i
    return places
