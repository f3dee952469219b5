"""gradviz.hessian and gradviz.hvp."""

from __future__ import annotations

import math

import numpy as np
import pytest

import gradviz
from gradviz.errors import LimitError, NameProblem, ShapeError, UserError, ValueProblem

ROSENBROCK = "f = (1-x)^2 + 100*(y-x^2)^2"


def test_at_a_minimum():
    found = gradviz.hessian(ROSENBROCK, at="x=1,y=1")
    np.testing.assert_allclose(found.value, [[802, -400], [-400, 200]])
    assert found.formulas == (("1200*x**2 - 400*y + 2", "-400*x"), ("-400*x", "200"))
    assert (found.shape, found.structure, found.nnz) == ((2, 2), "dense", 4)
    assert found.definiteness == "positive definite"
    assert found.condition == pytest.approx(2508.0096)
    assert "strict local minimum" in found.curvature.says
    assert found.eigenvalues[0] == found.curvature.lowest


def test_where_the_gradient_is_not_zero():
    found = gradviz.hessian("x^2", at="x=1")
    assert found.curvature.says == (
        "Every direction curves upwards; the gradient is not zero here, so that the point is neither a minimum nor a "
        "maximum."
    )


SAID = [
    ("x^2 - y^2", "x=0,y=0", "indefinite", "saddle point"),
    ("-x^2 - y^2", "x=0,y=0", "negative definite", "strict local maximum"),
    ("x^2 + 0*y^4 + y^4", "x=0,y=0", "positive semidefinite", "higher orders decide"),
    ("-x^2 - y^4", "x=0,y=0", "negative semidefinite", "higher orders decide"),
    ("x^4 + y^4", "x=0,y=0", "zero", "decide nothing"),
]


@pytest.mark.parametrize(("text", "at", "word", "says"), SAID)
def test_what_definiteness_means(text, at, word, says):
    found = gradviz.hessian(text, at=at)
    assert found.definiteness == word
    assert says in found.curvature.says


def test_at_a_kink_nothing_is_proved():
    found = gradviz.hessian("|x| + x^2", at="x=0")
    assert found.value.tolist() == [[2.0]]
    assert "proves nothing" in found.curvature.says
    assert any("no second derivative" in remark.text for remark in found.remarks)
    assert gradviz.hessian("|x| + x^2", at="x=1").remarks == ()


def test_without_values():
    found = gradviz.hessian("f = x^2*y")
    assert (found.value, found.gradient, found.definiteness, found.eigenvalues, found.condition) == (None,) * 5
    assert found.formulas == (("2*y", "2*x"), ("2*x", "0"))
    assert found.missing == ("x", "y")
    assert found.structure == "dense"
    with pytest.raises(ValueProblem, match="no value"):
        found.matvec([1, 0])
    with pytest.raises(ValueProblem, match="no value"):
        found.todense()


def test_arrays_row_by_row():
    A, x = np.arange(6.0).reshape(2, 3) - 2, np.array([1.0, 0.5, -1.0])
    found = gradviz.hessian("||A@x||^2", wrt="x", at={"A": A, "x": x})
    np.testing.assert_allclose(found.value, 2 * A.T @ A)
    assert found.definiteness == "positive semidefinite"
    assert found.condition == math.inf
    both = gradviz.hessian("||A@x||^2", wrt="x,A", at={"A": A, "x": x})
    assert (both.wrt, both.shapes, both.shape) == (("x", "A"), ((3,), (2, 3)), (9, 9))
    np.testing.assert_allclose(both.value[:3, :3], 2 * A.T @ A)
    np.testing.assert_allclose(both.matvec([1, 0, 0, *[0] * 6]), both.value[0])


def test_a_sparse_one():
    x = np.cos(np.arange(1000.0))
    found = gradviz.hessian("sum((x[1:]-x[:-1]^2)^2)", at={"x": x})
    assert (found.structure, found.nnz) == ("sparse", 2998)
    assert found.found == "by 3 Hessian-vector products, not 1,000"
    assert found.to_scipy().nnz == 2998
    assert found.formulas is None


def test_entries_of_a_small_array():
    found = gradviz.hessian("v[0]^2*v[1]", at={"v": [1, 2]})
    assert found.formulas == (("2*v[1]", "2*v[0]"), ("2*v[0]", "0"))
    assert found.entries[0, 0].unicode == "2·v[1]"


