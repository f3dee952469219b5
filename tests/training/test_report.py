from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from gradviz.training.classes import classes_of
from gradviz.training.fit import fit
from gradviz.training.loading import data_for
from gradviz.training.predicting import loss_over_all, predict
from gradviz.training.problem import problem_of
from gradviz.training.report import report_of
from gradviz.training.run import Run
from gradviz.training.settings import Settings

LINE = "L = mean((w*x + b - y)^2); x = [1, 2, 3, 4]; y = [3, 5, 7, 9]; w = -1; b = 4"
MOONS = "X : N x 2\ny : N x 1\nh = dense(X, 4, tanh)\np = dense(h, 1)\nL = bce_with_logits(p, y)"
SPIRALS = "X : N x 2\nh = dense(X, 4, relu)\nL = cross_entropy(dense(h, 3), t)"


@cache
def line(rate: float = 0.05, epochs: int = 60) -> Run:
    return fit(problem_of(LINE), Settings("gd", rate=rate, epochs=epochs))


@cache
def moons() -> Run:
    data = data_for(MOONS, "moons(n=60, noise=0.1)")
    return fit(problem_of(MOONS, data), Settings("adam", rate=0.05, epochs=40, batch=16, split=(0.7, 0.3, 0)))


@cache
def spirals() -> Run:
    return fit(problem_of(SPIRALS, data_for(SPIRALS, "spirals(n=60, classes=3)")), Settings("adam", epochs=5))


def titles(run: Run) -> list[str]:
    return [plot.title for plot in report_of(run).plots]


def test_two_trained_numbers_have_a_contour_and_one_column_a_fit() -> None:
    assert titles(line()) == ["loss", "path on the loss", "fit"]


@pytest.mark.parametrize("run", [moons, spirals])
def test_points_in_the_plane_have_regions_and_hyperplanes(run) -> None:
    assert titles(run()) == ["loss", "decision regions", "hyperplanes of the first layer"]


def test_the_contour_is_the_loss_and_the_path_is_the_run() -> None:
    run = line()
    plot = report_of(run).plots[1]
    path, arrow = plot.series
    assert path.x == tuple(run.path["w"].tolist())
    assert path.y == tuple(run.path["b"].tolist())
    assert plot.field is not None
    x, y = np.array([1.0, 2, 3, 4]), np.array([3.0, 5, 7, 9])
    for row, b in enumerate(plot.field.y):
        wanted = [float(np.mean((w * x + b - y) ** 2)) for w in plot.field.x]
        assert plot.field.values[row] == pytest.approx(wanted)
    assert plot.field.x[0] < min(path.x) <= max(path.x) < plot.field.x[-1]
    assert plot.field.y[0] < min(path.y) <= max(path.y) < plot.field.y[-1]
    # By hand: ∂L/∂w = 2·mean((wx + b − y)·x), ∂L/∂b = 2·mean(wx + b − y), at w = −1, b = 4.
    rest = -x + 4 - y
    slope = np.array([2 * np.mean(rest * x), 2 * np.mean(rest)])
    drawn = np.array([arrow.x[1] - arrow.x[0], arrow.y[1] - arrow.y[0]])
    assert drawn / np.linalg.norm(drawn) == pytest.approx(slope / np.linalg.norm(slope), abs=1e-6)
    assert list(plot.field.levels) == sorted(plot.field.levels)


def test_the_fit_is_the_line_that_was_found() -> None:
    run = line()
    after = report_of(run).plots[2].series[2]
    w, b = float(run.last["w"]), float(run.last["b"])
    assert after.y == pytest.approx([w * x + b for x in after.x])


def test_accuracy_counts_by_part() -> None:
    run = moons()
    problem = run.problem
    prediction = predict(problem, run.last, {"X": problem.data.arrays["X"]})
    right = (prediction[:, 0] > 0) == (problem.data.arrays["y"][:, 0] > 0.5)
    told = dict(report_of(run).accuracy)
    assert told == {
        "training": pytest.approx(right[list(run.training)].mean()),
        "validation": pytest.approx(right[list(run.validation)].mean()),
    }


