"""Columns and the inputs of a program: by name, as written, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gradviz
from gradviz.errors import NameProblem, ShapeError, UserError, ValueProblem
from gradviz.training.binding import bind
from gradviz.training.data import Data
from gradviz.training.loading import data_for
from gradviz.training.table import Table
from gradviz.training.wants import Kind, Want


def table(text: str) -> Table:
    head, *rows = [line.split(",") for line in text.splitlines()]
    columns = {name: tuple(row[place] for row in rows) for place, name in enumerate(head)}
    return Table("data.csv", columns, len(rows), tuple(range(2, len(rows) + 2)))


def want(name: str, *shape: int | str, target: Kind = "") -> Want:
    return Want(name, shape or None, False, target, bool(target))


POINTS = "X1,X2,y\n1,2,0\n3,4,1\n5,6,1"
PLANE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@pytest.mark.parametrize("names", ["X1,X2", "x1,x2", "X[0],X[1]", "X0,X1", "x_0,x_1"])
@pytest.mark.parametrize("shape", [("N", 2), ("N", "d"), ()])
def test_numbered_columns_make_a_matrix(names: str, shape: tuple[int | str, ...]) -> None:
    data = bind(table(POINTS.replace("X1,X2", names)), [want("X", *shape), want("y", "N")])
    np.testing.assert_array_equal(data.arrays["X"], PLANE)
    assert data.columns["X"] == tuple(names.split(","))
    assert data.origin == "data.csv, 3 rows"


def test_numbers_decide_the_order_and_two_digits_too() -> None:
    names = ["X10", "X2", *(f"X{n}" for n in (1, 3, 4, 5, 6, 7, 8, 9))]
    data = bind(table(",".join(names) + "\n" + ",".join(name[1:] for name in names)), [want("X", "N", 10)])
    assert data.arrays["X"].tolist() == [list(range(1, 11))]


def test_numbered_columns_that_are_inputs_stay_apart() -> None:
    data = bind(table(POINTS.lower()), [want("x1"), want("x2"), want("y")])
    assert data.arrays["x1"].tolist() == [1, 3, 5]
    assert data.arrays["x2"].tolist() == [2, 4, 6]


def test_a_gap_in_the_numbers_is_said() -> None:
    with pytest.raises(NameProblem, match="none with the number 2"):
        bind(table("X1,X3\n1,2"), [want("X", "N", 2)])


@pytest.mark.parametrize(("shape", "expected"), [((), (3,)), (("N",), (3,)), (("N", 1), (3, 1)), (("N", "d"), (3, 1))])
def test_a_column_takes_the_declared_shape(shape: tuple[int | str, ...], expected: tuple[int, ...]) -> None:
    assert bind(table(POINTS), [want("y", *shape)]).arrays["y"].shape == expected


def test_columns_as_they_are_written() -> None:
    text = "id,height,age,weight\n7,1.5,2,3\n8,1.7,3,4"
    for columns in ("X=height,age; y=weight", "X = height : age ;y=weight;", "y=weight;X=height,age"):
        data = bind(table(text), [want("X", "N", 2), want("y", "N")], columns)
        assert data.arrays["X"].tolist() == [[1.5, 2], [1.7, 3]]
        assert data.notes == ("not used: the column id",)
    assert bind(table(text), [want("X", "N", 3), want("y", "N")], "X=*;y=weight").arrays["X"].shape == (2, 3)


def test_labels_become_class_indices_and_one_hot_rows() -> None:
    text = "x,species\n1,setosa\n2,virginica\n3,setosa\n4,iris"
    data = bind(table(text), [want("x"), want("y", "N", target="classes")], "y=species")
    assert data.arrays["y"].tolist() == [1, 2, 1, 0]
    assert data.classes == {"y": ("iris", "setosa", "virginica")}
    assert data.notes == ("y: iris = 0, setosa = 1, virginica = 2",)
    for size in (3, "k"):
        one_hot = bind(table(text), [want("x"), want("T", "N", size, target="classes")], "T=species").arrays["T"]
        assert one_hot.tolist() == [[0, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_two_labels_are_0_and_1() -> None:
    data = bind(table("y\nno\nyes\nno"), [want("y", "N", 1, target="two")])
    assert data.arrays["y"].tolist() == [[0], [1], [0]]


def test_numbers_as_classes() -> None:
    data = bind(table("T\n0\n2\n1"), [want("T", "N", 4, target="classes")])
    assert data.arrays["T"].tolist() == np.eye(4)[[0, 2, 1]].tolist()


def test_arrays_of_distributions_stay() -> None:
    shares = np.array([[0.25, 0.75], [1.0, 0.0]])
    found = bind(Table("a.npz", {"T": shares}, 2), [want("T", "N", 2, target="classes")])
    np.testing.assert_array_equal(found.arrays["T"], shares)


BAD: dict[str, tuple[str, list[Want], str]] = {
    "missing": ("height,age\n1,2", [want("heigth", "N")], ""),
    "missing_of_many": ("x,y\n1,2", [want("x", "N"), want("z", "N")], ""),
    "nothing_fits": ("x,y\n1,2", [want("a"), want("b")], ""),
    "no_such_input": ("x,y\n1,2", [want("x")], "xx=y"),
    "no_such_column": ("x,y\n1,2", [want("x")], "x=yy"),
    "input_twice": ("x,y\n1,2", [want("x")], "x=y;x=x"),
    "not_of_that_form": ("x,y\n1,2", [want("x")], "x"),
    "range_backwards": ("x,y\n1,2", [want("x")], "x=y:x"),
    "two_rests": ("x,y\n1,2", [want("x"), want("y")], "x=*;y=*"),
    "nothing_left": ("x,y\n1,2", [want("x"), want("y")], "x=*;y=x,y"),
    "fixed_rows": ("X1,X2\n1,2\n3,4", [want("X", 4, 2)], ""),
    "scalar": ("x\n1\n2", [Want("x", (), False)], ""),
    "too_few_columns": ("X1,X2\n1,2\n3,4", [want("X", "N", 3)], ""),
    "vector_of_two": ("a,b\n1,2\n3,4", [want("x", "N")], "x=a,b"),
    "labels_as_numbers": ("x,y\n1,red\n2,blue", [want("x", "N"), want("y", "N")], ""),
    "some_words": ("x,y\n1,3\n2,blue", [want("x", "N"), want("y", "N")], ""),
    "unit": ("x\n1 kg\n2", [want("x", "N")], ""),
    "class_not_whole": ("y\n0\n1.5", [want("y", "N", target="classes")], ""),
    "class_negative": ("y\n0\n-1", [want("y", "N", target="classes")], ""),
    "class_out_of_range": ("T\n0\n1\n3", [want("T", "N", 3, target="classes")], ""),
    "labels_out_of_range": ("T\na\nb\nc", [want("T", "N", 2, target="classes")], ""),
    "three_of_two": ("y\na\nb\nc", [want("y", "N", target="two")], ""),
    "no_probability": ("y\n0\n2", [want("y", "N", target="two")], ""),
    "class_empty": ("y,x\n0,1\n,1", [want("y", "N", target="classes")], ""),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_said(name: str, golden: Callable[[str, str], None]) -> None:
    text, wants, columns = BAD[name]
    with pytest.raises(UserError) as caught:
        bind(table(text), wants, columns)
    shown = "; ".join(f"{w.name} : {' x '.join(map(str, w.shape or ('?',)))} {w.target}".strip() for w in wants)
    said = f" --columns {columns!r}" if columns else ""
    golden(f"errors/columns_{name}.txt", f"{text}\n---\n{shown}{said}\n---\n{caught.value}\n")


def test_inputs_with_a_value_are_not_missed() -> None:
    wants = [want("x", "N"), Want("w", None, True), want("b")]
    assert list(bind(table("x,y\n1,2"), wants, known=("b",)).arrays) == ["x"]


@pytest.mark.parametrize("source", ["xor", "moons(n=8)"])
def test_generators_by_name_and_by_entry(source: str) -> None:
    matrix = data_for("X : N x 2; f = mean((X@w - y)^2)", source, known=("w",))
    entries = data_for("f = mean((u*x1 + v*x2 - y)^2)", source, known=("u", "v"))
    np.testing.assert_array_equal(matrix.arrays["X"][:, 0], entries.arrays["x1"])
    np.testing.assert_array_equal(matrix.arrays["X"][:, 1], entries.arrays["x2"])
    np.testing.assert_array_equal(matrix.arrays["y"], entries.arrays["y"])


def test_other_case_and_labels_of_generators() -> None:
    assert data_for("X : N x 1; f = mean((X*w - y)^2)", "sine(n=5)", known=("w",)).arrays["X"].shape == (5, 1)
    data = data_for("f = mean((w*height - weight)^2)", "heights", known=("w",))
    assert list(data.arrays) == ["height", "weight"]


def test_what_a_generator_makes_fits_a_target_of_another_name() -> None:
    found = bind(table_of_spirals(), [want("X", "N", 2), want("T", "N", 3, target="classes")])
    assert found.arrays["T"].shape == (9, 3)
    assert found.arrays["T"].sum() == 9


def table_of_spirals() -> Table:
    from gradviz.training.loading import table_of

    return table_of("spirals(n=9)")


def test_arrays_from_python_and_data_that_is_bound() -> None:
    data = data_for("f = mean((w*x - y)^2)", {"x": [1, 2], "y": [2.0, 4.0]}, known=("w",))
    assert data.arrays["x"].tolist() == [1, 2]
    assert data_for("anything", data) is data
    with pytest.raises(ValueProblem, match="rows are not equally long"):
        data_for("f = mean(x)", {"x": [[1], [1, 2]]})


def test_rows_can_be_taken() -> None:
    data = Data({"x": np.arange(5.0)}, lines=(2, 3, 4, 6, 7))
    assert data.take(slice(1, 3)).arrays["x"].tolist() == [1, 2]
    assert data.take([4]).place(0) == "row 7"


def test_a_declared_number_of_rows_may_agree() -> None:
    data = data_for("X : 4x2; f = mean(X@w)", "xor", known=("w",))
    assert data.rows == 4
    with pytest.raises(ShapeError, match="declared of shape 4×2, and moons has 100 rows"):
        data_for("X : 4x2; f = mean(X@w)", "moons", known=("w",))


DOUBT = {
    "target": ("L = mean((w*x + b - y)^2)", "x,z\n1,2\n3,4", "data has no column y; its columns are x and z", "w,b"),
    "target_first": ("L = mean((y - w*x)^2)", "x,z\n1,2\n3,4", "data has no column y; its columns are x and z", "w"),
    "factor": ("L = mean((w*x + v*z - y)^2)", "x,y,u\n1,2,3", "data has no column w, v or z;", "NAMES"),
}


@pytest.mark.parametrize("name", DOUBT)
def test_what_may_be_a_missing_column_is_not_learnt(name: str) -> None:
    program, text, says, trained = DOUBT[name]
    rows = {column: [float(cell) for cell in cells] for column, cells in table(text).columns.items()}
    with pytest.raises(NameProblem) as error:
        gradviz.train(program, rows, epochs=1)
    assert says in str(error.value)
    assert (error.value.hint or "").endswith(f"--wrt {trained}")


def test_it_is_learnt_where_somebody_says_so() -> None:
    rows = {"x": [1.0, 2.0, 3.0], "y": [3.0, 5.0, 7.0], "id": [7.0, 8.0, 9.0]}
    line = "L = mean((w*x + b - y)^2)"
    used = {name: rows[name] for name in ("x", "y")}
    for program, data, more in (
        (line, rows, {"wrt": "w,b"}),
        (line, used, {}),
        (f"w : parameter; b : parameter; {line}", rows, {}),
        (f"{line}; w = 0; b = 0", rows, {}),
        (line, {"x": rows["x"], "z": rows["y"]}, {"columns": "y=z"}),
    ):
        assert set(gradviz.train(program, data, epochs=1, **more).parameters) == {"w", "b"}  # type: ignore[arg-type]


def test_a_column_in_the_other_case_is_no_matrix() -> None:
    for wants in ([want("X", "N", 2), want("y")], [want("X", "N", 2), want("y", "N")]):
        with pytest.raises(NameProblem, match=r"data\.csv has no columns X1 and X2 for X, which is declared N×2"):
            bind(table("x,y\n1,2\n3,4"), wants)
    assert bind(table("x,y\n1,2\n3,4"), [want("X", "N", 1), want("y")]).arrays["X"].shape == (2, 1)
    assert "y" in bind(table("x,y\n1,2\n3,4"), [Want("X", ("N", 2), True), want("y")]).arrays
