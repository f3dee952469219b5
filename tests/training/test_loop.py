"""The loop: batches, what is measured, and the four ways in which a run ends."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradviz.errors import OptionProblem, ShapeError
from gradviz.training.data import Data
from gradviz.training.fit import fit
from gradviz.training.loop import Loop, Watch
from gradviz.training.network import Network
from gradviz.training.problem import problem_of
from gradviz.training.run import Epoch, Run
from gradviz.training.settings import Settings
from tests.training.networks import NET, line_problem, net_data, net_problem

DROP = NET.replace("p = dense(h, 1)", "d = dropout(h, 0.5)\nb = batch_norm(d)\np = dense(b, 1)")


def same(one: Run, other: Run) -> bool:
    """Whether two runs are the same, bit for bit."""
    values = all(np.array_equal(one.last[name], other.last[name]) for name in one.last)
    states = all(
        np.array_equal(array, other.state[name][state])
        for name, states in one.state.items()
        for state, array in states.items()
    )
    path = all(np.array_equal(array, other.path[name]) for name, array in one.path.items())
    return (
        values
        and states
        and path
        and one.epochs == other.epochs
        and np.array_equal(one.losses, other.losses)
        and one.ended == other.ended
        and one.test == other.test
    )


def test_gradient_descent_finds_the_least_squares_line() -> None:
    run = fit(line_problem(), Settings("gd", rate=0.03, epochs=2000))
    x = np.arange(8.0)
    slope, intercept = np.polyfit(x, 2 * x - 1 + np.sin(x) / 10, 1)
    assert run.ended == "done"
    assert run.last["w"] == pytest.approx(slope, abs=1e-8)
    assert run.last["b"] == pytest.approx(intercept, abs=1e-8)


def test_epoch_zero_is_before_the_first_update() -> None:
    run = fit(line_problem(), Settings("gd", rate=0.01, epochs=3))
    assert [epoch.number for epoch in run.epochs] == [0, 1, 2, 3]
    assert run.epochs[0].step == 0
    assert run.losses[0] == run.epochs[0].train
    assert run.losses[1] == run.epochs[1].train
    assert run.epochs[0].norms == {}
    assert set(run.epochs[1].norms) == {"w", "b"}


def test_path_has_the_value_before_each_update_and_after_the_last() -> None:
    run = fit(line_problem(), Settings("gd", rate=0.01, epochs=5))
    assert run.path["w"].shape == (6,)
    assert run.path["w"][0] == run.first["w"]
    assert run.path["w"][-1] == run.last["w"]


def test_only_the_latest_points_of_the_path_are_kept() -> None:
    whole = fit(line_problem(), Settings("sgd", rate=0.001, epochs=5))
    kept = fit(line_problem(), Settings("sgd", rate=0.001, epochs=5, keep=7))
    np.testing.assert_array_equal(kept.path["w"], whole.path["w"][-8:])


def test_the_path_of_many_parameters_is_not_kept() -> None:
    program = NET.replace("dense(X, 3", "dense(X, 30")
    assert fit(net_problem(program=program), Settings("gd", epochs=1)).path == {}


@pytest.mark.parametrize(("batch", "sizes"), [(8, [8, 8, 4]), (20, [20]), (1, [1] * 20), (19, [19, 1])])
def test_batches_are_drawn_without_replacement(batch: int, sizes: list[int]) -> None:
    loop = Loop(net_problem(), Settings("sgd", batch=batch), np.arange(20), np.arange(0))
    for _ in range(3):
        batches = list(loop.batches())
        assert [len(rows["X"]) for rows in batches] == sizes
        seen = np.concatenate([rows["X"] for rows in batches])
        order = np.lexsort(seen.T)
        expected = net_data().arrays["X"]
        np.testing.assert_array_equal(seen[order], expected[np.lexsort(expected.T)])


def test_rows_are_shuffled_anew_in_each_epoch() -> None:
    loop = Loop(net_problem(), Settings("sgd", batch=4), np.arange(20), np.arange(0))
    first, second = ([rows["X"][0, 0] for rows in loop.batches()] for _ in range(2))
    assert first != second


def test_same_seed_same_run_and_another_seed_another() -> None:
    settings = Settings("adam", rate=0.01, epochs=4, batch=3, split=(0.6, 0.2, 0.2))
    assert same(fit(net_problem(), settings), fit(net_problem(), settings))
    assert not same(fit(net_problem(), settings), fit(net_problem(), replace(settings, seed=1)))


def test_noise_and_buffers_change_while_training_and_not_in_evaluation() -> None:
    problem = net_problem(program=DROP)
    assert problem.noise == ("d.mask",)
    assert problem.buffers == ("b.mean", "b.var")
    run = fit(problem, Settings("adam", rate=0.01, epochs=3, batch=10))
    assert not np.array_equal(run.last["b.mean"], run.first["b.mean"])
    network = Network(problem, run.settings.resolved(20), 0, np.dtype(np.float64))
    rows = dict(problem.data.arrays)
    assert network.evaluate(rows) == network.evaluate(rows)
    assert network.step(rows) != network.evaluate(rows)


def test_running_statistics_are_pytorchs() -> None:
    """0.9 of the old, 0.1 of the batch's mean and unbiased variance (torch.nn.BatchNorm1d)."""
    data = net_data()
    problem = problem_of("b = batch_norm(X)\np = dense(b, 1)\nL = mse(p, y)\nX : N x 2\ny : N x 1", data)
    run = fit(problem, Settings("gd", rate=0.01, epochs=1))
    inputs = data.arrays["X"]
    np.testing.assert_allclose(run.last["b.mean"], 0.1 * inputs.mean(0), rtol=1e-12)
    np.testing.assert_allclose(run.last["b.var"], 0.9 + 0.1 * inputs.var(0, ddof=1), rtol=1e-12)


