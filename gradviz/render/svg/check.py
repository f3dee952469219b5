"""The picture of judged answers: the verdicts with both steps, and the problem's graph with the nodes marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradviz.explanation.data import AnswerFacts, CheckReport, LineFacts, Math
from gradviz.render.check_parts import (
    claimed,
    first_wrong,
    given_of,
    has_details,
    is_relation,
    line_name,
    line_reason,
    number_of,
    summary,
    why_line,
)
from gradviz.render.inert import cleaned
from gradviz.render.options import Options
from gradviz.render.svg.box import EMPTY, Box, beside, stacked
from gradviz.render.svg.document import compose
from gradviz.render.svg.drawing import Drawing
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.judged import (
    LABEL,
    LONGEST,
    SIZE,
    WIDE,
    WORDS,
    evidence_rows,
    formula_box,
    labelled,
    mistake_rows,
    panel,
    said,
    verdict_box,
)
from gradviz.render.svg.marks import LOOKS
from gradviz.render.svg.page import cropped
from gradviz.render.svg.shapes import line, rectangle
from gradviz.render.svg.sheet import content, remark_boxes, sheet
from gradviz.render.svg.theme import THEMES


def render_check_svg(report: CheckReport, options: Options) -> str:
    """The picture of judged answers."""
    return compose_check(report, options).svg


def compose_check(report: CheckReport, options: Options) -> Drawing:
    """The picture, with the record of its parts."""
    shown = cleaned(report)
    ink = Ink(THEMES[options.theme], options.precision)
    boxes = [
        formula_box(shown.title, 17, "ink", ink, WIDE),
        *_summary(shown, ink),
        *(panel(_answer(answer, ink), answer.verdict, ink) for answer in shown.answers),
        *_staged(shown, ink),
        *remark_boxes(shown.remarks, (), ink, WIDE),
        _picture(shown, ink, options),
    ]
    name = f"{shown.title.unicode}: {summary(shown)}"
    return sheet(boxes, ink, name, described(shown))


def _summary(report: CheckReport, ink: Ink) -> list[Box]:
    if len(report.answers) == 1 and not report.lines:
        return []
    word, _, rest = summary(report).partition(": ")
    return [beside([verdict_box(word, ink), ink.word(rest, WORDS, "soft")], 12)]


def _answer(answer: AnswerFacts, ink: Ink) -> Box:
    head = [verdict_box(answer.verdict, ink), formula_box(answer.symbol, SIZE, "ink", ink, 200)]
    head += [ink.word(claimed(answer), WORDS + (0 if is_relation(answer) else 2), "soft")]
    reading = formula_box(answer.reading, SIZE, "local", ink, WIDE - LABEL)
    rows = [beside([*head, reading], 10)]
    if rows[0].width > WIDE:
        rows = [beside(head[:2], 10), labelled("answer", reading, ink)]
    if given_of(answer):
        rows.append(said("given", given_of(answer), ink))
    rows += evidence_rows(answer.evidence, ink)
    rows += mistake_rows(answer.mistakes, ink)
    if answer.offset:
        rows.append(said("compare", answer.offset, ink))
    if answer.correct is not None and answer.verdict != "right":
        equal = [answer.symbol, answer.correct]
        whole = Math(*(" = ".join(getattr(part, name) for part in equal) for name in ("text", "unicode", "latex")))
        rows.append(labelled("correct", formula_box(whole, SIZE, "value", ink, WIDE - LABEL), ink))
    rows += [said("note", note, ink, "soft") for note in answer.notes]
    rows += [said("next", answer.advice, ink)] if answer.advice else []
    return stacked(rows, 9)


def _staged(report: CheckReport, ink: Ink) -> list[Box]:
    if not report.lines:
        return []
    boxes = [_table(report, ink)]
    for facts in report.lines:
        if has_details(facts):
            boxes.append(panel(_line(facts, report.lines, ink), "wrong", ink))
    return boxes


def _line(facts: LineFacts, lines: Sequence[LineFacts], ink: Ink) -> Box:
    rows = [beside([ink.word(line_name(facts, lines), WORDS, "ink"), verdict_box(facts.verdict, ink)], 10)]
    if facts.reading is not None:
        rows.append(labelled("read as", formula_box(facts.reading, SIZE, "local", ink, WIDE - LABEL), ink))
    rows += evidence_rows(facts.evidence, ink) if facts.evidence is not None else []
    rows += [said("why", line_reason(facts), ink)] if line_reason(facts) else []
    rows += mistake_rows(facts.mistakes, ink)
    return stacked(rows, 9)


def _table(report: CheckReport, ink: Ink) -> Box:
    """Number, line, verdict, why; the first wrong line on a panel of its own."""
    wrong = first_wrong(report)
    heads = [ink.word(word, WORDS - 1, "soft") for word in ("line", "as written", "verdict", "why")]
    rows = [heads]
    for facts in report.lines:
        rows.append(
            [
                ink.word(number_of(facts), WORDS, "soft"),
                ink.paragraph(cropped(facts.text, LONGEST), WORDS, "ink", 230),
                verdict_box(facts.verdict, ink),
                ink.paragraph(cropped(why_line(facts, wrong), LONGEST), WORDS, "ink", 330),
            ]
        )
    return _grid(rows, report.lines.index(wrong) + 1 if wrong is not None else -1, ink)


def _grid(rows: Sequence[Sequence[Box]], marked: int, ink: Ink) -> Box:
    widths = [max(row[column].width for row in rows) for column in range(4)]
    starts = [8.0]
    for width in widths[:-1]:
        starts.append(starts[-1] + width + 18)
    reach = starts[-1] + widths[-1] + 8
    parts, y = [], 0.0
    for number, row in enumerate(rows):
        tall = max(cell.height for cell in row)
        if number == marked:
            parts.append(_ground(reach, y - 4, tall + 8, ink))
        parts += [cell.at(x, y) for x, cell in zip(starts, row, strict=True) if cell]
        y += tall + 9
        if number == 0:
            parts.append(line((0, y - 5), (reach, y - 5), ink.theme["hair"]))
            y += 3
    return Box(reach, 0.0, y - 5, "".join(parts))


def _ground(width: float, y: float, height: float, ink: Ink) -> str:
    look = LOOKS["wrong"]
    return rectangle(
        0, y, width, height, fill=ink.theme["panel"], stroke=ink.theme[look.role], line=1.3, radius=4, dash=look.dash
    )


def _picture(report: CheckReport, ink: Ink, options: Options) -> Box:
    """The marked graph below a rule, without the document around it."""
    if report.picture is None:
        return EMPTY
    # The page has the title already.
    drawn = compose(replace(report.picture, title=replace(report.picture.title, latex="")), options)
    rule = line((0, 0), (max(drawn.width, WIDE), 0), ink.theme["hair"])
    place = ink.word(f"the numbers are those {report.drawn_at}", WORDS - 1, "soft") if report.drawn_at else EMPTY
    top = place.height + 14 if place else 6.0
    graph = f'<g transform="translate(-14 {top:g})">{content(drawn)}</g>'
    return Box(
        max(drawn.width, place.width), 0.0, drawn.height + top, rule + (place.at(0, 12) if place else "") + graph
    )


def described(report: CheckReport) -> str:
    """The whole picture in a few sentences."""
    told = [summary(report)]
    for answer in report.answers:
        told.append(f"{answer.symbol.unicode}, read as {answer.reading.unicode}: {answer.verdict}")
        told += [answer.evidence.sentence, *(mistake.explanation for mistake in answer.mistakes)]
    for facts in report.lines:
        told.append(f"line {facts.number}, {facts.text}: {facts.verdict}; {facts.sentence}")
        if facts.verdict == "wrong":
            told += [] if facts.evidence is None else [facts.evidence.sentence]
            told += [mistake.explanation for mistake in facts.mistakes]
    told += [f"The numbers of the graph are those {report.drawn_at}"] if report.drawn_at else []
    return " ".join(f"{sentence.rstrip('.')}." for sentence in told if sentence)
