"""Questions in the same letters and shapes, none a mistake away from another; so none explains another."""

from __future__ import annotations

SHAPES = "X : 4 x 3\nA : 3 x 3\nB : 3 x 3\nw : 3\nx : 3\nb : 3\ny : 4\nc\n"

BY_W = (
    ("f = sum(sin(X @ w))", "X.T @ cos(X @ w)"),
    ("f = log(1 + ||w||^2)", "2*w/(1 + ||w||^2)"),
    ("f = sum(sigmoid(X @ w)*y)", "X.T @ (y*sigmoid(X @ w)*(1 - sigmoid(X @ w)))"),
    ("f = dot(x, A @ B @ w)", "(A @ B).T @ x"),
    ("f = mean((X @ w - y)^4)", "X.T @ (X @ w - y)^3"),
    ("f = exp(c*dot(x, w))", "c*exp(c*dot(x, w))*x"),
    ("f = sum(softmax(w)*x)", "softmax(w)*(x - dot(x, softmax(w)))"),
    ("f = dot(b, tanh(A @ w))", "A.T @ (b*(1 - tanh(A @ w)^2))"),
    ("f = ||A @ w - x||", "A.T @ (A @ w - x)/||A @ w - x||"),
    ("f = sum(relu(X @ w)^3)", "3*X.T @ (relu(X @ w)^2)"),
    ("f = sum(w^3*x) + c*dot(b, w)", "3*w^2*x + c*b"),
    ("f = dot(w, A @ w)*dot(x, w)", "dot(x, w)*(A + A.T) @ w + dot(w, A @ w)*x"),
)
BY_A = (
    ("f = sum(tanh(A @ x))", "(1 - tanh(A @ x)^2) @ x.T"),
    ("f = log(det(A))", "inv(A).T"),
    ("f = trace(A @ B @ A)", "(B @ A + A @ B).T"),
    ("f = dot(w, A @ A @ x)", "w @ (A @ x).T + (A.T @ w) @ x.T"),
    ("f = sum(exp(A)*B)", "exp(A)*B"),
    ("f = ||X @ A||^2", "2*X.T @ (X @ A)"),
    ("f = c*sum((A @ B)^3)", "3*c*(A @ B)^2 @ B.T"),
)
"""Problems and their answers, by what is differentiated."""


def asked(text: str, name: str) -> str:
    """A problem in which all letters occur, so that every answer can be read; the further terms' derivatives are 0."""
    others = [one for one in ("X", "A", "B", "w", "x", "b", "y") if one != name]
    return f"{SHAPES}{text} + c + {' + '.join(f'sum({one})' for one in others)}"


def foreign() -> list[tuple[str, str, str]]:
    """Problems with the answers to other ones: text, input, answer."""
    found = []
    for name, problems in (("w", BY_W), ("A", BY_A)):
        for text, _ in problems:
            found += [(asked(text, name), name, answer) for other, answer in problems if other != text]
    return found
