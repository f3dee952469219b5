"""Files of rows: what is read, and what is said of a file that cannot be."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import LimitError, UserError
from gradviz.training import reading
from gradviz.training.loading import table_of
from gradviz.training.reading import read_table


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


GOOD = {
    "commas": "a,b\n1,2\n3,4\n",
    "semicolons": "a;b\n1;2\n3;4\n",
    "tabs": "a\tb\n1\t2\n3\t4\n",
    "decimal commas": "a;b\n1,0;2\n3;4,0\n",
    "comments and blank lines": "# measured by hand\n\na,b\n1,2\n# lunch\n\n3,4",
    "quotes": '"a","b"\n"1",2\n3,"4"\n',
    "spaces": "a, b\n 1 , 2\n3,4\n",
    "a byte order mark": "\ufeffa,b\n1,2\n3,4\n",
    "Windows lines": "a,b\r\n1,2\r\n3,4\r\n",
    "an index without a name": ",a,b\n0,1,2\n1,3,4\n",
    "a separator at the end": "a,b,\n1,2,\n3,4,\n",
    "signs and exponents": "a,b\n+1,.2e1\n3.,4e+0\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_ways_to_write_the_same_rows(name: str) -> None:
    table = read_table(write("data.csv", GOOD[name]))
    assert list(table.columns) == ["a", "b"]
    assert table.numbers("a").tolist() == [1, 3]
    assert table.numbers("b").tolist() == [2, 4]


def test_rows_are_counted_as_in_the_file() -> None:
    table = read_table(write("data.csv", '# one\na,b\n\n1,"x\n# no comment"\n# six\n2,y\n'))
    assert table.lines == (4, 7)
    assert table.columns["b"] == ("x\n# no comment", "y")


def test_one_spelling_of_names() -> None:
    assert list(read_table(write("data.csv", "x_1,x₂,α,W_out\n1,2,3,4\n")).columns) == ["x1", "x2", "alpha", "W_out"]


BAD: dict[str, tuple[str, str | bytes]] = {
    "empty": ("data.csv", ""),
    "comments_alone": ("data.csv", "# nothing\n"),
    "no_rows": ("data.csv", "a,b\n"),
    "no_names": ("data.csv", "1.5,2\n3,4\n"),
    "ragged": ("data.csv", "# note\na,b\n1,2\n3\n"),
    "ragged_long": ("data.csv", "a,b\n1,2,3\n"),
    "twice": ("data.csv", "x1,b,x_1\n1,2,3\n"),
    "latin": ("data.csv", b"a,b\n1,2\n3,gr\xfc\xdfe\n"),
    "utf16": ("data.csv", "a,b\n1,2\n".encode("utf-16")),
    "quote": ("data.csv", 'a,b\n1,"2\n3,4\n'),
    "after_quote": ("data.csv", 'a,b\n1,2\n"3"x,4\n'),
    "text": ("data.csv", "a,b\n1,2\n3,four\n"),
    "empty_cell": ("data.csv", "a,b\n1,2\n3,\n"),
    "nan": ("data.csv", "a,b\n1,2\n3,nan\n"),
    "inf": ("data.csv", "a,b\n1,-inf\n3,4\n"),
    "overflow": ("data.csv", "a,b\n1,1e999\n"),
    "underscore": ("data.csv", "a,b\n1,1_000\n"),
    "suffix": ("data.xlsx", b"PK"),
    "junk_npz": ("data.npz", b"PK\x03\x04junk"),
    "junk_npy": ("data.npy", b"\x93NUMPYjunk"),
    "pickle": ("data.npz", pickle.dumps({"x": 1})),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_said_of_a_bad_file(name: str, golden: Callable[[str, str], None]) -> None:
    filename, content = BAD[name]
    shown = content if isinstance(content, str) else repr(content)[:60]
    with pytest.raises(UserError) as caught:
        read_table(write(filename, content)).numbers("b")
    golden(f"errors/data_{name}.txt", f"{shown.rstrip()}\n---\n{caught.value}\n")


def test_no_file_a_folder_and_a_huge_one(monkeypatch: pytest.MonkeyPatch) -> None:
    write("rows.csv", "a,b\n1,2\n")
    with pytest.raises(UserError, match=r"no file 'row\.csv'") as caught:
        table_of("row.csv")
    assert caught.value.hint == "did you mean 'rows.csv'?"
    Path("folder.csv").mkdir()
    with pytest.raises(UserError, match="is a directory"):
        table_of("folder.csv")
    monkeypatch.setattr(reading, "LIMIT", 5)
    with pytest.raises(LimitError, match="was not read"):
        table_of("rows.csv")


def test_archives_and_arrays() -> None:
    np.savez("a.npz", X=np.arange(6).reshape(3, 2), y=np.array(["u", "v", "u"]), scale=2.0)
    table = read_table("a.npz")
    assert table.rows == 3
    assert table.numbers("X").dtype == np.float64
    assert table.columns["y"] == ("u", "v", "u")
    assert "scale" not in table.columns
    np.save("b.npy", np.arange(6).reshape(3, 2))
    assert read_table("b.npy").numbers("1").tolist() == [1, 3, 5]
    np.save("c.npy", np.array([(1, 2.5), (3, 4.5)], dtype=[("n", int), ("v", float)]))
    assert read_table("c.npy").numbers("v").tolist() == [2.5, 4.5]


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"X": np.zeros((3, 2)), "y": np.zeros(4)}, "different numbers of rows: X has 3, y has 4"),
        ({"X": np.zeros((0, 2))}, "holds no rows"),
        ({"X": np.array([1j])}, "X is not made of numbers"),
        ({"X": np.array([[1.0, 2.0], [3.0, np.nan]])}, r"row 1 \(counted from 0\), X\[1, 1\] is nan"),
        ({"X": np.array([1.0, np.inf])}, r"X\[1\] is inf"),
    ],
)
def test_bad_arrays(arrays: dict[str, np.ndarray], says: str) -> None:
    np.savez("a.npz", **arrays)
    with pytest.raises(UserError, match=says):
        read_table("a.npz").numbers("X")


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "sprung"), "w"))

    np.savez("trap.npz", x=np.array([Trap()], dtype=object))
    np.save("trap.npy", np.array([Trap()], dtype=object))
    for name in ("trap.npz", "trap.npy"):
        with pytest.raises(UserError, match="plain array"):
            read_table(name)
    assert not (tmp_path / "sprung").exists()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for name in ("any.csv", "any.npz", "any.npy"):
        Path(name).write_bytes(content)
        with suppress(UserError):
            table = read_table(name)
            for column in table.columns:
                assert len(table.columns[column]) == table.rows
                table.numbers(column)


@given(
    st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2), min_size=1), st.sampled_from(",;\t")
)
def test_what_is_written_is_read(rows: list[tuple[float, float]], separator: str) -> None:
    lines = [separator.join(("a", "b")), *(separator.join(map(repr, row)) for row in rows)]
    table = read_table(write("data.csv", "\n".join(lines)))
    assert table.numbers("a").tolist() == [a for a, _ in rows]
    assert table.numbers("b").tolist() == [b for _, b in rows]
