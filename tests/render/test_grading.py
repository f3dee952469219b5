"""A graded class as text, CSV and JSON, and as the files that other systems take in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import gradviz.render
from gradviz.errors import OptionProblem
from gradviz.explanation.data import (
    AnswerFacts,
    CaseFacts,
    ClassReport,
    Evidence,
    LineCredit,
    LineFacts,
    Look,
    Math,
    MistakeCount,
    MistakeFacts,
    Outcome,
    PartFacts,
    ProblemFacts,
    StudentFacts,
    WrongAnswer,
)
from gradviz.render.grading_csv import FORMULA, cell
from gradviz.render.grading_exports import EXPORTS, export_named, feedback
from gradviz.render.options import Options
from gradviz.render.table import FORMATS

SCHEMAS = Path(gradviz.render.__file__).parent
SYMBOL = Math("df/dx", "∂f/∂x", r"\frac{\partial f}{\partial x}")
TITLE = Math("f = cos(4*x)", "f = cos(4·x)", r"f = \cos\left(4 x\right)")
RIGHT = Math("-4*sin(4*x)", "−4·sin(4·x)", r"-4 \sin\left(4 x\right)")
HOSTILE = '=HYPERLINK("http://x","y")\x00\x1b[31m\u202e<script>alert(\'1\')</script>]]>&\ud800\r\n@SUM(A1)'


def answer(given: str, outcome: Outcome, score: float, sentence: str) -> PartFacts:
    mistake = MistakeFacts("inner derivative lost", "f", None, "At cos(4·x): the inner derivative 4 is missing.")
    evidence = Evidence("counterexample", "At x = 1 the right value is 3.027, the answer gives 0.757.")
    facts = None
    if outcome in ("right", "wrong"):
        mistakes = (mistake,) if outcome == "wrong" else ()
        facts = AnswerFacts(SYMBOL, given, Math(given, given, given), (), outcome, evidence, mistakes, "", RIGHT)
    return PartFacts("x", SYMBOL, given, outcome, score, 2.0, sentence, "class.csv:2, column answer", facts)


def staged() -> PartFacts:
    gradient = Math("df/dq", "∂f/∂q", "")
    lines = (
        LineFacts(1, "dq = z", Math("z", "z", "z"), gradient, "right", "It is z.", node="q"),
        LineFacts(2, "dx = 2*dq", Math("2*dq", "2·dq", "2 dq"), SYMBOL, "wrong", "It is z.", node="x"),
    )
    credits = (LineCredit(1, 1.0, 1.0), LineCredit(2, 0.0, 1.0, place=1))
    return PartFacts(
        "steps", None, "dq = z\ndx = 2*dq", "wrong", 1.0, 2.0, "wrong in line 2", "class.csv:3", None, lines, credits
    )


def case(problem: str, part: PartFacts) -> CaseFacts:
    look = part.sentence if part.outcome == "not decided" else ""
    return CaseFacts(problem, "f = cos(4x)", TITLE, (part,), part.score, part.points, look=look)


def student(id: str, name: str, email: str, anchor: str, *cases: CaseFacts) -> StudentFacts:
    return StudentFacts(id, name, email, anchor, cases, sum(one.score for one in cases), 4.0)


def report(id: str = "bob", given: str = "-sin(4x)") -> ClassReport:
    late = "not decided: the time limit was reached (30 s)"
    students = (
        student(
            "ada",
            "Ada Lace",
            "ada@x.org",
            "ada",
            case("chain", answer("-4 sin(4x)", "right", 2.0, "right")),
            case("back", staged()),
        ),
        student(
            id,
            id,
            id,
            "bob",
            case("chain", answer(given, "wrong", 1.0, f"wrong: {given}")),
            case("back", answer("", "no answer", 0.0, "no answer")),
        ),
        student(
            "eve",
            "",
            "",
            "eve",
            case("chain", answer("x^x", "not decided", 0.0, late)),
            case("back", answer(given, "unreadable", 0.0, "could not be read")),
        ),
    )
    outcomes: dict[Outcome, int] = {"right": 1, "wrong": 1, "not decided": 1, "unreadable": 0, "no answer": 0}
    mistake = MistakeCount("inner derivative lost", 1, "At cos(4·x): the inner derivative 4 is missing.", ((given, 1),))
    problems = (
        ProblemFacts(
            "chain",
            "The chain rule",
            "f = cos(4x)",
            TITLE,
            (SYMBOL,),
            "answer",
            2.0,
            False,
            outcomes,
            1.0,
            0.5,
            (mistake,),
        ),
        ProblemFacts(
            "back",
            "Backwards",
            "q = x + y; f = q*z",
            None,
            (),
            "steps",
            2.0,
            False,
            {**outcomes, "right": 0, "not decided": 0, "unreadable": 1, "no answer": 1},
            0.3333,
            0.1667,
            (),
            (WrongAnswer(given, 1, "2 times too large"),),
        ),
    )
    return ClassReport(
        "Homework 3",
        problems,
        students,
        4.0,
        1.3333,
        1.0,
        ("back", "chain"),
        (Look("eve", "eve", "chain", "x", "x^x", late),),
        ("class.csv:19, column problem: there is no problem 'chian' (did you mean 'chain'?)",),
        settings=(("duplicates", "the last one counts"),),
    )


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_documents(form: str, golden: Callable[[str, str], None]) -> None:
    golden(f"grading/class{FORMATS[form].suffixes[0]}", str(FORMATS[form].render(report(), Options())))


def test_text_in_ascii_and_narrow(golden: Callable[[str, str], None]) -> None:
    text = str(FORMATS["text"].render(report(), Options(ascii=True, width=60)))
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 60
    golden("grading/narrow.txt", text)


@pytest.mark.parametrize("export", EXPORTS)
def test_exports(export: str, golden: Callable[[str, str], None]) -> None:
    files = EXPORTS[export].files(report())
    assert EXPORTS[export].folder == ("" not in files)
    golden(f"grading/{export}.txt", "".join(f"==== {name}\n{content}" for name, content in files.items()))


def test_json_is_what_the_schema_says(schema_check: Callable[[Any, dict[str, Any]], None]) -> None:
    schema = json.loads((SCHEMAS / "grading.schema.json").read_text(encoding="utf-8"))
    for made in (report(), report(HOSTILE, HOSTILE), ClassReport("t", (), (), 0.0, None, None)):
        schema_check(json.loads(str(FORMATS["json"].render(made, Options()))), schema)


def test_answers_are_described_as_those_of_a_check() -> None:
    own = json.loads((SCHEMAS / "grading.schema.json").read_text(encoding="utf-8"))["$defs"]
    other = json.loads((SCHEMAS / "check.schema.json").read_text(encoding="utf-8"))["$defs"]
    assert {name: own[name] for name in other} == other


DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def test_no_cell_of_a_table_is_a_formula() -> None:
    for made in (
        FORMATS["csv"].render(report(HOSTILE, HOSTILE), Options()),
        EXPORTS["moodle"].files(report(HOSTILE))[""],
    ):
        rows = list(csv.reader(io.StringIO(str(made))))
        assert len({len(row) for row in rows}) == 1
        for row in rows:
            for one in row:
                assert not one.startswith(DANGEROUS)
                assert one.isprintable()


def test_xml_is_whole_whatever_students_write() -> None:
    text = EXPORTS["junit"].files(report(HOSTILE, HOSTILE))[""]
    root = ElementTree.fromstring(text)
    assert root.attrib["tests"] == "6"
    assert [root.attrib["failures"], root.attrib["errors"]] == ["3", "1"]
    assert "<script" not in text
    assert len(root.findall(".//testcase")) == 6


def test_gradescope_has_scores_that_add_up() -> None:
    files = EXPORTS["gradescope"].files(report(HOSTILE, HOSTILE))
    assert list(files) == ["ada/results.json", "bob/results.json", "eve/results.json"]
    for content in files.values():
        found = json.loads(content)
        assert found["score"] == sum(test["score"] for test in found["tests"])
        assert all(test["score"] <= test["max_score"] for test in found["tests"])
        assert "\x1b" not in content
        assert "\u202e" not in content


def test_an_unknown_export_is_said() -> None:
    with pytest.raises(OptionProblem, match="did you mean 'gradescope'"):
        export_named("gradescop")


@pytest.mark.parametrize("text", ["ada;=1+1", "ada; @SUM(A1)", 'ada"";"=1', "ada;＝1", "x;+1;-2"])
def test_no_cell_becomes_a_formula_where_semicolons_separate(text: str) -> None:
    written = cell(text)
    for separator in ",;":
        for row in csv.reader(io.StringIO(written), delimiter=separator):
            assert not any(one.strip(" '\"").startswith(FORMULA) and one.lstrip(' "')[:1] != "'" for one in row), row


def test_lines_on_one_line_have_credits_of_their_own() -> None:
    part = staged()
    beside = replace(
        part,
        lines=tuple(replace(line, number=1) for line in part.lines),
        credits=tuple(replace(credit, line=1) for credit in part.credits),
    )
    assert [said.split(": ")[2] for said in feedback(beside).splitlines()[1:]] == ["right (1 of 1)", "wrong (0 of 1)"]
