"""Everything known of one node, as plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from gradviz.explanation.data import EdgeFacts, Glyph, Math, NodeFacts, Remark, Value
from gradviz.explanation.glyphs import caption_of, glyph_of, pin, plain_glyph
from gradviz.explanation.mathematics import math_of, name_math, partial_math, unicode_of
from gradviz.explanation.narration import gate_sentence, sum_sentence, used
from gradviz.explanation.subject import Subject
from gradviz.explanation.values import to_value, zeros
from gradviz.explanation.wording import Wording, formula_math
from gradviz.ops.op import INPUT
from gradviz.passes.raising import expression
from gradviz.passes.simplify import cost

DRAWN = 2_000
"""Nodes beyond which no curves are sampled."""
NAMED_COST = 15.0
"""What the short form of a gradient may cost its reader: about 24 ems."""


def node_facts(
    subject: Subject,
    wording: Wording,
    edges: Sequence[EdgeFacts],
    kinks: Mapping[int, tuple[Remark, ...]],
    letters: Mapping[str, str],
) -> tuple[NodeFacts, ...]:
    """The shown nodes, in topological order."""
    ledgers: dict[str, list[int]] = {}
    for place, edge in enumerate(edges):
        if edge.active:
            ledgers.setdefault(edge.source, []).append(place)
    glyph = _glyph if len(subject.shown) <= DRAWN else _plain_glyph
    boxes = _boxes(subject, wording, {id: tuple(places) for id, places in ledgers.items()})
    groups = _groups(subject)
    return tuple(
        boxes[i]
        if i in boxes
        else _node(
            subject,
            wording,
            i,
            edges,
            tuple(ledgers.get(subject.ids[i], ())),
            kinks.get(i, ()),
            letters,
            glyph,
            groups[i],
        )
        for i in subject.shown
    )


def _groups(subject: Subject) -> Mapping[int, str]:
    """Of every shown node, the id of the innermost group that it lies in; "" for none."""
    if not subject.grouped:
        return dict.fromkeys(subject.shown, "")
    from gradviz.explanation.groups import group_ids

    return group_ids(subject)


def _boxes(subject: Subject, wording: Wording, ledgers: Mapping[str, tuple[int, ...]]) -> Mapping[int, NodeFacts]:
    """The closed groups."""
    if not subject.boxes:
        return {}
    from gradviz.explanation.blocks import box_nodes

    return box_nodes(subject, wording, ledgers)


def _node(
    subject: Subject,
    wording: Wording,
    id: int,
    edges: Sequence[EdgeFacts],
    ledger: tuple[int, ...],
    remarks: tuple[Remark, ...],
    letters: Mapping[str, str],
    glyph: Callable[[Subject, int, bool], Glyph],
    group: str,
) -> NodeFacts:
    node, name = subject.graph.nodes[id], subject.names[id]
    is_input = node.op is INPUT
    caption, is_gate = ("", False) if is_input else caption_of(subject.graph, node, subject.varying(id))
    named = wording.named.get(id)
    gradient = _gradient(subject, id)
    return NodeFacts(
        id=subject.ids[id],
        name=name,
        label=name_math(name),
        op=node.op.name,
        caption=caption,
        is_gate=is_gate,
        glyph=pin(name) if is_input else glyph(subject, id, bool(remarks)),
        expression=None if is_input else _expression(subject, id),
        shape=node.shape,
        value=to_value(subject.known[id]) if id in subject.known else None,
        gradient=gradient,
        formula=wording.formula_math(id, node.shape),
        named=None if named is None or named.is_number or named.cost > NAMED_COST else formula_math(named),
        ledger=ledger,
        remarks=remarks,
        is_input=is_input,
        is_output=id == subject.output,
        letters=letters.get(name, ""),
        symbol=partial_math(subject.numerator, name),
        sentence="" if is_input else _sentence(subject, wording, id, caption if not is_gate else ""),
        sum_sentence=_sum_sentence(name, [edges[place] for place in ledger], gradient),
        group=group,
    )


def _gradient(subject: Subject, id: int) -> Value | None:
    gradient = subject.backward.gradients.get(id)
    if gradient is None:
        return zeros(subject.graph.nodes[id].shape) if id in subject.wanted else None
    return to_value(subject.known[gradient]) if gradient in subject.known else None


def _expression(subject: Subject, id: int) -> Math | None:
    tree = expression(subject.graph, id, subject.names)
    return math_of(tree) if tree is not None and cost(tree) < 200 else None


def _plain_glyph(subject: Subject, id: int, kink: bool) -> Glyph:
    return plain_glyph(subject.graph, id, subject.varying(id))


def _glyph(subject: Subject, id: int, kink: bool) -> Glyph:
    varying = subject.varying(id)
    at = slope = None
    if len(varying) == 1:
        at = subject.finite(subject.graph.nodes[id].operands[varying[0]])
        edge = subject.edges.get((id, varying[0]))
        slope = subject.finite(edge.local if edge is not None else None)
    return glyph_of(subject.graph, id, varying, at, slope, kink=kink)


def _sentence(subject: Subject, wording: Wording, id: int, caption: str) -> str:
    varying = subject.varying(id)
    local = wording.locals_.get((id, varying[0])) if len(varying) == 1 else None
    node = subject.graph.nodes[id]
    return gate_sentence(node, node.op.gate_with(varying), caption, unicode_of(local.display) if local else None)


def _sum_sentence(name: str, edges: Sequence[EdgeFacts], gradient: Value | None) -> str:
    if len(edges) < 2:
        return ""
    contributions = [edge.contribution for edge in edges]
    numbers = [value.number for value in contributions if value is not None and not value.shape]
    if gradient is None or gradient.shape or len(numbers) < len(edges) or not all(map(math.isfinite, numbers)):
        return used(name, len(edges))
    return sum_sentence(name, numbers, gradient.number)
