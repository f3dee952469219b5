"""The program, the point and the rows that a command line gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.reading import is_checkpoint, read_values
from gradviz.errors import NameProblem, OptionProblem

if TYPE_CHECKING:
    from gradviz.training.data import Data, Scaling


def point_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The values of every --values file and of every --at, which wins.

    Raises:
        NameProblem: a name is given twice by --at.
        UserError: a file or a value is wrong.
    """
    from gradviz import api

    given: dict[str, Any] = {}
    for file in settings["files"]:
        given |= api.values(read_values(file))
    return given | named_values(settings["at"], "--at")


def with_checkpoint(source: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the values and the output of a checkpoint, where that is what SOURCE names.

    What --at, --values and --of say wins.
    """
    if not is_checkpoint(source):
        return dict(settings)
    from gradviz.training.checkpoint import read_checkpoint

    file = source.strip()
    return {**settings, "files": (file, *settings["files"]), "of": settings["of"] or read_checkpoint(file).of}


def point_with_data(text: str, name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The point, with the rows of --data as values of the inputs that they are bound to; --at and --values win.

    How labels became numbers is said on standard error.

    Raises:
        OptionProblem: --columns or --rows without --data, or rows that are none.
        UserError: the data, a file or a value is wrong.
    """
    given = point_of(settings)
    if not settings["data"]:
        for option in ("columns", "rows"):
            if settings[option]:
                raise OptionProblem(f"--{option} speaks of data, and none are given", hint="give them with --data")
        return given
    from gradviz.training.loading import data_for
    from gradviz.training.scaling import rescaled

    known = (*given, *named(settings["wrt"]))
    data = data_for(text, settings["data"], columns=settings["columns"], known=known, of=settings["of"], name=name)
    data = rescaled(_fitting(data, text, name, given, settings["of"]), _scaling_of(settings["files"]))
    if settings["rows"]:
        data = data.take(rows_of(settings["rows"], data.rows))
    for note in data.notes:
        click.echo(f"note: {note}", err=True)
    return {**data.arrays, **given}


def _fitting(data: Data, text: str, name: str, given: Mapping[str, Any], of: str | None) -> Data:
    """The rows, with targets of unknown shape as the loss takes them."""
    from gradviz.api.inputs import build_source
    from gradviz.training.loading import with_columns

    def made(rows: Data | None) -> Data:
        assert rows is not None
        build_source(text, {**rows.arrays, **given}, of, name, None)
        return rows

    return with_columns(made, data) if data.free else data


def _scaling_of(files: tuple[str, ...]) -> dict[str, Scaling]:
    """How the rows were standardised that a checkpoint among the files was trained on."""
    from gradviz.training.checkpoint import read_scaling

    found: dict[str, Scaling] = {}
    for file in files:
        if file.lower().endswith(".npz"):
            found |= read_scaling(file)
    return found


def named(wrt: str | None) -> tuple[str, ...]:
    """The names in an option such as `x,W`."""
    from gradviz.syntax.names import canonical

    return tuple(canonical(name.strip()) for name in (wrt or "").split(",") if name.strip())


def rows_of(text: str, rows: int) -> list[int]:
    """The rows that a person asks for, `0:4` (the last one not taken) or `0,3,7`, counted from 0.

    Raises:
        OptionProblem: the text is not of that form, or there are no such rows.

    Example:
        >>> rows_of("1:3", 10), rows_of("0,3", 10)
        ([1, 2], [0, 3])
    """
    found: list[int] = []
    for part in text.split(","):
        first, colon, last = (piece.strip() for piece in part.partition(":"))
        if not all(piece.isascii() and (piece.isdigit() or (colon and not piece)) for piece in (first, last or first)):
            raise OptionProblem(f"{text!r} names no rows", hint="write --rows 0:4, or --rows 0,3,7, counted from 0")
        start = int(first or 0)
        end = (int(last) if last else rows) if colon else start + 1
        if start >= end or end > rows:
            raise OptionProblem(
                f"there are no rows {part.strip()}: the data have {rows:,}", hint=f"rows go from 0 to {rows - 1}"
            )
        found += range(start, end)
    return found


def named_values(texts: tuple[str, ...], option: str) -> dict[str, Any]:
    """The values of an option that may be given several times; a name has one.

    Raises:
        NameProblem: a name is given twice.
    """
    from gradviz import api

    found: dict[str, Any] = {}
    for text in texts:
        values = api.values(text)
        for name in values:
            if name in found:
                raise NameProblem(f"{name} is given twice", hint=f"give it in one {option} only")
        found |= values
    return found
