"""Checkpoints: a run between two epochs in one .npz file, written whole or not at all.

Arrays by name: parameters and buffers as they are called in the program, so that the file is a file of values too;
everything else under names that begin with `@`, which no program has.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from gradviz.errors import FileProblem, UserError
from gradviz.files import contents
from gradviz.training.data import Data, Scaling
from gradviz.training.network import views
from gradviz.training.run import Array, Epoch
from gradviz.training.scaling import DEVIATION, MEAN, packed, unpacked
from gradviz.training.settings import Settings
from gradviz.training.snapshot import Best, Snapshot
from gradviz.training.whole import replaced

if TYPE_CHECKING:
    from gradviz.training.problem import Problem

RESERVED = "@"
VERSION = 1
LIMIT = 2_000_000_000
"""Bytes beyond which a checkpoint is refused before it is read."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint holds.

    Args:
        path: of the file.
        program: the program's text; "" for a graph that was made by hand.
        values: parameters and buffers after the last whole epoch, by name.
        settings: of the run.
        snapshot: where it stands.
        wrt: the parameters.
        of: the output that was asked for; None for the program's last statement.
        given: values of other inputs that were given besides the data.
        start: the first values of parameters and buffers.
        fingerprint: of the data.
        origin: of the data, for people.
    """

    path: str
    program: str
    values: Mapping[str, Array]
    settings: Settings
    snapshot: Snapshot
    wrt: tuple[str, ...]
    of: str | None
    given: Mapping[str, Array]
    start: Mapping[str, Array]
    fingerprint: str
    origin: str


def write_checkpoint(path: str | os.PathLike[str], problem: Problem, settings: Settings, snapshot: Snapshot) -> Path:
    """Write a checkpoint. A full disk or a kill leaves what was there before whole.

    Args:
        path: of the file, which ends in .npz.
        problem: the network and its data.
        settings: what was chosen.
        snapshot: where the run stands.

    Returns:
        The path.

    Raises:
        FileProblem: it cannot be written; it says so where the disk is full, and that the former file is untouched.
    """
    target = Path(path)
    check_path(target)
    arrays = _arrays(problem, settings, snapshot)
    try:
        replaced(target, lambda file: _write(file, arrays))
    except OSError as error:
        raise _unwritten(target, error) from None
    return target


def check_path(target: Path) -> None:
    """Refuse a name that cannot be a checkpoint's, before hours of training.

    Raises:
        FileProblem: it does not end in .npz, or its folder does not exist.
    """
    if target.suffix.lower() != ".npz":
        raise FileProblem(f"a checkpoint ends in .npz, not {str(target)!r}", hint=f"write {target.stem or 'run'}.npz")
    if target.is_dir():
        raise FileProblem(f"{str(target)!r} is a directory", hint="name a file in it")
    if not target.parent.is_dir():
        raise FileProblem(f"there is no directory {str(target.parent)!r}", hint="make it first")


def _write(file: BinaryIO, arrays: Mapping[str, Any]) -> None:
    np.savez(file, **arrays)


def _unwritten(target: Path, error: OSError) -> FileProblem:
    reason = (error.strerror or str(error)).lower()
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    kept = "; the former one is whole" if target.exists() else ""
    return FileProblem(
        f"the checkpoint {str(target)!r} cannot be written: {reason}{kept}",
        hint="free some space, or write it to another disk" if full else None,
    )


def _arrays(problem: Problem, settings: Settings, snapshot: Snapshot) -> dict[str, Any]:
    shapes = {name: problem.start[name].shape for name in problem.parameters}
    made: dict[str, Any] = {**views(snapshot.w, shapes), **snapshot.buffers}
    made |= {f"@state/{name}": values for name, values in snapshot.states.items()}
    made |= {f"@given/{name}": np.asarray(value, dtype=np.float64) for name, value in problem.given.items()}
    made |= {f"@start/{name}": value for name, value in problem.start.items()}
    if snapshot.best is not None:
        made["@best"] = snapshot.best.w
        made |= {f"@best/{name}": values for name, values in snapshot.best.buffers.items()}
    made |= packed(problem.data.scaling)
    made["@losses"] = np.concatenate(snapshot.losses) if snapshot.losses else np.zeros(0)
    made["@path"] = snapshot.path
    made["@program"] = np.array(problem.source)
    made["@about"] = np.array(json.dumps(_about(problem, settings, snapshot)))
    return made


def _about(problem: Problem, settings: Settings, snapshot: Snapshot) -> dict[str, Any]:
    best = snapshot.best
    return {
        "version": VERSION,
        "settings": {**asdict(settings), "options": dict(settings.options)},
        "updates": snapshot.updates,
        "generator": snapshot.generator,
        "epochs": [asdict(epoch) for epoch in snapshot.epochs],
        "best": None if best is None else [best.loss, best.epoch],
        "parameters": list(problem.parameters),
        "shapes": {name: list(problem.start[name].shape) for name in problem.parameters},
        "of": problem.of,
        "fingerprint": fingerprint(problem.data),
        "origin": problem.data.origin,
    }


def fingerprint(data: Data) -> str:
    """A hash of the rows, to recognise them by.

    Example:
        >>> rows = np.array([1.0, 2.0])
        >>> fingerprint(Data({"x": rows})) == fingerprint(Data({"x": rows.copy()}))
        True
    """
    data = data.unscaled or data
    made = hashlib.sha256(",".join(data.standardise).encode())
    for name in sorted(data.arrays):
        array = np.ascontiguousarray(data.arrays[name], dtype=np.float64)
        made.update(f"{name}{array.shape}".encode())
        made.update(array.tobytes())
    return made.hexdigest()


def read_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        FileProblem: it cannot be read, or is none.
        LimitError: it is too large.
    """
    target = Path(path)
    data = contents(target, LIMIT, "a checkpoint holds the parameters and their state only")
    none = FileProblem(
        f"{str(target)!r} is no checkpoint of a training run", hint="name the .npz file that training wrote"
    )
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        about = json.loads(str(arrays["@about"]))
        if about["version"] != VERSION:
            raise FileProblem(
                f"{str(target)!r} was written by another version of gradviz", hint="train again, or use that version"
            )
        return _checkpoint(str(target), arrays, about)
    except UserError:
        raise
    except (ValueError, OSError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile):
        raise none from None


