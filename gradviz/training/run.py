"""What a training run leaves behind: numbers, before anyone draws or says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gradviz.training.problem import Problem
    from gradviz.training.settings import Settings

Array = NDArray[np.float64]
Ended = Literal["done", "early", "diverged", "interrupted"]


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training rows.

    Args:
        number: from 0 (before the first update) on.
        step: updates made so far.
        train: the mean loss over the training rows, by the parameters at the end of the epoch, as in evaluation.
        validation: the same over the validation rows; None where there are none.
        rate: the learning rate of its last update.
        norms: by parameter, the norm of the gradient at its last update.
    """

    number: int
    step: int
    train: float
    validation: float | None
    rate: float
    norms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of training.

    Args:
        problem: the network, its data and its parameters.
        settings: what was chosen.
        epochs: from number 0 on.
        losses: the batch's loss before each update.
        path: by parameter, its value before the first update and after each one: steps + 1 rows, of which the latest
            `settings.keep` + 1 are kept; empty where the parameters have more than 64 entries together.
        first, last: the parameters (and buffers) before and after; `last` is the best by validation where it stopped
            early, and what the last whole epoch left where it diverged or was interrupted.
        state: the optimiser's, by parameter and then by the state's name.
        ended: how it ended.
        says: the same in a sentence, with what to do where it went wrong.
        test: the loss over the test rows; None where there are none.
        folds: of cross-validation, the run of each fold; its epochs' validation losses are over the fold's own rows.
        training, validation, held_out: positions of the rows that were used for what (`held_out` for the test).
        notes: what a person should know, in sentences.
    """

    problem: Problem
    settings: Settings
    epochs: tuple[Epoch, ...]
    losses: Array
    path: Mapping[str, Array]
    first: Mapping[str, Array]
    last: Mapping[str, Array]
    state: Mapping[str, Mapping[str, Array]]
    ended: Ended
    says: str
    test: float | None = None
    folds: tuple[Run, ...] = ()
    training: tuple[int, ...] = ()
    validation: tuple[int, ...] = ()
    held_out: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
