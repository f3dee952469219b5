"""Splits, folds and scaling: every row in exactly one part, the same every time, and only training rows looked at."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import OptionProblem, ValueProblem
from gradviz.training.data import Data
from gradviz.training.scaling import rescaled, standardised
from gradviz.training.splitting import folds, labels_of, splits

SHARES = st.sampled_from([(1.0, 0.0, 0.0), (0.7, 0.15, 0.15), (0.8, 0.2, 0.0), (0.5, 0.0, 0.5), (0.1, 0.1, 0.8)])
LABELS = st.lists(st.integers(0, 3).map(float), min_size=3, max_size=60).map(np.array)


@given(SHARES, LABELS, st.booleans(), st.integers(0, 5))
def test_every_row_is_in_exactly_one_part(
    shares: tuple[float, float, float], labels: np.ndarray, even: bool, seed: int
) -> None:
    found = splits(len(labels), shares, seed, labels if even else None)
    parts = (found.training, found.validation, found.test)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(labels)))
    for part, share in zip(parts, shares, strict=True):
        assert abs(len(part) - share * len(labels)) < 2
        assert (len(part) > 0) == (share > 0)
    again = splits(len(labels), shares, seed, labels if even else None)
    assert all(
        np.array_equal(*pair) for pair in zip(parts, (again.training, again.validation, again.test), strict=True)
    )


@given(st.integers(2, 6), LABELS, st.booleans(), st.integers(0, 5))
def test_every_row_is_validated_once(k: int, labels: np.ndarray, even: bool, seed: int) -> None:
    k = min(k, len(labels))
    found = folds(len(labels), k, seed, labels if even else None)
    assert sorted(np.concatenate([validation for _, validation in found]).tolist()) == list(range(len(labels)))
    for training, validation in found:
        assert sorted([*training.tolist(), *validation.tolist()]) == list(range(len(labels)))
        assert len(labels) // k <= len(validation) <= -(-len(labels) // k)
        for label in np.unique(labels) if even else ():
            count = int((labels == label).sum())
            assert count // k <= int((labels[validation] == label).sum()) <= -(-count // k)


@given(LABELS, st.integers(0, 5))
def test_few_classes_are_spread_evenly(labels: np.ndarray, seed: int) -> None:
    found = splits(len(labels), (0.6, 0.4, 0.0), seed, labels)
    for label in np.unique(labels):
        count = int((labels == label).sum())
        assert abs(int((labels[found.training] == label).sum()) - 0.6 * count) <= 2.5


def test_the_seed_decides() -> None:
    first, second = (splits(100, (0.5, 0.5, 0.0), seed).training for seed in (1, 2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("shares", [(0.5, 0.2, 0.2), (1.2, -0.2, 0.0), (0.0, 0.5, 0.5), (np.nan, 0.5, 0.5)])
def test_shares_that_are_none(shares: tuple[float, float, float]) -> None:
    with pytest.raises(OptionProblem, match="shares"):
        splits(10, shares, 0)


def test_too_few_rows() -> None:
    with pytest.raises(OptionProblem, match="2 rows cannot be split"):
        splits(2, (0.6, 0.2, 0.2), 0)
    with pytest.raises(OptionProblem, match="5 folds need at least 5 rows, and there are 3"):
        folds(3, 5, 0)
    with pytest.raises(OptionProblem, match="at least 2 folds, not 1"):
        folds(3, 1, 0)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ([0, 1, 1, 0], [0, 1, 1, 0]),
        ([[0], [1], [1], [0]], [0, 1, 1, 0]),
        ([[1, 0], [0, 1]], [0, 1]),
        ([0.5, 1.5, 2.5], None),
        ([[0.5, 0.5], [1, 0]], None),
        (list(range(50)), None),
    ],
)
def test_which_targets_are_classes(target: list[float], expected: list[float] | None) -> None:
    found = labels_of(np.array(target, dtype=float))
    assert (None if found is None else found.tolist()) == expected


def test_only_training_rows_are_looked_at() -> None:
    random = np.random.default_rng(0)
    data = Data({"X": random.normal(3, 2, (20, 3)), "y": random.normal(size=20)}, standardise=("X",))
    training = np.arange(12)
    found = standardised(data, training)
    np.testing.assert_allclose(found.arrays["X"][training].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(found.arrays["X"][training].std(axis=0), 1)
    np.testing.assert_array_equal(found.arrays["y"], data.arrays["y"])
    spoiled = Data({"X": np.where(np.arange(20)[:, None] < 12, data.arrays["X"], 1e9)}, standardise=("X",))
    np.testing.assert_array_equal(found.arrays["X"][training], standardised(spoiled, training).arrays["X"][training])
    assert found.standardise == ()
    again = rescaled(data, dict(found.scaling))
    np.testing.assert_array_equal(again.arrays["X"], found.arrays["X"])


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6])
def test_a_column_without_variance_is_named(value: float) -> None:
    X = np.column_stack([np.arange(5.0), np.full(5, value)])
    data = Data({"X": X}, columns={"X": ("age", "height")}, standardise=("X",))
    says = re.escape(f"the column height cannot be standardised: it is {value:g} in every training row")
    with pytest.raises(ValueProblem, match=says):
        standardised(data, np.arange(4))
