"""What is said of losses: golden texts, and that nothing is said that has not been proved or does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

import gradviz
from gradviz.explanation.likelihoods import derived
from gradviz.networks.losses import LIKELIHOODS, LOSSES, PENALTIES
from gradviz.networks.losses.distributions import DISTRIBUTIONS

PROGRAMS = (
    "L = mse(p, t); p = [1, 2, 3]; t = [1.5, 1.5, 3.5]",
    'L = mse(p, t, reduction="batchmean"); p = [[1, 2], [3, 4]]; t = [[0, 2], [3, 3]]',
    "L = mse(p, t); p = [1, 2, 30]; t = [1.5, 2.2, 3]",
    "L = l1(p, t); p = [1, 2, 30]; t = [1.5, 2.2, 3]",
    "L = huber(p, t); p = [1, 2, 30]; t = [1.5, 2.2, 3]",
    "L = huber(p, t, delta=5); p = [1, 2, 30]; t = [1.5, 2.2, 3]",
    "L = smooth_l1(p, t, beta=0.5); p = [1, 2, 3]; t = [1.5, 2.2, 5]",
    "L = cross_entropy(z, t); z = [1, 2, 3]; t = 2",
    "L = cross_entropy(z, t); z = [[1, 2, 3], [3, 0, 1]]; t = [1, 0]",
    "L = cross_entropy(z, T); z = [[1, 2, 3], [3, 0, 1]]; T = [[0.25, 0.5, 0.25], [1, 0, 0]]",
    "L = cross_entropy(z, t, label_smoothing=0.3); z = [1, 2, 3]; t = 2",
    "L = cross_entropy(z, t); z : N x C; t : N",
    "L = cross_entropy(p, t); p = [1, 2, 3]; t = 2",
    "L = nll(log_softmax(z), t); z = [[1, 2, 3], [3, 0, 1]]; t = [1, 0]",
    "L = bce(sigmoid(z), t); z = [1, -2]; t = [1, 1]",
    "L = bce(p, t); p = [0.5, 0, 1]; t = [1, 1, 1]",
    "L = bce(p, [1, 0]); p = [0.5, 0.1]",
    "L = bce_with_logits(z, t); z = [1, -2]; t = [1, 1]",
    "L = hinge(s, t); s = [0.5, -3, 2]; t = [1, -1, -1]",
    "L = hinge(s, t); s = [[3.2, 5.1, -1.7], [1.3, 4.9, 2]]; t = [0, 1]",
    "L = kl_div(log_softmax(z), p, reduction=batchmean); z = [[1, 2]]; p = [[0.25, 0.75]]",
    "L = gaussian_nll(m, y, v); m = [1, 2]; y = [1.5, 2]; v = [1, 0.5]",
    "L = mse(p, t) + 0.1*l2(w) + 0.1*l1(w); p = [1, 2]; t = [1, 1]; w = [3, -4]",
    'L = nll_of("normal", y, m); y = [1, 2]; m = [1.5, 2.5]',
    'L = nll_of("normal", y, m, v); y = [1, 2]; m = [1.5, 2]; v = [0.5, 0.5]',
    'L = nll_of("normal", y, m, v); y = [1, 2]; m = [1, 2]; v = 0.5',
    'L = nll_of("bernoulli", y, sigmoid(z)); y = [1, 0]; z = [1.5, 2.5]',
    'L = nll_of("categorical", y, softmax(z)); y = [1, 0]; z = [[1.5, 2.5], [1, 2]]',
    'L = nll_of("laplace", y, m); y = [1, 2]; m = [1.5, 2.5]',
    'L = nll_of("poisson", y, exp(z)); y = [1, 2]; z = [1.5, 0.5]',
)


def notes(program: str) -> list[str]:
    return [remark.text for remark in gradviz.explain(program).data.remarks if remark.kind == "note"]


def test_every_loss_is_told_of_in_words(golden: Callable[[str, str], None]) -> None:
    told = [f"{program}\n" + "".join(f"  {text}\n" for text in notes(program)) for program in PROGRAMS]
    golden("losses.txt", "\n".join(told))


@pytest.mark.parametrize("kind", [row.name for row in (*LOSSES, *PENALTIES, *LIKELIHOODS)])
def test_no_loss_is_left_out(kind: str) -> None:
    called = {"l1_penalty": "l1"}.get(kind, kind)
    assert any(re.search(rf"\b{called}\(", program) for program in PROGRAMS)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_what_is_said_of_a_distribution_is_proved(name: str) -> None:
    found = derived(name)
    assert found.equal
    assert found.known


def test_a_false_equality_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from gradviz.explanation import likelihoods

    row = DISTRIBUTIONS["normal"]
    wrong = replace(row, known=replace(row.known, factor=Fraction(1)), cost=lambda b, y, m, v: (y - m) ** 2 / v)
    monkeypatch.setattr(likelihoods, "DISTRIBUTIONS", {"wrong": wrong})
    found = likelihoods.derived.__wrapped__("wrong")
    assert not found.equal
    assert not found.known


@pytest.mark.parametrize("labels", ["t = [1, 0]", "t = [0, 2]"])
def test_the_numbers_in_the_sentences_are_the_gradients(labels: str) -> None:
    """The difference of row 0 that the text ends with, divided by the number of rows, is the gradient's first row."""
    program = f"L = cross_entropy(z, t); z = [[1, 2, 3], [3, 0, 1]]; {labels}"
    last = next(text for text in reversed(notes(program)) if "softmax makes" in text)
    said = [float(x.replace("−", "-")) for x in last.rpartition("(")[2].rstrip(")").split(",")]
    found = gradviz.explain(program).gradients["z"].value
    np.testing.assert_allclose(np.array(said) / 2, np.array(found)[0], atol=5e-4)


