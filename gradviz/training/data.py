"""Rows to learn from: read from files or made by generators, and bound to the inputs of a program.

A file is read into a table of columns (`reading`), or a generator makes arrays (`generators`); a program says which
inputs wait for data (`wants`); columns are bound to inputs (`binding`); rows are divided (`splitting`), and columns
scaled by the training rows (`scaling`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
"""Positions of rows, from 0."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """How a column was standardised: `(column − mean) / deviation`.

    Args:
        mean, deviation: of the training rows, in the shape of one row.
    """

    mean: Array
    deviation: Array


@dataclass(frozen=True, slots=True)
class Data:
    """Rows, as arrays whose first axis counts them.

    Args:
        arrays: by input name, all with the same first size.
        origin: where they come from, for people ("data.csv, 120 rows", "xor").
        columns: by input, the columns that it was made of; empty where it was given as an array.
        classes: by input, the labels that its whole numbers (or its one-hot columns) stand for, in order.
        lines: for each row, where it stands in its file (1 is the first line); empty where there is no file of lines.
        standardise: the inputs to be standardised as soon as the training rows are known (`scaling.standardised`).
        scaling: by input, how it was standardised; new rows for predictions must go the same way.
        notes: what a person should know about the binding, in sentences.
        unscaled: the rows before they were standardised; None where they were not.
        unused: the columns that no input was made of.
        free: the targets whose shape the program does not say: a vector, or a column where the prediction is one.
    """

    arrays: Mapping[str, Array]
    origin: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    standardise: tuple[str, ...] = ()
    scaling: Mapping[str, Scaling] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unscaled: Data | None = None
    free: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return min((len(array) for array in self.arrays.values()), default=0)

    def take(self, rows: Rows | slice | Sequence[int]) -> Data:
        """Some of the rows, in the order asked for.

        Example:
            >>> data = Data({"x": np.array([5.0, 6.0, 7.0])}, lines=(2, 3, 4))
            >>> data.take([2, 0]).arrays["x"], data.take([2, 0]).lines
            (array([7., 5.]), (4, 2))
        """
        chosen = np.arange(self.rows)[rows]
        arrays = {name: array[chosen] for name, array in self.arrays.items()}
        lines = tuple(self.lines[row] for row in chosen.tolist()) if self.lines else ()
        unscaled = None if self.unscaled is None else self.unscaled.take(rows)
        return replace(self, arrays=arrays, lines=lines, unscaled=unscaled)

    def place(self, row: int) -> str:
        """Where a row stands, in words: by its line in the file, or counted from 0."""
        return f"row {self.lines[row]}" if self.lines else f"row {row} (counted from 0)"
