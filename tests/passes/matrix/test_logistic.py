"""The logistic function in its usual writings, and that recognising it never changes a value."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.graph.build import build
from gradviz.passes.backward import differentiate
from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    elementwise,
    hadamard,
    number,
    ones,
    power,
    product,
    scale,
    subtract,
    symbol,
    transpose,
)
from gradviz.passes.matrix.checking import value_of
from gradviz.passes.matrix.family import family_of
from gradviz.passes.matrix.forms import gradient_forms
from gradviz.passes.matrix.logistic import logistic
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode

SHAPES = "X : N x d; w : d; y : N; "
WRITTEN = {
    "sum(log(1+exp(-y*(X w))))": "−Xᵀ (y ∘ σ(−y ∘ (X w)))",
    "mean(log(1+exp(X w)) - y*(X w))": "(1/N) Xᵀ (σ(X w) − y)",
    "-mean(y*log(1/(1+exp(-(X w)))) + (1-y)*log(1-1/(1+exp(-(X w)))))": "(1/N) Xᵀ (σ(X w) − y)",
    "sum(1/(1+exp(-(X w))))": "Xᵀ (σ(X w) ∘ (1 − σ(X w)))",
    "sum(y*log(exp(X w)/(1+exp(X w))))": "Xᵀ (y − y ∘ σ(X w))",
}


@pytest.mark.parametrize("f", WRITTEN)
def test_gradients(f: str):
    built = build(parse(f"{SHAPES} f = {f}"))
    names = {i: name for name, i in built.graph.inputs.items()}
    w = built.graph.inputs["w"]
    forms = gradient_forms(differentiate(built.graph, built.output), [w], names=names, family=family_of(built))
    assert to_unicode(forms.whole[w].display) == WRITTEN[f]


def test_a_named_probability():
    built = build(parse(f"{SHAPES} p = 1/(1+exp(-(X w))); f = -mean(y*log(p) + (1-y)*log(1-p))"))
    names = {i: node.name for i, node in enumerate(built.graph.nodes) if node.name}
    w = built.graph.inputs["w"]
    forms = gradient_forms(differentiate(built.graph, built.output), [w], names=names, family=family_of(built))
    assert to_unicode(forms.named[w].display) == "(1/N) Xᵀ (p − y)"
    assert to_unicode(forms.where["p"].display) == "σ(X w)"


SIZES = {"scalar": (1, 1), "column": (3, 1), "row": (1, 3), "matrix": (3, 2)}


def fraction(u: Matrix, above: Fraction, below: Fraction, rest: Matrix) -> Matrix:
    one = product(ones(u.rows), transpose(ones(u.columns)))
    e = elementwise("exp", u)
    if u.is_scalar:
        return scale(scale(power(e, above), power(add(one, e), below)), rest)
    return hadamard((e, above), (add(one, e), below), (rest, Fraction(1)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("powers", [(0, -1), (1, -1), (1, -2), (2, -1), (-1, -1), (2, -3), (1, 1), (0, -2)])
def test_powers_keep_their_value(size: str, sign: int, powers: tuple[int, int]):
    rows, columns = SIZES[size]
    u, v = symbol("u", rows, columns), symbol("v", rows, columns)
    x = fraction(scale(number(sign), u), Fraction(powers[0]), Fraction(powers[1]), v)
    one = product(ones(rows), transpose(ones(columns)))
    x = add(x, subtract(v, elementwise("log", add(one, elementwise("exp", u)))))
    generator = np.random.default_rng(7)
    values = {name: generator.normal(size=(rows, columns)) for name in "uv"}
    found = logistic(x)
    np.testing.assert_allclose(value_of(found, values), value_of(x, values), rtol=1e-12)
    assert "softplus" in repr(found)
    assert powers[1] > 0 or "sigmoid" in repr(found)


def test_what_is_not_divided_stays():
    u, v = symbol("u", 3, 1), symbol("v", 3, 1)
    x = hadamard((v, Fraction(1)), (add(ones(3), elementwise("exp", u)), Fraction(1)))
    assert logistic(x) is x
