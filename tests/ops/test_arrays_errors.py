"""What does not fit is said with the shapes, and with what would fit."""

import pytest

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph

WHOLE = ("slice", None, None, None)

ERRORS = [
    ("matmul", [(2, 3), (2,)], {}, "2×3 @ 2: the inner sizes 3 and 2 differ", "the left one transposed fits: 3×2 @ 2"),
    ("matmul", [(2, 3), (4, 3)], {}, "the inner sizes 3 and 4 differ", "the right one transposed fits: 2×3 @ 3×4"),
    ("matmul", [(2, 3), (4, 2)], {}, "the inner sizes 3 and 4 differ", "the other order fits: 4×2 @ 2×3"),
    ("matmul", [(2, 3), (5,)], {}, "the inner sizes 3 and 5 differ", "the right one needs 3 entries"),
    ("matmul", [(3,), (4, 5)], {}, "3 @ 4×5: the inner sizes 3 and 4 differ", "the right one needs 3 rows"),
    ("matmul", [(2, 3), ()], {}, "2×3 @ scalar: a scalar has no matrix product", "write *"),
    ("matmul", [(2, 3, 4), (5, 4, 2)], {}, "2×3×4 @ 5×4×2: the leading sizes do not fit", "make them equal or 1"),
    (
        "transpose",
        [(2, 3)],
        {"axes": (0,)},
        "the order (0,) does not fit: a matrix has the axes 0 and 1",
        "axes=(1, 0)",
    ),
    ("transpose", [(2, 3)], {"axes": (0, 0)}, "an axis is named twice", "once"),
    ("dot", [(3,), (4,)], {}, "the vectors have 3 and 4 entries", "one length"),
    ("dot", [(2, 3), (3,)], {}, "dot is for two vectors, not a 2×3 matrix and a vector of 3", "A @ B"),
    ("outer", [(2, 3), ()], {}, "outer is for two vectors, not a 2×3 matrix and a scalar", "reshape(x, -1)"),
    ("det", [(2, 3)], {}, "this needs a square matrix, not a 2×3 matrix", "as many columns as rows"),
    ("inv", [(3,)], {}, "this needs a square matrix, not a vector of 3", "as many columns as rows"),
    ("cofactor", [(2, 2), (3, 3)], {}, "the shapes 2×2 and 3×3 differ", "of one shape"),
    ("solve", [(2, 2), (3,)], {}, "the matrix is 2×2, the right-hand side a vector of 3", "needs 2 rows"),
    ("solve", [(2, 2), ()], {}, "the matrix is 2×2, the right-hand side a scalar", "needs 2 rows"),
    ("diag", [(2, 2, 2)], {}, "diag is for a vector or a matrix, not a 2×2×2 array", "index"),
    ("norm", [(2,)], {"ord": 3}, "there is no norm of order 3", "1, 2"),
    ("norm", [(2, 2, 2)], {"ord": 1}, "a 2×2×2 array has no norm of order 1", "fro"),
    ("norm", [(0,)], {"ord": "inf"}, "a vector of 0 has no norm of order inf", "fro"),
    ("top_singular", [(3,)], {}, "this needs a matrix, not a vector of 3", "two axes"),
    ("einsum", [(2, 3), (2, 4)], {"equation": "ij,jk->ik"}, "letter j is 3 in one place and 2 in another", "one size"),
    (
        "einsum",
        [(2, 3)],
        {"equation": "ijk->i"},
        "the letters 'ijk' of einsum do not fit a 2×3 matrix",
        "write 2 of them",
    ),
    ("einsum", [()], {"equation": "i->i"}, "the letters 'i' of einsum do not fit a scalar", "write none"),
    ("einsum", [(2, 3)], {"equation": "...i->i"}, "ellipsis is not supported", "a letter for every axis"),
    ("einsum", [(2, 3)], {"equation": "ij->ii"}, "the letter i stands twice", "once"),
    ("einsum", [(2, 3)], {"equation": "ij->k"}, "the letter k of einsum's result is in no operand", "operand"),
    ("einsum", [(2, 3)], {"equation": "ij,jk"}, "the equation is for 2 operands, and 1 are given", "every operand"),
    ("einsum", [(2, 3)], {"equation": "i1->i"}, "'i1->i' is no equation for einsum", "ij,jk->ik"),
    ("sum", [(2, 3)], {"axis": 2}, "there is no axis 2: a matrix has the axes 0 and 1", "-1 to -2"),
    ("sum", [(2, 3, 4)], {"axis": -4}, "there is no axis -4: an array with 3 axes has the axes 0, 1 and 2", "-1 to -3"),
    ("sum", [(3,)], {"axis": 1}, "there is no axis 1: a vector has one axis", "axis=0"),
    ("sum", [()], {"axis": 0}, "there is no axis 0: a scalar has none", "leave the axis out"),
    ("sum", [(2, 3)], {"axis": (0, -2)}, "an axis is named twice in (0, -2)", "once"),
    ("sum", [(2, 3)], {"axis": 0.5}, "0.5 is no axis", "whole number"),
    ("softmax", [(2, 3)], {"axis": None}, "None is not one axis", "count from 0"),
    ("max", [(0, 3)], {"axis": 0}, "there is nothing to reduce in a 0×3 matrix", "at least one entry"),
    ("var", [(1,)], {"ddof": 1}, "the variance of 1 number with ddof=1 divides by 0", "lower ddof"),
    ("reshape", [(2, 3)], {"shape": (4, 2)}, "a 2×3 matrix cannot take the shape 4×2", "multiply to 6"),
    ("reshape", [(2, 3)], {"shape": (-1, 4)}, "a 2×3 matrix cannot take the shape -1×4", "multiply to 6"),
    ("reshape", [(2, 3)], {"shape": "x"}, "'x' is no shape", "(2, 3)"),
    ("broadcast_to", [(2,)], {"shape": (2, 3)}, "a vector of 2 does not broadcast to 2×3", "1 or the same"),
    ("sum_to", [(2, 3)], {"shape": (2,)}, "a vector of 2 does not broadcast to 2×3", "1 or the same"),
    ("concat", [(2, 3), (3, 3)], {"axis": 1}, "2×3 and 3×3 do not join along axis 1", "those of axis 1"),
    ("concat", [(), ()], {}, "scalars cannot be joined end to end", "stack(a, b)"),
    ("stack", [(2,), (3,)], {}, "arrays of the shapes 2 and 3 cannot be stacked", "concat"),
    (
        "index",
        [(2, 3)],
        {"items": (2,)},
        "the index 2 is outside axis 0 of a 2×3 matrix",
        "from 0 to 1, or from -2 to -1",
    ),
    ("index", [(2, 3)], {"items": (WHOLE, -4)}, "the index -4 is outside axis 1 of a 2×3 matrix", "from 0 to 2"),
    ("index", [(3,)], {"items": (0, 0)}, "2 indices into a vector of 3", "at most 1"),
    ("index", [()], {"items": (0,)}, "1 index into a scalar", "no entries"),
    ("index", [(3,)], {"items": (("slice", None, None, 0),)}, "a slice cannot have the step 0", "negative"),
    ("index", [(0,)], {"items": (0,)}, "the index 0 is outside axis 0 of a vector of 0", "no entries"),
    ("scatter", [(2,)], {"items": (0,), "shape": (3,)}, "a vector of 2 does not fit where the items point", "a scalar"),
    ("flip", [(2,)], {"axis": 1}, "there is no axis 1", "axis=0"),
]


@pytest.mark.parametrize(("name", "shapes", "settings", "says", "hint"), ERRORS)
def test_what_does_not_fit_is_said(name, shapes, settings, says, hint):
    graph = Graph()
    inputs = [graph.input(f"x{i}", shape) for i, shape in enumerate(shapes)]
    with pytest.raises(ShapeError) as caught:
        graph.apply(name, *inputs, **settings)
    assert says in caught.value.message
    assert hint in caught.value.hint
    assert len(graph) == len(inputs)
