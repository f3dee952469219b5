from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradviz.checking.grading.planning import planned
from gradviz.checking.grading.problems import Part, Problem, ProblemSet
from gradviz.checking.grading.rows import decoded
from gradviz.checking.grading.splitting import split
from gradviz.checking.grading.submissions import Duplicates, Submissions, read_roster, read_submissions
from gradviz.errors import FileProblem


def problem(id: str, *wrt: str, title: str = "") -> Problem:
    parts = tuple(Part(name, (name,), Fraction(1)) for name in wrt or ("x",))
    return Problem(id, title or id, "f = x*y", "expression", "answer", parts, Fraction(len(parts)))


PROBLEMS = (problem("q1", title="The chain rule"), problem("q2", "x", "y"))


def read(tmp_path: Path, data: str | bytes) -> Submissions:
    path = tmp_path / "class.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_submissions(path, PROBLEMS)


def texts(found: Submissions, duplicates: Duplicates = "last") -> dict[str, list[str | None]]:
    """By student the text that is judged of each part; None where nothing is."""
    plan = planned(ProblemSet("t", PROBLEMS, 0, ""), found.students, duplicates)
    return {
        student.id: [entry.task.text if entry.task else None for case in cases for entry in case.entries]
        for student, cases in plan.rows
    }


LONG = "student,problem,answer\nada,q1,2*x\nada,q2.x,y\nada,q2.y,x\n"
SAME = {
    "long": LONG,
    "byte order mark": "\ufeff" + LONG,
    "semicolons": LONG.replace(",", ";"),
    "tabs": LONG.replace(",", "\t"),
    "carriage returns": LONG.replace("\n", "\r\n"),
    "names in capitals, a part apart": "Student ID,Problem,Part,ANSWER\nada,Q1,,2*x\nada,Q2,x,y\nada,q2,Y,x\n",
    "wide": "student,q1,q2.x,q2.y\nada,2*x,y,x\n",
    "wide by title, one text for two parts": 'id,The Chain Rule,Q2\nada,2*x,"x: y\ny: x"\n',
    "an export's names": 'Surname,First name,Username,Response 1,Response 2\nLace,Ada,ada,2*x,"df/dy = x; df/dx = y"\n',
    "without an id": "E-mail,Question 1,Question 2\nada,2*x,y; x\n",
    "empty rows": LONG.replace("\nada,q2.x", "\n,,\n\nada,q2.x"),
}


@pytest.mark.parametrize("name", SAME)
def test_files_that_say_the_same(name: str, tmp_path: Path) -> None:
    found = read(tmp_path, SAME[name])
    assert texts(found) == {"ada": ["2*x", "y", "x"]}
    assert not found.troubles


def test_utf_16_and_names() -> None:
    assert decoded(LONG.encode("utf-16"), "a.csv") == (LONG, [])


def test_answers_of_several_lines_keep_their_place(tmp_path: Path) -> None:
    found = read(tmp_path, 'student,problem,answer\nada,q1,"a\n\nb"\nbob,q1,c\n')
    ada, bob = found.students
    assert ada.answers["q1", None][0].text == "a\n\nb"
    assert bob.answers["q1", None][0].place == "class.csv:5, column answer"


def test_nothing_is_lost(tmp_path: Path) -> None:
    rows = "student,name,problem,answer\nada,Ada,q3,1\n,,q1,2\nbob,Bob,q1,3,4\neve\nada,,q2.z,5\n"
    found = read(tmp_path, rows)
    assert [student.id for student in found.students] == ["ada", "(line 3)", "bob", "eve"]
    assert texts(found)["(line 3)"][0] == "2"
    assert texts(found)["bob"][0] == "3"
    assert texts(found)["eve"] == [None] * 3
    said = "\n".join(found.troubles)
    assert "class.csv:2, column problem: there is no problem 'q3' (the problems are q1, q2)" in said
    assert "class.csv:3: no student is named" in said
    assert "class.csv:4: there are 5 cells and 4 columns; not read: '4'" in said
    assert "class.csv:6, column problem: there is no problem 'q2.z'" in said


def test_what_is_not_utf_8_costs_only_itself(tmp_path: Path) -> None:
    found = read(tmp_path, LONG.encode() + b"b\xe9b,q1,3\n")
    assert texts(found)["ada"] == ["2*x", "y", "x"]
    assert "class.csv:5: this is not UTF-8" in found.troubles[0]
    assert found.students[1].id == "b\N{REPLACEMENT CHARACTER}b"


