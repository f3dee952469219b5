from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradviz.api import grade
from gradviz.checking.grading import clusters
from gradviz.checking.grading.pool import local
from gradviz.checking.grading.tasks import Limits, Task
from gradviz.errors import OptionProblem
from gradviz.render.grading_json import render_grading_json
from gradviz.render.options import Options

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.filterwarnings("error::pytest.PytestWarning")]


@pytest.fixture(
    scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["threads", "processes"]
)
def scheduler(request: pytest.FixtureRequest) -> Iterator[str]:
    """A cluster with one worker of two threads, or two processes."""
    workers, threads = (2, 1) if request.param else (1, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=threads, processes=request.param, dashboard_address=None
        )
        yield cluster.scheduler_address
        cluster.close()


def test_a_cluster_gives_the_same_report(
    scheduler: str, files: Callable[[], tuple[Path, Path]], tmp_path: Path
) -> None:
    problems, submissions = files()
    here = grade(problems, submissions, workers=2)
    there = grade(problems, submissions, executor="dask", scheduler=scheduler, journal=tmp_path / "run.jsonl")
    assert there.plain == here.plain
    assert render_grading_json(there.plain, Options()) == render_grading_json(here.plain, Options())
    again = grade(problems, submissions, journal=tmp_path / "run.jsonl")
    assert (again.made, again.plain) == (0, here.plain)


def test_a_case_that_dies_costs_itself_only_there_too(judge: str, scheduler: str, tmp_path: Path) -> None:
    texts = [*(str(i) for i in range(clusters.CHUNK + 5)), "die", "hang", "last"]
    tasks = [Task("f = x", None, "", "answer", ("x",), None, text) for text in texts]
    limits = Limits(1.5, 500)
    with distributed.Client(scheduler, set_as_default=False) as client:
        modules = str(tmp_path / "modules")
        client.run(lambda: __import__("sys").path.insert(0, modules))
    here = dict(local(tasks, limits, workers=2, judge=judge))
    assert dict(clusters.spread(tasks, limits, scheduler=scheduler, judge=judge)) == here
    assert sorted(result.ended for result in here.values())[-2:] == ["crash", "time"]
    assert not clusters._KEPT


def test_no_scheduler_is_said(files: Callable[[], tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch) -> None:
    problems, submissions = files()
    monkeypatch.setattr(clusters, "CONNECTING", 0.2)
    with pytest.raises(OptionProblem, match=r"no Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        grade(problems, submissions, executor="dask", scheduler="tcp://127.0.0.1:9")
