from __future__ import annotations

import gradviz


def notes(source: str, **settings: object) -> list[str]:
    explained = gradviz.explain(source, **settings)  # type: ignore[arg-type]
    return [remark.text for remark in explained.data.remarks]


def test_the_lectures_sigmoid_is_told_with_its_numbers() -> None:
    text = "f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))"
    said = notes(text, at="w0=2,x0=-1,w1=-3,x1=-2,w2=-3")
    assert said == [
        "f is a sigmoid, written out: f = σ(t); its local derivative σ(1 − σ) = 0.7311 × 0.2689 = 0.1966 is proved "
        "equal to the circuit's, −0.5344 × 1 × 0.3679 × (−1) (--fold shows it as one gate)"
    ]


def test_a_softmax_is_told_without_numbers() -> None:
    said = notes("z : 3; p = exp(z)/sum(exp(z)); f = p[0]", at="z=[1,2,3]")
    assert said[0] == (
        "p is a softmax, written out: p = softmax(z); its local derivative diag(p) − p pᵀ is proved equal to the "
        "circuit's (--fold shows it as one gate)"
    )


def test_two_linear_layers_are_told_to_be_one() -> None:
    said = notes("y = W2@(W1@x)", at="W1=[[1,2],[3,4],[5,6]],W2=[[1,0,1]],x=[1,1]")
    assert (
        "2 linear maps in a row with no nonlinearity between them (2 → 3 → 1) are one linear map: y = (W₂ W₁) x, "
        "W₂ W₁ = [[6, 8]]; a nonlinearity between them would make it more than that" in said
    )


def test_a_gate_of_the_table_is_not_told() -> None:
    assert notes("f = sigmoid(x)", at="x=1") == []


def test_folded_is_what_the_gate_would_have_been() -> None:
    point = "w0=2,x0=-1,w1=-3,x1=-2,w2=-3"
    folded = gradviz.explain("f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", at=point, gates="folded")
    gate = gradviz.explain("f = sigmoid(w0*x0 + w1*x1 + w2)", at=point)
    assert folded.data.nodes == gate.data.nodes
    assert folded.data.edges == gate.data.edges


def test_unfolded_gives_the_same_gradients() -> None:
    plain = gradviz.explain("f = sum(softmax(z)*t)", at="z=[1,2,3],t=[1,0,2]")
    opened = gradviz.explain("f = sum(softmax(z)*t)", at="z=[1,2,3],t=[1,0,2]", gates="unfolded")
    assert "softmax" not in [node.op for node in opened.data.nodes]
    for name in ("z", "t"):
        for a, b in zip(plain.gradients[name].value.ravel(), opened.gradients[name].value.ravel(), strict=True):
            assert abs(a - b) < 1e-12


def test_letters_survive_folding() -> None:
    folded = gradviz.explain("x : N; m = sum(x)/N; f = m^2", gates="folded")
    gate = gradviz.explain("x : N; m = mean(x); f = m^2")
    assert folded.gradients["x"].formula == gate.gradients["x"].formula
