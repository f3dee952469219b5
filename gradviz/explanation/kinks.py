"""Which nodes stand exactly on a kink or a tie, and what is said about it."""

from __future__ import annotations

from typing import Any

from gradviz.errors import UserError
from gradviz.explanation.data import Remark
from gradviz.explanation.narration import GATES, kink_sentence
from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Graph, Node, Term
from gradviz.ops.op import CONSTANT, Kink
from gradviz.passes.evaluate import evaluate


def kink_remarks(subject: Subject) -> dict[int, tuple[Remark, ...]]:
    """Remarks by node, for the nodes whose operands' values are exactly where a kink is."""
    graph = subject.graph.copy()
    places: list[tuple[int, Kink, int]] = []
    for i in subject.plain:
        node = graph.nodes[i]
        if not node.op.kinks or any(operand not in subject.known for operand in node.operands):
            continue
        for kink in node.op.kinks:
            locus = _locus(graph, node, kink)
            if locus is not None:
                places.append((i, kink, locus))
    values = evaluate(graph, subject.given, [locus for _, _, locus in places]) if places else []
    remarks: dict[int, tuple[Remark, ...]] = {}
    for (i, kink, _), value in zip(places, values, strict=True):
        remark = _remark(subject, i, kink, value)
        if remark is not None:
            remarks[i] = (*remarks.get(i, ()), remark)
    return remarks


def flat_remarks(subject: Subject) -> dict[int, tuple[Remark, ...]]:
    """A remark at every operation whose gradient is zero although its operand varies: the zero is no mistake."""
    nodes = subject.graph.nodes
    flat = [i for i in subject.plain if nodes[i].op.gate == "stops" and nodes[i].op.differentiable]
    return {i: (Remark("note", GATES[nodes[i].op.name, "stops"]),) for i in flat}


def _locus(graph: Graph, node: Node, kink: Kink) -> int | None:
    operands = [Term(graph, operand) for operand in node.operands]
    try:
        term: Any = kink.locus(graph, *operands, **node.settings)
        return int(term.id)
    except UserError:
        return None  # the locus is written for scalars and these arrays do not fit it: then nothing is said


def _remark(subject: Subject, id: int, kink: Kink, value: Any) -> Remark | None:
    import numpy as np

    array = np.asarray(value, dtype=float)
    hits = int(np.sum(array == 0))
    if not hits:
        return None
    node = subject.graph.nodes[id]
    return Remark("kink", kink_sentence(node, kink, _constant_wins(subject, id), hits, array.size))


def _constant_wins(subject: Subject, id: int) -> bool:
    """Whether a constant is among the winners of a tie: then it takes all."""
    import numpy as np

    operands = subject.graph.nodes[id].operands
    constants = [operand for operand in operands if subject.graph.nodes[operand].op is CONSTANT]
    return any(bool(np.any(subject.known[operand] == subject.known[id])) for operand in constants)
