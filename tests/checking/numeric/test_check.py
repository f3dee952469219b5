"""Gradient code checked: right code is never wrong, wrong code never right, and the cause is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz import errors, gradcheck

RNG = np.random.default_rng(20260)
X, Y = RNG.normal(size=(6, 3)), RNG.integers(0, 4, 6)
W, B = RNG.normal(size=(3, 4)), RNG.normal(size=4)
V = RNG.normal(size=7)
DECAY = 0.1


def scores(W: Any, b: Any) -> Any:
    made = X @ W + b
    made = np.exp(made - made.max(axis=1, keepdims=True).real)
    return made / made.sum(axis=1, keepdims=True)


def loss(W: Any, b: Any) -> Any:
    """The softmax classifier of the lecture's case study: mean cross-entropy and a decay."""
    return -np.mean(np.log(scores(W, b)[np.arange(6), Y])) + DECAY * np.sum(W * W)


def gradient(W: Any, b: Any) -> tuple[Any, Any]:
    d = scores(W, b)
    d[np.arange(6), Y] -= 1
    d /= 6
    return X.T @ d + 2 * DECAY * W, d.sum(axis=0)


def changed(of_w: Callable[[Any], Any], of_b: Callable[[Any], Any] = lambda b: b) -> Callable[..., Any]:
    def code(W: Any, b: Any) -> tuple[Any, Any]:
        dW, db = gradient(W, b)
        return of_w(dW), of_b(db)

    return code


def test_a_right_gradient_is_right_by_the_complex_step() -> None:
    found = gradcheck(loss, gradient, (W, B))
    assert (found.verdict, found.causes, found.report.method) == ("right", (), "complex step")


PLANTED = {
    "the sign is wrong everywhere": changed(lambda d: -d),
    "gives zero everywhere": changed(lambda d: 0 * d),
    "2 times too large": changed(lambda d: 2 * d),
    "2 times too small": changed(lambda d: d / 2),
    "the number of rows of W": changed(lambda d: 3 * d),
    "is missing: the gradient of a regularisation term": changed(lambda d: d - 2 * DECAY * W),
    "only row 1 is wrong": changed(lambda d: d * np.array([[1], [1.5], [1]])),
    "only column 2 is wrong": changed(lambda d: d + np.eye(4)[2] * np.array([[1.0], [2], [4]])),
    "every row is off by a factor of its own": changed(lambda d: d * np.array([[1.2], [3.5], [-1]])),
    "too large": changed(lambda d: d + 0.25),
    "in other places": changed(lambda d: d.ravel()[[1, 0, *range(2, 12)]].reshape(3, 4)),
}


@pytest.mark.parametrize("cause", PLANTED)
def test_the_cause_is_named(cause: str) -> None:
    found = gradcheck(loss, PLANTED[cause], (W, B))
    assert found.verdict == "wrong"
    assert any(cause in told and told.startswith("W: ") for told in found.causes), found.causes
    assert [one.verdict for one in found.report.arguments] == ["wrong", "right"]


SHAPES = {
    "it is transposed": changed(lambda d: d.T),
    "the sum over the first axis (the batch) is missing": changed(lambda d: d, lambda b: np.tile(b, (6, 1))),
    "it needs a reshape": changed(lambda d: d.ravel()),
}


@pytest.mark.parametrize("complaint", SHAPES)
def test_a_gradient_of_another_shape_is_wrong(complaint: str) -> None:
    found = gradcheck(loss, SHAPES[complaint], (W, B))
    assert found.verdict == "wrong"
    assert complaint in found.report.sentence


def test_a_square_matrix_turned_is_named() -> None:
    A = RNG.normal(size=(4, 4))
    found = gradcheck(lambda A: np.sum(np.exp(A @ A[0])), lambda A: _turned(A).T, A)
    assert (found.verdict, found.causes) == ("wrong", ("A: the gradient is transposed",))


def _turned(A: Any) -> Any:
    g = np.exp(A @ A[0])
    made = np.outer(g, A[0])
    made[0] += A.T @ g
    return made


def test_swapped_gradients_are_named() -> None:
    found = gradcheck(lambda a, b: np.sum(a * b**2), lambda a, b: (2 * a * b, b**2), (V, V + 3))
    assert found.causes == ("a: the gradients by a and b are swapped", "b: the gradients by b and a are swapped")


