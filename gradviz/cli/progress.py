"""The progress of a training run: a bar on standard error, where a person looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from gradviz.training.run import Epoch

Told = Callable[["Epoch"], None]
STEPS = 200
"""How often the bar moves, at most."""


@contextmanager
def progress(epochs: int, folds: int | None, *, quiet: bool) -> Iterator[Told]:
    """What is to be told of each epoch; on a terminal a bar moves, and is gone at the end.

    Args:
        epochs: of each run.
        folds: how many runs follow the first one, where there are any.
        quiet: nothing is shown.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda epoch: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[says]}"), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as shown:
        yield _Bar(shown, shown.add_task("training", total=epochs, says=""), epochs, folds)


class _Bar:
    """Moves a bar; after the run over all training rows, each that begins anew is a fold's."""

    def __init__(self, shown: Progress, task: TaskID, epochs: int, folds: int | None) -> None:
        self.shown, self.task, self.epochs, self.folds = shown, task, epochs, folds
        self.fold, self.last = 0, -1

    def __call__(self, epoch: Epoch) -> None:
        self.fold += epoch.number <= self.last
        self.last = epoch.number
        step = max(1, self.epochs // STEPS)
        if epoch.number % step and epoch.number != self.epochs:
            return
        says = f"epoch {epoch.number}/{self.epochs}  loss {epoch.train:.4g}"
        if epoch.validation is not None:
            says += f"  validation {epoch.validation:.4g}"
        self.shown.update(self.task, completed=epoch.number, description=self._title(), says=says)

    def _title(self) -> str:
        return f"fold {self.fold}/{self.folds}" if self.fold else "training"
