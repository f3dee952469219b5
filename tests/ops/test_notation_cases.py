"""Choices among several values in LaTeX: one brace, however many lines."""

from __future__ import annotations

from gradviz.ops.notation import cases_latex


def test_a_choice_within_a_choice_adds_its_lines_to_the_same_brace() -> None:
    inner = cases_latex("x = y", "1/2", "0")
    assert cases_latex("x > y", "1", inner) == (
        r"\begin{cases} 1 & \text{if } x > y \\ 1/2 & \text{if } x = y \\ 0 & \text{otherwise} \end{cases}"
    )


def test_what_only_contains_a_choice_stays_whole() -> None:
    inner = f"2 {cases_latex('x = y', '1/2', '0')}"
    assert cases_latex("x > y", "1", inner).endswith(rf"{inner} & \text{{otherwise}} \end{{cases}}")
    two = f"{cases_latex('a', '1', '0')} + {cases_latex('b', '1', '0')}"
    assert rf"\\ {two} & \text{{otherwise}}" in cases_latex("c", "1", two)
