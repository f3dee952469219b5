"""Answers judged, as Markdown with LaTeX mathematics."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import AnswerFacts, CheckReport, Evidence, LineFacts, MistakeFacts
from gradviz.render.check_parts import (
    SIGNS,
    evidence_facts,
    first_wrong,
    given_of,
    has_details,
    line_name,
    line_reason,
    mistake_labels,
    number_of,
    place_of,
    steps_of,
    summary,
    why_line,
)
from gradviz.render.inert import cleaned
from gradviz.render.markdown_parts import cell, escaped, fenced, notes, section, table
from gradviz.render.options import Options
from gradviz.render.text_lines import capital


def render_check_markdown(report: CheckReport, options: Options) -> str:
    """A page: the problem, each answer with its verdict and evidence, staged work as a table."""
    shown = cleaned(report)
    parts = [
        f"# {SIGNS[shown.verdict]} {escaped(capital(summary(shown)))}",
        fenced(shown.source),
        f"$${_tagless(shown.title.latex)}$$",
        *(_answer(answer) for answer in shown.answers),
        section("## Line by line", _lines(shown)),
        *(_line(facts, shown) for facts in shown.lines if has_details(facts)),
        notes(shown.remarks, ()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _tagless(latex: str) -> str:
    """A formula without angle brackets, which Markdown would read as tags before anything reads mathematics."""
    return latex.replace("<", r"\lt ").replace(">", r"\gt ")


def _answer(answer: AnswerFacts) -> str:
    rows = [("read as", cell(_tagless(answer.reading.latex)))]
    if given_of(answer):
        rows.append(("given", escaped(given_of(answer))))
    rows += [
        *_evidence(answer.evidence),
        *_mistakes(answer.mistakes),
    ]
    if answer.offset:
        rows.append(("compare", escaped(answer.offset)))
    if answer.correct is not None and answer.verdict != "right":
        rows.append(("correct", cell(_tagless(f"{answer.symbol.latex} = {answer.correct.latex}"))))
    rows += [("note", escaped(note)) for note in answer.notes]
    rows += [("next", escaped(answer.advice))] if answer.advice else []
    heading = f"## {SIGNS[answer.verdict]} {capital(answer.verdict)}: ${_tagless(answer.symbol.latex)}$"
    return section(heading, table(["", ""], rows))


def _evidence(evidence: Evidence) -> list[tuple[str, str]]:
    return [
        ("because", escaped(evidence.sentence)),
        *((label, escaped(text)) for label, text in evidence_facts(evidence)),
    ]


def _mistakes(mistakes: Sequence[MistakeFacts]) -> list[tuple[str, str]]:
    return [row for label, mistake in mistake_labels(mistakes) for row in _mistake(label, mistake)]


def _mistake(label: str, mistake: MistakeFacts) -> list[tuple[str, str]]:
    rows = [(f"**{label}**", escaped(mistake.explanation))]
    place = place_of(mistake)
    rows += [("at", cell(_tagless(place.latex)))] if place is not None else []
    rows += [(step.label, cell(_tagless(step.formula.latex))) for step in steps_of(mistake)]
    return rows + [("or", escaped(text)) for text in mistake.also]


def _lines(report: CheckReport) -> str:
    wrong = first_wrong(report)
    rows = []
    for facts in report.lines:
        verdict = f"{SIGNS[facts.verdict]} {facts.verdict}"
        rows.append(
            [
                number_of(facts),
                escaped(facts.text),
                f"**{verdict}**" if facts is wrong else verdict,
                escaped(why_line(facts, wrong)),
            ]
        )
    return table(["line", "as written", "verdict", "why"], rows)


def _line(facts: LineFacts, report: CheckReport) -> str:
    rows = [("read as", cell(_tagless(facts.reading.latex)))] if facts.reading is not None else []
    rows += _evidence(facts.evidence) if facts.evidence is not None else []
    rows += [("why", escaped(line_reason(facts)))] if line_reason(facts) else []
    rows += _mistakes(facts.mistakes)
    return section(f"## {escaped(capital(line_name(facts, report.lines)))}", table(["", ""], rows))
