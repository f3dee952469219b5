"""What is said of recognised patterns: a written-out sigmoid, a softmax, linear maps in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gradviz.explanation.data import Remark
from gradviz.explanation.mathematics import name_math, unicode_of
from gradviz.explanation.narration import short
from gradviz.explanation.subject import Subject
from gradviz.passes.patterns.circuits import COUNTED
from gradviz.passes.patterns.linear import Stack, stacks, widths
from gradviz.passes.patterns.proof import equality
from gradviz.passes.patterns.recognising import Found, recognise
from gradviz.passes.raising import expression
from gradviz.syntax.tree import Name

TOLD = 4
"""Patterns of one kind that are told one by one; of more only how many there are."""
ENTRIES = 9
"""Entries of a matrix that are written in a sentence."""

SURE: Mapping[str, str] = {
    "proved": "proved equal to the circuit's",
    "tried": "equal to the circuit's at every point where it was tried",
}


def recognised_remarks(subject: Subject) -> Iterator[Remark]:
    """A remark for each circuit that a gate stands for, and for each row of linear maps."""
    found = [one for one in recognise(subject.graph, subject.output) if _sayable(subject, one)]
    by_name: dict[str, list[Found]] = {}
    for one in found:
        by_name.setdefault(one.pattern.name, []).append(one)
    for name, several in by_name.items():
        for one in several[:TOLD]:
            yield Remark("note", _sentence(subject, one))
        if len(several) > TOLD:
            yield Remark("note", f"{len(several) - TOLD} more circuits are {name} gates written out")
    for stack in stacks(subject.graph, subject.output):
        if stack.result in subject.names:
            yield Remark("note", _stacked(subject, stack))


def _sayable(subject: Subject, found: Found) -> bool:
    """Whether the circuit is more than one gate, all of it is shown, and it is what it seems."""
    if len(found.match.nodes) < 2 or found.match.root not in subject.names:
        return False
    return all(hole in subject.names or name in COUNTED for name, hole in found.match.holes.items()) and (
        equality(found.drawn) != "refuted"
    )


def _sentence(subject: Subject, found: Found) -> str:
    name = name_math(subject.names[found.match.root]).unicode
    gate = _gate(subject, found)
    text = f"{name} is {found.pattern.called}, written out: {name} = {gate}"
    sure = SURE[equality(found.drawn)]
    local = found.pattern.local
    if local:
        value = _slope(subject, found)
        text += f"; its local derivative {local}{value} is {sure}{_chain(subject, found)}"
    else:
        text += f"; its local derivatives are {sure}"
    return f"{text} (--fold shows it as one gate)"


def _gate(subject: Subject, found: Found) -> str:
    """The gate in the names of this graph: `σ(d)`."""
    bearers = {name: subject.names[i] for name, i in found.match.holes.items() if i in subject.names}
    gate = found.drawn.gate.nodes
    names = {i: bearers[node.name] for i, node in enumerate(gate) if node.name is not None and node.name in bearers}
    tree = expression(found.drawn.gate, found.drawn.gate_root, names)
    return unicode_of(tree if tree is not None else Name(found.pattern.name))


def _slope(subject: Subject, found: Found) -> str:
    """` = 0.7311 × 0.2689 = 0.1966` of a sigmoid whose value is known; "" elsewhere."""
    value = subject.finite(found.match.root)
    if value is None or found.pattern.name != "sigmoid" or "-u" in found.drawn.circuit.gate:
        return ""
    return f" = {short(value)} × {short(1 - value)} = {short(value * (1 - value))}"


def _chain(subject: Subject, found: Found) -> str:
    """`, −1 × 0.3679 × 1 × (−0.5344)`: the local derivatives from the hole to the root, where there is one way."""
    graph, inside = subject.graph, set(found.match.nodes)
    factors: list[float] = []
    at = found.match.root
    while at in inside:
        slots = [slot for slot, operand in enumerate(graph.nodes[at].operands) if operand in subject.names]
        edge = subject.edges.get((at, slots[0])) if len(slots) == 1 else None
        value = subject.finite(edge.local) if edge is not None else None
        if edge is None or value is None:
            return ""
        factors.append(value)
        at = edge.source
    shown = [f"({short(factor)})" if factor < 0 and place else short(factor) for place, factor in enumerate(factors)]
    return f", {' × '.join(shown)}" if len(shown) > 1 else ""


def _stacked(subject: Subject, stack: Stack) -> str:
    sizes = " → ".join(str(size) for size in widths(subject.graph, stack))
    names = [_weights(subject, step.weights) for step in stack.maps]
    product = " ".join(reversed(names) if stack.side == "left" else names)
    operand = name_math(subject.names.get(stack.operand, "x")).unicode
    whole = f"({product}) {operand}" if stack.side == "left" else f"{operand} ({product})"
    biased = any(step.bias is not None for step in stack.maps)
    text = (
        f"{len(stack.maps)} linear maps in a row with no nonlinearity between them ({sizes}) are one linear map: "
        f"{name_math(subject.names[stack.result]).unicode} = {whole}{' plus a bias' if biased else ''}"
    )
    return f"{text}{_matrix(subject, stack, product)}; a nonlinearity between them would make it more than that"


def _weights(subject: Subject, id: int) -> str:
    tree = expression(subject.graph, id, {i: name for i, name in subject.names.items() if i != id})
    return unicode_of(tree) if tree is not None else "W"


def _matrix(subject: Subject, stack: Stack, product: str) -> str:
    """`, W₂ W₁ = [[1, 2]]`, where it is known and small."""
    values = [subject.known.get(step.weights) for step in stack.maps]
    if any(value is None for value in values):
        return ""
    arrays: Sequence[np.ndarray] = [np.asarray(value, dtype=float) for value in values]
    made = arrays[0]
    for array in arrays[1:]:
        made = array @ made if stack.side == "left" else made @ array
    if made.size > ENTRIES:
        return ""
    rows = ", ".join(f"[{', '.join(short(float(entry)) for entry in row)}]" for row in made)
    return f", {product} = [{rows}]"
