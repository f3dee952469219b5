"""Curves and derivatives of operations, as plots."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradviz.errors import NameProblem, OptionProblem
from gradviz.explanation.activations import plots_of
from gradviz.ops.table import OPS

DRAWN = [op.name for op in OPS.values() if op.arity == 1 and op.elementwise and op.differentiable]


@pytest.mark.parametrize("name", DRAWN)
def test_every_function_of_a_number_has_a_curve_and_a_derivative(name):
    curve, derivative = plots_of([name]).plots
    x, y = np.array(curve.series[0].x), np.array(curve.series[0].y)
    assert np.isfinite(y).sum() > 50
    assert len(x) == len(y)
    assert len(derivative.series[0].x) == len(derivative.series[0].y)
    assert curve.alt
    assert derivative.subtitle


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "softplus", "silu", "erf", "atan"])
def test_the_derivative_is_the_slope_of_the_curve(name):
    curve, derivative = plots_of([name]).plots
    x, y = np.array(curve.series[0].x), np.array(curve.series[0].y)
    np.testing.assert_allclose(np.array(derivative.series[0].y)[1:-1], np.gradient(y, x)[1:-1], atol=2e-4)


def test_saturation_is_shaded_and_the_greatest_slope_told():
    curve, derivative = plots_of(["sigmoid"]).plots
    assert [band.text for band in curve.bands] == ["saturated", "saturated"]
    assert derivative.subtitle == "at most 1/4, at x = 0"
    low = curve.bands[0].high
    s = 1 / (1 + math.exp(-low))
    assert s * (1 - s) == pytest.approx(0.025)


def test_kinks_are_marked_with_the_subgradient_taken():
    curve, derivative = plots_of(["relu"]).plots
    assert [(note.x, note.mark) for note in curve.notes] == [(0.0, "ring")]
    assert [(note.x, note.y, note.text) for note in derivative.notes] == [(0.0, 0.0, "0 is taken")]
    assert [band.text for band in curve.bands] == ["dead"]
    assert any(math.isnan(y) for y in derivative.series[0].y), "the jump is no line"


def test_several_make_a_grid():
    sheet = plots_of(["relu", "tanh", "sigmoid"])
    assert (len(sheet.plots), sheet.columns) == (6, 2)


def test_what_has_no_curve_is_refused():
    with pytest.raises(OptionProblem, match="no function of one number"):
        plots_of(["matmul"])
    with pytest.raises(NameProblem, match="no operation 'sigmoit'") as caught:
        plots_of(["sigmoit"])
    assert "sigmoid" in (caught.value.hint or "")
