"""Judged answers in every format, from hand-made records."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from importlib.resources import files

import pytest

import gradviz
from gradviz.explanation.data import (
    AnswerFacts,
    CheckReport,
    Enclosure,
    Evidence,
    LineFacts,
    Math,
    MistakeFacts,
)
from gradviz.render.check_json import render_check_json
from gradviz.render.check_parts import SIGNS, evidence_facts, given_of, mistake_labels, summary
from gradviz.render.check_text import render_check_text
from gradviz.render.options import Options
from gradviz.render.svg.check import compose_check
from gradviz.render.svg.document import compose
from gradviz.render.table import FORMATS, formats_for
from gradviz.render.text_lines import width_of

NAMES = ["wrong", "right", "undecided", "domain", "several", "staged", "arrays", "long"]
SCHEMA = json.loads(files("gradviz.render").joinpath("check.schema.json").read_text(encoding="utf-8"))


def test_the_formats_for_judged_answers():
    assert set(formats_for("check")) == {"text", "svg", "png", "pdf", "json", "tex", "md", "html"}


@pytest.mark.parametrize("form", ["text", "tex", "md"])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_it_was(checks, golden, name, form):
    suffix = FORMATS[form].suffixes[0]
    golden(f"check/{name}{suffix}", FORMATS[form].render(checks.CHECKS[name](), Options()))


@pytest.mark.parametrize("name", ["staged", "several"])
def test_ascii_is_what_it_was(checks, golden, name):
    golden(f"check/{name}_ascii.txt", render_check_text(checks.CHECKS[name](), Options(ascii=True)))


@pytest.mark.parametrize("width", [50, 60, 80, 120])
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_too_long(checks, name, width, ascii):
    text = render_check_text(checks.CHECKS[name](), Options(width=width, ascii=ascii))
    assert text.isascii() or not ascii
    for row in text.splitlines():
        assert width_of(row) <= width, row


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_first_thing_said_of_an_answer(checks, name):
    report = checks.CHECKS[name]()
    text = render_check_text(report, Options())
    rows = text.splitlines()
    for answer in report.answers:
        head = f"{SIGNS[answer.verdict]} {answer.verdict}   {answer.symbol.unicode}"
        assert any(row.startswith(head) for row in rows)
    plain = render_check_text(report, Options(ascii=True))
    assert all(answer.verdict.upper() in plain for answer in report.answers)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_colours_change_no_word(checks, theme):
    import re

    report = checks.CHECKS["staged"]()
    painted = render_check_text(report, Options(color=True, theme=theme))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render_check_text(report, Options())


def test_the_first_wrong_line_is_marked_and_no_other(checks):
    report = checks.CHECKS["staged"]()
    again = replace(report, lines=(*report.lines, replace(report.lines[2], number=6)))
    text = render_check_text(again, Options())
    assert [row.split()[1] for row in text.splitlines() if row.startswith("▸")] == ["3"]
    assert text.count("first wrong line") == 1
    assert "line 3 is the first wrong one" in summary(again)


@pytest.mark.parametrize("form", ["text", "md", "tex", "html"])
def test_statements_on_one_line_are_told_apart(checks, form):
    report = checks.CHECKS["staged"]()
    lines = tuple(replace(line, number=1) for line in report.lines)
    shown = _words(FORMATS[form].render(replace(report, lines=lines), Options(width=120)))
    assert _words("line 1 (dq = q * 1.0) is the first wrong one") in shown
    assert _words("(dq = q") not in _words(FORMATS[form].render(report, Options(width=120)).partition("first wrong")[0])


@pytest.mark.parametrize("form", ["text", "md", "tex", "html", "svg"])
def test_every_evidence_and_mistake_is_told_in_every_format(checks, form):
    for name in ("wrong", "undecided", "domain", "several", "staged"):
        report = checks.CHECKS[name]()
        said = [part.evidence.sentence for part in (*report.answers, *report.lines) if part.evidence is not None]
        said = [text for text in said if not report.lines or "−4 and the line" in text]
        said += [mistake.explanation for part in (*report.answers, *report.lines) for mistake in part.mistakes]
        shown = _words(str(FORMATS[form].render(report, Options(width=200))))
        for sentence in said:
            assert _words(sentence) in shown, (name, sentence)


def _words(text: str) -> str:
    """Letters alone: what is left of a sentence in any markup."""
    import html
    import re

    plain = re.sub(r"\\[a-z]+|<[^>]*>", "", html.unescape(text.replace("·", "").replace("−", "")))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalpha())


def test_numbers_that_the_sentence_says_are_not_said_again():
    point = (("x", "-1/2"), ("y", "3"))
    both = {"expected": Enclosure("2", "2", "2"), "found": Enclosure("-7", "-7", "-7")}
    told = Evidence("counterexample", "At x = −1/2, y = 3 it is 2 and not −7.", point=point, **both)
    assert evidence_facts(told) == []
    untold = replace(told, sentence="At x = -1/2 they differ by 27.")
    assert [label for label, _ in evidence_facts(untold)] == ["at", "expected", "found"]


@pytest.mark.parametrize("name", NAMES)
def test_json_is_what_its_schema_says(checks, schema_check, name):
    document = json.loads(render_check_json(checks.CHECKS[name](), Options()), parse_constant=pytest.fail)
    schema_check(document, SCHEMA)
    assert list(document) == SCHEMA["required"]


RECORDS = {
    "answer": AnswerFacts, "evidence": Evidence, "enclosure": Enclosure, "mistake": MistakeFacts, "line": LineFacts,
    "formula": Math,
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_the_schema_documents_every_field(name):
    described = SCHEMA["$defs"][name]
    assert set(described["properties"]) == {field.name for field in fields(RECORDS[name])} == set(described["required"])
    for field, facts in described["properties"].items():
        assert "description" in facts or "$ref" in facts or field == "verdict"
    assert {field.name for field in fields(CheckReport)} == set(SCHEMA["properties"]) - {"schema", "kind"}


@pytest.mark.parametrize("detail", ["auto", "full", "table"])
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("name", ["wrong", "staged", "arrays"])
def test_the_picture_says_in_words_what_it_marks(checks, name, theme, detail):
    report = checks.CHECKS[name]()
    drawing = compose_check(report, Options(theme=theme, detail=detail))
    root = ET.fromstring(drawing.svg)
    assert report.verdict in root.get("aria-label")
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    marks = {node.mark for node in report.picture.nodes if node.mark}
    for mark in marks:
        assert any(f"judged: {mark}" in title for title in titles)
    for item in drawing.texts:
        assert item.extent[2] <= drawing.width
        assert item.extent[3] <= drawing.height


def test_the_parts_of_the_page_do_not_overlap(checks):
    for name in NAMES:
        texts = compose_check(checks.CHECKS[name](), Options()).texts
        for above, below in itertools.pairwise(texts):
            assert above.extent[3] <= below.extent[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_pictures_begin_as_their_format_does(checks, name, form, start):
    assert FORMATS[form].render(checks.CHECKS[name](), Options()).startswith(start)


def test_without_a_picture_there_is_a_page_of_verdicts(checks):
    report = checks.CHECKS["wrong"]()
    bare = replace(report, picture=None)
    assert compose_check(bare, Options()).height < compose_check(report, Options()).height
    assert '<figure class="picture' not in FORMATS["html"].render(bare, Options())
    assert '<figure class="picture' in FORMATS["html"].render(report, Options())


def test_nothing_to_judge_is_shown_too(checks):
    empty = replace(checks.CHECKS["right"](), answers=(), picture=None)
    for form in formats_for("check").values():
        assert form.render(empty, Options())


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_article_compiles_and_stays_within_its_lines(checks, tmp_path, name):
    import shutil
    import subprocess

    compiler = shutil.which("pdflatex")
    if compiler is None:
        pytest.skip("there is no pdflatex here")
    (tmp_path / "f.tex").write_text(FORMATS["tex"].render(checks.CHECKS[name](), Options()), encoding="ascii")
    call = [compiler, "-interaction=nonstopmode", "-halt-on-error", "f.tex"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout


@pytest.mark.parametrize(
    ("given", "reading", "shown"),
    [
        ("2x", "2*x", ""),
        ("2*x", "2*x", ""),
        ("x=2x", "2*x", ""),
        ("df/dx = 2 x ^ 2", "2*x^2", ""),
        ("2*(W@x)", "2*(W x)", ""),
        ("f'(3) = 6", "6", "f'(3) = 6"),
        (r"\frac{x}{2}", "x/2", r"\frac{x}{2}"),
        ("sin x", "sin(x)", "sin x"),
        ("2x + 2y*y' = 0", "2*x + 2*y*y' = 0", ""),
        ("log x", "log(x)", "log x"),
    ],
)
def test_what_was_typed_is_shown_where_its_reading_differs_in_more_than_signs(checks, given, reading, shown):
    answer = replace(checks.CHECKS["right"]().answers[0], given=given, reading=Math(reading, reading, reading))
    assert given_of(answer) == shown


def test_ties_are_told_after_the_first(checks):
    answer = checks.CHECKS["wrong"]().answers[0]
    mistake = answer.mistakes[0]
    two = (replace(mistake, sure=False), replace(mistake, sure=False, explanation="Something else."))
    assert [label for label, _ in mistake_labels(two)] == ["possibly", "or"]
    assert [label for label, _ in mistake_labels((mistake,))] == ["mistake"]
    pair = replace(mistake, sure=False, explanation="One way to get your answer is two mistakes: at x …")
    assert [label for label, _ in mistake_labels((pair,))] == ["mistakes"]


@pytest.mark.parametrize("form", ["text", "md", "tex", "html"])
def test_a_gradient_that_is_missing_is_no_line_zero(checks, form):
    report = checks.CHECKS["staged"]()
    missing = LineFacts(0, "", None, None, "wrong", "No line computes ∂f/∂y.")
    alone = replace(report, lines=(report.lines[0], missing))
    shown = _words(FORMATS[form].render(alone, Options(width=120)))
    assert "line 0" not in shown
    assert _words("No line computes") in shown


@pytest.mark.parametrize("form", ["text", "md", "tex", "html"])
def test_advice_is_told(checks, form):
    report = checks.CHECKS["wrong"]()
    answer = replace(report.answers[0], advice="write the way there line by line")
    shown = _words(FORMATS[form].render(replace(report, answers=(answer,)), Options(width=120)))
    assert _words("write the way there line by line") in shown


def test_a_rounded_number_in_the_sentence_need_not_be_told_again():
    balls = {"expected": Enclosure("1.41421356 ± 1e-9", "1", "2"), "found": Enclosure("71/50", "1.42", "1.42")}
    told = Evidence("counterexample", "At x = 1 the right value is 1.41421, the answer gives 71/50.", **balls)
    assert evidence_facts(told) == []
    hidden = replace(told, sentence="At x = 1 the right value is 1, the answer gives 71/50.")
    assert [label for label, _ in evidence_facts(hidden)] == ["expected", "found"]


def test_the_title_stands_once_in_the_picture_and_the_page(checks):
    found = gradviz.check("f = x^2", answer="x")
    assert found.report.picture is not None
    drawn = compose(found.report.picture, Options())
    both = compose_check(replace(found.report, drawn_at=""), Options())
    assert both.height < drawn.height + compose_check(replace(found.report, picture=None), Options()).height
    assert "those at x = 1, where it is wrong" in found.to_svg()
    assert "those at x = 1, where it is wrong" in FORMATS["html"].render(found.report, Options())
