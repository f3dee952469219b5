"""The built-in sets of rows: one sweep over the table, and what each of them is."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.errors import OptionProblem
from gradviz.training.generating import generated
from gradviz.training.generators import GENERATORS


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_makes_what_its_row_says(name: str) -> None:
    row = GENERATORS[name]
    for n in (1, 2, 7, 40):
        _, settings, arrays = generated(f"{name}(n={n}, seed=3)")
        assert settings["n"] == n
        assert [key for key, _ in row.arrays] == list(arrays)
        for key, shape in row.arrays:
            assert arrays[key].shape == ((n, 2) if "×2" in shape else (n,))
            assert arrays[key].dtype == np.float64
            assert np.all(np.isfinite(arrays[key]))
        target = arrays[row.arrays[-1][0]]
        assert row.classes == bool("classes" in row.arrays[-1][1])
        if row.classes:
            assert set(target) <= set(range(int(settings.get("classes", 2))))


@pytest.mark.parametrize("name", GENERATORS)
def test_the_seed_and_the_name_decide(name: str) -> None:
    _, _, first = generated(f"{name}(n=30, noise=0.3, seed=1)")
    _, _, again = generated(f" {name} ( seed = 1 , noise = 0.3, n = 30 )")
    _, _, other = generated(f"{name}(30, 0.3, seed=2)")
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not all(np.array_equal(first[key], other[key]) for key in first)


def test_truth_tables() -> None:
    for name, truth in {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}.items():
        _, _, arrays = generated(name)
        assert arrays["X"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert arrays["y"].tolist() == truth


def test_rings_and_curves_without_noise() -> None:
    _, _, rings = generated("circles(n=50, noise=0, factor=0.25)")
    radius = np.hypot(*rings["X"].T)
    np.testing.assert_allclose(radius, np.where(rings["y"] == 1, 0.25, 1.0))
    _, _, line = generated("line(n=9, noise=0, slope=-3, intercept=0.5)")
    np.testing.assert_allclose(line["y"], -3 * line["x"] + 0.5)
    _, _, sine = generated("sine")
    np.testing.assert_allclose(sine["y"], np.sin(sine["x"]))
    _, _, square = generated("square")
    np.testing.assert_allclose(square["y"], square["x"] ** 2)


def test_moons_and_spirals_have_their_classes_in_equal_shares() -> None:
    _, _, moons = generated("moons(n=101)")
    assert np.bincount(moons["y"].astype(int)).tolist() == [51, 50]
    _, _, arms = generated("spirals(n=100, classes=3)")
    assert np.bincount(arms["y"].astype(int)).tolist() == [34, 33, 33]


def test_noise_is_of_the_deviation_that_is_asked_for() -> None:
    _, _, line = generated("line(n=20000, noise=0.5)")
    assert abs(np.std(line["y"] - 2 * line["x"] - 1) - 0.5) < 0.01


def test_heights_say_that_they_are_made_up() -> None:
    assert "made up" in GENERATORS["heights"].doc


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("mons(n=3)", "there is no data 'mons'", "did you mean 'moons'?"),
        ("moons(nose=1)", "moons has no setting 'nose'", "did you mean 'noise'?"),
        ("moons(n=2.5)", "n of moons is a whole number from 1 to 10,000,000, not '2.5'", "write moons(n=100)"),
        ("moons(n=0)", "n of moons is a whole number from 1 to 10,000,000, not '0'", "write moons(n=100)"),
        ("moons(n=1e30)", "n of moons is a whole number from 1 to 10,000,000, not '1e30'", "write moons(n=100)"),
        ("moons(noise=-1)", "noise of moons is a number from 0 up, not '-1'", "write moons(noise=0.1)"),
        ("moons(noise=nan)", "noise of moons is a number from 0 up, not 'nan'", "write moons(noise=0.1)"),
        ("moons(seed=-1)", "seed of moons is a whole number from 0 up, not '-1'", "write moons(seed=0)"),
        ("moons(n=3, n=4)", "n is given twice in moons(n=3, n=4)", "give it once"),
        ("moons(1,2,3,4)", "moons has no setting '4'", "its settings are n, noise, seed"),
        ("moons(n=__import__)", "n of moons is a whole number from 1 to 10,000,000, not '__import__'", None),
        ("spirals(classes=1)", "classes of spirals is a whole number from 2 to 100, not '1'", None),
    ],
)
def test_bad_settings(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(OptionProblem) as caught:
        generated(text)
    assert caught.value.message == message
    assert hint is None or caught.value.hint == hint
