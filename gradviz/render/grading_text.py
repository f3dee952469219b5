"""A graded class in words and columns, for a terminal: how the problems went, and what the teacher should look at."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import ClassReport, ProblemFacts
from gradviz.render.inert import cleaned
from gradviz.render.numbers import number_text
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.report_text import fact_lines, finished
from gradviz.render.terminal_notes import hang
from gradviz.render.text_lines import Line, Piece, left, line, right, width_of, wrap

MOST_LOOKS, MOST_TROUBLES, MOST_MISTAKES = 10, 10, 3
LONGEST_TITLE, LONGEST_ANSWER = 24, 40

HEADS = ("problem", "points", "mean", "right", "wrong", "not decided", "unreadable", "no answer")


def render_grading_text(report: ClassReport, options: Options) -> str:
    """The teacher's overview as text, ending in a newline; `width` columns are filled at most."""
    return finished(_sections(cleaned(report), Nib(options=options)), options)


def _sections(report: ClassReport, nib: Nib) -> list[list[Line]]:
    head = [line(Piece(part, "head")) for part in hang(nib.sign(report.title), nib.options.width, 4)]
    return [
        [*head, *fact_lines(_told(report), nib)],
        _problems(report, nib),
        *(_mistakes(problem, nib) for problem in report.problems),
        _looks(report, nib),
        _listed("rows with trouble", report.troubles, MOST_TROUBLES, nib),
    ]


def _told(report: ClassReport) -> list[tuple[str, str]]:
    facts = [("students", f"{len(report.students)}"), ("points", number_text(report.points, 6))]
    if report.mean is not None and report.median is not None:
        facts.append(("mean", f"{number_text(report.mean, 4)}, median {number_text(report.median, 4)}"))
    if report.hardest:
        facts.append(("hardest", ", ".join(report.hardest[:5])))
    return [*facts, *report.settings]


def _problems(report: ClassReport, nib: Nib) -> list[Line]:
    """The table: a row for each problem, a column for each outcome that occurs."""
    rows = [_row(problem) for problem in report.problems]
    kept = [i for i in range(len(HEADS)) if i < 4 or any(row[i] != "0" for row in rows)]
    columns = [[HEADS[i], *(row[i] for row in rows)] for i in kept]
    widths = [max(map(width_of, column)) for column in columns]

    def arranged(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "  ".join([left(*first), *(right(cell, width) for cell, width in others)])

    if sum(widths) + 2 * len(widths) > nib.options.width:
        return _in_words(rows, nib)
    lines = [line("  ", Piece(nib.sign(arranged([HEADS[i] for i in kept])), "soft"))]
    lines += [line("  ", nib.sign(arranged([row[i] for i in kept]))) for row in rows]
    return [line(Piece("problems", "head")), *lines] if rows else []


def _in_words(rows: Sequence[Sequence[str]], nib: Nib) -> list[Line]:
    """The table where it is too wide: a paragraph for each row."""
    told = []
    for row in rows:
        counts = [f"{count} {head}" for head, count in zip(HEADS[3:], row[3:], strict=True) if count != "0"]
        told.append((row[0], f"{row[1]} points, mean {row[2] or '-'}; {', '.join(counts) or 'no answers'}"))
    return [line(Piece("problems", "head")), *fact_lines(told, nib)]


def _row(problem: ProblemFacts) -> list[str]:
    mean = "" if problem.mean is None else number_text(problem.mean, 3)
    counts = [str(problem.outcomes.get(outcome, 0)) for outcome in HEADS[3:]]  # type: ignore[call-overload]
    return [_short(problem.id, LONGEST_TITLE), number_text(problem.points, 6), mean, *counts]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _mistakes(problem: ProblemFacts, nib: Nib) -> list[Line]:
    """The commonest mistakes of a problem, and the commonest answers that none explains."""
    told = [
        (f"{mistake.count} ×", f"{mistake.explanation}  (answer: {_short(mistake.examples[0][0], LONGEST_ANSWER)})")
        for mistake in problem.mistakes[:MOST_MISTAKES]
    ]
    told += [
        (f"{wrong.count} ×", f"{_short(wrong.text, LONGEST_ANSWER)}: {wrong.offset or 'no mistake explains it'}")
        for wrong in problem.unexplained[:MOST_MISTAKES]
    ]
    heading = f"{problem.id}: wrong answers"
    return [line(Piece(nib.sign(heading), "head")), *fact_lines(told, nib)] if told else []


def _looks(report: ClassReport, nib: Nib) -> list[Line]:
    said = [
        f"{look.student}, {look.problem}{f' {look.part}' if look.part else ''}: "
        f"{_short(look.given, LONGEST_ANSWER)}: {look.sentence}"
        for look in report.look
    ]
    return _listed("to look at", said, MOST_LOOKS, nib)


def _listed(heading: str, said: Sequence[str], most: int, nib: Nib) -> list[Line]:
    lines: list[Line] = []
    room = nib.options.width - 4
    for text in said[:most]:
        first, *others = wrap(nib.sign(text), room + 2, room)
        lines += [line("  ", first), *(line("    ", part) for part in others)]
    if len(said) > most:
        lines.append(line("  ", Piece(nib.sign(f"… and {len(said) - most:,} more"), "soft")))
    return [line(Piece(f"{heading} ({len(said)})", "head")), *lines] if lines else []
