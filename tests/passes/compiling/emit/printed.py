"""Running printed programs, and what they should give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradviz.api.inputs import built_at
from gradviz.graph.graph import Graph
from gradviz.ops.op import Op, Sample
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.evaluate import evaluate

WITNESSED = {
    "circuit": "q = x + y; f = q*z; x = -2; y = 5; z = -4",
    "sigmoid": "f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2))); w0 = 2; x0 = -1; w1 = -3; x1 = -2; w2 = -3",
    "softmax": "W : 3 x 2; x : 2; p = softmax(W@x); f = -log(p[1])",
    "network": "X : 4 x 2; y : 4 x 1; h = dense(X, 3, tanh); o = dense(h, 1, sigmoid); f = bce(o, sigmoid(y))",
    "matrices": "A : 4 x 4; b : 4; f = logdet(A@A.T + eye(4)) + sum(solve(A@A.T + eye(4), b)) + det(A)",
    "shapes": "A : 3 x 4; f = sum(cumsum(A, axis=0)*A) + prod(A[0]) + max(A) + norm(A)",
}


def function_of(text: str) -> Callable[..., Any]:
    """A printed program's function, from a namespace with nothing else in it."""
    space: dict[str, Any] = {"__name__": "program"}
    exec(compile(text, "program.py", "exec"), space)
    made: Callable[..., Any] = space["value_and_gradients"]
    return made


def job_of(op: Op, sample: Sample) -> tuple[Job, list[Any]]:
    graph = Graph()
    values = [np.asarray(value, dtype=float) for value in sample.operands]
    terms = [graph.input(f"x{i}", value.shape) for i, value in enumerate(values)]
    output = graph.name(graph.apply(op.name, *terms, **dict(sample.attributes)), "y")
    return job_for(graph, output.id, None, None, np.dtype(float)), values


def wanted(job: Job, values: Sequence[Any]) -> list[Any]:
    return evaluate(job.back.graph, dict(zip(job.inputs, values, strict=True)), job.targets)


def agree(found: tuple[Any, tuple[Any, ...]], expected: Sequence[Any]) -> None:
    value, gradients = found
    for one, other in zip((value, *gradients), expected, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(np.asarray(one), other, rtol=1e-9, atol=1e-11)


def at_a_point(text: str, dtype: str = "float64") -> tuple[Job, list[Any]]:
    """A program with values for all inputs, and its job."""
    built = built_at(text, None, None, seed=1)
    job = job_for(built.graph, built.output, built.inputs, None, np.dtype(dtype))
    return job, [np.asarray(built.values[name], dtype=float) for name in job.inputs]
