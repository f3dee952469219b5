"""Answers judged, in words for a terminal: the verdict first, then why, the mistake, and both steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradviz.explanation.data import AnswerFacts, CheckReport, Evidence, LineFacts, Math, MistakeFacts
from gradviz.render.check_parts import (
    SIGNS,
    called,
    claimed,
    evidence_facts,
    first_wrong,
    given_of,
    has_details,
    is_staged,
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
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.report_text import finished
from gradviz.render.terminal_notes import hang, note_lines
from gradviz.render.text_lines import Line, Piece, Role, left, line, right, width_of, wrap

ROLES: Mapping[str, Role] = {"right": "value", "wrong": "gradient", "not decided": "warn", "follows": "local"}
"""The colour of each verdict."""

LABEL = 12
"""Columns of the labels beside what is said."""

LONGEST_LINE = 30
"""Columns that a line of staged work takes at most before it is wrapped."""

NARROWEST = 10
"""Columns that a line, and what is said of it, take at least."""


def render_check_text(report: CheckReport, options: Options) -> str:
    """The whole report as text, ending in a newline; `width` columns are filled at most."""
    return finished(check_sections(cleaned(report), options), options)


def check_sections(report: CheckReport, options: Options) -> list[list[Line]]:
    """The report's sections, of a record that is clean already."""
    nib = Nib(options=options)
    head = [line(Piece(part, "head")) for part in hang(nib.math(report.title), options.width, 4)]
    told = [] if len(report.answers) == 1 and not report.lines else _summary(report, nib)
    sections = [[*head, *told]]
    sections += [_answer(answer, nib) for answer in report.answers]
    if is_staged(report):
        sections += [_table(report, nib), *_details(report, nib)]
    notes = [(remark.kind, nib.sign(remark.text)) for remark in report.remarks]
    return [*sections, note_lines(notes, nib)]


def verdict_piece(verdict: str, nib: Nib) -> Piece:
    """`✗ wrong`; in ASCII the word alone, in capitals."""
    text = verdict.upper() if nib.options.ascii else f"{SIGNS[verdict]} {verdict}"
    return Piece(text, ROLES.get(verdict, "soft"))


def _summary(report: CheckReport, nib: Nib) -> list[Line]:
    word, _, rest = summary(report).partition(": ")
    piece = verdict_piece(word, nib)
    parts = hang(f"{piece.text}: {rest}" if rest else piece.text, nib.options.width, 2)
    return [line(Piece(part, piece.role)) for part in parts]


def _answer(answer: AnswerFacts, nib: Nib) -> list[Line]:
    """One answer: the verdict, what was asked for and how the answer was read; then everything that is known."""
    piece = verdict_piece(answer.verdict, nib)
    symbol, reading = nib.math(answer.symbol), nib.math(answer.reading)
    head = f"{piece.text}   {symbol}"
    lines = [line(piece, "   ", Piece(symbol, "head"), f" {claimed(answer)} ", Piece(reading, "local"))]
    if width_of(head) + len(claimed(answer)) + 2 + width_of(reading) > nib.options.width:
        lines = [line(piece, "   ", Piece(symbol, "head"))]
        lines += _labelled("answer", reading, nib, "local")
    if given_of(answer):
        lines += _labelled("given", nib.sign(given_of(answer)), nib)
    lines += _evidence(answer.evidence, nib)
    lines += _mistakes(answer.mistakes, nib)
    if answer.offset:
        lines += _labelled("compare", nib.sign(answer.offset), nib)
    if answer.correct is not None and answer.verdict != "right":
        lines += _labelled("correct", f"{symbol} = {nib.math(answer.correct)}", nib, "value")
    for note in answer.notes:
        lines += _labelled("note", nib.sign(note), nib)
    if answer.advice:
        lines += _labelled("next", nib.sign(answer.advice), nib)
    return lines


def _labelled(label: str, text: str, nib: Nib, role: Role = "plain", *, indent: int = 2) -> list[Line]:
    """A label and what is said of it, in lines that hang below each other."""
    column = max(LABEL, width_of(label) + 2)
    room = max(16, nib.options.width - indent - column)
    parts = wrap(text, room, room)
    heads = [left(label, column), *([" " * column] * (len(parts) - 1))]
    margin = " " * indent
    return [line(margin, Piece(head, "soft"), Piece(part, role)) for head, part in zip(heads, parts, strict=True)]


def _evidence(evidence: Evidence, nib: Nib) -> list[Line]:
    """Why: a sentence, and below it the numbers that it does not hold."""
    lines = _labelled("because", nib.sign(evidence.sentence), nib)
    for label, text in evidence_facts(evidence):
        lines += _labelled(label, nib.sign(text), nib, "value" if label == "expected" else "plain")
    return lines


def _mistakes(mistakes: Sequence[MistakeFacts], nib: Nib) -> list[Line]:
    return [one for label, mistake in mistake_labels(mistakes) for one in _mistake(label, mistake, nib)]


