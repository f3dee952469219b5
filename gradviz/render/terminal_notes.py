"""What stands below every text: notes, and the values that are missing; and how long lines hang."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradviz.render.pen import Nib
from gradviz.render.text_lines import Line, Piece, Role, line, wrap

INDENT = 2

_ROLES: dict[str, Role] = {"kink": "warn", "warning": "warn"}


def note_lines(notes: Iterable[tuple[str, str]], nib: Nib) -> list[Line]:
    """What a person should know, as kinds and sentences; nothing where there are none."""
    lines: list[Line] = []
    for kind, text in notes:
        parts = wrap(text, nib.options.width - INDENT, nib.options.width - INDENT - 2)
        margins = ["  ", *(["    "] * (len(parts) - 1))]
        role = _ROLES.get(kind, "plain")
        lines += [line(margin, Piece(part, role)) for margin, part in zip(margins, parts, strict=True)]
    return [line(Piece("notes", "head")), *lines] if lines else []


def missing_lines(missing: Sequence[str], nib: Nib) -> list[Line]:
    """Which values are missing, and how to give them."""
    if not missing:
        return []
    names = [nib.sign(name) for name in missing]
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "has no value" if len(names) == 1 else "have no values"
    ask = nib.sign(f"--at {','.join(f'{name}=…' for name in names)}")
    text = f"{who} {verb}: for numbers, add  {ask}"
    return [line(Piece(part, "warn")) for part in hang(text, nib.options.width, 2)]


def hang(text: str, width: int, indent: int) -> list[str]:
    """A text in lines of at most `width` columns, all but the first indented."""
    parts = wrap(text, width, width - indent)
    return [parts[0], *(" " * indent + part for part in parts[1:])]
