"""The scale of the cells of arrays: which magnitude has the full colour, and the legend that says so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import rectangle
from gradviz.render.svg.theme import Role, mixed

FAINT = 20.0
"""An array whose largest entry is that many times below the scale has its colours multiplied by a power of ten."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The magnitude at which a cell has its full colour: one for all values of a figure, one for all gradients."""

    largest: float

    def share(self, entry: float) -> float:
        """How strong a cell is, 0 to 1: nothing but zero is drawn as zero, and a hundredth still shows."""
        if entry == 0 or self.largest == 0:
            return 0.0
        return 0.1 + 0.9 * float(min(1.0, abs(entry) / self.largest) ** 0.7)

    def brought_near(self, entries: Sequence[float]) -> tuple[Scale, int]:
        """The scale for entries that are all far below it, and the power of ten by which their colours are stronger."""
        largest = max((abs(entry) for entry in entries if math.isfinite(entry)), default=0.0)
        if largest == 0 or largest * FAINT > self.largest:
            return self, 0
        power = math.floor(math.log10(self.largest) - math.log10(largest))
        return Scale(self.largest / 10.0**power), power


def rounded_up(largest: float) -> float:
    """The next number of two digits: the end of a scale.

    Example:
        >>> rounded_up(1.234), rounded_up(0.0)
        (1.3, 0.0)
    """
    if largest == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(largest)) - 1)
    return math.ceil(largest / step - 1e-9) * step if step else largest


def scale_bar(scale: Scale, said: str, role: Role, ink: Ink, width: float = 120.0) -> Box:
    """The legend of a scale."""
    theme = ink.theme
    steps = 41
    parts = []
    for i in range(steps):
        entry = (2 * i / (steps - 1) - 1) or 1e-9
        colour = mixed(
            theme["ground"], theme.positive if entry > 0 else theme.negative, Scale(1.0).share(entry) if i != 20 else 0
        )
        parts.append(rectangle(i * width / steps, -11, width / steps + 0.3, 11, fill=colour))
    bar = Box(width, 11, 0, "".join(parts) + rectangle(0, -11, width, 11, stroke=theme[role]))
    if theme.cells == "area":
        hollow, solid = theme["ground"], theme["ink"]
        sides = ((0, 11, hollow), (1, 6, hollow), (3, 6, solid), (4, 11, solid))
        squares = [
            rectangle(i * 13 + (11 - side) / 2, -(11 + side) / 2, side, side, fill=fill, stroke=solid)
            for i, side, fill in sides
        ]
        bar = Box(64, 11, 0, "".join(squares) + rectangle(31, -6.3, 1.6, 1.6, fill=theme["ink"]))
    ends = (ink.number(-scale.largest, 12, "soft"), ink.number(scale.largest, 12, "soft"))
    return beside([ink.word(said, 12, role), ends[0], bar, ends[1]], 6)
