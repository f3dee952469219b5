"""`gradviz.jacobian`: what it tells, what it costs, and what it says when something is wrong."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

import gradviz
from gradviz.errors import DomainProblem, LimitError, NameProblem, UserError, ValueProblem


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("shape", [(4096,), (100, 4096)])
def test_relu_takes_the_memory_of_its_diagonal(shape):
    """409,600 × 409,600 where there are a hundred of them: 1.3 TB dense, here a few times the input."""
    at = normal(*shape)
    gradviz.jacobian("relu(x)", wrt="x", at={"x": at[:1]})
    tracemalloc.start()
    try:
        found = gradviz.jacobian("relu(x)", wrt="x", at={"x": at})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.structure, found.shape, found.nnz) == ("diagonal", (at.size, at.size), at.size)
    assert peak < 6 * at.nbytes + 200_000 < 50_000_000
    assert found.stored_bytes == at.nbytes
    assert found.dense_bytes == 8 * at.size**2
    np.testing.assert_array_equal(found.matvec(at), np.maximum(at, 0).ravel())
    sparse = found.to_scipy()
    assert sparse.shape == found.shape
    assert sparse.nnz == at.size


def test_scipy_is_imported_only_when_asked_for():
    program = (
        "import sys, gradviz; j = gradviz.jacobian('relu(x)', at={'x': [1, -2]}); j.matvec([1, 1]); j.pattern();"
        "assert not any(name.startswith('scipy') for name in sys.modules); j.to_scipy(); assert 'scipy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_jacobian_too_large_says_how_large_and_what_else_there_is():
    found = gradviz.jacobian("relu(x)", shapes={"x": (409_600,)}, at=None)
    with pytest.raises(ValueProblem, match="x has no value"):
        found.todense()
    found = gradviz.jacobian("2*x", shapes={"x": (409_600,)})
    with pytest.raises(LimitError) as error:
        found.todense()
    assert str(error.value) == (
        "a dense 409,600 × 409,600 matrix has 167,772,160,000 entries and takes 1.3 TB\n"
        "hint: use its structure: .matvec(v), .rmatvec(u), or .to_scipy() for the nonzeros alone"
    )
    with pytest.raises(LimitError, match="as a sparse matrix"):
        gradviz.jacobian("softmax(x)", at={"x": np.zeros((100, 4096))}).to_scipy()


def test_it_needs_values_for_numbers_only():
    found = gradviz.jacobian("q = W @ x", wrt="W", shapes={"W": (2, 3), "x": (3,)})
    assert (found.structure, found.shape, found.nnz, found.missing) == ("Kronecker", (2, 6), 6, ("x",))
    assert found.stored_bytes is None
    shares, values = found.pattern()
    assert shares.tolist() == [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]
    assert values is None
    for ask in (found.todense, found.to_scipy, lambda: found.matvec(np.ones(6)), lambda: found.rmatvec(np.ones(2))):
        with pytest.raises(ValueProblem, match="x has no value") as error:
            ask()
        assert 'at={"x": …}' in str(error.value)


def test_a_linear_function_needs_no_values():
    found = gradviz.jacobian("y = 3*x[::-1]", shapes={"x": (3,)})
    assert found.missing == ()
    assert found.todense().tolist() == [[0, 0, 3], [0, 3, 0], [3, 0, 0]]


def test_only_the_values_that_count_are_asked_for():
    found = gradviz.jacobian("q = W @ x", wrt="x", at={"W": [[1, 2], [3, 4]]}, shapes={"x": (2,)})
    assert found.todense().tolist() == [[1, 2], [3, 4]]


def test_columns_of_several_inputs_stand_beside_each_other():
    at = {"W": normal(2, 3), "x": normal(3), "b": normal(2)}
    found = gradviz.jacobian("y = tanh(W @ x + b)", wrt="b, W, x", at=at)
    assert (found.wrt, found.column_shapes, found.column_shape) == (("b", "W", "x"), ((2,), (2, 3), (3,)), (11,))
    parts = [gradviz.jacobian("y = tanh(W @ x + b)", wrt=name, at=at) for name in ("b", "W", "x")]
    np.testing.assert_allclose(found.todense(), np.hstack([part.todense() for part in parts]))
    assert [part.column_shape for part in parts] == [(2,), (2, 3), (3,)]
    assert [part.structure for part in parts] == ["diagonal", "block diagonal", "dense"]


def test_slices_in_a_text_take_three_passes():
    at = normal(1000)
    found = gradviz.jacobian("y = x[1:-1]*x[2:] + x[:-2]^2", at={"x": at})
    assert (found.passes, found.found) == (3, "by 3 forward passes, not 998")
    assert found.nnz == 3 * 998
    v = normal(1000)
    np.testing.assert_allclose(found @ v, at[1:-1] * v[2:] + v[1:-1] * at[2:] + 2 * at[:-2] * v[:-2])


def test_an_intermediate_result_may_be_named():
    found = gradviz.jacobian("h = W @ x; f = relu(h)", of="f", wrt="h", at={"W": [[1, 2], [3, -4]], "x": [1, 1]})
    assert found.structure == "diagonal"
    assert found.todense().tolist() == [[1, 0], [0, 0]]


def test_scalars_and_empty_arrays():
    found = gradviz.jacobian("x^2*y", at="x=3,y=2")
    assert found.todense().tolist() == [[12, 9]]
    assert gradviz.jacobian("x + 1", at={"x": 1}).structure == "a number"
    assert gradviz.jacobian("floor(x)", at={"x": 1}).structure == "zero"
    empty = gradviz.jacobian("exp(x)", at={"x": np.zeros((0, 3))})
    assert (empty.shape, empty.nnz, empty.todense().shape) == ((0, 0), 0, (0, 0))
    assert gradviz.jacobian("sum(x)", at={"x": np.zeros(0)}).todense().shape == (1, 0)
    assert empty.pattern()[0].shape == (0, 0)


def test_an_input_that_the_output_does_not_depend_on():
    found = gradviz.jacobian("f = x^2*stop_gradient(y)", wrt="y", at={"x": 2, "y": 3})
    assert (found.structure, found.nnz, found.todense().tolist()) == ("zero", 0, [[0]])


@pytest.mark.parametrize(("source", "at"), [("1/x", {"x": [0.0, 2.0]}), ("log(x)", "x=-1"), ("logdet(x)", "x=[[-1]]")])
@pytest.mark.parametrize("way", ["explain", "jacobian", "jvp", "vjp"])
def test_a_point_without_a_value_is_refused_everywhere(way, source, at):
    more = {"along": {"x": 1}} if way == "jvp" else {}
    with pytest.raises(DomainProblem):
        getattr(gradviz, way)(source, at=at, **more)


def test_a_slope_without_bound_is_shown_as_it_is():
    found = gradviz.jacobian("sqrt(x)", at={"x": [0.0, 4.0]})
    assert found.todense().tolist() == [[np.inf, 0], [0, 0.25]]


def test_a_matrix_formula_is_at_hand():
    found = gradviz.jacobian("q = W@x", wrt="x", shapes={"W": (2, 3), "x": (3,)})
    assert (found.formula, found.structure) == ("W", "dense")
    assert found.math.unicode == "W"
    assert gradviz.jacobian("q = W@x", shapes={"W": (2, 3), "x": (3,)}).formula is None


SEVERAL = [
    ("concat(3*x, 3*y)", "scaled identity"),
    ("concat(x, y)", "identity"),
    ("concat(x^2, y)", "diagonal"),
    ("concat(y, x)", "selection"),
    ("concat(y, 2*x)", "scaled selection"),
    ("concat(x, y)[1:4]", "selection"),
]


@pytest.mark.parametrize(("source", "structure"), SEVERAL)
@pytest.mark.parametrize("at", [None, {"x": [1, 1, 1], "y": [1, 1, 1]}], ids=["bare", "at a point"])
def test_jacobians_beside_each_other_are_named_as_one(source, structure, at):
    found = gradviz.jacobian(source, wrt="x,y", at=at, shapes={"x": (3,), "y": (3,)})
    assert found.structure == structure


@pytest.mark.parametrize(
    ("arguments", "problem", "says"),
    [
        ({"source": "x*y", "wrt": "z"}, NameProblem, "there is no 'z' to differentiate by"),
        ({"source": "rate*y", "wrt": "rat"}, NameProblem, "did you mean 'rate'"),
        ({"source": "x*y", "of": "g"}, UserError, "g"),
        ({"source": "2*3", "wrt": None}, UserError, "input"),
        ({"source": "W @ x", "shapes": {"W": (2, 3), "x": (2,)}}, UserError, "inner sizes"),
        ({"source": "x*y", "wrt": 3}, UserError, "by name"),
    ],
)
def test_what_is_wrong_is_said(arguments, problem, says):
    with pytest.raises(problem) as error:
        gradviz.jacobian(**arguments)
    assert says in str(error.value)


@pytest.mark.parametrize(("vector", "says"), [([1, 2], "2 entries, the Jacobian 3 columns"), (["a"] * 3, "numbers")])
def test_wrong_vectors(vector, says):
    found = gradviz.jacobian("x^2", at={"x": [1, 2, 3]})
    with pytest.raises(ValueProblem, match=says):
        found.matvec(vector)
    with pytest.raises(ValueProblem, match="3 rows"):
        found.rmatvec([1])


def test_it_prints_itself_shortly():
    found = gradviz.jacobian("q = W @ x", wrt="W", shapes={"W": (2, 3), "x": (3,)})
    assert repr(found) == "<Jacobian of q by W: 2×6, Kronecker, 6 nonzeros>"
