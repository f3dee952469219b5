"""Checkpoints: a run goes on as if it had never stopped, and a file is written whole or not at all."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gradviz.errors import FileProblem, OptionProblem, UserError, ValueProblem
from gradviz.training import checkpoint as module
from gradviz.training.checkpoint import check_path, read_checkpoint, write_checkpoint
from gradviz.training.data import Data
from gradviz.training.fit import fit
from gradviz.training.loop import Watch
from gradviz.training.problem import Problem
from gradviz.training.resuming import problem_again, settings_again
from gradviz.training.run import Run
from gradviz.training.settings import Settings
from tests.training.networks import net_data, net_problem
from tests.training.test_loop import DROP, same

EPOCHS = 6
CASES = {
    "adam": Settings("adam", rate=0.02, epochs=EPOCHS, batch=7, split=(0.6, 0.2, 0.2)),
    "momentum": Settings("momentum", rate=0.02, epochs=EPOCHS, batch=4, schedule="cosine", clip=1.0),
    "early": Settings("gd", rate=0.3, epochs=EPOCHS, patience=2, split=(0.7, 0.3, 0.0)),
}


def stopped(problem: Problem, settings: Settings, after: int, path: Path) -> Run:
    """Train until so many epochs are whole, then Ctrl-C; the checkpoint is written."""

    def stop(epoch: Any) -> None:
        if epoch.number == after:
            raise KeyboardInterrupt

    return fit(problem, settings, Watch(stop, lambda s: write_checkpoint(path, problem, settings, s) and None))


@pytest.fixture(scope="module")
def whole() -> dict[str, Run]:
    """The runs without a pause."""
    runs = {name: fit(net_problem(), settings) for name, settings in CASES.items()}
    return runs | {"noisy": fit(net_problem(program=DROP), CASES["adam"])}


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(after=st.integers(1, EPOCHS - 1), name=st.sampled_from([*CASES, "noisy"]))
def test_resumed_is_bit_for_bit_the_uninterrupted_run(
    after: int, name: str, whole: dict[str, Run], tmp_path: Path
) -> None:
    path = tmp_path / f"{name}{after}.npz"
    program = {"program": DROP} if name == "noisy" else {}
    first = stopped(net_problem(**program), CASES.get(name, CASES["adam"]), after, path)  # type: ignore[arg-type]
    found = read_checkpoint(path)
    again = fit(problem_again(found, net_data()), settings_again(found, {}), start=found.snapshot)
    assert first.epochs[-1].number <= after
    assert same(again, whole[name])


def test_more_epochs_than_planned(tmp_path: Path) -> None:
    """With a constant rate a run of 3 epochs, and 3 more, is one of 6."""
    settings = Settings("adam", rate=0.02, epochs=3, batch=7)
    path = tmp_path / "run.npz"
    problem = net_problem()
    fit(problem, settings, Watch(checkpoint=lambda s: write_checkpoint(path, problem, settings, s) and None))
    found = read_checkpoint(path)
    again = fit(problem_again(found, net_data()), settings_again(found, {"epochs": 6}), start=found.snapshot)
    assert same(again, fit(net_problem(), replace(settings, epochs=6)))


def test_the_file_is_a_file_of_values_too(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    run = stopped(net_problem(), CASES["adam"], 2, path)
    with np.load(path, allow_pickle=False) as archive:
        plain = {name: archive[name] for name in archive.files if not name.startswith("@")}
    assert set(plain) == set(run.problem.parameters)
    assert all(np.array_equal(plain[name], run.last[name]) for name in plain)


def test_what_was_given_is_kept(tmp_path: Path) -> None:
    from gradviz.training.problem import problem_of

    data = Data({"x": np.arange(4.0), "y": np.arange(4.0)})
    problem = problem_of("L = mean((w*x + c - y)^2)", data, wrt=["w"], values={"c": 0.5})
    settings = Settings("gd", rate=0.01, epochs=2)
    path = tmp_path / "run.npz"
    run = fit(problem, settings, Watch(checkpoint=lambda s: write_checkpoint(path, problem, settings, s) and None))
    found = read_checkpoint(path)
    again = problem_again(found, data)
    assert again.parameters == ("w",)
    assert again.fixed["c"] == 0.5
    assert again.start["w"] == run.first["w"]


def test_other_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    stopped(net_problem(), CASES["adam"], 1, path)
    with pytest.raises(ValueProblem, match="these are not the rows that the checkpoint was trained on"):
        problem_again(read_checkpoint(path), net_data(seed=2))


def test_other_settings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    stopped(net_problem(), CASES["adam"], 1, path)
    found = read_checkpoint(path)
    with pytest.raises(UserError, match="keeps its settings, and rate is another"):
        settings_again(found, {"rate": 0.5})
    assert settings_again(found, {"rate": 0.02}) == found.settings


def written(path: Path) -> bytes:
    stopped(net_problem(), CASES["adam"], 1, path)
    return path.read_bytes()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_the_former_file_whole(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.npz"
    before = written(path)

    def full(file: Any, arrays: Any) -> None:
        file.write(b"half of it")
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(FileProblem, match=r"cannot be written: .*; the former one is whole"):
        stopped(net_problem(), CASES["adam"], 2, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_a_device_that_is_really_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.npz"
    before = written(path)
    plain = module._write

    def full(file: Any, arrays: Any) -> None:
        with Path("/dev/full").open("wb", buffering=0) as device:
            plain(device, arrays)

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(FileProblem, match="no space left on device; the former one is whole"):
        stopped(net_problem(), CASES["adam"], 2, path)
    assert path.read_bytes() == before


def test_ctrl_c_while_writing_leaves_the_former_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.npz"
    before = written(path)
    monkeypatch.setattr(module, "_write", lambda file, arrays: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        stopped(net_problem(), CASES["adam"], 2, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_what_is_no_checkpoint(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match="is no checkpoint of a training run"):
        read_checkpoint(path)


def test_an_archive_of_other_arrays_is_no_checkpoint(tmp_path: Path) -> None:
    np.savez(tmp_path / "values.npz", x=np.ones(3))
    with pytest.raises(FileProblem, match="is no checkpoint"):
        read_checkpoint(tmp_path / "values.npz")


def test_pickles_are_not_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", **{"@about": np.array([{"version": 1}], dtype=object)})
    with pytest.raises(FileProblem, match="is no checkpoint"):
        read_checkpoint(tmp_path / "evil.npz")


def test_a_cut_file_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    content = written(path)
    for size in (10, len(content) // 2, len(content) - 5):
        path.write_bytes(content[:size])
        with pytest.raises(FileProblem, match="is no checkpoint"):
            read_checkpoint(path)


def test_paths_are_checked_before_training(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"a checkpoint ends in \.npz"):
        check_path(tmp_path / "run.txt")
    with pytest.raises(FileProblem, match="there is no directory"):
        check_path(tmp_path / "nowhere" / "run.npz")


def test_settings_in_a_file_are_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    written(path)
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["@about"] = np.array(str(arrays["@about"]).replace('"rate": 0.02', '"rate": -1'))
    np.savez(path, **arrays)
    with pytest.raises(OptionProblem, match="the learning rate is a number above 0"):
        read_checkpoint(path)
