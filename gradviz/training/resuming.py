"""A checkpoint taken up again: the same problem, from where it stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradviz.errors import OptionProblem, UserError, ValueProblem
from gradviz.training.checkpoint import Checkpoint, fingerprint
from gradviz.training.problem import Problem, problem_of
from gradviz.training.settings import Settings, with_changes

if TYPE_CHECKING:
    from gradviz.training.data import Data

CHANGEABLE = ("epochs", "keep")
"""The settings that a run may be taken up with anew."""


def problem_again(checkpoint: Checkpoint, data: Data | None) -> Problem:
    """The problem of a checkpoint.

    Args:
        checkpoint: as read.
        data: the rows that the run was trained on; None where the program holds them.

    Raises:
        UserError: it was a graph made by hand.
        ValueProblem: these are other rows.
    """
    if not checkpoint.program:
        raise UserError(
            "the checkpoint is of a graph made by hand, whose program is not in it",
            hint="build the graph again, and start from the checkpoint's values",
        )
    given: dict[str, Any] = dict(checkpoint.given)
    problem = problem_of(
        checkpoint.program,
        data,
        wrt=checkpoint.wrt,
        values=given,
        of=checkpoint.of,
        name=checkpoint.path,
        seed=checkpoint.settings.seed,
    )
    if fingerprint(problem.data) != checkpoint.fingerprint:
        was = f" ({checkpoint.origin})" if checkpoint.origin else ""
        raise ValueProblem(
            f"these are not the rows that the checkpoint was trained on{was}",
            hint="give the same data, with the same options",
        )
    return replace(problem, start=checkpoint.start)


def settings_again(checkpoint: Checkpoint, changes: Mapping[str, Any]) -> Settings:
    """The settings of a checkpoint, with more epochs if wanted.

    Raises:
        UserError: a setting is changed that the run has gone by already, or fewer epochs are asked for than it has.
    """
    for name, value in changes.items():
        if name not in CHANGEABLE and getattr(checkpoint.settings, name, None) != value:
            raise UserError(
                f"a run that is taken up again keeps its settings, and {name} is another",
                hint="leave it out; only the number of epochs can change",
            )
    done, wanted = checkpoint.snapshot.epoch, changes.get("epochs")
    if isinstance(wanted, int) and wanted < done:
        raise OptionProblem(
            f"{checkpoint.path} has {done} epochs already, and {wanted} are asked for",
            hint=f"epochs count from the beginning: write epochs={done + wanted}",
        )
    return with_changes(checkpoint.settings, {n: v for n, v in changes.items() if n in CHANGEABLE})
