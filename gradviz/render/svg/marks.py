"""The marks of a judged answer: an outline around a glyph, and a badge with the word beside its caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gradviz.explanation.data import NodeFacts
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.glyphs import RADIUS, Mark
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import Point, circle, curve, rectangle
from gradviz.render.svg.theme import Role
from gradviz.render.svg.view import View

SIZE = 11.5
DISC = 7.0
"""The badge's radius."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a mark looks: its colour, the outline's dashes and width, the word, and the strokes of the badge's sign."""

    role: Role
    dash: str
    width: float
    word: str
    strokes: tuple[tuple[Point, ...], ...]


_TICK: tuple[tuple[Point, ...], ...] = (((-3.4, 0.2), (-1.0, 2.8), (3.4, -2.8)),)
_CROSS: tuple[tuple[Point, ...], ...] = (((-2.6, -2.6), (2.6, 2.6)), ((-2.6, 2.6), (2.6, -2.6)))
_ARROW: tuple[tuple[Point, ...], ...] = (((-3.2, -3.2), (-3.2, 1.2), (3.2, 1.2)), ((0.8, -1.4), (3.4, 1.2), (0.8, 3.8)))

LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "wrong": Look("gradient", "5 3", 3.0, "wrong", _CROSS),
        "right": Look("value", "", 2.4, "right", _TICK),
        "follows": Look("local", "1.5 3", 2.6, "follows", _ARROW),
    }
)
"""By mark. The three differ in outline, sign and word, not in colour alone."""


def badge(mark: str, ink: Ink, word: str = "") -> Box:
    """A disc with the mark's sign, and the mark's word or another one."""
    look = LOOKS[mark]
    colour, ground = ink.theme[look.role], ink.theme["ground"]
    signs = [curve(points, ground, 1.9, cap="round") for points in look.strokes]
    disc = f'<g transform="translate({DISC:g} -4)">{circle((0, 0), DISC, fill=colour)}{"".join(signs)}</g>'
    return beside([Box(2 * DISC, DISC + 4, DISC - 4, disc), ink.word(word or look.word, SIZE, look.role)], 3)


def captioned(caption: Box, node: NodeFacts, ink: Ink) -> Box:
    """A node's caption with the mark before it."""
    return beside([badge(node.mark, ink), caption], 7) if node.mark else caption


def outlined(drawn: Mark, node: NodeFacts, view: View) -> Mark:
    """A glyph, its outline replaced by the mark's."""
    if not node.mark:
        return drawn
    look, ink = LOOKS[node.mark], view.ink
    radius = RADIUS if drawn.round else 5.0
    around = [(ink.theme["ground"], look.width + 0.8, ""), (ink.theme[look.role], look.width, look.dash)]
    rings = [_ring(drawn, radius, colour, width, dash) for colour, width, dash in around]
    return replace(drawn, svg=drawn.svg + "".join(rings))


def _ring(drawn: Mark, radius: float, colour: str, width: float, dash: str) -> str:
    return rectangle(
        -drawn.width / 2,
        -drawn.height / 2,
        drawn.width,
        drawn.height,
        stroke=colour,
        line=width,
        radius=radius,
        dash=dash,
    )