def read_scaling(path: str | os.PathLike[str]) -> dict[str, Scaling]:
    """How the rows were standardised that a checkpoint was trained on; empty for any other archive of arrays."""
    data = contents(Path(path), LIMIT)
    with suppress(ValueError, OSError, EOFError, zipfile.BadZipFile), np.load(io.BytesIO(data)) as archive:
        return unpacked({key: archive[key] for key in archive.files if key.startswith((MEAN, DEVIATION))})
    return {}


def _checkpoint(path: str, arrays: Mapping[str, Any], about: Mapping[str, Any]) -> Checkpoint:
    settings = {**about["settings"], "split": tuple(about["settings"]["split"])}
    values = {name: array for name, array in arrays.items() if not name.startswith(RESERVED)}
    parameters = tuple(about["parameters"])
    return Checkpoint(
        path=path,
        program=str(arrays["@program"]),
        values=values,
        settings=Settings(**settings),
        snapshot=_snapshot(arrays, about, {n: values[n] for n in values if n not in parameters}, parameters),
        wrt=parameters,
        of=about["of"],
        given=_under("@given/", arrays),
        start=_under("@start/", arrays),
        fingerprint=about["fingerprint"],
        origin=about["origin"],
    )


def _snapshot(
    arrays: Mapping[str, Any], about: Mapping[str, Any], buffers: Mapping[str, Array], parameters: tuple[str, ...]
) -> Snapshot:
    best = None
    if about["best"] is not None:
        loss, epoch = about["best"]
        best = Best(float(loss), int(epoch), arrays["@best"], _under("@best/", arrays))
    flat = [arrays[name].ravel() for name in parameters]
    return Snapshot(
        updates=int(about["updates"]),
        w=np.concatenate(flat) if flat else np.zeros(0),
        states=_under("@state/", arrays),
        buffers=buffers,
        generator=about["generator"],
        epochs=tuple(Epoch(**epoch) for epoch in about["epochs"]),
        losses=(arrays["@losses"],),
        path=arrays["@path"],
        best=best,
    )


def _under(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
