"""Rows divided: training, validation and test by shares, and folds; seeded, and even over the classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.errors import OptionProblem
from gradviz.training.data import Array, Rows

FEW = 20
"""Different labels up to which a target is taken for classes, and every part gets its share of each."""


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of rows; each row is in exactly one part."""

    training: Rows
    validation: Rows
    test: Rows


def splits(rows: int, shares: tuple[float, float, float], seed: int, labels: Array | None = None) -> Split:
    """Rows for training, validation and test.

    Args:
        rows: how many there are.
        shares: of the three parts; they sum to 1.
        seed: of the shuffling; the same seed divides the same way.
        labels: one per row: every part then has its share of each, as far as whole rows allow.

    Raises:
        OptionProblem: the shares do not sum to 1, one is negative, there is nothing to train on, or a part that has a
            share would have no row.

    Example:
        >>> found = splits(10, (0.6, 0.2, 0.2), seed=1)
        >>> len(found.training), len(found.validation), len(found.test)
        (6, 2, 2)
    """
    check_shares(shares)
    sizes = _sizes(rows, shares)
    if any(share > 0 and size == 0 for share, size in zip(shares, sizes, strict=True)):
        said = ", ".join(f"{share:g}" for share in shares)
        raise OptionProblem(
            f"{_rows(rows)} cannot be split {said}: a part would have no row",
            hint="give more rows, or leave a part out with the share 0",
        )
    if not any(shares[1:]):
        return Split(np.arange(rows), np.arange(0), np.arange(0))
    order = _spread(rows, seed, labels)
    first, second = sizes[0], sizes[0] + sizes[1]
    return Split(*(np.sort(part) for part in (order[:first], order[first:second], order[second:])))


def folds(rows: int, k: int, seed: int, labels: Array | None = None) -> tuple[tuple[Rows, Rows], ...]:
    """Training and validation rows of k folds: each row is validated exactly once.

    Args:
        rows: how many there are.
        k: how many folds.
        seed: of the shuffling.
        labels: one per row: every fold then has as many of each as the others, or one more.

    Raises:
        OptionProblem: there are fewer than two folds, or fewer rows than folds.

    Example:
        >>> [validation.tolist() for training, validation in folds(5, 2, seed=0)]
        [[1, 3, 4], [0, 2]]
    """
    if k < 2:
        raise OptionProblem(f"there are at least 2 folds, not {k}", hint="leave --folds out to train once")
    if k > rows:
        raise OptionProblem(f"{k} folds need at least {k} rows, and there are {rows}", hint=f"write --folds {rows}")
    generator = np.random.default_rng([seed, k])
    order = np.concatenate([generator.permutation(group) for group in _groups(rows, labels)])
    found = []
    for fold in range(k):
        validation = np.zeros(rows, dtype=bool)
        validation[order[fold::k]] = True
        found.append((np.flatnonzero(~validation), np.flatnonzero(validation)))
    return tuple(found)


def check_shares(shares: tuple[float, float, float]) -> None:
    """Refuse shares that are none.

    Raises:
        OptionProblem: one is negative, they do not sum to 1, or nothing is left to train on.
    """
    said = ",".join(f"{share:g}" for share in shares)
    if not all(0 <= share <= 1 for share in shares) or abs(sum(shares) - 1) > 1e-9:
        raise OptionProblem(
            f"the shares {said} of training, validation and test do not sum to 1", hint="write --split 0.7,0.15,0.15"
        )
    if shares[0] == 0:
        raise OptionProblem(f"the shares {said} leave no row to train on", hint="write --split 0.7,0.15,0.15")


def labels_of(target: Array | None) -> Array | None:
    """One label per row of a target that means classes: whole numbers, few of them, or one-hot rows; else None.

    Example:
        >>> labels_of(np.array([[0.0, 1.0], [1.0, 0.0]])), labels_of(np.array([0.5, 1.5]))
        (array([1., 0.]), None)
    """
    if target is None or target.ndim == 0:
        return None
    flat = target.reshape(len(target), -1)
    if flat.shape[1] > 1:
        one_hot = bool(np.all((flat == 0) | (flat == 1)) and np.all(flat.sum(axis=1) == 1))
        return flat.argmax(axis=1).astype(float) if one_hot else None
    if flat.shape[1] == 0:
        return None
    few = len(np.unique(flat)) <= min(FEW, max(2, len(flat) // 2))
    return flat[:, 0] if few and bool(np.all(flat == np.round(flat))) else None


def _sizes(rows: int, shares: tuple[float, float, float]) -> tuple[int, int, int]:
    """Whole sizes that sum to the rows, by the largest remainders; a part with a share gets a row where it can."""
    exact = [share * rows for share in shares]
    sizes = [int(part + 1e-9) for part in exact]
    by_remainder = sorted(range(3), key=lambda part: (sizes[part] - exact[part], part))
    for part in by_remainder[: rows - sum(sizes)]:
        sizes[part] += 1
    for part, share in enumerate(shares):
        if share > 0 and sizes[part] == 0 and max(sizes) > 1:
            sizes[sizes.index(max(sizes))] -= 1
            sizes[part] = 1
    return sizes[0], sizes[1], sizes[2]


def _groups(rows: int, labels: Array | None) -> list[Rows]:
    """The rows of each label; all in one group where there are no labels."""
    if labels is None:
        return [np.arange(rows)]
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _spread(rows: int, seed: int, labels: Array | None) -> Rows:
    """A shuffled order in which each label is spread evenly, so that every stretch of it has its share of each."""
    generator = np.random.default_rng(seed)
    order = np.concatenate([generator.permutation(group) for group in _groups(rows, labels)])
    if labels is None:
        return order
    keys = np.concatenate([(np.arange(len(g)) + generator.random()) / len(g) for g in _groups(rows, labels)])
    return order[np.argsort(keys, kind="stable")]


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
