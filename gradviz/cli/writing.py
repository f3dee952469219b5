"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradviz.errors import FileProblem

if TYPE_CHECKING:
    from pathlib import Path

Rendered = str | bytes


def check_writable(filename: str) -> None:
    """Refuse a place that cannot be written before any work is done.

    Raises:
        FileProblem: it is a directory, or lies in none.
    """
    from pathlib import Path

    path = Path(filename)
    if path.is_dir():
        raise FileProblem(f"{filename!r} is a directory", hint="name a file in it")
    if not path.parent.is_dir():
        raise FileProblem(f"{filename!r} cannot be written: there is no directory {str(path.parent)!r}")
    place = path if path.exists() else path.parent
    if not os.access(place, os.W_OK):
        raise FileProblem(f"{filename!r} cannot be written: permission denied")


def write_all(files: Mapping[str, Rendered]) -> None:
    """Write every file, each atomically: first all of them beside their places, then into place.

    Raises:
        FileProblem: one cannot be written; then none has changed, unless the system fails between two renamings.
    """
    if not files:
        return
    from pathlib import Path

    waiting: list[tuple[Path, Path]] = []
    try:
        for filename, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            path = Path(os.path.realpath(filename))
            try:
                if _is_special(path):
                    path.write_bytes(data)
                else:
                    waiting.append((_beside(path, data), path))
            except OSError as error:
                raise FileProblem(f"{filename!r} cannot be written: {(error.strerror or str(error)).lower()}") from None
        for temporary, path in waiting:
            temporary.replace(path)
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def _is_special(path: Path) -> bool:
    """Whether it is a device or a pipe, which is written to and not replaced."""
    return path.exists() and not path.is_file()


def _beside(path: Path, data: bytes) -> Path:
    """A temporary file in the same directory, with the mode that the file has or would get."""
    import tempfile
    from pathlib import Path

    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
