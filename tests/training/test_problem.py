"""Which inputs are data, which are trained, and what is said where an input has nothing."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.errors import NameProblem, UserError, ValueProblem
from gradviz.graph.build import build
from gradviz.syntax.parser import parse
from gradviz.training.data import Data
from gradviz.training.finding import compared_nodes
from gradviz.training.fit import fit
from gradviz.training.problem import problem_of
from gradviz.training.settings import Settings
from tests.training.networks import LINE, NET, net_data, net_problem

POINTS = Data({"x": np.array([1.0, 2.0, 3.0]), "y": np.array([2.0, 4.0, 6.0])})


def test_layers_parameters_are_trained() -> None:
    problem = net_problem()
    assert problem.parameters == ("h.W", "h.b", "p.W", "p.b")
    assert (problem.prediction, problem.target) == ("p", "y")
    assert problem.start["h.W"].shape == (2, 3)
    assert np.any(problem.start["h.W"])
    assert not np.any(problem.start["h.b"])


def test_without_layers_all_that_is_no_data_is_trained() -> None:
    problem = problem_of(LINE, POINTS)
    assert problem.parameters == ("w", "b")
    assert (problem.prediction, problem.target) == ("yhat", "y")
    assert problem.start["w"] == 0


def test_declared_parameters_are_trained_and_others_are_fixed() -> None:
    problem = problem_of("L = mean((w*x + c - y)^2); w : parameter; c = 2", POINTS)
    assert problem.parameters == ("w",)
    assert problem.fixed["c"] == 2


def test_wrt_overrides() -> None:
    problem = problem_of(LINE, POINTS, wrt=["b"], values={"w": 3})
    assert problem.parameters == ("b",)
    assert problem.fixed["w"] == 3


def test_wrt_of_a_layer_holds_the_others_at_their_first_values() -> None:
    whole = net_problem(seed=3)
    problem = problem_of(NET, net_data(), wrt=["p.W"], seed=3)
    assert problem.parameters == ("p.W",)
    np.testing.assert_array_equal(problem.fixed["h.W"], whole.start["h.W"])


def test_what_has_no_value_is_drawn_and_said() -> None:
    problem = problem_of("L = mean((u*w*x - y)^2)", POINTS)
    assert problem.start["u"] != 0
    assert problem.start["u"] != problem.start["w"]
    assert any("u and w had no value" in note for note in problem.notes)


def test_a_given_value_is_where_a_parameter_starts() -> None:
    problem = problem_of(NET, net_data(), values={"p.b": [7.0]})
    np.testing.assert_array_equal(problem.start["p.b"], [7.0])


def test_the_programs_own_rows() -> None:
    program = NET.replace("X : N x 2", "X : 4x2 = [[0,0],[0,1],[1,0],[1,1]]")
    problem = problem_of(program.replace("y : N x 1", "y : 4x1 = [[0],[1],[1],[0]]"))
    assert set(problem.data.arrays) == {"X", "y"}
    assert problem.data.rows == 4
    run = fit(problem, Settings("adam", rate=0.05, epochs=400, batch=3))
    assert run.epochs[-1].train < 0.05


def test_arrays_that_cannot_be_divided_are_no_rows() -> None:
    problem = problem_of("f = sum((W@x - c)^2); W = [[2, 1], [1, 3]]; c = [1, 2]; x = [1, 1]", wrt=["W"])
    assert problem.data.arrays == {}
    run = fit(problem, Settings("sgd", rate=0.05, epochs=500))
    np.testing.assert_allclose(run.last["W"] @ [1, 1], [1, 2], atol=1e-8)


def test_the_rows_of_a_system_are_rows() -> None:
    problem = problem_of("f = mean((A@x - c)^2); A = [[2, 1], [1, 3]]; c = [1, 2]; x = [0, 0]", wrt=["x"])
    assert set(problem.data.arrays) == {"A", "c"}
    run = fit(problem, Settings("gd", rate=0.1, epochs=500))
    np.testing.assert_allclose(run.last["x"], np.linalg.solve([[2, 1], [1, 3]], [1, 2]), atol=1e-8)


def test_a_function_without_data() -> None:
    problem = problem_of("f = (1 - x)^2 + 100*(y - x^2)^2; x = -1; y = 1")
    assert problem.parameters == ("x", "y")
    assert problem.data.rows == 0


@pytest.mark.parametrize(
    ("program", "pair"),
    [
        ("p = w*x; L = mean((p - y)^2); w = 0", ("p", "y")),
        ("p = w*x; L = mean((y - p)^2); w = 0", ("p", "y")),
        ("p = w*x; L = mean(|y - p|) + 0.1*w^2; w = 0", ("p", "y")),
        ("p = w*x; L = mse(p, y) + 0.1*w^2; w = 0", ("p", "y")),
        ("p = w*x; q = sigmoid(p); L = bce(q, y); w = 0", ("q", "y")),
        ("p = w*x; L = sum(p*y); w = 0", ("", "")),
        ("L = mean((w*x - y)^2); w = 0", ("", "y")),
    ],
)
def test_what_a_loss_compares(program: str, pair: tuple[str, str]) -> None:
    problem = problem_of(program, Data({"x": np.array([1.0, 2.0]), "y": np.array([0.0, 1.0])}))
    assert (problem.prediction, problem.target) == pair


def test_a_prediction_without_a_name_has_a_place() -> None:
    built = build(parse("L = mean((w*x - y)^2); w = 0", known=("x", "y")), values={"x": [1.0, 2.0], "y": [1.0, 2.0]})
    prediction, target = compared_nodes(built.graph, built.output, ["x", "y"], ["w"])
    assert prediction is not None
    assert target is not None
    assert built.graph.nodes[prediction].op.name == "mul"
    assert built.graph.nodes[target].name == "y"


def test_an_input_with_nothing() -> None:
    with pytest.raises(ValueProblem) as caught:
        problem_of(NET.replace("L = mse(p, y)", "L = mse(p*c, y)"), net_data())
    assert caught.value.message == "c has neither data nor a value"
    assert "wrt" in (caught.value.hint or "")


def test_nothing_to_train() -> None:
    with pytest.raises(UserError, match="nothing to train"):
        problem_of("L = mean((x - y)^2)", POINTS)


def test_wrt_names_an_input() -> None:
    with pytest.raises(NameProblem) as caught:
        problem_of(NET, net_data(), wrt=["h.w"])
    assert caught.value.hint == "did you mean 'h.W'?"
    with pytest.raises(UserError, match="x is data, so it cannot be trained too"):
        problem_of(LINE, POINTS, wrt=["x"])


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"x": np.arange(3.0), "y": np.arange(2.0)}, "different numbers of rows: x has 3, y has 2"),
        ({"x": np.arange(0.0), "y": np.arange(0.0)}, "the data have no rows"),
        ({"x": np.array(1.0), "y": np.array(1.0)}, "the data for x are one number"),
        ({"x": np.array([1.0, np.nan]), "y": np.arange(2.0)}, r"the data for x hold NaN or infinity in row 1"),
        ({"x": np.arange(2.0), "y": np.array([np.inf, 0])}, r"the data for y hold NaN or infinity in row 0"),
    ],
)
def test_rows_that_nothing_can_be_learnt_from(arrays: dict[str, np.ndarray], says: str) -> None:
    with pytest.raises(ValueProblem, match=says):
        problem_of(LINE, Data(arrays))
