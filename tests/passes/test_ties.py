"""Formulas at a tie, and away from one."""

from __future__ import annotations

import pytest

from gradviz.api import explain


def bugs(data: object) -> list[str]:
    return [remark.text for remark in data.remarks if "bug" in remark.text]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("point", "formula", "value"),
    [
        ("x=1, y=2", "where(x > y, 1, 0)", 0),
        ("x=2, y=1", "where(x > y, 1, 0)", 1),
        ("x=1, y=1", "where(x > y, 1, where(x == y, 1/2, 0))", 0.5),
    ],
)
def test_a_formula_holds_at_the_point_that_is_shown(point: str, formula: str, value: float) -> None:
    data = explain("f = max(x, y)", point).data
    facts = data.gradients["x"]
    assert facts.formula is not None
    assert facts.value is not None
    assert facts.formula.unicode == formula
    assert facts.value.number == value
    assert not bugs(data)


def test_a_constant_that_wins_a_tie_needs_no_case_of_its_own() -> None:
    facts = explain("f = max(0, x)", "x=0").data.gradients["x"]
    assert facts.formula is not None
    assert facts.formula.unicode == "where(x > 0, 1, 0)"


@pytest.mark.parametrize("winner", [0, 1, 2])
def test_the_largest_entry_is_said_without_counting(winner: int) -> None:
    values = [1.0, 1.5, 2.0]
    values[winner] = 3.0
    data = explain("f = max(x)", {"x": values}).data
    assert data.gradients["x"].entries[0].formula.unicode == "where(x[0] > max(x[1], x[2]), 1, 0)"
    assert not bugs(data)


def test_an_operand_that_does_not_win_at_the_samples_is_not_said_to_get_nothing() -> None:
    facts = explain("f = max(x, y, z, u)", "x=1, y=2, z=3, u=4").data.gradients
    assert {name: f.formula.unicode for name, f in facts.items() if f.formula} == {
        "x": "where(x > max(y, z, u), 1, 0)",
        "y": "where(y > max(x, z, u), 1, 0)",
        "z": "where(z > max(x, y, u), 1, 0)",
        "u": "where(u > max(x, y, z), 1, 0)",
    }


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("f = max(x, x, x)", "x=1"),
        ("f = min(x, 3, x - 2)", "x=0.3"),
        ("f = max(x, x, 0.5)*2", "x=0.7"),
        ("f = (x^x)^x", "x=0"),
        ("f = (x / 2)*((3 - y)/(y - z))", "x=[[1,2],[3,4]], y=[1,1], z=2"),
    ],
)
def test_no_false_alarm(text: str, point: str) -> None:
    assert not bugs(explain(text, point).data)


def test_functions_that_double_when_written_out_are_not_written_out_at_any_price() -> None:
    program = "a0 = x\n" + "\n".join(f"a{i + 1} = mish(a{i})" for i in range(25))
    data = explain(program, "x=0.3").data
    assert data.gradients["x"].value is not None
    assert not bugs(data)
