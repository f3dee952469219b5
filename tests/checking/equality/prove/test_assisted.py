"""SymPy in a process of its own: what it proves, what it is not asked, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove import assisted, prove
from gradviz.checking.equality.prove.assisted import Worker, prove_assisted
from gradviz.checking.equality.prove.description import described, plain, read, rebuilt
from gradviz.checking.equality.prove.worker import answered, effort
from gradviz.graph.graph import Graph
from gradviz.ops.op import PI
from tests.checking.equality.prove.claims import claim

PROVED = [("sqrt(3+2*sqrt(2))", "1+sqrt(2)"), ("x^y*x^z", "x^(y+z)")]
REFUSED = [
    ("sin(x)^50", "cos(x)^50"),
    ("sin(37*x)", "cos(37*x)"),
    ("((x+y)^20+(x-z)^20)^20", "x"),
    ("gamma(10^9)", "x"),
    ("sign(x)^2", "1"),
    ("where(x > 0, 1, 0)", "where(x >= 0, 1, 0)"),
]


@pytest.mark.parametrize(("left", "right"), PROVED)
def test_what_sympy_shows_is_said_so(left: str, right: str) -> None:
    assert prove(claim(left, right)) == "by SymPy's simplify"


@pytest.mark.parametrize(("left", "right"), REFUSED)
def test_what_is_too_much_or_jumps_is_not_asked(left: str, right: str) -> None:
    assert not prove_assisted(claim(left, right))


def test_a_worker_serves_many_questions_and_ends_when_told() -> None:
    worker = Worker()
    good, bad = described(claim("sin(x)^2+cos(x)^2", "1")), described(claim("sqrt(x^2)", "x"))
    assert [worker.ask(good), worker.ask(bad), worker.ask(good)] == [True, False, True]
    process = worker.process
    assert process is not None
    worker.stop()
    assert process.poll() is not None
    assert worker.ask(good)
    worker.stop()


def test_a_worker_that_takes_too_long_is_killed_and_replaced() -> None:
    worker = Worker(seconds=0.0)
    good = described(claim("sin(x)^2+cos(x)^2", "1"))
    assert not worker.ask(good)
    assert worker.process is None
    assert worker.expired
    worker.seconds = assisted.SECONDS
    assert worker.ask(good)
    worker.stop()


def test_a_worker_that_died_is_replaced() -> None:
    worker = Worker()
    good = described(claim("sin(x)^2+cos(x)^2", "1"))
    assert worker.ask(good)
    assert worker.process is not None
    worker.process.kill()
    worker.process.wait()
    assert worker.ask(good)
    worker.stop()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks a process up in /proc")
def test_no_worker_outlives_its_process() -> None:
    source = (
        "import os, signal\n"
        "from gradviz.checking.equality.prove.assisted import _WORKER\n"
        "from gradviz.checking.equality.prove.description import described\n"
        "from gradviz.checking.claim import Claim\n"
        "from gradviz.graph.graph import Graph\n"
        "g = Graph()\n"
        "x = g.input('x')\n"
        "_WORKER.ask(described(Claim(g, x.id, (x * 1).id)))\n"
        "print(_WORKER.process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    for _ in range(200):
        if not _running(pid):
            break
        subprocess.run(["true"], check=True)
    assert not _running(pid)


def _running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def test_a_claim_survives_being_described() -> None:
    made = claim("softmax(x)*pi", "x[0]*[1, 2.5, -3]", "x : 3")
    data = json.loads(json.dumps(described(made)))
    graph, first, second = rebuilt(data)
    graph.verify()
    assert graph.nodes[first].shape == graph.nodes[second].shape == (3,)
    assert [node.op.name for node in graph.nodes].count("softmax") == 1


def test_fixed_inputs_are_described_by_their_value() -> None:
    made = claim("x^2", "2*x")
    fixed = Claim(made.graph, made.truth, made.answer, fixed={"x": Fraction(2)})
    graph, *_ = rebuilt(json.loads(json.dumps(described(fixed))))
    assert not graph.inputs
    assert prove_assisted(fixed)


@pytest.mark.parametrize("value", [None, True, 3, Fraction(-1, 3), "ij,j->i", (1, (None, 2)), 10**40])
def test_settings_survive(value: object) -> None:
    back = read(json.loads(json.dumps(plain(value))))
    assert back == value
    assert type(back) is type(value)


def test_named_constants_keep_their_name() -> None:
    assert read(json.loads(json.dumps(plain(PI)))) is PI


@pytest.mark.parametrize("line", ["", "null", "{}", "[1, 2]", '{"nodes": [["exec", "", [], [], []]], "sides": [0, 0]}'])
def test_what_is_no_claim_proves_nothing(line: str) -> None:
    assert answered(line) is False


def test_large_sides_are_not_asked() -> None:
    g = Graph()
    x = g.input("x", (5, 5))
    assert not prove_assisted(Claim(g, (x + x).id, (2 * x).id))


def test_effort_grows_with_powers_and_angles() -> None:
    import sympy as sp

    x = sp.Symbol("x", real=True)
    assert effort(sp.sin(x)) < effort(sp.sin(30 * x)) < effort(sp.sin(30 * x) ** 20)
