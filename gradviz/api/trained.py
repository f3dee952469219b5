"""What `train` returns: the run as plain data, and the ways to show and keep it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gradviz.api import showing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gradviz.explanation.data import TrainingReport
    from gradviz.training.problem import Problem
    from gradviz.training.run import Epoch, Run
    from gradviz.training.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Training:
    """A run of training.

    Args:
        run: everything as plain data.
        snapshot: where it stands after its last whole epoch, to be saved and taken up again.
        problem: with the rows as they were given, before any scaling.
    """

    run: Run
    snapshot: Snapshot
    problem: Problem

    @property
    def history(self) -> tuple[Epoch, ...]:
        """What was measured after each epoch, from number 0, before the first update."""
        return self.run.epochs

    @property
    def losses(self) -> NDArray[np.float64]:
        """The batch's loss before each update."""
        return self.run.losses

    @property
    def loss(self) -> float:
        """The loss over the training rows by the parameters after the last epoch."""
        return self.run.epochs[-1].train

    @property
    def test(self) -> float | None:
        """The loss over the test rows; None where there are none."""
        return self.run.test

    @property
    def parameters(self) -> dict[str, NDArray[np.float64]]:
        """The trained parameters by name; where it stopped early, the best by validation."""
        return {name: self.run.last[name] for name in self.run.problem.parameters}

    @property
    def ended(self) -> Literal["done", "early", "diverged", "interrupted"]:
        """How it ended; `says` is the same in a sentence."""
        return self.run.ended

    @property
    def says(self) -> str:
        """How it ended, in a sentence, with what to do where it went wrong."""
        return self.run.says

    @property
    def folds(self) -> tuple[Run, ...]:
        """Of cross-validation, the run of each fold."""
        return self.run.folds

    @cached_property
    def report(self) -> TrainingReport:
        """Everything that is shown, worked out when it is first asked for."""
        from gradviz.training.report import report_of

        return report_of(self.run)

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path; `.npz` is a checkpoint.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        from gradviz.training.checkpoint import write_checkpoint

        if isinstance(path, (str, os.PathLike)) and str(path).lower().endswith(".npz"):
            return write_checkpoint(path, self.problem, self.run.settings, self.snapshot)
        return showing.save(self.report, path, options)

    def to_text(self, **options: Any) -> str:
        """As a table, as the terminal shows it."""
        return showing.text_in(self.report, "text", options)

    def to_svg(self, **options: Any) -> str:
        """The plots."""
        return showing.text_in(self.report, "svg", options)

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __repr__(self) -> str:
        count = self.run.epochs[-1].number
        return f"<Training of {', '.join(self.run.problem.parameters)}: {count} epochs, loss {self.loss:.4g}>"
