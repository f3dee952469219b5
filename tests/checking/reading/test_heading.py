"""The left side of an answer in every usual form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.checking.reading.heading import LONGEST, Heading, read_heading
from gradviz.checking.reading.sides import sides, unwrapped

INPUTS = ["x", "y", "W", "theta", "w1"]
NAMES = [*INPUTS, "f", "q"]

FORMS = {
    # one input, first order
    **dict.fromkeys(
        [
            *(
                "dy/dx",
                "d y / d x",
                "(dy)/(dx)",
                r"\frac{dy}{dx}",
                r"\dfrac{dy}{dx}",
                r"\frac{\mathrm{d}y}{\mathrm{d}x}",
            ),
            *("y'(x)", "y′(x)", "y’(x)", r"y^{\prime}(x)", r"\frac{dy(x)}{dx}", r"\displaystyle\frac{dy}{dx}"),
        ],
        ("y", ("x",), 1),
    ),
    **dict.fromkeys(
        [
            *(
                "df/dx",
                "∂f/∂x",
                "d/dx f",
                "d/dx f(x)",
                "d/dx(f)",
                "d/dx[f(x)]",
                "f'(x)",
                "f_x",
                "f_{x}",
                "f_x(x,y)",
                "fₓ",
            ),
            *(
                r"\frac{\partial f}{\partial x}",
                r"\frac{d}{dx} f(x)",
                r"\partial f / \partial x",
                r"\partial_x f",
                "∂_x f",
            ),
            *("D_x f", "∇_x f", r"\nabla_x f", r"\nabla_{x} f", "df_dx", "dfdx"),
        ],
        ("f", ("x",), 1),
    ),
    **dict.fromkeys(
        [
            "dx",
            "grad_x",
            "x.grad",
            "x",
            "d/dx(x^2 + 1)",
            "d/dx sin(x)",
            "d/dx x^2",
            "∇_x",
            r"\frac{d}{dx}(x^2)",
            "d(x^2)/dx",
        ],
        ("", ("x",), 1),
    ),
    **dict.fromkeys(["f'", "f′", "f^\\prime", "∇f", r"\nabla f", "∇f(x,y)"], ("f", (), 1)),
    # higher orders
    **dict.fromkeys(
        [
            *(
                "d²y/dx²",
                "d^2y/dx^2",
                "d^2 y/dx^2",
                "d2y/dx2",
                r"\frac{d^2y}{dx^2}",
                r"\frac{d^{2}y}{dx^{2}}",
                "y''(x)",
            ),
            *("y″(x)", r"\frac{\mathrm{d}^2 y}{\mathrm{d} x^2}", "y^(2)(x)", "y^{(2)}(x)"),
        ],
        ("y", ("x", "x"), 2),
    ),
    **dict.fromkeys(["f''", "f″", "∇²f", "f^(2)"], ("f", (), 2)),
    **dict.fromkeys(
        [
            *(
                "∂²f/∂x∂y",
                "∂^2f/∂x∂y",
                r"\frac{\partial^2 f}{\partial x \partial y}",
                r"\frac{\partial^{2} f}{\partial x\,\partial y}",
            ),
            *("f_xy", "f_{xy}", "f_{x y}", "f_{x,y}", "d^2f/dxdy", "∂_x∂_y f"),
        ],
        ("f", ("x", "y"), 2),
    ),
    **dict.fromkeys(["f_xx", "∂²f/∂x²", r"\frac{\partial^2 f}{\partial x^2}", "∂_x^2 f"], ("f", ("x", "x"), 2)),
    **dict.fromkeys(["d^3y/dx^3", "d³y/dx³", "y'''(x)", "y^(3)(x)"], ("y", ("x",) * 3, 3)),
    # names of more than one letter, Greek, arrays
    **dict.fromkeys(["dL/dθ", "dL/dtheta", r"\frac{dL}{d\theta}", "∂L/∂θ", "dL_dtheta"], ("L", ("theta",), 1)),
    **dict.fromkeys(["∂f/∂w1", "∂f/∂w_1", "∂f/∂w₁", r"\frac{\partial f}{\partial w_{1}}", "f_w1"], ("f", ("w1",), 1)),
    **dict.fromkeys(["dL/dW", "dL_dW", "∇_W L", r"\nabla_{W} L", "dLdW"], ("L", ("W",), 1)),
    **dict.fromkeys(["dW", "grad_W", "W.grad", "W_grad", "∇_W"], ("", ("W",), 1)),
    # words that say nothing
    **dict.fromkeys(["J", "H", "answer", "gradient", "grad"], ("", (), 0)),
}

NONE = [
    "x^2",
    "2x + y'",
    "y dy/dx",
    "2*dy/dx",
    "dy/dx*y",
    "f(x)",
    "x + 1",
    "",
    "d",
    "q",
    "d^2y/dx",
    "dy/dx/dx",
    "f(x)'",
    "3",
    "sin(x)",
]


@pytest.mark.parametrize("text", FORMS)
def test_every_form_says_what_it_says(text: str) -> None:
    of, by, order = FORMS[text]
    assert read_heading(text, INPUTS, NAMES) == Heading(of, by, order)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_notation_is_none(text: str) -> None:
    assert read_heading(text, INPUTS, NAMES) is None


@pytest.mark.parametrize(("text", "point"), [("f'(2)", "2"), ("f'(1/2)", "1/2"), ("f''(-1)", "-1"), ("f'(pi)", "pi")])
def test_a_point(text: str, point: str) -> None:
    found = read_heading(text, INPUTS, NAMES)
    assert found is not None
    assert (found.of, found.by, found.point) == ("f", (), point)


def test_a_name_of_the_problem_is_itself() -> None:
    """`f_x` and `dx` may be names of the program: then they are no notation."""
    assert read_heading("f_x", ["x", "f_x"], ["x", "f_x"]) == Heading(by=("f_x",), order=1)
    assert read_heading("J", ["J"], ["J"]) == Heading(by=("J",), order=1)
    assert read_heading("dx", ["x"], ["x", "dx", "f"]) is None


@given(st.text(alphabet="dfxyW∂∇/^_(){}[]'′²2 \\fracpartial,+*", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    found = read_heading(text, INPUTS, NAMES)
    assert found is None or all(isinstance(name, str) and name for name in found.by)


def test_long_and_hostile_texts_are_refused_at_once() -> None:
    for text in (
        "d" * 100_000 + "/dx",
        "dx" * 50_000,
        "(" * 5000,
        "f_" + "xy" * 5000,
        "d/" + "dx^999" * 40,
        "f" + "'" * 200,
    ):
        found = read_heading(text, INPUTS, NAMES)
        assert found is None or len(found.by) <= 50 * LONGEST


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2x", ["2x"]),
        ("dy/dx = 2x", ["dy/dx ", " 2x"]),
        ("a == b", ["a ", " b"]),
        ("where(x >= 0, 1, 2)", ["where(x >= 0, 1, 2)"]),
        ("x <= y", ["x <= y"]),
        ("sum(x, axis=0)", ["sum(x, axis=0)"]),
        (r"\frac{a=b}{c} = d", [r"\frac{a=b}{c} ", " d"]),
        ("= 2x", ["", " 2x"]),
        ("f = f' = 2x", ["f ", " f' ", " 2x"]),
    ],
)
def test_sides(text: str, parts: list[str]) -> None:
    found = sides(text)
    assert [side.text for side in found] == parts
    assert all(text[side.span.start : side.span.end] == side.text for side in found)


@pytest.mark.parametrize("text", ["$2x$", "$$2x$$", r"\(2x\)", r"\[2x\]", " $ 2x $. "])
def test_the_signs_around_a_formula_become_spaces(text: str) -> None:
    assert unwrapped(text).strip() == "2x"
    assert unwrapped(text).index("2x") == text.index("2x")
