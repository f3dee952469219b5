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

F: Any = explain("f = x*y", at="x=1,y=2")

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
    "the seed is a fraction": (lambda: explain("x*y", seed=1.5), "not 1.5"),
    "the seed is negative": (lambda: explain("x*y", seed=-1), "not -1"),
    "the seed is a text": (lambda: gradviz.jacobian("x*y", seed="a"), "not 'a'"),  # type: ignore[arg-type]
    "the seed is a truth": (lambda: gradviz.vjp("x*y", seed=True), "not True"),
    "no such theme": (lambda: F.to_svg(theme="x"), "theme is no 'x'"),
    "no such detail": (lambda: F.to_text(detail="most"), "detail is no 'most'"),
    "no such direction": (lambda: F.to_svg(direction="RL"), "direction is no 'RL'"),
    "no such engine": (lambda: F.to_svg(engine=["dot"]), "engine is no ['dot']"),
    "precision is a text": (lambda: F.to_text(precision="a"), "precision is no 'a'"),
    "precision is 0": (lambda: F.to_text(precision=0), "precision is no 0"),
    "precision is too much": (lambda: F.to_latex(precision=18), "precision is no 18"),
    "width is 0": (lambda: F.to_text(width=0), "width is no 0"),
    "a file is a number": (lambda: F.save(5), "not by int"),
    "a file is bytes": (lambda: F.save(b"f.svg"), "not by bytes"),
    "a Jacobian as dot": (lambda: gradviz.jacobian("x*y").save("f.dot"), "cannot show a Jacobian"),
    "compile wrt nothing": (lambda: compile_("x*alpha", wrt="alhpa"), "alhpa"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_said_plainly(name: str) -> None:
    call, says = WRONG[name]
    with pytest.raises(UserError) as caught:
        call()
    assert says in str(caught.value)
    assert caught.value.hint


def test_any_whole_number_is_a_seed() -> None:
    assert explain("x*y", seed=np.int64(3)).value == explain("x*y", seed=3).value


@pytest.mark.parametrize(
    "make",
    [
        lambda: explain("x*y", at="x=1,y=2"),
        lambda: gradviz.jacobian("x*y", at="x=1,y=2"),
        lambda: gradviz.hessian("x*y", at="x=1,y=2"),
        lambda: gradviz.jvp("x*y", along="x=1", at="x=1,y=2"),
        lambda: gradviz.vjp("x*y", at="x=1,y=2"),
    ],
)
def test_results_are_told_apart_by_which_they_are(make: Callable[[], object]) -> None:
    first, second = make(), make()
    assert len({first, second, first}) == 2
    assert first == first
    assert first != second


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
