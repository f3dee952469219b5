"""gradviz.jvp and gradviz.vjp: numbers, formulas, reports, and what is said of bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest

import gradviz
from gradviz.errors import NameProblem, ShapeError, UserError, ValueProblem
from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.names import canonical
from gradviz.syntax.parser import parse, parse_expression
from gradviz.syntax.tree import Name, postorder

W, X = [[0.1, 0.5], [-0.3, 0.8]], [0.2, 0.4]
NORM = "q = W@x; f = ||q||^2"


def test_a_directional_derivative():
    found = gradviz.jvp("f = (x+y)*z", along={"x": 1, "z": 2}, at="x=-2,y=5,z=-4")
    assert (found.kind, found.value, found.tangent) == ("jvp", -12.0, 2.0)
    assert found.formulas == {"f": "z*x_dot + z_dot*(x + y)"}


def test_gradients_pulled_back():
    found = gradviz.vjp("f = (x+y)*z", at="x=-2,y=5,z=-4")
    assert (found.kind, found.value, found.tangent) == ("vjp", -12.0, None)
    assert dict(found.gradients) == {"x": -4.0, "y": -4.0, "z": 3.0}


def test_arrays():
    found = gradviz.jvp(NORM, along={"x": [1, 0]}, at={"W": W, "x": X})
    A, x = np.array(W), np.array(X)
    assert found.tangent == pytest.approx(float(2 * (A @ x) @ A @ [1, 0]))
    back = gradviz.vjp(NORM, at={"W": W, "x": X})
    np.testing.assert_allclose(back.gradients["W"], 2 * np.outer(A @ x, x))
    np.testing.assert_allclose(back.gradients["x"], 2 * A.T @ A @ x)


def test_an_array_output():
    at = {"W": W, "x": X}
    ahead = gradviz.jvp("W@x", along={"W": np.eye(2)}, at=at)
    np.testing.assert_allclose(ahead.tangent, X)
    back = gradviz.vjp("W@x", upstream=[1, -1], at=at)
    np.testing.assert_allclose(back.gradients["x"], np.array(W).T @ [1, -1])
    assert any("ones" in remark.text for remark in gradviz.vjp("W@x", at=at).report.remarks)


def test_forward_and_reverse_are_adjoint():
    at = {"W": W, "x": X, "b": [0.3, -0.2]}
    program = "softmax(tanh(W@x + b))"
    along = {"W": [[1, 2], [0, -1]], "b": [0.5, 1]}
    u = [0.7, -1.3]
    ahead = gradviz.jvp(program, along, at)
    back = gradviz.vjp(program, u, at)
    assert float(np.dot(u, ahead.tangent)) == pytest.approx(
        sum(float(np.sum(back.gradients[name] * np.array(v))) for name, v in along.items())
    )


def test_along_as_text_and_in_any_spelling():
    found = gradviz.jvp("x_1*y", along="x₁=2, y=1", at={"x1": 3, "y": 5})
    assert found.tangent == 13.0


def test_one_number_moves_every_entry_and_it_is_said():
    found = gradviz.jvp("sum(x^2)", along={"x": 1}, at={"x": [1, 2, 3]})
    assert found.tangent == 12.0
    assert [remark.text for remark in found.report.remarks] == ["the direction of x (3) is 1 in every entry"]


def test_another_output():
    assert gradviz.jvp(NORM, along={"x": [1, 0]}, at={"W": W, "x": X}, of="q").tangent.tolist() == [0.1, -0.3]
    assert gradviz.vjp("a = x^2; b = x^3", at={"x": 2}, of="a").gradients["x"] == 4.0


def test_a_graph_by_hand():
    g = gradviz.Graph()
    x, y = g.input("x"), g.input("y")
    g.name(g.sin(x) * y, "f")
    assert gradviz.jvp(g, along={"x": 1}, at={"x": 0, "y": 2}).tangent == 2.0
    assert dict(gradviz.vjp(g, at={"x": 0, "y": 2}, wrt="x").gradients) == {"x": 2.0}


def test_without_values_there_are_formulas():
    found = gradviz.jvp("f = x^2*y", along={"x": 1})
    assert (found.value, found.tangent) == (None, None)
    assert found.formulas == {"f": "2*x*y*x_dot"}
    assert found.report.missing == ("x", "y")
    back = gradviz.vjp("f = x^2*y")
    assert dict(back.gradients) == {"x": None, "y": None}
    assert back.formulas == {"x": "2*x*y*f_bar", "y": "x**2*f_bar"}


def test_what_does_not_move():
    found = gradviz.jvp("f = x*y", along={"y": 0}, at={"x": 3, "y": 5})
    assert found.tangent == 0.0
    stopped = gradviz.jvp("stop_gradient(x)", along={"x": 1}, at={"x": 3})
    assert stopped.tangent == 0.0
    assert stopped.formulas == {"f": "0"}


def test_an_idle_direction_is_said():
    g = gradviz.Graph()
    x, y = g.input("x"), g.input("y")
    g.name(2 * x, "a")
    g.name(y**2, "b")
    found = gradviz.jvp(g, along={"x": 1, "y": 1}, at={"x": 1, "y": 2})
    assert found.tangent == 4.0
    assert [remark.text for remark in found.report.remarks] == ["x is moved, and the output does not depend on it"]


def test_results_are_the_callers_own():
    found = gradviz.vjp("sum(x)", at={"x": [1.0, 2.0]})
    found.gradients["x"][0] = 7.0
    assert gradviz.vjp("sum(x)", at={"x": [1.0, 2.0]}).gradients["x"].tolist() == [1.0, 1.0]


REPORTED = [
    (lambda: gradviz.jvp("f = (x+y)*z", along="x=1,z=2", at="x=-2,y=5,z=-4"), ["ẋ", "z·ẋ + q·ż"]),
    (lambda: gradviz.vjp("f = (x+y)*z", at="x=-2,y=5,z=-4"), ["z·f̄", "q·f̄", "q̄", "q̄"]),
    (lambda: gradviz.jvp(NORM, along={"x": [1, 0]}, at={"W": W, "x": X}), ["W ẋ", "2 qᵀ q̇"]),
    (lambda: gradviz.vjp(NORM, at={"W": W, "x": X}), ["2 f̄ q", "Wᵀ q̄", "q̄ xᵀ"]),
    (lambda: gradviz.jvp("f = x*x", along="x=1", at="x=3"), ["2·x·ẋ"]),
]


@pytest.mark.parametrize(("run", "rules"), REPORTED, ids=range(len(REPORTED)))
def test_the_rules_of_the_steps(run, rules):
    report = run().report
    shown = [step.rule.unicode for step in report.steps if step.rule is not None]
    assert [rule for rule in shown if rule in rules] == rules


@pytest.mark.parametrize(
    "program",
    [
        "f = sigmoid(w*x + b)^2",
        "f = x*x*sin(x) + exp(-y)/x",
        "p = softmax(W@v); f = -sum(t*log(p))",
        "h = tanh(W@v); f = v.T@h + ||h||",
        "f = logdet(W@W.T + 2*W)*x",
        "f = max(x, y)*min(x, 2)",
        "f = sum(W, axis=0)@v",
    ],
)
def test_every_rule_has_the_value_that_is_carried(program):
    """Read again from its text, in the names that the report shows."""
    everything = {
        "x": 0.7, "y": -0.3, "w": 0.4, "b": 0.1,
        "W": [[1.2, 0.4], [-0.3, 0.9]], "v": [0.6, -0.8], "t": [0.25, 0.75],
    }  # fmt: skip
    names = set(gradviz.explain(program, formulas=False, at=_used(program, everything)).data.inputs)
    at = {name: everything[name] for name in names}
    rng = np.random.default_rng(3)
    along = {name: rng.normal(size=np.shape(value)) for name, value in at.items()}
    runs = [gradviz.jvp(program, along, at), gradviz.vjp(program, 1.7, at)]
    for run, mark in zip(runs, ("dot", "bar"), strict=True):
        report = run.report
        known = {}
        for step in report.steps:
            known[step.name.text] = np.array(step.value.nested())
            known[f"{step.name.text}_{mark}"] = np.array(step.carried.nested())
        assert any(step.rule is not None for step in report.steps)
        for step in report.steps:
            if step.rule is not None and "every" not in step.rule.text and "summed" not in step.rule.text:
                found = read(step.rule.text, known)
                found = np.reshape(found, step.carried.shape) if np.size(found) > 1 else np.ravel(found)[0]
                np.testing.assert_allclose(
                    np.broadcast_to(found, step.carried.shape), np.array(step.carried.nested()), rtol=1e-6, atol=1e-9
                )
        for name, math_ in report.formulas.items():
            values = {**known, **{canonical(key): np.array(value) for key, value in at.items()}}
            found = read(math_.text, values)
            found = np.reshape(found, report.results[name].shape)
            np.testing.assert_allclose(found, np.array(report.results[name].nested()), rtol=1e-6, atol=1e-9)


def read(text, known):
    """The value of a formula, read as a program of its own."""
    tree = parse_expression(text, known=tuple(known))
    names = {part.id for part in postorder(tree) if isinstance(part, Name)}
    values = {name: value for name, value in known.items() if name in names}
    made = build(parse(text, known=tuple(values)), values=values)
    return np.asarray(evaluate(made.graph, made.values, [made.output])[0])


def _used(program, everything):
    kept = dict(everything)
    while True:
        try:
            gradviz.explain(program, at=kept, formulas=False)
        except ValueProblem as error:
            kept.pop(next(name for name in kept if f"{name!r}" in error.message or f" {name}" in error.message))
        else:
            return kept


def test_the_order_of_the_steps():
    ahead = gradviz.jvp("q = x+y; f = q*z", along="x=1", at="x=1,y=2,z=3").report
    back = gradviz.vjp("q = x+y; f = q*z", at="x=1,y=2,z=3").report
    names = [step.name.text for step in ahead.steps]
    assert names.index("q") < names.index("f")
    assert [step.name.text for step in back.steps] == names[::-1]
    assert back.steps[0].rule is None
    assert back.given["f"].number == 1.0
    assert list(back.results) == ["x", "y", "z"]
    assert ahead.given["x"].number == 1.0
    assert ahead.title.unicode == "f = (x + y)·z"


def test_user_names_that_look_like_ours():
    found = gradviz.jvp("f = x*x_dot + f_bar", along={"x": 1, "x_dot": 2}, at={"x": 3, "x_dot": 5, "f_bar": 1})
    assert found.tangent == 11.0
    assert gradviz.vjp("f = x*f_bar", at={"x": 3, "f_bar": 5}).gradients["f_bar"] == 3.0


def test_at_a_kink_it_is_said():
    report = gradviz.jvp("f = |x|", along="x=1", at="x=0").report
    assert report.results["f"].number == 0.0
    assert any(remark.kind == "kink" for remark in report.remarks)


def test_the_cost_of_this_way_and_the_others():
    cost = gradviz.vjp("f = ||W@x||^2", at={"W": np.ones((30, 40)), "x": np.ones(40)}).cost
    assert (cost.inputs, cost.outputs, cost.cheapest) == (1240, 1, "reverse")
    assert cost.numerical == 1241 * cost.value
    assert cost.seconds is None
    forward = gradviz.jvp("f = exp(t)*[1, 2, 3]", along="t=1", at="t=0.5").cost
    assert (forward.cheapest, forward.inputs, forward.outputs) == ("forward", 1, 3)


def test_measured_only_when_asked():
    found = gradviz.vjp("f = sum(tanh(x)^2)", at={"x": [0.1, 0.2]}, measure=True).cost
    assert set(found.seconds) == {"value", "tangent", "cotangent", "numerical"}
    assert gradviz.jvp("x^2", along="x=1", measure=True).cost.seconds is None  # there are no values to measure at


def test_a_large_graph_has_numbers_and_no_rules():
    g = gradviz.Graph()
    x = g.input("x")
    t = x
    for _ in range(2_000):
        t = g.sin(t) + x
    found = gradviz.jvp(g, along={"x": 1}, at={"x": 0.1})
    assert math.isfinite(found.tangent)
    assert all(step.rule is None for step in found.report.steps)
    assert any("not written out" in remark.text for remark in found.report.remarks)


@pytest.mark.parametrize("shape", [(0,), (1,), (2, 0), (1, 1), (2, 3, 4)])
def test_shapes(shape):
    x = np.linspace(0.1, 1, int(np.prod(shape))).reshape(shape)
    found = gradviz.jvp("sum(x^3)", along={"x": np.ones(shape)}, at={"x": x})
    assert found.tangent == pytest.approx(float(np.sum(3 * x**2)))
    back = gradviz.vjp("sum(x^3)", at={"x": x})
    np.testing.assert_allclose(back.gradients["x"], 3 * x**2)
    assert found.report.steps
    assert back.report.steps


BAD = [
    (lambda: gradviz.jvp("x*y", along={"z": 1}, at="x=1,y=2"), ValueProblem, "a direction is given for 'z'"),
    (lambda: gradviz.jvp("x*y", along={}, at="x=1,y=2"), ValueProblem, "no direction is given"),
    (lambda: gradviz.jvp("x*y", along=None, at="x=1,y=2"), ValueProblem, "no direction is given"),
    (lambda: gradviz.jvp("x*y", along=3, at="x=1,y=2"), ValueProblem, "given by name"),
    (lambda: gradviz.jvp("sum(x)", along={"x": [1, 2]}, at={"x": [1, 2, 3]}), ShapeError, "the shape 2, but x is 3"),
    (lambda: gradviz.jvp("x*y", along={"x": [1, 2]}, at="x=1,y=2"), ShapeError, "but x is a scalar"),
    (lambda: gradviz.jvp("x*y", along={"x": "one"}, at="x=1,y=2"), UserError, ""),
    (lambda: gradviz.vjp("W@x", [1, 2, 3], {"W": W, "x": X}), ShapeError, "the upstream gradient has the shape 3"),
    (lambda: gradviz.vjp("x^2", [1, 2], {"x": 1}), ShapeError, "the output is a scalar"),
    (lambda: gradviz.vjp("x*y", at="x=1,y=2", wrt="z"), NameProblem, "nothing named 'z'"),
    (lambda: gradviz.jvp("log(x)", along="x=1", at="x=-1"), UserError, ""),
]


@pytest.mark.parametrize(("run", "kind", "words"), BAD, ids=range(len(BAD)))
def test_bad_input(run, kind, words):
    with pytest.raises(kind) as caught:
        run()
    assert words in str(caught.value)
    assert caught.value.hint


def test_the_cost_is_that_of_all_inputs_whatever_moves():
    """A direction of zero is an input all the same: n + 1 evaluations against one reverse sweep."""
    for along in ("x=1,y=0", "x=1", "x=1,y=2"):
        cost = gradviz.jvp("f = x^2*y", along=along).cost
        assert (cost.inputs, cost.outputs, cost.cheapest) == (2, 1, "reverse")
        assert cost.says[0].startswith("1 output, 2 inputs (x and y): one reverse sweep")
        assert "evaluate it 3 times" in cost.says[-1]
    many = gradviz.vjp("f = ||W@x||^2", at={"W": np.ones((3, 4)), "x": np.ones(4)}).cost
    assert many.says[0].startswith("1 output, 16 inputs (the entries of W and x):")
    only = gradviz.vjp("f = x^2*y", wrt="y").cost
    assert only.says[0].startswith("1 output, 1 input (y):")
    crowd = gradviz.vjp("f = a*b*c*d*p*q").cost
    assert "(a, b, c and 3 more)" in crowd.says[0]


def test_a_gradient_that_nobody_asked_for_is_left_out_and_one_that_is_zero_is_said():
    back = gradviz.vjp("q = sin(z); f = (x + y)*q + 0*x", wrt="x", at="x=1,y=2,z=3")
    carried = {step.name.text: step.carried for step in back.report.steps}
    assert carried["y"] is None  # ∂f/∂y = sin(3), which is not 0
    assert carried["z"] is None
    assert carried["q"] is None
    assert carried["x"].number == pytest.approx(math.sin(3))
    none = gradviz.vjp("f = floor(x) + y", wrt="x", at="x=1.5,y=2")
    assert {step.name.text: step.carried for step in none.report.steps}["x"].number == 0
