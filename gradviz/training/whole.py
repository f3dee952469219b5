"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def replaced(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a new file beside it, to the disk, and then put it in its place: the last step is all or nothing.

    Args:
        target: the file.
        write: writes its content.

    Raises:
        OSError: it cannot be written; what was there before is whole, and nothing else is left.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        _keep_mode(target, name)
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _keep_mode(target: Path, name: str) -> None:
    """The permissions of the former file, or those of a new one: a temporary file has narrower ones."""
    if target.exists():
        mode = target.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(name).chmod(mode)
