"""Reading what the command line names: programs and files of values, measured before they are read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradviz.errors import FileProblem, LimitError, ValueProblem

PROGRAM_LIMIT = 100_000
VALUES_LIMIT = 200_000_000
"""Bytes beyond which a file is refused before it is read."""

SUFFIX = ".grad"


def read_source(source: str) -> tuple[str, str]:
    """The program's text and the name under which errors speak of it.

    `-` is standard input, a name that ends in `.grad` is a file, anything else is the text itself.

    Raises:
        FileProblem: the file cannot be read.
        LimitError: it is too large.
    """
    if source == "-":
        name = "standard input"
        return _decoded(_limited(sys.stdin.buffer.read(PROGRAM_LIMIT + 1), name), name), name
    if source.strip().endswith(SUFFIX) and "\n" not in source:
        path = Path(source.strip())
        return _decoded(_contents(path, PROGRAM_LIMIT), str(path)), path.name
    return source, "expression"


def _contents(path: Path, limit: int) -> bytes:
    """A file's bytes, at most `limit` of them."""
    try:
        if path.is_dir():
            raise FileProblem(f"{str(path)!r} is a directory", hint="name a file in it")
        if path.stat().st_size > limit:
            raise _too_large(repr(str(path)), limit)
        with path.open("rb") as file:
            return _limited(file.read(limit + 1), repr(str(path)), limit)
    except FileNotFoundError:
        raise FileProblem(f"there is no file {str(path)!r}", hint=_neighbours(path)) from None
    except (OSError, ValueError) as error:
        raise FileProblem(f"the file {str(path)!r} cannot be read: {_reason(error)}") from None


def _limited(data: bytes, name: str, limit: int = PROGRAM_LIMIT) -> bytes:
    if len(data) > limit:
        raise _too_large(name, limit)
    return data


def _too_large(name: str, limit: int) -> LimitError:
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} kB"
    return LimitError(
        f"{name} is larger than {size}, and was not read", hint="build larger graphs in Python, with gradviz.Graph"
    )


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def _neighbours(path: Path) -> str | None:
    """The file that was perhaps meant."""
    from gradviz.errors import nearest

    try:
        close = nearest(path.name, [other.name for other in path.parent.iterdir()])
    except OSError:
        return f"there is no directory {str(path.parent)!r} either"
    return f"did you mean {str(path.parent / close)!r}?" if close else None


def _decoded(data: bytes, name: str) -> str:
    if b"\0" in data:
        raise FileProblem(f"{name} is not text", hint="a program is plain text in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileProblem(f"{name} is not UTF-8 (line {line})", hint="save it as UTF-8") from None


def read_values(filename: str) -> dict[str, Any]:
    """Values by name from a .json object, a .npz archive, or the columns of a .csv file.

    Raises:
        FileProblem: the file cannot be read, or holds something else.
        LimitError: it is too large.
    """
    path = Path(filename)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FileProblem(f"{filename!r} is no file of values", hint=f"use one of {', '.join(_READERS)}")
    return dict(reader(filename, _contents(path, VALUES_LIMIT)))


def _from_json(name: str, data: bytes) -> Mapping[str, Any]:
    import json

    try:
        found = json.loads(_decoded(data, name))
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
            return {key: archive[key] for key in archive.files}
    except (ValueError, OSError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile):
        raise FileProblem(
            f"{name!r} is not an archive of plain arrays of numbers", hint="write it with numpy.savez(file, x=…, W=…)"
        ) from None


def _from_csv(name: str, data: bytes) -> Mapping[str, Any]:
    """Each column is a vector; a file with one row of numbers gives numbers."""
    import csv
    import io

    rows = [row for row in csv.reader(io.StringIO(_decoded(data, name), newline="")) if row]
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
