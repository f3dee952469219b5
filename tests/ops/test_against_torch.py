"""PyTorch as an independent witness: values and gradients of rows whose definitions are conventions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
nn = torch.nn.functional

POINTS = np.array([[-2.5, -0.7, 0.3, 1.2], [4.0, -4.5, 0.05, -0.05]])
POSITIVE = np.abs(POINTS) + 0.1
SQUARE = np.array([[2.0, 0.3, -0.1], [0.4, 1.5, 0.2], [-0.3, 0.1, 1.1]])

ROWS: list[tuple[str, dict[str, Any], Callable[..., Any], tuple[np.ndarray, ...]]] = [
    ("sigmoid", {}, torch.sigmoid, (POINTS,)),
    ("tanh", {}, torch.tanh, (POINTS,)),
    ("relu", {}, torch.relu, (POINTS,)),
    ("leaky_relu", {}, nn.leaky_relu, (POINTS,)),
    ("elu", {}, nn.elu, (POINTS,)),
    ("selu", {}, nn.selu, (POINTS,)),
    ("gelu", {}, nn.gelu, (POINTS,)),
    ("gelu_tanh", {}, lambda x: nn.gelu(x, approximate="tanh"), (POINTS,)),
    ("softplus", {}, nn.softplus, (POINTS,)),
    ("silu", {}, nn.silu, (POINTS,)),
    ("mish", {}, nn.mish, (POINTS,)),
    ("hard_sigmoid", {}, nn.hardsigmoid, (POINTS,)),
    ("softmax", {"axis": -1}, lambda x: torch.softmax(x, -1), (POINTS,)),
    ("softmax", {"axis": 0}, lambda x: torch.softmax(x, 0), (POINTS,)),
    ("log_softmax", {"axis": -1}, lambda x: torch.log_softmax(x, -1), (POINTS,)),
    ("logsumexp", {"axis": -1}, lambda x: torch.logsumexp(x, -1), (POINTS,)),
    ("logaddexp", {}, torch.logaddexp, (POINTS, POINTS[::-1].copy())),
    ("hypot", {}, torch.hypot, (POINTS, POINTS[::-1].copy())),
    ("atan2", {}, torch.atan2, (POINTS, POINTS[::-1].copy())),
    ("erf", {}, torch.erf, (POINTS,)),
    ("erfc", {}, torch.erfc, (POINTS,)),
    ("loggamma", {}, torch.lgamma, (POSITIVE,)),
    ("digamma", {}, torch.digamma, (POSITIVE,)),
    ("log1p", {}, torch.log1p, (POSITIVE,)),
    ("expm1", {}, torch.expm1, (POINTS,)),
    ("det", {}, torch.linalg.det, (SQUARE,)),
    ("logdet", {}, torch.logdet, (SQUARE,)),
    ("inv", {}, torch.linalg.inv, (SQUARE,)),
    ("solve", {}, torch.linalg.solve, (SQUARE, SQUARE[:, :2].copy())),
    ("matmul", {}, torch.matmul, (POINTS, POINTS.T.copy())),
    ("trace", {}, torch.trace, (SQUARE,)),
    ("norm", {}, torch.linalg.matrix_norm, (SQUARE,)),
    ("norm", {"ord": 2}, lambda x: torch.linalg.matrix_norm(x, 2), (SQUARE,)),
    ("cumsum", {"axis": 1}, lambda x: torch.cumsum(x, 1), (POINTS,)),
    ("prod", {"axis": 1}, lambda x: torch.prod(x, 1), (POINTS,)),
    ("var", {"axis": 1}, lambda x: torch.var(x, 1, correction=0), (POINTS,)),
    ("einsum", {"equation": "ij,kj->ik"}, lambda a, b: torch.einsum("ij,kj->ik", a, b), (POINTS, POINTS)),
]


@pytest.mark.parametrize(("name", "settings", "theirs", "points"), ROWS, ids=[f"{r[0]}{r[1] or ''}" for r in ROWS])
def test_value_and_gradient_agree_with_torch(
    name: str, settings: dict[str, Any], theirs: Callable[..., Any], points: tuple[np.ndarray, ...]
) -> None:
    graph = Graph()
    inputs = [graph.input(f"x{i}", point.shape) for i, point in enumerate(points)]
    output = graph.apply(name, *inputs, **settings)
    upstream = np.cos(np.arange(float(np.prod(output.shape)))).reshape(output.shape)
    back = differentiate(graph, output.id, upstream=upstream)
    wanted = [output.id, *(back.gradients[term.id] for term in inputs)]
    ours = evaluate(back.graph, {f"x{i}": point for i, point in enumerate(points)}, wanted)

    tensors = [torch.tensor(point, dtype=torch.float64, requires_grad=True) for point in points]
    result = theirs(*tensors)
    result.backward(torch.tensor(upstream))
    expected = [result.detach().numpy(), *(tensor.grad.numpy() for tensor in tensors)]
    for value, witness in zip(ours, expected, strict=True):
        # Their hardsigmoid holds 1/6 in single precision.
        np.testing.assert_allclose(value, witness, rtol=5e-8 if name == "hard_sigmoid" else 1e-9, atol=1e-11)