KINKY = {
    "relu": (lambda x: np.sum(np.maximum(x, 0) ** 2 + np.maximum(x, 0)), lambda x: (2 * x + 1) * (x > 0)),
    "absolute": (lambda x: np.sum(np.abs(x) ** 3), lambda x: 3 * x * np.abs(x)),
    "hinge": (
        lambda x: np.sum(np.maximum(0, x - x[2] + 1)),
        lambda x: (x - x[2] + 1 > 0) * 1.0 - np.eye(7)[2] * np.sum(x - x[2] + 1 > 0),
    ),
}


@pytest.mark.parametrize("name", KINKY)
def test_kinks_raise_no_alarm(name: str) -> None:
    function, code = KINKY[name]
    assert gradcheck(function, code, V).verdict == "right"


def test_a_point_on_a_kink_is_left_out_and_said() -> None:
    x = V.copy()
    x[3] = 0.0
    found = gradcheck(lambda x: np.sum(np.maximum(x, 0)), lambda x: (x > 0) * 1.0, x)
    assert found.verdict == "right"
    assert found.report.arguments[0].kinks == 1
    assert "kink" in found.notes[0]


def test_at_a_kink_a_number_between_no_slopes_is_wrong() -> None:
    found = gradcheck(lambda x: np.sum(np.abs(x)), lambda x: np.where(x == 0, 2.0, np.sign(x)), np.array([0.0, 1.0]))
    assert found.verdict == "wrong"


def test_a_forgotten_mask_is_named() -> None:
    found = gradcheck(lambda x: np.sum(np.maximum(x, 0)), np.ones_like, V)
    assert found.causes == ("x: not zero where nothing flows, and right elsewhere: a mask is forgotten (relu, max)",)


def test_noise_is_detected_and_nothing_decided() -> None:
    generator = np.random.default_rng(1)
    found = gradcheck(lambda x: np.sum(x**2) + generator.normal(), lambda x: 2 * x, V)
    assert found.verdict == "not decided"
    assert "turn off what is random" in found.notes[0]


def test_single_precision_is_said_and_raises_no_alarm() -> None:
    found = gradcheck(lambda x: np.sum(x.astype(np.float32) ** 3), lambda x: 3 * x**2, V)
    assert found.verdict == "right"
    assert "single precision" in found.notes[0]


def test_code_that_changes_its_arguments_is_told_so() -> None:
    def function(x: Any) -> Any:
        x *= 2
        return np.sum(x)

    found = gradcheck(function, lambda x: np.full_like(x, 2.0), V)
    assert (found.verdict, found.notes) == (
        "right",
        ("the function changes x in place: work on a copy (it was given one here)",),
    )


EDGES = {
    "logarithm of tiny numbers": (lambda x: np.sum(np.log(x)), lambda x: 1 / x, np.array([1e-9, 1e-3, 5.0])),
    "end of the domain": (lambda x: np.sum(x**1.5), lambda x: 1.5 * np.sqrt(x), np.array([0.0, 1.0])),
    "tiny values": (lambda x: 1e-12 * np.sum(np.sin(x)), lambda x: 1e-12 * np.cos(x), V),
    "huge arguments": (lambda x: np.sum(x**2), lambda x: 2 * x, 1e8 * V),
    "raises beyond": (lambda x: float("nan") if x[0] > 1 else np.sum(x), np.ones_like, np.array([1.0, 2.0])),
}


@pytest.mark.parametrize("name", EDGES)
def test_edges_and_scales_raise_no_alarm(name: str) -> None:
    function, code, at = EDGES[name]
    assert gradcheck(function, code, at).verdict == "right"


@pytest.mark.parametrize(
    "code",
    [
        lambda x: np.diag(1 - np.tanh(x) ** 2),
        lambda x, upstream: upstream * (1 - np.tanh(x) ** 2),
        lambda x: 1 - np.tanh(x) ** 2,
    ],
    ids=["Jacobian", "pulled back", "of the sum"],
)
def test_array_outputs_have_three_forms_of_gradient(code: Callable[..., Any]) -> None:
    assert gradcheck(np.tanh, code, V).verdict == "right"


def test_a_wrong_jacobian_is_wrong() -> None:
    found = gradcheck(lambda x: W.T @ x, lambda x: np.abs(W.T), np.ones(3))
    assert found.verdict == "wrong"


def test_many_entries_are_checked_along_directions() -> None:
    A = RNG.normal(size=(200, 200))
    assert gradcheck(lambda A: np.sum(A**2) / 2, lambda A: A, A).verdict == "right"
    found = gradcheck(lambda A: np.sum(A**2) / 2, lambda A: np.where(A > 1, 1.01 * A, A), A)
    assert (found.verdict, found.report.mode) == ("wrong", "fast")


