"""The colours and strokes of the three themes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gradviz.render.options import Theme as ThemeName

Role = Literal["ground", "ink", "soft", "value", "gradient", "local", "wire", "warn", "panel", "hair"]
"""What a colour is for."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme.

    Args:
        colours: by role.
        negative, positive: the ends of the heat maps' scale, whose middle is the ground.
        backward_dash: of gradient wires; "" for unbroken.
        heads: the fill of gradient arrowheads: their own colour, or the ground's (hollow).
        cells: how an array's cells show magnitude: by colour, or by the area of a square (Hinton).
    """

    colours: Mapping[Role, str]
    negative: str
    positive: str
    backward_dash: str = ""
    heads: Literal["filled", "hollow"] = "filled"
    cells: Literal["colour", "area"] = "colour"

    def __getitem__(self, role: Role) -> str:
        return self.colours[role]


_ROLES: tuple[Role, ...] = ("ground", "ink", "soft", "value", "gradient", "local", "wire", "warn", "panel", "hair")


def _colours(text: str) -> dict[Role, str]:
    return dict(zip(_ROLES, text.split(), strict=True))


THEMES: Mapping[ThemeName, Theme] = {
    "light": Theme(
        _colours("#ffffff #1b1f24 #59626d #00796b #d0290a #1b3a9a #2f3740 #8a5a00 #f5f7f9 #c9d0d8"),
        negative="#b35806",
        positive="#542788",
    ),
    "dark": Theme(
        _colours("#14181d #e9edf1 #a3adb8 #5ce6c6 #ff6a4d #8fa2ff #d3dae1 #f2c14e #1c2229 #3a434d"),
        negative="#ff9e4a",
        positive="#b9a3ff",
    ),
    "print": Theme(
        _colours("#ffffff #000000 #4a4a4a #000000 #000000 #5a5a5a #000000 #000000 #ffffff #bdbdbd"),
        negative="#000000",
        positive="#000000",
        backward_dash="5 2.6",
        heads="hollow",
        cells="area",
    ),
}


def mixed(ground: str, colour: str, share: float) -> str:
    """A colour between the ground (0) and the full colour (1).

    Example:
        >>> mixed("#ffffff", "#000000", 0.5)
        '#808080'
    """
    pairs = zip(_channels(ground), _channels(colour), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