def test_formulas_are_short() -> None:
    index = gradviz.explain("L = cross_entropy(X@W + b, t); X : N x d; W : d x C; b : C; t : N")
    assert index.gradients["W"].formula == "1/N*X.T @ (softmax(X @ W + ones(N) @ b.T) - one_hot(t, classes=C))"
    spread = gradviz.explain("L = cross_entropy(X@W + b, T); X : N x d; W : d x C; b : C; T : N x C")
    assert spread.gradients["W"].formula == "1/N*X.T @ (softmax(X @ W + ones(N) @ b.T) - T)"
    assert gradviz.explain("L = nll(log_softmax(z), t); z : 3").gradients["z"].formula == (
        "softmax(z) - one_hot(t, classes=3)"
    )
    sigmoid = gradviz.explain("L = bce(sigmoid(X@w), t); X : N x d; w : d; t : N")
    assert sigmoid.gradients["w"].formula == "1/N*X.T @ (sigmoid(X @ w) - t)"


@pytest.mark.parametrize("suffix", ["md", "tex", "json"])
def test_the_words_are_in_every_document(suffix: str, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / f"loss.{suffix}"
    gradviz.explain("L = cross_entropy(z, t); z = [1, 2, 3]; t = 2").save(path)
    assert "only the true class" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("m = [1, 2]; v = 0.5", True),
        ("m = [1.5, 2]; v = 0.5", False),  # both entries share v, and the first one holds it up
        ("m = [1.5, 2]; v = [0.5, 0.5]", True),
        ("m = [1.5, 2.5]; v = [0.5, 0.5]", False),
    ],
)
@pytest.mark.parametrize("loss", ['nll_of("normal", y, m, v)', "gaussian_nll(m, y, v)"])
def test_a_variance_runs_away_only_where_nothing_holds_it_up(loss: str, values: str, said: bool) -> None:
    told = [text for text in notes(f"L = {loss}; y = [1, 2]; {values}") if "pushes v towards 0" in text]
    assert bool(told) == said
    assert all(("without limit" in text) == ("nll_of" in loss) for text in told)


def test_a_constant_variance_does_not_run_away() -> None:
    assert not any("towards 0" in text for text in notes('L = nll_of("normal", y, m, 0.5); y = [1, 2]; m = [1, 2]'))


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
def test_an_outliers_share_of_the_gradient(loss: str) -> None:
    p, t = np.array([1.1, 1.9, 3.2, 4.1, 5]), np.array([1, 2, 3, 4, 15.0])
    away = p - t
    pulls = {"mse": 2 * away, "l1": np.sign(away), "huber": np.clip(away, -1, 1)}
    share = {name: f"{100 * abs(pull[4]) / np.abs(pull).sum():.0f} %" for name, pull in pulls.items()}
    (said,) = [text for text in notes(f"L = {loss}(p, t); p = {p.tolist()}; t = {t.tolist()}") if "outlier" in text]
    assert f"makes up {share.pop(loss)} of" in said
    assert all(re.search(rf"{name} (it would be )?{value}", said) for name, value in share.items())
    assert not any("outlier" in text for text in notes(f"L = {loss}(p, t); p = [1, 2, 3]; t = [0, 2, 1]"))


def test_probabilities_too_small_for_a_number() -> None:
    said = notes("L = cross_entropy(z, t); z = [1000, -1000, 0]; t = 1")
    assert any("is still exact, 2000" in text and "p − y = (1, −1, 0)" in text for text in said)
