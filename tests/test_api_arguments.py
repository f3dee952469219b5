"""What a caller gives from Python: every spelling of a name, and a plain error with a hint for what is no argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.errors import UserError

explain: Callable[..., Any] = gradviz.explain
compile_: Callable[..., Any] = gradviz.compile

WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "at is a number": (lambda: explain("x*y", at=3), "given by name, not as int"),
    "at has a key that is no text": (lambda: explain("x*y", at={1: 2}), "1 is none"),
    "at gives one name twice": (lambda: explain("x*y", at={"x_1": 2, "x1": 3}), "x1 is given twice"),
    "at names nothing": (lambda: explain("x*y", at={"q": 2}), "'q', which the program does not have"),
    "at is no number": (lambda: explain("x*y", at={"x": "two"}), "is not a number"),
    "wrt names nothing": (lambda: explain("x*y", wrt="xx"), "xx"),
    "wrt is a number": (lambda: explain("x*y", wrt=3), "given by name"),
    "wrt is empty": (lambda: explain("x*y", wrt=""), "names no input"),
    "of names nothing": (lambda: explain("x*y", of="g"), "no name 'g'"),
    "of is a number": (lambda: explain("x*y", of=3), "named by a text"),
    "the source is a number": (lambda: explain(3), "a text or a gradviz.Graph, not int"),
    "shapes for nothing": (lambda: compile_("sum(X)", shapes={"Y": (2,)}), "'Y'"),
    "shapes are a tuple": (lambda: compile_("sum(X)", shapes=(2, 3)), "given by name, not as tuple"),
    "a shape is a text": (lambda: compile_("sum(X)", shapes={"X": "2x3"}), "whole numbers"),
    "a shape is a fraction": (lambda: compile_("sum(X)", shapes={"X": (2.5,)}), "whole numbers"),
    "dtype is int": (lambda: compile_("x*y", dtype=int), "float64 or float32, not int64"),
    "dtype is nothing known": (lambda: compile_("x*y", dtype="nonsense"), "not nonsense"),
    "compile wrt nothing": (lambda: compile_("x*alpha", wrt="alhpa"), "alhpa"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_said_plainly(name: str) -> None:
    call, says = WRONG[name]
    with pytest.raises(UserError) as caught:
        call()
    assert says in str(caught.value)
    assert caught.value.hint


def test_every_spelling_of_a_name() -> None:
    found = explain("α·x₁", at={"α": 2, "x_1": 3}, wrt="α")
    assert list(found.gradients) == ["alpha"]
    assert list(explain("α·x₁", at={"alpha": 2, "x1": 3}, wrt=["x₁"]).gradients) == ["x1"]
    assert explain("ŷ = x_1; g = 2x_1", at={"x1": 3}, of="ŷ").value == 3
    assert compile_("sum(x_1)", shapes={"x₁": 3}, wrt="x_1").inputs == ("x1",)


def test_integers_stay_exact_and_floats_stay_floats() -> None:
    fn = compile_("f=(x+y)*z")
    assert fn(-2, 5, -4) == (-12, (-4, -4, 3))
    big = 10**20 + 1
    assert fn(big, 0, big)[0] == big * big
    value, slopes = fn(-2.0, 5.0, -4.0)
    assert all(type(number) is float for number in (value, *slopes))
    assert fn(np.float64(-2), 5, -4)[0] == -12
