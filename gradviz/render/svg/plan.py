"""The plan: nodes with their stretches of wire, branches with their texts, long wires' passes, all as sized stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gradviz.explanation.data import NodeFacts
from gradviz.render.svg.arrays import is_picture
from gradviz.render.svg.blocks import Texts, edge_texts, node_texts
from gradviz.render.svg.box import EMPTY, Box
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.glyphs import Mark, mark
from gradviz.render.svg.local import WORD
from gradviz.render.svg.marks import outlined
from gradviz.render.svg.panels import Panels, home_of_pass, homes, panels_of, ranges
from gradviz.render.svg.view import Flow, View

BEFORE, AFTER, START = 6.0, 11.0, 7.0
"""Text stands this far before and after its wire, and begins this far from its glyph."""

DISC, PITCH = 9.0, 12.0
"""The Σ disc's radius; the distance between wires that enter or leave at one place."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What takes room in a column: its length along the flow, its extents before and after its wire."""

    length: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class NodeStop:
    """A node with the stretch of wire that leaves it.

    Args:
        stop: its room.
        thickness: of the glyph along the flow.
        texts: around the wire; the local derivative is that of the only consumer.
        sums: the word beside the Σ disc.
        push: how far the value moves along the flow, out of the way of the caption; `lent` the same of the gradient.
        fan: whether the wire ends in a Σ disc (or a plain dot) with branches.
        end: whether it is the output, whose wire ends in an arrow.
        stretch: how far the wire reaches within the stop.
    """

    key: str
    facts: NodeFacts
    stop: Stop
    mark: Mark
    thickness: float
    texts: Texts
    flow: Flow
    sums: Box
    push: float
    lent: float
    fan: bool
    end: bool
    stretch: float


