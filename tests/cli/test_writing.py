from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gradviz.cli.writing import check_writable, write_all
from gradviz.errors import FileProblem


def test_text_and_bytes_are_written(tmp_path: Path) -> None:
    write_all({str(tmp_path / "a.svg"): "σ\n", str(tmp_path / "a.png"): b"\x89"})
    assert (tmp_path / "a.svg").read_bytes() == "σ\n".encode()
    assert (tmp_path / "a.png").read_bytes() == b"\x89"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg"]


def test_a_file_keeps_its_mode_and_a_new_one_gets_the_usual(tmp_path: Path) -> None:
    old, new = tmp_path / "old.svg", tmp_path / "new.svg"
    old.write_text("")
    old.chmod(0o640)
    mask = os.umask(0o022)
    try:
        write_all({str(old): "a", str(new): "b"})
    finally:
        os.umask(mask)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o644


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "link.svg").symlink_to("real.svg")
    write_all({str(tmp_path / "link.svg"): "new"})
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "new"


def test_a_device_is_written_to() -> None:
    write_all({os.devnull: "gone"})
    assert not Path(os.devnull).is_file()


def test_when_one_cannot_be_written_none_changes(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("old")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_all({str(tmp_path / "a.svg"): "new", str(tmp_path / "no" / "b.svg"): "new"})
    assert (tmp_path / "a.svg").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_places_are_checked_first(tmp_path: Path) -> None:
    check_writable(str(tmp_path / "a.svg"))
    check_writable("a.svg")
    with pytest.raises(FileProblem, match="is a directory"):
        check_writable(str(tmp_path))
    with pytest.raises(FileProblem, match="there is no directory"):
        check_writable(str(tmp_path / "no" / "a.svg"))


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileProblem, match="permission denied"):
            check_writable(str(tmp_path / "a.svg"))
    finally:
        tmp_path.chmod(0o700)
