"""PyTorch as the witness of every loss: values and gradients, for every reduction and shape."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
F = torch.nn.functional

RNG = np.random.default_rng(7)
START = RNG.bit_generator.state
SHAPES: tuple[tuple[int, ...], ...] = ((), (4,), (3, 5), (2, 3, 4))
SCORES: tuple[tuple[int, ...], ...] = ((3,), (1,), (4, 3), (5, 1), (2, 3, 4), (2, 3, 2, 2))
REDUCTIONS = ("none", "mean", "sum", "batchmean")


@pytest.fixture(autouse=True)
def same_numbers_in_any_order() -> None:
    RNG.bit_generator.state = START


def normal(shape: tuple[int, ...]) -> np.ndarray:
    return RNG.normal(size=shape) * 2


def probabilities(shape: tuple[int, ...]) -> np.ndarray:
    return RNG.uniform(0.02, 0.98, size=shape)


def distribution(shape: tuple[int, ...]) -> np.ndarray:
    axis = min(len(shape), 2) - 1
    made = RNG.uniform(0.1, 1.0, size=shape)
    return made / made.sum(axis=axis, keepdims=True)


def classes(shape: tuple[int, ...]) -> np.ndarray:
    axis = min(len(shape), 2) - 1
    return RNG.integers(0, shape[axis], size=(*shape[:axis], *shape[axis + 1 :])).astype(float)


def log_softmax(shape: tuple[int, ...]) -> np.ndarray:
    return np.log(distribution(shape))


def signs(shape: tuple[int, ...]) -> np.ndarray:
    return RNG.choice([-1.0, 1.0], size=shape)


def filled(make: Any, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(make(shape or (1,))).reshape(shape)


Theirs = Callable[..., Any]
Run = Callable[..., Any]
NUMBERS: list[tuple[str, dict[str, Any], Theirs, Callable[..., Any], Callable[..., Any]]] = [
    ("mse", {}, F.mse_loss, normal, normal),
    ("l1", {}, F.l1_loss, normal, normal),
    ("smooth_l1", {}, F.smooth_l1_loss, normal, normal),
    ("smooth_l1", {"beta": 0.3}, F.smooth_l1_loss, normal, normal),
    ("smooth_l1", {"beta": 0}, F.smooth_l1_loss, normal, normal),
    ("huber", {}, F.huber_loss, normal, normal),
    ("huber", {"delta": 2.5}, F.huber_loss, normal, normal),
    ("bce", {}, F.binary_cross_entropy, probabilities, probabilities),
    ("bce_with_logits", {}, F.binary_cross_entropy_with_logits, normal, probabilities),
    ("kl_div", {}, F.kl_div, log_softmax, distribution),
    ("kl_div", {"log_target": True}, F.kl_div, log_softmax, log_softmax),
]
CLASSES: list[tuple[str, dict[str, Any], Theirs, Callable[..., Any], Callable[..., Any]]] = [
    ("cross_entropy", {}, F.cross_entropy, normal, classes),
    ("cross_entropy", {}, F.cross_entropy, normal, distribution),
    ("cross_entropy", {"label_smoothing": 0.1}, F.cross_entropy, normal, classes),
    ("cross_entropy", {"label_smoothing": 0.25}, F.cross_entropy, normal, distribution),
    ("nll", {}, F.nll_loss, log_softmax, classes),
]


def titles(row: tuple[Any, ...]) -> str:
    return f"{row[0]}{row[1] or ''}-{row[4].__name__}"


def reduced(theirs: Theirs, x: Any, t: Any, reduction: str, settings: dict[str, Any], samples: int) -> Any:
    """Theirs; batchmean, which most of theirs lack, is the sum over the samples."""
    if reduction == "batchmean":
        return theirs(x, t, reduction="sum", **settings) / samples
    return theirs(x, t, reduction=reduction, **settings)


def agree(
    value_and_gradients: Run, kind: str, settings: dict[str, Any], theirs: Theirs, operands: tuple[Any, Any], how: str
) -> None:
    x, t = operands
    wrt = (0,) if t.dtype == np.int64 else (0, 1)
    value, gradients = value_and_gradients(kind, x, t, wrt=wrt, reduction=how, **settings)
    ours = [value, *gradients.values()]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True)]
    tensors.append(torch.tensor(t) if t.dtype == np.int64 else torch.tensor(t, requires_grad=True))
    samples = x.shape[0] if x.ndim > 1 or (x.ndim == 1 and np.shape(t) == x.shape and kind != "cross_entropy") else 1
    result = reduced(theirs, *tensors, how, settings, samples)
    result.sum().backward()
    expected = [result.detach().numpy(), *(tensors[i].grad.numpy() for i in wrt)]
    for mine, witness in zip(ours, expected, strict=True):
        assert np.shape(mine) == witness.shape
        np.testing.assert_allclose(mine, witness, rtol=1e-10, atol=1e-12)


@pytest.mark.filterwarnings("ignore:reduction. .mean. divides the total loss")
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("row", NUMBERS, ids=titles)
def test_entry_by_entry(value_and_gradients: Run, row: Any, shape: tuple[int, ...], reduction: str) -> None:
    kind, settings, theirs, first, second = row
    agree(value_and_gradients, kind, settings, theirs, (filled(first, shape), filled(second, shape)), reduction)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", SCORES, ids=str)
@pytest.mark.parametrize("row", CLASSES, ids=titles)
def test_sample_by_sample(value_and_gradients: Run, row: Any, shape: tuple[int, ...], reduction: str) -> None:
    kind, settings, theirs, first, second = row
    target = second(shape)
    operands = first(shape), target.astype(np.int64) if second is classes else target
    agree(value_and_gradients, kind, settings, theirs, operands, reduction)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("shape", [(3,), (4, 3), (5, 2)], ids=str)
def test_multiclass_hinge_is_torchs_times_the_classes(
    value_and_gradients: Run, shape: tuple[int, ...], reduction: str
) -> None:
    x, t = normal(shape), classes(shape)
    value, gradients = value_and_gradients("hinge", x, t, reduction=reduction)
    theirs = torch.tensor(x, requires_grad=True)
    result = F.multi_margin_loss(theirs, torch.tensor(t.astype(np.int64)), reduction=reduction) * shape[-1]
    result.sum().backward()
    np.testing.assert_allclose(value, result.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(gradients[0], theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_hinge_of_signs_is_written_out(value_and_gradients: Run) -> None:
    x, t = normal((3, 4)), signs((3, 4))
    value, gradients = value_and_gradients("hinge", x, t)
    np.testing.assert_allclose(value, np.maximum(0, 1 - t * x).mean(), rtol=1e-12)
    np.testing.assert_allclose(gradients[0], -t * (t * x < 1) / 12, rtol=1e-12)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("variance", [(4, 3), (4, 1), (4,)], ids=str)
def test_gaussian_nll(value_and_gradients: Run, variance: tuple[int, ...], reduction: str, full: bool) -> None:
    operands = normal((4, 3)), normal((4, 3)), RNG.uniform(0.2, 3.0, size=variance)
    operands[2].flat[0] = 1e-9  # lifted to epsilon, and its gradient as if it were not
    ours, gradients = value_and_gradients("gaussian_nll", *operands, wrt=(0, 1, 2), reduction=reduction, full=full)
    tensors = [torch.tensor(x, requires_grad=True) for x in operands]
    result = F.gaussian_nll_loss(tensors[0], tensors[1], tensors[2], full=full, reduction=reduction)
    result.sum().backward()
    np.testing.assert_allclose(ours, result.detach().numpy(), rtol=1e-10)
    for i, tensor in enumerate(tensors):
        np.testing.assert_allclose(gradients[i], tensor.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_bce_at_the_ends_has_torchs_values_and_no_gradient_where_it_is_cut(value_and_gradients: Run) -> None:
    p, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    value, gradients = value_and_gradients("bce", p, t, reduction="none")
    np.testing.assert_array_equal(value, F.binary_cross_entropy(torch.tensor(p), torch.tensor(t), reduction="none"))
    np.testing.assert_array_equal(value, [100, 100, 0, 0])
    np.testing.assert_array_equal(gradients[0], [0, 0, 1, -1])


@pytest.mark.parametrize("size", [30.0, 1000.0])
def test_extreme_logits(value_and_gradients: Run, size: float) -> None:
    z = np.array([[size, -size, 0.0], [-size, size, 0.0]])
    for t in (np.array([1, 2]), np.array([0, 1])):
        agree(value_and_gradients, "cross_entropy", {}, F.cross_entropy, (z, t), "mean")
    for t in (np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 1.0]]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])):
        agree(value_and_gradients, "bce_with_logits", {}, F.binary_cross_entropy_with_logits, (z, t), "mean")


@pytest.mark.filterwarnings("ignore:size_average and reduce args will be deprecated")
@pytest.mark.parametrize("reduce", [None, True, False])
@pytest.mark.parametrize("size_average", [None, True, False])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_deprecated_arguments_mean_what_they_meant(
    value_and_gradients: Run, size_average: Any, reduce: Any, reduction: str
) -> None:
    x, t = normal((3, 5)), normal((3, 5))
    value, _ = value_and_gradients("mse", x, t, size_average=size_average, reduce=reduce, reduction=reduction)
    theirs = F.mse_loss(torch.tensor(x), torch.tensor(t), size_average, reduce, reduction)
    np.testing.assert_allclose(value, theirs.numpy(), rtol=1e-12)


LIKELIHOODS: list[tuple[str, Theirs, tuple[Callable[..., Any], ...], Callable[..., Any]]] = [
    ("normal", lambda m: torch.distributions.Normal(m, 1.0), (normal,), normal),
    ("normal", lambda m, v: torch.distributions.Normal(m, v.sqrt()), (normal, probabilities), normal),
    ("bernoulli", torch.distributions.Bernoulli, (probabilities,), lambda s: np.round(probabilities(s))),
    ("laplace", lambda m: torch.distributions.Laplace(m, 1.0), (normal,), normal),
    ("laplace", torch.distributions.Laplace, (normal, probabilities), normal),
    ("poisson", torch.distributions.Poisson, (probabilities,), lambda s: np.floor(5 * probabilities(s))),
    ("categorical", torch.distributions.Categorical, (distribution,), classes),
]


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("shape", [(4,), (3, 5)], ids=str)
@pytest.mark.parametrize("row", LIKELIHOODS, ids=lambda row: f"{row[0]}-{len(row[2])}")
def test_the_cost_is_the_log_probability(
    value_and_gradients: Run, row: Any, shape: tuple[int, ...], reduction: str
) -> None:
    name, theirs, makers, target = row
    y, theta = target(shape), [make(shape) for make in makers]
    places = tuple(range(1, len(theta) + 1))
    value, gradients = value_and_gradients("nll_of", y, *theta, wrt=places, distribution=name, reduction=reduction)
    tensors = [torch.tensor(x, requires_grad=True) for x in theta]
    terms = -theirs(*tensors).log_prob(torch.tensor(y))
    result = {"none": terms, "mean": terms.mean(), "sum": terms.sum()}[reduction]
    result.sum().backward()
    np.testing.assert_allclose(value, result.detach().numpy(), rtol=1e-10)
    for i, tensor in enumerate(tensors):
        grad = tensor.grad.numpy()
        if name == "categorical":  # theirs divides by the sum first
            weights = 1.0 if reduction != "mean" else 1.0 / (shape[0] if len(shape) > 1 else 1)
            grad = grad - weights
        np.testing.assert_allclose(gradients[places[i]], grad, rtol=1e-9, atol=1e-11)