def _mistake(label: str, mistake: MistakeFacts, nib: Nib) -> list[Line]:
    """What was done, where, and both steps."""
    place = place_of(mistake)
    lines = _labelled(label, nib.sign(mistake.explanation), nib, "warn")
    if place is not None:
        lines += _labelled("at", nib.math(place), nib)
    if called(mistake):
        lines += _labelled("called", nib.sign(called(mistake)), nib)
    lines += _steps(mistake, nib)
    for other in mistake.also:
        lines += _labelled("or", nib.sign(other), nib)
    return lines


def _steps(mistake: MistakeFacts, nib: Nib) -> list[Line]:
    """Both steps side by side where they fit, else one below the other."""
    steps = steps_of(mistake)
    texts = [nib.math(step.formula) for step in steps]
    half = (nib.options.width - 2 - LABEL) // 2 - 1
    if len(steps) == 2 and max(map(width_of, texts)) <= half:
        heads, roles = [step.label for step in steps], ("gradient", "value")
        margin = " " * (2 + LABEL)
        first = max(width_of(heads[0]), width_of(texts[0])) + 3
        return [
            line(margin, Piece(left(heads[0], first), "soft"), Piece(heads[1], "soft")),
            line(margin, Piece(left(texts[0], first), roles[0]), Piece(texts[1], roles[1])),  # type: ignore[arg-type]
        ]
    lines: list[Line] = []
    for step, text in zip(steps, texts, strict=True):
        lines += _labelled(step.label, text, nib, "gradient" if step.label == "your step" else "value")
    return lines


def _table(report: CheckReport, nib: Nib) -> list[Line]:
    """The lines of a staged pass: number, line, verdict, why."""
    wrong = first_wrong(report)
    number = max(len("line"), *(len(str(facts.number)) for facts in report.lines)) + 2
    texts = [nib.sign(facts.text) for facts in report.lines]
    verdicts = [verdict_piece(facts.verdict, nib) for facts in report.lines]
    word = max(len("verdict"), *(width_of(piece.text) for piece in verdicts))
    room = nib.options.width - number - word - 6
    long = min(LONGEST_LINE, nib.options.width // 3, max(NARROWEST, room - NARROWEST))
    column = min(long, max(len("as written"), *map(width_of, texts)))
    widths = (number, column, word, max(NARROWEST, room - column))
    heads = (right("line", number), left("as written", column), left("verdict", word), "why")
    lines = [line(Piece("  ".join(heads).rstrip(), "soft"))]
    for facts, text, piece in zip(report.lines, texts, verdicts, strict=True):
        why = nib.sign(why_line(facts, wrong))
        lines += _row(facts, text, piece, why, widths, marked=facts is wrong, nib=nib)
    return lines


def _row(
    facts: LineFacts,
    text: str,
    verdict: Piece,
    why: str,
    widths: tuple[int, int, int, int],
    *,
    marked: bool,
    nib: Nib,
) -> list[Line]:
    number, column, word, rest = widths
    texts, whys = wrap(text, column, column - 2), wrap(why, rest, rest)
    texts = [texts[0], *(f"  {part}" for part in texts[1:])]
    count = max(len(texts), len(whys))
    texts, whys = _filled(texts, count), _filled(whys, count)
    sign = (">" if nib.options.ascii else "▸") if marked else " "
    lines = []
    for place in range(count):
        head = f"{sign}{right(nib.sign(number_of(facts)), number - 1)}" if place == 0 else " " * number
        said = verdict.text if place == 0 else ""
        lines.append(
            line(
                Piece(head, verdict.role if marked else "soft"),
                f"  {left(texts[place], column)}  ",
                Piece(left(said, word), verdict.role),
                f"  {whys[place]}",
            )
        )
    return lines


def _filled(parts: Sequence[str], count: int) -> list[str]:
    return [*parts, *([""] * (count - len(parts)))]


def _details(report: CheckReport, nib: Nib) -> list[list[Line]]:
    """Below the table, the evidence and the mistakes of every wrong line."""
    sections = []
    for facts in report.lines:
        if not has_details(facts):
            continue
        lines = _line_head(facts, report.lines, nib)
        if facts.reading is not None:
            lines += _labelled("read as", _equal(facts.symbol, facts.reading, nib), nib, "local")
        if facts.evidence is not None:
            lines += _evidence(facts.evidence, nib)
        if line_reason(facts):
            lines += _labelled("why", nib.sign(line_reason(facts)), nib, "warn")
        lines += _mistakes(facts.mistakes, nib)
        sections.append(lines)
    return sections


def _line_head(facts: LineFacts, lines: Sequence[LineFacts], nib: Nib) -> list[Line]:
    """Which line, then the verdict."""
    piece = verdict_piece(facts.verdict, nib)
    parts = hang(nib.sign(line_name(facts, lines)), nib.options.width - width_of(piece.text) - 2, 2)
    heads = [line(Piece(part, "head")) for part in parts]
    return [*heads[:-1], (*heads[-1], *line("  ", piece))]


def _equal(symbol: Math | None, formula: Math, nib: Nib) -> str:
    return nib.math(formula) if symbol is None else f"{nib.math(symbol)} = {nib.math(formula)}"
