"""Two expressions compared: equal wherever either of them has a value on an open part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradviz.checking.claim import Claim, Decision
from gradviz.checking.reading.exact import exact
from gradviz.checking.reading.graft import graft
from gradviz.checking.report import node_label
from gradviz.errors import ShapeError
from gradviz.explanation.data import Math
from gradviz.explanation.data.checks import AnswerFacts, CheckReport, Evidence
from gradviz.explanation.mathematics import name_math
from gradviz.graph.build import Built
from gradviz.graph.graph import Graph
from gradviz.shape import show

SEVERITY: Mapping[str, int] = {"right": 0, "not decided": 1, "wrong": 2}


def compare_expressions(first: Built, second: Built) -> CheckReport:
    """The report on whether two expressions are equal.

    Both directions are decided: where the first one is defined the second must be and have its value, and the other
    way round. So the verdict does not depend on the order.

    Raises:
        ShapeError: a name has two shapes.
    """
    left, right = _shown(first), _shown(second)
    title = Math(f"{left.text} = {right.text}", f"{left.unicode} = {right.unicode}", f"{left.latex} = {right.latex}")
    decision = _decided(first, second)
    notes = tuple(dict.fromkeys(note.message for built in (first, second) for note in built.program.notes))
    facts = AnswerFacts(
        symbol=left,
        given=second.program.source.text,
        reading=right,
        notes=(*notes, *decision.notes),
        verdict=decision.verdict,
        evidence=decision.evidence,
    )
    return CheckReport(title, first.program.source.text, decision.verdict, (facts,))


def _shown(built: Built) -> Math:
    return node_label(built, built.output) or name_math(built.output_name)


def _decided(first: Built, second: Built) -> Decision:
    from gradviz.checking.equality.decide import decide

    a, b = (built.graph.nodes[built.output].shape for built in (first, second))
    if a != b:
        sentence = f"The first is {show(a) if a else 'a number'}, the second {show(b) if b else 'a number'}."
        return Decision("wrong", Evidence("counterexample", sentence))
    claim = _claim(first, second)
    there = decide(claim)
    if there.verdict == "wrong":
        return there
    back = decide(replace(claim, truth=claim.answer, answer=claim.truth))
    worse = there if SEVERITY[there.verdict] >= SEVERITY[back.verdict] else back
    return replace(worse, notes=tuple(dict.fromkeys((*there.notes, *back.notes))))


def _claim(first: Built, second: Built) -> Claim:
    """Both in one graph; names that they share are one input."""
    graph = Graph()
    for built in (first, second):
        for name in (*built.inputs, *built.leaves):
            shape = built.graph.nodes[built.graph.names[name]].shape
            if name not in graph.names:
                graph.input(name, shape)
            elif graph[name].shape != shape:
                known = graph[name].shape
                raise ShapeError(
                    f"{name} is {show(known) if known else 'a number'} in the first expression and "
                    f"{show(shape) if shape else 'a number'} in the second",
                    hint=f"give its shape: {name} : 3",
                )
    truth, answer = (graft(graph, one.graph, [one.output], graph.names)[0] for one in (first, second))
    fixed = {name: exact(value) for built in (first, second) for name, value in built.values.items()}
    return Claim(graph, truth, answer, fixed=fixed, declared=first.declared | second.declared)
