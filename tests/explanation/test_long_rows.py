"""Long recurrent layers and many equal blocks: shown closed, with their count, in a picture that fits a slide."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradviz
from gradviz.explanation.data import ExplanationData, Value

WIDE, HIGH = 2500, 1500
RECURRENT = {
    "lstm 20": ("lstm", 20, "last"),
    "lstm 60": ("lstm", 60, "last"),
    "rnn 50": ("rnn", 50, "last"),
    "lstm 20, all": ("lstm", 20, "all"),
    "lstm 60, all": ("lstm", 60, "all"),
    "rnn 50, all": ("rnn", 50, "all"),
    "rnn 9, all": ("rnn", 9, "all"),
}


def recurrent(kind: str, steps: int, returns: str) -> str:
    target = "y : 4x1" if returns == "last" else f"y : 4x{steps}x1"
    return f'X : 4x{steps}x8; {target}; h = {kind}(X, 16, returns="{returns}"); f = mse(dense(h, 1), y)'


def twelve() -> str:
    blocks = [f"n{k + 1} = mlp(n{k}, [4, 4, 4, 4], tanh)" for k in range(12)]
    return "; ".join(["n0 : 4", "y : 4", *blocks, "f = mse(n12, y)"])


SOURCES = {**{name: recurrent(*settings) for name, settings in RECURRENT.items()}, "twelve blocks": twelve()}


def numbers(value: Value) -> np.ndarray:
    return np.array(value.entries).reshape(value.shape)


def explained(source: str, **settings) -> gradviz.Explanation:
    return gradviz.explain(source, seed=1, formulas=False, **settings)


def sums_to_its_ledger(data: ExplanationData) -> bool:
    for node in data.nodes:
        parts = [numbers(data.edges[i].contribution) for i in node.ledger]
        if parts and not node.is_output and node.gradient is not None:
            np.testing.assert_allclose(sum(parts), numbers(node.gradient), rtol=1e-9, atol=1e-12)
    return True


@pytest.mark.parametrize("name", SOURCES)
def test_a_picture_fits_a_slide(name):
    found = re.search(r'<svg[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"', explained(SOURCES[name]).to_svg())
    assert found is not None
    assert float(found[1]) < WIDE
    assert float(found[2]) < HIGH


@pytest.mark.parametrize("name", SOURCES)
def test_numbers_are_those_of_the_open_graph(name):
    closed, whole = explained(SOURCES[name]).data, explained(SOURCES[name], depth=9).data
    assert not any(group.collapsed for group in whole.groups)
    assert closed.value == whole.value
    assert set(closed.gradients) == set(whole.gradients)
    for key, gradient in whole.gradients.items():
        assert closed.gradients[key].value == gradient.value
    assert sums_to_its_ledger(closed)


@pytest.mark.parametrize("name", [name for name in RECURRENT if "all" not in name])
def test_steps_that_only_the_next_step_reads_are_one_box_with_their_count(name):
    data = explained(SOURCES[name]).data
    steps = RECURRENT[name][1]
    assert [group.repeated for group in data.groups if group.parent == "h" and group.collapsed] == [1, steps - 1]
    assert any(f"step2 … step{steps} are {steps - 1} equal blocks in a row" in r.text for r in data.remarks)


@pytest.mark.parametrize("name", [name for name in RECURRENT if "all" in name])
def test_a_layer_that_gives_every_step_back_is_one_box_that_says_how_many(name):
    data = explained(SOURCES[name]).data
    layer = next(group for group in data.groups if group.id == "h")
    assert layer.collapsed
    assert f"{RECURRENT[name][1]} steps" in layer.note
    assert any("--depth 1 opens it" in remark.text for remark in data.remarks)


def test_equal_blocks_are_closed_before_anything_is_opened():
    data = explained(SOURCES["twelve blocks"]).data
    row = next(group for group in data.groups if group.repeated > 1)
    assert row.repeated == 12
    assert row.title == "n1 … n12"
    assert "f" in {group.id for group in data.groups if not group.collapsed}


def test_few_steps_stay_one_box_each():
    data = explained(recurrent("lstm", 3, "last")).data
    assert [group.repeated for group in data.groups if group.parent == "h"] == [1, 1, 1]
