"""Answers judged, as a LaTeX article that compiles as it is."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import AnswerFacts, CheckReport, Evidence, LineFacts, Math, MistakeFacts
from gradviz.render.check_parts import (
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
from gradviz.render.latex_article import article, fitted, notes, program, section
from gradviz.render.latex_parts import text_latex
from gradviz.render.options import Options
from gradviz.render.text_lines import capital

SHARE = 0.72
"""How much of the line a formula beside its label may take."""

LONGEST = 320
"""Signs of LaTeX that fit a line in the smallest type."""


def render_check_latex(report: CheckReport, options: Options) -> str:
    """A complete document in ASCII; needs amsmath, amssymb and geometry, nothing else."""
    shown = cleaned(report)
    several = len(shown.answers) > 1 or shown.lines
    return article(
        [
            rf"\section*{{{text_latex('Answers judged' if several else 'An answer judged')}}}",
            program(shown.source),
            rf"\[ {fitted(shown.title.latex)} \]" if len(shown.title.latex) <= LONGEST else "",
            rf"\textbf{{{text_latex(capital(summary(shown)))}}}\par" if several else "",
            *(_answer(answer) for answer in shown.answers),
            section("Line by line", _lines(shown)),
            *(_line(facts, shown) for facts in shown.lines if has_details(facts)),
            notes(shown.remarks, ()),
        ]
    )


def _answer(answer: AnswerFacts) -> str:
    rows = [("read as", _math(answer.reading))]
    if given_of(answer):
        rows.append(("given", rf"\texttt{{{text_latex(given_of(answer))}}}"))
    rows += [
        *_evidence(answer.evidence),
        *_mistakes(answer.mistakes),
    ]
    if answer.offset:
        rows.append(("compare", text_latex(answer.offset)))
    if answer.correct is not None and answer.verdict != "right":
        rows.append(("correct", _math(answer.symbol, answer.correct)))
    rows += [("note", text_latex(note)) for note in answer.notes]
    rows += [("next", text_latex(answer.advice))] if answer.advice else []
    heading = f"{text_latex(capital(answer.verdict))}: {_math(answer.symbol)}".replace(r"\displaystyle ", "")
    return section(heading, _described(rows))


def _math(*members: Math) -> str:
    """One formula, or several with equals signs between them; a long one as words, which can be broken into lines."""
    latex = " = ".join(member.latex for member in members)
    if len(latex) > LONGEST:
        return text_latex(" = ".join(member.unicode for member in members))
    return rf"$\displaystyle {fitted(latex, SHARE)}$"


def _described(rows: Sequence[tuple[str, str]]) -> str:
    """Labels and what is said of them, already LaTeX."""
    lines = [rf"{label} & {said} \\[3pt]" for label, said in rows]
    columns = r"@{}l@{\quad}p{0.78\linewidth}@{}"
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", *lines, r"\end{tabular}"]) if rows else ""


def _evidence(evidence: Evidence) -> list[tuple[str, str]]:
    return [
        ("because", text_latex(evidence.sentence)),
        *((label, text_latex(text)) for label, text in evidence_facts(evidence)),
    ]


def _mistakes(mistakes: Sequence[MistakeFacts]) -> list[tuple[str, str]]:
    return [row for label, mistake in mistake_labels(mistakes) for row in _mistake(label, mistake)]


def _mistake(label: str, mistake: MistakeFacts) -> list[tuple[str, str]]:
    rows = [(label, text_latex(mistake.explanation))]
    place = place_of(mistake)
    rows += [("at", _math(place))] if place is not None else []
    rows += [(step.label, _math(step.formula)) for step in steps_of(mistake)]
    return rows + [("or", text_latex(text)) for text in mistake.also]


def _lines(report: CheckReport) -> str:
    if not report.lines:
        return ""
    wrong = first_wrong(report)
    rows = [r"line & as written & verdict & why \\ \hline"]
    for facts in report.lines:
        verdict = text_latex(facts.verdict)
        cells = [
            text_latex(number_of(facts)),
            rf"\texttt{{{text_latex(facts.text)}}}",
            rf"\textbf{{{verdict}}}" if facts is wrong else verdict,
            text_latex(why_line(facts, wrong)),
        ]
        rows.append(rf"{' & '.join(cells)} \\[2pt]")
    columns = r"@{}r@{\quad}p{0.34\linewidth}@{\quad}l@{\quad}p{0.36\linewidth}@{}"
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", *rows, r"\end{tabular}"])


def _line(facts: LineFacts, report: CheckReport) -> str:
    rows = [("read as", _math(facts.reading))] if facts.reading is not None else []
    rows += _evidence(facts.evidence) if facts.evidence is not None else []
    rows += [("why", text_latex(line_reason(facts)))] if line_reason(facts) else []
    rows += _mistakes(facts.mistakes)
    return section(text_latex(capital(line_name(facts, report.lines))), _described(rows))