def test_arguments_come_in_a_dictionary_or_by_keyword() -> None:
    at = {"W": W, "b": B}
    assert gradcheck(loss, gradient, at).verdict == "right"
    assert (
        gradcheck(lambda p: loss(p["W"], p["b"]), lambda p: dict(zip("Wb", gradient(**p), strict=True)), at).verdict
        == "right"
    )


def test_value_and_gradient_may_come_together() -> None:
    assert gradcheck(lambda x: (np.sum(x**3), 3 * x**2), at=V).verdict == "right"
    assert gradcheck(lambda x: (np.sum(x**3), x**2), at=V).verdict == "wrong"


def test_integers_are_held_fixed() -> None:
    found = gradcheck(lambda x, k: np.sum(x**k), lambda x, k: k * x ** (k - 1), (np.abs(V), np.array(3)))
    assert found.verdict == "right"
    assert found.notes == ("k is held fixed: integers are not differentiated by",)


def batch_loss(X: Any, y: Any) -> Callable[[Any], Any]:
    return lambda w: np.mean((X @ w - y) ** 2)


def test_a_size_in_the_closure_names_the_factor() -> None:
    inputs = RNG.normal(size=(8, 3))
    found = gradcheck(batch_loss(inputs, V[0]), lambda w: 2 * inputs.T @ (inputs @ w - V[0]), np.ones(3))
    assert found.causes[0].endswith("8 times too large everywhere: 1/8 is missing (8 is the number of rows of X)")


def test_a_whole_factor_of_unknown_origin_is_asked_about() -> None:
    found = gradcheck(lambda x: np.sum(x**2) / 11, lambda x: 2 * x, V)
    assert found.causes[0].endswith("11 times too large everywhere: is 1/11 (a mean over 11) missing?")


def test_a_label_that_is_not_subtracted_is_named() -> None:
    def cross_entropy(s: Any) -> Any:
        return np.sum(np.log(np.sum(np.exp(s), axis=1)) - s[np.arange(6), Y]) / 6

    found = gradcheck(cross_entropy, lambda s: np.exp(s) / np.exp(s).sum(1, keepdims=True) / 6, RNG.normal(size=(6, 4)))
    assert "1 is not subtracted at the label (p − y)" in found.causes[0]


def test_a_repeated_bias_of_one_row_lacks_its_sum() -> None:
    found = gradcheck(lambda b: np.sum((X + b) ** 2), lambda b: 2 * (X + b), V[None, :3])
    assert "the sum over axis 0 is missing, along which it was repeated" in found.report.sentence


@pytest.mark.parametrize("mode", ["full", "fast"])
def test_a_gradient_that_is_not_finite_is_wrong(mode: Any) -> None:
    A = RNG.normal(size=(9, 9))
    for lost in (np.nan, np.inf):
        found = gradcheck(lambda A: np.sum(A**2), lambda A, v=lost: np.where(A.max() <= A, v, 2 * A), A, mode=mode)
        assert (found.verdict, found.error) == ("wrong", float("inf"))


def test_nothing_is_decided_where_all_entries_lie_on_kinks_or_the_function_jumps() -> None:
    assert gradcheck(lambda x: np.sum(np.abs(x)), np.sign, np.zeros(3)).verdict == "not decided"
    found = gradcheck(lambda x: np.sum(np.floor(x) + x), np.ones_like, np.array([1.0, 2.5]))
    assert found.verdict == "not decided"
    assert "it jumps" in found.notes[0]


def test_a_curved_kink_raises_no_alarm() -> None:
    x = np.array([0.0, 1.0])
    found = gradcheck(lambda x: np.sum(np.abs(x) - 50 * x**2), lambda x: np.where(x == 0, 1, np.sign(x)) - 100 * x, x)
    assert found.verdict == "right"


def test_gradient_code_that_is_random_is_told_so() -> None:
    generator = np.random.default_rng(5)
    found = gradcheck(lambda x: np.sum(x**2), lambda x: 2 * x * (generator.uniform(size=7) > 0.5), V)
    assert any("other numbers when it is called again" in note for note in found.notes)


def test_sums_in_another_order_are_no_noise() -> None:
    signs = iter([1, -1] * 10_000)
    found = gradcheck(lambda x: np.sum(x**2) * (1 + 1e-15 * next(signs)), lambda x: 2 * x, V)
    assert (found.verdict, "by rounding from call to call" in found.notes[0]) == ("right", True)


