"""Which columns an input is made of: as the caller says, or by their names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gradviz.errors import NameProblem, OptionProblem, nearest
from gradviz.syntax.names import canonical
from gradviz.training.table import Table
from gradviz.training.wants import Want

Columns = tuple[str, ...]


def written(text: str, table: Table, inputs: Collection[str]) -> dict[str, Columns]:
    """The columns of inputs as a person writes them: `X=height,age; y=weight`.

    `first:last` takes both and all between them, `*` all that no other input takes.

    Raises:
        OptionProblem: the text is not of that form.
        NameProblem: the program has no such input, or the data no such column; the nearest is proposed.

    Example:
        >>> table = Table("data.csv", {"a": ("1",), "b": ("2",), "c": ("3",)}, 1)
        >>> written("X=*; y=b", table, ("X", "y"))
        {'X': ('a', 'c'), 'y': ('b',)}
    """
    found: dict[str, list[str]] = {}
    rest: list[str] = []
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        name, equals, listed = part.partition("=")
        name = canonical(name.strip())
        if not equals or not name or not listed.strip():
            raise OptionProblem(
                f"{part!r} does not say which columns an input is made of", hint='write "X=height,age; y=weight"'
            )
        if name in found:
            raise NameProblem(f"{name} is given columns twice", hint=f"write all of them once: {name}=first,second")
        _known_input(name, inputs)
        if listed.strip() == "*":
            rest.append(name)
        found[name] = [] if listed.strip() == "*" else _spelt(listed, table)
    if len(rest) > 1:
        raise OptionProblem("only one input can be made of all other columns", hint='write "X=*; y=weight"')
    taken = {column for columns in found.values() for column in columns}
    for name in rest:
        found[name] = [column for column in table.columns if column not in taken]
        if not found[name]:
            raise OptionProblem(f"no column is left for {name}", hint=_offer(table))
    return {name: tuple(columns) for name, columns in found.items()}


def _known_input(name: str, inputs: Collection[str]) -> None:
    if name not in inputs:
        close = nearest(name, inputs)
        hint = f"did you mean {close!r}?" if close else f"its inputs are {', '.join(inputs)}"
        raise NameProblem(f"columns are given for {name!r}, and the program has no such input", hint=hint)


def _spelt(listed: str, table: Table) -> list[str]:
    found: list[str] = []
    for part in listed.split(","):
        first, colon, last = part.partition(":")
        if not colon or canonical(part.strip()) in table.columns:
            found.append(column_named(part, table))
            continue
        names = list(table.columns)
        start, end = names.index(column_named(first, table)), names.index(column_named(last, table))
        if end < start:
            raise OptionProblem(
                f"{last.strip()} stands before {first.strip()} in {table.origin}",
                hint=f"write {last.strip()}:{first.strip()}",
            )
        found += names[start : end + 1]
    return found


def column_named(text: str, table: Table) -> str:
    """The column of that name.

    Raises:
        NameProblem: there is none; the nearest is proposed, and all are listed.
    """
    name = canonical(text.strip())
    if name not in table.columns:
        raise no_column(name, table)
    return name


def no_column(name: str, table: Table) -> NameProblem:
    """The error for a column that is not there."""
    close = nearest(name, table.columns)
    return NameProblem(
        f"{table.origin} has no column {name!r}",
        hint=f"did you mean {close!r}? {_offer(table)}" if close else _offer(table),
    )


def no_columns(want: Want, table: Table) -> NameProblem:
    """The error for an input that has no column; of a matrix, the columns that it would be made of are named."""
    wide = width(want)
    if wide < 2:
        return no_column(want.name, table)
    names = [f"{want.name}{number}" for number in range(1, wide + 1)]
    shown = f"{names[0]} and {names[1]}" if wide == 2 else f"{names[0]}, {names[1]}, … {names[-1]}"
    shape = "×".join(map(str, want.shape or ()))
    return NameProblem(
        f"{table.origin} has no columns {shown} for {want.name}, which is declared {shape}", hint=_offer(table)
    )


def narrow(want: Want, table: Table, inputs: Collection[str]) -> bool:
    """Whether the data have one column of the input's name in the other case of letters, and the input has several.

    Such a column (`x`, for `X : N x 2`) is another thing.
    """
    spelling = want.name.swapcase()
    column = table.columns.get(spelling)
    return spelling not in inputs and column is not None and getattr(column, "ndim", 1) == 1 and width(want) > 1


def width(want: Want) -> int:
    """How many columns the program declares; 0 where it does not say."""
    size = want.shape[1] if want.shape is not None and len(want.shape) == 2 else 0
    return size if isinstance(size, int) else 0


def _offer(table: Table) -> str:
    names = list(table.columns)
    shown = ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:10])}, … ({len(names)} in all)"
    return f"its columns are {shown}"


def by_name(want: Want, table: Table, inputs: Collection[str]) -> Columns:
    """The columns that an input is made of because of their names; none where nothing fits.

    Its own name; else its name with numbers (`X1, X2, …`, `X[0], X[1], …`), for an input that may be a matrix; else the
    same in the other case of letters, where that is no input itself.

    Raises:
        NameProblem: the numbers have a gap.
    """
    name = want.name
    if name in table.columns:
        return (name,)
    labelled = [column for column, label in (table.labels or {}).items() if canonical(label) == name]
    if labelled:
        return (labelled[0],)
    for spelling in dict.fromkeys((name, name.swapcase())):
        if spelling != name and spelling in inputs:
            continue
        if spelling in table.columns and (spelling == name or not narrow(want, table, inputs)):
            return (spelling,)
        if want.shape is None or len(want.shape) == 2:
            found = _numbered(spelling, table, inputs)
            if found:
                return found
    return ()


def _numbered(name: str, table: Table, inputs: Collection[str]) -> Columns:
    places = _numbers(name, (column for column in table.columns if column not in inputs))
    if not places:
        return ()
    numbers = sorted(places)
    wanted = range(numbers[0], numbers[0] + len(numbers))
    if numbers[0] > 1 or numbers != list(wanted):
        gap = next((number for number in range(min(1, numbers[0]), numbers[-1]) if number not in places), 1)
        raise NameProblem(
            f"{table.origin} has columns {', '.join(places[number] for number in numbers[:3])}, … for {name}, "
            f"but none with the number {gap}",
            hint=f'say which are meant: --columns "{name}={places[numbers[0]]},…"',
        )
    return tuple(places[number] for number in numbers)


def _numbers(name: str, columns: Iterable[str]) -> dict[int, str]:
    pattern = re.compile(rf"{re.escape(name)}(?:_?(\d+)|\[(\d+)\])", re.ASCII)
    found = ((pattern.fullmatch(column), column) for column in columns)
    return {int(match[1] or match[2]): column for match, column in found if match}
