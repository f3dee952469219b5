"""What students are called in files and pages: no name takes another file's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gradviz.api import grade
from gradviz.checking.grading.judging import on_own_lines

Files = Callable[..., tuple[Path, Path]]

NAMES = ("index", "Index", "CON", "nul", "com1", "../../x", "..", "ada", "ADA", "x" * 5000, "\u0430da", "\U0001d5ba")


def test_every_student_has_a_page_of_its_own_beside_the_overview(files: Files) -> None:
    rows = "".join(f"{name},chain,1\n" for name in NAMES)
    done = grade(*files(submissions=f"student,problem,answer\n{rows}"), workers=1)
    pages = done.pages()
    stems = [name.removesuffix(".html").casefold() for name in pages]
    assert len(set(stems)) == len(NAMES) + 1
    assert not {"con", "nul", "com1"} & set(stems)
    assert all(stem and set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for stem in stems)
    assert max(map(len, stems)) <= 70
    assert "Problems</h2>" in pages["index.html"]
    for student in done.plain.students:
        assert f'href="{student.anchor}.html"' in pages["index.html"]
        assert "Problems</h2>" not in pages[f"{student.anchor}.html"]


def test_lines_that_share_one_are_numbered_apart(files: Files) -> None:
    problems = '[[problem]]\nid = "s"\nkind = "steps"\nsource = "q = x + y; f = q*z"\npoints = 4\n'
    text = "dq = q; dz = q; dx = dq; dy = dq"
    done = grade(*files(problems, f"student,s\nada,{text}\n"), workers=1)
    (part,) = done.plain.students[0].cases[0].parts
    assert [line.number for line in part.lines] == [1, 2, 3, 4]
    assert [(credit.line, credit.place) for credit in part.credits] == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert part.given == text
    assert part.sentence.startswith("wrong in line 1: ")


def test_matrices_and_remarks_keep_their_semicolons() -> None:
    for text in ("dW = [1, 2; 3, 4]", "dq = z;  # one; two\ndz = q", "dq = z;", "dq = z;\n\ndz = q;  "):
        assert on_own_lines(text) == text
