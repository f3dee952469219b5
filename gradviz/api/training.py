"""Training: parameters fitted to rows, and one update as a plain function."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradviz.api.inputs import Point, build_source, check_dtype, chosen, values
from gradviz.api.trained import Training

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from gradviz.graph.graph import Graph
    from gradviz.training.data import Data
    from gradviz.training.problem import Problem
    from gradviz.training.run import Epoch
    from gradviz.training.settings import Settings
    from gradviz.training.snapshot import Snapshot
    from gradviz.training.step import TrainingStep

    Rows = str | Mapping[str, Any] | Data | None


def train(
    source: str | Graph,
    data: Rows = None,
    *,
    optimiser: str = "sgd",
    rate: float | None = None,
    epochs: int = 100,
    batch: int | None = None,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    of: str | None = None,
    columns: str = "",
    standardise: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    every: int | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    name: str = "expression",
    **settings: Any,
) -> Training:
    """Fit the parameters of a program to rows.

    Trained are the parameters of layers and the inputs declared `parameter`; where there are neither, every input that
    is not data. Ctrl-C ends the run; what it has is returned.

    Args:
        source: a program whose output is one number, or a graph made by hand, which keeps its number of rows.
        data: rows by input: arrays, a file's name, or a generator such as "moons(n=200)"; None where the program holds
            them.
        optimiser: "gd", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw".
        rate: the learning rate; None: the optimiser's usual one, which is PyTorch's.
        epochs: passes over the training rows.
        batch: rows of one update; None: all ("gd"), one ("sgd"), else 32 or all if there are fewer.
        wrt: the inputs to be trained instead.
        at: values of other inputs, or first values of parameters.
        of: the output's name.
        columns: which columns of a table an input is made of: `X=height,age; y=weight`.
        standardise: scale the data inputs to mean 0 and deviation 1 by the training rows.
        checkpoint: an .npz file that the run is kept in.
        every: epochs between two checkpoints; None: a twentieth of all.
        on_epoch: is told of each epoch.
        name: under which errors speak of the program.
        **settings: the other fields of `gradviz.training.settings.Settings`: `schedule`, `options`, `weight_decay`,
            `clip`, `patience`, `split`, `folds`, `seed`, `keep`.

    Raises:
        UserError: the program, the data or a setting is wrong; the message says what to do.

    Example:
        >>> run = train("f = (x - 3)^2; x = 0", optimiser="gd", rate=0.1, epochs=100)
        >>> run.ended, round(float(run.parameters["x"]), 6)
        ('done', 3.0)
    """
    from gradviz.training.settings import Settings, with_changes

    chosen_settings = {"optimiser": optimiser, "rate": rate, "epochs": epochs, "batch": batch, **settings}
    made = with_changes(Settings(), chosen_settings)
    rows = _rows(source, data, at, wrt, of, columns, standardise, name)
    problem = _problem(source, rows, wrt, at, of, name, made.seed)
    return fitted(problem, made, None, checkpoint=checkpoint, every=every, on_epoch=on_epoch)


def resume(
    path: str | os.PathLike[str],
    data: Rows = None,
    *,
    columns: str = "",
    standardise: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    every: int | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    **settings: Any,
) -> Training:
    """Go on with a run from a checkpoint: it ends, bit for bit, as it would have ended without the pause.

    Args:
        path: of the checkpoint.
        data: the same rows.
        columns: as in `train`.
        standardise: as in `train`.
        checkpoint: where to keep it from now on; None: in the same file.
        every: epochs between two checkpoints.
        on_epoch: is told of each epoch.
        **settings: `epochs`, for more of them.

    Raises:
        UserError: the file is no checkpoint, or the rows or a setting are others.
    """
    from gradviz.training.checkpoint import read_checkpoint
    from gradviz.training.loading import with_columns
    from gradviz.training.resuming import problem_again, settings_again

    found = read_checkpoint(path)
    rows = _rows(found.program, data, dict(found.given), found.wrt, found.of, columns, standardise, found.path)
    made = settings_again(found, settings)
    problem = with_columns(lambda again: problem_again(found, again), rows)
    target = path if checkpoint is None else checkpoint
    return fitted(problem, made, found.snapshot, checkpoint=target, every=every, on_epoch=on_epoch)


def training_step(
    source: str | Graph,
    data: Mapping[str, Any] | Data | None = None,
    *,
    optimiser: str = "adam",
    rate: float | None = None,
    options: Mapping[str, float] | None = None,
    weight_decay: float | None = None,
    clip: float | None = None,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    of: str | None = None,
    seed: int = 0,
    dtype: DTypeLike = float,
) -> TrainingStep:
    """One update as a function of plain NumPy arrays: `step(params, batch, out=…)`, compiled once.

    Args:
        source: a program whose output is one number, or a graph made by hand.
        data: a batch, by data input, as an example for shapes; later ones may have other numbers of rows.
        optimiser: as in `train`.
        rate: the learning rate; None: the optimiser's usual one.
        options: the optimiser's numbers, such as {"beta1": 0.8}.
        weight_decay: as in `train`.
        clip: the greatest norm of the gradient.
        wrt: the inputs to be trained instead.
        at: values of other inputs, or first values of parameters.
        of: the output's name.
        seed: of the parameters' first values and of noise.
        dtype: float64 or float32.

    Returns:
        The function. `step.parameters()` gives first values; the optimiser's state is kept in it (`step.state`).

    Raises:
        UserError: the program, the data or a setting is wrong.

    Example:
        >>> import numpy as np
        >>> batch = {"x": np.array([1.0, 2.0]), "y": np.array([2.0, 4.0])}
        >>> step = training_step("L = mean((w*x - y)^2); w = 0", batch, optimiser="gd", rate=0.1)
        >>> params = step.parameters()
        >>> step(params, batch), params["w"].item()
        (10.0, 1.0)
    """
    import numpy as np

    from gradviz.training.settings import Settings
    from gradviz.training.step import TrainingStep

    check_dtype(dtype)
    made = Settings(optimiser, rate, options or {}, weight_decay=weight_decay, clip=clip, seed=seed)
    rows = _rows(source, data, at, wrt, of, "", False, "expression")
    problem = _problem(source, rows, wrt, at, of, "expression", seed)
    return TrainingStep(problem, made.resolved(problem.data.rows), seed, np.dtype(dtype))


def fitted(
    problem: Problem,
    settings: Settings,
    start: Snapshot | None,
    *,
    checkpoint: str | os.PathLike[str] | None,
    every: int | None,
    on_epoch: Callable[[Epoch], None] | None,
    on_checkpoint: Callable[[Snapshot], None] | None = None,
) -> Training:
    """A problem trained, with its checkpoints written.

    Args:
        problem: the network and its data.
        settings: what was chosen.
        start: a snapshot to go on from; None for the beginning.
        checkpoint: the file; None for none.
        every: epochs between two of them.
        on_epoch: is told of each epoch.
        on_checkpoint: is told of each checkpoint that was written.
    """
    from gradviz.training.checkpoint import check_path, write_checkpoint
    from gradviz.training.fit import fit, with_scaling
    from gradviz.training.loop import Watch

    if checkpoint is not None:
        check_path(Path(checkpoint))
    latest: list[Snapshot] = [] if start is None else [start]
    kept = with_scaling(problem, settings)

    def keep(snapshot: Snapshot) -> None:
        latest[:] = [snapshot]
        if checkpoint is not None:
            write_checkpoint(checkpoint, kept, settings, snapshot)
            if on_checkpoint is not None:
                on_checkpoint(snapshot)

    run = fit(problem, settings, Watch(on_epoch or _unheard, keep, every), start)
    return Training(run, latest[0], kept)


def _unheard(epoch: Epoch) -> None:
    """Nobody asked."""


def _rows(
    source: str | Graph,
    data: Rows,
    at: Point,
    wrt: str | Iterable[str] | None,
    of: str | None,
    columns: str,
    standardise: bool,
    name: str,
) -> Data | None:
    """The rows, bound to the program's inputs."""
    from gradviz.errors import ValueProblem
    from gradviz.training.data import Data
    from gradviz.training.loading import data_for

    if data is None or isinstance(data, Data):
        return data
    if not isinstance(data, (str, Mapping)):
        raise ValueProblem(
            f"data are arrays by name, a file's name or a generator, not {type(data).__name__}",
            hint='write data={"x": [1, 2, 3], "y": [2, 4, 6]}, or data="moons(n=200)"',
        )
    if isinstance(source, str):
        known = (*values(at), *(chosen(wrt) or ()))
        return data_for(source, data, columns=columns, known=known, standardise=standardise, of=of, name=name)
    if isinstance(data, str):
        raise ValueProblem("a graph made by hand takes its data as arrays", hint='write data={"X": …, "y": …}')
    import numpy as np

    return Data({key: np.asarray(value, dtype=np.float64) for key, value in data.items()}, "arrays")


def _problem(
    source: str | Graph,
    rows: Data | None,
    wrt: str | Iterable[str] | None,
    at: Point,
    of: str | None,
    name: str,
    seed: int,
) -> Problem:
    from gradviz.training.loading import with_columns
    from gradviz.training.problem import problem_of

    given = values(at)
    if isinstance(source, str):
        values_, names = _evaluated(given), chosen(wrt)
        return with_columns(
            lambda found: problem_of(source, found, wrt=names, values=values_, of=of, name=name, seed=seed), rows
        )
    arrays = {} if rows is None else dict(rows.arrays)
    built = build_source(source, {**given, **arrays}, of, name, None)
    return problem_of(built, rows, wrt=chosen(wrt), values=given, of=of, name=name, seed=seed)


def _evaluated(given: Mapping[str, Any]) -> dict[str, Any]:
    """Values as numbers and float64 arrays: what checkpoints can hold."""
    from gradviz.graph.given import evaluated
    from gradviz.graph.values import as_value

    return {name: as_value(name, evaluated(name, value)) for name, value in given.items()}
