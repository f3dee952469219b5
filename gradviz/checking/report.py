"""Judged answers as plain data that renderers show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.checking.advice import advice
from gradviz.checking.claim import Decision
from gradviz.checking.correct import correct_form
from gradviz.checking.diagnosis.finding import Diagnosis, Finding
from gradviz.checking.judging import Judged
from gradviz.explanation.data import ExplanationData, Math, Remark
from gradviz.explanation.data.checks import AnswerFacts, CheckReport, Evidence, MistakeFacts, VerdictWord
from gradviz.explanation.explain import explain_graph
from gradviz.explanation.marking import marked, node_ids
from gradviz.explanation.mathematics import equation, math_of, name_math, rule_math
from gradviz.graph.build import Built
from gradviz.passes.matrix.family import family_of
from gradviz.passes.raising import expression
from gradviz.passes.simplify import cost
from gradviz.syntax.names import name_unicode

if TYPE_CHECKING:
    from gradviz.checking.staged.steps import Staged

LABEL_COST = 40.0
"""What a node's label may cost its reader with everything written out; a longer one stays in the program's names."""


def check_report(
    judged: Sequence[Judged], source: str, title: Math | None, *, told: bool = True, remarks: Sequence[Remark] = ()
) -> CheckReport:
    """The report on answers to one problem.

    Args:
        judged: the answers in order; at least one.
        source: the problem as written.
        title: as mathematics; None for the program as it is explained.
        told: whether the right derivatives and the picture are worked out.
        remarks: on how the problem was read.
    """
    built = judged[0].asked.built
    answers = tuple(answer_facts(one, told=told) for one in judged)
    values, drawn_at = _drawn_at(judged) if told else ({}, "")
    # The slope of a curve is made of the derivatives by both of its variables.
    by = built.inputs if judged[0].asked.zero is not None else [one.asked.wrt[0] for one in judged]
    picture = picture_of(built, source, by, values) if told else None
    if picture is not None:
        marks = {facts.mistakes[0].node: "wrong" for facts in answers if facts.mistakes and facts.mistakes[0].node}
        picture = marked(picture, marks)
    if title is None:
        title = problem_title(built) if picture is None else picture.title
    return CheckReport(title, source, whole_verdict(answers), answers, (), picture, tuple(remarks), drawn_at)


def steps_report(
    built: Built, staged: Staged, source: str, *, told: bool = True, remarks: Sequence[Remark] = ()
) -> CheckReport:
    """The report on a staged backward pass; arguments as for `check_report`."""
    picture = marked(picture_of(built, source, built.inputs), staged.marks) if told else None
    title = problem_title(built) if picture is None else picture.title
    return CheckReport(title, source, staged.verdict, lines=staged.lines, picture=picture, remarks=tuple(remarks))


def whole_verdict(answers: Sequence[AnswerFacts]) -> VerdictWord:
    """Of several answers: "wrong" if one is, else "not decided" if one is, else "right"."""
    words = {facts.verdict for facts in answers}
    return "wrong" if "wrong" in words else "not decided" if "not decided" in words else "right"


def answer_facts(judged: Judged, *, told: bool = True) -> AnswerFacts:
    """One judged answer; `told` says whether the right derivative is worked out."""
    answer, decision = judged.answer, judged.decision
    return AnswerFacts(
        symbol=judged.asked.symbol,
        given=answer.text.strip(),
        reading=answer.reading or math_of(answer.tree),
        notes=(*answer.notes, *_digits_note(judged, decision), *decision.notes),
        verdict=decision.verdict,
        evidence=readable(decision.evidence),
        mistakes=mistakes_of(judged.diagnosis, judged.asked.built),
        offset=judged.diagnosis.offset,
        correct=correct_form(judged.asked) if told else None,
        advice=advice(judged),
    )


def _digits_note(judged: Judged, decision: Decision) -> tuple[str, ...]:
    digits = judged.answer.digits
    if digits is None or "digits given" in decision.evidence.sentence:
        return ()
    return (f"the answer is written in decimals and is judged by the {digits} digits that it gives",)


def mistakes_of(diagnosis: Diagnosis, built: Built) -> tuple[MistakeFacts, ...]:
    """The findings, the likeliest first; what one finding says of another one is left to that one."""
    findings = diagnosis.findings
    fewest = min((finding.count for finding in findings), default=0)
    alone = sum(finding.count == fewest for finding in findings) == 1
    listed = {finding.explanation for finding in findings}
    ids = node_ids(built.graph, built.output, built.output_name) if findings else {}
    return tuple(
        _mistake(finding, built, ids, tuple(one for one in finding.also if one not in listed), alone)
        for finding in findings
    )


def _mistake(
    finding: Finding, built: Built, ids: Mapping[int, str], also: tuple[str, ...], alone: bool
) -> MistakeFacts:
    place = finding.node
    return MistakeFacts(
        name=finding.name,
        node="" if place is None else ids.get(place, ""),
        label=None if place is None or place == built.output else node_label(built, place),
        explanation=finding.explanation,
        yours=None if finding.yours is None else rule_math(finding.yours),
        right=None if finding.right is None else rule_math(finding.right),
        also=also,
        sure=alone and finding.count == 1 and not also,
    )


def node_label(built: Built, node: int) -> Math | None:
    """What a node computes, in the inputs if that is short, else in the program's names."""
    graph = built.graph
    names = {i: name for name, i in graph.names.items()}
    inputs = {graph.names[name]: name for name in built.inputs}
    if node in inputs:
        return name_math(inputs[node])
    for known in (inputs, names):
        tree = expression(graph, node, known)
        if tree is not None and cost(tree) <= LABEL_COST:
            return math_of(tree)
    return name_math(names[node]) if node in names else None


