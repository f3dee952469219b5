"""`gradviz train` as its own process: Ctrl-C at several moments, a disk that is full, pipes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="terminals and signals are POSIX")
GRADVIZ = [sys.executable, "-m", "gradviz"]
LINE = "f = mean((w*x + b - y)^2)"
LONG = ["train", LINE, "--data", "line", "--epochs", "20000"]
SOME = rb"epoch [1-9]\d*/"
"""An epoch after the first: which one is seen depends on when the terminal is written to."""


def interrupted(cwd: Path, awaited: bytes, *arguments: str) -> tuple[int, str, str]:
    """Start on a terminal, wait until it shows something, press Ctrl-C; exit code, standard output, what was shown."""
    master, slave = os.openpty()
    process = subprocess.Popen(
        [*GRADVIZ, *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "400", "NO_COLOR": "1"},
    )
    os.close(slave)
    shown, sent = b"", False
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # on Linux, the end of a terminal
            part = b""
        if not part:
            break
        shown += part
        if not sent and re.search(awaited, shown):
            process.send_signal(signal.SIGINT)
            sent = True
    os.close(master)
    out, _ = process.communicate()
    assert sent, shown
    return process.returncode, out.decode(), shown.decode()


@pytest.mark.parametrize("awaited", [b"training", SOME])
def test_ctrl_c_keeps_the_last_checkpoint_and_says_where(tmp_path: Path, awaited: bytes) -> None:
    code, out, shown = interrupted(tmp_path, awaited, *LONG, "--checkpoint", "run.npz", "--every", "50")
    assert code == 130
    assert out == ""
    assert "Traceback" not in shown
    last = shown[shown.rindex("interrupted") :]
    if "before the first update" in last:
        assert not (tmp_path / "run.npz").exists()
        return
    epoch = int(last.split("after epoch ")[1].split(";")[0])
    assert f"the parameters of epoch {epoch} are in run.npz; go on with: gradviz train '{LINE}' --data line" in last
    assert last.rstrip().endswith("--resume run.npz")
    with np.load(tmp_path / "run.npz") as kept:
        assert kept["@losses"].shape == (epoch * 20,)
    more = ["--resume", "run.npz", "--epochs", str(epoch + 1)]
    done = subprocess.run([*GRADVIZ, *LONG[:4], *more], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"in {epoch + 1} epochs" in done.stdout


def test_without_a_checkpoint_it_says_how_to_keep_one(tmp_path: Path) -> None:
    code, out, shown = interrupted(tmp_path, SOME, *LONG)
    assert (code, out) == (130, "")
    assert "nothing was kept: with --checkpoint FILE it would have been" in shown
    assert not list(tmp_path.iterdir())


def test_ctrl_c_in_a_fold(tmp_path: Path) -> None:
    long = [*LONG[:-1], "1500", "--folds", "3", "--checkpoint", "run.npz"]
    code, _, shown = interrupted(tmp_path, rb"fold \d/3", *long)
    assert code == 130
    assert re.search(r"interrupted in fold \d, after all 1500 epochs of the run over all training rows", shown)
    assert "the parameters of epoch 1500 are in run.npz" in shown


LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
sys.argv = ["gradviz", *sys.argv[1:]]
runpy.run_module("gradviz", run_name="__main__")
"""


def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    words = [*LONG[:-1], "5", "--checkpoint", "run.npz"]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the checkpoint 'run.npz' cannot be written: file too large")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_pipe_gets_the_report_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run([*GRADVIZ, *LONG[:-1], "5"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "training loss" in done.stdout
