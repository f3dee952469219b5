"""Boxes: drawn things with a size, which are put beside and above each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gradviz.render.svg.shapes import moved

AXIS = 4.0
"""How far above the baseline the middle of a minus sign lies, in text of about 14 px."""


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn thing.

    Args:
        width: in pixels.
        ascent, descent: above and below the baseline.
        svg: drawn with the start of the baseline at the origin.
    """

    width: float
    ascent: float
    descent: float
    svg: str

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.ascent + self.descent

    def __bool__(self) -> bool:
        return bool(self.svg)

    def at(self, x: float, y: float) -> str:
        """Drawn with its top left corner at a point."""
        return moved(self.svg, x, y + self.ascent)


EMPTY = Box(0.0, 0.0, 0.0, "")


def beside(boxes: Sequence[Box], gap: float = 4.0) -> Box:
    """The boxes in a row on one baseline; empty ones are left out."""
    filled = [box for box in boxes if box]
    if not filled:
        return EMPTY
    x, parts = 0.0, []
    for box in filled:
        parts.append(moved(box.svg, x, 0.0) if x else box.svg)
        x += box.width + gap
    return Box(x - gap, max(box.ascent for box in filled), max(box.descent for box in filled), "".join(parts))


def stacked(boxes: Sequence[Box], gap: float = 3.0, align: Literal["left", "centre", "right"] = "left") -> Box:
    """The boxes in a column; the baseline of the result is at its bottom."""
    filled = [box for box in boxes if box]
    if not filled:
        return EMPTY
    width = max(box.width for box in filled)
    height = sum(box.height for box in filled) + gap * (len(filled) - 1)
    y, parts = -height, []
    for box in filled:
        free = width - box.width
        parts.append(box.at({"left": 0.0, "centre": free / 2, "right": free}[align], y))
        y += box.height + gap
    return Box(width, height, 0.0, "".join(parts))


def centred(box: Box) -> Box:
    """The box with its middle on the axis of the formulas beside it."""
    if not box:
        return box
    ascent = box.height / 2 + AXIS
    return Box(box.width, ascent, box.height - ascent, moved(box.svg, 0.0, box.ascent - ascent))


def padded(box: Box, left: float = 0.0, right: float = 0.0, top: float = 0.0, bottom: float = 0.0) -> Box:
    """The box with room around it."""
    return Box(box.width + left + right, box.ascent + top, box.descent + bottom, moved(box.svg, left, 0.0))


def strut(box: Box, ascent: float, descent: float) -> Box:
    """The box at least as tall as a line of type, so that baselines of neighbours agree."""
    return Box(box.width, max(box.ascent, ascent), max(box.descent, descent), box.svg) if box else box