def test_a_roster_names_students_as_submissions_do(tmp_path: Path) -> None:
    for header, row in (("Student,Email", "ada,a@x"), ("E-mail,Name", "a@x,Ada"), ("First name,Surname", "Ada,Lace")):
        (tmp_path / "roster.csv").write_text(f"{header}\n{row}\n{row}\n,\n")
        found = read(tmp_path, f"{header},q1\n{row},1\n")
        assert read_roster(tmp_path / "roster.csv") == tuple(student.id for student in found.students)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "no column says which student"),
        ("student,comment\nada,hello\n", "no column holds answers"),
    ],
)
def test_files_that_are_no_submissions(data: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=said):
        read(tmp_path, data)


def test_duplicates(tmp_path: Path) -> None:
    found = read(tmp_path, "student,problem,answer\nada,q1,1\nada,q1,\nada,q1,2\n")
    assert texts(found)["ada"][0] == "2"
    assert texts(found, "first")["ada"][0] == "1"
    (_, cases), *_ = planned(ProblemSet("t", PROBLEMS, 0, ""), found.students, "last").rows
    assert cases[0].notes == ("answered 2 times, in lines 2 and 4: the last one counts",)


def test_equal_answers_are_one_task(tmp_path: Path) -> None:
    rows = "".join(f"s{i},q1,2*x\n" for i in range(50))
    found = read(tmp_path, "student,problem,answer\n" + rows)
    assert len(planned(ProblemSet("t", PROBLEMS, 0, ""), found.students, "last").tasks()) == 1


def test_answers_that_are_far_too_long_are_not_read(tmp_path: Path) -> None:
    found = read(tmp_path, "student,problem,answer\nada,q1," + "x" * 1_000_001 + "\n")
    (_, cases), *_ = planned(ProblemSet("t", PROBLEMS, 0, ""), found.students, "last").rows
    assert cases[0].entries[0].trouble == "could not be read: the text is longer than 10,000 signs"
    assert len(found.students[0].answers["q1", None][0].text) == 1_000_001


X, Y = (Part(name, (name,), Fraction(1)) for name in "xy")
XX, XY = Part("x", ("x", "x"), Fraction(1)), Part("x,y", ("x", "y"), Fraction(1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x: 1\ny: 2", {"x": "1", "y": "2"}),
        ("y = 2; x = 1", {"x": "1", "y": "2"}),
        ("df/dx = 1; ∂f/∂y = 2", {"x": "1", "y": "2"}),
        ("dx = 1\n\ndy = 2\n", {"x": "1", "y": "2"}),
        ("x: 1", {"x": "1"}),
        ("1; 2", {"x": "1", "y": "2"}),
        ("[1, 2]", {"x": "1", "y": "2"}),
        ("∇f = (1, sin(2))", {"x": "1", "y": "sin(2)"}),
        ("[1, 2, 3]", None),
        ("1", None),
        ("1; 2; 3", None),
        ("x: 1; x: 2", None),
        ("u: 1; y: 2", None),
        ("x: 1; 2", None),
    ],
)
def test_one_text_for_two_parts(text: str, found: dict[str, str] | None) -> None:
    assert split(text, [X, Y]) == found


def test_one_text_for_second_derivatives() -> None:
    assert split("d^2f/dxdy = 1; d^2f/dx^2 = 2", [XX, XY]) == {"x": "2", "x,y": "1"}
    assert split("x = 1", [X]) == {"x": "x = 1"}


def test_two_ways_to_write_a_letter_name_one_student(tmp_path: Path) -> None:
    found = read(tmp_path, "student,problem,answer\njos\u00e9,q1,2*x\njose\u0301,q2.x,y\n")
    assert [student.id for student in found.students] == ["jos\u00e9"]
    assert not found.troubles


def test_ids_that_may_be_one_student_are_said(tmp_path: Path) -> None:
    found = read(tmp_path, "name,student,problem,answer\nA,ada@x.org,q1,1\nA,Ada@X.org,q1,2\nB,bob,q1,1\nB,bob,q1,1\n")
    assert [student.id for student in found.students] == ["ada@x.org", "Ada@X.org", "bob"]
    assert found.troubles == (
        "class.csv:3, column student: 'Ada@X.org' and 'ada@x.org' in line 2 are graded as two students",
    )


def test_a_quote_that_never_closes_is_refused_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"class\.csv:3: a quote is opened in this row and never closed"):
        read(tmp_path, 'student,problem,answer\nada,q1,1\nbob,q1,"2*x\neve,q1,3\n')
    found = read(tmp_path, 'student,problem,answer\nada,q1,"1\n+ x"\nbob,q1,2"\neve,q1,"3"\n')
    assert [texts(found)[name][0] for name in ("ada", "bob", "eve")] == ["1\n+ x", '2"', "3"]
