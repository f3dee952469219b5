"""What one student sees: every problem with the answers given, the verdicts, the mistakes and the marked picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradviz.explanation.data.explanation import ExplanationData
from gradviz.explanation.data.grading import CaseFacts, ClassReport, PartFacts, ProblemFacts, StudentFacts
from gradviz.render.html.answers import answer_body, lines_part
from gradviz.render.html.drawn import Drawn, Store
from gradviz.render.html.elements import code, element, facts, items, program, quoted, section, text, verdict
from gradviz.render.html.elements import verdict_class as class_of
from gradviz.render.html.page import page
from gradviz.render.inert import cleaned
from gradviz.render.numbers import number_text
from gradviz.render.options import Options

CAPTION = "The problem as a graph: values above the wires, gradients below."


def student_page(report: ClassReport, student: StudentFacts, options: Options | None = None) -> str:
    """One student's feedback as a page of its own; of the others it says nothing.

    Args:
        report: the class; its problems and pictures are looked up.
        student: one of the report's, or one graded in the same way.
        options: the theme and the precision of pictures.
    """
    keys = {case.picture for case in student.cases}
    pictures = {key: data for key, data in report.pictures.items() if key in keys}
    shown = replace(report, students=(), look=(), troubles=(), pictures=pictures)
    return _student_page(cleaned(shown), cleaned(student), Store(options or Options()))


def student_pages(report: ClassReport, options: Options) -> dict[str, str]:
    """Every student's page by file name; what several show is drawn once."""
    shown, drawn = cleaned(report), Drawn()
    return {
        f"{student.anchor}.html": _student_page(shown, student, Store(options, drawn)) for student in shown.students
    }


def _student_page(report: ClassReport, shown: StudentFacts, store: Store) -> str:
    """A page, of records that are harmless."""
    problems = {problem.id: problem for problem in report.problems}
    head = element("h1", quoted(report.title), text(": "), quoted(shown.name or shown.id))
    total = element("p", text("Score: "), element("strong", text(points_text(shown.score, shown.points))))
    body = cases_part(shown, problems, report.pictures, store, 2)
    return page(f"{shown.name or shown.id}: {points_text(shown.score, shown.points)}", head + total + body, store)


def points_text(score: float, points: float) -> str:
    """What was earned, of how much.

    Example:
        >>> points_text(2.5, 4.0)
        '2.5 / 4'
    """
    return f"{number_text(score, 6)} / {number_text(points, 6)}"


def name_of(student: StudentFacts) -> str:
    """A student for people: the name with the id, or the id alone."""
    if student.name and student.name != student.id:
        return quoted(student.name) + element("span", text(" ("), quoted(student.id), text(")"), class_="soft")
    return quoted(student.id)


def cases_part(
    student: StudentFacts,
    problems: Mapping[str, ProblemFacts],
    pictures: Mapping[str, ExplanationData],
    store: Store,
    level: int,
) -> str:
    """A student's cases, one below the other."""
    return "".join(_case(case, problems.get(case.problem), pictures, store, level) for case in student.cases)


def _case(
    case: CaseFacts,
    problem: ProblemFacts | None,
    pictures: Mapping[str, ExplanationData],
    store: Store,
    level: int,
) -> str:
    title = problem.title if problem is not None and problem.title else case.problem
    earned = element("span", text(points_text(case.score, case.points)), class_="soft")
    parts = [store.display(case.title) if case.title is not None else program(case.source)]
    if case.variant:
        parts.append(element("p", text("Your numbers: "), quoted(", ".join(f"{n} = {v}" for n, v in case.variant))))
    parts += [_part(part, store, level + 1) for part in case.parts]
    shown = pictures.get(case.picture)
    if shown is not None and any(part.outcome == "wrong" for part in case.parts):
        marked = any(node.mark == "wrong" for node in shown.nodes)
        parts.append(store.picture(case.picture, shown, CAPTION + (" A dashed outline marks the wrong step." * marked)))
    parts.append(items([quoted(note) for note in case.notes]))
    return section(level, quoted(title) + text(" – ") + earned, *parts)


def _part(part: PartFacts, store: Store, level: int) -> str:
    """One answer: the verdict, what it earned and why, and everything that is known of it."""
    what = store.math(part.symbol) if part.symbol is not None else quoted(part.name)
    earned = element("span", text(points_text(part.score, part.points)), class_="soft")
    heading = f"{verdict(part.outcome)}: {what}{text(' – ')}{earned}"
    told = _untold(part)
    said = element("p", quoted(told)) if told else ""
    if part.facts is not None:
        body = answer_body(part.facts, store)
    elif part.lines:
        body = lines_part(part.lines, store, level + 1, _credits(part))
    else:
        body = facts([("given", code(part.given))]) if part.given else ""
    notes = [quoted(f"line {credit.line}: {credit.sentence}") for credit in part.credits if credit.sentence]
    return section(level, heading, said or text(" "), body, items(notes), class_=f"answer is-{class_of(part.outcome)}")


def _untold(part: PartFacts) -> str:
    """The sentence on a part, as far as nothing else says it."""
    told = part.sentence.removeprefix(f"{part.outcome}: ")
    known: set[str] = {part.outcome}
    if part.facts is not None:
        known |= {part.facts.evidence.sentence, *(mistake.explanation for mistake in part.facts.mistakes)}
    return "" if told in known else told


def _credits(part: PartFacts) -> list[str]:
    """What each line earned, in the order of the lines."""
    if not part.credits:
        return []
    earned = {credit.place: points_text(credit.score, credit.points) for credit in part.credits}
    return [earned.get(place, "") for place in range(len(part.lines))]
