"""Where a prediction says a class: how the class is read off it, and how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradviz.networks.table import BLOCKS
from gradviz.training.predicting import prediction_of
from gradviz.training.problem import Problem
from gradviz.training.splitting import labels_of

if TYPE_CHECKING:
    from gradviz.training.data import Array, Rows

LOGITS = frozenset({"bce_with_logits", "hinge"})
"""Losses whose prediction is on the side of its class by its sign."""
ROUNDING = 1e-8
"""A score so near the threshold is on no side of it: which side it fell on would be the rounding's choice."""


@dataclass(frozen=True, slots=True)
class Classes:
    """How a class is read off a prediction.

    Args:
        labels: the true class of each row, from 0.
        count: how many classes there are.
        threshold: of a single score, from which it says class 1; None where the greatest of several scores says it.
        names: of the classes.
    """

    labels: tuple[int, ...]
    count: int
    threshold: float | None
    names: tuple[str, ...]

    @property
    def two_sided(self) -> bool:
        """Whether one number says the class by its sign: a single score's, or the difference of two."""
        return self.threshold is not None or self.count == 2

    def margin(self, prediction: Array) -> Array:
        """By how much a single score lies beyond the threshold, or the second of two scores beyond the first.

        0 where that is rounding; one number per row.
        """
        scores = prediction.reshape(len(prediction), -1)
        beyond = np.asarray(
            scores[:, 0] - self.threshold if self.threshold is not None else scores[:, 1] - scores[:, 0]
        )
        return np.where(np.abs(beyond) < ROUNDING, 0.0, beyond)

    def said(self, prediction: Array) -> Array:
        """The class that each row's prediction says."""
        if self.threshold is None:
            return np.asarray(prediction.reshape(len(prediction), -1).argmax(axis=1))
        return (self.margin(prediction) > 0).astype(int)


def classes_of(problem: Problem) -> Classes | None:
    """How the problem's prediction says classes; None where it does not (regression).

    Several scores against labels or one-hot rows say the class by the greatest; a single score against two labels says
    it by a threshold: 0 for logits and for labels −1 and 1, else a half.
    """
    target = problem.data.arrays.get(problem.target)
    prediction = prediction_of(problem.built, problem)
    if target is None or prediction is None:
        return None
    labels, scores = labels_of(np.asarray(target)), _scores(problem, prediction)
    if labels is None or not scores:
        return None
    values = np.unique(labels)
    if scores > 1:
        fits = values.min() >= 0 and values.max() < scores
        return _made(problem, labels.astype(int), scores, None) if fits else None
    if set(values.tolist()) <= {0.0, 1.0}:
        return _made(problem, labels.astype(int), 2, 0.0 if _loss_kind(problem, prediction) in LOGITS else 0.5)
    if set(values.tolist()) == {-1.0, 1.0}:
        return _made(problem, (labels > 0).astype(int), 2, 0.0)
    return None


def _made(problem: Problem, labels: Array, count: int, threshold: float | None) -> Classes:
    told = problem.data.classes.get(problem.target, ())
    names = told if len(told) == count else tuple(map(str, range(count)))
    if threshold == 0.0 and -1.0 in np.asarray(problem.data.arrays[problem.target]):
        names = told if len(told) == count else ("−1", "1")
    return Classes(tuple(labels.tolist()), count, threshold, names)


def _scores(problem: Problem, prediction: int) -> int:
    """How many numbers the prediction has for each row; 0 where it has none for each."""
    shape = problem.built.graph.nodes[prediction].shape
    if not shape or shape[0] != problem.data.rows or len(shape) > 2:
        return 0
    return shape[1] if len(shape) == 2 else 1


def _loss_kind(problem: Problem, prediction: int) -> str:
    """The kind of the loss that the prediction goes into; "" where it was written out by hand."""
    for node in problem.built.graph.nodes:
        group = node.group if prediction in node.operands else None
        while group is not None:
            if group.kind in BLOCKS and BLOCKS[group.kind].family == "loss":
                return group.kind
            group = group.parent
    return ""


def accuracy(classes: Classes, prediction: Array, rows: Rows | Sequence[int]) -> float:
    """The share of those rows whose class is said right."""
    chosen = np.asarray(rows, dtype=int)
    said = classes.said(prediction)[chosen]
    return float(np.mean(said == np.asarray(classes.labels)[chosen]))
