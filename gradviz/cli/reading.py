"""Reading what the command line names: programs and files of values, measured before they are read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from gradviz.errors import FileProblem, ValueProblem
from gradviz.files import contents, decoded, limited

PROGRAM_LIMIT = 100_000
VALUES_LIMIT = 200_000_000
"""Bytes beyond which a file is refused before it is read."""

SUFFIX = ".grad"
CHECKPOINT = ".npz"
GIVEN = "@given/"
"""Before the names of values that a run of training was given; what else begins with @ is the run's own."""


def read_source(source: str) -> tuple[str, str]:
    """The program's text and the name under which errors speak of it.

    `-` is standard input, a name that ends in `.grad` is a file, one that ends in `.npz` a checkpoint of training,
    which holds its program; anything else is the text itself.

    Raises:
        FileProblem: the file cannot be read, or is no checkpoint with a program.
        LimitError: it is too large.
    """
    from pathlib import Path

    if source == "-":
        name = "standard input"
        return decoded(limited(sys.stdin.buffer.read(PROGRAM_LIMIT + 1), name, PROGRAM_LIMIT), name), name
    if source.strip().endswith(SUFFIX) and "\n" not in source:
        path = Path(source.strip())
        return decoded(contents(path, PROGRAM_LIMIT), str(path)), path.name
    if is_checkpoint(source):
        return _trained_program(source.strip())
    return source, "expression"


def is_checkpoint(source: str) -> bool:
    """Whether a person names a checkpoint where a program is expected."""
    return source.strip().lower().endswith(CHECKPOINT) and "\n" not in source


def _trained_program(filename: str) -> tuple[str, str]:
    from pathlib import Path

    from gradviz.training.checkpoint import read_checkpoint

    program = read_checkpoint(filename).program
    if not program:
        raise FileProblem(
            f"{filename!r} is of a graph made by hand, whose program is not in it",
            hint="build the graph again, and give the file as its values",
        )
    return program, Path(filename).name


def read_values(filename: str) -> dict[str, Any]:
    """Values by name from a .json object, a .npz archive, or the columns of a .csv file.

    Raises:
        FileProblem: the file cannot be read, or holds something else.
        LimitError: it is too large.
    """
    from pathlib import Path

    path = Path(filename)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FileProblem(f"{filename!r} is no file of values", hint=f"use one of {', '.join(_READERS)}")
    return dict(reader(filename, contents(path, VALUES_LIMIT)))


def _from_json(name: str, data: bytes) -> Mapping[str, Any]:
    import json

    try:
        found = json.loads(decoded(data, name))
    except json.JSONDecodeError as error:
        raise FileProblem(f"{name!r} is not JSON: {error}") from None
    except RecursionError:
        raise FileProblem(f"{name!r} is nested too deep", hint="an array has one pair of brackets per axis") from None
    except ValueError:
        raise FileProblem(f"{name!r} has a number with too many digits", hint="17 digits are all that count") from None
    if not isinstance(found, dict):
        raise FileProblem(f"{name!r} does not hold an object", hint='write {"x": -2, "W": [[1, 2], [3, 4]]}')
    return found


def _from_npz(name: str, data: bytes) -> Mapping[str, Any]:
    import io
    import zipfile

    import numpy as np

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            # What a checkpoint holds besides values has names that no program has.
            given = {key.removeprefix(GIVEN): archive[key] for key in archive.files if key.startswith(GIVEN)}
            return given | {key: archive[key] for key in archive.files if not key.startswith("@")}
    except (ValueError, OSError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile):
        raise FileProblem(
            f"{name!r} is not an archive of plain arrays of numbers", hint="write it with numpy.savez(file, x=…, W=…)"
        ) from None


def _from_csv(name: str, data: bytes) -> Mapping[str, Any]:
    """Each column is a vector; a file with one row of numbers gives numbers."""
    import csv
    import io

    rows = [row for row in csv.reader(io.StringIO(decoded(data, name), newline="")) if row]
    if len(rows) < 2:
        raise FileProblem(f"{name!r} holds no values", hint="the first row names the columns, numbers follow")
    heads = [head.strip() for head in rows[0]]
    if len(set(heads)) < len(heads):
        raise FileProblem(f"{name!r} names a column twice")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(heads):
            raise FileProblem(f"{name!r}, row {number}: {len(row)} values for {len(heads)} columns")
    columns = zip(*rows[1:], strict=True)
    return {head: [_number(cell, head, name) for cell in column] for head, column in zip(heads, columns, strict=True)}


def _number(cell: str, head: str, name: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueProblem(f"{name!r}, column {head}: {cell!r} is not a number") from None


_READERS = {".json": _from_json, ".npz": _from_npz, ".csv": _from_csv}
