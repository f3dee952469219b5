"""Bundling: a graph that is too large to be drawn node by node, as an explanation of a few dozen boxes.

What repeats side by side is one box with an array of the values (`60 ×` a neuron), what repeats in a row one box
between its first and its last (`⋯`), and where nothing repeats a box is all of some levels. Every number in the boxes
and on their wires is one of the explanation: nothing is computed anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradviz.explanation.data import EdgeFacts, ExplanationData, Glyph, Math, NodeFacts, Value
from gradviz.render.svg.regions import Part, parts_of

NAMED = 3
"""Kinds of operation that a box names."""


def bundled(data: ExplanationData) -> ExplanationData:
    """The explanation of the boxes; `ledger`s are empty, because a box's gradient is no sum of its wires."""
    parts = parts_of(data)
    home = {node.id: i for i, part in enumerate(parts) for node in part.members}
    leaving = _leaving(data, home)
    ids = [f"b{i}" for i in range(len(parts))]
    boxes = [_box(ids[i], part, [node for node in part.members if node.id in leaving]) for i, part in enumerate(parts)]
    order = _order(data, home, len(parts))
    return replace(
        data,
        nodes=tuple(boxes[i] for i in order),
        edges=_wires(data, home, boxes),
        output_id=ids[home[data.output_id]],
        groups=(),
        second=None,
    )


def _leaving(data: ExplanationData, home: Mapping[str, int]) -> set[str]:
    """The nodes that something outside their part reads, and the output."""
    return {data.output_id, *(edge.source for edge in data.edges if home[edge.source] != home[edge.target])}


def _order(data: ExplanationData, home: Mapping[str, int], count: int) -> list[int]:
    """The parts in topological order."""
    behind: list[set[int]] = [set() for _ in range(count)]
    for edge in data.edges:
        if home[edge.source] != home[edge.target]:
            behind[home[edge.source]].add(home[edge.target])
    waiting = Counter(other for others in behind for other in others)
    order = [i for i in range(count) if not waiting[i]]
    for i in order:
        for other in sorted(behind[i]):
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order


def _box(id: str, part: Part, exits: Sequence[NodeFacts]) -> NodeFacts:
    """What stands for a part: the node itself where it is one, else a box with what leaves it as an array."""
    first, last = exits[0], exits[-1]
    label = first.label if len(exits) == 1 else _span(first.label, last.label)
    value, gradient = _all([node.value for node in exits]), _all([node.gradient for node in exits])
    shape = value.shape if value is not None else (last.shape if len(exits) == 1 else (len(exits),))
    single = len(part.members) == 1
    inputs = part.kind == "inputs"
    glyph = first.glyph if single else Glyph("pin", label.latex) if inputs else Glyph("box", _sign(part))
    return replace(
        last,
        id=id,
        name=label.text,
        label=label,
        op=last.op if single else "input" if inputs else part.kind,
        caption=last.caption if single else "" if inputs else _composition(part),
        is_gate=last.is_gate and single,
        glyph=glyph,
        expression=None,
        shape=shape,
        value=value,
        gradient=gradient,
        formula=None,
        named=None,
        ledger=(),
        remarks=(),
        letters="",
        symbol=None,
        sentence="",
        sum_sentence="",
        group="",
    )


def _span(first: Math, last: Math) -> Math:
    return Math(
        f"{first.text}..{last.text}", f"{first.unicode} … {last.unicode}", rf"{first.latex}\,\ldots\,{last.latex}"
    )


def _sign(part: Part) -> str:
    """What stands in the box: how many there are side by side, or dots."""
    if part.kind == "beside":
        return rf"{part.count}\,\times" if part.count > 1 else r"\cdots"
    return rf"\cdots\,{part.count}\,\times" if part.kind == "row" else r"\cdots"


def _composition(part: Part) -> str:
    """`31 nodes each: 15 add, 15 mul, tanh`."""
    each = part.count if part.kind in ("beside", "row") else 1
    counted = Counter(node.op for node in part.members)
    inputs = counted.pop("input", 0)
    said = [_many(count // each, op) for op, count in counted.most_common(NAMED)]
    said += ["…"] if len(counted) > NAMED else []
    said += [f"{inputs // each} {'input' if inputs == each else 'inputs'}"] if inputs else []
    head = "each: " if each > 1 else f"{len(part.members)} nodes: "
    return head + ", ".join(said)


def _many(count: int, op: str) -> str:
    return op if count == 1 else f"{count} {op}"


def _all(values: Sequence[Value | None]) -> Value | None:
    """The values as one array, or the one that there is; None if one is unknown."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return None
    if len(known) == 1:
        return known[0]
    entries = tuple(entry for value in known for entry in value.entries)
    return Value((len(entries),), entries)


def _wires(data: ExplanationData, home: Mapping[str, int], boxes: Sequence[NodeFacts]) -> tuple[EdgeFacts, ...]:
    """One wire between two boxes, with everything that comes back along the edges between them."""
    between: dict[tuple[int, int], list[EdgeFacts]] = {}
    for edge in data.edges:
        ends = home[edge.source], home[edge.target]
        if ends[0] != ends[1]:
            between.setdefault(ends, []).append(edge)
    return tuple(_wire(boxes[source], boxes[target], edges) for (source, target), edges in between.items())


def _wire(source: NodeFacts, target: NodeFacts, edges: Sequence[EdgeFacts]) -> EdgeFacts:
    active = [edge for edge in edges if edge.active]
    symbol = Math(
        f"d{target.name}/d{source.name}",
        f"∂({target.label.unicode})/∂({source.label.unicode})",
        rf"\frac{{\partial {target.label.latex}}}{{\partial {source.label.latex}}}",
    )
    single = len(edges) == 1
    return replace(
        edges[0],
        source=source.id,
        target=target.id,
        slot=0,
        copy=0,
        active=bool(active),
        symbol=symbol,
        upstream=target.gradient,
        local_formula=None,
        local_value=edges[0].local_value if single else None,
        jacobian=None,
        contribution=_all([edge.contribution for edge in active]) if active else None,
        rule=None,
        verb=edges[0].verb if single else "",
        why=None,
    )
