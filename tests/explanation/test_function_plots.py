from __future__ import annotations

import math

import pytest

import gradviz
from gradviz.errors import UserError


def test_a_function_stands_beside_its_derivative() -> None:
    values, slopes = gradviz.plot("f = x^3 - x", over={"x": (-2, 2)}, at={"x": 1}).sheet.plots
    (curve, point), (slope, marked) = values.series, slopes.series
    for x, y, d in zip(curve.x, curve.y, slope.y, strict=True):
        assert y == pytest.approx(x**3 - x, abs=1e-12)
        assert d == pytest.approx(3 * x**2 - 1, abs=1e-12)
    assert (point.x, point.y, marked.y) == ((1.0,), (0.0,), (2.0,))
    assert (curve.label, slope.label) == ("f", "∂f/∂x")


def test_several_outputs_share_a_plot() -> None:
    sheet = gradviz.plot("p = sigmoid(z); a = (1-p)^2; b = -log(p)", over={"z": (-6, 6)}, of="a,b").sheet
    assert [one.label for one in sheet.plots[0].series] == ["a", "b"]
    worst = sheet.plots[1].series
    # Where it is confidently wrong, the squared error has no slope left, and the logarithm has all of it.
    assert abs(worst[0].y[0]) < 0.01
    assert worst[1].y[0] == pytest.approx(-1, abs=0.01)


def test_outside_its_domain_a_curve_is_broken() -> None:
    (values, _) = gradviz.plot("f = log(x)", over={"x": (-1, 1)}).sheet.plots
    assert all(math.isnan(y) == (x <= 0) for x, y in zip(values.series[0].x, values.series[0].y, strict=True))


def test_the_gradient_stands_at_a_right_angle_on_a_level_line_through_the_point() -> None:
    (plot,) = gradviz.plot("f = x^2 + 3*y^2", over={"x": (-2, 2), "y": (-2, 2)}, at={"x": 1, "y": 1}).sheet.plots
    arrow = next(one for one in plot.series if one.style == "arrow")
    dx, dy = arrow.x[1] - arrow.x[0], arrow.y[1] - arrow.y[0]
    assert dy / dx == pytest.approx(3)
    assert plot.equal
    assert plot.field is not None
    assert 4.0 in plot.field.levels
    assert plot.notes[0].text == "∇ = (2, 6)"


def test_without_a_point_there_are_arrows_here_and_there() -> None:
    (plot,) = gradviz.plot("f = x*y", over={"x": (-1, 1), "y": (-1, 1)}).sheet.plots
    assert sum(one.style == "arrow" for one in plot.series) == 35


@pytest.mark.parametrize(
    ("source", "settings", "says"),
    [
        ("f = x^2", {"over": {}}, "a plot is over one input or two, not 0"),
        ("f = x^2", {"over": {"x": (1, 1)}}, "x cannot go from 1 to 1"),
        ("f = x^2", {"over": {"y": (0, 1)}}, "'y'"),
        ("f = x*a", {"over": {"x": (0, 1)}}, "a has no value"),
        ("f = W@x", {"over": {"x": (0, 1)}, "at": "W=[[1,2],[3,4]]"}, ""),
        ("x : 3; f = sum(x)", {"over": {"x": (0, 1)}}, ""),
        ("f = x*[1, 2]", {"over": {"x": (0, 1)}}, "f is an array"),
        ("a = x*y; b = x+y", {"over": {"x": (0, 1), "y": (0, 1)}, "of": "a,b"}, "level lines are drawn of one output"),
    ],
)
def test_what_cannot_be_drawn_is_refused(source: str, settings: dict[str, object], says: str) -> None:
    with pytest.raises(UserError) as refused:
        gradviz.plot(source, **settings)  # type: ignore[arg-type]
    assert says in str(refused.value)


def test_formats() -> None:
    made = gradviz.plot("f = sin(x)", over={"x": (0, 6)})
    assert made.to_svg().startswith("<?xml") or made.to_svg().startswith("<svg")
    assert made._repr_svg_() == made.to_svg()
