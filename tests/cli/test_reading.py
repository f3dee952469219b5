from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradviz.cli.reading import PROGRAM_LIMIT, read_source, read_values
from gradviz.errors import FileProblem, LimitError, UserError


def test_anything_else_is_the_text_itself() -> None:
    assert read_source("x*y") == ("x*y", "expression")
    assert read_source("a = 1\nf = a.grad") == ("a = 1\nf = a.grad", "expression")


def test_a_program_is_read_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "net.grad"
    path.write_text("f = α·x\n", encoding="utf-8")
    assert read_source(str(path)) == ("f = α·x\n", "net.grad")


def test_a_byte_order_mark_is_no_part_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "net.grad"
    path.write_bytes(b"\xef\xbb\xbff = x\r\n")
    assert read_source(str(path))[0] == "f = x\r\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"f = x\n\xff\xfe", "is not UTF-8 (line 2)"), (b"f = x\0", "is not text"), (b"\x89PNG\r\n\0", "is not text")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "net.grad"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=says.replace("(", r"\(").replace(")", r"\)")):
        read_source(str(path))


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.grad"
    path.write_bytes(b"x" * (PROGRAM_LIMIT + 1))

    def read(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(Path, "open", read)
    with pytest.raises(LimitError, match="100 kB"):
        read_source(str(path))


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "net.grad"
    path.write_bytes(b"x" * PROGRAM_LIMIT)
    assert len(read_source(str(path))[0]) == PROGRAM_LIMIT


def test_a_missing_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "circuit.grad").write_text("f = x")
    with pytest.raises(FileProblem) as caught:
        read_source(str(tmp_path / "circiut.grad"))
    assert "circuit.grad" in str(caught.value.hint)


def test_a_missing_directory_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        read_source(str(tmp_path / "nowhere" / "f.grad"))
    assert "no directory" in str(caught.value.hint)


def test_a_directory_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "d.grad").mkdir()
    with pytest.raises(FileProblem, match="is a directory"):
        read_source(str(tmp_path / "d.grad"))


def test_values_from_json(tmp_path: Path) -> None:
    path = tmp_path / "v.json"
    path.write_text('{"x": -2, "W": [[1, 2.5], [3, 4]]}')
    assert read_values(str(path)) == {"x": -2, "W": [[1, 2.5], [3, 4]]}


def test_values_from_npz(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    np.savez(path, x=np.float64(3), W=np.eye(2))
    found = read_values(str(path))
    assert found["x"] == 3
    assert found["W"].tolist() == [[1, 0], [0, 1]]


def test_values_from_csv_are_vectors_by_column(tmp_path: Path) -> None:
    path = tmp_path / "v.CSV"
    path.write_text("height, weight\n1.7,60\n\n1.8,-7e1\n")
    assert read_values(str(path)) == {"height": [1.7, 1.8], "weight": [60, -70]}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("v.json", b"{", "is not JSON"),
        ("v.json", b"[1, 2]", "does not hold an object"),
        ("v.json", b"[" * 50_000, "is nested too deep"),
        ("v.npz", b"nonsense", "not an archive"),
        ("v.npz", b"PK\x03\x04nonsense", "not an archive"),
        ("v.npz", b"", "not an archive"),
        ("v.csv", b"x,y\n", "holds no values"),
        ("v.csv", b"", "holds no values"),
        ("v.csv", b"x,x\n1,2\n", "names a column twice"),
        ("v.csv", b"x,y\n1\n", "row 2: 1 values for 2 columns"),
        ("v.csv", b"x,y\n1,two\n", "column y: 'two' is not a number"),
        ("v.yaml", b"x: 1", "no file of values"),
    ],
)
def test_a_bad_file_of_values_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=says):
        read_values(str(path))


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    np.savez(path, x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(FileProblem, match="plain arrays"):
        read_values(str(path))
