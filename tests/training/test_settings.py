"""Choices are checked when they are made, and what is wrong is said with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from gradviz.errors import OptionProblem
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.schedules import SCHEDULES, parts, rate_function, usual_options, warnings_for
from gradviz.training.settings import Settings, with_changes

WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"optimiser": "adan"}, "there is no optimiser 'adan'", "did you mean 'adam'?"),
    ({"optimiser": "quux"}, "there is no optimiser 'quux'", "the optimisers are gd, sgd, momentum"),
    ({"schedule": "cosin"}, "there is no schedule 'cosin'", "did you mean 'cosine'?"),
    ({"schedule": "cosine+step"}, "only a warm-up goes on as another one", "warm-up+cosine"),
    ({"rate": 0}, "the learning rate is a number above 0, not 0", "rate=0.01"),
    ({"rate": -0.1}, "the learning rate is a number above 0, not -0.1", "rate=0.01"),
    ({"rate": float("nan")}, "the learning rate is a number above 0, not nan", "rate=0.01"),
    ({"rate": float("inf")}, "the learning rate is a number above 0, not inf", "rate=0.01"),
    ({"rate": "fast"}, "the learning rate is a number above 0, not 'fast'", "rate=0.01"),
    ({"rate": True}, "the learning rate is a number above 0, not True", "rate=0.01"),
    ({"epochs": 0}, "the number of epochs is a whole number from 1 up, not 0", "epochs=100"),
    ({"epochs": 1.5}, "the number of epochs is a whole number from 1 up, not 1.5", "epochs=100"),
    ({"batch": 0}, "the batch is a whole number from 1 up, not 0", "batch=32"),
    ({"seed": -1}, "the seed is a whole number from 0 up, not -1", "seed=0"),
    ({"clip": 0}, "the limit of the gradient's norm is a number above 0", "clip=1"),
    ({"weight_decay": -1}, "the weight decay is a number from 0 up, not -1", "weight_decay=0.01"),
    ({"patience": 0, "split": (0.8, 0.2, 0)}, "the patience is a whole number from 1 up", "patience=10"),
    ({"patience": 3}, "stopping early needs validation rows", "split=(0.8, 0.2, 0)"),
    ({"folds": 1}, "the number of folds is a whole number from 2 up, not 1", "folds=5"),
    ({"folds": 3, "split": (0.5, 0.3, 0.2)}, "with folds each row is validated once", "split=(0.8, 0, 0.2)"),
    ({"split": (0.5, 0.2, 0.2)}, "do not sum to 1", ""),
    ({"split": (1.5, -0.5, 0)}, "do not sum to 1", ""),
    ({"split": (0.5, 0.5)}, "the split has three shares", "split=(0.7, 0.15, 0.15)"),
    (
        {"optimiser": "momentum", "options": {"momentum": 1.0}},
        "momentum is a number from 0 to below 1, not 1.0",
        "momentum=0.9",
    ),
    ({"optimiser": "momentum", "options": {"momentum": -0.1}}, "momentum is a number from 0 to below 1", ""),
    ({"optimiser": "adam", "options": {"beta_1": 0.5}}, "adam has no option 'beta_1'", "did you mean 'beta1'?"),
    ({"optimiser": "sgd", "options": {"momentum": 0.5}}, "sgd has no option 'momentum'", "momentum is an option of"),
    ({"optimiser": "sgd", "options": {"beta9": 0.5}}, "sgd has no option 'beta9'", "leave it out"),
    (
        {"optimiser": "adam", "schedule": "cosine", "options": {"momentum": 0.5}},
        "adam with the schedule cosine has no option 'momentum'",
        "the options are",
    ),
    ({"schedule": "step", "options": {"gamma": 0}}, "gamma is a number above 0 to 1, not 0", ""),
)


@pytest.mark.parametrize(("changes", "says", "hint"), WRONG)
def test_wrong_choices_are_refused(changes: dict[str, Any], says: str, hint: str) -> None:
    with pytest.raises(OptionProblem) as caught:
        Settings(**changes)
    assert says in caught.value.message
    assert hint in (caught.value.hint or "")


def test_an_unknown_setting_has_a_nearest_name() -> None:
    with pytest.raises(OptionProblem) as caught:
        with_changes(Settings(), {"epoch": 3})
    assert caught.value.hint == "did you mean 'epochs'?"


@pytest.mark.parametrize(("name", "batch"), [("gd", 100), ("sgd", 1), ("adam", 32), ("momentum", 32)])
def test_usual_batches(name: str, batch: int) -> None:
    assert Settings(name).resolved(100).batch == batch
    assert Settings(name).resolved(10).batch == min(batch, 10)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_usual_numbers_are_the_rows(name: str) -> None:
    row, made = OPTIMISERS[name], Settings(name).resolved(10)
    assert made.rate == row.rate
    assert made.weight_decay == row.decay
    assert all(made.options[option.name] == option.default for option in row.options)


def test_gradient_descent_takes_all_rows() -> None:
    with pytest.raises(OptionProblem, match="takes all 10 rows at once"):
        Settings("gd", batch=5).resolved(10)


def test_updates_of_a_run() -> None:
    assert Settings("sgd", batch=3, epochs=4).resolved(10).updates == 16


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_stay_positive_and_below_the_greatest_rate(name: str) -> None:
    row = SCHEDULES[name]
    assert row.doc.endswith(".")
    options = usual_options(name, 90, 9, {})
    rate = rate_function(name, 0.5, options, 128)
    found = [rate(k) for k in range(90)]
    assert all(0 < value <= 0.5 for value in found)
    if row.warms:
        assert found == sorted(found) or name == "linear-scaling"


def test_step_and_cosine_by_hand() -> None:
    step = rate_function("step", 2.0, {"gamma": 0.1, "every": 3}, 1)
    assert [step(k) for k in (0, 2, 3, 5, 6)] == pytest.approx([2, 2, 0.2, 0.2, 0.02])
    cosine = rate_function("cosine", 1.0, {"least": 0.2, "period": 4}, 1)
    assert [cosine(k) for k in (0, 2, 4, 9)] == pytest.approx([1, 0.6, 0.2, 0.2])


def test_linear_scaling_goes_from_the_rate_to_the_scaled_one() -> None:
    rate = rate_function("linear-scaling", 0.1, {"base": 256, "warm": 10}, 1024)
    assert [rate(0), rate(5), rate(10), rate(50)] == pytest.approx([0.1, 0.25, 0.4, 0.4])


def test_after_a_warm_up_another_schedule_has_the_rest_of_the_run() -> None:
    options = usual_options("warm-up+cosine", 100, 10, {"warm": 20})
    assert options["period"] == 80
    rate = rate_function("warm-up+cosine", 1.0, options, 1)
    assert rate(20) == pytest.approx(1.0)
    assert rate(60) == pytest.approx(0.5)
    assert [row.name for row in parts("warm-up+cosine")] == ["warm-up", "cosine"]


def test_the_warning_of_linear_scaling() -> None:
    assert warnings_for("linear-scaling", 8192) == ()
    assert "Goyal" in warnings_for("linear-scaling", 8193)[0]
    assert warnings_for("constant", 100_000) == ()
