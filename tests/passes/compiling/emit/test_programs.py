"""Whole programs in C and JavaScript: the samples, every layer and every loss, odd names, odd numbers, float32."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradviz.api.first_values import with_first_values
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.compile import job_for
from gradviz.syntax.parser import parse
from tests.passes.compiling.emit.foreign import RUNNERS, Case, evaluated

SAMPLES = sorted((Path(__file__).parents[4] / "samples").glob("*.grad"))
LARGEST = 20_000
"""Entries of a sample's largest input: of more, the text of the points alone would take a while."""

NETWORKS = {
    "dense": "f = sum(dense(x, 3, tanh))",
    "mlp": "f = sum(mlp(x, [3, 2], gelu))",
    "maxout": "f = sum(maxout(x, 3, 2))",
    "dropout": "f = sum(dropout(x, 0.25) * x)",
    "layer_norm": "f = sum(layer_norm(x) * x)",
    "batch_norm": "f = sum(batch_norm(x) * x)",
    "rnn": "f = sum(rnn(reshape(x, [2, 2, 3]), 2))",
    "lstm": "f = sum(lstm(reshape(x, [2, 2, 3]), 2))",
    "attention": "f = sum(attention(x) * x)",
    "causal": "f = sum(attention(reshape(x, [2, 2, 3]), causal=true))",
    "conv2d": "f = sum(conv2d(reshape(x, [1, 1, 4, 3]), 2, 3, stride=2, padding=1, activation=relu))",
    "max_pool": "f = sum(max_pool(reshape(x, [1, 4, 3]), 2) * 1.5)",
    "avg_pool": "f = sum(avg_pool(reshape(x, [1, 4, 3]), [2, 3]) ^ 2)",
    "flatten": "f = sum(flatten(reshape(x, [2, 2, 3])) ^ 2)",
    "embedding": "f = sum(embedding(c, 5, 2) ^ 2) + sum(x)",
    "mse": "f = mse(x, y)",
    "l1": "f = l1(x, y)",
    "smooth_l1": "f = smooth_l1(x, y, beta=0.5)",
    "huber": "f = huber(x, y, delta=0.3)",
    "gaussian_nll": "f = gaussian_nll(x, y, exp(x))",
    "cross_entropy": "f = cross_entropy(x, c, label_smoothing=0.1)",
    "nll": "f = nll(log_softmax(x), c)",
    "kl_div": "f = kl_div(log_softmax(x), softmax(y))",
    "hinge": "f = hinge(x, c)",
    "bce": "f = bce(sigmoid(x), sigmoid(y))",
    "bce_with_logits": "f = bce_with_logits(x, sigmoid(y))",
    "l1_penalty": "f = l1(x) + l2(y)",
    "nll_of": 'f = nll_of("laplace", y, x)',
}
"""Every layer and every loss, small."""
POINT = {
    "x": np.cos(1.7 * np.arange(12.0) ** 1.1 + 0.3).reshape(4, 3),
    "y": np.cos(2.3 * np.arange(12.0) ** 1.1 + 0.8).reshape(4, 3),
    "c": np.array([0.0, 2.0, 1.0, 2.0]),
}


def case_of(built: Built, dtype: Any = float) -> Case:
    """A built program at its own values; layers' are drawn, what has none gets positive numbers."""
    filled = with_first_values(built, 1)
    graph, names = filled.graph, filled.inputs
    shapes = {name: graph.nodes[graph.inputs[name]].shape for name in names}
    values = [filled.values[name] if name in filled.values else waves(shapes[name]) for name in names]
    by = [name for name in names if graph.differentiates(name)]
    return Case(job_for(graph, filled.output, names, by, np.dtype(dtype)), values)


def waves(shape: tuple[int, ...]) -> Any:
    return 1.2 + np.cos(1.7 * np.arange(float(np.prod(shape, dtype=int))) ** 1.1 + 0.3).reshape(shape)


def network(text: str, dtype: Any = float) -> Case:
    """A network at the point."""
    known = {name: value for name, value in POINT.items() if re.search(rf"\b{name}\b", text)}
    return case_of(build(parse(text, known=known), values=known), dtype)


def small(built: Built) -> bool:
    shapes = [node.shape for node in built.graph.nodes]
    return all(np.prod(shape, dtype=float) <= LARGEST for shape in shapes)


def agree(cases: dict[str, Case], answers: list[Any], tolerance: float = 1e-9) -> None:
    wrong = []
    for (name, case), (value, gradients) in zip(cases.items(), answers, strict=True):
        wanted = evaluated(case)
        for by, found, true in zip(("value", *case.job.wrt), (value, *gradients), wanted, strict=True):
            # Nested lists of nothing have no shape.
            shaped = np.reshape(found, np.shape(true)) if not np.size(true) else found
            close = np.shape(shaped) == np.shape(true) and np.allclose(
                shaped, true, tolerance, tolerance, equal_nan=True
            )
            if not close:
                wrong.append(f"{name}, {by}: {found}, not {true}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", RUNNERS)
def test_the_samples(language: str, tmp_path: Path) -> None:
    built = {path.stem: build(parse(path.read_text(encoding="utf-8"))) for path in SAMPLES}
    cases = {name: case_of(one) for name, one in built.items() if small(one)}
    assert len(cases) > 50
    agree(cases, RUNNERS[language](list(cases.values()), tmp_path))


@pytest.mark.parametrize("language", RUNNERS)
def test_every_layer_and_loss(language: str, tmp_path: Path) -> None:
    cases = {name: network(text) for name, text in NETWORKS.items()}
    agree(cases, RUNNERS[language](list(cases.values()), tmp_path))


OUTSIDE = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 1e-300, -1e-300, 1e300, -1e300, 800.0, -800.0, 2.5, -2.5)
"""Numbers at which functions leave their domain, overflow, or are told apart by a sign."""
UNSETTLED = {("loggamma", -np.inf)}
"""Where our own two ways differ: `math.lgamma` gives infinity, SciPy its negative."""


@pytest.mark.parametrize("language", RUNNERS)
def test_numbers_outside_the_domain(language: str, tmp_path: Path) -> None:
    """The kernels clamp and branch as ours do: NaN and infinity come out where `evaluate` has them."""
    cases = {}
    for name, op in OPS.items():
        if op.elementwise:
            arity = op.arity if isinstance(op.arity, int) else 2
            points = [point for point in itertools.product(OUTSIDE, repeat=arity)][:: 1 if arity < 3 else 41]
            shape = (len(points),)
            graph = Graph()
            inputs = [graph.input(f"x{i}", shape) for i in range(arity)]
            settings = dict(op.samples[0].attributes)
            job = job_for(graph, graph.apply(name, *inputs, **settings).id, None, [], np.dtype(float))
            cases[name] = Case(job, [np.array(column) for column in zip(*points, strict=True)])
    answers = RUNNERS[language](list(cases.values()), tmp_path)
    wrong = []
    for (name, case), (value, _) in zip(cases.items(), answers, strict=True):
        (true,) = evaluated(case)
        for point, found, wanted in zip(zip(*case.values, strict=True), value, true, strict=True):
            if (name, *point) not in UNSETTLED and not np.isclose(
                found, wanted, rtol=1e-9, atol=1e-300, equal_nan=True
            ):
                wrong.append(f"{name}{point}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)
