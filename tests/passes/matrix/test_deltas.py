"""Names for what gradients have in common: only where it pays, never one that the program uses."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.graph.build import Built, build
from gradviz.passes.backward import differentiate
from gradviz.passes.matrix import forms as forms_module
from gradviz.passes.matrix.algebra import hadamard, product, scale, symbol, transpose
from gradviz.passes.matrix.algebra import number as number_of
from gradviz.passes.matrix.deltas import Named, with_deltas
from gradviz.passes.matrix.family import family_of
from gradviz.passes.matrix.forms import Forms, gradient_forms
from gradviz.passes.signs import leading_sign
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_unicode


def network(depth: int) -> str:
    layers = [f"h{k} = tanh(W{k}@{'x' if k == 1 else f'h{k - 1}'} + b{k})" for k in range(1, depth + 1)]
    shapes = [f"W{k} : n x n; b{k} : n" for k in range(1, depth + 1)]
    return "; ".join(["x : n", *shapes, *layers, f"f = ||h{depth}||^2"])


def forms_of(text: str) -> tuple[Built, Forms]:
    made = build(parse(text))
    names = {i: node.name for i, node in enumerate(made.graph.nodes) if node.name}
    wanted = [made.graph.inputs[name] for name in made.inputs]
    users = [i for i in names if i != made.output]
    back = differentiate(made.graph, made.output)
    return made, gradient_forms(back, wanted, names=names, users=users, family=family_of(made))


def shown(formula) -> str:
    return to_unicode(leading_sign(formula.display))


def test_backpropagation_as_it_is_taught():
    made, forms = forms_of(network(4))
    assert {name: shown(forms.where[name]) for name in forms.where if name.startswith("delta")} == {
        "delta1": "W₄ᵀ (h₄ − h₄ ∘ h₄ ∘ h₄) ∘ (1 − h₃ ∘ h₃)",
        "delta2": "W₃ᵀ δ₁ ∘ (1 − h₂ ∘ h₂)",
        "delta3": "W₂ᵀ δ₂ ∘ (1 − h₁ ∘ h₁)",
    }
    gradients = {name: shown(forms.best(made.graph.inputs[name])) for name in ("x", "W1", "b1", "W2", "b2", "W3")}
    assert gradients == {
        "x": "2 W₁ᵀ δ₃",
        "W1": "2 δ₃ xᵀ",
        "b1": "2 δ₃",
        "W2": "2 δ₂ h₁ᵀ",
        "b2": "2 δ₂",
        "W3": "2 δ₁ h₂ᵀ",
    }
    assert not forms.failures
    assert set(made.graph.inputs.values()) == forms.general


def test_a_network_of_any_depth_stays_readable():
    """Without names the gradient by the first layer is too long for a reader."""
    made, forms = forms_of(network(8))
    assert set(forms.named) == set(made.graph.inputs.values())
    assert not forms.reasons
    assert max(len(shown(formula)) for formula in [*forms.named.values(), *forms.where.values()]) < 60


@pytest.mark.parametrize("name", ["delta1", "delta2"])
def test_a_name_of_the_program_is_never_taken(name):
    _, forms = forms_of(network(3).replace("b2", name))
    assert name not in forms.where
    assert any(other.startswith("delta") for other in forms.where)
    assert not forms.failures


def test_short_or_single_pieces_get_no_name():
    for text in (network(1), "A : m x n; x : n; b : m; r = A x - b; f = r' r", "U : m x k; V : k x n; f = ||U V||^2"):
        _, forms = forms_of(text)
        assert not any(name.startswith("delta") for name in forms.where)


def test_a_piece_takes_the_sign_that_leaves_fewer_in_the_formulas():
    w, x, y = symbol("W", 3, 3), symbol("x", 3, 1), symbol("y", 3, 1)
    delta = hadamard((product(transpose(w), x), 1), (product(w, w, y), 1), (product(w, w, w, x), 1))
    minus = number_of(-1)
    forms = {0: scale(minus, product(delta, transpose(x))), 1: scale(minus, product(delta, transpose(y)))}
    found = with_deltas(forms, ())
    named = symbol("delta1", 3, 1)
    assert found.forms == {0: product(named, transpose(x)), 1: product(named, transpose(y))}
    assert found.pieces == {"delta1": scale(minus, delta)}


def test_a_wrong_name_is_found_out_and_leaves_the_formulas_as_they_were(monkeypatch):
    def wrong(forms, taken):
        made = with_deltas(forms, taken)
        return Named(made.forms, {name: scale(number_of(2), piece) for name, piece in made.pieces.items()})

    _, true = forms_of(network(3))
    monkeypatch.setattr(forms_module, "with_deltas", wrong)
    made, forms = forms_of(network(3))
    assert any(name.startswith("delta") for name in true.where)
    assert not any(name.startswith("delta") for name in forms.where)
    assert set(forms.named) | set(forms.whole) == set(made.graph.inputs.values())


def test_the_same_in_every_run():
    first, second = (forms_of(network(5))[1].where for _ in range(2))
    assert first == second
    assert np.all([name in second for name in first])
