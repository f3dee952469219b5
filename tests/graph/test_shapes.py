"""Shapes: annotations, letters, what values fix, what only one shape fits."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.errors import ShapeError, UserError, ValueProblem
from gradviz.graph.build import Built, build
from gradviz.graph.sizes import Letter
from gradviz.ops.op import CONSTANT, Size
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.raising import expression
from gradviz.syntax.parser import parse
from gradviz.syntax.show import program_text, to_text


def built(text: str, **given: object) -> Built:
    made = build(parse(text), **given)  # type: ignore[arg-type]
    made.graph.verify()
    return made


def shape(made: Built, name: str) -> tuple[int, ...]:
    return made.graph[name].shape


def test_names_without_a_shape_are_scalars():
    assert shape(built("f = x*y"), "x") == ()


def test_annotations_give_shapes():
    made = built("W : 2x3; x : 3; f = W @ x")
    assert (shape(made, "W"), shape(made, "x"), shape(made, "f")) == ((2, 3), (3,), (2,))


def test_shapes_may_come_from_outside():
    made = built("f = W @ x", shapes={"W": (2, 3), "x": (3,)})
    assert shape(made, "f") == (2,)


def test_values_give_shapes():
    made = built("f = W @ x; W = [[1, 2, 3], [4, 5, 6]]", values={"x": [1, 2, 3]})
    assert shape(made, "f") == (2,)
    assert shape(built("f = 2*x; x = [1, 2]", values={"x": [1, 2, 3]}), "f") == (3,)


def test_letters_take_the_sizes_of_values():
    made = built("X : N x d; w : d; f = X @ w", values={"X": np.ones((5, 4))})
    assert shape(made, "w") == (4,)
    assert made.letters.shapes == {"X": ("N", "d"), "w": ("d",)}
    assert made.letters.sizes == {"N": Letter(5, True, "X"), "d": Letter(4, True, "X")}


def test_open_letters_get_small_distinct_sizes():
    made = built("X : N x d; w : d; f = X @ w")
    assert made.letters.sizes == {"N": Letter(2, False), "d": Letter(3, False)}
    assert shape(made, "f") == (2,)


def test_representative_sizes_differ_from_known_ones():
    made = built("X : N x d; W : 2x3; f = sum(X) + sum(W)")
    assert [letter.size for letter in made.letters.sizes.values()] == [4, 5]


def test_a_letter_may_be_fixed_by_an_array_without_one():
    made = built("X : N x d; f = X @ w; w = [1, 2, 3]")
    assert made.letters.sizes["d"] == Letter(3, True, "X")
    assert not made.letters.sizes["N"].resolved
    assert [note.message for note in made.notes] == ["d is 3: only that fits"]


def test_two_letters_may_turn_out_equal():
    made = built("X : N x d; w : k; f = X @ w")
    assert shape(made, "X")[1] == shape(made, "w")[0]
    assert not any(letter.resolved for letter in made.letters.sizes.values())


def test_a_letter_is_a_name_with_its_size():
    made = built("X : N x d; f = sum(X)/N", values={"X": np.ones((5, 4))})
    assert made.inputs == ("X",)  # no gradient is asked by a size
    assert evaluate(made.graph, made.values, [made.output]) == [4.0]
    assert any("N is the size 5" in note.message for note in made.notes)
    given = built("N = 5; X : N x 2; f = sum(X)/N")
    assert shape(given, "X") == (5, 2)
    assert given.inputs == ("X",)


def test_an_open_letter_is_its_representative_size_or_the_one_preferred():
    open_ = built("X : N x d; f = sum(X)/N")
    assert [node.settings["value"] for node in open_.graph if node.op is CONSTANT] == [2]
    text = "X : N x d; w : d; f = sum(X @ w)/N"
    preferred = build(parse(text), sizes={"N": 7, "d": 5})
    assert shape(preferred, "X") == (7, 5)
    assert not preferred.letters.sizes["N"].resolved
    fixed = build(parse(text), sizes={"N": 7, "d": 5}, values={"w": [1, 2, 3]})
    assert shape(fixed, "X") == (7, 3)


def test_a_letter_is_printed_as_itself_and_told_from_another_of_its_size():
    made = built("X : N x d; f = sum(X)/N + sum(X)/d", values={"X": np.ones((3, 3))})
    assert to_text(expression(made.graph, made.output, {0: "X"})) == "sum(X)/N + sum(X)/d"
    back = differentiate(made.graph, made.output)
    values = [node.settings["value"] for node in back.graph if node.op is CONSTANT]
    assert {value.name for value in values if isinstance(value, Size)} == {"N", "d"}


def test_a_size_may_be_given_even_where_it_stands_in_shapes_alone():
    made = built("X : N x d; f = sum(X)", values={"N": 6})
    assert shape(made, "X")[0] == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x : n; f = x' ones(n)", [1.0, 1.0]),
        ("x : n; f = sum(eye(n) @ x + zeros(n))", [1.0, 1.0]),
        ("x : n; f = sum(identity(n) @ x * ones((n,)))", [1.0, 1.0]),
        ("x : n; f = sum(ones(3, n) @ x)", [3.0, 3.0]),
    ],
)
def test_constant_arrays_take_sizes_and_letters(text, expected):
    made = built(text)
    back = differentiate(made.graph, made.output)
    x = made.graph.inputs["x"]
    assert evaluate(back.graph, {"x": [2.0, 5.0]}, [back.gradients[x]])[0].tolist() == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x : 2; f = sum(x)*sum(ones(m))", "must be a known number"),
        ("f = sum(ones(-1))", "negative size"),
        ("f = sum(eye(100000))", "entries"),
        ("f = sum(ones())", "takes"),
        ("f = tr(eye(2, 3))", "takes 1"),
    ],
)
def test_sizes_that_make_no_array(text, says):
    with pytest.raises(UserError, match=says):
        built(text)


def test_the_words_for_constant_arrays_are_free_names():
    made = built("ones = 3; eye : 2; f = ones*sum(eye)")
    assert made.inputs == ("ones", "eye")


def test_a_matrix_may_be_declared_symmetric():
    made = built("S : n x n symmetric; x : n; f = x' S x")
    assert made.declared == {("S", "symmetric")}
    assert program_text(made.program).startswith("S : n x n symmetric\n")
    built("S : 2x2 symmetric; f = tr(S)", values={"S": [[1, 2], [2, 3]]})
    with pytest.raises(ValueProblem, match="not symmetric"):
        built("S : 2x2 symmetric; f = tr(S)", values={"S": [[1, 2], [0, 3]]})
    with pytest.raises(UserError, match="only a square matrix"):
        built("S : 2x3 symmetric; f = sum(S)")


def test_a_vector_or_the_rows_of_a_matrix_may_be_declared_to_sum_to_one():
    made = built("y : n stochastic; Y : N x k stochastic; f = sum(y)*sum(Y)")
    assert made.declared == {("y", "stochastic"), ("Y", "stochastic")}
    assert parse(program_text(made.program)) == made.program
    built("Y : 2x3 stochastic; f = sum(Y)", values={"Y": [[0.5, 0.25, 0.25], [0.1, 0.7, 0.2]]})
    built("y : 3 stochastic = [1/3, 1/3, 1/3]; f = sum(y)")
    built("y : 3 stochastic; f = sum(y)", values={"y": [0.3333333, 0.3333333, 0.3333333]})
    with pytest.raises(ValueProblem, match=r"the entries of y sum to 0\.99, but y is declared stochastic"):
        built("y : 3 stochastic; f = sum(y)", values={"y": [0.33, 0.33, 0.33]})
    with pytest.raises(ValueProblem, match=r"row 1 of Y sums to 3") as refused:
        built("Y : 2x2 stochastic; f = sum(Y)", values={"Y": [[0.5, 0.5], [1, 2]]})
    assert "leave the word stochastic out" in (refused.value.hint or "")
    with pytest.raises(ValueProblem, match="sum to nan"):
        built("y : 2 stochastic; f = sum(y)", values={"y": [np.nan, 1.0]})


@pytest.mark.parametrize("shape", ["scalar", "2x3x4"])
def test_only_a_vector_or_a_matrix_sums_to_one(shape):
    with pytest.raises(UserError, match="only a vector or a matrix is stochastic"):
        built(f"y : {shape} stochastic; f = sum(y)")


def test_a_declared_intermediate_teaches_its_letter():
    made = built("W : 4x3; x : 3; q : m = W @ x; f = sum(q)")
    assert made.letters.sizes == {"m": Letter(4, True, "q")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W : 2x3; f = W @ x", (3,)),
        ("W : 2x3; f = x @ W", (2,)),
        ("W : 3x3; f = x.T @ W @ x", (3,)),
        ("W : 3x3; f = x^T @ W @ x", (3,)),
        ("u : 4; f = dot(u, x)", (4,)),
        ("A : 3x3; f = solve(A, x)", (3,)),
        ("W : 2x3; f = sum(x*(W @ x)) + x[0]", (3,)),
    ],
)
def test_where_only_a_vector_fits_it_is_one(text, expected):
    if "x*(W" in text:
        with pytest.raises(ShapeError):
            built(text)
        return
    made = built(text)
    assert shape(made, "x") == expected
    assert "x is taken as a vector" in made.notes[0].message


def test_a_scalar_beside_a_matrix_is_said():
    made = built("W : 2x3; f = W x")
    assert shape(made, "x") == ()
    assert [note.message for note in made.notes] == [
        "x has no shape, so it is read as a number; write x : 3 for a vector"
    ]


def test_empty_arrays_are_arrays():
    made = built("X : 0x3; f = sum(X)")
    assert shape(made, "X") == (0, 3)


@pytest.mark.parametrize(
    "text",
    [
        "x : 3 = [1, 2]; f = 2*x",
        "x : 2x2 = [1, 2]; f = 2*x",
        "x : 3 = 1; f = 2*x",
        "x : n = [1, 2]; y : n = [1, 2, 3]; f = sum(x) + sum(y)",
        "n = 4; x : n = [1, 2]; f = 2*x",
        "n = 1.5; x : n; f = 2*x",
        "X : 100000x100000; f = X",
    ],
)
def test_values_that_contradict_a_shape_are_refused(text):
    with pytest.raises(ValueProblem):
        built(text)


@pytest.mark.parametrize(
    "text",
    [
        "W : 2x3; x : 4; f = W @ x",
        "x : 3; y : 4; f = x*y",
        "W : 2x3; x : 3; q : 3 = W @ x; f = sum(q)",
        "f = [[x, 1], [2]]",
        "f = [x, [1]]",
        "x : 3; f = x[3]",
        "f = x[0]",
        "A : 2x3; f = A^-1",
        "u : 2; v : 2; f = u v",
        "f = W @ x",
    ],
)
def test_shapes_that_do_not_fit_are_located(text):
    with pytest.raises(ShapeError) as caught:
        built(text)
    assert caught.value.span is not None
    assert "^" in str(caught.value)


def test_given_shapes_are_checked():
    with pytest.raises(UserError, match="no such name"):
        built("f = x", shapes={"y": (2,)})
    with pytest.raises(UserError, match="whole numbers"):
        built("f = x", shapes={"x": (1.5,)})
    with pytest.raises(ValueProblem, match="given shape"):
        built("x : 3; f = x", shapes={"x": (2,)})
    with pytest.raises(ValueProblem):
        built("f = x", shapes={"x": (2,)}, values={"x": [1, 2, 3]})


def test_what_matrix_formulas_print_is_read():
    made = built("X : n x n; A : n x n; f = tr(−X⁻ᵀ Aᵀ X⁻ᵀ) + sum((X ∘ A) ⊘ A)")
    generator = np.random.default_rng(1)
    x, a = generator.normal(size=(2, 2)) + 2 * np.eye(2), generator.normal(size=(2, 2))
    inverse = np.linalg.inv(x).T
    want = np.trace(-inverse @ a.T @ inverse) + np.sum(x)
    assert evaluate(made.graph, {"X": x, "A": a}, [made.output])[0] == pytest.approx(want)