def test_a_large_one_says_what_to_do():
    found = gradviz.hessian("sum(x)^2", at={"x": np.ones(3000)})
    for ask in (lambda: found.value, lambda: found.eigenvalues, lambda: found.definiteness):
        with pytest.raises(LimitError, match="hvp"):
            ask()
    assert found.matvec(np.ones(3000))[0] == 6000.0


def test_a_program_with_values_and_a_graph_by_hand():
    assert gradviz.hessian("f = a*x^2; a = 3; x = 2", wrt="x").value.tolist() == [[6.0]]
    g = gradviz.Graph()
    g.input("x") ** 3
    assert gradviz.hessian(g, at={"x": 2}).value.tolist() == [[12.0]]


def test_by_an_intermediate():
    assert gradviz.hessian("q = x + y; f = q^2*x", wrt="q", at="x=3,y=1").value.tolist() == [[6.0]]


def test_products():
    assert gradviz.hvp("f = x^2*y", along={"x": 1}, at="x=3,y=5") == 10.0
    assert gradviz.hvp("f = x^2*y", along="x=1,y=1", at="x=3,y=5") == {"x": 16.0, "y": 6.0}
    assert gradviz.hvp("f = x^2*y", along={"x": 1}, wrt="x,y", at="x=3,y=5") == {"x": 10.0, "y": 6.0}
    A = np.arange(6.0).reshape(2, 3)
    found = gradviz.hvp("||A@x||^2", along=[1, 0, 0], wrt="x", at={"A": A, "x": [1, 1, 1]})
    np.testing.assert_allclose(found, 2 * A.T @ A[:, 0])
    assert gradviz.hvp("sum(x^2)", along=1, at={"x": [1, 2]}).tolist() == [2.0, 2.0]
    assert gradviz.hvp("3*x", along=1, at="x=1") == 0.0


def test_a_million_variables():
    x = np.linspace(0, 1, 1_000_000)
    found = gradviz.hvp("sum(exp(x)) + sum(x)^2", along={"x": np.ones_like(x)}, at={"x": x})
    np.testing.assert_allclose(found, np.exp(x) + 2e6)


BAD = [
    (lambda: gradviz.hessian("2*v", at={"v": [1, 2]}), ShapeError, "is an array"),
    (lambda: gradviz.hvp("2*v", along=1, at={"v": [1, 2]}), ShapeError, "is an array"),
    (lambda: gradviz.hessian("x^2", wrt="y"), NameProblem, "nothing named 'y'"),
    (lambda: gradviz.hvp("x^3", along=1), ValueProblem, "x has no value"),
    (lambda: gradviz.hvp("x*y", along=1, at="x=1,y=2"), ValueProblem, "for 2 inputs: x, y"),
    (lambda: gradviz.hvp("x*y", along={}, at="x=1,y=2"), ValueProblem, "no direction"),
    (lambda: gradviz.hvp("sum(x^2)", along=[1, 2], at={"x": [1, 2, 3]}), ShapeError, "but x is 3"),
    (lambda: gradviz.hessian("log(x)", at="x=-1"), UserError, "NaN"),
    (lambda: gradviz.hessian("sqrt(x)", at="x=0").definiteness, UserError, "NaN or infinity"),
]


@pytest.mark.parametrize(("run", "kind", "words"), BAD, ids=range(len(BAD)))
def test_bad_input(run, kind, words):
    with pytest.raises(kind) as caught:
        run()
    assert words in str(caught.value)
    assert caught.value.hint


MATRIX_FORMS = [
    ("A : m x n; ||A@x - b||^2", "x", "2*A.T @ A"),
    ("S : 3x3; x : 3; x.T@S@x", "x", "S + S.T"),
    ("x : 3; x.T@x*a", "x", "2*a*eye(3)"),
]


@pytest.mark.parametrize(("text", "wrt", "formula"), MATRIX_FORMS)
def test_the_matrix_form(text, wrt, formula):
    found = gradviz.hessian(text, wrt=wrt)
    assert found.formula == formula
    assert found.report.formula.text == formula


def test_names_in_the_matrix_form_are_explained():
    found = gradviz.hessian("A : 4x3; x : 3; p = sigmoid(A@x); f = sum(log(p))", wrt="x")
    assert found.formula is not None
    assert set(found.where) <= {"p"}


def test_no_matrix_form():
    assert gradviz.hessian("x^2*y").formula is None
    assert gradviz.hessian("X : 2x2; sum(X^3)").formula is None
