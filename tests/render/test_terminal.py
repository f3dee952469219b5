from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.render.text_lines import width_of

Golden = Callable[[str, str], None]

PROGRAMS = {
    "circuit": ("f=(x+y)*z", "x=-2,y=5,z=-4"),
    "symbolic": ("f=(x+y)*z", None),
    "partly": ("f=(x+y)*z", "x=-2"),
    "upstream": ("f=(x+y)*z", "x=-2,y=5,z=-4"),
    "square": ("x*x", "x=3"),
    "fan_out": ("f=x*y+x*z+x", "x=2,y=3,z=-4"),
    "tie": ("max(x, y)", "x=1,y=1"),
    "kink": ("relu(x)*y", "x=0,y=2"),
    "infinite_slope": ("sqrt(x)", "x=0"),
    "input_alone": ("x", "x=3"),
    "constant": ("2+3", None),
    "no_gradient": ("floor(x)*y", "x=2.5,y=3"),
    "stop": ("stop_gradient(x)*x", "x=3"),
    "greek": ("α·β₁² + Ω/λ", "α=1e-9,β₁=12345678,Ω=3,λ=4"),
    "matrices": ("f = sum(W@X + b)", "W=[[1,2],[3,4]],X=[[1,2,3],[4,5,6]],b=[[1],[2]]"),
    "squared_norm": ("q = W@x; f = ||q||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"),
    "squared_norm_symbolic": ("W : 2x2; x : 2; f = ||W@x||^2", None),
    "broadcast": ("x*y", "x=[1,2,3],y=2"),
    "softmax": ("dot(softmax(x), t)", "x=[1,2,3],t=[0,1,0]"),
    "definition": ("g(t) = t^2 + 1; f = g(x)*g(y)", "x=1,y=2"),
    "long_formula": ("tanh(a*x + b*sin(c*y + d))*exp(-(x^2 + y^2)/2)", "a=1,b=2,c=3,d=4,x=0.5,y=0.25"),
    "long_names": ("height_of_the_house*(width_of_the_house + length_of_the_garden_behind_it)", None),
}


@cache
def explained(name: str) -> gradviz.Explanation:
    source, at = PROGRAMS[name]
    return gradviz.explain(source, at=at, upstream="1/2" if name == "upstream" else None)


def text_of(name: str, **options: object) -> str:
    return explained(name).to_text(**options)


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_reads_as_it_did(name: str, golden: Golden) -> None:
    golden(f"terminal/{name}.txt", text_of(name))


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("options", [{}, {"ascii": True}, {"precision": 17}, {"width": 60}, {"detail": "gradients"}])
def test_it_fits(name: str, options: dict[str, object]) -> None:
    width = int(str(options.get("width", 80)))
    text = text_of(name, **options)
    assert all(width_of(line) <= width for line in text.splitlines()), text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text


@pytest.mark.parametrize("name", PROGRAMS)
def test_ascii_is_ascii(name: str) -> None:
    assert text_of(name, ascii=True).isascii()


def test_colour_adds_nothing_but_colour() -> None:
    import re

    for theme in ("light", "dark", "print"):
        coloured = text_of("fan_out", color=True, theme=theme)
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text_of("fan_out")


def test_roles_have_their_colours() -> None:
    coloured = text_of("circuit", color=True)
    assert "\x1b[31m−4\x1b[0m" in coloured  # a gradient
    assert "\x1b[32m  3\x1b[0m" in coloured  # a value


def test_every_edge_says_upstream_times_local() -> None:
    text = text_of("circuit")
    for row in ("1 × (−4)  = −4", "1 × 3     =  3", "−4 × 1     = −4"):
        assert row in text
    for row in ("∂f/∂q = z", "∂f/∂z = q", "∂q/∂x = 1"):
        assert row in text


def test_copies_are_told_apart() -> None:
    text = text_of("square")
    assert "f → x⁽¹⁾" in text
    assert "f → x⁽²⁾" in text
    assert "sum" in text


def test_kinks_are_said() -> None:
    assert "notes" in text_of("kink")
    assert "slope taken as 0" in text_of("kink")


NUMBER = st.floats(-1e12, 1e12).filter(lambda x: abs(x) > 1e-12 or x == 0)


@settings(max_examples=20, deadline=None)
@given(NUMBER, NUMBER, NUMBER)
def test_any_numbers_fit(x: float, y: float, z: float) -> None:
    text = gradviz.explain("f=(x+y)*z + x*y", at={"x": x, "y": y, "z": z}).to_text()
    assert all(width_of(line) <= 80 for line in text.splitlines()), text