def readable(evidence: Evidence) -> Evidence:
    """Evidence whose sentence writes names as formulas do: x₀ for x0."""
    sentence = evidence.sentence
    for name, _ in evidence.point:
        sentence = re.sub(rf"(?<![\w.]){re.escape(name)}(?= = )", name_unicode(name), sentence)
    return replace(evidence, sentence=sentence)


def _drawn_at(judged: Sequence[Judged]) -> tuple[dict[str, Any], str]:
    """Values for the picture where the problem has none: those of the first counterexample, if all are numbers."""
    built = judged[0].asked.built
    numbers = not any(built.graph.nodes[built.graph.names[name]].shape for name in built.inputs)
    if built.values or not numbers or not built.inputs:
        return {}, ""
    for one in judged:
        point = dict(one.decision.evidence.point)
        if one.decision.verdict != "wrong" or set(point) != set(built.inputs):
            continue
        if all(_EXACT.fullmatch(value) for value in point.values()):
            said = ", ".join(f"{name_unicode(name)} = {value}" for name, value in point.items()).replace("-", "−")
            return {name: float(Fraction(value)) for name, value in point.items()}, f"at {said}, where it is wrong"
    return {}, ""


_EXACT = re.compile(r"-?\d{1,6}(/\d{1,4})?|-?\d{1,6}\.\d{1,6}")
"""A number short enough to be drawn."""


def picture_of(
    built: Built, source: str, wrt: Sequence[str], values: Mapping[str, Any] = MappingProxyType({})
) -> ExplanationData:
    """The problem explained, at the program's values if it has them, or at others."""
    open_sizes = {letter: size.size for letter, size in built.letters.sizes.items() if not size.resolved}
    return explain_graph(
        built.graph,
        built.output,
        output_name=built.output_name,
        source=source,
        values={**built.values, **values},
        wrt=tuple(dict.fromkeys(wrt)),
        notes=built.notes,
        letters={key: "×".join(map(str, shape)) for key, shape in built.letters.shapes.items()},
        family=family_of(built),
        declared=built.declared,
        open_sizes=open_sizes,
    )


def problem_title(built: Built) -> Math:
    """The problem as mathematics: `f = (x + y)·z`, written out down to the inputs if that is short."""
    name = name_math(built.output_name)
    graph = built.graph
    inputs: Mapping[int, str] = {graph.names[one]: one for one in built.inputs}
    names = {i: one for one, i in graph.names.items()}
    for known in (inputs, names):
        tree = expression(graph, built.output, known, 120)
        if tree is not None and cost(tree) <= LABEL_COST + 20:
            return equation((name, math_of(tree)))
    return name


def problem_remarks(built: Built) -> tuple[Remark, ...]:
    """What is to be said of how the problem was read."""
    return tuple(Remark("note", str(getattr(note, "message", note))) for note in built.notes)
