"""Reading files: measured before they are read, and every reason why they cannot be read in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradviz.errors import FileProblem, LimitError, nearest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM_HINT = "build larger graphs in Python, with gradviz.Graph"


def contents(path: Path, limit: int, hint: str = PROGRAM_HINT) -> bytes:
    """A file's bytes, at most `limit` of them.

    Args:
        path: of the file.
        limit: bytes beyond which it is refused before it is read.
        hint: what to do about one that is too large.

    Raises:
        FileProblem: it cannot be read.
        LimitError: it is too large.
    """
    try:
        if path.is_dir():
            raise FileProblem(f"{str(path)!r} is a directory", hint="name a file in it")
        if path.stat().st_size > limit:
            raise too_large(repr(str(path)), limit, hint)
        with path.open("rb") as file:
            return limited(file.read(limit + 1), repr(str(path)), limit, hint)
    except FileNotFoundError:
        raise FileProblem(f"there is no file {str(path)!r}", hint=_neighbours(path)) from None
    except (OSError, ValueError) as error:
        raise FileProblem(f"the file {str(path)!r} cannot be read: {_reason(error)}") from None


def limited(data: bytes, name: str, limit: int, hint: str = PROGRAM_HINT) -> bytes:
    """The bytes, if there are not too many.

    Raises:
        LimitError: there are.
    """
    if len(data) > limit:
        raise too_large(name, limit, hint)
    return data


def too_large(name: str, limit: int, hint: str = PROGRAM_HINT) -> LimitError:
    """The error for a file beyond the limit."""
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} kB"
    return LimitError(f"{name} is larger than {size}, and was not read", hint=hint)


def decoded(data: bytes, name: str, kind: str = "a program") -> str:
    """UTF-8 as text, without a byte order mark.

    Raises:
        FileProblem: it is no text, or in another encoding; the line is named.
    """
    if b"\0" in data:
        raise FileProblem(f"{name} is not text", hint=f"{kind} is plain text in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileProblem(f"{name} is not UTF-8 (line {line})", hint="save it as UTF-8") from None


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def _neighbours(path: Path) -> str | None:
    """The file that was perhaps meant."""
    try:
        close = nearest(path.name, [other.name for other in path.parent.iterdir()])
    except OSError:
        return f"there is no directory {str(path.parent)!r} either"
    return f"did you mean {str(path.parent / close)!r}?" if close else None
