"""Values that a loss cannot mean are refused, with the row that is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.errors import ValueProblem
from gradviz.networks.losses import check_targets

SCORES = np.zeros((3, 4))
WRONG: list[tuple[str, tuple[Any, ...], str, str]] = [
    ("cross_entropy", (SCORES, [0, 4, 1]), "", "row 1 of the target is 4, and there are 4 classes"),
    ("cross_entropy", (SCORES, [0, 1, -1]), "", "row 2 of the target is -1, and there are 4 classes"),
    ("cross_entropy", (SCORES, [0.5, 1, 1]), "", "row 0 of the target is 0.5, which is no class number"),
    ("cross_entropy", (SCORES, [0, np.nan, 1]), "", "row 1 of the target is nan, which is no class number"),
    ("cross_entropy", (np.zeros(3), 3), "", "the target is 3, and there are 3 classes"),
    ("cross_entropy", (SCORES, np.full((3, 4), 0.3)), "", "row 0 of the target sums to 1.2, not to 1"),
    ("cross_entropy", (np.zeros(2), [0.3, 0.3]), "", "the entries of the target sum to 0.6, not to 1"),
    ("cross_entropy", (np.zeros(2), [1.5, -0.5]), "", "row 0 of the target is 1.5, which is no probability"),
    ("nll", (SCORES, [0, 4, 1]), "", "row 1 of the target is 4, and there are 4 classes"),
    ("hinge", (SCORES, [0, 4, 1]), "", "row 1 of the target is 4, and there are 4 classes"),
    ("hinge", ([0.5, 2.0], [1, 0]), "", "row 1 of the target is 0, not 1 or −1"),
    ("bce", ([0.5, 1.5], [1, 0]), "", "row 1 of the input is 1.5, which is no probability"),
    ("bce", ([0.5, 0.5], [1, 2]), "", "row 1 of the target is 2, which is no probability"),
    (
        "bce_with_logits",
        ([[0.5], [9.0]], [[1], [-1]]),
        "",
        "row 1, column 0 of the target is -1, which is no probability",
    ),
    ("kl_div", ([-1.0, -1.0], [0.5, -0.5]), "", "row 1 of the target is -0.5, which is no probability"),
    ("gaussian_nll", ([0.0], [0.0], [-1.0]), "", "row 0 of the variance is -1, and must not be negative"),
    ("nll_of", ([0.5], [2.0]), "poisson", "row 0 of y is 0.5, which is no count"),
    ("nll_of", ([1], [-2.0]), "poisson", "row 0 of the rate is -2, and must not be negative"),
    ("nll_of", ([2], [0.5]), "bernoulli", "row 0 of y is 2, which is no probability"),
    ("nll_of", ([5], [[0.5, 0.5]]), "categorical", "row 0 of y is 5, and there are 2 classes"),
    ("nll_of", ([1.0], [0.0], [-1.0]), "normal", "row 0 of the variance is -1, and must not be negative"),
]
RIGHT: list[tuple[str, tuple[Any, ...], str]] = [
    ("cross_entropy", (SCORES, [0, 3, 1]), ""),
    ("cross_entropy", (SCORES, np.full((3, 4), 0.25)), ""),
    ("cross_entropy", (np.zeros(3), 2), ""),
    ("bce", ([0.0, 1.0], [1, 0.5]), ""),
    ("hinge", ([0.5, 2.0], [1, -1]), ""),
    ("mse", ([0.5, 2.0], [100.0, -1]), ""),
    ("l2", ([0.5, -2.0],), ""),
    ("nll_of", ([3], [2.0]), "poisson"),
]


@pytest.mark.parametrize(("kind", "values", "distribution", "says"), WRONG, ids=[row[3] for row in WRONG])
def test_the_row_is_named(kind: str, values: Any, distribution: str, says: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        check_targets(kind, values, distribution=distribution)
    assert caught.value.message == says
    assert caught.value.hint


@pytest.mark.parametrize(("kind", "values", "distribution"), RIGHT)
def test_what_is_right_passes(kind: str, values: Any, distribution: str) -> None:
    check_targets(kind, values, distribution=distribution)


def test_rows_are_counted_from_where_they_begin() -> None:
    with pytest.raises(ValueProblem, match="row 101 of labels is 4"):
        check_targets("cross_entropy", (SCORES, [0, 4, 1]), names=("", "labels"), first=100)


@pytest.mark.parametrize(
    "program",
    [
        "L = cross_entropy(z, t); z = [[1, 2, 3], [1, 2, 3]]; t = [0, 3]",
        "L = cross_entropy(z, t); z : 2 x 3; t = [0, 3]",
        "L = bce(sigmoid(z), t); z = [1, 2]; t = [0, 3]",
        "L = bce(p, t); p = [2, 0.3]; t = [0, 1]",
        "L = cross_entropy(z, T); z : 2 x 2; T = [[0.5, 0.5], [0.5, 0.6]]",
    ],
)
def test_explain_refuses_them(program: str) -> None:
    with pytest.raises(ValueProblem):
        gradviz.explain(program)


@pytest.mark.parametrize(
    ("program", "name", "holds"),
    [
        ("L = cross_entropy(z, t); z : 5 x 3; t : 5", "t", lambda t: set(t.tolist()) <= {0, 1, 2}),
        ("L = cross_entropy(z, T); z : 5 x 3; T : 5 x 3", "T", lambda t: np.allclose(t.sum(axis=1), 1)),
        ("L = hinge(z, t); z : 5; t : 5", "t", lambda t: set(np.abs(t).tolist()) == {1}),
        ("L = bce(p, t); p : 5; t : 5", "t", lambda t: set(t.tolist()) <= {0, 1}),
        ("L = bce(p, t); p : 5; t : 5", "p", lambda p: np.all((p > 0) & (p < 1))),
        ('L = nll_of("poisson", y, r); y : 5; r : 5', "y", lambda y: np.all(y == np.floor(y)) and np.all(y >= 0)),
        ('L = nll_of("normal", y, m, v); y : 5; m : 5; v : 5', "v", lambda v: np.all(v > 0)),
    ],
)
def test_random_targets_are_what_the_loss_takes(program: str, name: str, holds: Any) -> None:
    drawn = gradviz.explain(program, seed=3).data.inputs[name]
    assert drawn is not None
    assert holds(np.array(drawn.entries).reshape(drawn.shape))
