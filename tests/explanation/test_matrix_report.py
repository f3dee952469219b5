"""Jacobians and Hessians as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.explanation.data import MatrixReport
from gradviz.explanation.matrix_report import DENSE, LABELLED
from gradviz.explanation.matrix_words import HESSIANS, JACOBIANS, labels, structure_says
from gradviz.passes.verify import tree_value
from gradviz.syntax.parser import parse_expression

GENERATOR = np.random.default_rng(5)
POINT = {
    "x": GENERATOR.normal(size=3),
    "y": GENERATOR.normal(size=3),
    "A": GENERATOR.normal(size=(2, 3)),
    "s": np.float64(0.7),
}

JACOBIAN = {
    "product": ("q = A @ x", ["x"]),
    "by the matrix": ("q = A @ x", ["A"]),
    "elementwise": ("q = tanh(x)*y", ["x"]),
    "two inputs": ("q = x*y", ["y", "x"]),
    "scalar by array": ("f = sum(x*x)", ["x"]),
    "array by scalar": ("q = s*x", ["s"]),
    "softmax": ("q = softmax(x)", ["x"]),
    "scalars": ("f = sin(s)*s", ["s"]),
    "nothing": ("q = floor(x)", ["x"]),
    "transpose": ("q = A.T", ["A"]),
}
HESSIAN = {
    "squares": ("f = sum(x*x)", ["x"]),
    "coupled": ("f = sum(x*y)^2", ["x"]),
    "by two": ("f = dot(x, y)", ["x", "y"]),
    "quadratic": ("f = ||A@x||^2", ["x"]),
    "scalar": ("f = sin(s)", ["s"]),
    "linear": ("f = sum(x)", ["x"]),
}


def jacobian(name: str) -> MatrixReport:
    text, wrt = JACOBIAN[name]
    return gradviz.jacobian(text, wrt=wrt, at=used(text)).report


def hessian(name: str) -> MatrixReport:
    text, wrt = HESSIAN[name]
    return gradviz.hessian(text, wrt=wrt, at=used(text)).report


def used(text: str) -> dict[str, Any]:
    import re

    return {name: value for name, value in POINT.items() if re.search(rf"\b{name}\b", text)}


def differences(text: str, wrt: list[str]) -> np.ndarray:
    """The Jacobian by central differences."""
    point, columns = used(text), []
    for name in wrt:
        for index in np.ndindex(*np.shape(point[name])):
            ends = []
            for sign in (1, -1):
                moved = {**point, name: np.array(point[name], dtype=float)}
                moved[name][index] += sign * 1e-5
                ends.append(np.ravel(gradviz.explain(text, at=moved, formulas=False).value))
            columns.append((ends[0] - ends[1]) / 2e-5)
    return np.stack(columns, axis=1)


def matrix(report: MatrixReport) -> np.ndarray:
    assert report.value is not None
    return np.array(report.value.entries).reshape(report.value.shape)


@pytest.mark.parametrize("name", JACOBIAN)
def test_jacobians_have_the_numbers_of_differences(name: str) -> None:
    report = jacobian(name)
    assert matrix(report).shape == (report.rows, report.columns)
    np.testing.assert_allclose(matrix(report), differences(*JACOBIAN[name]), atol=1e-8, rtol=1e-6)


def check_entries(report: MatrixReport, text: str) -> None:
    """Every formula has the value of its entry, and what has none is zero."""
    found = np.zeros((report.rows, report.columns))
    names = used(text)
    for entry in report.entries:
        tree = parse_expression(entry.formula.text, known=set(names))
        found[entry.index] = tree_value(tree, names)
    np.testing.assert_allclose(found, matrix(report), atol=1e-9)


@pytest.mark.parametrize("name", JACOBIAN)
def test_the_formulas_of_jacobians_have_their_numbers(name: str) -> None:
    check_entries(jacobian(name), JACOBIAN[name][0])


@pytest.mark.parametrize("name", HESSIAN)
def test_the_formulas_of_hessians_have_their_numbers(name: str) -> None:
    report = hessian(name)
    np.testing.assert_allclose(matrix(report), matrix(report).T, atol=1e-12)
    check_entries(report, HESSIAN[name][0])


@pytest.mark.parametrize("name", JACOBIAN)
def test_the_picture_marks_what_can_differ_from_zero(name: str) -> None:
    report = jacobian(name)
    assert report.picture is not None
    shares = np.array(report.picture.shares)
    assert shares.shape == (report.rows, report.columns)
    assert not np.any(matrix(report)[shares == 0])
    assert int(shares.sum()) == report.nonzeros
    np.testing.assert_allclose(np.array(report.picture.values), matrix(report))


def test_labels_and_sizes() -> None:
    report = jacobian("by the matrix")
    assert [label.unicode for label in report.row_labels] == ["q[0]", "q[1]"]
    assert [label.text for label in report.column_labels][:2] == ["A[0, 0]", "A[0, 1]"]
    assert (report.row_shape, report.column_shapes) == ((2,), ((2, 3),))
    assert (report.dense_bytes, report.structure) == (96, "Kronecker")
    assert report.symbol.unicode == "∂q/∂A"
    assert jacobian("two inputs").symbol.unicode == "∂q/∂(y,x)"


def test_labels_end_where_there_are_many() -> None:
    assert len(labels([("x", (LABELLED,))], LABELLED)) == LABELLED
    assert labels([("x", (LABELLED,)), ("y", ())], LABELLED) == ()
    assert labels([("x", (10**9, 10**9))], LABELLED) == ()
    assert labels([("x", (0,))], LABELLED) == ()


def test_every_structure_has_its_sentence() -> None:
    from typing import get_args

    from gradviz.ops.op import Structure

    for word in get_args(Structure):
        assert word in JACOBIANS
        assert word in HESSIANS
        said = structure_says("Hessian", word, "f", ["x", "y"], share=0.5)
        assert said
        assert "{" not in said


def test_without_values_there_are_formulas_and_no_numbers() -> None:
    report = gradviz.jacobian("q = x*y", wrt="x").report
    assert report.value is None
    assert report.missing == ("y",)
    assert [entry.formula.text for entry in report.entries] == ["y"]
    assert report.picture is not None
    assert report.picture.values is None
    assert report.stored_bytes is None


def test_a_kink_is_said() -> None:
    report = gradviz.jacobian("relu(x)", at={"x": [0.0, 1.0]}).report
    assert any(remark.kind == "kink" for remark in report.remarks)


def test_what_is_too_large_to_write_out_says_how_large_and_the_way() -> None:
    report = gradviz.jacobian("x : 100x4096; y = relu(x)", wrt="x").report
    assert report.dense_bytes > DENSE
    said = " ".join(remark.text for remark in report.remarks)
    assert "167,772,160,000 entries" in said
    assert ".matvec(v)" in said
    assert report.value is None
    assert report.picture is not None
    assert len(report.picture.shares) == 64


def test_letters_without_a_size_are_said() -> None:
    report = gradviz.jacobian("W : m x n; x : n; q = W@x", wrt="x").report
    assert any("nothing gives a size for" in remark.text for remark in report.remarks)


def test_nan_is_said() -> None:
    report = gradviz.jacobian("sqrt(x)", at={"x": [0.0, 1.0]}).report
    assert any("NaN or infinite" in remark.text for remark in report.remarks)


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("x^2 + y^2", {"x": 0, "y": 0}, "positive definite"),
        ("-x^2 - 3*y^2", {"x": 1, "y": 0}, "negative definite"),
        ("x^2 - y^2", {"x": 0, "y": 0}, "indefinite"),
        ("(x+y)^2", {"x": 0, "y": 0}, "positive semidefinite"),
        ("x + y", {"x": 0, "y": 0}, "zero"),
    ],
)
def test_curvature(text: str, at: dict[str, float], word: str) -> None:
    curvature = gradviz.hessian(text, at=at).report.curvature
    assert curvature is not None
    assert curvature.definiteness == word


def test_a_hessian_in_matrix_form() -> None:
    report = hessian("quadratic")
    assert report.formula is not None
    assert report.formula.unicode == "2 Aᵀ A"
    assert report.row_shape == (3,)
    assert report.found == "by 3 Hessian-vector products"


def test_a_large_banded_hessian_has_a_picture_and_no_list() -> None:
    x = np.arange(300.0)
    report = gradviz.hessian("sum((x[1:] - x[:-1])^4)", at={"x": x}).report
    assert report.value is None
    assert report.nonzeros == 3 * 300 - 2
    assert report.passes <= 4
    assert report.picture is not None
    assert report.picture.values is not None


def test_products_are_counted_whatever_was_asked_for_before() -> None:
    x = np.arange(20.0)
    found = gradviz.hessian("sum((x[1:] - x[:-1])^4)", at={"x": x})
    assert found.value is not None
    assert found.report.passes == gradviz.hessian("sum((x[1:] - x[:-1])^4)", at={"x": x}).report.passes == 3


def test_a_jacobian_in_matrix_form() -> None:
    report = gradviz.jacobian("A : 2x3; y = tanh(A@x)", wrt="x").report
    assert report.formula is not None
    assert report.formula.unicode == "diag(1 − y ∘ y) A"


def test_a_deep_graph_has_numbers_and_no_formulas() -> None:
    graph = gradviz.Graph()
    y = graph.input("x", (2,))
    for _ in range(2000):
        y = graph.sin(y)
    report = gradviz.jacobian(graph, wrt="x", at={"x": [1.0, 2.0]}).report
    assert report.entries == ()
    assert report.structure == "diagonal"


@pytest.mark.parametrize("shape", [(0,), (2, 0)])
def test_empty_arrays(shape: tuple[int, ...]) -> None:
    report = gradviz.jacobian("2*x", at={"x": np.zeros(shape)}).report
    assert (report.rows, report.columns, report.picture) == (0, 0, None)
    assert report.entries == ()
    assert gradviz.jacobian("2*x", at={"x": np.zeros(shape)}).to_text()


def test_results_show_and_save_themselves(tmp_path: Any) -> None:
    results = [
        gradviz.jacobian("x^2", at={"x": 3}),
        gradviz.hessian("x^2", at={"x": 3}),
        gradviz.jvp("x^2", along={"x": 1}, at={"x": 3}),
        gradviz.vjp("x^2", at={"x": 3}),
    ]
    for result in results:
        assert result.to_text(ascii=True).isascii()
        assert result.to_svg(theme="print") != result._repr_svg_()
        assert result.save(tmp_path / "a.md").read_text(encoding="utf-8").startswith("# ")
        with pytest.raises(gradviz.errors.OptionProblem, match="no option"):
            result.to_text(presicion=3)


CLAIMED = [
    "x : 4; f = sum((x[1:]-x[:3])^4)",
    "x : 3; f = sum((x[1:]-x[:2])^4)",
    "A : 2x2; f = det(A)",
    "A : 3x3; f = det(A)",
    "A : 3x3; f = sum(A@A)",
    "A : 2x3; x : 3; f = ||A@x||^2",
    "x : 3; f = l*||x||^2",
    "x : 2; f = sum(x)^2",
    "f = x^2*y",
    "f = x*y",
    "f = (x+y)^2 - (x-y)^2",
    "f = (x+y+z)^2 - (x-y)^2",
]


@pytest.mark.parametrize("source", CLAIMED)
def test_every_entry_is_claimed_only_where_every_entry_is_one(source: str) -> None:
    report = gradviz.hessian(source, seed=1).report
    whole = report.rows * report.columns
    assert report.value is not None
    assert np.count_nonzero(report.value.entries) <= report.nonzeros <= whole
    assert ("every entry" in report.structure_says) <= (report.nonzeros == whole)
    assert ("most entries" in report.structure_says) <= (4 * report.nonzeros >= 3 * whole)
    if report.entries:
        assert len(report.entries) == report.nonzeros


def test_entries_that_cancel_are_not_counted() -> None:
    report = gradviz.hessian("f = (x+y)^2 - (x-y)^2").report
    assert (report.nonzeros, report.structure) == (2, "scaled selection")
    assert report.picture is not None
    assert report.picture.shares == ((0.0, 1.0), (1.0, 0.0))


@pytest.mark.parametrize(("source", "wrt"), [("f = 3*x", "x"), ("f = x*y", "x"), ("f = floor(x)", "x")])
def test_a_second_derivative_of_zero_is_a_result(source: str, wrt: str) -> None:
    report = gradviz.hessian(source, wrt=wrt).report
    assert report.formula is not None
    assert (report.formula.text, report.structure, report.nonzeros) == ("0", "zero", 0)
    assert "∂²f/∂x² = 0" in gradviz.hessian(source, wrt=wrt).to_text()


def test_a_number_has_no_structure() -> None:
    for report in (gradviz.hessian("x^3", at="x=1").report, gradviz.jacobian("x^3", at="x=1").report):
        assert (report.structure, report.structure_says) == ("a number", "")


def test_an_eigenvalue_that_counts_as_zero_is_one() -> None:
    report = gradviz.hessian("x : 3; f = sum(x)^2 + sum(x/3)^2", at={"x": [1.0, 2.0, 3.0]}).report
    assert report.curvature is not None
    assert report.curvature.lowest == 0.0
    assert "×10⁻" not in gradviz.hessian("x : 3; f = sum(x)^2 + sum(x/3)^2", at={"x": [1.0, 2.0, 3.0]}).to_text()


def test_the_zero_matrix_has_no_condition() -> None:
    found = gradviz.hessian("|x|*y", at="x=0,y=0")
    assert found.report.curvature is not None
    assert (found.report.curvature.condition, found.condition) == (None, None)
    text = found.to_text()
    assert "every eigenvalue is 0" in text
    assert "condition" not in text
