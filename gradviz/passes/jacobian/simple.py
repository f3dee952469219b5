"""Operators with at most one entry per row or per column: they multiply by moving and scaling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.passes.jacobian.operator import Array, Entries, Operator, Places, Stored, Word, fullness


@dataclass(frozen=True, slots=True, eq=False)
class Zero(Operator):
    """Nothing gets through."""

    shape: tuple[int, int] = (0, 0)
    structure: Word = "zero"
    nnz: int = 0
    stored: Stored = ()

    def matmat(self, block: Array) -> Array:
        """Zeros."""
        return np.zeros((self.shape[0], block.shape[1]))

    def rmatmat(self, block: Array) -> Array:
        """Zeros."""
        return np.zeros((self.shape[1], block.shape[1]))

    def entries(self) -> Entries:
        """None."""
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Identity(Operator):
    """The input as it is."""

    count: int
    structure: Word = "identity"
    stored: Stored = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Square."""
        return self.count, self.count

    @property
    def nnz(self) -> int:
        """The diagonal."""
        return self.count

    def matmat(self, block: Array) -> Array:
        """The same."""
        return block

    def rmatmat(self, block: Array) -> Array:
        """The same."""
        return block

    def entries(self) -> Entries:
        """Ones along the diagonal."""
        places = np.arange(self.count)
        return places, places, np.ones(self.count)


@dataclass(frozen=True, slots=True, eq=False)
class ScaledIdentity(Operator):
    """The input times one number."""

    count: int
    factor: float
    structure: Word = "scaled identity"

    @property
    def shape(self) -> tuple[int, int]:
        """Square."""
        return self.count, self.count

    @property
    def nnz(self) -> int:
        """The diagonal."""
        return self.count

    @property
    def stored(self) -> Stored:
        """One number."""
        return (np.array([self.factor]),)

    def matmat(self, block: Array) -> Array:
        """Scaled."""
        return self.factor * block

    def rmatmat(self, block: Array) -> Array:
        """Scaled."""
        return self.factor * block

    def entries(self) -> Entries:
        """The factor along the diagonal."""
        places = np.arange(self.count)
        return places, places, np.full(self.count, self.factor)


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal(Operator):
    """Each entry of the input times its own number."""

    values: Array
    structure: Word = "diagonal"

    @property
    def shape(self) -> tuple[int, int]:
        """Square."""
        return len(self.values), len(self.values)

    @property
    def nnz(self) -> int:
        """The diagonal."""
        return len(self.values)

    @property
    def stored(self) -> Stored:
        """The diagonal."""
        return (self.values,)

    def matmat(self, block: Array) -> Array:
        """Row by row."""
        return self.values[:, None] * block

    def rmatmat(self, block: Array) -> Array:
        """The same: it is symmetric."""
        return self.values[:, None] * block

    def entries(self) -> Entries:
        """Along the diagonal."""
        places = np.arange(len(self.values))
        return places, places, np.array(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Selection(Operator):
    """Each row takes one entry of the input, or none, and may scale it.

    Args:
        width: how many columns there are.
        picks: per row its column; −1 for none.
        scale: per row a factor; None: ones.
        word: its kind, where it is a simpler one.
    """

    width: int
    picks: Places
    scale: Array | None = None
    word: Word | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """A row per pick."""
        return len(self.picks), self.width

    @property
    def structure(self) -> Word:
        """Scaled where entries are not all ones."""
        return self.word or ("selection" if self.scale is None else "scaled selection")

    @property
    def nnz(self) -> int:
        """The rows that take something."""
        return int(np.count_nonzero(self.picks >= 0))

    @property
    def stored(self) -> Stored:
        """Where from, and the factors."""
        return (self.picks,) if self.scale is None else (self.picks, self.scale)

    def matmat(self, block: Array) -> Array:
        """Rows picked."""
        if not self.width:
            return np.zeros((len(self.picks), block.shape[1]))
        made = block[self.picks]
        made[self.picks < 0] = 0
        return made if self.scale is None else self.scale[:, None] * made

    def rmatmat(self, block: Array) -> Array:
        """Rows summed where they came from."""
        scaled = block if self.scale is None else self.scale[:, None] * block
        return summed(scaled, self.picks, self.width)

    def entries(self) -> Entries:
        """One per row that takes something."""
        rows = np.flatnonzero(self.picks >= 0)
        values = np.ones(len(rows)) if self.scale is None else self.scale[rows]
        return rows, self.picks[rows], values


@dataclass(frozen=True, slots=True, eq=False)
class Gathering(Operator):
    """Each entry of the input goes into one row, or nowhere, and may be scaled: sums over parts of the input.

    Args:
        height: how many rows there are.
        targets: per column its row; −1 for none.
        scale: per column a factor; None: ones.
        word: the row's word, where it is one operation's.
    """

    height: int
    targets: Places
    scale: Array | None = None
    word: Word | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """A column per target."""
        return self.height, len(self.targets)

    @property
    def structure(self) -> Word:
        """One row is called by how full it is; several are blocks of one row each."""
        if self.height == 1:
            return fullness(self.nnz, *self.shape) if self.nnz else "zero"
        return self.word or "block diagonal"

    @property
    def nnz(self) -> int:
        """The columns that go somewhere."""
        return int(np.count_nonzero(self.targets >= 0))

    @property
    def stored(self) -> Stored:
        """Where to, and the factors."""
        return (self.targets,) if self.scale is None else (self.targets, self.scale)

    def matmat(self, block: Array) -> Array:
        """Entries summed where they go."""
        scaled = block if self.scale is None else self.scale[:, None] * block
        return summed(scaled, self.targets, self.height)

    def rmatmat(self, block: Array) -> Array:
        """Rows repeated."""
        if not self.height:
            return np.zeros((len(self.targets), block.shape[1]))
        made = block[self.targets]
        made[self.targets < 0] = 0
        return made if self.scale is None else self.scale[:, None] * made

    def entries(self) -> Entries:
        """One per column that goes somewhere."""
        columns = np.flatnonzero(self.targets >= 0)
        values = np.ones(len(columns)) if self.scale is None else self.scale[columns]
        return self.targets[columns], columns, values


def summed(block: Array, places: Places, count: int) -> Array:
    """Rows of a block summed at their places; negative places are dropped."""
    kept = places >= 0
    if not kept.all():
        block, places = block[kept], places[kept]
    if block.shape[1] == 1:
        single: Array = np.bincount(places, weights=block[:, 0], minlength=count).astype(np.float64)
        return single.reshape(-1, 1)
    made = np.zeros((count, block.shape[1]))
    if not len(places):
        return made
    order = np.argsort(places, kind="stable")
    begins = np.flatnonzero(np.diff(places[order], prepend=-1))
    made[places[order][begins]] = np.add.reduceat(block[order], begins, axis=0)
    return made
