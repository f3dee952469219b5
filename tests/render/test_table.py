from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

import gradviz
from gradviz.errors import OptionProblem
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, format_named, format_of, formats_for

PROGRAMS = {
    "circuit": ("f=(x+y)*z", "x=-2,y=5,z=-4"),
    "symbolic": ("f=(x+y)*z", None),
    "partly": ("f=(x+y)*z", "z=3"),
    "an input": ("x", "x=3"),
    "a constant": ("2+3", None),
    "copies": ("x*x", "x=3"),
    "arrays": ("||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"),
    "one entry": ("sum(x*y)", "x=[1],y=[2]"),
    "kink": ("relu(x)", "x=0"),
    "infinite slope": ("sqrt(x)", "x=0"),
    "greek": ("α·β₁²", "α=1e-9,β₁=12345678"),
    "constant gradient": ("3x+1", "x=2"),
    "no gradient": ("floor(x)", "x=2.5"),
}


PICTURES = ("svg", "png", "pdf")
"""They have tests of their own; here a few programs show that the table leads to them."""

CASES = [
    (form, program)
    for form in formats_for("explanation")
    for program in PROGRAMS
    if form not in PICTURES or program in ("circuit", "arrays", "a constant")
]


@cache
def explained(program: str) -> gradviz.Explanation:
    text, at = PROGRAMS[program]
    return gradviz.explain(text, at=at)


@pytest.mark.parametrize(("form", "program"), CASES)
def test_every_format_says_everything(form: str, program: str) -> None:
    content = FORMATS[form].render(explained(program).data, Options())
    assert isinstance(content, bytes if FORMATS[form].binary else str)
    assert content
    if isinstance(content, str):
        assert content.endswith(("\n", "</svg>"))
        content.encode("utf-8")


@pytest.mark.parametrize("detail", ["auto", "values", "gradients", "full", "table"])
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("form", [name for name in formats_for("explanation") if name not in PICTURES])
def test_every_choice_is_understood(form: str, theme: str, detail: str) -> None:
    data = explained("copies").data
    options = Options(theme=theme, detail=detail, direction="TB", precision=2, ascii=True, color=True)  # type: ignore[arg-type]
    assert FORMATS[form].render(data, options)


def test_suffixes_are_told_apart() -> None:
    suffixes = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    for name, form in FORMATS.items():
        assert form.name == name
        for suffix in form.suffixes:
            for kind in form.renderers:
                assert format_of(f"some.dir/f{suffix}", kind) is form
                assert format_of(f"F{suffix.upper()}", kind) is form


@pytest.mark.parametrize("name", ["f", "f.xyz", "svg", "f.svg.bak", ""])
def test_other_suffixes_are_refused(name: str) -> None:
    with pytest.raises(OptionProblem, match="suffix"):
        format_of(name, "explanation")


def test_the_nearest_format_is_proposed() -> None:
    assert format_named("svg", "matrix").media_type == "image/svg+xml"
    with pytest.raises(OptionProblem) as caught:
        format_named("sgv", "explanation")
    assert caught.value.hint == "did you mean 'svg'?"


@pytest.mark.parametrize("choose", [lambda: format_named("xyz", "matrix"), lambda: format_of("f.xyz", "sweep")])
def test_only_formats_that_can_show_it_are_offered(choose: Callable[[], object]) -> None:
    with pytest.raises(OptionProblem) as caught:
        choose()
    assert "svg" in str(caught.value.hint)
    assert "dot" not in str(caught.value.hint)


def test_a_format_that_cannot_show_it_is_refused() -> None:
    with pytest.raises(OptionProblem, match="dot cannot show a Jacobian"):
        format_of("f.gv", "matrix")
