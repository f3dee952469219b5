"""Functions that trouble gradient checks: the right gradient is never wrong, a planted mistake never right."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradviz import gradcheck

RNG = np.random.default_rng(11)
X, Y = RNG.normal(size=(8, 5)), RNG.integers(0, 3, 8)
W, V, A = RNG.normal(size=(5, 3)), RNG.normal(size=6), RNG.normal(size=(4, 4))
POOL = RNG.normal(size=(4, 6))
Pair = tuple[Callable[..., Any], Callable[..., Any], Any]


def svm(w: Any) -> Any:
    margins = np.maximum(0, X @ w - (X @ w)[np.arange(8), Y][:, None] + 1)
    margins[np.arange(8), Y] = 0
    return np.sum(margins) / 8


def svm_gradient(w: Any) -> Any:
    mask = (X @ w - (X @ w)[np.arange(8), Y][:, None] + 1 > 0).astype(float)
    mask[np.arange(8), Y] = 0
    mask[np.arange(8), Y] = -mask.sum(axis=1)
    return X.T @ mask / 8


def norm_layer(x: Any, axis: int) -> Any:
    return np.sum(np.sin(np.arange(x.size).reshape(x.shape)) * normalised(x, axis))


def normalised(x: Any, axis: int) -> Any:
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 1e-5)


def norm_gradient(x: Any, axis: int) -> Any:
    up, hat = np.sin(np.arange(x.size).reshape(x.shape)), normalised(x, axis)
    inner = up - up.mean(axis, keepdims=True) - hat * (up * hat).mean(axis, keepdims=True)
    return inner / np.sqrt(x.var(axis, keepdims=True) + 1e-5)


def pool(x: Any) -> Any:
    return np.sum(x.reshape(2, 2, 3, 2).max(axis=(1, 3)) ** 2)


def pool_gradient(x: Any) -> Any:
    made = x.reshape(2, 2, 3, 2)
    top = made.max(axis=(1, 3), keepdims=True)
    return (2 * top * (made == top)).reshape(4, 6)


def conv(k: Any) -> Any:
    out = np.zeros((2, 4))
    for i in range(2):
        for j in range(4):
            out[i, j] = np.sum(POOL[i : i + 3, j : j + 3] * k)  # a float array: complex numbers are cut
    return np.sum(out**2)


def conv_gradient(k: Any) -> Any:
    made = np.zeros((3, 3))
    for i in range(2):
        for j in range(4):
            window = POOL[i : i + 3, j : j + 3]
            made += 2 * np.sum(window * k) * window
    return made


def lstm(z: Any) -> Any:
    s = 1 / (1 + np.exp(-z))
    return np.sum(s[2:4] * np.tanh(s[:2] * 0.5 + s[4:] * np.tanh(z[4:])))


def lstm_gradient(z: Any) -> Any:
    s = 1 / (1 + np.exp(-z))
    c = s[:2] * 0.5 + s[4:] * np.tanh(z[4:])
    down = s[2:4] * (1 - np.tanh(c) ** 2)
    slope = s * (1 - s)
    last = down * (slope[4:] * np.tanh(z[4:]) + s[4:] * (1 - np.tanh(z[4:]) ** 2))
    return np.concatenate([down * 0.5 * slope[:2], np.tanh(c) * slope[2:4], last])


def softmax(x: Any) -> Any:
    made = np.exp(x - np.max(x))
    return made / made.sum()


def swapped_parts(x: Any) -> Any:
    """One part takes absolute values, far smaller than the other: a complex step loses it."""
    return 1e7 * x[0] ** 2 + np.abs(x[1]) ** 1.5


TABLE: dict[str, Pair] = {
    "hinge loss": (svm, svm_gradient, W),
    "batch norm": (lambda x: norm_layer(x, 0), lambda x: norm_gradient(x, 0), X),
    "layer norm": (lambda x: norm_layer(x, 1), lambda x: norm_gradient(x, 1), X),
    "max pool": (pool, pool_gradient, POOL),
    "convolution": (conv, conv_gradient, RNG.normal(size=(3, 3))),
    "LSTM cell": (lstm, lstm_gradient, V),
    "softmax": (softmax, lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)), V),
    "sort": (lambda x: np.sort(x) @ np.arange(6), lambda x: np.argsort(np.argsort(x)) * 1.0, V),
    "cumulative": (lambda x: np.sum(np.cumsum(x) ** 2), lambda x: 2 * np.cumsum(np.cumsum(x)[::-1])[::-1], V),
    "einsum": (lambda a: np.einsum("ij,jk,ki->", a, a, a), lambda a: 3 * (a @ a).T, A),
    "norm": (np.linalg.norm, lambda x: x / np.linalg.norm(x), V),
    "where": (lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0)), lambda x: np.where(x > 0, 0.5 / np.sqrt(x), 0), V),
    "float": (
        lambda x: float(x[0]) * float(x[1]) + float(np.sum(x**2)),
        lambda x: 2 * x + np.eye(6)[0] * x[1] + np.eye(6)[1] * x[0],
        V,
    ),
    "real part": (lambda x: np.sum(np.real(x) ** 2 + x), lambda x: 2 * x + 1, V),
    "part of an absolute value": (
        swapped_parts,
        lambda x: np.array([2e7 * x[0], 1.5 * np.sqrt(abs(x[1])) * np.sign(x[1])]),
        np.array([1.0, -2.0]),
    ),
    "cancellation": (lambda x: (1e8 + np.sum(x**2)) - 1e8, lambda x: 2 * x, V),
    "cancellation of absolutes": (lambda x: (1e8 + np.sum(np.abs(x) ** 3)) - 1e8, lambda x: 3 * x * np.abs(x), V),
    "large constant": (lambda x: 1e6 + np.sum(np.abs(x) * x), lambda x: 2 * np.abs(x), V),
    "huge": (lambda x: 1e200 * np.sum(x**2), lambda x: 2e200 * x, V),
    "tiny": (lambda x: 1e-200 * np.sum(x**2), lambda x: 2e-200 * x, V),
    "tiny arguments": (lambda x: np.sum(np.abs(x) * x), lambda x: 2 * np.abs(x), 1e-150 * V),
    "zeros": (lambda x: np.sum(np.exp(x) + np.abs(x) ** 3), lambda x: np.exp(x) + 3 * x * np.abs(x), np.zeros(6)),
    "some zeros": (lambda x: np.sum(np.abs(x) ** 3 + x), lambda x: 3 * x * np.abs(x) + 1, np.array([0.0, 1, 0, -2])),
    "bias before a batch norm": (
        lambda w, b: norm_layer(X @ w + b, 0),
        lambda w, b: (X.T @ norm_gradient(X @ w + b, 0), norm_gradient(X @ w + b, 0).sum(axis=0)),
        (W, V[:3]),
    ),
    "saturated": (lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2, 8.0),
    "single precision inside": (lambda x: float(np.sum(x.astype(np.float32) ** 2)), lambda x: 2 * x, V),
    "single precision all over": (lambda x: np.sum(x**2), lambda x: 2 * x, V.astype(np.float32)),
    "half precision": (
        lambda x: np.sum(x.astype(np.float32) ** 2),
        lambda x: (2 * x).astype(np.float32),
        V.astype(np.float16),
    ),
    "NumPy number": (lambda x: x.sum() ** 2, lambda x: 2 * x, np.float64(3.0)),
    "0-d array": (lambda x: x * x.mean(), lambda x: 2 * x, np.array(3.0)),
    "(1,) output": (lambda x: np.array([np.sum(x**2)]), lambda x: 2 * x, V),
    "(1, n) Jacobian": (lambda x: np.array([np.sum(x**2)]), lambda x: 2 * x[None], V),
    "list output": (
        lambda x: [x[0] * x[1], x[2]],
        lambda x: np.stack([np.eye(6)[0] * x[1] + np.eye(6)[1] * x[0], np.eye(6)[2]]),
        V,
    ),
    "list of gradients": (lambda a, b: a @ b, lambda a, b: [b, a], (V, V + 1)),
    "tuple of numbers": (lambda x: x[0] * x[1], lambda x: (x[1], x[0]), np.array([2.0, 3.0])),
    "views": (lambda x: x @ x / 2, lambda x: x[:], V),
    "partial": (functools.partial(np.power, 2.0), lambda x: np.log(2) * 2.0**x, 1.5),
    "empty": (lambda a, b: np.sum(a) + np.sum(b**2), lambda a, b: (np.ones_like(a), 2 * b), (np.zeros((0, 3)), V)),
    "keyword upstream": (np.tanh, lambda x, *, upstream: upstream * (1 - np.tanh(x) ** 2), V),
    "optional upstream": (np.tanh, lambda x, dout=1.0: dout * (1 - np.tanh(x) ** 2), V),
    "upstream with a dictionary": (
        lambda w, b: w * b,
        lambda w, b, upstream: {"w": upstream * b, "b": upstream * w, "cache": None},
        {"b": V + 1, "w": V},
    ),
    "other names": (lambda w, b: np.sum(w**2 * b), lambda p, q: (2 * p * q, p**2), {"b": V + 1, "w": V}),
    "any keywords": (lambda **p: np.sum(p["w"] ** 2), lambda **p: {"dw": 2 * p["w"]}, {"w": V}),
}
LOSES = {
    "list of gradients",
    "tuple of numbers",
    "upstream with a dictionary",
    "other names",
    "any keywords",
    "bias before a batch norm",
    "empty",
}


@pytest.mark.parametrize("name", TABLE)
def test_the_right_gradient_is_right(name: str) -> None:
    function, code, at = TABLE[name]
    found = gradcheck(function, code, at)
    assert found.verdict == "right", found.to_text()


@pytest.mark.parametrize("off", [1.01, -1.0])
@pytest.mark.parametrize("name", [name for name in TABLE if name not in LOSES])
def test_a_planted_mistake_is_wrong(name: str, off: float) -> None:
    function, code, at = TABLE[name]

    @functools.wraps(code)
    def bent(*given: Any, **more: Any) -> Any:
        made = np.array(code(*given, **more), dtype=np.float64, order="C")
        flat = made.reshape(-1)
        flat[np.argmax(np.abs(flat))] *= off
        return made

    found = gradcheck(function, bent, at)
    few_digits = (off > 0 and "single" in name) or "half" in name
    assert found.verdict in (("wrong", "not decided") if few_digits else ("wrong",)), found.to_text()


@pytest.mark.parametrize("off", [1.01, -1.0])
def test_a_mistake_in_the_part_that_a_complex_step_loses_is_wrong(off: float) -> None:
    function, code, at = TABLE["part of an absolute value"]
    for factor in (off, 0.0):
        assert gradcheck(function, lambda x, k=factor: code(x) * np.array([1, k]), at).verdict == "wrong"


SMOOTH = ["batch norm", "layer norm", "LSTM cell", "einsum", "cumulative", "norm", "convolution"]


@pytest.mark.parametrize("off", [1.0, 1.01, -1.0])
@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions_are_judged_as_scipy_judges_them(name: str, off: float) -> None:
    check_grad = pytest.importorskip("scipy.optimize", reason="SciPy is not installed").check_grad
    function, code, at = TABLE[name]
    shape, flat = at.shape, at.ravel()
    error = check_grad(lambda x: function(x.reshape(shape)), lambda x: off * code(x.reshape(shape)).ravel(), flat)
    theirs = bool(error < 1e-4 * np.linalg.norm(code(at)))
    assert theirs is (gradcheck(function, lambda x: off * code(x), at).verdict == "right")


def test_a_symmetric_kink_that_the_complex_step_cannot_see_raises_no_alarm() -> None:
    at = np.array([0.0, 1.0])
    for side in (1.0, 0.0, -1.0):
        found = gradcheck(
            lambda x: np.sum(np.abs(x)) + np.sum(x**2), lambda x, s=side: np.where(x == 0, s, np.sign(x)) + 2 * x, at
        )
        assert found.verdict == "right"
