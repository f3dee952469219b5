"""Functions on arrays of points, against exact arithmetic where floats are hard."""

from __future__ import annotations

import math
import sys

import mpmath
import numpy as np
import pytest

from gradviz.passes.compiling.machine import points

DICE = np.random.default_rng(5)
AROUND = np.concatenate(
    [math.pi / 2 * k + DICE.normal(size=40) * 10.0 ** -DICE.integers(0, 17, 40) for k in range(-9, 10)]
)
KINDS = {
    "wide": DICE.normal(size=1000) * 10,
    "beside multiples of π/2": AROUND,
    "the nearest floats to multiples of π/2": np.array([math.pi / 2 * k for k in range(1, 400)]),
    "large": DICE.normal(size=500) * 1e8,
    "huge": 10.0 ** DICE.uniform(16, 308, size=500),
    "tiny": 10.0 ** DICE.uniform(-300, -5, size=500),
    "a famous one": np.array([6381956970095103.0 * 2.0**797, -6381956970095103.0 * 2.0**797]),
}


def units(found, x, function):
    """The greatest error, in units in the last place of the right answer."""
    with mpmath.workprec(1400):
        exact = [function(mpmath.mpf(value)) for value in x.tolist()]
        errors = [abs(mpmath.mpf(y) - e) / math.ulp(float(e)) for y, e in zip(found.tolist(), exact, strict=True)]
    return float(max(errors))


@pytest.mark.parametrize("kind", KINDS)
def test_sine_and_cosine_keep_their_relative_accuracy(kind):
    x = KINDS[kind]
    sine, cosine, spare = (np.empty_like(x) for _ in range(3))
    with np.errstate(all="ignore"):
        points.sincos(x, sine, cosine, spare)
    assert units(sine, x, mpmath.sin) <= 4
    assert units(cosine, x, mpmath.cos) <= 8
    alone = np.empty_like(x)
    points.sine(x, alone, spare)
    np.testing.assert_array_equal(alone, sine)


def test_sine_and_cosine_outside_and_of_nothing():
    x = np.array([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1e-310])
    sine, cosine, spare = (np.empty_like(x) for _ in range(3))
    with np.errstate(all="ignore"):
        points.sincos(x, sine, cosine, spare)
    np.testing.assert_array_equal(sine[:5], [0.0, -0.0, math.nan, math.nan, math.nan])
    assert math.copysign(1, sine[1]) == -1
    np.testing.assert_array_equal(cosine, [1, 1, math.nan, math.nan, math.nan, 1, 1])
    assert np.all(np.abs(sine[5:] - x[5:]) <= 5e-324)


@pytest.mark.parametrize("one", [0.3, 1.5707963267948966])
def test_a_single_number_for_all_points(one):
    sine, cosine, spare = (np.empty(3) for _ in range(3))
    points.sincos(np.array(one), sine, cosine, spare)
    np.testing.assert_allclose(sine, math.sin(one), rtol=1e-15)
    np.testing.assert_allclose(cosine, math.cos(one), rtol=1e-15)


@pytest.mark.parametrize(
    ("platform", "machine", "target", "expected"),
    [
        ("linux", "x86_64", "X86_V4", True),
        ("linux", "x86_64", "AVX512_SKX", True),
        ("linux", "x86_64", "baseline(X86_V2)", False),
        ("darwin", "x86_64", "X86_V4", False),
        ("linux", "aarch64", "ASIMD", False),
    ],
)
def test_tangents_are_taken_where_numpy_says_that_they_are_vectorised(monkeypatch, platform, machine, target, expected):
    class Introspect:
        @staticmethod
        def opt_func_info(func_name, signature):
            return {"tan": {"dd": {"current": target, "available": target}}}

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(points.platform, "machine", lambda: machine)
    monkeypatch.setattr(np.lib, "introspect", Introspect, raising=False)
    assert points.tangents_are_fast.__wrapped__() is expected


def test_an_older_numpy_says_nothing(monkeypatch):
    monkeypatch.delattr(np.lib, "introspect", raising=False)
    assert points.tangents_are_fast.__wrapped__() is False


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_sigmoid_everywhere(dtype):
    x = np.array([0.0, 3.0, -3.0, 40.0, -70.0, -90.0, -720.0, -800.0, math.inf, -math.inf, math.nan], dtype)
    y = np.empty_like(x)
    with np.errstate(all="ignore"):
        points.sigmoid(x, y)
    with mpmath.workprec(200):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(value))) for value in x[:8].tolist()]
    np.testing.assert_allclose(y[:8], np.array([float(e) for e in exact]).astype(dtype), rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(y[8:], [1, 0, math.nan])
