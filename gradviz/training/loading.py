"""From what a person names, a file or a generator, to the rows of a program's inputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from gradviz.errors import FileProblem, OptionProblem, ShapeError, UserError, ValueProblem, nearest
from gradviz.syntax.names import canonical
from gradviz.training.binding import bind
from gradviz.training.data import Data
from gradviz.training.generating import generated, is_call
from gradviz.training.generators import GENERATORS
from gradviz.training.reading import of_arrays, read_table
from gradviz.training.table import Table
from gradviz.training.wants import Want, wants_of

Made = TypeVar("Made")
Source = str | Mapping[str, Any] | Data
"""A file's name, a generator as it is written, arrays by input, or rows that are bound already."""


def table_of(source: str | Mapping[str, Any]) -> Table:
    """The columns of a file, a generator or of arrays by name.

    Raises:
        UserError: there is no such file or generator, or it holds something else.

    Example:
        >>> table_of("moons(n=6)").rows
        6
    """
    if not isinstance(source, str):
        return of_arrays("data", _arrays(source))
    if is_call(source):
        generator, _, arrays = generated(source)
        rows = len(next(iter(arrays.values())))
        note = generator.doc if generator.labels else ""
        return Table(source.strip(), dict(arrays), rows, labels=generator.labels, note=note)
    path = Path(source)
    if not path.suffix and not path.exists():
        close = nearest(source, GENERATORS)
        hint = f"did you mean {close!r}?" if close else f"the generators are {', '.join(GENERATORS)}"
        raise FileProblem(f"there is neither a file nor a generator {source!r}", hint=hint)
    return read_table(source)


def data_for(
    text: str,
    source: Source,
    *,
    columns: str = "",
    known: Collection[str] = (),
    standardise: bool = False,
    of: str | None = None,
    name: str = "expression",
) -> Data:
    """The rows for a program.

    Args:
        text: the program.
        source: where the rows come from.
        columns: which columns an input is made of, as in `X=height,age; y=weight`; names decide where nothing is said.
        known: inputs that have a value from elsewhere, or that are to be trained.
        standardise: whether the columns are to be scaled by the training rows; targets that are classes, and those that
            a loss compares with, stay as they are.
        of: the output's name.
        name: under which errors speak of the program.

    Raises:
        UserError: the program or the data are wrong, or do not fit each other.

    Example:
        >>> data = data_for("X : N x 2; y : N; f = sum((X@w + b - y)^2)", "xor", known=("w", "b"))
        >>> data.origin, list(data.arrays)
        ('xor, 4 rows', ['X', 'y'])
    """
    from gradviz.syntax.parser import parse

    if isinstance(source, Data):
        return source
    table = table_of(source)
    wants = wants_of(parse(text, name=name, known=(*table.columns, *known)), of)
    data = bind(table, wants, columns, known)
    if not standardise:
        return data
    names = _to_standardise(data, wants)
    note = f"{', '.join(names)}: scaled to mean 0 and deviation 1, by the training rows alone"
    return replace(data, standardise=names, notes=(*data.notes, note))


def with_columns(make: Callable[[Data | None], Made], data: Data | None) -> Made:
    """What is made of the data, with a target as a column `N x 1` where a vector does not fit and nothing says a shape.

    Args:
        make: builds the program on the rows.
        data: the rows, if there are any.

    Raises:
        UserError: neither fits; the error is the one for the vector.
    """
    try:
        return make(data)
    except ShapeError:
        if data is None:
            raise
        vectors = [name for name in data.free if data.arrays[name].ndim == 1]
        columns = {name: data.arrays[name][:, None] for name in vectors}
        with suppress(UserError):
            if columns:
                return make(replace(data, arrays={**data.arrays, **columns}))
        raise


def _to_standardise(data: Data, wants: tuple[Want, ...]) -> tuple[str, ...]:
    """The inputs that are scaled: all but the targets of losses."""
    targets = {want.name for want in wants if want.target}
    found = tuple(name for name in data.arrays if name not in targets)
    if not found:
        raise OptionProblem("there is nothing to standardise: all columns are targets", hint="leave --standardise out")
    return found


def _arrays(source: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    found: dict[str, Any] = {}
    for key, value in source.items():
        if not isinstance(key, str):
            raise ValueProblem(f"data are given by name, and {key!r} is none", hint='write data={"X": …, "y": …}')
        try:
            found[canonical(key)] = np.asarray(value)
        except (ValueError, TypeError):
            raise ValueProblem(
                f"{key} is no array: its rows are not equally long", hint="give one row per row"
            ) from None
    return found
