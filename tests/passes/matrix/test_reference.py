"""The reference table: gradients that textbooks give in matrix form, with the Matrix Cookbook's numbers as the source.

Every formula is verified while it is made, at other sizes than it was made at (`holds for every size` below), and
here once more against central differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

import gradviz
from gradviz.graph.build import Built, build
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.formulas import Formula
from gradviz.passes.matrix.family import family_of
from gradviz.passes.matrix.forms import Forms, gradient_forms
from gradviz.passes.matrix.trial import RESULT, Reading, points_of, read
from gradviz.passes.signs import leading_sign
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_text, to_unicode


@dataclass(frozen=True)
class Line:
    """A line of the table: the program, its gradients by input, and where they are printed."""

    program: str
    gradients: dict[str, str]
    source: str = ""
    where: dict[str, str] = field(default_factory=dict)


TABLE = {
    "linear form": Line("a : n; x : n; f = a' x", {"a": "x", "x": "a"}, "Cookbook (69)"),
    "quadratic form": Line("A : n x n; x : n; f = x' A x", {"x": "(A + Aᵀ) x", "A": "x xᵀ"}, "Cookbook (81)"),
    "quadratic form, symmetric": Line("A : n x n symmetric; x : n; f = x' A x", {"x": "2 A x"}, "Cookbook (81)"),
    "least squares": Line(
        "A : m x n; x : n; b : m; f = (A x - b)' (A x - b)",
        {"x": "2 Aᵀ (A x − b)", "A": "2 (A x − b) xᵀ", "b": "2 (b − A x)"},
        "Cookbook (84), (88)",
    ),
    "least squares, named": Line(
        "A : m x n; x : n; b : m; r = A x - b; f = r' r",
        {"x": "2 Aᵀ r", "A": "2 r xᵀ", "b": "−2 r"},
        "Cookbook (84), (88)",
        {"r": "A x − b"},
    ),
    "squared length": Line("W : m x n; x : n; f = ||W@x||^2", {"W": "2 (W x) xᵀ", "x": "2 Wᵀ W x"}, "Cookbook (88)"),
    "affine layer": Line(
        "W : m x n; x : n; b : m; f = ||W x + b||^2",
        {"W": "2 (W x + b) xᵀ", "x": "2 Wᵀ (W x + b)", "b": "2 (W x + b)"},
        "Cookbook (84), (88)",
    ),
    "ridge regression": Line(
        "X : N x d; w : d; y : N; f = ||X w - y||^2 + lambda*||w||^2", {"w": "2 (Xᵀ (X w − y) + λ w)"}
    ),
    "logistic regression": Line(
        "X : N x d; w : d; y : N; p = sigmoid(X w); f = -mean(y*log(p) + (1 - y)*log(1 - p))",
        {"w": "(1/N) Xᵀ (p − y)"},
        where={"p": "σ(X w)"},
    ),
    "softmax cross-entropy": Line("z : n; y : n; f = logsumexp(z) - y' z", {"z": "softmax(z) − y"}),
    "softmax cross-entropy, sum of y unknown": Line(
        "z : n; y : n; p = softmax(z); f = -sum(y*log(p))", {"z": "sum(y) p − y"}, where={"p": "softmax(z)"}
    ),
    "softmax cross-entropy, y a distribution": Line(
        "z : n; y : n stochastic; p = softmax(z); f = -sum(y*log(p))", {"z": "p − y"}, where={"p": "softmax(z)"}
    ),
    "softmax cross-entropy, by rows": Line(
        "X : N x d; W : d x k; b : k; Y : N x k stochastic; Z = X@W + b; P = softmax(Z); f = -sum(Y*log(P))/N",
        {"X": "(1/N) (P − Y) Wᵀ", "W": "(1/N) Xᵀ (P − Y)", "b": "(1/N) (P − Y)ᵀ 𝟏"},
        where={"P": "softmax(Z)", "Z": "X W + 𝟏 bᵀ"},
    ),
    "softmax cross-entropy, by log-softmax": Line(
        "X : N x d; W : d x k; Y : N x k stochastic; f = -sum(Y*log_softmax(X@W))/N",
        {"W": "(1/N) Xᵀ (softmax(X W) − Y)"},
    ),
    "trace of a product": Line("A : m x n; X : n x k; B : k x m; f = trace(A X B)", {"X": "Aᵀ Bᵀ"}, "Cookbook (101)"),
    "quadratic trace": Line(
        "X : n x k; A : n x n; f = trace(X' A X)", {"X": "(A + Aᵀ) X", "A": "X Xᵀ"}, "Cookbook (108)"
    ),
    "Frobenius": Line("X : m x n; f = ||X||^2", {"X": "2 X"}, "Cookbook (115)"),
    "bilinear": Line("X : m x n; a : m; b : n; f = a' X b", {"X": "a bᵀ", "a": "X b", "b": "Xᵀ a"}, "Cookbook (70)"),
    "bilinear, squared": Line("X : m x n; a : n; b : n; f = a' X' X b", {"X": "X (a bᵀ + b aᵀ)"}, "Cookbook (77)"),
    "log determinant": Line("X : n x n; f = logdet(X)", {"X": "X⁻ᵀ"}, "Cookbook (57)"),
    "determinant": Line("X : n x n; f = det(X)", {"X": "det(X) X⁻ᵀ"}, "Cookbook (49)"),
    "trace of an inverse": Line(
        "X : n x n; A : n x n; f = trace(inv(X) A)", {"X": "−X⁻ᵀ Aᵀ X⁻ᵀ", "A": "X⁻ᵀ"}, "Cookbook (124)"
    ),
    "factorisation": Line(
        "A : m x n; U : m x k; V : k x n; f = ||A - U V||^2",
        {"U": "2 (U V − A) Vᵀ", "V": "2 Uᵀ (U V − A)", "A": "2 (A − U V)"},
    ),
    "exponentials": Line("A : m x n; x : n; f = sum(exp(A x))", {"x": "Aᵀ exp(A x)", "A": "exp(A x) xᵀ"}),
    "log of exponentials": Line(
        "A : m x n; x : n; f = logsumexp(A x)", {"x": "Aᵀ softmax(A x)", "A": "softmax(A x) xᵀ"}
    ),
    "two-layer perceptron": Line(
        "X : N x d; W1 : d x h; b1 : h; W2 : h x k; b2 : k; Y : N x k; H = tanh(X@W1 + b1); F = H@W2 + b2; "
        "f = mean((F - Y)^2)",
        {
            "W1": "(2/(N k)) Xᵀ δ₁",
            "b1": "(2/(N k)) δ₁ᵀ 𝟏",
            "W2": "(2/(N k)) Hᵀ (F − Y)",
            "b2": "(2/(N k)) (F − Y)ᵀ 𝟏",
        },
        where={"H": "tanh(X W₁ + 𝟏 b₁ᵀ)", "F": "H W₂ + 𝟏 b₂ᵀ", "delta1": "(F − Y) W₂ᵀ ∘ (1 − H ∘ H)"},
    ),
    "attention": Line(
        "Q : n x d; K : m x d; V : m x e; G : n x e; P = softmax(Q@K.T/sqrt(d)); f = sum(G*(P@V))",
        {
            "Q": "(1/√d) δ₁ K",
            "K": "(1/√d) δ₁ᵀ Q",
            "V": "Pᵀ G",
        },
        where={"P": "softmax((1/√d) Q Kᵀ)", "delta1": "P ∘ (G Vᵀ − (P ∘ (G Vᵀ)) 𝟏 𝟏ᵀ)"},
    ),
    "layer normalisation": Line(
        "x : n; g : n; gamma : n; beta : n; c = x - mean(x); s = sqrt(mean(c*c) + epsilon); u = c/s; "
        "f = sum(g*(gamma*u + beta))",
        {"x": "(n (g ∘ γ) − gᵀ γ − (gᵀ (γ ∘ u)) u)/(n s)", "gamma": "g ∘ u", "beta": "g"},
        where={"u": "c/s", "s": "√(n ε + ‖c‖²)/√n", "c": "x − sum(x)/n"},
    ),
    "layer normalisation, by rows": Line(
        "X : N x d; G : N x d; gamma : d; beta : d; C = X - mean(X, axis=1, keepdims=True); "
        "s = sqrt(mean(C*C, axis=1, keepdims=True) + epsilon); U = C/s; f = sum(G*(gamma*U + beta))",
        {
            "X": "(1/d) diag(1 ⊘ s) (G (d diag(γ) − γ 𝟏ᵀ) − diag((G ∘ U) γ) U)",
            "gamma": "(G ∘ U)ᵀ 𝟏",
            "beta": "Gᵀ 𝟏",
        },
        where={"U": "diag(1 ⊘ s) C", "s": "(1/√d) √(d ε + (C ∘ C) 𝟏)", "C": "X − (1/d) X 𝟏 𝟏ᵀ"},
    ),
    "standardisation": Line(
        "x : n; g : n; s = sqrt(var(x)); u = (x - mean(x))/s; f = g' u",
        {"x": "(n g − (gᵀ u) u − sum(g))/(n s)"},
    ),
    "Gaussian": Line(
        "x : n; mu : n; Sigma : n x n symmetric; r = x - mu; f = -(logdet(Sigma) + r' inv(Sigma) r)/2",
        {"mu": "Σ⁻¹ r", "Sigma": "(1/2) (Σ⁻¹ r rᵀ Σ⁻¹ − Σ⁻¹)"},
        "Cookbook (57), (61), (86)",
        {"r": "x − μ"},
    ),
    "Gaussian, covariance general": Line(
        "x : n; mu : n; Sigma : n x n; r = x - mu; f = -(logdet(Sigma) + r' inv(Sigma) r)/2",
        {"mu": "(1/2) (Σ⁻¹ + Σ⁻ᵀ) r"},
        "Cookbook (57), (61), (86)",
    ),
    "length": Line("x : n; f = ||x||", {"x": "x/‖x‖"}, "Cookbook (129)"),
}


def found(line: Line) -> tuple[Built, Forms]:
    made = build(parse(line.program))
    names = {i: node.name for i, node in enumerate(made.graph.nodes) if node.name}
    users = [i for i in names if i != made.output]
    return made, gradient_forms(
        differentiate(made.graph, made.output),
        [made.graph.inputs[name] for name in made.inputs],
        names=names,
        users=users,
        family=family_of(made),
        declared=made.declared,
    )


@pytest.mark.parametrize("line", TABLE.values(), ids=TABLE.keys())
def test_reference(line):
    made, forms = found(line)
    assert not forms.failures
    written = {}
    for name in line.gradients:
        id = made.graph.inputs[name]
        assert id in forms.general, f"{name}'s formula does not hold for every size"
        written[name] = to_unicode(leading_sign(forms.best(id).display))
    assert written == line.gradients
    where = {name: to_unicode(leading_sign(formula.display)) for name, formula in forms.where.items()}
    assert {name: where[name] for name in line.where} == line.where


def read_with(where: Mapping[str, Formula], formula: Formula, shapes: Mapping[str, tuple[int | str, ...]]) -> Reading:
    """A formula's text behind the definitions of the names in it: only inputs have a value then."""
    reading = read(formula.spelled, shapes, [*where])
    lines = [f"{name} = {to_text(leading_sign(known.spelled))}" for name, known in where.items()]
    declared = [f"{name} : {' x '.join(map(str, shape))}" for name, shape in shapes.items()]
    return Reading(reading.text, parse("\n".join([*declared, *lines, f"{RESULT} = {reading.text}"])))


