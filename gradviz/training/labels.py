"""Class labels as numbers: words and whole numbers become class indices, or one-hot rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.errors import ShapeError, ValueProblem
from gradviz.training.choosing import Columns
from gradviz.training.data import Array
from gradviz.training.table import Table
from gradviz.training.wants import Want

SHOWN = 12
"""Labels that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An input's rows, the columns that they come from, and what their classes are called.

    Args:
        array: the rows.
        columns: that they were made of.
        labels: by class index; empty where the numbers mean themselves.
        says: how labels became numbers.
    """

    array: Array
    columns: Columns
    labels: tuple[str, ...] = ()
    says: str = ""


def labelled(want: Want, column: str, table: Table) -> Labelled:
    """The target of a loss on classes.

    Args:
        want: the input; a declared second size k > 1 asks for one-hot rows, otherwise indices are given.
        column: a column of labels, of class indices, or an array of distributions.
        table: that it is in.

    Raises:
        ValueProblem: a number is no class, or there are not as many labels as the loss has classes.
        ShapeError: the array does not have the declared shape.
    """
    cells = table.columns[column]
    if not isinstance(cells, tuple) or not table.is_text(column):
        return _numbered(want, column, table)
    names = tuple(sorted(set(cells)))
    if want.target == "two" and len(names) != 2:
        raise ValueProblem(
            f"{table.origin}: the column {column} has {_count(len(names))} ({_few(names)}), and the loss knows two",
            hint="use cross_entropy for several classes",
        )
    wide = want.shape[1] if want.shape and len(want.shape) == 2 else None
    if isinstance(wide, int) and want.target == "classes" and 1 < wide < len(names):
        raise ValueProblem(
            f"{table.origin}: the column {column} has {_count(len(names))} ({_few(names)}), and {want.name} has {wide}",
            hint=f"declare {want.name} : N x {len(names)}, and give the last layer as many units",
        )
    index = {name: number for number, name in enumerate(names)}
    array = np.array([float(index[cell]) for cell in cells])
    shown = ", ".join(f"{name} = {number}" for name, number in list(index.items())[:SHOWN])
    says = f"{shown}{', …' if len(names) > SHOWN else ''}"
    return Labelled(_shaped(want, array, column, table, len(names)), (column,), names, says)


def _numbered(want: Want, column: str, table: Table) -> Labelled:
    """Class indices as they are; probabilities too, where the loss takes them."""
    array = table.numbers(column)
    if array.ndim > 1 and array.shape[1:] != (1,):
        _check_shape(want, array, column, table)
        return Labelled(array, (column,))
    array = array.reshape(len(array))
    if want.target == "two":
        wrong, what = (array < 0) | (array > 1), "is neither 0 nor 1 nor between them"
        hint = "the target of this loss is a probability: 0 or 1"
    else:
        wrong, what = (array < 0) | (array != np.round(array)), "is no class: classes are 0, 1, 2, …"
        hint = "number the classes from 0, or use labels in words"
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueProblem(f"{table.origin}, {table.place(row)}, column {column}: {array[row]:g} {what}", hint=hint)
    return Labelled(_shaped(want, array, column, table, int(array.max()) + 1), (column,))


def _shaped(want: Want, array: Array, column: str, table: Table, classes: int) -> Array:
    """Indices, a column of them, or one-hot rows."""
    if want.shape is None or len(want.shape) == 1:
        return array
    wide = want.shape[1] if len(want.shape) == 2 else 0
    if want.target == "two" or wide == 1:
        _check_shape(want, array[:, None], column, table)
        return array[:, None]
    if isinstance(wide, str):
        wide = classes
    if len(want.shape) != 2:
        _check_shape(want, array, column, table)
    if classes > wide:
        row = int(np.flatnonzero(array >= wide)[0])
        raise ValueProblem(
            f"{table.origin}, {table.place(row)}, column {column}: the class {array[row]:g} is out of range, "
            f"{want.name} has {_count(wide)}",
            hint=f"declare {want.name} : {want.shape[0]} x {classes}, and give the last layer as many units",
        )
    one_hot: Array = np.eye(wide)[array.astype(int)]
    return one_hot


def _check_shape(want: Want, array: Array, column: str, table: Table) -> None:
    shape = want.shape
    if shape is None:
        return
    sizes = zip(shape[1:], array.shape[1:], strict=False)
    if len(shape) != array.ndim or any(isinstance(size, int) and size != there for size, there in sizes):
        raise ShapeError(
            f"{want.name} is declared of shape {'×'.join(map(str, shape))}, and {column} in {table.origin} is "
            f"{'×'.join(map(str, array.shape))}",
            hint="change the shape, or the column",
        )


def _count(classes: int) -> str:
    return "1 class" if classes == 1 else f"{classes} classes"


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
