"""One update as a plain function, and the façade."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.errors import UserError, ValueProblem
from gradviz.training.network import LARGE
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.rules import traced
from gradviz.training.settings import Settings
from tests.training.networks import NET, net_data

BATCH = dict(net_data(5).arrays)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_one_step_is_the_gradient_and_the_rule(name: str) -> None:
    """The gradient by `compile`, the update by the lines: two other ways to the same numbers."""
    step = gradviz.training_step(NET, BATCH, optimiser=name, rate=0.1)
    params = step.parameters()
    before = {key: value.copy() for key, value in params.items()}
    loss = step(params, BATCH)
    function = gradviz.compile(NET, wrt=list(params), shapes={key: value.shape for key, value in BATCH.items()})
    value, gradients = function(*[{**before, **BATCH}[key] for key in function.inputs])
    assert loss == pytest.approx(value, rel=1e-14)
    settings = Settings(name, rate=0.1).resolved()
    for key, gradient in zip(params, gradients, strict=True):
        found = traced(settings, {"w": before[key], "g": gradient, "eta": 0.1, "t": 1})
        np.testing.assert_allclose(params[key], found["w1"], rtol=1e-12, atol=1e-15)


def test_out_takes_the_new_parameters_and_params_stay() -> None:
    step = gradviz.training_step(NET, BATCH, rate=0.1)
    params, out = step.parameters(), step.parameters()
    before = {key: value.copy() for key, value in params.items()}
    step(params, BATCH, out=out)
    assert all(np.array_equal(params[key], before[key]) for key in params)
    assert all(not np.array_equal(out[key], before[key]) for key in params)


def test_parameters_are_read_at_each_call() -> None:
    step = gradviz.training_step("L = mean((w*x)^2)", {"x": np.ones(3)}, optimiser="gd", rate=0.5)
    params = {"w": np.array(3.0)}
    assert step(params, {"x": np.ones(3)}) == 9.0
    params["w"][...] = 2.0
    assert step(params, {"x": np.ones(3)}) == 4.0


def test_batches_of_other_sizes() -> None:
    step = gradviz.training_step(NET, BATCH, rate=0.1)
    params = step.parameters()
    for rows in (5, 3, 1, 5):
        taken = {key: value[:rows] for key, value in BATCH.items()}
        assert np.isfinite(step(params, taken))
    assert step.updates == 4


def test_float32_stays_float32() -> None:
    step = gradviz.training_step(NET, BATCH, rate=0.1, dtype=np.float32)
    params = step.parameters()
    step(params, {key: value.astype(np.float32) for key, value in BATCH.items()})
    assert all(value.dtype == np.float32 for value in params.values())
    assert all(array.dtype == np.float32 for states in step.state.values() for array in states.values())
    double = gradviz.training_step(NET, BATCH, rate=0.1)
    expected = double.parameters()
    double(expected, BATCH)
    for key, value in expected.items():
        np.testing.assert_allclose(params[key], value, rtol=1e-4, atol=1e-5)


def test_state_and_rate() -> None:
    step = gradviz.training_step(NET, BATCH, optimiser="adam", rate=0.1)
    step(step.parameters(), BATCH)
    assert set(step.state["h.W"]) == {"m", "v"}
    assert step.state["h.W"]["m"].shape == (2, 3)
    assert step.rate == 0.1
    step.rate = 0.2
    assert step.rate == 0.2
    with pytest.raises(ValueProblem, match="above 0"):
        step.rate = 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p, b: p.pop("h.W"), "the parameter h.W is missing"),
        (lambda p, b: b.pop("y"), "the data input y is missing"),
        (lambda p, b: p.update({"h.b": np.ones(4)}), "the parameter h.b has the shape 4"),
        (lambda p, b: p.update({"h.b": [0.0, 0.0, 0.0]}), "h.b is no array"),
        (lambda p, b: b.update({"X": np.ones((5, 7))}), "."),
    ],
)
def test_what_does_not_fit(change: Any, says: str) -> None:
    step = gradviz.training_step(NET, BATCH, rate=0.1)
    params, batch = step.parameters(), dict(BATCH)
    change(params, batch)
    with pytest.raises(UserError, match=says):
        step(params, batch)


def test_a_graph_made_by_hand() -> None:
    graph = gradviz.Graph()
    w, x = graph.input("w", (2,)), graph.input("x", (3, 2))
    graph.mean((x @ w - 1) ** 2)
    rows = {"x": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])}
    run = gradviz.train(graph, rows, optimiser="gd", rate=0.2, epochs=500)
    expected, *_ = np.linalg.lstsq(rows["x"], np.ones(3), rcond=None)
    np.testing.assert_allclose(run.parameters["w"], expected, atol=1e-8)
    with pytest.raises(UserError, match="the graph was made for 3 rows"):
        gradviz.train(graph, rows, optimiser="sgd", batch=2)


def test_train_and_resume(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "run.npz"
    whole = gradviz.train(NET, BATCH, optimiser="adam", rate=0.02, epochs=6, on_epoch=lambda e: told.append(e.number))
    gradviz.train(NET, BATCH, optimiser="adam", rate=0.02, epochs=3, checkpoint=path)
    again = gradviz.resume(path, BATCH, epochs=6)
    assert told == list(range(7))
    assert again.history == whole.history
    assert all(np.array_equal(again.parameters[key], whole.parameters[key]) for key in whole.parameters)
    assert repr(whole).startswith("<Training of h.W, h.b, p.W, p.b: 6 epochs, loss ")


def test_saving_a_checkpoint_of_a_finished_run(tmp_path: Path) -> None:
    run = gradviz.train(NET, BATCH, optimiser="adam", epochs=2)
    path = run.save(tmp_path / "run.npz")
    again = gradviz.resume(path, BATCH)
    assert again.ended == "done"
    assert all(np.array_equal(again.parameters[key], run.parameters[key]) for key in run.parameters)


def test_unknown_settings_have_a_nearest_name() -> None:
    with pytest.raises(UserError, match="did you mean 'weight_decay'"):
        gradviz.train(NET, BATCH, weight_decai=0.1)


def test_a_standardised_run_is_taken_up_again(tmp_path: Path) -> None:
    """The checkpoint knows how the columns were scaled, and recognises the rows as they were given."""
    rows = {"X": np.array([[10.0, 1], [20, 3], [30, 2], [40, 7]]), "y": np.array([[1.0], [2], [3], [4]])}
    path = tmp_path / "run.npz"
    chosen: dict[str, Any] = {"optimiser": "adam", "rate": 0.05, "standardise": True}
    whole = gradviz.train(NET, rows, epochs=8, **chosen)
    gradviz.train(NET, rows, epochs=4, checkpoint=path, **chosen)
    again = gradviz.resume(path, rows, epochs=8, standardise=True)
    assert all(np.array_equal(again.parameters[key], whole.parameters[key]) for key in whole.parameters)
    assert all(
        np.array_equal(gradviz.resume(again.save(path), rows, standardise=True).parameters[key], value)
        for key, value in again.parameters.items()
    )
    np.testing.assert_array_equal(again.problem.data.scaling["X"].mean, rows["X"].mean(0))


def _copied(step: Any) -> Any:
    return {name: {state: values.copy() for state, values in found.items()} for name, found in step.state.items()}


@pytest.mark.parametrize("spoilt", [np.nan, np.inf])
def test_rows_that_are_not_finite_move_nothing(spoilt: float) -> None:
    step = gradviz.training_step(NET, BATCH, rate=0.1)
    params = step.parameters()
    step(params, BATCH)
    before, state, name = {key: value.copy() for key, value in params.items()}, _copied(step), next(iter(BATCH))
    rows = {**BATCH, name: np.array(BATCH[name], dtype=float)}
    rows[name].reshape(-1)[-1] = spoilt
    with pytest.raises(UserError, match=f"NaN or infinity: {name}, row {len(rows[name]) - 1}"):
        step(params, rows)
    assert step.updates == 1
    for key, value in before.items():
        np.testing.assert_array_equal(params[key], value)
        for kind, values in state[key].items():
            np.testing.assert_array_equal(step.state[key][kind], values)


def test_parameters_that_give_no_loss_are_left_as_they_are() -> None:
    step = gradviz.training_step("L = mean((w*x - y)^2); w = 1", {"x": np.ones(2), "y": np.ones(2)}, rate=0.1)
    params = {"w": np.array(np.inf)}
    with pytest.raises(UserError, match="the loss of the batch is NaN or infinite; nothing was updated"):
        step(params, {"x": np.ones(2), "y": np.ones(2)})
    assert params["w"] == np.inf


MISUSED: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "text": (lambda step, params: step(params, {**BATCH, next(iter(BATCH)): "a"}), "no array of numbers"),
    "ragged": (lambda step, params: step({**params, "h.W": [[1], [1, 2]]}, BATCH), "no array of numbers"),
    "no_batch": (lambda step, params: step(params, None), "data inputs are given by name, not as NoneType"),
    "no_params": (lambda step, params: step(np.zeros(3), BATCH), "parameters are given by name, not as ndarray"),
    "out_shape": (
        lambda step, params: step(params, BATCH, out={key: np.zeros(7) for key in params}),
        "has the shape 7",
    ),
    "out_whole": (
        lambda step, params: step(params, BATCH, out={key: value.astype(int) for key, value in params.items()}),
        "is of type int64",
    ),
    "out_text": (lambda step, params: step(params, BATCH, out=dict.fromkeys(params, "a")), "is no array"),
    "rate": (lambda step, params: setattr(step, "rate", "fast"), "the learning rate is a number above 0, not 'fast'"),
    "data": (lambda step, params: gradviz.train(NET, 5), "data are arrays by name, .* not int"),
}


@pytest.mark.parametrize("name", MISUSED)
def test_what_is_no_array_is_refused(name: str) -> None:
    use, says = MISUSED[name]
    step = gradviz.training_step(NET, BATCH, rate=0.1)
    params = step.parameters()
    before = {key: value.copy() for key, value in params.items()}
    with pytest.raises(UserError, match=says):
        use(step, params)
    assert step.updates == 0
    assert all(np.array_equal(params[key], value) for key, value in before.items())


def test_read_only_parameters_are_refused() -> None:
    step = gradviz.training_step(NET, BATCH, rate=0.1)
    params = step.parameters()
    params["h.W"].flags.writeable = False
    with pytest.raises(UserError, match=r"h\.W is read-only"):
        step(params, BATCH)


def test_fewer_epochs_than_a_checkpoint_has(tmp_path: Path) -> None:
    path = gradviz.train(NET, BATCH, epochs=4).save(tmp_path / "run.npz")
    assert gradviz.resume(path, BATCH, epochs=4).ended == "done"
    with pytest.raises(UserError, match="has 4 epochs already, and 3 are asked for"):
        gradviz.resume(path, BATCH, epochs=3)


def test_a_gradient_that_is_not_finite_moves_nothing() -> None:
    rows = {"x": np.zeros(2), "y": np.ones(2)}
    step = gradviz.training_step("L = mean((sqrt(w) + x - y)^2); w = 0", rows, rate=0.1)
    params = step.parameters()
    with pytest.raises(UserError, match="the gradient of the batch's loss is NaN or infinite; nothing was updated"):
        step(params, rows)
    assert params["w"] == 0


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_a_step_allocates_no_arrays_after_the_first(optimiser: str) -> None:
    """Counted on parameters and rows of which each array is larger than all that is allowed."""
    program = "X : N x 300; T : N x 40; h = dense(X, 64, tanh); p = dense(h, 40); L = mse(p, T)"
    random = np.random.default_rng(3)
    batch = {"X": random.normal(size=(500, 300)), "T": random.normal(size=(500, 40))}
    step = gradviz.training_step(program, batch, optimiser=optimiser)
    params = step.parameters()
    # A ufunc that broadcasts takes memory of a fixed size for its iterator.
    allowed = 1.2 * np.getbufsize() * 8
    assert allowed < 500 * 40 * 8
    for _ in range(2):
        step(params, batch)
    tracemalloc.start()
    try:
        step(params, batch)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(3):
            step(params, batch)
        assert tracemalloc.get_traced_memory()[1] - before < allowed
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_large_parameters_are_moved_where_they_lie(optimiser: str) -> None:
    """As small ones and as parameters that are written elsewhere are moved."""
    program = "X : N x 200; T : N x 2; h = dense(X, 50, tanh); p = dense(h, 2); L = mse(p, T)"
    random = np.random.default_rng(4)
    batch = {"X": random.normal(size=(20, 200)), "T": random.normal(size=(20, 2))}
    steps = [gradviz.training_step(program, batch, optimiser=optimiser, rate=0.1) for _ in range(3)]
    assert steps[0].parameters()["h.W"].size >= LARGE
    here = steps[0].parameters()
    there = steps[1].parameters()
    turned = {name: np.asfortranarray(value) for name, value in steps[2].parameters().items()}
    for _ in range(3):
        losses = [steps[0](here, batch), steps[2](turned, batch)]
        moved = {name: np.empty_like(value) for name, value in there.items()}
        losses.append(steps[1](there, batch, out=moved))
        there = moved
        assert losses == pytest.approx([losses[0]] * 3, rel=1e-12)
    for name, value in here.items():
        np.testing.assert_allclose(there[name], value, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(turned[name], value, rtol=1e-12, atol=1e-14)
