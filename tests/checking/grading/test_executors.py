from __future__ import annotations

import sys
from typing import Any

import pytest

from gradviz.api.grading import executor_named
from gradviz.checking.grading.tasks import Limits, Task
from gradviz.errors import OptionProblem


def test_without_distributed_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    run = executor_named("dask", "tcp://127.0.0.1:1", None)
    with pytest.raises(OptionProblem, match="needs the package distributed, which is not installed"):
        next(run([Task("f = x", None, "", "answer", ("x",), None, "1")], Limits()))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("dsak", None, None), "did you mean 'dask'"),
        (("dask", None, None), "needs the address of a scheduler"),
        (("local", "tcp://x:1", None), "a scheduler is of the executor dask"),
    ],
)
def test_executors_that_cannot_be(given: tuple[Any, ...], said: str) -> None:
    with pytest.raises(OptionProblem, match=said):
        executor_named(*given)
