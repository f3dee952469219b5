"""Rows held against the losses that take them: a class that there is no output for, shares that do not sum to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.graph.losses import check_losses, declared_by_losses
from gradviz.training.data import Data

if TYPE_CHECKING:
    from gradviz.graph.build import Built


def check_targets(built: Built, data: Data) -> None:
    """Refuse rows that a loss cannot mean.

    Args:
        built: the program at the size of the data.
        data: the rows.

    Raises:
        ValueProblem: the first value that is wrong; for a class its row as it is counted in the file.
    """
    graph = built.graph
    for name, word in sorted(declared_by_losses(graph)):
        kind, _, count = word.partition(" ")
        if kind == "classes" and count and name in data.arrays:
            check_labels(data, name, int(count))
    check_losses(graph, {graph.names[name]: array for name, array in data.arrays.items() if name in graph.names})


def check_labels(data: Data, name: str, classes: int) -> None:
    """Refuse a class that the network has no output for.

    Args:
        data: the rows.
        name: of the target, whose entries are class numbers.
        classes: how many outputs the network has.

    Raises:
        ValueProblem: a class is out of range or no whole number; its row is named.
    """
    array = data.arrays[name].reshape(data.rows, -1)
    wrong = np.flatnonzero(((array < 0) | (array >= classes) | (array != np.floor(array))).any(axis=1))
    if not len(wrong):
        return
    row = int(wrong[0])
    found = float(array[row][np.argmax((array[row] < 0) | (array[row] >= classes) | (array[row] % 1 != 0))])
    column = data.columns.get(name, (name,))[0]
    called = data.classes.get(name, ())
    said = f"{called[int(found)]} = {found:g}" if called and 0 <= found < len(called) else f"{found:g}"
    whole = bool(np.all(array == np.floor(array)) and np.all(array >= 0))
    where = f"{data.origin.partition(',')[0] or 'the data'}, {data.place(row)}, column {column}"
    raise ValueProblem(
        f"{where}: the class {said} is out of range, and the network has {classes} outputs",
        hint=f"give the last layer {int(array.max()) + 1} units"
        if whole
        else f"classes are the whole numbers from 0 to {classes - 1}",
    )
