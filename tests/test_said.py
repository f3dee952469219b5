"""What a person must be told: boundaries of conditions, flat steps, sizes made up, sizes that are too large."""

import pytest

import gradviz
from gradviz.errors import LimitError, ValueProblem


def remarks(source: str, **options: object) -> str:
    return gradviz.explain(source, **options).to_text()


def test_a_condition_at_its_boundary_is_said() -> None:
    assert "the condition is at its boundary" in remarks("where(x > 0, x^2, -x)", at={"x": 0})
    assert "boundary" not in remarks("where(x > 0, x^2, -x)", at={"x": 1})


@pytest.mark.parametrize("function", ["floor", "ceil", "sign"])
def test_a_flat_step_says_why_its_gradient_is_zero(function: str) -> None:
    text = remarks(f"{function}(x)*y", at={"x": 2.5, "y": 3})
    assert f"{function} is flat" in text
    assert "its gradient is zero" in text


def test_sizes_that_nothing_gives_are_said_to_be_made_up() -> None:
    program = "X : N x d; w : d; f = sum(X @ w)"
    assert "nothing gives a size for N, d: numbers and entries are for N = 2, d = 3" in remarks(program)
    assert "nothing gives a size" not in remarks(program, at={"X": [[1, 2]], "w": [3, 4]})


def test_an_array_too_large_to_compute_with_is_refused_before_it_is_made() -> None:
    with pytest.raises(LimitError, match="would have 10,000,000,000 entries"):
        gradviz.explain("broadcast_to(x, (100000, 100000))", at={"x": 1})


def test_a_number_that_no_float_holds_is_refused() -> None:
    with pytest.raises(ValueProblem, match="the value of x is out of range"):
        gradviz.explain("x*y", at={"x": 10**400, "y": 1})


def test_a_name_that_only_a_setting_uses_is_not_said_to_be_without_effect() -> None:
    text = remarks("leaky_relu(x, slope=a)", at={"x": -1, "a": 2})
    assert "a is used as a setting, and settings are not differentiated" in text
    assert "does not depend on" not in text
    assert "f does not depend on b" in remarks("f = x^2; b = 3", at={"x": 1})
