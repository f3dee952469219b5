"""A table of columns as it was found, before anyone knows what each column is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.training.data import Array

Column = tuple[str, ...] | Array
"""Cells of text, one per row, or an array whose first axis counts the rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name.

    Args:
        origin: under which errors and reports speak of it: "data.csv", "moons(n=100)".
        columns: all with the same number of rows.
        rows: how many.
        lines: where each row of a text file stands in it, 1 for the first line; empty otherwise.
        labels: what a column is, where its name does not say it ("height" for x).
        comma: whether a comma is the decimal point.
        note: what a person should know of them.
    """

    origin: str
    columns: Mapping[str, Column]
    rows: int
    lines: tuple[int, ...] = ()
    labels: Mapping[str, str] | None = None
    comma: bool = False
    note: str = ""

    def place(self, row: int) -> str:
        """Where a row stands, in words."""
        return f"row {self.lines[row]}" if self.lines else f"row {row} (counted from 0)"

    def numbers(self, name: str) -> Array:
        """A column as numbers.

        Raises:
            ValueProblem: a cell is empty, no number, NaN or infinite; the row and the column are named.
        """
        column = self.columns[name]
        if not isinstance(column, tuple):
            self._finite(name, column)
            return column
        found = np.array([self._number(cell) for cell in column])
        if not np.all(np.isfinite(found)):
            row = int(np.flatnonzero(~np.isfinite(found))[0])
            raise self._bad_cell(name, row, column[row])
        return found

    def is_text(self, name: str) -> bool:
        """Whether a column holds labels: no cell of it is a number, or some are words and none is empty."""
        column = self.columns[name]
        if not isinstance(column, tuple):
            return column.dtype.kind in "US"
        return all(cell for cell in column) and all(np.isnan(self._number(cell)) for cell in column)

    def _number(self, cell: str) -> float:
        """The number in a cell; NaN where it holds none."""
        text = cell.replace(",", ".") if self.comma and "." not in cell else cell
        if _NUMBER.fullmatch(text) is None:
            return np.inf if text.lower().lstrip("+-") in ("inf", "infinity") else np.nan
        return float(text)

    def _bad_cell(self, name: str, row: int, cell: str) -> ValueProblem:
        where = f"{self.origin}, {self.place(row)}, column {name}"
        if not cell:
            return ValueProblem(f"{where}: the cell is empty", hint="fill it, or leave the row out")
        if cell.lower().lstrip("+-") in ("nan", "inf", "infinity") or _NUMBER.fullmatch(cell):
            return ValueProblem(f"{where}: {_short(cell)} is no finite number", hint="leave the row out")
        return ValueProblem(f"{where}: {_short(cell)} is not a number", hint=self._advice(name))

    def _advice(self, name: str) -> str:
        if self.is_text(name):
            return "a column of labels can only be the target of a loss on classes, such as cross_entropy"
        return "write a number with a decimal point, without a unit"

    def _finite(self, name: str, array: Array) -> None:
        if array.dtype.kind not in "biuf":
            raise ValueProblem(f"{self.origin}: {name} is not made of numbers", hint="save arrays of numbers")
        wrong = ~np.isfinite(array)
        if wrong.any():
            place = np.argwhere(wrong)[0].tolist()
            where = f"{self.origin}, {self.place(place[0])}, {name}[{', '.join(map(str, place))}]"
            raise ValueProblem(f"{where} is {array[tuple(place)]}: no finite number", hint="leave the row out")


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _short(cell: Any) -> str:
    text = str(cell)
    return repr(text if len(text) <= 40 else f"{text[:37]}…")
