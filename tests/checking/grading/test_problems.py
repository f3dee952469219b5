from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradviz.checking.grading.keys import KEYS
from gradviz.checking.grading.locating import Located
from gradviz.checking.grading.problems import ProblemSet
from gradviz.checking.grading.toml_reading import CHECKS, read_problems
from gradviz.cli.failure import failure
from gradviz.errors import UserError
from gradviz.source import Source

HEAD = '[[problem]]\nid = "a"\n'


def read(tmp_path: Path, text: str) -> ProblemSet:
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    return read_problems(path)


FAULTS = {
    "no problems": ("title = 'x'", ["there are no problems", "[[problem]]"]),
    "not TOML": ("title = x", ["p.toml:1: error: this is not TOML"]),
    "a text that never ends": ('title = "x', ["this is not TOML"]),
    "one bracket": ('[problem]\nid = "a"', ["p.toml:1: error: problem is written as [[problem]]"]),
    "unknown at the top": ("titel = 'x'\n" + HEAD + "source='x'", ["p.toml:1:", "there is no key 'titel'", "'title'"]),
    "unknown in a problem": (HEAD + "source='x^2'\npints = 2", ["p.toml:4:", "'pints'", "did you mean 'points'?"]),
    "no id": ("[[problem]]\nsource='x^2'", ["p.toml:1:", "this problem has no id"]),
    "no source": (HEAD, ["p.toml:1:", "this problem has no source"]),
    "an id with a comma": ("[[problem]]\nid = 'a,b'\nsource='x^2'", ["p.toml:2:", "an id has"]),
    "an id twice": (HEAD + "source='x^2'\n[[problem]]\nid = 'A'\nsource='x'", ["p.toml:5:", "line 2"]),
    "wrong shape": (HEAD + "source='x^2'\norder = 'two'", ["p.toml:4:", "order is a whole number"]),
    "order": (HEAD + "source='x^2'\norder = 7", ["p.toml:4:", "from 1 to 6"]),
    "kind": (HEAD + "source='x^2'\nkind = 'step'", ["p.toml:4:", "did you mean 'steps'?"]),
    "syntax, with carets": (HEAD + 'source = "f = cos(x"', ["p.toml:3:", "problem a: this ( is never closed", "  ^\n"]),
    "no such input": (HEAD + "source='x^2'\nwrt='u'", ["p.toml:4:", "there is no input 'u'", "the inputs are x"]),
    "asked twice": (HEAD + "source='x*y'\nwrt=['x', 'x']", ["p.toml:4:", "asked for twice"]),
    "points below 0": (HEAD + "source='x^2'\npoints=-1", ["p.toml:4:", "points are a number"]),
    "points NaN": (HEAD + "source='x^2'\npoints=nan", ["p.toml:4:", "points is a number"]),
    "points for nothing": (HEAD + "source='x*y'\nwrt='x'\npoints={u=1}", ["p.toml:5:", "u is not asked for"]),
    "points missing": (HEAD + "source='x*y'\nwrt=['x','y']\npoints={x=1}", ["p.toml:5:", "y is asked for"]),
    "credit above 1": (HEAD + "source='x'\n[problem.credit]\nfollows = 2", ["p.toml:5:", "from 0 to 1"]),
    "a mistake misspelt": (HEAD + "source='x'\n[problem.credit]\n'sing of cos′' = 1", ["p.toml:5:", "'sign of cos′'"]),
    "lines without steps": (HEAD + "source='x'\nlines={x=1}", ["p.toml:4:", 'kind = "steps"']),
    "no such line": (HEAD + "source='q=x^2;f=q'\nkind='steps'\nlines={u=1}", ["p.toml:5:", "no 'u'"]),
    "two sums": (
        HEAD + "source='q=x^2;f=2*q'\nkind='steps'\npoints=3\nlines={q=1}",
        ["p.toml:5:", "1 points together"],
    ),
    "steps of an array": (HEAD + "source='x:3; f=x^2'\nkind='steps'", ["p.toml:3:", "one number"]),
    "steps twice": (HEAD + "source='f=x^2'\nkind='steps'\norder=2", ["p.toml:5:", "first order"]),
    "an empty range": (HEAD + "source='a*x'\nvary={a='9..2'}", ["p.toml:4:", "is empty"]),
    "no range": (HEAD + "source='a*x'\nvary={a='some'}", ["p.toml:4:", "no range of numbers"]),
    "a float that is none": (HEAD + "source='a*x'\nvary={a=[inf]}", ["p.toml:4:", "no number that a could be"]),
    "by zero": (HEAD + "source='a*x'\nvary={a=['1/0']}", ["p.toml:4:", "no number that a could be"]),
    "not used": (HEAD + "source='x'\nvary={a='2..9'}", ["p.toml:4:", "a varies, and the program does not use it"]),
    "impossible": (HEAD + "source='a*x'\nvary={a='2..9'}\nsuch_that='a>10'", ["p.toml:5:", "obey a>10"]),
    "constraint on nothing": (
        HEAD + "source='a*x'\nvary={a='2..9'}\nsuch_that='b>1'",
        ["p.toml:5:", "b does not vary"],
    ),
    "no constraint": (HEAD + "source='a*x'\nvary={a='2..9'}\nsuch_that='a'", ["p.toml:5:", "no comparison"]),
    "such_that alone": (HEAD + "source='x'\nsuch_that='a>1'", ["p.toml:4:", "none do"]),
    "a file elsewhere": (HEAD + "source='../other.grad'", ["p.toml:3:", "lies outside the folder"]),
    "an absolute file": (HEAD + "source='/etc/passwd.grad'", ["p.toml:3:", "lies outside the folder"]),
    "no such file": (HEAD + "source='none.grad'", ["there is no file"]),
    "a negative seed": ("seed=-1\n" + HEAD + "source='x'", ["p.toml:1:", "the seed is a whole number"]),
    "a point that is none": (HEAD + "source='x'\nat='x='", ["p.toml:4:"]),
    "digits": (HEAD + "source='x'\ndigits=0", ["p.toml:4:", "from 1 to 50"]),
    "nothing to differentiate by": (HEAD + "source='f = 2'", ["p.toml:3:"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_said_with_their_line(name: str, tmp_path: Path) -> None:
    text, said = FAULTS[name]
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    message = failure(caught.value).message
    for part in said:
        assert part in message, message


def test_every_key_is_checked_and_described() -> None:
    for table in KEYS.values():
        for key in table.values():
            assert key.shape in CHECKS
            assert key.says


def test_a_program_in_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "net.grad").write_text("q = x + y\nf = q*z\n")
    made = read(tmp_path, HEAD + 'source = "more/net.grad"\nwrt = "z"')
    assert [part.symbol.unicode for part in made.problems[0].parts if part.symbol] == ["∂f/∂z"]
    (tmp_path / "more" / "net.grad").write_text("q = x +\nf = q*z\n")
    with pytest.raises(UserError) as caught:
        read(tmp_path, HEAD + 'source = "more/net.grad"')
    assert "more/net.grad:1" in failure(caught.value).message


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.grad").write_text("f = x")
    (inside / "link.grad").symlink_to(tmp_path / "secret.grad")
    with pytest.raises(UserError, match="outside the folder"):
        read(inside, HEAD + "source = 'link.grad'")


def test_points_are_exact_and_shared(tmp_path: Path) -> None:
    made = read(tmp_path, HEAD + "source='x*y*z'\nwrt=['x','y','z']\npoints=0.1").problems[0]
    assert [part.points for part in made.parts] == [Fraction(1, 30)] * 3
    assert made.points == Fraction(1, 10)


def test_what_can_be_asked(tmp_path: Path) -> None:
    text = HEAD + "source='f = sin(x y)'\nwrt=['x,y','x']\norder=2\n[[problem]]\nid='c'\nsource='x^2 + y^2 = 25'"
    made = read(tmp_path, text)
    symbols = [part.symbol.unicode for problem in made.problems for part in problem.parts if part.symbol]
    assert symbols == ["∂²f/∂x∂y", "∂²f/∂x²", "dy/dx"]


def test_keys_are_found_behind_texts_of_several_lines() -> None:
    text = 'note = """\n[[problem]]\nid = 1\n"""\n[[problem]]\nid = "a"\n[[problem]]\nid = "b"\n["problem".credit]\n'
    found = Located(Source(text + "'x y' = 1", "p.toml"))
    assert [found.line(("problem", i, "id")) for i in (0, 1)] == [6, 8]
    assert found.line(("problem", 1, "credit", "x y")) == 10
    assert found.line(("problem", 1, "nowhere")) == 7