@pytest.mark.parametrize("line", TABLE.values(), ids=TABLE.keys())
def test_reference_against_differences(line):
    made, forms = found(line)
    graph, family = made.graph, family_of(made)
    names = {i: node.name for i, node in enumerate(graph.nodes) if node.name}
    (point,) = points_of(graph, names, [made.output], declared=made.declared)
    for name in line.gradients:
        formula = forms.best(graph.inputs[name])
        value = read_with(forms.where, formula, family.written).value({key: point.names[key] for key in made.inputs})
        base = {key: np.asarray(point.names[key], dtype=float) for key in made.inputs}
        want = np.empty(base[name].shape)
        for index in np.ndindex(*want.shape):
            step = np.zeros(want.shape)
            step[index] = 1e-5
            up, down = (evaluate(graph, {**base, name: base[name] + sign * step}, [made.output])[0] for sign in (1, -1))
            want[index] = (up - down) / 2e-5
        np.testing.assert_allclose(value, want, rtol=1e-5, atol=1e-6 * max(1.0, np.abs(want).max()))


def test_e_and_pi_are_inputs_where_the_program_says_so() -> None:
    for name in ("e", "pi"):
        made = gradviz.explain(f"f = sum(({name} - [[1,1],[1,1],[1,1]])^2); {name} = [[5,6],[1,2],[5,6]]")
        assert made.gradients[name].formula == f"2*({name} - 1)"
        assert not [remark for remark in made.data.remarks if remark.kind == "warning"]
