"""Files of rows: .csv, .npy and .npz, measured before they are read; nothing is unpickled."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradviz.errors import FileProblem, ValueProblem
from gradviz.files import contents, decoded
from gradviz.syntax.names import canonical
from gradviz.training.table import Column, Table

LIMIT = 200_000_000
"""Bytes beyond which a file is refused before it is read."""

SEPARATORS = ",;\t"


def read_table(filename: str) -> Table:
    """The columns of a file.

    Args:
        filename: of a .csv (or .tsv, .txt) file with a row of names, of a .npz archive of arrays whose first axes count
            the rows, or of a .npy array (its columns are then called 0, 1, …).

    Raises:
        FileProblem: it cannot be read, or holds something else; the row is named where there is one.
        LimitError: it is too large.
    """
    path = Path(filename)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FileProblem(f"{filename!r} is no file of data", hint=f"use one of {', '.join(_READERS)}, or a generator")
    data = contents(path, LIMIT, "take some of its rows, or fewer columns")
    return reader(filename, data)


def _from_csv(name: str, data: bytes) -> Table:
    text = decoded(data, repr(name), "a .csv file")
    separator = _separator(text)
    records = list(_records(text, separator, name))
    if not records:
        raise FileProblem(f"{name!r} is empty", hint="the first row names the columns, numbers follow")
    (head_line, heads), rows = records[0], records[1:]
    places = _places(heads, head_line, name)
    if not rows:
        raise FileProblem(f"{name!r} holds no rows, only the names of its columns", hint="numbers follow the names")
    for line, row in rows:
        if len(row) != len(heads):
            raise FileProblem(
                f"{name}, row {line}: {_cells(len(row))} for {len(heads)} columns",
                hint=f"the columns are {_listed(list(places))}",
            )
    columns = {head: tuple([row[place] for _, row in rows]) for head, place in places.items()}
    lines = tuple(line for line, _ in rows)
    return Table(name, columns, len(rows), lines, comma=separator == ";")


def _records(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins on; blank lines and lines that begin with # are no records."""
    count, start, fresh = 0, 0, True

    def lines() -> Iterator[str]:
        nonlocal count, start, fresh
        for line in io.StringIO(text, newline=""):
            count += 1
            if fresh and (not line.strip() or line.lstrip().startswith("#")):
                continue
            # Further lines of the same record belong to a quoted cell: `#` means nothing there.
            start = count if fresh else start
            fresh = False
            yield line

    reader = csv.reader(lines(), delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise FileProblem(f"{name}, row {start}: {_quoting(str(error))}", hint=_QUOTES) from None
        if record is None:
            return
        fresh = True
        yield start, [cell.strip() for cell in record]


_QUOTES = 'a cell in quotes ends with a quote, and a quote inside it is written twice: "so ""to"" say"'


def _quoting(said: str) -> str:
    if "field larger" in said:
        return "a cell has more than 131,072 characters: a quote is perhaps not closed"
    if "unexpected end" in said:
        return "a quote is opened and not closed"
    return "something follows a closing quote"


def _separator(text: str) -> str:
    """The sign that separates the names of the columns, outside of quotes."""
    for line in io.StringIO(text):
        if line.strip() and not line.lstrip().startswith("#"):
            bare = "".join(line.split('"')[::2])
            return max(SEPARATORS, key=lambda sign: (bare.count(sign), -SEPARATORS.index(sign)))
    return ","


def _places(heads: list[str], line: int, name: str) -> dict[str, int]:
    """Where each named column stands; one without a name (an index that a program wrote) is left out."""
    counted = [str(number) for number in range(len(heads))]
    if heads != counted and all(_is_number(head) for head in heads):
        raise FileProblem(
            f"{name}, row {line} holds numbers, and should name the columns",
            hint="put a first row of names above them: x,y",
        )
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        if not head:
            continue
        column = canonical(head)
        if column in found:
            raise ValueProblem(f"{name}, row {line}: two columns are called {column}", hint="rename one of them")
        found[column] = place
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:10])}, … ({len(names)} in all)"


def _from_npz(name: str, data: bytes) -> Table:
    import numpy as np

    def load() -> Mapping[str, Any]:
        archive = np.load(io.BytesIO(data), allow_pickle=False)
        return {canonical(key): archive[key] for key in archive.files}

    arrays = _loaded(load, name, "is not an archive of plain arrays", "numpy.savez(file, X=…, y=…)")
    return of_arrays(name, arrays)


def _from_npy(name: str, data: bytes) -> Table:
    import numpy as np

    array: Any = _loaded(
        lambda: np.load(io.BytesIO(data), allow_pickle=False), name, "is not a plain array", "numpy.save(file, array)"
    )
    if getattr(array, "dtype", None) is None:
        raise FileProblem(f"{name!r} is an archive of arrays", hint="call it .npz")
    if array.dtype.names:
        return of_arrays(name, {canonical(key): array[key] for key in array.dtype.names})
    if array.ndim not in (1, 2):
        raise FileProblem(
            f"{name!r} is an array of {array.ndim} axes, and rows and columns are two", hint="save it in a .npz by name"
        )
    table = array.reshape(len(array), -1) if array.size else np.zeros((0, 1))
    return of_arrays(name, {str(number): table[:, number] for number in range(table.shape[1])})


def _loaded(load: Callable[[], Any], name: str, fault: str, advice: str) -> Any:
    import zipfile

    try:
        return load()
    except (ValueError, OSError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile, SyntaxError):
        raise FileProblem(f"{name!r} {fault}", hint=f"write it with {advice}") from None


def of_arrays(name: str, arrays: Mapping[str, Any]) -> Table:
    """Arrays by name as a table.

    Args:
        name: under which errors speak of them.
        arrays: each with the rows along its first axis; what has no axis is left out.

    Raises:
        FileProblem: one is not made of numbers, or there is no row.
        ValueProblem: they have different numbers of rows.
    """
    import numpy as np

    columns: dict[str, Column] = {}
    for key, array in arrays.items():
        if array.dtype.kind == "U" and array.ndim == 1:
            columns[key] = tuple(array.tolist())
        elif array.dtype.kind not in "biuf":
            raise FileProblem(f"{name!r}: {key} is not made of numbers", hint="save arrays of numbers")
        elif array.ndim:
            columns[key] = array.astype(np.float64)
    counts = {key: len(column) for key, column in columns.items()}
    if not counts or not min(counts.values()):
        raise FileProblem(f"{name!r} holds no rows", hint="the first axis of each array counts the rows")
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{key} has {count}" for key, count in counts.items())
        raise ValueProblem(f"{name!r}: the arrays have different numbers of rows: {said}", hint="one per row of each")
    return Table(name, columns, next(iter(counts.values())))


_READERS: Mapping[str, Callable[[str, bytes], Table]] = MappingProxyType(
    {".csv": _from_csv, ".tsv": _from_csv, ".txt": _from_csv, ".npy": _from_npy, ".npz": _from_npz}
)
