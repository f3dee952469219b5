"""The journal: every result on a line of its own as it comes, so that a run that ends early is taken up again.

A line is written whole or is the last one and torn; a torn line is dropped. Results are filed under a hash of their
task, so what has changed in the problems or the submissions is graded anew, and what has not is taken as it is.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from gradviz.checking.grading.coding import decoded, encoded
from gradviz.checking.grading.tasks import Judged, Limits
from gradviz.errors import FileProblem

FORMAT = 1
BATCH, PAUSE = 64, 2.0
"""Results, or seconds, after which what was written is forced to the disk."""


AGAIN = ("crash", "error")
"""How work ended that the next run tries again: it was no fault of the answer's size."""


class Journal:
    """An open journal; use it in a `with` block.

    Args:
        path: of the file; None keeps nothing.
        version: of gradviz: another one may judge otherwise, so its results are set aside.
        fingerprints: of the problems and the submissions, to say what has changed.
        limits: of this run; results that ended at other limits are graded anew.

    Attributes:
        results: what was there already, by key.
        notes: what a person should know of it.
    """

    def __init__(self, path: Path | None, version: str, fingerprints: Mapping[str, str], limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.header = {"format": FORMAT, "gradviz": version, **fingerprints}
        self.results: dict[str, Judged] = {}
        self.notes: list[str] = []
        self._file: BinaryIO | None = None
        self._unsynced, self._synced_at = 0, time.monotonic()

    def __enter__(self) -> Journal:
        if self.path is None:
            return self
        try:
            self._file = self._opened(self.path)
        except OSError as error:
            raise _unwritten(self.path, error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        with suppress(OSError):
            self._sync()
        self._file.close()
        self._file = None

    def add(self, key: str, result: Judged) -> None:
        """File a result.

        Raises:
            FileProblem: it cannot be written.
        """
        self.results[key] = result
        if self._file is None:
            return
        assert self.path is not None
        record: dict[str, Any] = {"key": key, "result": encoded(result)}
        if result.ended:
            record["limits"] = [self.limits.seconds, self.limits.megabytes]
        try:
            self._file.write(_line(record))
            self._file.flush()
            self._unsynced += 1
            if self._unsynced >= BATCH or time.monotonic() - self._synced_at > PAUSE:
                self._sync()
        except OSError as error:
            raise _unwritten(self.path, error) from None

    def _sync(self) -> None:
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unsynced, self._synced_at = 0, time.monotonic()

    def _opened(self, path: Path) -> BinaryIO:
        """The file at its end, behind the last whole line; what it holds is read."""
        file = path.open("r+b" if path.exists() else "x+b")
        try:
            _lock(file, path)
            whole = self._read(file)
            if whole:
                file.truncate(whole)
                file.seek(whole)
            else:
                file.truncate(0)
                file.seek(0)
                file.write(_line(self.header))
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            file.close()
            raise
        return file

    def _read(self, file: BinaryIO) -> int:
        """Take what a journal holds, and return where its last whole line ends; 0 where it is empty.

        Raises:
            FileProblem: the file is something else, or of another version.
        """
        first = file.readline()
        if not first.endswith(b"\n") and (not first or first.startswith(b'{"format"')):
            return 0
        self._take_header(_parsed(first))
        whole, line = file.tell(), file.readline()
        while line.endswith(b"\n"):
            self._take(_parsed(line))
            whole, line = file.tell(), file.readline()
        if line:
            self.notes.append(f"{self.path}: the last line was torn, and its answer is graded again")
        return whole

    def _take_header(self, found: Any) -> None:
        if not isinstance(found, dict) or "gradviz" not in found or found.get("format") != FORMAT:
            raise FileProblem(
                f"{str(self.path)!r} is no journal of grading", hint="name another file with --journal, or move it away"
            )
        if found["gradviz"] != self.header["gradviz"]:
            raise FileProblem(
                f"{str(self.path)!r} was begun by gradviz {found['gradviz']}, and this is {self.header['gradviz']}",
                hint="versions may judge differently: move the journal away, and everything is graded anew",
            )
        changed = [name for name in ("problems", "submissions") if found.get(name) != self.header.get(name)]
        if changed:
            self.notes.append(
                f"the {' and the '.join(changed)} changed since {self.path} was begun: what is new is graded, "
                "what is the same is taken from it"
            )

    def _take(self, record: Any) -> None:
        """One line; what is damaged is left out, and so graded again."""
        if not isinstance(record, dict):
            return
        limits = record.get("limits")
        if limits is not None and limits != [self.limits.seconds, self.limits.megabytes]:
            return
        with suppress(ValueError, TypeError, KeyError):
            result = decoded(Judged, record["result"])
            if result.ended not in AGAIN:
                self.results[record["key"]] = result


def _line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _lock(file: BinaryIO, path: Path) -> None:
    """Keep a second run from the same journal, where the system can."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FileProblem(
            f"another run writes to the journal {str(path)!r}", hint="wait for it, or name another one with --journal"
        ) from None
    except OSError:
        return


def _unwritten(path: Path, error: OSError) -> FileProblem:
    return FileProblem(f"the journal {str(path)!r} cannot be written: {(error.strerror or str(error)).lower()}")
