"""What a backward pass has on its way: gradients of nodes, local derivatives, single contributions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradviz.checking.diagnosis.scalar.other import Other, there
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.explanation.mathematics import name_math, partial_math
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import Backward


def on_the_way(problem: Problem, back: Backward) -> Iterator[Other]:
    """What a backward pass has on its way: gradients of nodes, local derivatives, single contributions."""
    built = problem.question.built
    names = {i: node.name for i, node in enumerate(built.graph.nodes) if node.name}
    shown = {i: name_math(name).unicode for i, name in names.items()}
    x, to = names[problem.variable], shown[problem.variable]
    for i, gradient in back.gradients.items():
        if i in names and i not in (problem.variable, built.output):
            f = built.output_name
            yield Other(
                "stopped on the way",
                0.3,
                f"This is {partial_math(f, names[i]).unicode}: the way from {shown[i]} to {to} is missing",
                problem.value(gradient),
                there(gradient),
                i,
            )
    into = [edge for edge in back.edges if edge.source == problem.variable]
    for edge in into:
        if len(into) > 1 and edge.target in names and edge.target != built.output:
            path = f"through {shown[edge.target]}"
            yield Other(
                "path dropped",
                0.5,
                f"This is what comes back to {to} {path}; the other {_paths(len(into) - 1)} missing",
                problem.value(edge.contribution),
                there(edge.contribution),
                edge.target,
            )
        if edge.local is not None and edge.target in names and edge.target != built.output:
            what = partial_math(names[edge.target], x).unicode
            yield Other(
                "upstream forgotten",
                0.4,
                f"This is {what} alone: it was not multiplied by the gradient that comes back",
                problem.value(edge.local),
                there(edge.local),
                edge.target,
            )
    if len(into) > 1 and all(edge.target in names for edge in into):
        yield _multiplied(problem, [edge.contribution for edge in into])


def _paths(count: int) -> str:
    return "path is" if count == 1 else "paths are"


def _multiplied(problem: Problem, parts: list[int]) -> Other:
    values = np.prod([problem.value(part) for part in parts], axis=0)

    def make(graph: Graph) -> tuple[Graph, int]:
        made = Term(graph, parts[0])
        for part in parts[1:]:
            made = made * Term(graph, part)
        return graph, made.id

    says = "The contributions of the paths were multiplied; they are added"
    return Other("contributions multiplied", 0.2, says, values, make, problem.variable)
