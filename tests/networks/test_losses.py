"""Losses without PyTorch: shapes, settings, warnings, and what must hold for all numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradviz.errors import OptionProblem, ShapeError, UserError
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite
from gradviz.networks.losses import LIKELIHOODS, LOSSES, PENALTIES
from gradviz.networks.losses.distributions import DISTRIBUTIONS
from gradviz.networks.table import BLOCKS
from gradviz.passes.evaluate import evaluate

Build = Callable[..., Any]
NUMBERS = arrays(np.float64, (3, 4), elements=st.floats(-50, 50))


def value(kind: str, *operands: Any, **settings: Any) -> Any:
    site = GraphSite(Graph())
    terms = [site.graph.input(f"x{i}", np.shape(x)) for i, x in enumerate(operands)]
    made = site.block(kind, *terms, **settings)
    point = {f"x{i}": np.asarray(x, dtype=float) for i, x in enumerate(operands)}
    return evaluate(site.graph, point, [made.id])[0]


def test_the_rows_stand_in_the_table() -> None:
    for row in (*LOSSES, *PENALTIES, *LIKELIHOODS):
        assert BLOCKS[row.name] is row
        assert row.source
        assert row.title
        assert row.doc.endswith(".")


@given(NUMBERS, st.integers(0, 3), st.floats(-100, 100))
def test_cross_entropy_does_not_change_when_logits_are_shifted(z: Any, label: int, by: float) -> None:
    t = np.full(3, label)
    np.testing.assert_allclose(value("cross_entropy", z + by, t), value("cross_entropy", z, t), atol=1e-9)


@given(NUMBERS, NUMBERS)
def test_a_divergence_is_never_negative(a: Any, b: Any) -> None:
    log_q = a - np.logaddexp.reduce(a, axis=1, keepdims=True)
    log_p = b - np.logaddexp.reduce(b, axis=1, keepdims=True)
    assert value("kl_div", log_q, np.exp(log_p), reduction="batchmean") >= -1e-9
    assert value("kl_div", log_q, log_p, reduction="batchmean", log_target=True) >= -1e-9


@given(NUMBERS, NUMBERS)
def test_huber_lies_below_the_square_and_the_line(x: Any, t: Any) -> None:
    huber = value("huber", x, t, reduction="none")
    assert np.all(huber <= value("mse", x, t, reduction="none") / 2 + 1e-9)
    assert np.all(huber <= value("l1", x, t, reduction="none") + 1e-9)
    assert np.all(huber >= 0)


@given(NUMBERS, NUMBERS, st.floats(0.1, 5))
def test_huber_is_smooth_l1_times_its_limit(x: Any, t: Any, limit: float) -> None:
    huber = value("huber", x, t, delta=limit)
    np.testing.assert_allclose(huber, limit * value("smooth_l1", x, t, beta=limit), rtol=1e-9, atol=1e-12)


@given(NUMBERS, arrays(np.float64, (3, 4), elements=st.sampled_from([0.0, 1.0])))
def test_binary_cross_entropy_is_that_of_two_classes(z: Any, t: Any) -> None:
    two = np.stack([np.zeros_like(z), z], axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(value("bce_with_logits", z, t), value("cross_entropy", two, t.reshape(-1)), atol=1e-9)


@given(NUMBERS, NUMBERS)
def test_a_normal_likelihood_is_half_the_squared_error(y: Any, mean: Any) -> None:
    constant = 0.5 * np.log(2 * np.pi)
    found = value("nll_of", y, mean, distribution="normal")
    np.testing.assert_allclose(found, value("mse", mean, y) / 2 + constant, rtol=1e-12)
    np.testing.assert_allclose(
        found, value("gaussian_nll", mean, y, np.ones_like(y), full=True, reduction="mean"), rtol=1e-12
    )


@given(NUMBERS)
def test_the_reductions_belong_together(x: Any) -> None:
    each = value("mse", x, np.zeros_like(x), reduction="none")
    np.testing.assert_allclose(value("mse", x, np.zeros_like(x)), each.mean(), rtol=1e-12)
    np.testing.assert_allclose(value("mse", x, np.zeros_like(x), reduction="sum"), each.sum(), rtol=1e-12)
    rows = each.sum(axis=1).mean()
    np.testing.assert_allclose(value("mse", x, np.zeros_like(x), reduction="batchmean"), rows, rtol=1e-12)


def test_penalties_sum_over_all_weights(value_and_gradients: Build) -> None:
    w = np.array([[1.0, -2.0], [0.0, 3.0]])
    found, gradients = value_and_gradients("l2", w)
    assert found == 14
    assert gradients[0].tolist() == (2 * w).tolist()
    found, gradients = value_and_gradients("l1_penalty", w)
    assert found == 6
    assert gradients[0].tolist() == np.sign(w).tolist()


MISFITS: list[tuple[str, tuple[tuple[int, ...], ...], dict[str, Any], str]] = [
    ("mse", ((5, 1), (5,)), {}, "both hold the same entries: write reshape(target, [5, 1])"),
    ("l1", ((3,), (4,)), {}, "give a target of shape 3"),
    ("huber", ((3,), (3,)), {"delta": 0}, "write delta=1"),
    ("smooth_l1", ((3,), (3,)), {"beta": -1}, "write beta=1"),
    ("mse", ((3,), (3,)), {"reduction": "average"}, 'write reduction="mean", "sum", "none" or "batchmean"'),
    ("mse", ((0, 3), (0, 3)), {}, "give some samples"),
    ("cross_entropy", ((), ()), {}, "give C numbers, or N×C of them"),
    ("cross_entropy", ((4, 3), (4, 1)), {}, "class numbers stand in a vector of 4: write reshape(target, [4])"),
    ("cross_entropy", ((4, 3), (3,)), {}, "give a vector of 4 of class numbers, or a 4×3 matrix of probabilities"),
    ("cross_entropy", ((4, 3), (4,)), {"label_smoothing": 2}, "write label_smoothing=0.1"),
    ("nll", ((4, 3), (4, 3)), {}, "give a vector of 4 of class numbers; distributions go with cross_entropy"),
    ("gaussian_nll", ((4, 3), (4, 3), (3,)), {}, "give one number, or shape 4×3 or 4×1"),
    ("nll_of", ((4,), (4,), (4,)), {"distribution": "poisson"}, 'write nll_of("poisson", y, rate)'),
    ("nll_of", ((4,), (4,)), {"distribution": "cauchy"}, f"there are: {', '.join(DISTRIBUTIONS)}"),
    ("nll_of", ((4,), (4,)), {"distribution": "poison"}, "did you mean 'poisson'?"),
]


@pytest.mark.parametrize(("kind", "shapes", "settings", "hint"), MISFITS)
def test_what_does_not_fit_is_refused_with_what_to_do(kind: str, shapes: Any, settings: Any, hint: str) -> None:
    with pytest.raises((ShapeError, OptionProblem)) as caught:
        value(kind, *map(np.zeros, shapes), **settings)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("kind", [row.name for row in LOSSES if row.arity == 2])
def test_a_column_against_a_vector_is_always_an_error(kind: str) -> None:
    with pytest.raises(UserError):
        value(kind, np.zeros((5, 1)), np.zeros((1, 5)))


def noted(kind: str, make: Callable[[GraphSite], Any], target: tuple[int, ...], **settings: Any) -> list[str]:
    site = GraphSite(Graph())
    site.block(kind, make(site), site.graph.input("t", target), **settings)
    return site.notes


WARNED: list[tuple[str, Callable[[GraphSite], Any], tuple[int, ...]]] = [
    ("cross_entropy", lambda s: s.softmax(s.graph.input("z", (4, 3))), (4,)),
    ("cross_entropy", lambda s: s.log_softmax(s.graph.input("z", (4, 3))), (4,)),
    ("cross_entropy", lambda s: s.sigmoid(s.graph.input("z", (4, 3))), (4,)),
    ("nll", lambda s: s.softmax(s.graph.input("z", (4, 3))), (4,)),
    ("nll", lambda s: s.relu(s.graph.input("z", (4, 3))), (4,)),
    ("bce_with_logits", lambda s: s.sigmoid(s.graph.input("z", (4,))), (4,)),
    ("bce_with_logits", lambda s: s.softmax(s.graph.input("z", (4,))), (4,)),
    ("kl_div", lambda s: s.log_softmax(s.graph.input("z", (4, 3))), (4, 3)),
    ("mse", lambda s: s.graph.input("z", (4, 3)), ()),
]
QUIET: list[tuple[str, Callable[[GraphSite], Any], tuple[int, ...]]] = [
    ("cross_entropy", lambda s: s.graph.input("z", (4, 3)), (4,)),
    ("nll", lambda s: s.log_softmax(s.graph.input("z", (4, 3))), (4,)),
    ("nll", lambda s: s.log(s.softmax(s.graph.input("z", (4, 3)))), (4,)),
    ("bce", lambda s: s.sigmoid(s.graph.input("z", (4,))), (4,)),
    ("mse", lambda s: s.softmax(s.graph.input("z", (4, 3))), (4, 3)),
]


def test_warnings_read_well(golden: Callable[[str, str], None]) -> None:
    said = [f"{kind}: {text}" for kind, make, target in WARNED for text in noted(kind, make, target)]
    said += noted("mse", lambda s: s.graph.input("z", (3,)), (3,), size_average=False)
    said += noted("mse", lambda s: s.graph.input("z", (3,)), (3,), size_average=True, reduce=False)
    golden("errors/loss_warnings.txt", "\n".join(said) + "\n")


@pytest.mark.parametrize(("kind", "make", "target"), WARNED)
def test_each_of_them_is_one_note(kind: str, make: Any, target: Any) -> None:
    assert len(noted(kind, make, target)) == 1


@pytest.mark.parametrize(("kind", "make", "target"), QUIET)
def test_what_is_right_is_not_warned_of(kind: str, make: Any, target: Any) -> None:
    assert noted(kind, make, target) == []


def test_a_class_of_probability_zero_does_no_harm_where_it_is_not_the_true_one() -> None:
    log_p = np.array([[0.0, -np.inf]])
    assert value("nll", log_p, np.array([0])) == 0
