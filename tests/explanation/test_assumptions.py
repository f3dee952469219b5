"""What formulas take for granted is said."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.api.inputs import random_values
from gradviz.graph.build import build
from gradviz.syntax.parser import parse


def said(text: str, **given: object) -> list[str]:
    data = gradviz.explain(text, **given).data  # type: ignore[arg-type]
    return [remark.text for remark in data.remarks if remark.kind == "assumption"]


def test_a_declared_distribution():
    assert said("z : n; y : n stochastic; f = -sum(y*log(softmax(z)))") == [
        "the gradient by z uses that y sums to one, as declared"
    ]
    assert said("Z : N x k; Y : N x k stochastic; b : k; f = -sum(Y*log(softmax(Z + b)))/N") == [
        "the gradient by Z and b uses that the rows of Y sum to one, as declared"
    ]
    assert said("z : n; y : n stochastic; f = -sum(y*log(softmax(z)))", wrt="y") == []
    assert said("z : n; y : n; f = -sum(y*log(softmax(z)))") == []


def test_cofactors_written_with_the_inverse():
    assert said("X : n x n; f = det(X)^2") == ["det(X) X⁻ᵀ needs X to be invertible"]
    assert said("S : n x n symmetric; f = det(S)")[0] == "det(S) S⁻¹ needs S to be invertible"
    assert said("X : n x n; f = logdet(X)") == []


@pytest.mark.parametrize("size", [1, 2, 7, 64, 300])
def test_random_values_are_what_is_declared(size):
    text = f"y : {size} stochastic; Y : 3x{size} stochastic; f = sum(y) + sum(Y)"
    drawn = random_values(build(parse(text)), 4)
    for array in drawn.values():
        assert np.all(array >= 0)
        np.testing.assert_allclose(array.sum(axis=-1), 1, atol=1e-12)
    assert gradviz.explain(text, seed=4).value == pytest.approx(4)
    if size == 7:
        np.testing.assert_array_equal(drawn["y"], np.round(drawn["y"], 2))
