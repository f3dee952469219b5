"""The rules of optimisers: their lines, what each gives, and the code that is made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.training.inplace import BLOCK, FlatUpdate, update_of
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.rules import describe, lines, program_of, states_of, traced
from gradviz.training.settings import Resolved, Settings


def resolved(name: str, clip: float | None = None, decay: float | None = None) -> Resolved:
    return Settings(name, rate=0.1, clip=clip, weight_decay=decay).resolved(4)


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("clip", [None, 0.7])
@pytest.mark.parametrize("decay", [0.0, 0.2])
@pytest.mark.parametrize("size", [7, BLOCK + 3])
def test_compiled_update_is_what_the_lines_say(name: str, clip: float | None, decay: float, size: int) -> None:
    """Several updates in place, and line by line."""
    random = np.random.default_rng(size)
    settings = resolved(name, clip, decay)
    g = np.empty(size)
    update = FlatUpdate(settings, g, (0, 3))
    w = random.normal(size=size)
    known = {"w": w.copy(), **{state: np.zeros(size) for state in update.states}}
    for t in (1, 2, 3):
        g[...] = random.normal(size=size)
        before, norm = g.copy(), float(np.linalg.norm(g))
        update([w[:3], w[3:]], 0.1, t, norm)
        found = traced(settings, {**known, "g": before, "eta": 0.1, "t": t, "norm": norm})
        known = {"w": found["w1"], **{state: found[f"{state}1"] for state in update.states}}
        np.testing.assert_allclose(w, known["w"], rtol=1e-14, atol=1e-15)
        for state in update.states:
            np.testing.assert_allclose(update.values[state], known[state], rtol=1e-13, atol=1e-17)
        np.testing.assert_array_equal(g, before)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_row_says_what_it_does(name: str) -> None:
    row = OPTIMISERS[name]
    assert row.name == name
    assert row.doc.endswith(".")
    assert row.source
    assert all(line.says for line in describe(row))
    assert describe(row)[-1].name == "w1"
    assert all(option.doc for option in row.options)


def test_states_that_no_line_updates_are_not_kept() -> None:
    assert states_of(resolved("rmsprop")) == ("v",)
    assert states_of(Settings("rmsprop", options={"momentum": 0.5}).resolved()) == ("v", "b")


def test_lines_with_clipping_and_decay() -> None:
    assert program_of(lines(resolved("adagrad", 2.0, 0.1))) == (
        "c = g*minimum(1, kappa/(norm + 1e-06))\nd = c + lambda*w\ns1 = s + d^2\nw1 = w - eta*d/(sqrt(s1) + epsilon)"
    )


def test_adamw_decays_the_parameter_and_not_the_gradient() -> None:
    names = [line.name for line in lines(resolved("adamw"))]
    assert names == ["m1", "v1", "mhat", "vhat", "u", "w1"]


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_adams_first_step_has_the_length_of_the_rate(w: float, g: float) -> None:
    found = traced(resolved("adam"), {"w": w, "g": g, "eta": 0.1, "t": 1})
    expected = w - 0.1 * g / (abs(g) + 1e-8)
    assert found["w1"] == pytest.approx(expected, abs=1e-6)


def test_no_temporaries_beyond_two() -> None:
    """What is in place needs scratch arrays only for what is read again."""
    for name in OPTIMISERS:
        assert len(update_of(resolved(name, 1.0, 0.1), 100, np.dtype(float)).program.blocks) <= 2
