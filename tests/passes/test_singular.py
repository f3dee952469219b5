"""Singular matrices at the point: which one, why, and what that does to the gradient; nearly singular ones too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.errors import DomainProblem
from gradviz.passes.singular import WITHOUT, conditions, singular


def remarks(text: str, **values: object) -> list[str]:
    return [remark.text for remark in gradviz.explain(text, at=values, formulas=False).data.remarks]


@pytest.mark.parametrize("op", WITHOUT)
def test_a_singular_matrix_is_named_with_its_rank(op):
    said = singular(op, [[1, 2], [2, 4]], "A")
    assert said is not None
    assert said.startswith("A is singular at this point (determinant 0, rank 1 of 2), so")


@pytest.mark.parametrize("op", WITHOUT)
def test_nothing_is_said_of_a_regular_matrix(op):
    assert singular(op, [[1, 2], [2, 5]], "A") is None
    assert singular(op, np.zeros((0, 0)), "A") is None
    assert singular(op, [[np.nan, 1], [1, 1]], "A") is None
    assert singular("sum", [[1, 2], [2, 4]], "A") is None


def test_of_a_stack_the_first_singular_matrix_is_named():
    said = singular("inv", [[[1, 0], [0, 1]], [[1, 1], [1, 1]]], "A")
    assert said is not None
    assert said.startswith("A[1] is singular")


def test_a_negative_determinant_has_no_logarithm():
    said = singular("logdet", [[1, 0], [0, -4]], "A")
    assert said == "the determinant of A is negative (−4), and a negative number has no real logarithm"


@given(seed=st.integers(0, 10**6), n=st.integers(2, 6), rank=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_the_rank_that_is_said_is_the_rank(seed, n, rank):
    source = np.random.default_rng(seed)
    rank = min(rank, n)
    matrix = source.normal(size=(n, rank)) @ source.normal(size=(rank, n))
    said = singular("inv", matrix, "A")
    if rank == n:
        assert said is None
    else:
        assert said is not None
        assert f"rank {rank} of {n})" in said


@pytest.mark.parametrize(
    "text", ["sum(inv(A))", "sum(A^-1)", "logdet(A)", "sum(solve(A, c))", "sum(inv(A*1)) + sum(c)"]
)
def test_a_singular_matrix_ends_an_explanation_with_a_sentence(text):
    with pytest.raises(DomainProblem, match="is singular at this point") as caught:
        gradviz.explain(text, at={"A": [[1, 2], [2, 4]], "c": [1, 2]} if "c)" in text else {"A": [[1, 2], [2, 4]]})
    assert "LinAlgError" not in str(caught.value)


def test_of_a_determinant_it_is_said_that_the_gradient_is_the_cofactors():
    (said,) = remarks("det(A)", A=[[1, 2], [2, 4]])
    assert said.startswith("A is singular at this point")
    assert "cofactors" in said
    assert remarks("det(A)", A=[[1, 2], [2, 5]]) == []


@pytest.mark.parametrize("text", ["sum(inv(A))", "sum(solve(A, [1, 2]))", "logdet(A)"])
def test_nearly_singular_matrices_are_warned_of(text):
    (said,) = remarks(text, A=[[1, 2], [2, 4.0000000001]])
    assert said.startswith("A is nearly singular (condition number 2.5×10¹¹): about 11 of 16 digits are lost in")


def test_a_matrix_that_is_singular_to_within_rounding_gives_rounding_errors():
    (said,) = remarks("sum(inv(A))", A=[[1.0, 1.0], [1.0, 1.0 + 2e-15]])
    assert said.startswith("A is singular to within rounding (condition number ")


@pytest.mark.parametrize("matrix", [np.eye(3), np.diag([1e3, 1.0, 1e-3]), np.diag([1e-100, 1e-100, 1e-100])])
def test_well_conditioned_matrices_are_not_mentioned(matrix):
    assert remarks("sum(inv(A))", A=matrix) == []


def test_a_matrix_that_two_operations_share_is_told_of_by_each_once():
    told = remarks("sum(inv(A)) + sum(inv(A) @ A) + logdet(A)", A=[[1, 2], [2, 4.0000000001]])
    assert len(told) == len(set(told)) == 2


def test_unknown_values_are_passed_over():
    built = gradviz.explain("A : 2x2; f = sum(inv(A))")
    assert built.data.remarks == ()
    assert conditions(gradviz.Graph(), {}, [], {}) == []


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e-3], ids=str)
def test_a_large_matrix_of_negative_determinant_is_refused_without_a_warning(scale):
    """Its determinant is beyond a float64's range; warnings are errors here."""
    matrix = scale * np.diag([-1.0, *np.arange(2.0, 402.0)])
    said = singular("logdet", matrix, "A")
    sign, logarithm = np.linalg.slogdet(matrix)
    exponent = int(np.floor(logarithm / np.log(10)))
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    assert sign < 0
    assert said is not None
    assert f"×10{raised})" in said or exponent == 0
