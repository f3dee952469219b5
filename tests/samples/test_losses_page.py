"""The samples of samples/LOSSES.md against closed forms, NumPy written out, and PyTorch."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from gradviz.cli import program

SAMPLES = Path(__file__).parents[2] / "samples"
Golden = Callable[[str, str], None]
READ = {
    "mse": ("--of", "lecture"),
    "outlier": ("--of", "squares", "--at", "w=1,b=0.5"),
    "softmax_cross_entropy": (),
    "gaussian_mle": ("--of", "nll"),
    "likelihoods": ("--of", "coin"),
    "runaway": (),
}


def said(*arguments: str) -> str:
    result = CliRunner().invoke(program, [*arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def sample(name: str) -> str:
    return str(SAMPLES / f"{name}.grad")


def explained(source: str, *options: str) -> Any:
    return json.loads(said("explain", source, *options, "--format", "json"))


def gradient(document: Any, name: str) -> np.ndarray[Any, Any]:
    return np.array(document["gradients"][name]["value"])


def trained(name: str, *options: str) -> Any:
    return json.loads(said("train", sample(name), *options, "--optimiser", "gd", "--quiet", "--format", "json"))


@pytest.mark.parametrize("name", READ)
def test_it_reads_like_a_lecture_note(name: str, golden: Golden) -> None:
    golden(f"samples/{name}.txt", said("explain", sample(name), *READ[name]))


def test_mse_of_the_lecture_is_that_of_pytorch_times_d() -> None:
    away = np.array([[1, 2, 3], [0, 1, 5]]) - np.array([[0, 2, 1], [1, 1, 2]])
    lecture, pytorch = (explained(sample("mse"), "--of", name) for name in ("lecture", "pytorch"))
    assert lecture["value"] == (away**2).sum(axis=1).mean() == 7.5
    assert pytorch["value"] == (away**2).mean() == 2.5
    np.testing.assert_allclose(gradient(lecture, "yhat"), 2 * away / 2)
    np.testing.assert_allclose(gradient(pytorch, "yhat"), 2 * away / 6)
    assert lecture["gradients"]["yhat"]["formula"] == "2/N*(yhat - y)"
    assert pytorch["gradients"]["yhat"]["formula"] == "2/(N*D)*(yhat - y)"


def test_mse_says_what_the_other_reading_makes_of_it() -> None:
    assert "loss and gradient are 3 times these" in " ".join(explained(sample("mse"), "--of", "pytorch")["notes"])
    assert "divides loss and gradient by another 3" in " ".join(explained(sample("mse"), "--of", "lecture")["notes"])


@pytest.mark.parametrize(
    ("written", "settings"),
    [
        ("", {}),
        (', reduction="sum"', {"reduction": "sum"}),
        (', reduction="none"', {"reduction": "none"}),
        (", size_average=false", {"size_average": False}),
        (", reduce=false", {"reduce": False}),
        (", size_average=true, reduce=true", {"size_average": True, "reduce": True}),
        (", false, false", {"size_average": False, "reduce": False}),
    ],
)
@pytest.mark.filterwarnings("ignore:size_average and reduce args will be deprecated")
def test_the_example_of_mse_loss_is_pytorchs(written: str, settings: dict[str, Any], tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)
    given, target = (torch.randn(3, 5, dtype=torch.float64) for _ in range(2))
    given.requires_grad_()
    output = torch.nn.MSELoss(**settings)(given, target)
    output.backward(torch.ones_like(output))
    values = tmp_path / "values.npz"
    np.savez(values, input=given.detach().numpy(), target=target.numpy())
    file = tmp_path / "mse_loss.grad"
    text = Path(sample("mse_loss")).read_text(encoding="utf-8")
    file.write_text(text.replace("mse(input, target)", f"mse(input, target{written})"), encoding="utf-8")
    document = explained(str(file), "--values", str(values))
    np.testing.assert_allclose(document["value"], output.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(gradient(document, "input"), given.grad.numpy(), rtol=1e-13)


LINES = {
    # The exact minima: least squares by NumPy; Huber's with the five points inside and the outlier outside:
    # sum(r) = 1 and sum(x r) = 5 over the five points with r = (w - 1) x + b, so w = 1.3 and b = -0.4.
    "squares": tuple(np.polyfit([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 20], 1)),
    "bounded": (1.3, -0.4),
}


@pytest.mark.parametrize("name", LINES)
def test_how_an_outlier_bends_the_line(name: str) -> None:
    report = trained("outlier", "--of", name, "--rate", "0.05", "--epochs", "1500")
    found = [report["parameters"][parameter]["last"] for parameter in ("w", "b")]
    np.testing.assert_allclose(found, LINES[name], atol=1e-6)
    assert LINES["squares"] == pytest.approx((22 / 7, -20 / 7))


@pytest.mark.parametrize("name", LINES)
def test_the_gradient_is_zero_there(name: str) -> None:
    w, b = LINES[name]
    document = explained(sample("outlier"), "--of", name, "--at", f"w={float(w)!r},b={float(b)!r}")
    for parameter in ("w", "b"):
        assert gradient(document, parameter) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("name", "share"), [("squares", 85), ("bounded", 29), ("absolute", 17)])
def test_the_outliers_share(name: str, share: int) -> None:
    document = explained(sample("outlier"), "--of", name, "--at", "w=1,b=0.5")
    sizes = np.abs(gradient(document, "y"))
    assert round(100 * sizes[-1] / sizes.sum()) == share
    assert any(f"makes up {share} % of the gradient" in note for note in document["notes"])


def test_cross_entropy_gives_p_minus_y() -> None:
    z = np.array([2, 1, -1])
    p = np.exp(z) / np.exp(z).sum()
    document = explained(sample("softmax_cross_entropy"))
    assert document["value"] == pytest.approx(-math.log(p[0]))
    np.testing.assert_allclose(gradient(document, "z"), p - [1, 0, 0])


def test_large_logits_do_no_harm() -> None:
    document = explained("L = cross_entropy(z, t); z = [1000, -1000, 0]; t = 1")
    assert document["value"] == 2000
    assert gradient(document, "z").tolist() == [1, -1, 0]


def test_a_second_softmax_is_warned_of_and_weakens_the_gradient() -> None:
    once, twice = (
        explained(f"L = cross_entropy({h}, t); z = [-4, 4, 0]; t = 0", "--wrt", "z") for h in ("z", "softmax(z)")
    )
    assert not any("applied twice" in note for note in once["notes"])
    assert any("softmax is applied twice" in note for note in twice["notes"])
    assert np.abs(gradient(twice, "z")).max() < np.abs(gradient(once, "z")).max() / 10


@pytest.mark.parametrize("z", [-6.0, -2.0, 0.5])
def test_the_squared_error_saturates_where_it_is_wrong(z: float) -> None:
    p = 1 / (1 + math.exp(-z))
    squared, crossed = (
        explained(sample("saturation"), "--of", name, "--at", f"z={z}") for name in ("squared", "crossed")
    )
    assert gradient(squared, "z") == pytest.approx(2 * (p - 1) * p * (1 - p), rel=1e-12)
    assert gradient(crossed, "z") == pytest.approx(p - 1, rel=1e-12)


def test_gaussian_likelihood_is_half_of_mse_and_a_constant() -> None:
    away = np.array([1.5, 2, 1]) - np.array([1, 2, 3])
    nll, difference = explained(sample("gaussian_mle"), "--of", "nll"), explained(sample("gaussian_mle"))
    log_density = -(away**2) / 2 - math.log(math.sqrt(2 * math.pi))
    assert nll["value"] == pytest.approx(-log_density.mean())
    np.testing.assert_allclose(gradient(nll, "yhat"), (2 * away / 3) / 2)
    assert difference["value"] == pytest.approx(math.log(2 * math.pi) / 2)
    np.testing.assert_allclose(gradient(difference, "yhat"), 0, atol=1e-15)


Z, Y = np.array([2.0, -1.0]), np.array([1.0, 0.0])
SIGMOID, SOFTMAX = 1 / (1 + np.exp(-Z)), np.exp(Z) / np.exp(Z).sum()
COSTS: dict[str, tuple[float, Any]] = {
    "number": (float(((Z - Y) ** 2 / 2 + math.log(2 * math.pi) / 2).mean()), (Z - Y) / 2),
    "peaked": (float((np.abs(Z - Y) + math.log(2)).mean()), np.sign(Z - Y) / 2),
    "count": (float((np.exp(Z) - Y * Z).mean()), (np.exp(Z) - Y) / 2),  # 0! = 1! = 1
    "coin": (float(-(Y * np.log(SIGMOID) + (1 - Y) * np.log(1 - SIGMOID)).mean()), (SIGMOID - Y) / 2),
    "class": (float(-(Y * np.log(SOFTMAX)).sum()), SOFTMAX - Y),
}


@pytest.mark.parametrize("name", COSTS)
def test_the_models_distribution_decides_the_cost(name: str) -> None:
    document = explained(sample("likelihoods"), "--of", name)
    value, expected = COSTS[name]
    assert document["value"] == pytest.approx(value)
    np.testing.assert_allclose(gradient(document, "z"), expected)
    assert any("to maximise the likelihood is to minimise that loss" in note for note in document["notes"])


@pytest.mark.parametrize(("p", "cost"), [(0.9, 0.1054), (0.1, 2.3026), (0.01, 4.6052)])
def test_the_most_confidently_wrong_is_punished_hardest(p: float, cost: float) -> None:
    document = explained("cost = -log(p)", "--at", f"p={p}")
    assert document["value"] == pytest.approx(cost, abs=5e-5)
    assert gradient(document, "p") == pytest.approx(-1 / p)


@pytest.mark.parametrize("s", [0.0, -5.0, -50.0])
def test_a_fitted_point_gives_the_same_reward_for_ever(s: float) -> None:
    document = explained(sample("runaway"), "--of", "nll", "--at", f"s={s}")
    assert document["value"] == pytest.approx(s + math.log(2 * math.pi) / 2)
    assert gradient(document, "s") == pytest.approx(1)
    assert any("falls without limit" in note for note in document["notes"])


def test_one_run_falls_for_ever_and_the_other_settles() -> None:
    free, held = (
        trained("runaway", "--wrt", "s", "--rate", "0.05", "--epochs", "400", "--at", f"lambda={strength}")
        for strength in (0, 0.01)
    )
    assert free["parameters"]["s"]["last"] == pytest.approx(-400 * 0.05)  # each update earns the same
    assert held["parameters"]["s"]["last"] == pytest.approx(math.log(2 * 0.01) / 2)  # exp(2 s) = 2 lambda
