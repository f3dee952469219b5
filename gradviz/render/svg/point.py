"""The point: numbers on one line, small arrays typeset, larger ones by their shapes."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.explanation.data import Value
from gradviz.render.arrays_text import shape_text
from gradviz.render.svg.arrays import kind, matrix
from gradviz.render.svg.box import EMPTY, Box, beside, centred, stacked
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.legend import flowed
from gradviz.render.svg.theme import Role

SIZE, WIDE = 14.0, 860.0


def given_box(word: str, given: Mapping[str, Value | None], ink: Ink, role: Role = "value") -> Box:
    """`at x = −2, W = [[1, 2], [3, 4]]`; nothing where nothing is known."""
    items = [_item(name, value, ink, role) for name, value in given.items() if value is not None]
    return stacked(flowed([ink.word(word, 12, "soft"), *items], WIDE, 14), 6) if items else EMPTY


def _item(name: str, value: Value, ink: Ink, role: Role) -> Box:
    if len(name) == 1 and name.isascii() and name.isalpha():
        label = ink.math(f"{name}=", SIZE, role)
    else:
        label = beside([ink.word(name, 12, role), ink.math("=", SIZE, role)], 1)
    return beside([label, value_box(value, ink, role)], 1)


def value_box(value: Value, ink: Ink, role: Role) -> Box:
    """A number, a small matrix, or the shape of a larger one."""
    match kind(value):
        case "number":
            return ink.number(value.number, SIZE, role)
        case "typeset":
            return centred(ink.math(matrix(value, ink), 11, role))
        case _:
            return ink.word(f"{shape_text(value.shape)} numbers", 12, role)
