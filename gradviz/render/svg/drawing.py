"""A drawing: the record of what stands where on the page, from which the SVG is composed and which the tests check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gradviz.render.svg.box import Box
from gradviz.render.svg.shapes import Point

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something with an extent on the page.

    Args:
        owner: the node's or edge's key that it belongs to ("" for titles, legends and tables).
        role: what it is: a text's place ("value", "local", "gradient", "caption", …), or "glyph", "disc".
    """

    owner: str
    role: str
    extent: Rectangle


@dataclass(frozen=True, slots=True)
class Strand:
    """A drawn line: a wire's forward or backward half."""

    owner: str
    role: Literal["forward", "backward"]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture and the record of its parts."""

    width: float
    height: float
    svg: str
    texts: tuple[Item, ...]
    glyphs: tuple[Item, ...]
    strands: tuple[Strand, ...]
    panels: tuple[Item, ...] = ()


@dataclass(slots=True)
class Sketch:
    """A drawing under way: parts are added in the order in which they are painted."""

    body: list[str] = field(default_factory=list)
    texts: list[Item] = field(default_factory=list)
    glyphs: list[Item] = field(default_factory=list)
    strands: list[Strand] = field(default_factory=list)
    panels: list[Item] = field(default_factory=list)

    def text(self, box: Box, x: float, y: float, owner: str, role: str) -> str:
        """A text with its top left corner at a point: recorded, and returned to be painted."""
        if not box:
            return ""
        self.texts.append(Item(owner, role, (x, y, x + box.width, y + box.height)))
        return box.at(x, y)
