"""A problem prepared for diagnosis: its points, its readings and all that its mistakes give. Answers share it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.scalar.candidates import Candidates, pairs, singles
from gradviz.checking.diagnosis.scalar.numbers import Numbers, Values, evaluated
from gradviz.checking.diagnosis.scalar.points import chosen_points, is_analytic
from gradviz.checking.diagnosis.scalar.readings import readings
from gradviz.checking.diagnosis.scalar.steps import Derivation
from gradviz.checking.reading.question import Question
from gradviz.graph.graph import Graph

KEPT = 8
"""How many prepared problems are kept."""


@dataclass(slots=True)
class Problem:
    """One differentiation of a number by a number, at sample points.

    Args:
        question: what is asked.
        graph: holds everything, the derivative included.
        output: what is differentiated.
        variable: by which input.
        truth: the derivative.
        known: values of nodes at the points.
        count: how many points there are.
        analytic: whether they lie off the real line.
    """

    question: Question
    graph: Graph
    output: int
    variable: int
    truth: int
    known: dict[int, Values]
    count: int
    analytic: bool
    derivations: list[Derivation] = field(default_factory=list)
    others: list[Any] | None = None
    after: list[Any] | None = None
    before: list[Any] | None = None
    implicit: Any = None
    carried: Any = None
    tellers: dict[str, Any] = field(default_factory=dict)
    _singles: list[Candidates] | None = None
    _pairs: list[Candidates] | None = None

    @property
    def numbers(self) -> Numbers:
        """The workshop of its points."""
        return Numbers(self.known)

    def value(self, node: int) -> Values:
        """A node's value at the points."""
        if node not in self.known:
            with np.errstate(all="ignore"):
                evaluated(self.graph, [node], self.known)
        return np.broadcast_to(self.known[node], (self.count,))

    @property
    def singles(self) -> list[Candidates]:
        """One mistake, in every reading."""
        if self._singles is None:
            self._singles = [singles(each, self.numbers, self.count) for each in self.derivations]
        return self._singles

    @property
    def pairs(self) -> list[Candidates]:
        """Two mistakes, in every reading."""
        if self._pairs is None:
            made = (pairs(each, self.numbers, self.count) for each in self.derivations)
            self._pairs = [each for each in made if each is not None]
        return self._pairs


_prepared: OrderedDict[tuple[int, bool], tuple[Question, Problem]] = OrderedDict()


def prepared(question: Question, fixed: Mapping[str, Any] | None = None, *, real: bool = False) -> Problem:
    """A question's problem; the last ones are kept, so that a class's answers share the work.

    Args:
        question: what is asked.
        fixed: inputs with one value.
        real: whether the points must be real, for an answer that cannot be computed at complex ones.
    """
    if fixed:
        return prepare(question, fixed, real=real)
    key = (id(question), real)
    found = _prepared.pop(key, None)
    if found is None:
        found = (question, prepare(question, real=real))
        while len(_prepared) >= KEPT:
            _prepared.popitem(last=False)
    _prepared[key] = found
    return found[1]


def prepare(question: Question, fixed: Mapping[str, Any] | None = None, *, real: bool = False) -> Problem:
    """The last differentiation that a question asks for, ready for answers."""
    graph = question.graph
    output = question.passes[-1].output if question.zero is None else question.zero
    known = None
    if real:
        known = chosen_points(graph, [question.built.output, output, question.target], analytic=False, fixed=fixed)
    variable = graph.names[question.wrt[-1]]
    return stage(question, graph, output, variable, question.target, fixed, known)


def stage(
    question: Question,
    graph: Graph,
    output: int,
    variable: int,
    truth: int,
    fixed: Mapping[str, Any] | None = None,
    known: Mapping[int, Values] | None = None,
) -> Problem:
    """One differentiation of a chain; at points that are known already, or at new ones."""
    wanted = [question.built.output, output, truth]
    analytic = known is None and is_analytic(graph, wanted)
    known = chosen_points(graph, wanted, analytic=analytic, fixed=fixed) if known is None else dict(known)
    count = len(next(iter(known.values()))) if known else 0
    problem = Problem(question, graph, output, variable, truth, known, count, analytic)
    with np.errstate(all="ignore"):
        evaluated(graph, range(max(wanted) + 1), known)
    dependent = graph.names[question.of] if question.zero is not None else None
    problem.derivations = readings(graph, output, variable, dependent)
    return problem
