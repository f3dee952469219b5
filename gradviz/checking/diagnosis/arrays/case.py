"""A wrong answer made ready: one reverse sweep, its edges, and the two nodes that should be equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gradviz.checking.diagnosis.arrays.points import points_at
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.question import Question
from gradviz.graph.build import Built
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.passes.backward import Backward, Edge, differentiate, reached
from gradviz.shape import Shape, size

Place = tuple[int, int]
"""An edge: the operation and the operand's place."""


@dataclass(frozen=True, slots=True)
class Case:
    """One reverse sweep from a node to an input, and what was claimed that it gives.

    A Jacobian is asked for as its product with a free row: one sweep that has every row in it, so that mistakes are
    replayed once. `row` is that free input; answers are multiplied by it, too.

    Args:
        built: the program.
        symbol: what the sweep gives (`∂f/∂x`), for sentences.
        builder: extends the graph, in which everything lies.
        program: how many nodes the program itself has; mistakes lie below.
        output, wrt, seed: of the sweep.
        edges: of the right sweep, by place.
        gradients: of the right sweep, by node.
        truth, claimed: the right result, and the answer.
        points: where candidates are compared; the last ones are kept to confirm what was found at the first ones.
        row: see above; None for a gradient.
        arriving: what a student calls the gradients by nodes, for the steps that are shown.
        origins: by node of a program that was rewritten, the node of the problem that it stands for.
    """

    built: Built
    symbol: str
    builder: Folder
    program: int
    output: int
    wrt: int
    seed: int
    edges: Mapping[Place, Edge]
    gradients: Mapping[int, int]
    truth: int
    claimed: int
    points: tuple[Mapping[str, Any], ...]
    row: int | None = None
    arriving: Mapping[int, str] = field(default_factory=dict)
    origins: Mapping[int, int] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[int, ...]:
        """The operations of the sweep, the last one first."""
        return tuple(sorted({target for target, _ in self.edges}, reverse=True))

    @property
    def graph(self) -> Graph:
        """The graph as it has grown."""
        return self.builder.graph


def gradient_case(asked: Question, answer: Answer) -> Case | None:
    """The first sweep of a question, if its result is what was asked for; None where no point can be found."""
    graph = answer.graph.copy()
    if asked.kind == "Jacobian":
        return _row_case(asked, answer, graph, asked.built.output)
    return case_of(asked, answer, graph, asked.passes[0], asked.target, answer.node)


def second_case(asked: Question, answer: Answer) -> Case | None:
    """The second sweep of a Hessian: from the gradient to the input."""
    first = asked.passes[0].gradients.get(asked.built.graph.names[asked.wrt[0]])
    return None if first is None else _row_case(asked, answer, answer.graph.copy(), first)


def case_of(
    asked: Question, answer: Answer, graph: Graph, back: Backward, truth: int, claimed: int, row: int | None = None
) -> Case | None:
    """A sweep of a question, with its points."""
    by = asked.built.graph.names[asked.wrt[-1]]
    return made_case(asked.built, asked.symbol.unicode, graph, back, by, (truth, claimed), answer.fixed, row)


def made_case(
    built: Built,
    symbol: str,
    graph: Graph,
    back: Backward,
    wrt: int,
    both: tuple[int, int],
    fixed: Mapping[str, Any] = MappingProxyType({}),
    row: int | None = None,
    arriving: Mapping[int, str] = MappingProxyType({}),
) -> Case | None:
    """A sweep with its points; None where none is found. `both` are the right result and the claimed one."""
    forward = list(range(len(built.graph)))
    points = points_at(graph, [*forward, *both], built.declared, fixed)
    points = points or points_at(graph, both, built.declared, fixed)
    if not points:
        return None
    active = reached(graph, back.output, [wrt])
    edges = {(edge.target, edge.slot): edge for edge in back.edges if active[edge.source]}
    return Case(
        built=built,
        symbol=symbol,
        builder=Folder(graph),
        program=len(built.graph),
        output=back.output,
        wrt=wrt,
        seed=back.seed,
        edges=edges,
        gradients=back.gradients,
        truth=both[0],
        claimed=both[1],
        points=points,
        row=row,
        arriving=arriving,
    )


def _row_case(asked: Question, answer: Answer, graph: Graph, output: int) -> Case | None:
    """A free row times the Jacobian of `output`, beside the row times the answer."""
    wrt = asked.built.graph.names[asked.wrt[-1]]
    outer, inner = graph.nodes[output].shape, graph.nodes[wrt].shape
    row = graph.input(_free(graph), outer)
    back = differentiate(graph, output, wrt=[wrt], upstream=row)
    if wrt not in back.gradients:
        return None
    claimed = contracted(Folder(back.graph), row.id, answer.node, inner)
    return case_of(asked, answer, back.graph, back, back.gradients[wrt], claimed, row.id)


def contracted(builder: Folder, row: int, id: int, inner: Shape) -> int:
    """A row times a Jacobian whose axes are the row's, then `inner`."""
    lying = builder.reshape(builder.term(row), shape=(size(builder.node(row).shape),))
    flat = builder.reshape(builder.term(id), shape=(lying.shape[0], size(inner)))
    return builder.id_of(builder.reshape(lying @ flat, shape=inner))


def _free(graph: Graph) -> str:
    name, number = "row", 1
    while name in graph.names:
        number += 1
        name = f"row{number}"
    return name