@dataclass(frozen=True, slots=True)
class BranchStop:
    """A branch of a fan-out: a stretch of wire with the edge's texts."""

    key: str
    stop: Stop
    texts: Texts


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge: from a node's stop through others to a node's stop, and what comes back along it."""

    index: int
    stops: tuple[str, ...]
    flow: Flow
    alone: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """All stops by key, all wires, and the panels around stops.

    `held` says in which panel a stop lies, for those that lie in one.
    """

    nodes: Mapping[str, NodeStop]
    branches: Mapping[str, BranchStop]
    wires: tuple[Wire, ...]
    passes: Mapping[str, Stop]
    panels: Panels = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    def stop(self, key: str) -> Stop:
        """The room of any stop."""
        if key in self.nodes:
            return self.nodes[key].stop
        return self.branches[key].stop if key in self.branches else self.passes[key]

    def stops(self) -> tuple[str, ...]:
        """Every stop, in a fixed order."""
        return (*self.nodes, *self.branches, *self.passes)


def plan(view: View, frame: Frame) -> Plan:
    """The stops and wires of a view."""
    keys = {node.id: f"n{i}" for i, node in enumerate(view.data.nodes)}
    nodes = {keys[node.id]: _node_stop(keys[node.id], node, view, frame) for node in view.data.nodes}
    branches: dict[str, BranchStop] = {}
    wires = []
    for i, edge in enumerate(view.data.edges):
        source, target = keys[edge.source], keys[edge.target]
        alone = len(view.outgoing[edge.source]) > 1
        if alone:
            branches[f"l{i}"] = _branch_stop(f"l{i}", edge_texts(i, view, alone=True), frame)
        wires.append(Wire(i, (source, f"l{i}", target) if alone else (source, target), view.flow(edge), alone))
    panels = panels_of(view.data, keys, view.ink)
    return Plan(nodes, branches, tuple(wires), {}, panels, homes(panels))


def with_passes(made: Plan, ranks: Mapping[str, int]) -> Plan:
    """The plan with a pass for every column that a wire crosses without stopping."""
    passes: dict[str, Stop] = {}
    wires = []
    held = homes(made.panels)
    spans = ranges(made.panels, ranks)
    for wire in made.wires:
        source, rest = wire.stops[0], tuple([key for key in wire.stops[1:] if key not in made.passes])
        crossed = [f"d{wire.index}_{rank}" for rank in range(ranks[source] + 1, ranks[rest[0]])]
        passes.update(dict.fromkeys(crossed, Stop(4.0, 11.0, 11.0)))
        ends = held.get(source, ""), held.get(rest[-1], "")
        for key, rank in [
            *zip(crossed, range(ranks[source] + 1, ranks[rest[0]]), strict=True),
            *((key, ranks[key]) for key in rest[:-1]),
        ]:
            if any(ends) and (home := home_of_pass(made.panels, spans, rank, *ends)):
                held[key] = home
        wires.append(replace(wire, stops=(source, *crossed, *rest)))
    return replace(made, wires=tuple(wires), passes=passes, held=held)


def _branch_stop(key: str, texts: Texts, frame: Frame) -> BranchStop:
    length = max(frame.along(texts.local), frame.along(texts.gradient)) + 16
    before = frame.across(texts.local) + BEFORE + 2
    return BranchStop(key, Stop(length, max(before, 8.0), max(frame.across(texts.gradient) + AFTER + 2, 9.0)), texts)


def _node_stop(key: str, node: NodeFacts, view: View, frame: Frame) -> NodeStop:
    outgoing, count = view.outgoing[node.id], len(view.incoming[node.id])
    fan, end = len(outgoing) > 1, node.is_output and not outgoing
    texts = node_texts(node, view, frame.direction)
    if len(outgoing) == 1:
        texts = replace(texts, local=edge_texts(outgoing[0], view, alone=False).local)
    flow = view.trunk(node)
    drawn = mark(
        node.glyph,
        view.ink,
        (count - 1) * PITCH + 22 if count > 3 else 0.0,
        "height" if frame.direction == "LR" else "width",
    )
    drawn = outlined(drawn, node, view)
    sideways = frame.direction == "LR"
    thickness, breadth = (drawn.width, drawn.height) if sideways else (drawn.height, drawn.width)
    sums = (
        view.ink.word("sums", WORD, "gradient")
        if fan and flow.kind != "none" and view.level not in ("values", "compact")
        else EMPTY
    )
    push = _push(texts, thickness, breadth) if sideways else 0.0
    lent = push if is_picture(node.gradient) or (view.level in ("network", "layers") and node.shape) else 0.0
    needed = _stretch(texts, sums, thickness, breadth, push, lent, frame)
    stretch = needed + (22 if fan else 0) + (16 if end else 0)
    stop = Stop(
        thickness + max(stretch, texts.caption.width - thickness if sideways else 0.0),
        _before(texts, sums, breadth, frame),
        max(
            breadth / 2 + 2,
            frame.across(texts.gradient) + AFTER + 2,
            DISC + 5 if fan else 0.0,
            _fan_room(len(outgoing)),
        ),
    )
    return NodeStop(key, node, stop, drawn, thickness, texts, flow, sums, push, lent, fan, end, stretch)


def _fan_room(branches: int) -> float:
    return branches * PITCH / 2 + 6 if branches > 2 else 0.0


def _stretch(
    texts: Texts, sums: Box, thickness: float, breadth: float, push: float, lent: float, frame: Frame
) -> float:
    """The length of wire that the texts need, and a little more."""
    before = frame.along(texts.value) + push
    if frame.direction == "LR" and texts.local.height + BEFORE > breadth / 2 + 3:
        before = max(before, texts.caption.width - thickness - START - 10)
    second = frame.along(texts.local) or (sums.width - 4 if frame.direction == "LR" else 0.0)
    if second:
        # Formulas keep a distance; a short one serves the number of an edge.
        before += (18.0 if second > 30 else 11.0) + second if frame.direction == "LR" else 12.0 + second
    return max(before, frame.along(texts.gradient) + lent, 6.0) + START + 2


def _push(texts: Texts, thickness: float, breadth: float) -> float:
    """How far a tall value moves to the right of a caption that is wider than its glyph."""
    if not texts.caption or texts.value.height + BEFORE <= breadth / 2 + 3:
        return 0.0
    return max(0.0, texts.caption.width - thickness - START + 6)


def _before(texts: Texts, sums: Box, breadth: float, frame: Frame) -> float:
    text = max(frame.across(texts.value), frame.across(texts.local)) + BEFORE + 2
    if frame.direction == "LR":
        return max(text, breadth / 2 + (19 if texts.caption else 2), sums.height + 8)
    return max(text, breadth / 2 + 8 + texts.caption.width, DISC + 12 + sums.width)
