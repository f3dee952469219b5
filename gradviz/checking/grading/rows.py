"""The rows of a CSV file as spreadsheets and other systems write it, each with the line on which it begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from gradviz.errors import FileProblem

LIMIT = 500_000_000
"""Bytes of a file of submissions."""


def decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text; what is not UTF-8 is replaced and said, so that one bad row does not cost the others."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), []
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"{name}:{line}: this is not UTF-8; what cannot be read is shown as \N{REPLACEMENT CHARACTER}"
        return data.decode("utf-8-sig", "replace"), [said]


def rows_of(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line on which it begins.

    Raises:
        FileProblem: it is no CSV, or a quote is never closed: all rows behind it would be one cell.
    """
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=head.count)
    former = csv.field_size_limit(LIMIT)
    taken: list[str] = []
    try:
        reader = csv.reader(_noted(io.StringIO(text, newline=""), taken), delimiter=delimiter)
        line = 1
        for row in reader:
            if _is_open(taken, delimiter):
                raise FileProblem(
                    f"{name}:{line}: a quote is opened in this row and never closed", hint="export the file again"
                )
            taken.clear()
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileProblem(f"{name} cannot be read as CSV: {error}", hint="export it again, as CSV in UTF-8") from None
    finally:
        csv.field_size_limit(former)


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """The lines, each noted as it is taken."""
    for line in lines:
        taken.append(line)
        yield line


def _is_open(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the lines of a row end within quotes."""
    if len(lines) < 2 and '"' not in lines[-1]:
        return False
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
