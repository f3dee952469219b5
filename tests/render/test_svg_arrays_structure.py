"""The small grids of Jacobians: every kind looks different, and every picture of a small Jacobian is the real one."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.explanation.data import JacobianFacts
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.structure import FACES, pattern
from gradviz.render.svg.theme import THEMES

KINDS = ("zero", *FACES)


def facts(structure: str, marks: np.ndarray) -> JacobianFacts:
    rows = tuple(tuple(int(mark) for mark in row) for row in marks)
    return JacobianFacts(structure, *marks.shape, int(marks.sum()), rows)


POSSIBLE = {
    "diagonal": (np.eye(8), ("zero", "identity", "scaled identity", "diagonal")),
    "blocks": (np.kron(np.eye(3), np.ones((2, 2))), ("zero", "block diagonal", "Kronecker", "dense")),
    "stripes": (np.kron(np.ones((2, 3)), np.eye(2)), ("zero", "Kronecker", "selection", "scaled selection")),
    "full": (np.ones((4, 5)), ("zero", "block diagonal", "Kronecker", "low rank", "dense")),
    "column": (np.ones((6, 1)), ("zero", "selection", "scaled selection", "low rank", "dense")),
}
"""Patterns, and the kinds of Jacobian that may have them."""


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("name", POSSIBLE)
def test_kinds_with_the_same_marks_look_different(theme, name):
    marks, kinds = POSSIBLE[name]
    drawn = {kind: pattern(facts(kind, marks), Ink(THEMES[theme])).svg for kind in kinds}
    assert len(set(drawn.values())) == len(kinds)


@pytest.mark.parametrize("kind", [*KINDS, "tridiagonal"])
@pytest.mark.parametrize("size", [(1, 1), (1, 8), (8, 1), (3, 5), (8, 8)])
def test_every_kind_is_drawn_inside_its_box(kind, size):
    box = pattern(facts(kind, np.ones(size)), Ink(THEMES["light"]))
    assert box.width >= size[1] * 5.5
    assert box.height >= size[0] * 5.5
    assert box.svg


def test_an_empty_jacobian_has_no_picture():
    assert not pattern(JacobianFacts("dense", 0, 0, 0, ()), Ink(THEMES["light"]))
    assert not pattern(JacobianFacts("dense", 2, 0, 0, ((), ())), Ink(THEMES["light"]))


def test_blocks_are_as_many_as_there_are():
    svg = pattern(facts("block diagonal", np.kron(np.eye(3), np.ones((2, 2)))), Ink(THEMES["light"])).svg
    assert svg.count("<rect") == 1 + 3
