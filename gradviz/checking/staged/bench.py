"""Where staged work is laid out: one graph that holds the problem, its gradients and every line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gradviz.checking.claim import Claim, Decision
from gradviz.checking.diagnosis.arrays.points import alike, points_at, values_of
from gradviz.checking.reading.exact import exact
from gradviz.checking.reading.trees import sized
from gradviz.checking.staged.sharing import SAME, decided
from gradviz.errors import LimitError
from gradviz.graph.build import Built, build
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import Backward, differentiate
from gradviz.shape import Shape
from gradviz.source import Source
from gradviz.syntax.tree import Assign, Define, Expr, Name, Program, postorder

RESULT = "line_value"
"""What a line's value is called while it is built."""
MAX_NODES = 60_000
"""Nodes that a pass may make, all lines together."""


@dataclass(slots=True)
class Bench:
    """The problem, its gradients, and what the lines make.

    Args:
        built: the problem.
        graph: it grows with every line.
        back: the reverse sweep of the problem.
        own: the reverse sweep of the student's own forward lines, if they lead to the output.
        upstream: the free input that comes back into an output that is an array.
        given: the numbers that come back, if they were given.
    """

    built: Built
    graph: Graph
    back: Backward
    own: Backward | None = None
    upstream: int | None = None
    given: Any | None = None
    _folder: Folder | None = None
    _points: tuple[Mapping[str, Any], ...] = ()
    _values: dict[int, list[Any]] = field(default_factory=dict)

    @property
    def folder(self) -> Folder:
        """Builds what lines make, so that what is written as the problem has it is the problem's own node."""
        if self._folder is None or self._folder.graph is not self.graph:
            self._folder = Folder(self.graph)
        return self._folder

    @property
    def points(self) -> tuple[Mapping[str, Any], ...]:
        """Where values are compared first."""
        if not self._points:
            nodes = [i for i in range(len(self.built.graph))]
            declared = self.built.declared
            self._points = points_at(self.graph, nodes, declared, {}) or points_at(
                self.graph, [self.built.output], declared, {}
            )
        return self._points

    def values(self, id: int) -> list[Any]:
        """A node's value at every point."""
        if id not in self._values:
            self._values[id] = [found[0] for found in values_of(self.graph, self.points, [id])]
        return self._values[id]

    def alike(self, one: int, other: int) -> bool:
        """Whether two nodes have the same values (and the same shape) at every point."""
        if one == other:
            return True
        if self.graph.nodes[one].shape != self.graph.nodes[other].shape or not self.points:
            return False
        return all(map(alike, self.values(one), self.values(other)))

    def decide(self, answer: int, truth: int) -> Decision:
        """Whether a line is right: as the same expression, given what both sides share, or by the whole procedure."""
        if answer == truth:
            return SAME
        claim = Claim(self.graph, truth, answer, domain=(self.built.output,), declared=self.built.declared)
        return decided(claim, likely=self.alike(answer, truth))

    def sweep(self, output: int) -> Backward:
        """A reverse sweep from a node, which extends the graph."""
        upstream = None if self.given is None else self.graph.constant(self.given)
        back = differentiate(self.graph, output, upstream=upstream)
        self.graph = back.graph
        return back

    def constant(self, value: int, shape: Shape = ()) -> int:
        """A constant's node."""
        return self.folder.fill(value, shape)


def open_bench(built: Built, given: Any | None = None) -> Bench:
    """A problem with its gradients, nothing written yet.

    Args:
        built: the problem.
        given: what comes back into the output, if that is known: then a line that says it is judged as well.

    Raises:
        ShapeError: it has another shape than the output.
    """
    graph, upstream = built.graph.copy(), None
    if given is not None:
        back = differentiate(graph, built.output, upstream=graph.constant(exact(given)))
        return Bench(built, back.graph, back, given=exact(given))
    if graph.nodes[built.output].shape:
        name = "upstream"
        while name in graph.names:
            name += "_"
        upstream = graph.input(name, graph.nodes[built.output].shape)
    back = differentiate(graph, built.output, upstream=upstream)
    return Bench(built, back.graph, back, upstream=None if upstream is None else upstream.id)


def free_in(tree: Expr, known: Iterable[str]) -> list[str]:
    """The names in a tree that are among the known ones, once each, in order."""
    listed = set(known)
    return list(dict.fromkeys(part.id for part in postorder(tree) if isinstance(part, Name) and part.id in listed))


@dataclass(frozen=True, slots=True)
class Line:
    """A line's expression as a graph of its own, to be put into the bench with any meaning of its names."""

    graph: Graph
    output: int
    names: tuple[str, ...]


def built_line(bench: Bench, tree: Expr, shapes: Mapping[str, Shape], source: Source) -> Line:
    """An expression as a graph.

    Args:
        bench: the problem.
        tree: as read.
        shapes: of the names that it may use.
        source: for errors.

    Raises:
        UserError: shapes do not fit, or a name is not known.
    """
    names = tuple(free_in(tree, shapes))
    letters = {letter: size.size for letter, size in bench.built.letters.sizes.items()}
    tree = sized(tree, letters, list(shapes))
    kept = [one for one in bench.built.program.statements if isinstance(one, Define)]
    program = Program((*kept, Assign(RESULT, tree, span=tree.span, name_span=tree.span)), source)
    made = build(
        program,
        shapes={name: shapes[name] for name in names},
        of=RESULT if names else None,
        training=bench.built.training,
    )
    return Line(made.graph, made.output, names)


def put(bench: Bench, line: Line, places: Mapping[str, int]) -> int:
    """A line's value, its names standing for nodes of the bench."""
    if len(bench.graph) + len(line.graph) > MAX_NODES:
        raise LimitError("these lines make too many nodes", hint="check the pass in parts")
    folder, moved = bench.folder, dict[int, int]()
    for i, node in enumerate(line.graph.nodes):
        if node.op is INPUT:
            if node.name is not None and node.name in places:
                moved[i] = places[node.name]
        elif node.op is CONSTANT:
            moved[i] = folder.fill(node.attributes[0][1], node.shape)
        elif all(operand in moved for operand in node.operands):
            moved[i] = folder.make(node.op.name, tuple(moved[k] for k in node.operands), node.attributes)
    return moved[line.output]


def named(bench: Bench, id: int, name: str) -> None:
    """Give a node that has no name the student's one, for sentences."""
    node = bench.graph.nodes[id]
    if node.name is None and node.operands and id >= len(bench.built.graph):
        bench.graph.nodes[id] = replace(node, name=name)
