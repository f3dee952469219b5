"""What tones and classes look like in each theme: colours that colour-blind readers can tell apart, dashes, marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from gradviz.explanation.data.plots import Tone
from gradviz.render.options import Theme as ThemeName
from gradviz.render.svg.theme import THEMES, Role, mixed

Dash = tuple[float, tuple[float, ...]] | str
"""A line's pattern, as matplotlib takes it."""

_SERIES: Mapping[ThemeName, tuple[str, ...]] = MappingProxyType(
    {
        "light": ("#1b3a9a", "#c8590a", "#00796b", "#a8327e", "#4f9ad8", "#8a5a00", "#5f7d1f", "#59626d"),
        "dark": ("#8fa2ff", "#ffa45c", "#5ce6c6", "#f08cc8", "#5fb4f0", "#d9b25a", "#b4d06a", "#a3adb8"),
        "print": ("#000000", "#000000", "#5a5a5a", "#5a5a5a", "#8a8a8a", "#000000", "#5a5a5a", "#8a8a8a"),
    }
)
"""The colours of "first" to "eighth"."""

_PLACES: tuple[Tone, ...] = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

_DASHES: Mapping[Tone, Dash] = MappingProxyType(
    {
        "second": (0, (6, 2.2)),
        "third": (0, (6, 1.8, 1.4, 1.8)),
        "fourth": (0, (1.4, 1.6)),
        "fifth": (0, (12, 2)),
        "sixth": (0, (6, 1.5, 1.4, 1.5, 1.4, 1.5)),
        "seventh": (0, (3, 1.2)),
        "eighth": (0, (1.2, 3)),
    }
)
"""Patterns, so that lines can be told apart without their colours."""

_PRINT_DASHES: Mapping[Tone, Dash] = MappingProxyType(
    {"gradient": (0, (6, 2.2)), "local": (0, (1.4, 1.6)), "soft": (0, (3, 2)), "warn": (0, (6, 1.8, 1.4, 1.8))}
)

DASHED: Dash = (0, (4, 3))

MARKS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">")
"""Of classes, in order; then from the first again."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme's colours.

    Args:
        name: of the theme.
    """

    name: ThemeName

    def __getitem__(self, role: Role) -> str:
        return THEMES[self.name][role]

    def tone(self, tone: Tone) -> str:
        """A tone's colour."""
        if tone in _PLACES:
            return _SERIES[self.name][_PLACES.index(tone)]
        if tone == "faint":
            return mixed(self["ground"], self["soft"], 0.45)
        return THEMES[self.name].colours[cast("Role", tone)]

    def dash(self, tone: Tone) -> Dash:
        """A tone's pattern."""
        if tone in _DASHES:
            return _DASHES[tone]
        return _PRINT_DASHES.get(tone, "-") if self.name == "print" else "-"

    def group(self, number: int) -> str:
        """The colour of a class."""
        return _SERIES[self.name][number % len(_PLACES)] if self.name != "print" else self["ink"]

    def region(self, number: int) -> str:
        """The colour of the region of a class: thin enough for points to stand on it; in print, greys."""
        if self.name == "print":
            return mixed(self["ground"], self["ink"], (0.0, 0.16, 0.30, 0.08)[number % 4])
        return mixed(self["ground"], self.group(number), 0.20)

    def thin(self, tone: Tone, share: float) -> str:
        """A tone, thinned towards the ground."""
        return mixed(self["ground"], self.tone(tone), share)

    def side(self, share: float) -> str:
        """The colour of a shaded field at −1 (the first class's side) to 1 (the second's)."""
        strength = 0.07 + 0.27 * abs(share)
        if self.name == "print":
            return mixed(self["ground"], self["ink"], 0.0 if share < 0 else 0.06 + 0.2 * share)
        return mixed(self["ground"], self.group(0 if share < 0 else 1), strength)


def shades(ground: str, colour: str, count: int, most: float) -> list[str]:
    """As many tones as asked for, from nearly the ground to a share of the way to the colour."""
    return [mixed(ground, colour, 0.02 + (most - 0.02) * place / max(count - 1, 1)) for place in range(count)]
