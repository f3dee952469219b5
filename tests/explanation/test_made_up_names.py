"""Which made-up names stand in matrix forms: those that tell a reader something."""

from __future__ import annotations

import pytest

import gradviz


@pytest.mark.parametrize(
    ("program", "wrt", "expected"),
    [
        ("W : m x n; x : n; f = ||W@x||^2", "W", "2 q xᵀ"),
        # What is computed twice has one name.
        ("A : m x n; x : n; b : m; f = (A x - b)'(A x - b)", "x", "2 Aᵀ r"),
        # A transpose or an inverse is read as easily itself, so that the whole is short enough and no name is wanted.
        ("a : n; X : m x n; b : n; f = a' X' X b", "a", None),
        ("X : n x n; A : n x n; f = trace(inv(X)@A)", "A", None),
        # What has no matrix form still has a name.
        ("x : n; f = max(x)^2*sum(x)", "x", "r + 2 q s 1[x == q]/sum(1[x == q])"),
    ],
)
def test_names_tell_something(program: str, wrt: str, expected: str | None) -> None:
    named = gradviz.explain(program).data.gradients[wrt].named
    assert (named and named.unicode) == expected
