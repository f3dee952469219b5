"""Pages: well formed, accessible, whole in one file, each thing drawn once."""

from __future__ import annotations

import itertools
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from gradviz.explanation.marking import marked
from gradviz.render.html.check import render_check_html
from gradviz.render.html.drawn import Store, marks_in_words
from gradviz.render.html.grading import render_grading_html
from gradviz.render.html.students import student_page
from gradviz.render.options import Options

NAMES = ["wrong", "right", "undecided", "domain", "several", "staged", "arrays", "long"]
THEMES = ["light", "dark", "print"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_well_formed_and_says_the_verdict_in_words(checks, hostile, name, theme):
    report = checks.CHECKS[name]()
    reader = hostile.read_page(render_check_html(report, Options(theme=theme)))
    words = "".join(reader.words)
    for answer in report.answers:
        assert f" {answer.verdict}" in words
        assert answer.evidence.sentence in words
    for line in report.lines:
        assert line.text in words
    assert reader.seen.count("h1") == 1


@pytest.mark.parametrize("theme", THEMES)
def test_a_class_is_well_formed(classes, hostile, theme):
    reader = hostile.read_page(render_grading_html(classes, Options(theme=theme)))
    words = "".join(reader.words)
    for student in classes.students:
        assert (student.name or student.id) in words
        assert f"student-{student.anchor}" in reader.ids
    for problem in classes.problems:
        assert problem.title in words
        assert all(mistake.explanation in words for mistake in problem.mistakes)
        assert all(wrong.text in words and wrong.offset in words for wrong in problem.unexplained)
    assert all(look.sentence in words for look in classes.look)
    assert all(trouble in words for trouble in classes.troubles)
    assert {"problem-1", "problem-2", "look", "troubles", "students"} <= set(reader.links)


def test_the_style_is_let_in_by_its_hash_and_nothing_else_is(checks):
    page = render_check_html(checks.CHECKS["wrong"](), Options())
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert not re.search(r"url\(|@import|https?://|<script|<link|<img| style=", page)


def test_tables_name_their_rows_and_columns(classes):
    page = render_grading_html(classes, Options())
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert len(tables) >= 4
    for table in tables:
        assert "<caption>" in table
        head, _, body = table.partition("</thead>")
        columns = head.count('scope="col"')
        assert columns >= 3
        for row in re.findall("<tr.*?</tr>", body, re.DOTALL):
            assert row.count('<th scope="row"') == 1
            assert row.count("<td") == columns - 1


def test_headings_go_down_one_level_at_a_time(checks, classes):
    pages = [render_check_html(checks.CHECKS[name](), Options()) for name in NAMES]
    pages += [render_grading_html(classes, Options()), student_page(classes, classes.students[0])]
    for page in pages:
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_signs_are_never_alone(checks, classes):
    for page in (render_check_html(checks.CHECKS["staged"](), Options()), render_grading_html(classes, Options())):
        for sign, after in re.findall(r'aria-hidden="true" class="sign">(.)</span>(.)', page):
            assert sign
            assert after == " "
        for image in re.findall(r'<svg[^>]*role="img"[^>]*>', page):
            assert re.search(r'aria-label="[^"]+"', image)


def test_equal_pictures_and_formulas_are_drawn_once(classes):
    once = render_grading_html(replace(classes, students=classes.students[:1]), Options())
    many = tuple(replace(classes.students[0], id=f"s{i}", anchor=f"s{i}") for i in range(40))
    page = render_grading_html(replace(classes, students=many), Options())
    assert page.count('<g id="p') == once.count('<g id="p') == 2
    assert page.count('<g id="m') == once.count('<g id="m')
    assert page.count('href="#p0"') > 40
    assert len(page) < len(once) + 40 * 12_000


def test_pictures_follow_the_screen_unless_they_have_colours_of_their_own(checks):
    small = marked(checks.picture("f=(x+y)*z", "x=1,y=2,z=3"), {"q": "wrong"})
    grid = ",".join(f"[{','.join(str(i - j) for j in range(6))}]" for i in range(6))
    heat = checks.picture("f=sum(A*A)", f"A=[{grid}]")
    store = Store(Options())
    follows, fixed = store.picture("a", small, "small"), store.picture("b", heat, "heat")
    assert 'class="picture"' in follows
    assert 'class="picture card"' in fixed
    drawn = store.drawn()
    assert '<g id="p0" class="recoloured">' in drawn
    assert '<g id="p1">' in drawn
    assert marks_in_words(small) == "wrong at q"


def test_dark_screens_are_the_readers_choice_and_paper_is_white(checks):
    page = {theme: render_check_html(checks.CHECKS["wrong"](), Options(theme=theme)) for theme in THEMES}
    assert "prefers-color-scheme:dark" in page["light"]
    assert "prefers-color-scheme" not in page["dark"] + page["print"]
    assert all("@media print{" in text for text in page.values())
    assert "--ground:#14181d" in page["dark"]
    assert "#d0290a" not in page["print"]


def test_a_students_page_says_nothing_of_others(classes, hostile):
    for student in classes.students:
        page = student_page(classes, student)
        hostile.read_page(page)
        for other in classes.students:
            if other is not student:
                assert other.email not in page
                assert not other.name or other.name not in page
        assert classes.settings[0][1] not in page
    assert student_page(classes, classes.students[0]) == student_page(classes, classes.students[0])
    assert 'href="#p0"' in student_page(classes, classes.students[0])
    assert 'id="p0"' not in student_page(classes, classes.students[1])


def test_staged_lines_show_what_they_earned(classes):
    page = student_page(classes, classes.students[0])
    rows = re.findall("<tr.*?</tr>", page, re.DOTALL)
    earned = {row.split('scope="row">')[1][0]: re.sub("<[^>]*>", "", row.rsplit("<td>", 1)[1]) for row in rows[1:]}
    assert earned == {"1": "", "2": "1 / 1", "3": "0 / 2", "4": "2 / 2", "5": ""}


def test_anchors_that_are_none_are_replaced_and_stay_unique(classes, hostile):
    first = classes.students[0]
    odd = tuple(replace(first, anchor=anchor) for anchor in ("a", "a", '"><b', "", "x y", "student_4"))
    reader = hostile.read_page(render_grading_html(replace(classes, students=odd), Options()))
    assert "student-a" in reader.ids
    assert sum(id.startswith("student") for id in reader.ids) == len(odd) + 1  # and the section of all students


def test_an_empty_class_is_a_page(classes, hostile):
    hostile.read_page(render_grading_html(replace(classes, students=(), look=(), troubles=(), pictures={}), Options()))
    nothing = replace(classes, students=(), problems=(), look=(), troubles=(), pictures={}, mean=None, median=None)
    hostile.read_page(render_grading_html(nothing, Options()))


PAYLOADS = [
    "script", "image", "cdata", "style", "entity", "rtl", "escape", "lines", "surrogate", "tex", "braces", "markdown",
    "formula", "empty", "space", "long", "words", "wide",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_stay_words(classes, hostile, payload):
    text = hostile.PAYLOADS[payload]
    report = hostile.poisoned(classes, text)
    pictures = {key: hostile.poisoned_picture(data, text[:100]) for key, data in classes.pictures.items()}
    report = replace(report, pictures={**pictures, text: next(iter(pictures.values()))})
    hostile.read_page(render_grading_html(report, Options()))
    hostile.read_page(student_page(report, report.students[0]))


def test_hostile_words_are_still_told(classes, hostile):
    text = hostile.PAYLOADS["script"]
    reader = hostile.read_page(render_grading_html(hostile.poisoned(classes, text), Options()))
    assert "".join(reader.words).count(text) > 20


def test_a_sentence_is_not_said_twice(classes):
    first = classes.students[0]
    part = first.cases[0].parts[0]
    mistake = part.facts.mistakes[0].explanation
    for sentence, times in ((f"wrong: {mistake}", 1), ("wrong", 0), (f"half the points: {mistake}", 1)):
        case = replace(first.cases[0], parts=(replace(part, sentence=sentence),), picture="")
        page = student_page(classes, replace(first, cases=(case,)))
        assert page.count(f"<p><bdi>{sentence}") == (1 if sentence.startswith("half") else 0)
        assert page.count(mistake) == times + sentence.startswith("half") + (sentence == "wrong")
