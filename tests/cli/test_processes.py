"""The command as its own process: pipes, interruption, full devices, files of values."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

GRADVIZ = [sys.executable, "-m", "gradviz"]
PRODUCT = [*GRADVIZ, "explain", "x*y", "--at", "x=1,y=2"]


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*GRADVIZ, *arguments], capture_output=True, text=True, cwd=cwd, check=False)


def refused(done: subprocess.CompletedProcess[str], says: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error:")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_reader_who_leaves_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(PRODUCT, stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 141
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", [PRODUCT, [*GRADVIZ, "ops"], [*GRADVIZ, "--help"]])
def test_a_full_device_is_said(command: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output cannot be written: no space")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_interruption_ends_with_130(tmp_path: Path) -> None:
    pipe = tmp_path / "slow.grad"
    os.mkfifo(pipe)
    waiting = subprocess.Popen([*GRADVIZ, "explain", str(pipe)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # This waits until the command has opened the pipe: it then reads, and nothing comes.
    with open(pipe, "wb"):
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate()
    assert waiting.returncode == 130
    assert said.strip() == b"interrupted"


FILES = {
    "broken.json": (b'{"x": 1,', "is not JSON"),
    "ragged.json": (b'{"x": [[1, 2], [3]]}', "is not a number or an array of numbers"),
    "text.json": (b'{"x": "one"}', "is not a number or an array of numbers"),
    "list.json": (b"[1, 2]", "does not hold an object"),
    "cell.csv": (b"x,y\n1,2\n3,four\n", "'four' is not a number"),
    "ragged.csv": (b"x,y\n1,2\n3\n", "1 values for 2 columns"),
    "junk.npz": (b"PK\x03\x04junk", "is not an archive of plain arrays"),
    "pickle.npz": (pickle.dumps({"x": 1}), "is not an archive of plain arrays"),
}


@pytest.mark.parametrize("name", FILES)
def test_bad_files_of_values(tmp_path: Path, name: str) -> None:
    content, says = FILES[name]
    (tmp_path / name).write_bytes(content)
    refused(run("explain", "sum(x*2)", "--values", name, cwd=tmp_path), says)


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "sprung"), "w"))

    np.savez(tmp_path / "trap.npz", x=np.array([Trap()], dtype=object))
    refused(
        run("explain", "sum(x*2)", "--values", "trap.npz", cwd=tmp_path), "is not an archive of plain arrays of numbers"
    )
    assert not (tmp_path / "sprung").exists()


def test_columns_are_inputs(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("x_1,y\n1,2\n3,4\n")
    done = run("explain", "sum(x1*y)", "--values", "data.csv", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["gradients"]["x1"]["value"] == [2, 4]


def test_a_name_has_one_value() -> None:
    refused(run("explain", "x_1*y", "--at", "x1=1", "--at", "x_1=2"), "x1 is given twice")
