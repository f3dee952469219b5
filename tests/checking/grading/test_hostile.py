"""Submissions that are meant to do harm: each is a result, nothing is touched, and the neighbours are graded."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradviz.api import Graded, grade

PROBLEMS = """
[[problem]]
id = "q"
source = "f = sin(x)*exp(2*x)"
wrt = "x"
[[problem]]
id = "s"
kind = "steps"
source = "q = x + y; f = q*z"
wrt = ["x"]
"""

RIGHT = "exp(2x) (cos(x) + 2 sin(x))"
MARK = "harm-was-done"
TEXTS = {
    "ten thousand brackets": "(" * 10_000 + "x" + ")" * 10_000,
    "brackets that never close": "[" * 10_000,
    "a megabyte": "x+" * 500_000 + "x",
    "ten kilobytes": "x+" * 4_900 + "x",
    "an import": f"__import__('os').system('touch {MARK}')",
    "an import in a call": f"exp(__import__('os').system('touch {MARK}'))",
    "a builtin": "eval('1')",
    "a file": "open('/etc/passwd').read()",
    "a class": "x.__class__.__mro__[1].__subclasses__()",
    "a dunder": "__class__ + x",
    "markup": "<script>alert(1)</script>",
    "markup in a name": "<img src=x onerror=alert(1)>*x",
    "an entity": "&lt;b&gt;&#60;script&#62;",
    "a formula": '=HYPERLINK("http://evil","x")',
    "a command": "=cmd|' /C calc'!A0",
    "a sum": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a tower of numbers": "9^9^9^9",
    "a tower of exponentials": "exp(" * 30 + "x" + ")" * 30,
    "a tower of variables": "x^x^x^x^x^x",
    "a large power of a sum": "(1+x+x^2+exp(x)+sin(x))^60",
    "a huge power": "(x+1)^1000000",
    "a factorial": "gamma(exp(100*x^2))",
    "a null byte": "x\x00+1",
    "a bell": "x\x07\x1b[2J",
    "right to left": "\u202e)x(nis",
    "letters that only look so": "sіn(x)",
    "half a character": "x + \ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "definitions that double": "; ".join(f"a{i} = a{i - 1} + a{i - 1}" if i else "a0 = x" for i in range(60)) + "; a59",
    "definitions that nest": "; ".join(f"g{i}(t) = g{i - 1}(g{i - 1}(t))" if i else "g0(t) = t+1" for i in range(40))
    + "; g39(x)",
    "LaTeX that reads": r"\input{/etc/passwd}",
    "LaTeX that writes": rf"\immediate\write18{{touch {MARK}}} x",
    "LaTeX that loops": r"\def\x{\x\x}\x",
    "a path": "../../../../etc/passwd",
    "a program's file": "evil.grad",
    "a checkpoint": "run.npz",
    "a url": "file:///etc/passwd",
    "a number too long": "9" * 5_000,
    "a tiny number": "1e-999999999*x",
    "not a number": "nan",
    "infinity": "1/0",
    "a large array": "ones(100000, 100000)",
    "many arguments": f"max({','.join(['x'] * 20_000)})",
    "a name of a thousand signs": "a" * 1000,
    "blanks": " \t ",
    "quotes": '"\'`"',
    "a format": "{0.__class__} %s %n",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graded, Path, set[str]]:
    """A class in which every second student means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "p.toml").write_text(PROBLEMS)
    rows = []
    for i, (name, text) in enumerate(TEXTS.items()):
        rows += [(f"good{i}", "q", RIGHT), (name, "q", text), (name, "s", text), (f"good{i}", "s", "dq = z\ndx = dq")]
    import csv

    with (folder / "c.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("student", "problem", "answer"), *rows])
    former = Path.cwd()
    os.chdir(folder)
    try:
        before = set(os.listdir(folder))
        done = grade(folder / "p.toml", folder / "c.csv", workers=2, time_limit=20, memory_limit=3000)
        return done, folder, before
    finally:
        os.chdir(former)


def test_nothing_is_touched(graded: tuple[Graded, Path, set[str]]) -> None:
    _, folder, before = graded
    assert set(os.listdir(folder)) == before
    assert not any(MARK in name for name in os.listdir(Path.cwd()))


def test_neighbours_are_graded(graded: tuple[Graded, Path, set[str]]) -> None:
    done, _, _ = graded
    for student in done.plain.students:
        if student.id.startswith("good"):
            assert [part.outcome for case in student.cases for part in case.parts] == ["right", "right"]


@pytest.mark.parametrize("name", TEXTS)
def test_every_harm_is_a_result(name: str, graded: tuple[Graded, Path, set[str]]) -> None:
    done, _, _ = graded
    (student,) = (one for one in done.plain.students if one.id == name)
    for case in student.cases:
        for part in case.parts:
            assert part.outcome != "right"
            assert part.score == 0
            assert part.given == TEXTS[name]
            assert "the check failed" not in part.sentence, part.sentence
            assert "unexpectedly" not in part.sentence, part.sentence


class Tags(HTMLParser):
    """Collects what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag in ("script", "img", "iframe", "object", "embed", "form") else []
        for name, value in attrs:
            outside = name in ("src", "href", "xlink:href") and not re.match(r"#|data:", value or "")
            self.found += [f"{tag} {name}={value}"] if name.startswith("on") or outside else []


def test_reports_hold_no_markup_of_students(graded: tuple[Graded, Path, set[str]], tmp_path: Path) -> None:
    done, _, _ = graded
    page = done.save(tmp_path / "r.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.found == []
    assert "\u202e" not in page
    assert "\x00" not in page
    ElementTree.fromstring(done.files("junit")[""])
    for content in done.files("gradescope").values():
        json.loads(content)
    for text in (done.save(tmp_path / "r.csv").read_text(encoding="utf-8"), done.files("moodle")[""]):
        assert not re.search(r"(^|,)\"?[=+@-][^,]*[A-Za-z]", text, re.MULTILINE)
    assert len(json.loads(done.save(tmp_path / "r.json").read_text(encoding="utf-8"))["students"]) == 2 * len(TEXTS)


def test_the_terminal_is_safe(graded: tuple[Graded, Path, set[str]], files: Callable[..., object]) -> None:
    text = str(graded[0])
    assert all(sign.isprintable() or sign == "\n" for sign in text)
