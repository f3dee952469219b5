"""Letters in sums: formulas with N − 1, n², √(n m) hold at every size, and what does not hold is not shown."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.graph.build import build
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.formulas import Formula
from gradviz.passes.matrix.algebra import add, number, ones, scale, subtract, symbol
from gradviz.passes.matrix.checking import checked
from gradviz.passes.matrix.family import Family, family_of
from gradviz.passes.matrix.forms import Forms, gradient_forms
from gradviz.passes.matrix.jacobians import hessian_form, jacobian_form
from gradviz.passes.matrix.letters import lettered
from gradviz.passes.matrix.setting import OWN_SIZES, SINGULAR
from gradviz.passes.matrix.trial import read
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode

GRADIENTS = {
    "X : N x d; f = sum(X^2)/(N-1)": ("X", "2 X/(N − 1)"),
    "x : n; f = norm(x)^2/(n-1) + 1/(n+1)*sum(x)": ("x", "2 x/(n − 1) + 1/(n + 1)"),
    "x : n; y : m; f = x'x*(n+m)": ("x", "2 (n + m) x"),
    "x : n; f = n*sum(x) + sum(x)": ("x", "(n + 1) 𝟏"),
    "x : n; f = sum((x - 1/n)^2)": ("x", "2 (x − 1/n)"),
    "x : n; y : m; f = sqrt(n*m)*norm(x)^2*sum(y)/(n+m)": ("x", ""),
    "x : n; f = (n-1)*(n+1)*x'x + n^2*sum(x)": ("x", ""),
    "x : n; f = sum(x^2)/sqrt(n-1) + sum(x)*2^n": ("x", ""),
    "X : N x d; w : d; f = norm(X w)^2/(N-d+7)": ("w", ""),
}
OTHER_SIZES = ({"N": 4, "d": 3, "n": 5, "m": 2}, {"N": 6, "d": 2, "n": 3, "m": 7})


def forms_of(program: str) -> tuple[dict[str, int], Family | None, Forms]:
    built = build(parse(program))
    back = differentiate(built.graph, built.output)
    names = {i: name for name, i in built.graph.inputs.items()}
    family = family_of(built)
    return built.graph.inputs, family, gradient_forms(back, [*names], names=names, family=family)


def value(formula: Formula, family: Family, sizes: dict[str, int], point: dict[str, np.ndarray]) -> np.ndarray:
    known = {letter: sizes[letter] for letter in family.letters}
    return np.asarray(read(formula.spelled, family.written, [*point]).value(point, known))


@pytest.mark.parametrize("program", GRADIENTS)
def test_gradients_hold_at_other_sizes(program: str):
    name, expected = GRADIENTS[program]
    inputs, family, forms = forms_of(program)
    assert family is not None
    formula = forms.whole[inputs[name]]
    assert inputs[name] in forms.general
    assert not expected or to_unicode(formula.display) == expected
    for seed, sizes in enumerate(OTHER_SIZES):
        other = family({letter: sizes[letter] for letter in family.letters})
        generator = np.random.default_rng(seed)
        point = {n: generator.uniform(0.5, 2, other.graph.nodes[i].shape) for n, i in other.graph.inputs.items()}
        back = differentiate(other.graph, other.output)
        want = evaluate(back.graph, point, [back.gradients[inputs[name]]])[0]
        np.testing.assert_allclose(value(formula, family, sizes, point), want, rtol=1e-9)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("x : n; f = x*(n-1) + x*n^2", "(n + n² − 1) I"),
        ("A : m x n; x : n; f = (A x)/(m+n)", "A/(m + n)"),
    ],
)
def test_jacobians_hold_at_every_size(program: str, expected: str):
    built = build(parse(program))
    names = {i: name for name, i in built.graph.inputs.items()}
    form = jacobian_form(built.graph, built.output, built.graph.inputs["x"], names=names, family=family_of(built))
    assert form.formula is not None
    assert to_unicode(form.formula.display) == expected


def test_hessians_hold_at_every_size():
    built = build(parse("X : N x d; w : d; f = norm(X w)^2/(N-1)"))
    names = {i: name for name, i in built.graph.inputs.items()}
    back = differentiate(built.graph, built.output)
    form = hessian_form(back, built.graph.inputs["w"], names=names, family=family_of(built))
    assert form.formula is not None
    assert to_unicode(form.formula.display) == "(2/(N − 1)) Xᵀ X"


def test_what_holds_at_the_own_sizes_only_is_not_shown():
    inputs, _, forms = forms_of("x : n; f = var(x, ddof=1)")
    assert inputs["x"] not in forms.whole
    assert forms.reasons[inputs["x"]] == OWN_SIZES
    assert not forms.failures


@pytest.mark.parametrize(
    "program",
    [
        "a : n x n; f = det(a - mean(a, axis=1, keepdims=True))",
        "a : 3x3; f = det(a - mean(a, axis=1, keepdims=True))",
        "a : n; f = det(outer(a, a))",
    ],
)
def test_the_inverse_of_what_is_always_singular_is_not_shown(program: str):
    inputs, _, forms = forms_of(program)
    assert not forms.whole
    assert not forms.failures
    assert forms.reasons[inputs["a"]] == SINGULAR


def test_numbers_with_different_letters_are_kept_apart():
    x, n = symbol("x", 211, 1), number(211)
    with lettered([211, 223]), checked({"x": np.arange(211.0)}):
        less = subtract(n, number(1))
        assert less.op == "sum"
        assert add(less, number(1)) is n
        assert add(scale(less, x), x) is scale(n, x)
        assert subtract(scale(n, x), scale(less, x)) is x
        assert add(scale(number(Fraction(1, 211)), x), scale(n, x), x).op == "scaled"
        assert subtract(scale(less, ones(3)), scale(less, ones(3))).args == ()
    assert subtract(n, number(1)) is number(210)
