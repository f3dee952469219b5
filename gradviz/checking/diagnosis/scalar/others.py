"""Answers that are some other derivative: by another variable, once or twice too often, of a part, the integral."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import log

import numpy as np

from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.diagnosis.scalar.matching import close
from gradviz.checking.diagnosis.scalar.numbers import Values
from gradviz.checking.diagnosis.scalar.other import LIKELY, Other, there, valued
from gradviz.checking.diagnosis.scalar.passing import on_the_way
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.checking.diagnosis.scalar.slips import BASE
from gradviz.checking.diagnosis.scalar.theory import Mark, Theory
from gradviz.checking.reading.answer import Answer
from gradviz.explanation.mathematics import name_math, partial_math
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import differentiate


def other_theories(problem: Problem, answer: Answer, given: Values, tolerance: float) -> Iterator[Theory]:
    """Which other derivatives the answer is."""
    truth = problem.value(problem.truth)
    good = np.isfinite(given) & np.isfinite(truth)
    for other in others(problem):
        if close(other.values[good], given[good], tolerance) and not close(other.values[good], truth[good]):
            yield _theory(other, answer.node)
    yield from _integrated(problem, answer, tolerance)


def others(problem: Problem) -> list[Other]:
    """What else the answer to a problem could be; made once."""
    if problem.others is None:
        problem.others = list(_others(problem))
    return problem.others


def _theory(other: Other, answer: int) -> Theory:
    def sides(builder: Folder) -> tuple[int, int]:
        graph, made = other.make(builder.graph)
        builder.graph = graph
        return made, answer

    score = log(other.prior) - BASE
    said = Finding(other.name, other.node, f"{other.says}.", score=score)
    key = ((other.node, other.name),) if other.name == "left standing" else (other.name, other.says)
    marks = (Mark(other.node, other.name),) if other.node is not None else ()
    return Theory(1, score, key, sides, lambda: said, score > LIKELY, marks)


def _others(problem: Problem) -> Iterator[Other]:
    question = problem.question
    built = question.built
    f, wrt = built.output_name, question.wrt
    asked = " and ".join(_shown(dict.fromkeys(wrt)))
    yield from _too_few(problem)
    yield from _too_many(problem)
    for name in built.inputs:
        again = (name,) * len(wrt)
        if again != wrt:
            what = f"This is {partial_math(f, name).unicode}" if len(wrt) == 1 else "This is another derivative"
            says = f"{what}: differentiated by {name_math(name).unicode}, not by {asked}"
            yield _by(problem, built.output, again, "by the wrong variable", 0.5, says)
    if len(wrt) == 1 and len(built.inputs) > 1:
        yield _all_added(problem)
    if len(wrt) == 1:
        yield from on_the_way(problem, question.passes[0])


def _shown(names: Iterable[str]) -> list[str]:
    """Names as they stand in pictures."""
    return [name_math(name).unicode for name in names]


def _too_few(problem: Problem) -> Iterator[Other]:
    """The function itself, and derivatives of too low an order."""
    question, order = problem.question, problem.question.order
    words = ("undifferentiated", "differentiated once", "differentiated twice", "differentiated three times")
    for done in range(order):
        node = question.built.output if done == 0 else question.passes[done].output
        if done == 0 and order == 1:
            says = f"This is {name_math(question.built.output_name).unicode} itself, not yet differentiated"
        else:
            asked = ("", "once", "twice", "three times")[order] if order < 4 else f"{order} times"
            how = words[done] if done < 4 else f"differentiated {done} times"
            says = (
                f"This is {how} only; it was to be differentiated {asked}"
                if done
                else "This is the function itself, not yet differentiated"
            )
        name = "left standing" if done == 0 else "differentiated too few times"
        yield Other(
            name,
            1.6 if done else 0.5,
            says,
            problem.value(node),
            there(node),
            question.built.output if done == 0 else None,
        )


def _too_many(problem: Problem) -> Iterator[Other]:
    question = problem.question
    graph, node = problem.graph, problem.truth
    made = differentiate(graph, node, wrt=[problem.variable])
    if problem.variable not in made.gradients:
        return
    times = {1: "twice", 2: "three times"}.get(question.order, f"{question.order + 1} times")

    def make(graph: Graph) -> tuple[Graph, int]:
        again = differentiate(graph, node, wrt=[problem.variable])
        return again.graph, again.gradients[problem.variable]

    values = valued(problem, made.graph, made.gradients[problem.variable])
    yield Other("differentiated once too often", 0.5, f"This was differentiated {times}: once too often", values, make)


def _by(problem: Problem, output: int, names: tuple[str, ...], name: str, prior: float, says: str) -> Other:
    def make(graph: Graph) -> tuple[Graph, int]:
        node = output
        for one in names:
            by = problem.graph.names[one]
            made = differentiate(graph, node, wrt=[by])
            graph, node = made.graph, made.gradients.get(by, -1)
            if node < 0:
                node = graph.constant(0).id
        return graph, node

    graph, node = make(problem.graph.copy())
    return Other(name, prior, says, valued(problem, graph, node), make)


def _all_added(problem: Problem) -> Other:
    """The derivatives by all inputs together."""
    built = problem.question.built
    inputs = [built.graph.names[name] for name in built.inputs]

    def make(graph: Graph) -> tuple[Graph, int]:
        made = differentiate(graph, built.output, wrt=inputs)
        total = made.graph.constant(0)
        for i in inputs:
            if i in made.gradients:
                total = total + Term(made.graph, made.gradients[i])
        return made.graph, total.id

    graph, node = make(problem.graph.copy())
    listed, (wrt,) = _shown(built.inputs), _shown(problem.question.wrt)
    says = f"The derivatives by {', '.join(listed)} were added; only the one by {wrt} is asked for"
    return Other("all partials added", 0.12, says, valued(problem, graph, node), make)


def _integrated(problem: Problem, answer: Answer, tolerance: float) -> Iterator[Theory]:
    """Whether the answer's derivative is the function."""
    by = problem.variable
    function = problem.question.built.output
    made = differentiate(answer.graph, answer.node, wrt=[by])
    if by not in made.gradients:
        return
    values = valued(problem, made.graph, made.gradients[by])
    good = np.isfinite(values)
    if not good.any() or not close(values[good], problem.value(function)[good], max(tolerance, 1e-9)):
        return

    def sides(builder: Folder) -> tuple[int, int]:
        again = differentiate(builder.graph, answer.node, wrt=[by])
        builder.graph = again.graph
        return again.gradients[by], function

    f = name_math(problem.question.built.output_name).unicode
    says = f"{f} was integrated, not differentiated: the derivative of your answer is {f}."
    score = log(0.6) - BASE
    told = Finding("integrated", function, says, score=score)
    yield Theory(1, score, ("integrated",), sides, lambda: told, marks=(Mark(function, "integrated"),))
