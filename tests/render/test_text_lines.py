from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.render.text_lines import Piece, left, line, painted, plain, right, to_ascii, width_of, wrap

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "ascii"),
    [
        ("∂f/∂x = −2·x²", "df/dx = -2*x^2"),
        ("x⁻¹⁰", "x^-10"),
        ("x⁽¹⁾", "x(1)"),
        ("α₁ + Ω", "alpha1 + Omega"),
        ("λ → q", "lambda -> q"),
        ("é ‖Wᵀx‖", "e ||W.Tx||"),
        ("数", "U+6570"),
        ("1.2×10⁷", "1.2*10^7"),
    ],
)
def test_signs_become_ascii(text: str, ascii: str) -> None:
    assert to_ascii(text) == ascii


@given(TEXT)
def test_nothing_but_ascii_is_left(text: str) -> None:
    assert to_ascii(text).isascii()


@given(TEXT, st.integers(4, 40), st.integers(2, 40))
def test_wrapping_loses_nothing_and_fits(text: str, first: int, rest: int) -> None:
    lines = wrap(text, first, rest)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert width_of(lines[0]) <= first
    assert all(width_of(part) <= max(rest, 2) for part in lines[1:])


def test_width_counts_columns() -> None:
    assert width_of("x̂") == 1
    assert width_of("数") == 2
    assert left("数", 4) == "数  "
    assert right("−4", 4) == "  −4"


def test_a_long_word_is_cut_after_a_sign() -> None:
    assert wrap("aaaa*bbbb*cccc", 7, 7) == ["aaaa*", "bbbb*", "cccc"]


def test_paint_is_plain_text_with_colours_added() -> None:
    lines = [line("a ", Piece("−4", "gradient"), Piece("  ", "value")), line()]
    assert plain(lines) == "a −4\n"
    for theme in ("light", "dark", "print"):
        assert "−4" in painted(lines, theme)
        assert "\x1b[" in painted(lines, theme)
