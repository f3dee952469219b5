"""Blocks of points: few buffers, answers written where they belong, no number of points that goes wrong."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.passes.compile import compile_graph, job_for
from gradviz.passes.compiling.emit.inplace.ufuncs import KEPT, block_of
from gradviz.passes.compiling.machine import blocks, points
from gradviz.passes.compiling.machine.blocks import LONGEST, SHORTEST, block_length
from gradviz.passes.compiling.machine.program import lower

FLOAT = np.dtype(float)


def block(g, output, dtype=FLOAT):
    job = job_for(g, output, None, None, dtype)
    return block_of(lower(job.plan, list(job.inputs.values()), KEPT), dtype)


def test_a_chain_needs_one_buffer_at_a_time():
    g = Graph()
    t = g.input("x")
    for _ in range(50):
        t = g.relu(t) - 1
    job = job_for(g, t.id, None, [], FLOAT)
    made = block_of(lower(job.plan, list(job.inputs.values()), KEPT), FLOAT)
    assert made.numbers <= 2
    assert made.masks == 0


def test_the_lectures_product_is_written_into_the_answers():
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    made = block(g, ((x + y) * z).id)
    assert made.numbers == 0
    assert made.source.splitlines()[1:3] == ["    add(x0, x1, o3)", "    multiply(o3, x2, o0)"]


def test_a_sine_and_a_cosine_are_taken_together(monkeypatch):
    g = Graph()
    f = g.sin(g.input("x")).id
    for fast, expected in ((True, "sincos("), (False, "cos(")):
        monkeypatch.setattr(points, "tangents_are_fast", lambda fast=fast: fast)
        source = block(g, f).source
        assert expected in source
        assert ("sincos" in source) is fast
    monkeypatch.setattr(points, "tangents_are_fast", lambda: True)
    assert "sincos" not in block(g, f, np.dtype(np.float32)).source  # NumPy's own are fast in single precision


@pytest.mark.parametrize("fast", [True, False])
def test_buffers_that_are_taken_again_lose_nothing(fast, monkeypatch):
    monkeypatch.setattr(points, "tangents_are_fast", lambda: fast)
    monkeypatch.setattr(blocks, "CACHE", 1)
    g = Graph()
    x, y = g.input("x"), g.input("y")
    t = x
    for name in ("sin", "cos", "sigmoid", "abs", "sech", "tanh"):
        t = g.where(t * y > x, g.apply(name, t * x), g.cos(t) + g.sin(y * t)) + g.sigmoid(t)
    f = compile_graph(g, t.id)
    a, b = np.random.default_rng(0).normal(size=(2, SHORTEST + 17))
    values, gradients = f.batch(a, b)
    for place in (*range(0, len(a), 97), len(a) - 1):
        value, slopes = f(float(a[place]), float(b[place]))
        np.testing.assert_allclose(
            [values[place], *[column[place] for column in gradients]], [value, *slopes], rtol=1e-9, atol=1e-12
        )


def test_lengths_of_blocks():
    lengths = [block_length(arrays, 8) for arrays in (0, 1, 20, 100, 10_000)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] == LONGEST
    assert lengths[-1] == SHORTEST
    assert block_length(50, 4) >= block_length(50, 8)


def test_answers_are_arrays_of_their_own():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    a = np.array([1.0, 2.0])
    for output in (x, x + y, g.exp(x + y), g.stop_gradient(x)):
        values, gradients = compile_graph(g, output.id).batch(a, 3.0)
        everything = [values, *gradients, a]
        assert not any(np.shares_memory(p, q) for i, p in enumerate(everything) for q in everything[:i])
        assert all(array.flags.writeable and array.flags.owndata for array in everything)
        assert all(array.shape == (2,) for array in everything)


def test_an_operation_that_is_called_as_the_row_has_it():
    g = Graph()
    f = compile_graph(g, g.loggamma(g.input("x") * 2).id)
    values, (slopes,) = f.batch(np.linspace(0.5, 3.0, 10))
    value, (slope,) = f(0.5)
    assert (values[0], slopes[0]) == pytest.approx((value, slope), rel=1e-12)
