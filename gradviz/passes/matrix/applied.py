"""The rows' own operations: applied to each entry, or to a matrix kept whole."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.diagonals import outer_factors
from gradviz.passes.matrix.leaves import is_ones, is_zero, ones, split, zero
from gradviz.passes.matrix.multiplying import product, scale, scaled
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.softmax import softmax_node
from gradviz.passes.matrix.transposes import is_turned, transpose, turned_key
from gradviz.passes.templates import Settings, array_function


def _entry_by_entry(value: Any, name: str, *args: Matrix, attributes: Settings = ()) -> Any:
    found = array_function(name, len(args), attributes)(*map(value, args))
    return np.broadcast_to(found, (args[0].rows, args[0].columns))


@rule(_entry_by_entry)
def elementwise(name: str, *args: Matrix, attributes: Settings = ()) -> Matrix:
    """A row's operation on each entry of one or more formulas of one size."""
    first = args[0]
    rows, columns = first.rows, first.columns
    if len(args) == 1 and (name, first.op == "elementwise" and first.data[0]) in UNDONE:
        return first.args[0]
    if not first.is_scalar:
        spread = _spread(name, args, attributes)
        if spread is not None:
            return spread
        if first.is_row or _turned(args):
            return transpose(elementwise(name, *map(transpose, args), attributes=attributes))
    return Matrix("elementwise", args, (name, attributes), rows, columns)


UNDONE = {("exp", "log"), ("log", "exp")}


def _turned(args: tuple[Matrix, ...]) -> bool:
    if args[0].is_column:
        return False
    return turned_key(tuple(map(transpose, args))) < turned_key(args)


def _spread(name: str, args: tuple[Matrix, ...], attributes: Settings) -> Matrix | None:
    """f(c 𝟏) = f(c) 𝟏, f(u 𝟏ᵀ) = f(u) 𝟏ᵀ, f(𝟏 wᵀ) = 𝟏 f(w)ᵀ."""
    rows, columns = args[0].rows, args[0].columns
    parts = [_broadcast(x) for x in args]
    if all("one" in part for part in parts):
        one = elementwise(name, *(part["one"] for part in parts), attributes=attributes)
        return scale(one, product(ones(rows), transpose(ones(columns))))
    if rows == 1 or columns == 1:
        return None
    if all("column" in part for part in parts):
        column = elementwise(name, *(part["column"] for part in parts), attributes=attributes)
        return product(column, transpose(ones(columns)))
    if all("row" in part for part in parts):
        row = elementwise(name, *(part["row"] for part in parts), attributes=attributes)
        return product(ones(rows), transpose(row))
    return None


def _broadcast(x: Matrix) -> dict[str, Matrix]:
    """What `x` is a broadcast of: one number, one column, one row (as a column)."""
    coefficient, scalars, body = split(x)
    if is_zero(x):
        return {"one": zero(1, 1), "column": zero(x.rows, 1), "row": zero(x.columns, 1)}
    if body is None:
        return {}
    outside = scaled(coefficient, scalars, None, 1, 1)
    if is_ones(body):
        return {"one": outside}
    outer = outer_factors(body)
    found: dict[str, Matrix] = {}
    if outer is not None and is_ones(outer[1]):
        found["column"] = scale(outside, outer[0])
    if outer is not None and is_ones(outer[0]):
        found["row"] = scale(outside, outer[1])
    return {**found, "one": outside} if len(found) == 2 else found


def _kept_whole(value: Any, name: str, args: tuple[Matrix, ...], attributes: Settings, rows: int, columns: int) -> Any:
    return np.asarray(array_function(name, len(args), attributes)(*map(value, args))).reshape(rows, columns)


@rule(_kept_whole)
def function(name: str, args: tuple[Matrix, ...], attributes: Settings, rows: int, columns: int) -> Matrix:
    """Any other row, kept whole. An axis counts in two dimensions: a column's entries run along axis 0.

    Args:
        name: the row's name.
        args: its operands.
        attributes: its settings, in the order of the row's parameters.
        rows: the rows of the result; a result with one axis is a column, whichever axis was reduced.
        columns: its columns.
    """
    axis = dict(attributes).get("axis")
    if len(args) == 1 and axis in (0, 1):
        along = _along(name, args[0], attributes, rows, columns)
        if along is not None:
            return along
    return Matrix("function", args, (name, attributes), rows, columns)


def _along(name: str, x: Matrix, attributes: Settings, rows: int, columns: int) -> Matrix | None:
    """A function along an axis: of Xᵀ it is one along the other axis."""
    axis = dict(attributes)["axis"]
    assert isinstance(axis, int)
    if name == "softmax" and (x.rows, x.columns)[axis] == 1:
        return product(ones(rows), transpose(ones(columns)))
    if name == "logsumexp" and (x.rows, x.columns)[axis] == 1:
        return x if columns == x.columns else transpose(x)
    if is_turned(x):
        other = tuple((key, 1 - axis if key == "axis" else setting) for key, setting in attributes)
        if (rows, columns) == (x.rows, x.columns):
            return transpose(function(name, (transpose(x),), other, columns, rows))
        return function(name, (transpose(x),), other, rows, columns)
    if name == "softmax" and softmax_node(x, axis).args != (x,):
        return function(name, softmax_node(x, axis).args, attributes, rows, columns)
    return None