def test_several_scores_say_the_greatest() -> None:
    run = spirals()
    classes = classes_of(run.problem)
    assert classes is not None
    assert (classes.count, classes.threshold) == (3, None)
    prediction = predict(run.problem, run.last, {"X": run.problem.data.arrays["X"]})
    share = np.mean(prediction.argmax(axis=1) == run.problem.data.arrays["t"])
    assert report_of(run).accuracy == (("training", pytest.approx(share)),)


def test_regression_has_no_accuracy() -> None:
    assert classes_of(line().problem) is None
    assert report_of(line()).accuracy == ()


def test_the_loss_over_all_rows_is_that_of_the_epochs() -> None:
    run = line()
    loss = loss_over_all(run.problem, run.last)
    assert loss({}) == pytest.approx(run.epochs[-1].train, rel=1e-12)
    assert loss({name: run.first[name] for name in ("w", "b")}) == pytest.approx(run.epochs[0].train, rel=1e-12)


@pytest.mark.parametrize("epochs", [1, 7, 13, 60, 1000])
def test_the_table_has_a_dozen_rows_with_first_and_last(epochs: int) -> None:
    rows = report_of(line(0.01, epochs)).rows
    assert len(rows) <= 14
    assert (rows[0].epoch, rows[-1].epoch) == (0, epochs)
    assert math.isnan(rows[0].gradient)


def test_a_rising_validation_loss_is_called_overfitting() -> None:
    program = "x : N x 1\ny : N x 1\nf = mlp(x, [24, 24, 1], tanh)\nL = mse(f, y)"
    data = data_for(program, "sine(n=14, noise=0.6, seed=3)")
    settings = Settings("adam", rate=0.02, epochs=300, batch=7, split=(0.5, 0.5, 0), seed=1)
    texts = [remark.text for remark in report_of(fit(problem_of(program, data), settings)).remarks]
    assert any(text.startswith("overfitting from epoch") for text in texts), texts


def test_a_diverged_run_is_still_reported() -> None:
    run = line(0.9, 50)
    assert run.ended == "diverged"
    report = report_of(run)
    assert "diverged" in report.ended
    assert titles(run)[:2] == ["loss", "path on the loss"]
    assert report.plots[0].log_y


def test_folds_have_a_mean_and_a_deviation() -> None:
    data = data_for(MOONS, "moons(n=40, noise=0.1)")
    run = fit(problem_of(MOONS, data), Settings("adam", epochs=3, folds=4))
    report = report_of(run)
    losses = [row.validation for row in report.folds]
    assert len(losses) == 4
    assert report.fold_mean == pytest.approx(np.mean(losses))
    assert report.fold_deviation == pytest.approx(np.std(losses, ddof=1))


def test_a_problem_without_data_is_reported() -> None:
    run = fit(problem_of("f = (x - 3)^2 + (y + 1)^2; x = 0; y = 0"), Settings("gd", rate=0.1, epochs=20))
    assert titles(run) == ["loss", "path on the loss"]


def test_two_scores_have_a_smooth_border_where_they_are_equal() -> None:
    program = "X : N x 2\nL = cross_entropy(dense(X, 2), t)"
    run = fit(problem_of(program, data_for(program, "moons(n=30, noise=0.1)")), Settings("adam", rate=0.1, epochs=5))
    field = next(plot.field for plot in report_of(run).plots if plot.title == "decision regions")
    assert field is not None
    assert field.style == "shaded"
    points = np.stack(np.meshgrid(field.x, field.y), axis=-1).reshape(-1, 2)
    scores = np.asarray(predict(run.problem, run.last, {"X": points}))
    np.testing.assert_allclose(np.ravel(field.values), scores[:, 1] - scores[:, 0], atol=1e-7)
    classes = classes_of(run.problem)
    assert classes is not None
    assert classes.said(scores).tolist() == (np.ravel(field.values) > 0).astype(int).tolist()