def test_what_the_function_prints_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    gradcheck(lambda x: print("called") or np.sum(x**2), lambda x: 2 * x, V)
    assert capsys.readouterr().out == "called\n"


TEXTS = {
    "f = ||W@x||^2": (
        lambda W, x: (2 * np.outer(W @ x, x), 2 * W.T @ W @ x),
        {"x": V[:4], "W": RNG.normal(size=(3, 4))},
    ),
    "f = (x+y)*z": (lambda x, y, z: (z, z, x + y), "x=-2,y=1/3,z=-4"),
    "f = sum(relu(W@x))": (
        lambda W, x: {"W": np.outer(W @ x > 0, x), "x": W.T @ (W @ x > 0)},
        {"W": RNG.normal(size=(30, 40)), "x": RNG.normal(size=40)},
    ),
}


@pytest.mark.parametrize("text", TEXTS)
def test_code_is_checked_by_the_derivative_of_a_text(text: str) -> None:
    code, at = TEXTS[text]
    found = gradcheck(text, code, at)
    assert (found.verdict, found.report.method, found.report.mode) == ("right", "gradviz's own derivative", "full")
    broken = gradcheck(text, lambda *given, **named: _doubled(code(*given, **named)), at)
    assert (broken.verdict, "2 times too large everywhere" in broken.causes[0]) == ("wrong", True)


def _doubled(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: 2 * part for name, part in found.items()}
    return tuple(2 * part for part in found)


def test_a_text_without_a_point_or_with_an_array_output_is_a_clear_error() -> None:
    for bad in (("x^2", None, {"x": 1.0}), ("x^2", lambda x: x, None), ("x^2*y", lambda x: x, {"x": 1.0})):
        with pytest.raises(errors.UserError):
            gradcheck(*bad)
    with pytest.raises(errors.ValueProblem, match="output of the text is an array"):
        gradcheck("f = W@x", lambda W, x: W, {"W": np.eye(2), "x": np.ones(2)})


BAD: dict[str, tuple[Any, ...]] = {
    "no point": (np.sum, np.ones_like),
    "no function": (3, np.ones_like, V),
    "no gradient": (np.sum, None, V),
    "text": (np.sum, np.ones_like, "x"),
    "only integers": (np.sum, np.ones_like, np.array([1, 2])),
    "not finite": (np.sum, np.ones_like, np.array([np.nan, 1])),
    "infinite there": (lambda x: np.sum(1 / x), lambda x: -1 / x**2, np.array([0.0])),
    "no array": (np.sum, lambda x: None, V),
    "too few": (loss, lambda W, b: W, (W, B)),
    "ragged": (np.sum, np.ones_like, [[1.0], [1.0, 2.0]]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_clear_error(name: str) -> None:
    with pytest.raises(errors.UserError) as raised:
        gradcheck(*BAD[name])
    assert raised.value.hint


def test_the_report_reads_well(golden: Any) -> None:
    golden("gradcheck.txt", gradcheck(loss, PLANTED["only row 1 is wrong"], (W, B)).to_text())


@st.composite
def smooth(draw: st.DrawFn) -> tuple[Any, Any]:
    """A random smooth function of five numbers, with its gradient."""
    numbers = st.floats(-2, 2).filter(lambda c: abs(c) > 1e-3)
    a, b, c = (np.array(draw(st.lists(numbers, min_size=5, max_size=5))) for _ in range(3))
    return (
        lambda x: np.sum(a * np.sin(b * x)) + np.exp(np.sum(c * x) / 8) + np.sum(x**3),
        lambda x: a * b * np.cos(b * x) + c / 8 * np.exp(np.sum(c * x) / 8) + 3 * x**2,
    )


@settings(deadline=None)  # other work on the machine is no failure
@given(smooth(), st.integers(0, 4), st.floats(2e-3, 1.0), st.integers(0, 99))
def test_right_is_never_wrong_and_wrong_is_never_right(pair: Any, entry: int, off: float, seed: int) -> None:
    function, code = pair
    x = np.random.default_rng(seed).normal(size=5)
    assert gradcheck(function, code, x).verdict == "right"

    def bent(x: Any) -> Any:
        made = code(x)
        made[entry] += off * max(abs(made[entry]), 1e-3)
        return made

    assert gradcheck(function, bent, x).verdict != "right"
