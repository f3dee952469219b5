"""What is explained: the nodes that are shown, their names, the gradient graph, and every value that can be known."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradviz.errors import NameProblem, nearest
from gradviz.explanation.box import Box
from gradviz.explanation.boxes import box_edges
from gradviz.explanation.collapsing import Collapsed, Depth, collapsed
from gradviz.explanation.naming import free_name
from gradviz.explanation.shown_names import identifiers, names_of
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, Size
from gradviz.passes.backward import Backward, Edge, differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.raising import below

WAYS = 6
"""How many ways to the output are told apart."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One output of a graph, made ready to be explained.

    Args:
        backward: the graph and its gradient.
        output: the node explained.
        shown: the nodes that are shown, in topological order: constants, and what is made of constants, are not.
        names: of the shown nodes, and of inputs within closed groups.
        ids: their identifiers.
        wanted: the inputs by which gradients are asked for, by node, in order.
        given: the inputs' values.
        missing: inputs without a value.
        known: values by node of the gradient graph, as far as the given ones determine them.
        edges: the gradient's edges by target and slot.
        numerator: the name of what the gradients are of.
        open_sizes: letters in shapes that nothing gives a size.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").
        collapse: which groups are closed.
        held: by operand of the output that reaches it in other ways too, the other operands that it goes through.
    """

    backward: Backward
    output: int
    shown: tuple[int, ...]
    names: Mapping[int, str]
    ids: Mapping[int, str]
    wanted: Mapping[int, str]
    given: Mapping[str, Any]
    missing: tuple[str, ...]
    known: Mapping[int, Any]
    edges: Mapping[tuple[int, int], Edge]
    numerator: str
    held: Mapping[int, tuple[int, ...]]
    open_sizes: Collection[str] = ()
    declared: Collection[tuple[str, str]] = ()
    collapse: Collapsed = field(default_factory=lambda: Collapsed(()))

    @property
    def arrays(self) -> bool:
        """Whether there is an array in it: elsewhere, what is said of arrays need not be looked for, nor imported."""
        return any(node.shape for node in self.graph.nodes)

    @property
    def grouped(self) -> bool:
        """Whether a part of it lies in a group: a layer, a loss, a named part."""
        return any(node.group is not None for node in self.graph.nodes)

    @property
    def boxes(self) -> Mapping[int, Box]:
        """The closed groups by the nodes that are shown in their place."""
        return self.collapse.boxes

    @property
    def plain(self) -> tuple[int, ...]:
        """The shown nodes that stand for nothing but themselves."""
        return tuple([i for i in self.shown if i not in self.boxes]) if self.boxes else self.shown

    @property
    def size(self) -> int:
        """How many nodes there are, those within closed groups included."""
        return len({*self.shown, *(i for box in self.boxes.values() for i in box.inside)})

    @property
    def graph(self) -> Graph:
        """The gradient graph; the forward graph's nodes come first."""
        return self.backward.graph

    def operands(self, id: int) -> tuple[int, ...]:
        """The operands of an operation; of a closed group, what enters it."""
        box = self.boxes.get(id)
        return self.graph.nodes[id].operands if box is None else box.entries

    def varying(self, id: int) -> tuple[int, ...]:
        """The slots of an operation whose operands are no constants."""
        return tuple(slot for slot, operand in enumerate(self.operands(id)) if operand in self.names)

    def scalar(self, id: int | None) -> float | None:
        """A node's value if it is known and a number."""
        value = self.known.get(id) if id is not None else None
        return float(value) if value is not None and not getattr(value, "shape", ()) else None

    def finite(self, id: int | None) -> float | None:
        """The same, if it is finite."""
        value = self.scalar(id)
        return value if value is not None and math.isfinite(value) else None


