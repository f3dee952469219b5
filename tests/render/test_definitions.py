"""Names in gradients that no node bears: every format that shows them says what they stand for."""

from __future__ import annotations

import json

import pytest

import gradviz
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.theme import THEMES
from gradviz.render.svg.view import view

NETWORK = """X : N x d; W1 : d x h; b1 : h; W2 : h x k; b2 : k; Y : N x k
H = tanh(X@W1 + b1)
F = H@W2 + b2
f = mean((F - Y)^2)"""


@pytest.fixture(scope="module")
def explanation():
    return gradviz.explain(NETWORK, seed=1)


def test_only_what_no_node_bears_is_defined(explanation):
    assert [made.name.text for made in explanation.data.definitions] == ["delta1"]


def test_terminal(explanation):
    text = explanation.to_text()
    assert "∂f/∂W₁ = (2/(N k)) Xᵀ δ₁\n" in text
    assert "\n  where δ₁ = (F − Y) W₂ᵀ ∘ (1 − H ∘ H)\n" in text
    assert "δ₁" not in explanation.to_text(detail="gradients")


def test_markdown_and_latex(explanation):
    said = r"\delta_{1} = \left(F - Y\right) {W_{2}}^{\top} \circ \left(1 - H \circ H\right)"
    assert rf"$$\text{{where }} {said}$$" in explanation.to_markdown()
    assert rf"\text{{where }} {said.replace(' = ', ' &= ')}" in explanation.to_latex()
    assert r"{X}^{\top}\, \delta_{1}" in explanation.to_latex()


def test_json(explanation):
    gradients = json.loads(explanation.to_json())["gradients"]
    assert gradients["b1"]["named"] == "2/(N*k)*sum(delta1, axis=0)"
    assert gradients["b1"]["where"] == {
        "H": "tanh(X @ W1 + ones(N) @ b1.T)",
        "F": "H @ W2 + ones(N) @ b2.T",
        "delta1": "(F - Y) @ W2.T*(1 - H*H)",
    }


@pytest.mark.parametrize("level", ["full", "table"])
def test_pictures(explanation, level):
    """The definition stands below the formulas that use it."""
    seen = view(explanation.data, level, Ink(THEMES["light"]))
    used = any("delta" in facts.named.latex for facts in explanation.data.gradients.values() if facts.named)
    assert used
    assert ["delta1" in made.name.text for made in seen.definitions()].count(True) == 1