def test_validation_and_test_losses_are_over_their_own_rows() -> None:
    problem = net_problem()
    run = fit(problem, Settings("adam", epochs=2, split=(0.6, 0.2, 0.2)))
    assert sorted((*run.training, *run.validation, *run.held_out)) == list(range(20))
    network = Network(problem, run.settings.resolved(12), 0, np.dtype(np.float64))
    for name, view in network.values.items():
        view[...] = run.last[name]
    taken = {name: array[list(run.held_out)] for name, array in problem.data.arrays.items()}
    assert run.test == network.evaluate(taken)
    taken = {name: array[list(run.validation)] for name, array in problem.data.arrays.items()}
    assert run.epochs[-1].validation == network.evaluate(taken)


def test_early_stopping_restores_the_best_parameters() -> None:
    """With a rate that is far too large for the last rows the validation loss soon rises."""
    random = np.random.default_rng(0)
    inputs = random.normal(size=(12, 8))
    data = Data({"X": inputs, "y": random.normal(size=(12, 1))})
    problem = problem_of("p = dense(X, 1)\nL = mse(p, y)\nX : N x 8\ny : N x 1", data)
    run = fit(problem, Settings("gd", rate=0.05, epochs=500, patience=5, split=(0.7, 0.3, 0)))
    losses = [epoch.validation for epoch in run.epochs]
    best = int(np.argmin(losses))  # type: ignore[arg-type]
    assert run.ended == "early"
    assert len(run.epochs) == best + 6
    shorter = fit(problem, Settings("gd", rate=0.05, epochs=best, split=(0.7, 0.3, 0)))
    np.testing.assert_array_equal(run.last["p.W"], shorter.last["p.W"])
    assert f"epoch {best}" in run.says


def test_folds_validate_every_row_once() -> None:
    run = fit(net_problem(), Settings("adam", epochs=2, folds=4))
    assert sorted(row for fold in run.folds for row in fold.validation) == list(range(20))
    assert all(set(fold.training).isdisjoint(fold.validation) for fold in run.folds)
    assert all(fold.epochs[-1].validation is not None for fold in run.folds)


def test_folds_leave_the_test_rows_alone() -> None:
    run = fit(net_problem(), Settings("adam", epochs=1, folds=4, split=(0.8, 0, 0.2)))
    assert len(run.held_out) == 4
    assert not set(run.held_out) & {row for fold in run.folds for row in (*fold.training, *fold.validation)}


@pytest.mark.parametrize("name", ["gd", "momentum", "nesterov"])
def test_divergence_on_a_quadratic_proposes_a_rate_that_works(name: str) -> None:
    problem = line_problem()
    run = fit(problem, Settings(name, rate=1.0, epochs=100, batch=8))
    assert run.ended == "diverged"
    assert re.search(r"The step is too large: the gradient of [wb] grew from [\d.]+ to \d", run.says)
    proposed = float(run.says.rsplit("try the rate ", 1)[1].rstrip("."))
    again = fit(problem, Settings(name, rate=proposed, epochs=100, batch=8))
    assert again.ended == "done"
    assert again.epochs[-1].train < again.epochs[0].train


