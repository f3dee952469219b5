"""Long and odd texts: read in steps that grow with the text, counted and not timed; never anything but a user error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import LimitError, ParseError, UserError
from gradviz.syntax.limits import MAX_NOTES
from gradviz.syntax.parser import parse

SIGNS = "xyzWfgTeαβγσΓπ019 2.3+-*/^@()[]{}|‖⌊⌋,;:=<>≤!&_'\"\\$#\n√·×−²³⁻¹ⁿᵀ₁₂ᵢ∑∞é\u0302٣½"
WORDS = ["sin", "log_b", "log3", "sum", "max", "norm", "where", "Piecewise", "\\frac", "\\sqrt", "\\left", "\\mathrm{"]
WORDS += ["\\begin{bmatrix}", "\\end{bmatrix}", "axis=0", "W : 2x2", "f =", "1e400", "and", "not", "{", "}", "||", "²"]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SIGNS), st.sampled_from(WORDS)), max_size=25).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UserError):
        parse(text)


@pytest.mark.parametrize("text", ["log : ²", "W : x²", "W : ٣x٤", r"\mathrm{²}", r"f = x_{²}", "f = log٣(x)"])
def test_digits_that_are_none_of_ours_are_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)


@pytest.mark.parametrize(("text", "name"), [("f = x_2²", "x2"), ("f = ‖x‖_2²", "x"), ("f = α_1²", "alpha1")])
def test_a_superscript_ends_a_subscript(text: str, name: str) -> None:
    assert name in str(parse(text).statements[0])
    assert "'power'" in str(parse(text).statements[0])


def calls(work: Callable[[], object]) -> int:
    """How many Python functions are called: the same on every machine."""
    count = 0

    def watch(frame: object, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(watch)
    try:
        work()
    except UserError:
        pass
    finally:
        sys.setprofile(None)
    return count


GROWING: dict[str, Callable[[int], str]] = {
    "distinct names": lambda n: "f = " + " + ".join(f"v_{chr(97 + i % 26)}{i}a" for i in range(n)),
    "definitions": lambda n: (
        ";".join(f"g{i}(x) = x" for i in range(n)) + "; f = " + "+".join(f"g{i}(2)" for i in range(n))
    ),
    "statements": lambda n: ";".join(f"q{i} = p{i} + 1" for i in range(n)),
    "nameless statements": lambda n: "x + 1;" * n,
    "parameters": lambda n: f"f({', '.join(f'v{i}' for i in range(n))}) = 1",
    "quotients": lambda n: "f = 1" + "/2x" * n,
    "bare functions": lambda n: "f = " + "sin x/2 " * n,
    "powers": lambda n: "f = " + "x^" * n + "x",
    "bars": lambda n: "f = " + "|x| |y| " * 20 + "+ (x) + x" * n,
    "subscripts": lambda n: "f = x" + "_{a}" * n,
    "matrix": lambda n: r"f = \begin{bmatrix}" + r"a & b \\" * n + r"c & d \end{bmatrix}",
    "index": lambda n: "f = x" + "[0]" * n,
}


@pytest.mark.parametrize("kind", GROWING)
def test_the_work_grows_with_the_text(kind: str) -> None:
    make = GROWING[kind]
    parse("x")
    small, large = (calls(lambda n=n: parse(make(n))) for n in (300, 1200))  # type: ignore[misc]
    assert large < 6 * small


def test_notes_are_few_and_short() -> None:
    notes = parse("f = 1" + "/2x" * 5000).notes
    assert 0 < len(notes) <= MAX_NOTES
    assert max(len(note.message) for note in notes) < 1000


def test_a_name_grown_from_subscripts_is_refused() -> None:
    with pytest.raises(LimitError, match="name"):
        parse("f = x" + "_{a}" * 100)
