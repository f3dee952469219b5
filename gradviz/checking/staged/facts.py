"""Judged lines as the plain data that renderers show, with what explains a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from gradviz.checking.diagnosis.arrays.diagnose import diagnose_step
from gradviz.checking.diagnosis.arrays.resizing import ambiguous, steady
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.report import mistakes_of, readable
from gradviz.checking.staged.work import Judged, Work
from gradviz.explanation.data import Math
from gradviz.explanation.data.checks import LineFacts, MistakeFacts
from gradviz.explanation.marking import node_ids
from gradviz.explanation.mathematics import math_of, partial_math
from gradviz.syntax.names import canonical
from gradviz.syntax.tree import Name, postorder

SHOWN = 3
"""Mistakes that are told of a line."""


Elsewhere = Callable[[], Mapping[int, Diagnosis]]
"""What went wrong in each line at other sizes of what letters stand for; asked only if it makes a difference."""


def facts_of(work: Work, judged: Sequence[Judged], elsewhere: Elsewhere) -> tuple[LineFacts, ...]:
    """The lines' facts, in order."""
    ids = node_ids(work.built.graph, work.built.output, work.output)
    return tuple(_line(work, one, ids, elsewhere) for one in judged)


def diagnoses_of(work: Work, judged: Sequence[Judged]) -> dict[int, Diagnosis]:
    """What went wrong in the wrong lines, by their numbers."""
    return {one.statement.number: _diagnosed(work, one) for one in judged if one.verdict == "wrong"}


def missing_facts(work: Work, judged: Sequence[Judged], asked: Collection[str]) -> tuple[LineFacts, ...]:
    """For each gradient that was asked for and that no line computes, a line without a text that says so."""
    found = {one.meaning.by for one in judged if one.meaning.sort == "gradient"}
    ids = node_ids(work.built.graph, work.built.output, work.output)
    made: list[LineFacts] = []
    for name in asked:
        if canonical(name) in found:
            continue
        symbol = partial_math(work.output, canonical(name))
        place = work.nodes().get(canonical(name))
        sentence = f"No line computes {symbol.unicode}."
        node = "" if place is None else ids.get(place, "")
        made.append(LineFacts(0, "", None, symbol, "wrong", sentence, node=node))
    return tuple(made)


def _line(work: Work, one: Judged, ids: Mapping[int, str], elsewhere: Elsewhere) -> LineFacts:
    mistakes: tuple[MistakeFacts, ...] = ()
    sentence = one.sentence
    if one.overwrites:
        node = "" if one.node is None else ids.get(one.node, "")
        mistakes = (MistakeFacts("overwritten", node, None, one.sentence),)
    elif one.verdict == "wrong" and one.aim is not None:
        found = _diagnosed(work, one)
        if ambiguous(found.findings):
            other = elsewhere().get(one.statement.number, Diagnosis())
            found = replace(found, findings=steady(found.findings, other.findings))
        mistakes = mistakes_of(replace(found, findings=found.findings[:SHOWN]), work.built)
        sentence = _wrong(work, one, found)
    return LineFacts(
        number=one.statement.number,
        text=one.statement.text,
        reading=None if one.tree is None else math_of(one.tree),
        symbol=_symbol(work, one),
        verdict=one.verdict,
        sentence=sentence,
        evidence=None if one.decision is None or one.verdict == "follows" else readable(one.decision.evidence),
        node="" if one.node is None else ids.get(one.node, ""),
        mistakes=mistakes,
    )


def _symbol(work: Work, one: Judged) -> Math | None:
    if one.meaning.sort == "gradient" and one.aim is not None:
        return partial_math(work.output, one.meaning.by)
    if one.meaning.sort == "local" and one.aim is not None:
        return partial_math(one.meaning.of, one.meaning.by)
    return None


def _wrong(work: Work, one: Judged, found: Diagnosis) -> str:
    if found.findings:
        return found.findings[0].explanation
    symbol = _symbol(work, one)
    said = one.sentence or f"Wrong: this is not {symbol.unicode if symbol is not None else one.meaning.by}."
    return said if not found.offset or one.value is None else f"{said[:-1]}; {found.offset}."


def _diagnosed(work: Work, one: Judged) -> Diagnosis:
    """What went wrong in one line, the lines before it being right."""
    aim = one.aim
    if aim is None or one.value is None:
        return Diagnosis()
    symbol = _symbol(work, one)
    # One node may be several gradients (an addition passes its own on): what came back is called as in the line itself,
    # else by the name that came first.
    said = {part.id for part in postorder(one.tree) if isinstance(part, Name)} if one.tree is not None else set()
    held = sorted(reversed(work.held.items()), key=lambda item: item[0] in said)
    arriving = {value.true: name for name, value in held}
    return diagnose_step(
        work.built,
        work.bench.graph,
        aim.back,
        aim.node,
        one.value,
        "" if symbol is None else symbol.unicode,
        arriving,
    )
