from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import gradviz
from gradviz.cli import program
from gradviz.errors import UserError
from gradviz.training.comparing import compared
from gradviz.training.side_by_side import TONES

VALLEY = "f = x^2 + 9*y^2; x = 4; y = 2"


def test_each_run_is_what_it_would_be_alone() -> None:
    made = gradviz.compare(VALLEY, "rate", [0.01, 0.1], optimiser="gd", epochs=15)
    for label, rate in (("rate 0.01", 0.01), ("rate 0.1", 0.1)):
        alone = gradviz.train(VALLEY, optimiser="gd", rate=rate, epochs=15)
        np.testing.assert_array_equal(made.runs[label].losses, alone.losses)


def test_paths_lie_over_one_contour_with_their_tones() -> None:
    sheet = gradviz.compare(VALLEY, "optimiser", ["gd", "momentum", "adam"], rate=0.02, epochs=20).sheet
    losses, plane = sheet.plots
    assert [one.label for one in losses.series] == ["gd", "momentum", "adam"]
    assert [(one.label, one.style, one.tone) for one in plane.series] == [
        ("gd", "path", TONES[0]),
        ("momentum", "path", TONES[1]),
        ("adam", "path", TONES[2]),
    ]
    assert all((one.x[0], one.y[0]) == (4.0, 2.0) for one in plane.series)
    assert plane.field is not None
    assert plane.field.style == "contours"


def test_a_run_that_diverges_is_told_and_does_not_shrink_the_others() -> None:
    sheet = gradviz.compare(VALLEY, "rate", [0.05, 0.5], optimiser="gd", epochs=60).sheet
    assert sheet.table[-1][-1] == "diverged"
    assert any(text.startswith("rate 0.5: ") for text in sheet.remarks)
    assert sheet.plots[1].field is not None
    assert max(sheet.plots[1].field.x) < 100


def test_an_input_of_the_program_can_be_compared() -> None:
    source = "x : N; y : N; L = mean((w*x - y)^2) + lambda*w^2; w : parameter = 0; lambda = 0"
    data = {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([2.0, 4.0, 6.0])}
    made = gradviz.compare(source, "lambda", [0, 1], data, optimiser="gd", rate=0.02, epochs=300)
    assert list(made.runs) == ["λ = 0", "λ = 1"]
    mean_square = (1 + 4 + 9) / 3
    for lam, run in zip((0, 1), made.runs.values(), strict=True):
        assert float(run.last["w"]) == pytest.approx(2 * mean_square / (mean_square + lam))


def test_a_size_of_the_program_can_be_compared_and_fits_share_a_plot() -> None:
    source = "x : N x 1; y : N x 1; h = dense(x, units, tanh); p = dense(h, 1); L = mse(p, y); units = 2"
    made = gradviz.compare(source, "units", [2, 5], "sine(n=20)", optimiser="adam", rate=0.05, epochs=30)
    assert [run.last["h.W"].shape for run in made.runs.values()] == [(1, 2), (1, 5)]
    fits = made.sheet.plots[1]
    assert [one.label for one in fits.series] == ["data", "units = 2", "units = 5"]


def test_decision_regions_stand_side_by_side() -> None:
    source = "X : N x 2; y : N x 1; p = dense(X, 1); L = bce_with_logits(p, y)"
    made = gradviz.compare(source, "seed", [0, 1], "and", optimiser="gd", rate=1.0, epochs=50)
    titles = [plot.title for plot in made.sheet.plots]
    assert titles == ["loss", "seed 0", "seed 1"]
    assert made.sheet.table[0] == ("", "updates", "rows each", "training loss", "right", "ended")


@pytest.mark.parametrize("text", ["rate", "rate=", "rate=0.1", "=1,2", "rate=1,1", "rate=" + ",".join("123456789")])
def test_a_comparison_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        compared(text)


@pytest.mark.parametrize(
    ("what", "values", "says"),
    [
        ("rate", ["a", "b"], "rate is a number, not 'a'"),
        ("epochs", ["1.5", "2"], "epochs is a whole number"),
        ("optimiser", ["adm", "sgd"], "adam"),
        ("ratee", ["1", "2"], "rate"),
    ],
)
def test_values_that_do_not_fit_are_refused(what: str, values: list[str], says: str) -> None:
    with pytest.raises(UserError) as refused:
        gradviz.compare(VALLEY, what, values)
    assert says in f"{refused.value} {refused.value.hint}"


def test_the_command_says_it_in_a_table_and_draws_it(tmp_path: Path) -> None:
    target = tmp_path / "rates.svg"
    words = ["train", VALLEY, "--compare", "rate=0.01,0.1", "--optimiser", "gd", "--epochs", "9", "-o", str(target)]
    result = CliRunner().invoke(program, words)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "f compared by rate"
    assert [line.split()[0:2] for line in lines if line.startswith("  rate")] == [["rate", "0.01"], ["rate", "0.1"]]
    assert "<svg" in target.read_text(encoding="utf-8")


def test_options_of_one_run_are_refused() -> None:
    result = CliRunner().invoke(program, ["train", VALLEY, "--compare", "rate=0.01,0.1", "--explain-step", "1"])
    assert result.exit_code == 2
    assert "--explain-step is of one run" in result.output


def test_losses_are_those_of_the_closed_form() -> None:
    made = gradviz.compare(VALLEY, "rate", [0.01, 0.1], optimiser="gd", epochs=5)
    for rate, run in zip((0.01, 0.1), made.runs.values(), strict=True):
        for step, epoch in enumerate(run.epochs):
            x, y = 4 * (1 - 2 * rate) ** step, 2 * (1 - 18 * rate) ** step
            assert math.isclose(epoch.train, x * x + 9 * y * y, rel_tol=1e-10)
