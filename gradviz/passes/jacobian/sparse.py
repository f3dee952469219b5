"""Operators without a simpler order: nonzeros row by row, and Jacobians beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.passes.jacobian.operator import Array, Entries, Operator, Places, Stored, Word, fullness

NAMED = 400_000
"""Nonzeros of several Jacobians beside each other up to which their pattern is looked at as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Sparse(Operator):
    """The nonzeros row by row: row i has the columns `places[starts[i]:starts[i+1]]`, and its values stand likewise.

    Args:
        width: how many columns there are.
        starts, places, values: the rows.
        word: its kind, where it is known beforehand.
    """

    width: int
    starts: Places
    places: Places
    values: Array
    word: Word | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """A row per stretch."""
        return len(self.starts) - 1, self.width

    @property
    def structure(self) -> Word:
        """What the pattern shows."""
        return self.word or kind_of(*self.shape, *self._pattern())

    @property
    def nnz(self) -> int:
        """Those that are listed."""
        return len(self.places)

    @property
    def stored(self) -> Stored:
        """Values and places."""
        return self.starts, self.places, self.values

    def matmat(self, block: Array) -> Array:
        """Row by row."""
        made: Array = self._scipy() @ block
        return made

    def rmatmat(self, block: Array) -> Array:
        """Column by column."""
        made: Array = self._scipy().T @ block
        return made

    def entries(self) -> Entries:
        """As they are listed."""
        rows, columns = self._pattern()
        return rows, columns, np.array(self.values)

    def _pattern(self) -> tuple[Places, Places]:
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts)), self.places

    def _scipy(self) -> Any:
        from scipy.sparse import csr_array

        return csr_array((self.values, self.places, self.starts), shape=self.shape)


def from_entries(
    shape: tuple[int, int], rows: Places, columns: Places, values: Array, word: Word | None = None
) -> Sparse:
    """The same from entries in any order, each place once."""
    order = np.lexsort((columns, rows))
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=shape[0])))).astype(np.int64)
    taken = np.broadcast_to(values, rows.shape)[order]
    return Sparse(shape[1], starts, columns[order].astype(np.int64), taken, word)


def kind_of(height: int, width: int, rows: Places, columns: Places) -> Word:
    """What a pattern is called.

    Example:
        >>> places = np.arange(4)
        >>> kind_of(4, 4, places, places), kind_of(4, 4, places, places // 2 * 2)
        ('diagonal', 'scaled selection')
    """
    count = len(rows)
    if not count:
        return "zero"
    if height == width and np.array_equal(rows, columns):
        return "diagonal"
    if count == height * width:
        return "dense"
    if np.bincount(rows, minlength=height).max() <= 1:
        return "scaled selection"
    if _full_blocks(height, width, rows, columns):
        return "block diagonal"
    return fullness(count, height, width)


def with_constants(word: Word, values: Array) -> Word:
    """The same word, or a simpler one where the entries are constants, and all alike.

    Args:
        word: of the pattern.
        values: the entries that are the same at every point; NaN for the others.

    Example:
        >>> with_constants("diagonal", np.full(3, 2.0)), with_constants("diagonal", np.full(3, np.nan))
        ('scaled identity', 'diagonal')
    """
    if not len(values) or not bool((values == values[0]).all()):
        return word
    ones = bool(values[0] == 1)
    if word == "diagonal":
        return "identity" if ones else "scaled identity"
    return "selection" if ones and word == "scaled selection" else word


def _full_blocks(height: int, width: int, rows: Places, columns: Places) -> bool:
    """Whether the rows and columns fall into groups, each full and sharing nothing with another."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(rows)), (rows, height + columns)), shape=(height + width,) * 2)
    groups, label = connected_components(links, directed=False)
    tall = np.bincount(label[:height], minlength=groups)
    wide = np.bincount(label[height:], minlength=groups)
    full = tall.astype(np.int64) * wide
    return int(np.count_nonzero(full)) > 1 and int(full.sum()) == len(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Beside(Operator):
    """Jacobians by several inputs, beside each other.

    Args:
        parts: by input.
        word: the kind of the whole, where more is known than its pattern shows.
    """

    parts: tuple[Operator, ...]
    word: Word | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Columns one after the other."""
        return self.parts[0].rows, sum(part.columns for part in self.parts)

    @property
    def structure(self) -> Word:
        """What the merged pattern shows; of very many nonzeros only how full it is."""
        if self.word is not None:
            return self.word
        if self.nnz > NAMED:
            return fullness(self.nnz, *self.shape)
        rows, columns, _ = self.entries()
        order = np.lexsort((columns, rows))
        return kind_of(*self.shape, rows[order], columns[order])

    @property
    def nnz(self) -> int:
        """Of all parts."""
        return sum(part.nnz for part in self.parts)

    @property
    def stored(self) -> Stored:
        """Of all parts."""
        return tuple(array for part in self.parts for array in part.stored)

    def starts(self) -> list[int]:
        """The first column of each part, and the number of columns."""
        return [0, *np.cumsum([part.columns for part in self.parts]).tolist()]

    def matmat(self, block: Array) -> Array:
        """The sum of each part times its stretch."""
        starts = self.starts()
        made = np.zeros((self.rows, block.shape[1]))
        for part, start in zip(self.parts, starts, strict=False):
            made += part.matmat(block[start : start + part.columns])
        return made

    def rmatmat(self, block: Array) -> Array:
        """One below the other."""
        return np.concatenate([part.rmatmat(block) for part in self.parts])

    def entries(self) -> Entries:
        """Of all parts, with columns counted on."""
        listed = [part.entries() for part in self.parts]
        return (
            np.concatenate([rows for rows, _, _ in listed]),
            np.concatenate([start + found for start, (_, found, _) in zip(self.starts(), listed, strict=False)]),
            np.concatenate([values for _, _, values in listed]),
        )
