"""Columns bound to the inputs of a program, each in the shape that the program gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from gradviz.errors import NameProblem, ShapeError, nearest
from gradviz.training.choosing import Columns, by_name, narrow, no_columns, width, written
from gradviz.training.data import Array, Data
from gradviz.training.labels import Labelled, labelled
from gradviz.training.table import Table
from gradviz.training.wants import Want


def bind(table: Table, wants: Sequence[Want], columns: str = "", known: Collection[str] = ()) -> Data:
    """The rows of a table as the inputs of a program.

    Args:
        table: the columns.
        wants: the program's inputs.
        columns: which columns an input is made of, as a person writes it; names decide where nothing is written.
        known: inputs that have a value from elsewhere or are to be trained: nothing is missed where no column fits.

    Raises:
        NameProblem: a column or an input does not exist, or an input that must be data has no column.
        ShapeError: the columns do not make the shape that the program declares.
        ValueProblem: a cell is empty, no number, not finite, or no class.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> from gradviz.training.wants import wants_of
        >>> table = Table("data.csv", {"x1": ("1", "2"), "x2": ("3", "4"), "y": ("0", "1")}, 2)
        >>> data = bind(table, wants_of(parse("X : N x 2; y : N; f = sum((X@w - y)^2)")))
        >>> data.arrays["X"].shape, data.arrays["y"].shape
        ((2, 2), (2,))
    """
    inputs = {want.name: want for want in wants}
    chosen = written(columns, table, inputs)
    free = {want.name for want in wants if not want.valued} - set(known)
    bound = {want.name: chosen.get(want.name) or by_name(want, table, inputs) for want in wants}
    arrays = {name: _made(inputs[name], found, table) for name, found in bound.items() if found}
    arrays |= _entries(table, [inputs[name] for name in free if name not in arrays])
    left = [want for want in wants if want.name in free and want.name not in arrays]
    arrays |= {want.name: _made(want, (column,), table) for want, column in _leftovers(table, left, bound, arrays)}
    _refuse_unfed([want for want in left if want.name not in arrays], table, arrays, inputs)
    ordered = {want.name: arrays[want.name] for want in wants if want.name in arrays}
    return Data(
        {name: found.array for name, found in ordered.items()},
        origin=f"{table.origin}, {_rows(table.rows)}",
        columns={name: _said(found.columns, table) for name, found in ordered.items()},
        classes={name: found.labels for name, found in ordered.items() if found.labels},
        lines=table.lines,
        notes=tuple(_notes(ordered, table)),
        free=tuple(name for name in ordered if inputs[name].target and inputs[name].shape is None),
        unused=_unused(ordered, table),
    )


def _made(want: Want, columns: Columns, table: Table) -> Labelled:
    """An input from its columns, in its shape."""
    _check_rows(want, table)
    if len(columns) == 1 and want.target in ("classes", "two"):
        return labelled(want, columns[0], table)
    parts = [table.numbers(column) for column in columns]
    array = parts[0] if len(parts) == 1 else np.column_stack(parts)
    return Labelled(_shaped(want, array, columns, table), columns)


def _check_rows(want: Want, table: Table) -> None:
    size = want.shape[0] if want.shape else None
    if isinstance(size, int) and size != table.rows:
        shape = "×".join(map(str, want.shape or ()))
        letter = " x ".join(["N", *map(str, (want.shape or ())[1:])])
        raise ShapeError(
            f"{want.name} is declared of shape {shape}, and {table.origin} has {_rows(table.rows)}",
            hint=f"write a letter for the number of rows: {want.name} : {letter}",
        )
    if want.shape == ():
        raise ShapeError(f"{want.name} is declared a scalar, and {table.origin} has {_rows(table.rows)}")


def _shaped(want: Want, array: Array, columns: Columns, table: Table) -> Array:
    """The rows in the shape that the program declares; a column is a vector where it says nothing."""
    shape = want.shape
    if shape is None:
        return array
    if array.ndim == 1 and len(shape) == 2:
        array = array[:, None]
    if array.ndim == 2 and array.shape[1] == 1 and len(shape) == 1:
        array = array[:, 0]
    sizes = zip(shape[1:], array.shape[1:], strict=False)
    if len(shape) != array.ndim or any(isinstance(size, int) and size != there for size, there in sizes):
        made = f"{len(columns)} columns of {table.origin} ({_listed(columns)}) are" if len(columns) > 1 else None
        made = made or f"{columns[0]} in {table.origin} is"
        there = "×".join(map(str, array.shape))
        raise ShapeError(
            f"{want.name} is declared of shape {'×'.join(map(str, shape))}, and {made} {there}",
            hint=f'say which columns are meant: --columns "{want.name}=…", or change the shape',
        )
    return array


def _listed(columns: Columns) -> str:
    return ", ".join(columns) if len(columns) <= 4 else f"{', '.join(columns[:3])}, …"


def _entries(table: Table, open_: Sequence[Want]) -> dict[str, Labelled]:
    """Inputs such as x1 and x2 from the columns of an array X."""
    found: dict[str, Labelled] = {}
    for want in open_:
        letter, digits = want.name.rstrip("0123456789"), want.name[len(want.name.rstrip("0123456789")) :]
        for name in (letter, letter.swapcase()):
            array = table.columns.get(name)
            if digits and isinstance(array, np.ndarray) and array.ndim == 2 and 1 <= int(digits) <= array.shape[1]:
                column = table.numbers(name)[:, int(digits) - 1]
                found[want.name] = Labelled(_shaped(want, column, (name,), table), (name,))
    return found


def _leftovers(
    table: Table, left: Sequence[Want], bound: Mapping[str, Columns], arrays: Mapping[str, Labelled]
) -> list[tuple[Want, str]]:
    """Of a generator, whose names are ours: its target is the loss's, and what is left the one input that is left."""
    if table.labels is None:
        return []
    taken = {column for found in arrays.values() for column in found.columns}
    names = [name for name in table.columns if name not in taken]
    targets = [want for want in left if want.target]
    found: list[tuple[Want, str]] = []
    if len(targets) == 1 and names and names[-1] == list(table.columns)[-1]:
        found.append((targets[0], names.pop()))
    others = [want for want in left if want.fed and want not in targets]
    if len(others) == 1 and len(names) == 1 and not any(found for found in bound.values() if names[0] in found):
        found.append((others[0], names[0]))
    return found


