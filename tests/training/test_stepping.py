from __future__ import annotations

import numpy as np
import pytest

from gradviz.errors import NameProblem, OptionProblem
from gradviz.syntax.parser import parse
from gradviz.training.fit import fit
from gradviz.training.loading import data_for
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.problem import problem_of
from gradviz.training.run import Run
from gradviz.training.schedules import SCHEDULES
from gradviz.training.settings import Settings
from gradviz.training.stepping import explained_step, moment_of

LINE = "L = mean((w*x + b - y)^2); x = [1, 2, 3, 4]; y = [3, 5, 7, 9]; w = -1; b = 4"
XOR = """X : N x 2 = [[0, 0], [0, 1], [1, 0], [1, 1]]
y : N x 1 = [[0], [1], [1], [0]]
h = dense(X, 3, tanh)
p = dense(h, 1)
L = bce_with_logits(p, y)"""


def run_of(source: str, **chosen: object) -> Run:
    return fit(problem_of(source), Settings(**{"rate": 0.05, "epochs": 4, "batch": None, **chosen}))  # type: ignore[arg-type]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("extra", [{}, {"clip": 0.5, "weight_decay": 0.1}], ids=["plain", "clipped and decayed"])
def test_the_numbers_are_those_of_the_run_bit_for_bit(optimiser: str, extra: dict[str, float]) -> None:
    run = run_of(XOR, optimiser=optimiser, **({} if optimiser == "gd" else {"batch": 2}), **extra)
    for step in (1, len(run.losses)):
        moment = moment_of(run, step)
        np.testing.assert_array_equal(moment.before["h.W"], run.path["h.W"][step - 1])
        np.testing.assert_array_equal(moment.after["h.W"], run.path["h.W"][step])
        assert moment.loss == run.losses[step - 1]
    facts = explained_step(run, 3, "h.W[1,2]")
    before, after = run.path["h.W"][2], run.path["h.W"][3]
    assert facts.before.entries == tuple(before.ravel().tolist())
    assert facts.after.entries == tuple(after.ravel().tolist())
    assert facts.lines[-1].value.number == after[1, 2]
    assert facts.loss == run.losses[2]
    gradient = np.array(facts.explanation.gradients["h.W"].value.nested())  # type: ignore[union-attr]
    assert facts.lines[0].value.number == pytest.approx(gradient[1, 2], rel=1e-12, abs=1e-16)


@pytest.mark.parametrize("schedule", [*SCHEDULES, "warm-up+cosine"])
def test_the_rate_is_explained_where_it_is_not_constant(schedule: str) -> None:
    run = run_of(LINE, optimiser="sgd", schedule=schedule, epochs=10)
    for step in (1, 2, 17):
        told = [line for line in explained_step(run, step).lines if line.says.startswith("the learning rate")]
        assert len(told) == (schedule != "constant")
        for line in told:
            assert line.value.number == moment_of(run, step).rate


def test_every_line_says_what_its_own_numbers_give() -> None:
    run = run_of(LINE, optimiser="adam", clip=1.0, weight_decay=0.1)
    for line in explained_step(run, 3).lines[1:]:
        assert line.says
        if line.numbers.text.startswith("sqrt"):
            continue
        value = evaluated(line.numbers.text)
        assert value == pytest.approx(line.value.number, rel=5e-3), line.numbers.text


def evaluated(text: str) -> float:
    from gradviz.graph.build import build
    from gradviz.passes.evaluate import evaluate

    built = build(parse(f"f = {text}"))
    return float(evaluate(built.graph, {}, [built.output])[0])


def test_numbers_with_powers_of_ten_keep_their_signs() -> None:
    run = run_of("f = 0.00001*x^2; x = -3", optimiser="gd")
    gradient, update = explained_step(run, 1).lines
    assert update.numbers.unicode == "−3 − 0.05·(−6×10⁻⁵)"
    assert r"\cdot" in update.numbers.latex
    assert gradient.value.number == pytest.approx(-6e-5)


def test_the_entry_is_the_steepest_unless_one_is_named() -> None:
    run = run_of(XOR, optimiser="sgd")
    facts = explained_step(run, 2)
    gradient = np.array(facts.explanation.gradients["h.W"].value.nested())  # type: ignore[union-attr]
    assert abs(gradient[facts.index]) == abs(gradient).max()
    assert explained_step(run, 2, "p.b[0]").index == (0,)


@pytest.mark.parametrize(
    ("step", "entry", "kind", "says"),
    [
        (0, "", OptionProblem, "updates 1 to 4"),
        (5, "", OptionProblem, "updates 1 to 4"),
        (1, "h.V", NameProblem, "did you mean .h"),
        (1, "h.W[2,0]", OptionProblem, r"h\.W\[1,2\]"),
        (1, "h.W[0]", OptionProblem, "counted from 0"),
        (1, "h.W[,-]", OptionProblem, "counted from 0"),
        (1, "]", NameProblem, "trained are"),
    ],
)
def test_what_is_not_there_is_refused(step: int, entry: str, kind: type[Exception], says: str) -> None:
    run = run_of(XOR, optimiser="gd")
    with pytest.raises(kind) as error:
        explained_step(run, step, entry)
    import re

    assert re.search(says, f"{error.value} {error.value.hint}")  # type: ignore[attr-defined]


def test_the_batch_is_the_one_of_the_update() -> None:
    program = "X : N x 2\ny : N x 1\np = dense(X, 1)\nL = mse(p, y)"
    data = data_for(program, "moons(n=30, noise=0.1)")
    run = fit(problem_of(program, data), Settings("sgd", rate=0.1, epochs=2, batch=8, split=(0.8, 0.2, 0)))
    seen = [explained_step(run, step).batch for step in (1, 2, 3)]
    assert sorted(row for batch in seen for row in batch) == sorted(run.training)
    x, y = data.arrays["X"][list(seen[0])], data.arrays["y"][list(seen[0])]
    loss = np.mean((x @ run.first["p.W"] + run.first["p.b"] - y) ** 2)
    assert run.losses[0] == pytest.approx(loss)


def test_dropout_is_the_same_as_in_the_run() -> None:
    program = "X : N x 2\ny : N x 1\nh = dropout(dense(X, 6, tanh), 0.5)\np = dense(h, 1)\nL = mse(p, y)"
    data = data_for(program, "moons(n=20, noise=0.1)")
    run = fit(problem_of(program, data), Settings("adam", rate=0.1, epochs=3, batch=10))
    for step in (1, 4):
        facts = explained_step(run, step)
        assert facts.loss == run.losses[step - 1]
        assert facts.explanation.value is not None
        assert facts.explanation.value.number == pytest.approx(facts.loss)


def test_a_parameter_with_the_name_of_a_state_keeps_them_apart() -> None:
    run = run_of("L = mean((m*x + v - y)^2); x = [1, 2]; y = [3, 5]; m = 1; v = 0", optimiser="adam")
    formulas = [line.formula.unicode for line in explained_step(run, 1, "m").lines]
    assert formulas[-1].startswith("m ← m − ")
    assert not any(formula.startswith("m ← β") for formula in formulas)


def test_a_single_number_has_no_entries_to_follow() -> None:
    run = run_of("w = 1; L = (w - 3)^2")
    with pytest.raises(OptionProblem, match="w is a single number") as error:
        explained_step(run, 1, "w[3]")
    assert error.value.hint == "write w"
