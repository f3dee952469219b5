"""A graded class as one page: the teacher's overview, then every student's feedback."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from gradviz.explanation.data.grading import CaseFacts, ClassReport, StudentFacts
from gradviz.render.check_parts import SIGNS
from gradviz.render.html.drawn import Store
from gradviz.render.html.elements import code, element, facts, items, quoted, section, table, text, verdict_class
from gradviz.render.html.page import page
from gradviz.render.html.problems import problem_section
from gradviz.render.html.students import cases_part, name_of, points_text
from gradviz.render.inert import cleaned
from gradviz.render.numbers import number_text
from gradviz.render.options import Options

_ANCHOR = re.compile(r"[A-Za-z0-9-]{1,80}")


def render_grading_html(report: ClassReport, options: Options) -> str:
    """A whole page; `theme` light follows the reader's own choice of a dark screen."""
    shown, store = cleaned(report), Store(options)
    ids = _student_ids(shown)
    return _page(shown, [f"#{id}" for id in ids], lambda: _feedback(shown, ids, store), store)


def overview_page(report: ClassReport, options: Options) -> str:
    """The teacher's overview alone: feedback is on the students' own pages beside it, `ANCHOR.html`."""
    shown, store = cleaned(report), Store(options)
    fit = [_ANCHOR.fullmatch(student.anchor) for student in shown.students]
    places = [f"{found[0]}.html" if found else "#students" for found in fit]
    return _page(shown, places, str, store)


def _page(shown: ClassReport, students: Sequence[str], feedback: Callable[[], str], store: Store) -> str:
    """A page; `students` are the places where each one's feedback stands."""
    problems = [f"problem-{place + 1}" for place in range(len(shown.problems))]
    named = zip(shown.problems, problems, strict=True)
    anchors = {student.anchor: at for student, at in reversed(list(zip(shown.students, students, strict=True)))}
    parts = [
        element("h1", quoted(shown.title)),
        facts(_told(shown)),
        _contents(shown, problems),
        section(2, text("Problems"), *(problem_section(p, shown, id, store) for p, id in named)),
        section(2, text("To look at"), _look(shown, anchors), id="look"),
        section(2, text("Rows with trouble"), items([quoted(said) for said in shown.troubles]), id="troubles"),
        section(2, text("Students"), _students(shown, students), id="students"),
        feedback(),
        section(2, text("Settings"), facts([(name, quoted(said)) for name, said in shown.settings]), id="settings"),
    ]
    return page(shown.title, "".join(parts), store)


def _student_ids(report: ClassReport) -> list[str]:
    """An id on the page for every student: of letters, digits and hyphens, and each once."""
    found: dict[str, None] = {}
    for place, student in enumerate(report.students):
        made = f"student-{student.anchor}"
        unfit = made in found or not _ANCHOR.fullmatch(student.anchor)
        found[f"student_{place + 1}" if unfit else made] = None
    return list(found)


def _told(report: ClassReport) -> list[tuple[str, str]]:
    rows = [("students", text(str(len(report.students)))), ("points", text(number_text(report.points, 6)))]
    rows += [("mean", text(number_text(report.mean, 4)))] if report.mean is not None else []
    rows += [("median", text(number_text(report.median, 4)))] if report.median is not None else []
    titles = {problem.id: problem.title or problem.id for problem in report.problems}
    if report.hardest:
        rows.append(("hardest first", quoted(", ".join(titles.get(id, id) for id in report.hardest))))
    return rows


def _contents(report: ClassReport, problems: Sequence[str]) -> str:
    named = zip(problems, report.problems, strict=True)
    links = [_link(f"#{id}", quoted(problem.title or problem.id)) for id, problem in named]
    links += [_link("#look", text(f"to look at ({len(report.look)})"))] if report.look else []
    links += [_link("#troubles", text(f"rows with trouble ({len(report.troubles)})"))] if report.troubles else []
    links += [_link("#students", text("students"))] if report.students else []
    return element("nav", items(links), aria_label="Contents") if links else ""


def _link(place: str, said: str) -> str:
    return element("a", said, href=place)


def _look(report: ClassReport, anchors: Mapping[str, str]) -> str:
    titles = {problem.id: problem.title or problem.id for problem in report.problems}
    rows = []
    for look in report.look:
        name = quoted(look.student)
        linked = _link(anchors[look.anchor], name) if look.anchor in anchors else name
        rows.append(
            [
                linked,
                quoted(titles.get(look.problem, look.problem)),
                quoted(look.part),
                code(look.given),
                quoted(look.sentence),
            ]
        )
    heads = ["student", "problem", "part", "answer", "why"]
    return table("What could not be decided, or ended by a limit", heads, rows)


def _students(report: ClassReport, places: Sequence[str]) -> str:
    """Students by problems: what was earned, and how each part came out."""
    heads = ["student", *(problem.title or problem.id for problem in report.problems), "score"]
    rows = []
    for student, place in zip(report.students, places, strict=True):
        cases = {case.problem: case for case in student.cases}
        cells = [_cell(cases.get(problem.id)) for problem in report.problems]
        name = _link(place, quoted(student.name or student.id))
        rows.append([name, *cells, element("strong", text(points_text(student.score, student.points)))])
    return table("Points of every student, problem by problem", heads, rows, class_="class")


def _cell(case: CaseFacts | None) -> str:
    if case is None:
        return text("–")
    signs = "".join(
        element("span", text(SIGNS[part.outcome]), class_=verdict_class(part.outcome), aria_hidden="true")
        for part in case.parts
    )
    words = element("span", text(", ".join(part.outcome for part in case.parts)), class_="hidden")
    return text(f"{points_text(case.score, case.points)} ") + signs + words


def _feedback(report: ClassReport, ids: Sequence[str], store: Store) -> str:
    """Every student's feedback, one section each."""
    problems = {problem.id: problem for problem in report.problems}

    def part(student: StudentFacts, id: str) -> str:
        total = element("p", text(f"Score: {points_text(student.score, student.points)}"))
        body = cases_part(student, problems, report.pictures, store, 4)
        return section(3, name_of(student), total, body, id=id, class_="student")

    return section(2, text("Feedback"), *map(part, report.students, ids), id="feedback")
