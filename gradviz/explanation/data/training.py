"""Reports of training: the run as a table, its plots, and one update explained."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.explanation.data.explanation import ExplanationData
from gradviz.explanation.data.plots import Plot
from gradviz.explanation.data.values import Math, Remark, Shape, Value


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """One line of an update, as a formula and with this case's numbers.

    Args:
        formula: `m ← β₁ m + (1 − β₁) g`.
        numbers: `0.9 × 0.12 + 0.1 × (−0.3)`.
        value: what it gives.
        says: what it is for, in a few words ("the running mean of the gradient").
    """

    formula: Math
    numbers: Math
    value: Value
    says: str


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One update of one parameter, from the loss to the new value.

    Args:
        step: which update, from 1.
        parameter: its name as mathematics; `index` the entry that is followed, of an array.
        batch: the rows of the update.
        loss: at the old parameters.
        gradient: the gradient's formula, verified; `lines` begin with its value.
        lines: the optimiser's lines in order; the last gives the new value.
        before, after: the parameter's value (the whole array).
        loss_after: the loss of the same batch by the new parameters.
        explanation: of the loss at that step.
        steps: updates of the whole run.
        epoch: which pass over the rows it belongs to, from 1.
        rows: how many rows there are to learn from.
        says: what the numbers mean, in sentences.
    """

    step: int
    parameter: Math
    index: tuple[int, ...]
    batch: tuple[int, ...]
    loss: float
    gradient: Math | None
    lines: tuple[UpdateLine, ...]
    before: Value
    after: Value
    loss_after: float
    explanation: ExplanationData
    steps: int = 0
    epoch: int = 1
    rows: int = 0
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One row of the table: the losses after an epoch."""

    epoch: int
    step: int
    train: float
    validation: float | None
    rate: float
    gradient: float


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """A parameter before and after."""

    name: Math
    shape: Shape
    first: Value
    last: Value


@dataclass(frozen=True, slots=True)
class FoldRow:
    """One fold of cross-validation."""

    fold: int
    train: float
    validation: float


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """A run of training, to be shown.

    Args:
        source: the program.
        title: what was trained and how, in a line.
        settings: the choices in words, in pairs such as ("learning rate", "0.1").
        rows: a dozen epochs or so, the first and the last among them.
        parameters: before and after.
        accuracy: the share of rows that are classified right after training, by split; empty for regression.
        test: the loss over the test rows.
        folds: of cross-validation, with the mean and the standard deviation of the validation losses.
        ended: how the run ended, in a sentence.
        plots: loss curves, and what suits the problem.
        step: one update explained.
        remarks: warnings and notes.
    """

    source: str
    title: str
    settings: tuple[tuple[str, str], ...]
    rows: tuple[EpochRow, ...]
    parameters: tuple[ParameterFacts, ...]
    ended: str
    plots: tuple[Plot, ...]
    accuracy: tuple[tuple[str, float], ...] = ()
    test: float | None = None
    folds: tuple[FoldRow, ...] = ()
    fold_mean: float | None = None
    fold_deviation: float | None = None
    step: StepFacts | None = None
    remarks: tuple[Remark, ...] = ()
    schema: int = 1
