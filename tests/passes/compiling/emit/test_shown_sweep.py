"""Printed programs give gradviz's numbers: every row, layer and sample, in every language written as Python is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.networks.table import BLOCKS
from gradviz.ops.op import Op
from gradviz.ops.table import OPS
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.table import LANGUAGES
from tests.passes.compiling.emit.printed import WITNESSED, agree, at_a_point, function_of, job_of, wanted

SAMPLES = sorted((Path(__file__).parents[4] / "samples").glob("*.grad"))
ROWS = [op for op in OPS.values() if op.samples]
FIRST = {"activations", "arithmetic", "shaping"}
"""Families that are compiled by JAX in every run: it takes seconds for each."""
FAMILIES = [
    family if family in FIRST else pytest.param(family, marks=pytest.mark.slow)
    for family in sorted({op.family for op in ROWS})
]


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_in_numpy(op: Op) -> None:
    for sample in op.samples:
        job, values = job_of(op, sample)
        agree(function_of(LANGUAGES["numpy"].write(job))(*values), wanted(job, values))


@pytest.mark.parametrize("op", [op for op in ROWS if op.elementwise], ids=lambda op: op.name)
def test_every_row_for_numbers_in_plain_python(op: Op) -> None:
    """Inside the domain: outside it, Python raises its own errors."""
    for sample in op.samples:
        if any(np.ndim(operand) for operand in sample.operands):
            continue
        job, values = job_of(op, sample)
        expected = wanted(job, values)
        if np.isfinite(expected).all():
            text = LANGUAGES["python"].write(job)
            assert op.name in ("digamma", "polygamma", "gamma", "loggamma") or "numpy" not in text
            agree(function_of(text)(*map(float, values)), expected)


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_in_torch(op: Op, torch: Any) -> None:
    for sample in op.samples:
        job, values = job_of(op, sample)
        text = LANGUAGES["torch"].write(job)
        assert "numpy" not in text
        with torch.no_grad():
            agree(function_of(text)(*values), wanted(job, values))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_in_jax_in_one_compiled_program(family: str, jax: Any) -> None:
    """A sum over the rows' first samples, under `jax.jit`: nothing looks at a value, nothing is written into."""
    graph, values = Graph(), list[Any]()
    total = graph.constant(0.0)
    for op in ROWS:
        if op.family == family:
            arrays = [np.asarray(value, dtype=float) for value in op.samples[0].operands]
            terms = [graph.input(f"{op.name}_{i}", array.shape) for i, array in enumerate(arrays)]
            total = total + graph.sum(graph.apply(op.name, *terms, **dict(op.samples[0].attributes)))
            values += arrays
    job = job_for(graph, graph.name(total, "f").id, None, None, np.dtype(float))
    agree(jax.jit(function_of(LANGUAGES["jax"].write(job)))(*values), wanted(job, values))


@pytest.mark.slow
@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_sample_in_jax(op: Op, jax: Any) -> None:
    for sample in op.samples:
        job, values = job_of(op, sample)
        agree(function_of(LANGUAGES["jax"].write(job))(*values), wanted(job, values))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_in_numpy_and_torch(path: Path, torch: Any) -> None:
    job, values = at_a_point(path.read_text(encoding="utf-8"))
    for language in ("numpy", "torch"):
        agree(function_of(LANGUAGES[language].write(job))(*values), wanted(job, values))


LAYERS = {
    "dense": "dense(X, 3, tanh)",
    "mlp": "mlp(X, [3, 2], relu)",
    "maxout": "maxout(X, 3, 2)",
    "dropout": "dropout(X, 0.5)",
    "conv2d": "conv2d(I, 2, 3, padding=1)",
    "max_pool": "max_pool(I, 2)",
    "avg_pool": "avg_pool(I, 2)",
    "flatten": "flatten(I)",
    "embedding": "embedding(k, 3, 2)",
    "layer_norm": "layer_norm(X)",
    "batch_norm": "batch_norm(X)",
    "rnn": "rnn(S, 3)",
    "lstm": "lstm(S, 3)",
    "attention": "attention(S)",
    "mse": "mse(X, Y)",
    "l1": "l1(X, Y)",
    "smooth_l1": "smooth_l1(X, Y)",
    "huber": "huber(X, Y)",
    "gaussian_nll": "gaussian_nll(X, Y, exp(Y))",
    "cross_entropy": "cross_entropy(X, k)",
    "nll": "nll(X, k)",
    "kl_div": "kl_div(log_softmax(X), softmax(Y))",
    "hinge": "hinge(X, sign(Y))",
    "bce": "bce(sigmoid(X), sigmoid(Y))",
    "bce_with_logits": "bce_with_logits(X, sigmoid(Y))",
    "l1_penalty": "l1_penalty(X)",
    "l2": "l2(X)",
    "nll_of": 'nll_of("normal", X, Y)',
}
"""One of each layer and loss, on arrays X and Y, images I, sequences S and class numbers k."""
GIVEN = "X : 4 x 3; Y : 4 x 3; I : 2 x 1 x 4 x 4; S : 2 x 3 x 2; k = [0, 2, 1, 1]"


def test_no_layer_is_forgotten() -> None:
    assert set(LAYERS) == set(BLOCKS)


@pytest.mark.parametrize("text", LAYERS.values(), ids=LAYERS.keys())
def test_every_layer_and_loss_in_numpy_and_torch(text: str, torch: Any) -> None:
    job, values = at_a_point(f"{GIVEN}; out = {text}; f = sum(out^2)")
    for language in ("numpy", "torch"):
        agree(function_of(LANGUAGES[language].write(job))(*values), wanted(job, values))


@pytest.mark.slow
@pytest.mark.parametrize("text", LAYERS.values(), ids=LAYERS.keys())
def test_every_layer_and_loss_in_jax(text: str, jax: Any) -> None:
    job, values = at_a_point(f"{GIVEN}; out = {text}; f = sum(out^2)")
    agree(jax.jit(function_of(LANGUAGES["jax"].write(job)))(*values), wanted(job, values))


JAX_TOO = ("attention", "convolution", "embedding", "lstm", "normalisation", "two_layer")
NETWORKS = [
    path if path.stem in ("lstm", "two_layer") else pytest.param(path, marks=pytest.mark.slow)
    for path in SAMPLES
    if path.stem in JAX_TOO
]


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_networks_in_jax_and_by_its_own_gradients(path: Path, jax: Any) -> None:
    """The value is differentiated by JAX too: an independent witness of our gradients."""
    job, values = at_a_point(path.read_text(encoding="utf-8"))
    function = jax.jit(function_of(LANGUAGES["jax"].write(job)))
    agree(function(*values), wanted(job, values))
    if job.back.graph.nodes[job.back.output].shape == ():
        theirs = jax.jit(jax.grad(lambda *xs: function(*xs)[0], argnums=tuple(range(len(values)))))(*values)
        agree((0.0, theirs), [0.0, *wanted(job, values)[1:]])


@pytest.mark.parametrize("text", WITNESSED.values(), ids=WITNESSED.keys())
def test_autograd_agrees_with_the_gradients_of_the_printed_value(text: str, torch: Any) -> None:
    job, values = at_a_point(text)
    tensors = [torch.tensor(value, requires_grad=True) for value in values]
    value, ours = function_of(LANGUAGES["torch"].write(job))(*tensors)
    theirs = torch.autograd.grad(value, tensors, allow_unused=True)
    detached = [np.zeros(t.shape) if g is None else g.numpy() for g, t in zip(theirs, tensors, strict=True)]
    agree((0.0, tuple(one.detach() for one in map(torch.as_tensor, ours))), [0.0, *detached])
