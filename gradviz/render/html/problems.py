"""What a teacher sees of one problem: how it came out, the common mistakes with a picture, what nothing explains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from gradviz.explanation.data.grading import CaseFacts, ClassReport, MistakeCount, Outcome, ProblemFacts
from gradviz.render.html.drawn import Store
from gradviz.render.html.elements import BREAK, code, element, facts, program, quoted, section, table, text, verdict
from gradviz.render.html.elements import verdict_class as class_of
from gradviz.render.html.students import CAPTION
from gradviz.render.numbers import number_text
from gradviz.render.svg.shapes import safe, short

PICTURED = 3
"""Mistakes of a problem, the commonest, that are shown with a picture."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

BAR = 100.0


def problem_section(problem: ProblemFacts, report: ClassReport, id: str, store: Store) -> str:
    """One problem with its statistics."""
    parts = [
        store.display(problem.formula) if problem.formula is not None else program(problem.source),
        facts(_told(problem, store)),
        outcome_bar(problem.outcomes),
        _mistakes(problem),
        _pictures(problem, report, store),
        _unexplained(problem),
    ]
    return section(3, quoted(problem.title or problem.id), *parts, id=id)


def _told(problem: ProblemFacts, store: Store) -> list[tuple[str, str]]:
    rows = [("asked for", ", ".join(store.math(symbol) for symbol in problem.symbols))] if problem.symbols else []
    rows += [("work", text("staged, line by line"))] if problem.kind == "steps" else []
    rows += [("numbers", text("every student has other ones"))] if problem.varies else []
    if problem.mean is not None:
        share = "" if problem.earned is None else f" ({number_text(100 * problem.earned, 3)} %)"
        rows.append(("mean", text(f"{number_text(problem.mean, 4)} of {number_text(problem.points, 6)}{share}")))
    return rows


def outcome_bar(outcomes: Mapping[Outcome, int]) -> str:
    """How many answers came out how: as a bar, and in words."""
    counts = [(outcome, outcomes.get(outcome, 0)) for outcome in OUTCOMES]
    total = sum(count for _, count in counts)
    if not total:
        return ""
    x, parts = 0.0, []
    for outcome, count in counts:
        width = BAR * count / total
        if count:
            parts.append(
                f'<rect class="{class_of(outcome)}" x="{short(x)}" y="0" width="{short(width)}" height="10"></rect>'
            )
        x += width
    words = [verdict(outcome) + text(f": {count}") for outcome, count in counts if count]
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts if count)
    bar = (
        f'<svg class="bar" role="img" aria-label="{safe(said)}" viewBox="0 0 {BAR:g} 10" '
        f'preserveAspectRatio="none">{"".join(parts)}</svg>'
    )
    return bar + element("ul", *(element("li", word) for word in words), class_="legend")


def _mistakes(problem: ProblemFacts) -> str:
    rows = [
        [quoted(mistake.name), text(str(mistake.count)), quoted(mistake.explanation), _examples(mistake)]
        for mistake in problem.mistakes
    ]
    return table("The commonest mistakes", ["mistake", "how often", "what it is", "for example"], rows)


def _examples(mistake: MistakeCount) -> str:
    return BREAK.join(code(given) + text(f" ({count}×)") for given, count in mistake.examples)


def _pictures(problem: ProblemFacts, report: ClassReport, store: Store) -> str:
    """The first marked picture that there is of each of the commonest mistakes."""
    figures, seen = [], set()
    for mistake in problem.mistakes[:PICTURED]:
        case = next((one for one in _cases(problem, report) if _has(one, mistake.name)), None)
        data = None if case is None else report.pictures.get(case.picture)
        if case is None or data is None or case.picture in seen:
            continue
        seen.add(case.picture)
        figures.append(store.picture(case.picture, data, f"{mistake.name}: {mistake.explanation} {CAPTION}"))
    return "".join(figures)


def _cases(problem: ProblemFacts, report: ClassReport) -> list[CaseFacts]:
    return [
        case
        for student in report.students
        for case in student.cases
        if case.problem == problem.id and case.picture in report.pictures
    ]


def _has(case: CaseFacts, name: str) -> bool:
    """Whether the mistake is the likeliest explanation of an answer, or of a line."""
    for part in case.parts:
        found = [part.facts.mistakes] if part.facts is not None else []
        found += [line.mistakes for line in part.lines]
        if any(mistakes and mistakes[0].name == name for mistakes in found):
            return True
    return False


def _unexplained(problem: ProblemFacts) -> str:
    rows = [[code(wrong.text), text(str(wrong.count)), quoted(wrong.offset)] for wrong in problem.unexplained]
    return table("Wrong answers that no mistake explains", ["answer", "how often", "compare"], rows)
