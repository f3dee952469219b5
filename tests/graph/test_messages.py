"""Error messages, word for word: `pytest --update-golden` writes them anew, and the diff must read well."""

from __future__ import annotations

from typing import Any

import pytest

from gradviz.errors import UserError
from gradviz.graph.build import build
from gradviz.syntax.parser import parse

PROGRAMS: list[tuple[str, dict[str, Any]]] = [
    ("a = b + 1\nb = 2*a\nf = a", {}),
    ("x = x + 1", {}),
    ("f = x*y; x = 1; x = 2", {}),
    ("g(t) = g(t - 1)*t; f = g(x)", {}),
    ("g(t) = h(t); h(t) = g(t); f = g(x)", {}),
    ("g(t) = t^2; f = g(x, y)", {}),
    ("g(t) = t^2; f = g(x) + g", {}),
    ("W : 2x2", {}),
    ("q = x + y; f = q*z", {"of": "p"}),
    ("rate = 2; f = rate*x", {"of": "rat"}),
    ("f = width*height", {"values": {"widht": 1}}),
    ("f = x*y", {"values": {"temperature": 1}}),
    ("q = x + y; f = q*z", {"values": {"q": 1}}),
    ("f = 2*x", {"values": {"x": [[1, 2], [3]]}}),
    ("f = 2*x", {"values": {"x": "two"}}),
    ("x : 3 = [1, 2]; f = 2*x", {}),
    ("x : 3; f = 2*x", {"values": {"x": [[1, 2, 3]]}}),
    ("x : 3; f = 2*x", {"values": {"x": 1}}),
    ("x : 3; f = 2*x", {"shapes": {"x": (4,)}}),
    ("x : n = [1, 2]; y : n = [1, 2, 3]; f = x*y", {}),
    ("n = 4; x : n = [1, 2]; f = 2*x", {}),
    ("n = 1/2; x : n; f = 2*x", {}),
    ("x : 2; q : 3 = 2*x; f = q*q", {}),
    ("f = x/0", {}),
    ("f = x + 2/(1 - 1)", {}),
    ("f = x + 0^-1", {}),
    ("f = 9**9**9**9", {}),
    ("f = x^(9^9^9)", {}),
    ("f = x*10^350", {}),
    ("f = x; y = log(0)", {}),
    ("x = 1/0; f = x", {}),
    ("x = sqrt(-1); f = 2*x", {}),
    ("x : 3; y : 4; f = x*y", {}),
    ("u : 2; v : 2; f = u v", {}),
    ("W : 2x3; x : 2; f = sum(W @ x)", {}),
    ("W : 2x3; b : 3; f = sum(W @ tanh(b) + b)", {}),
    ("f = sum(W @ x)", {"values": {"W": [[1, 2], [3, 4]], "x": [1, 2, 3]}}),
    ("W : 2x3; y = W @ x; z : 4; f = sum(x*z)", {}),
    ("A : 2x3; B : 3x4; f = sum(A*B)", {}),
    ("A : m x n; B : p x q; f = sum(A + B)", {}),
    ("A : N x d; f = sum(A + w)", {"values": {"A": [[1, 2, 3]], "w": [1, 2]}}),
    ("x : 2; y : 3; f = dot(x, y)", {}),
    ("x : 2; y : 3; f = x' y", {}),
    ("A : 2x2; y : 3; f = sum(outer(A, y))", {}),
    ("A : 2x3; f = det(A)", {}),
    ("A : 2x3; f = sum(inv(A @ A.T) @ A) + trace(A)", {}),
    ("x : 3; f = logdet(x)", {}),
    ("A : 3x3; b : 2; f = sum(solve(A, b))", {}),
    ("X : 2x3x4; Y : 5x4x3; f = sum(X @ Y)", {}),
    (
        "f = sum(\n  A_very_long_name_of_a_matrix\n  @ x)",
        {"shapes": {"A_very_long_name_of_a_matrix": (2, 3), "x": (2,)}},
    ),
    (
        "f = sum((tanh(a) + b + tanh(a) + b + tanh(a))*(c + d + c + d + c + d + c + d + c + d))",
        {"shapes": {"a": (2,), "b": (2,), "c": (3,), "d": (3,)}},
    ),
    ("f = [[x, 1], [2]]", {}),
    ("f = [x, [1, 2]]", {}),
    ("x : 3; f = x[1/2]", {}),
    ("x : 3; f = x[y]", {}),
    ("x : 3; f = x[::0]", {}),
]


def answer(text: str, given: dict[str, Any]) -> str:
    try:
        build(parse(text), **given)
    except UserError as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


def test_error_messages(golden):
    told = (f"{text}{''.join(f'   [{k}={v}]' for k, v in g.items())}\n\n{answer(text, g)}" for text, g in PROGRAMS)
    golden("graph_messages.txt", "\n\n----\n".join(told) + "\n")


@pytest.mark.parametrize(("text", "given_"), PROGRAMS)
def test_every_fault_is_found_and_says_what_to_do(text, given_):
    with pytest.raises(UserError) as caught:
        build(parse(text), **given_)
    assert caught.value.hint or caught.value.span
    assert "\n" not in caught.value.message


NOTES: list[tuple[str, str]] = [
    ("A : 3x2; x : 2; f = sum(A*x)", "* multiplies entry by entry: each row of A by x; the matrix product is A @ x"),
    ("A : 2x3; x : 3; f = sum(x*A)", ""),
    ("A : 3x3; x : 3; f = sum(x*A)", "* multiplies entry by entry: x by each row of A; the matrix product is x @ A"),
    (
        "A : 3x3; B : 3x3; f = sum(A*(B + 1))",
        "* multiplies entry by entry: each entry of A by one of (B + 1); the matrix product is A @ (B + 1)",
    ),
    ("A : 2x3; B : 2x3; f = sum(A*B)", ""),
    ("H : 3x3; f = sum(H*(1 - H))", ""),
    ("A : 3x3; f = sum(2*A)", ""),
    ("A : 3x1; B : 1x3; f = sum(A*B)", ""),
    ("x : 3; y : 3; f = sum(x*y)", ""),
    ("A : 3x3; B : 3x3; f = sum(A @ B)", ""),
    (
        "W : m x n; x : m; f = sum(W @ x)",
        "the sizes n and m are taken as equal: W @ x fits only then (if they may differ, a transpose is missing, or a "
        "letter is wrong)",
    ),
    (
        "X : 2x3x4; f = sum(X')",
        "the transpose of an array with 3 axes swaps the last two; transpose(X, axes=…) gives another order",
    ),
]


@pytest.mark.parametrize(("text", "note"), NOTES)
def test_what_could_be_meant_otherwise_is_noted(text, note):
    assert [told.message for told in build(parse(text)).notes] == ([note] if note else [])


def test_an_error_of_arrays_marks_every_operand():
    with pytest.raises(UserError) as caught:
        build(parse("W : 2x3; x : 2; f = sum(W @ x)"))
    error = caught.value
    assert error.source is not None
    assert [error.source.text[span.start : span.end] for span, _ in error.places] == ["W", "x"]
    assert [says for _, says in error.places] == [
        "W is a 2×3 matrix, as declared",
        "x is a vector of 2, as declared",
    ]
