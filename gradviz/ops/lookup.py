"""Rows of a table picked by numbers that are data: an embedding, and what it sends back."""

from __future__ import annotations

from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops import work
from gradviz.ops.notation import bracketed, operator
from gradviz.ops.op import REQUIRED, Attribute, Builder, Notation, Op, Parameter, Term
from gradviz.ops.row import at, wrong
from gradviz.shape import Shape, describe, show

COUNT = Parameter(name="count", kind="integer", default=REQUIRED, doc="how many rows there are")
TABLE = [[1.5, -0.5], [2.0, 0.25], [3.0, -1.0]]
CUBE = [[[1.0, -2.0], [0.5, 3.0]], [[-1.5, 0.75], [2.5, -0.25]]]


def _take_shape(shapes: tuple[Shape, ...]) -> Shape:
    table, indices = shapes
    if not table or not table[0]:
        raise ShapeError(f"{describe(table)} has no rows to take", hint="give a vector, a matrix, or a larger array")
    return (*indices, *table[1:])


def _scatter_add_shape(shapes: tuple[Shape, ...], count: Attribute) -> Shape:
    rows, indices = shapes
    if not isinstance(count, int) or count < 1:
        raise ShapeError(f"{count!r} is no number of rows", hint="give a whole number from 1")
    if rows[: len(indices)] != indices:
        raise ShapeError(
            f"{describe(rows)} does not begin with the shape of its indices, {show(indices)}",
            hint="give one row for each index",
        )
    return (count, *rows[len(indices) :])


def _no_gradient(b: Builder, g: Term, y: Term, x: Term, indices: Term, **_: Attribute) -> Term:
    return b.constant(0, indices.shape)


def _averaged(b: Builder, g: Term, y: Term, x: Term, indices: Term) -> Term:
    picks = b.scatter_add(b.constant(1, y.shape), indices, count=x.shape[0])
    return b.scatter_add(g, indices, count=x.shape[0]) / b.maximum(picks, 1)


def _take_symbol(sp: Any, np: Any, x: Any, indices: Any) -> Any:
    """Entries of the rows; of an index that is a symbol, one case for each row."""
    numbers = np.asarray(indices, dtype=object)
    made = np.empty((*numbers.shape, *x.shape[1:]), dtype=object)
    for place in np.ndindex(*numbers.shape):
        for rest in np.ndindex(*x.shape[1:]):
            made[place + rest] = _picked(sp, [row[rest] if rest else row for row in x], numbers[place])
    return made


def _picked(sp: Any, rows: list[Any], index: Any) -> Any:
    index = sp.sympify(index)
    if index.is_number:
        return rows[round(float(index))]
    *first, last = rows
    return sp.Piecewise(*((row, sp.Eq(index, i)) for i, row in enumerate(first)), (last, True))


def _scatter_add_symbol(sp: Any, np: Any, x: Any, indices: Any, count: int) -> Any:
    numbers, array = np.asarray(indices, dtype=object), np.asarray(x, dtype=object)
    made = np.zeros((count, *array.shape[numbers.ndim :]), dtype=object)
    for place in np.ndindex(*array.shape):
        index = sp.sympify(numbers[place[: numbers.ndim]])
        for row in range(count):
            there = (round(float(index)) == row) if index.is_number else sp.Eq(index, row)
            made[(row, *place[numbers.ndim :])] += sp.Piecewise((array[place], there), (0, True))
    return made


ROWS: tuple[Op, ...] = (
    Op(
        name="take",
        family="shaping",
        doc="The rows of the first operand whose numbers the second one holds, counted from 0. The numbers are data: "
        "they have no gradient.",
        arity=2,
        notation=Notation(latex=lambda x, indices: f"{{{x}}}_{{{indices}}}", latex_slots=(100, 0)),
        aliases=("gather",),
        shape=_take_shape,
        linear=("alone", ""),
        work=work.none,
        numpy="k.take({0}, {1})",
        symbol=_take_symbol,
        vjps=(lambda b, g, y, x, indices: b.scatter_add(g, indices, count=x.shape[0]), _no_gradient),
        structure=("sparse", "zero"),  # a selection, but which one is known from the data alone
        gate="routes",
        mark=r"\text{take}",
        samples=at((TABLE, [0.0, 2.0, 2.0]), (TABLE, 2.0), (CUBE, [[1.0, 0.0], [1.0, 1.0]]), (CUBE, [1.0]))
        + at(([1.5, -0.5, 0.25], [2.0, 0.0]), ([1.5, -0.5], [[1.0, 0.0], [1.0, 1.0]])),
        mistakes=(
            wrong("picks averaged", _averaged, "a row that is taken several times gets the sum of the gradients"),
        ),
    ),
    Op(
        name="scatter_add",
        family="shaping",
        doc="Rows of zeros, and every row of the first operand added where the second one says: what take does to a "
        "gradient.",
        arity=2,
        parameters=(COUNT,),
        notation=Notation(
            latex=lambda x, indices, count: f"{operator('scatter_add')}_{{{count}}}" + bracketed(f"{x}, {indices}")
        ),
        shape=_scatter_add_shape,
        linear=("alone", ""),
        numpy="k.scatter_add({0}, {1}, {count})",
        symbol=_scatter_add_symbol,
        vjps=(lambda b, g, y, x, indices, count: b.take(g, indices), _no_gradient),
        structure=("sparse", "zero"),
        gate="distributes",
        mark=r"\text{scatter}_{+}",
        samples=at(([[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]], [0.0, 2.0, 2.0]), count=3)
        + at(([1.0, -2.0], 1.0), ([[1.5, -0.5], [2.0, 0.25]], [[1.0, 0.0], [1.0, 1.0]]), count=2),
    ),
)
