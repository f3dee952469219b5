"""What local derivatives are called, so that ∂f/∂x by one way is never mistaken for ∂f/∂x by all of them."""

from __future__ import annotations

from gradviz.explanation.data import Math, Remark
from gradviz.explanation.mathematics import partial_math
from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Node

HELD = 3
"""How many names stand behind the bar."""


def copy_of(node: Node, slot: int) -> int:
    """1, 2, … where the same operand enters a node more than once, else 0."""
    source = node.operands[slot]
    return node.operands[: slot + 1].count(source) if node.operands.count(source) > 1 else 0


def local_symbol(subject: Subject, target: int, slot: int) -> Math:
    """∂q/∂x along an edge: ∂f/∂x|q where x reaches the output f through q as well, which is held fixed here."""
    node = subject.graph.nodes[target]
    source = subject.operands(target)[slot]
    copy = 0 if target in subject.boxes else copy_of(node, slot)
    held = subject.held.get(source, ()) if target == subject.output and not copy else ()
    names = [subject.names[id] for id in held]
    if len(names) > HELD:
        names = [*names[: HELD - 1], "…"]
    return partial_math(subject.names[target], subject.names[source], copy, names)


def symbol_note(subject: Subject) -> list[Remark]:
    """What the bar means, where one is used."""
    output, boxed = subject.graph.nodes[subject.output], subject.output in subject.boxes
    for slot, source in enumerate(subject.operands(subject.output)):
        if subject.held.get(source) and (boxed or not copy_of(output, slot)):
            symbol = local_symbol(subject, subject.output, slot).unicode
            plain, fixed = symbol.split("|")
            text = f"{symbol} is the local derivative, with {fixed} held fixed; {plain} counts every way to the output"
            return [Remark("note", text)]
    return []