def _refuse_unfed(
    left: Sequence[Want], table: Table, arrays: Mapping[str, Labelled], inputs: Mapping[str, Want]
) -> None:
    """An input that is data by its shape or its use has a column, and something has."""
    letters = {inputs[name].shape[0] for name in arrays if inputs[name].shape}  # type: ignore[index]  # not None
    for want in left:
        rows = want.shape and isinstance(want.shape[0], str) and (want.shape[0] in letters or not arrays)
        if want.fed or rows or narrow(want, table, inputs):
            raise _unfed(want, table, {column for found in arrays.values() for column in found.columns})
    if not arrays:
        raise NameProblem(
            f"no column of {table.origin} has the name of an input of the program",
            hint=_example(next(iter(inputs.values()), Want("X", None, False)), table, ()),
        )


def _unfed(want: Want, table: Table, taken: Collection[str]) -> NameProblem:
    error = no_columns(want, table)
    example = _example(want, table, taken)
    error.hint = f"{error.hint}; {example}" if error.hint else example
    return error


def _example(want: Want, table: Table, taken: Collection[str]) -> str:
    """How the columns may be written: the nearest name, or those that nothing takes yet."""
    wide = width(want) or 1
    near = nearest(want.name, table.columns) if wide == 1 else None
    free = [near] if near else [column for column in table.columns if column not in taken] or list(table.columns)
    columns = ",".join([*free[:wide], *(["…"] if len(free) < wide else [])])
    return f'say what {want.name} is made of: --columns "{want.name}={columns}"'


def _said(columns: Columns, table: Table) -> Columns:
    return tuple((table.labels or {}).get(column, column) for column in columns)


def _unused(arrays: Mapping[str, Labelled], table: Table) -> Columns:
    """The columns that no input is made of."""
    taken = {column for found in arrays.values() for column in found.columns}
    return tuple(column for column in table.columns if column not in taken)


def _notes(arrays: Mapping[str, Labelled], table: Table) -> list[str]:
    notes = [table.note] if table.note else []
    notes += [f"{name}: {found.says}" for name, found in arrays.items() if found.says]
    taken = {column for found in arrays.values() for column in found.columns}
    unused = _unused(arrays, table)
    if unused:
        notes.append(f"not used: {'the column' if len(unused) == 1 else 'the columns'} {_listed(unused)}")
    if table.comma and any(
        "," in cell for c in taken if isinstance(table.columns[c], tuple) for cell in table.columns[c]
    ):
        notes.append("a comma in a number was read as its decimal point, since semicolons separate the columns")
    return notes


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