def test_the_bound_on_the_rate_is_sharp_on_a_quadratic() -> None:
    """Just below 2/λ it converges, just above it diverges; λ is worked out here by hand."""
    x = np.arange(8.0)
    matrix = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]])
    bound = 2 / np.linalg.eigvalsh(matrix)[-1]
    run = fit(line_problem(), Settings("gd", rate=1.0, epochs=100))
    assert f"below 2/λ = {bound:.3g}: try" in run.says
    assert fit(line_problem(), Settings("gd", rate=bound * 0.99, epochs=3000)).ended == "done"
    assert fit(line_problem(), Settings("gd", rate=bound * 1.01, epochs=3000)).ended == "diverged"


def test_divergence_keeps_the_last_whole_epoch_and_is_finite() -> None:
    run = fit(line_problem(), Settings("adam", rate=1e200, epochs=10))
    assert run.ended == "diverged"
    assert "tenth of the rate" in run.says
    assert all(np.isfinite(value).all() for value in run.last.values())


def test_a_loss_without_a_least_value_is_told_apart() -> None:
    run = fit(problem_of("f = x; x = 0"), Settings("gd", rate=1e5, epochs=100))
    assert run.ended == "diverged"
    assert "It has no least value" in run.says


def test_a_loss_that_is_nan_from_the_start() -> None:
    run = fit(problem_of("f = log(x); x = -1"), Settings("gd", rate=0.1, epochs=3))
    assert run.ended == "diverged"
    assert "at the first parameters already" in run.says


@pytest.mark.parametrize("at", [1, 2, 5])
def test_an_interruption_between_epochs_keeps_the_last_one(at: int) -> None:
    def stop(epoch: Epoch) -> None:
        if epoch.number == at:
            raise KeyboardInterrupt

    kept: list[Any] = []
    settings = Settings("adam", rate=0.01, epochs=9, batch=3)
    run = fit(net_problem(), settings, Watch(stop, kept.append))
    shorter = fit(net_problem(), replace(settings, epochs=at))
    assert run.ended == "interrupted"
    assert run.epochs == shorter.epochs
    assert all(np.array_equal(run.last[name], shorter.last[name]) for name in run.last)
    assert kept[-1].epoch == at


@pytest.mark.parametrize("update", [1, 6, 7, 8, 20])
def test_an_interruption_in_the_middle_of_an_epoch(update: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Network.step

    def step(self: Network, batch: Any) -> float:
        if self.updates == update:
            raise KeyboardInterrupt
        return plain(self, batch)

    monkeypatch.setattr(Network, "step", step)
    kept: list[Any] = []
    run = fit(net_problem(), Settings("adam", rate=0.01, epochs=9, batch=3), Watch(checkpoint=kept.append))
    monkeypatch.undo()
    whole = update // 7
    assert run.ended == "interrupted"
    assert run.epochs[-1].number == whole == kept[-1].epoch
    assert len(run.losses) == 7 * whole
    if whole:
        shorter = fit(net_problem(), Settings("adam", rate=0.01, epochs=whole, batch=3))
        assert all(np.array_equal(run.last[name], shorter.last[name]) for name in run.last)


def test_an_output_of_several_entries_is_refused() -> None:
    with pytest.raises(ShapeError, match="training lessens one number"):
        fit(problem_of("f = x*[1, 2]; x = [1, 2]"), Settings("gd"))


def test_a_batch_larger_than_the_training_rows_is_refused() -> None:
    with pytest.raises(OptionProblem, match="a batch of 20 rows is larger than the data: there are 14 training rows"):
        fit(net_problem(), Settings("adam", batch=20, split=(0.7, 0.3, 0)))


def test_a_warning_beyond_8192_rows() -> None:
    x = np.linspace(-1, 1, 9000)
    problem = problem_of("L = mean((w*x - y)^2); w = 0", Data({"x": x, "y": x}))
    run = fit(problem, Settings("gd", epochs=1, schedule="linear-scaling"))
    assert any("8,192" in note for note in run.notes)