def subject_of(
    graph: Graph,
    output: int,
    output_name: str,
    values: Mapping[str, Any],
    wrt: Iterable[str] | None,
    upstream: Any | None,
    open_sizes: Collection[str] = (),
    depth: Depth = 1_000_000,
    closed: Collection[str] = (),
) -> Subject:
    """Choose what is shown, name it, differentiate, and evaluate what the values determine.

    `open_sizes` are the letters in shapes that nothing gives a size: what hangs on them has no value. `depth` and
    `closed` say which groups are one box each: none, unless told otherwise.

    Raises:
        NameProblem: `wrt` asks for a name that the graph does not have.
        ShapeError: `upstream` does not fit the output.
        ValueProblem: a value has the wrong shape.
    """
    everything = shown_nodes(graph, output)
    made = collapsed(graph, everything, output, depth, closed)
    inputs = {i: graph.nodes[i].name or "" for i in everything if graph.nodes[i].op is INPUT}
    wanted = _wanted(graph, inputs, wrt)
    backward, boxed = box_edges(differentiate(graph, output, wrt=list(wanted), upstream=upstream), made.boxes)
    names = names_of(graph, everything, made, output, output_name)
    given = {name: value for name, value in {**graph.values, **values}.items() if value is not None}
    asked = {**inputs, **wanted}
    missing = tuple(name for i, name in asked.items() if name not in given and graph.nodes[i].op is INPUT)
    taken = set(names.values())
    plain = set(made.shown) - set(made.boxes)
    edges = {(edge.target, edge.slot): edge for edge in backward.edges if edge.target in plain} | boxed
    operands = made.boxes[output].entries if output in made.boxes else graph.nodes[output].operands
    return Subject(
        backward=backward,
        output=output,
        shown=made.shown,
        names=names,
        ids=identifiers(names),
        wanted=wanted,
        given=given,
        missing=missing,
        known=_known(backward, everything, [*backward.edges, *boxed.values()], given, open_sizes),
        edges=edges,
        numerator=names[output] if upstream is None else free_name("L", taken),
        held=_held(edges.values(), output, operands) if upstream is None else {},
        open_sizes=open_sizes,
        collapse=made,
    )


def _held(edges: Iterable[Edge], output: int, operands: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Through which of the output's operands, besides itself, each of them reaches the output.

    One pass over the edges: a set of operands for each node, of at most WAYS.
    """
    through: dict[int, dict[int, None]] = {}
    for edge in sorted(edges, key=lambda edge: (edge.target, edge.slot), reverse=True):
        ways = {edge.source: None} if edge.target == output else through.get(edge.target, {})
        known = through.setdefault(edge.source, {})
        for way in ways:
            if len(known) < WAYS:
                known[way] = None
    found = {i: tuple(sorted(way for way in through.get(i, {}) if way != i)) for i in operands}
    return {i: ways for i, ways in found.items() if ways}


def shown_nodes(graph: Graph, output: int) -> tuple[int, ...]:
    """Where all is open: what the output depends on and itself depends on an input; the output in any case."""
    order = below(graph, (output,))
    alive: set[int] = set()
    for i in order:
        node = graph.nodes[i]
        if node.op is INPUT or any(operand in alive for operand in node.operands):
            alive.add(i)
    alive.add(output)
    return tuple(i for i in order if i in alive)


def _wanted(graph: Graph, inputs: Mapping[int, str], wrt: Iterable[str] | None) -> dict[int, str]:
    if wrt is None:
        return {i: name for i, name in inputs.items() if graph.differentiates(name)}
    wanted: dict[int, str] = {}
    for name in wrt:
        if name not in graph.names:
            close = nearest(name, graph.names)
            known = ", ".join(inputs.values())
            hint = f"did you mean {close!r}?" if close else f"the inputs are {known}"
            raise NameProblem(f"there is nothing named {name!r} to differentiate by", hint=hint)
        wanted[graph.names[name]] = name
    return wanted


def _sized(graph: Graph, node: Node) -> bool:
    """Whether a node's value is made up by a size: the size itself, or a number that fills an array."""
    if node.op is CONSTANT:
        value = node.settings["value"]
        return isinstance(value, Size) or (bool(node.shape) and not isinstance(value, tuple))
    return bool(node.shape) and not any(graph.nodes[operand].shape for operand in node.operands)


def _known(
    backward: Backward,
    shown: tuple[int, ...],
    edges: Iterable[Edge],
    given: Mapping[str, Any],
    open_sizes: Collection[str],
) -> dict[int, Any]:
    """Every value that the given inputs determine: of shown nodes, gradients, local derivatives and contributions."""
    graph = backward.graph
    ready = bytearray(len(graph))
    for i, node in enumerate(graph.nodes):
        if node.op is INPUT:
            ready[i] = node.name in given
        else:
            ready[i] = all([ready[operand] for operand in node.operands]) and not (open_sizes and _sized(graph, node))
    wanted: dict[int, None] = dict.fromkeys(shown)
    wanted.update(dict.fromkeys(backward.gradients.values()))
    wanted[backward.seed] = None
    for edge in edges:
        wanted.update(dict.fromkeys((edge.upstream, edge.contribution)))
        if edge.local is not None:
            wanted[edge.local] = None
    for i in shown:
        wanted.update(dict.fromkeys(graph.nodes[i].operands))
    asked = [i for i in wanted if ready[i]]
    return dict(zip(asked, evaluate(graph, given, asked), strict=True))
