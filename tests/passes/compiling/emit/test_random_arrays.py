"""Random graphs of arrays in C and JavaScript: views of views, broadcasts, reductions, one after another."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph, Term
from gradviz.passes.compile import job_for
from tests.passes.compiling.emit.foreign import RUNNERS, Case
from tests.passes.compiling.emit.test_programs import agree, waves

INPUTS = {"x": (2, 3), "w": (3, 2), "v": (3,), "s": (), "B": (2, 1, 3)}
WHOLE = ("slice", None, None, None)
MOST = 200
"""Entries of an array that is built upon further."""

STEPS: Mapping[str, Callable[[Graph, Term, Term, random.Random], Term]] = {
    "add": lambda g, a, b, r: a + b,
    "mul": lambda g, a, b, r: a * g.tanh(b),
    "matmul": lambda g, a, b, r: g.tanh(a @ b),
    "transpose": lambda g, a, b, r: g.transpose(a),
    "order": lambda g, a, b, r: g.transpose(a, axes=tuple(r.sample(range(len(a.shape)), len(a.shape)))),
    "flip": lambda g, a, b, r: g.flip(a, axis=r.randrange(len(a.shape) or 1)),
    "flat": lambda g, a, b, r: g.reshape(a, shape=(-1,)),
    "split": lambda g, a, b, r: g.reshape(a, shape=(r.choice((1, 2, 3)), -1, r.choice((1, 2, 3)))),
    "every other": lambda g, a, b, r: g.index(a, items=(("slice", r.choice((None, 1)), None, r.choice((2, -1))),)),
    "last": lambda g, a, b, r: g.index(a, items=(WHOLE, -1)),
    "wide": lambda g, a, b, r: g.broadcast_to(a, shape=(2, *a.shape)),
    "sum": lambda g, a, b, r: g.sum(a, axis=r.randrange(-1, 1), keepdims=r.random() < 0.5),
    "mean": lambda g, a, b, r: g.mean(a, axis=-1),
    "max": lambda g, a, b, r: g.max(a, axis=0),
    "softmax": lambda g, a, b, r: g.softmax(a, axis=r.randrange(-1, 1)),
    "cumsum": lambda g, a, b, r: g.cumsum(a, axis=0),
    "norm": lambda g, a, b, r: a / (g.norm(a) + 1),
    "concat": lambda g, a, b, r: g.concat(a, b, axis=r.randrange(-1, 1)),
    "stack": lambda g, a, b, r: g.stack(a, a * 2, axis=r.randrange(-1, 1)),
    "windows": lambda g, a, b, r: g.windows(a, size=2, stride=1),
    "outer": lambda g, a, b, r: g.sin(g.outer(a, b)),
}


def random_case(seed: int) -> Case:
    """A graph of ten steps that fit, each on two of the last six terms; its output may be an array."""
    draw = random.Random(seed)
    graph = Graph()
    terms = [graph.input(name, shape) for name, shape in INPUTS.items()]
    done = 0
    while done < 10:
        a, b = draw.choice(terms[-6:]), draw.choice(terms)
        try:
            made = STEPS[draw.choice(list(STEPS))](graph, a, b, draw)
        except ShapeError:
            continue
        if 0 < np.prod(made.shape, dtype=int) <= MOST:
            terms.append(made)
            done += 1
    job = job_for(graph, terms[-1].id, list(INPUTS), None, np.dtype(float))
    return Case(job, [waves(shape) - 0.4 * i for i, shape in enumerate(INPUTS.values())])


@pytest.mark.parametrize("language", RUNNERS)
def test_random_graphs(language: str, tmp_path: Path) -> None:
    cases = {f"seed {seed}": random_case(seed) for seed in range(60)}
    agree(cases, RUNNERS[language](list(cases.values()), tmp_path))
