"""What is left of a training run that Ctrl-C ends: where it is kept, and how to go on with it."""

from __future__ import annotations

import shlex
from types import TracebackType
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from gradviz.cli.failure import Stopped

if TYPE_CHECKING:
    from gradviz.training.run import Epoch
    from gradviz.training.snapshot import Snapshot


class Keeper:
    """Knows how far a run has come and what was written of it; turns an interruption into a sentence.

    Args:
        context: of the command, whose options are said again.
        file: the checkpoint's; None where there is none.
    """

    def __init__(self, context: click.Context, file: str | None) -> None:
        self.context, self.file = context, file
        self.epoch: int | None = None
        self.kept: int | None = None
        self.fold = 0

    def told(self, epoch: Epoch) -> None:
        """An epoch is whole; one that is not later than the last belongs to the first or the next fold."""
        if self.fold or (self.epoch is not None and epoch.number <= self.epoch):
            self.fold += epoch.number == 0
        else:
            self.epoch = epoch.number

    def wrote(self, snapshot: Snapshot) -> None:
        """A checkpoint is whole."""
        self.kept = snapshot.epoch

    def stop(self) -> None:
        """End as an interruption ends.

        Raises:
            Stopped: always, with what is kept and how to go on.
        """
        raise Stopped(self.says())

    def says(self) -> str:
        """What a person is told after Ctrl-C."""
        if self.epoch is None:
            return "interrupted before the first update; nothing was kept"
        after = f"interrupted after epoch {self.epoch}"
        if self.fold:
            after = f"interrupted in fold {self.fold}, after all {self.epoch} epochs of the run over all training rows"
        if self.file is None:
            return f"{after}; nothing was kept: with --checkpoint FILE it would have been"
        if self.kept is None:
            return f"{after}; {self.file} was not written"
        go_on = f"go on with: {self._again()}"
        if self.kept == self.epoch:
            return f"{after}; the parameters of epoch {self.kept} are in {self.file}; {go_on}"
        return f"{after}; the last checkpoint, {self.file}, has the parameters of epoch {self.kept}; {go_on}"

    def _again(self) -> str:
        """The command with which the run goes on."""
        context, words = self.context, ["gradviz", "train"]
        for parameter in context.command.params:
            name = parameter.name or ""
            if name == "resume" or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
                continue
            value = context.params[name]
            if isinstance(parameter, click.Argument):
                words.insert(2, str(value))
            elif isinstance(parameter, click.Option) and parameter.is_flag:
                words.append(parameter.opts[-1])
            else:
                for one in value if isinstance(value, tuple) else (value,):
                    words += [parameter.opts[-1], str(one)]
        return shlex.join([*words, "--resume", str(self.file)])

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            raise Stopped(self.says()) from None
